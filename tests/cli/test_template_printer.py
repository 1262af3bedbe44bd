from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Article
from newsgrep.cli.template_printer import FIELDS, iter_lines, parse_template
from newsgrep.errors import TemplateError
from newsgrep.search.results import Hit, Results


def fill(template: str, article: Article) -> str:
    hit = Hit(3, 1.23456789, article, (), ())
    return "".join(iter_lines(Results("q", 1, 0.1, (hit,)), parse_template(template)))


@pytest.mark.parametrize(
    ("template", "line"),
    [
        (r"{date:%Y-%m-%d}\t{title}", "2018-02-20\tHarbour bridge reopens after storm\n"),
        ("{date}|{published}", "2018-02-20T16:02|2018-02-20T16:02\n"),
        ("{date:%H:%M}", "16:02\n"),
        ("{rank:>3}{score:.2f}", "  31.23\n"),
        ("{title:.7}|{words:03d}", "Harbour|014\n"),
        ("{section} / {authors}", "News; Local / Ada Example; Bo Sample\n"),
        ("{{{id}}}", "{a1b2c3d4e5f6}\n"),
        (r"a\\tb\nc\d", "a\\tb\nc\\d\n"),
        ("{record}{snippet}", "\n"),
    ],
)
def test_templates_are_filled_in(template: str, line: str, harbour: Article) -> None:
    assert fill(template, harbour) == line


def test_an_undated_article_has_an_empty_date(undated: Article) -> None:
    assert fill("[{date:%d.%m.%Y}][{date}][{published}]", undated) == "[][][]\n"


def test_a_date_without_a_time_shows_none(harbour: Article) -> None:
    assert fill("{date}", replace(harbour, published=dt.date(2018, 2, 20))) == "2018-02-20\n"


def test_values_stay_on_their_line(harbour: Article) -> None:
    assert fill(r"{title}\t{id}", replace(harbour, title="one\ntwo\tthree", id="x")) == "one two three\tx\n"


@pytest.mark.parametrize(
    "template",
    [
        "{title.__class__}",
        "{title[0]}",
        "{title!r}",
        "{headline}",
        "{}",
        "{0}",
        "{title:{rank}}",
        "{title",
        "title}",
        "{ title}",
        "{words:%Y}",
        "{title:d}",
        "{title:99999999999}",
        "{score:.99999f}",
    ],
)
def test_a_template_reaches_nothing_but_the_facts_of_a_hit(template: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(template)


def test_an_error_points_at_the_unknown_name_and_lists_the_known_ones() -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template("{rank} {headline}")
    lines = str(caught.value).splitlines()
    assert "headline" in lines[0]
    assert lines[1][lines[2].index("^") :].startswith("headline")
    assert all(field in lines[3] for field in FIELDS)


@given(st.text())
def test_a_text_of_no_field_is_printed_as_it_is_once_braces_and_backslashes_are_doubled(text: str) -> None:
    doubled = text.replace("\\", "\\\\").replace("{", "{{").replace("}", "}}")
    article = Article(id="1", title="", body="", path="p")
    assert fill(doubled, article) == text + "\n"


@given(st.text(st.sampled_from("{}tile:.[]!0_\\%>9d")))
def test_any_template_is_filled_in_or_refused(template: str) -> None:
    article = Article(id="1", title="T", body="", path="p")
    try:
        parse_template(template)
    except TemplateError:
        return
    assert fill(template, article).endswith("\n")
