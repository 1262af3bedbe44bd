from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Article
from newsgrep.cli.markdown_printer import LONGEST_NAME, NOTE_KEYS, escape_line, name_note, render_note
from newsgrep.extract.article import extract_article
from tests.sources.reading import read_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

BRIDGE = Article(
    id="a1b2c3d4e5f60718",
    title="Harbour bridge: “open” & closed",
    body="The bridge opened on Tuesday.\n\nBoats left at dawn.",
    section=("News", "Local"),
    authors=("Ada Quill", "Bo Reed"),
    source="The Quay Ledger",
    url="https://quay.example/harbour",
    published=dt.datetime(2018, 2, 20, 16, 2),
    lang="no",
    captured=dt.datetime(2018, 3, 3, 10, 0, tzinfo=dt.UTC),
    path="saved/harbour.html",
)


def read_again(article: Article) -> Article:
    (page,) = read_pages(name_note(article), render_note(article))
    return extract_article(page, article.id, today=dt.date(2024, 1, 1))


def body_again(paragraphs: Sequence[str]) -> list[str]:
    (page,) = read_pages("a.md", render_note(dataclasses.replace(BRIDGE, body="\n\n".join(paragraphs))))
    return page.text.split("\n\n") if page.text else []


def test_a_note_is_front_matter_and_paragraphs() -> None:
    assert render_note(BRIDGE) == (
        "---\n"
        'title: "Harbour bridge: “open” & closed"\n'
        "published: 2018-02-20T16:02\n"
        'section: ["News", "Local"]\n'
        'authors: ["Ada Quill", "Bo Reed"]\n'
        'source: "The Quay Ledger"\n'
        'url: "https://quay.example/harbour"\n'
        'lang: "no"\n'
        "captured: 2018-03-03T10:00+00:00\n"
        'id: "a1b2c3d4e5f60718"\n'
        "---\n"
        "\n"
        "The bridge opened on Tuesday.\n"
        "\n"
        "Boats left at dawn.\n"
    )


def test_a_note_has_all_keys_in_their_order_and_none_that_is_not_known() -> None:
    assert tuple(re.findall(r"(?m)^(\w+): ", render_note(BRIDGE))) == NOTE_KEYS
    bare = Article(id="0f", title="Fog", body="", path="a")
    assert re.findall(r"(?m)^(\w+): ", render_note(bare)) == ["title", "id"]


def test_a_note_is_read_again_as_the_same_article() -> None:
    again = read_again(BRIDGE)
    for field in ("title", "published", "section", "authors", "source", "url", "lang", "captured", "body"):
        assert getattr(again, field) == getattr(BRIDGE, field), field


@pytest.mark.parametrize(
    "line",
    [
        "# No heading", "#tag", "- no item", "+ none", "* none *", "1. no item", "12) none", "> no quote",
        "| no | table |",
        "--- no rule", "---", "-", "***", "===", "___", ":---:|", "|", "[a](b) [c][d] [e]: f", "[^1]", "![picture](x)",
        "[[wiki|link]]", "[!note] x", "a*b*c **d** _e_ __f__ g_h", "`code` ``` fence", "~~gone~~ ==lit== %%hidden%%",
        "<b>bold</b> <!-- gone --> a < b", "&amp; &lt; &#65; AT&T; R&D", "back\\slash \\* \\", "<https://quay.example>",
        "$5 to $10", "C# and C++", "^block", "[x]: https://quay.example", "10:30 a.m.", "```", "~~~", "%% x %%",
    ],
)  # fmt: skip
def test_nothing_of_a_body_is_markup(line: str) -> None:
    assert body_again([line, "Fog."]) == [line, "Fog."]


PARAGRAPH = st.text(alphabet="ab1 .)(*_`[]<>!#&;|~=%^-+:>\\/$x", min_size=1, max_size=30)


@given(st.lists(PARAGRAPH, min_size=1, max_size=4))
def test_any_body_is_read_again_as_it_was(paragraphs: list[str]) -> None:
    clean = [" ".join(one.split()) for one in paragraphs]
    # A reader of bodies leaves out paragraphs without a text; a note has none either.
    assert body_again(clean) == [one for one in clean if one]


@given(
    st.text(alphabet="ab \\\"'[]{}:#&;<>lt|,-\n", min_size=1, max_size=20).filter(lambda text: text.strip()),
    st.text(max_size=12),
)
def test_any_title_is_read_again_as_it_was(title: str, source: str) -> None:
    clean = " ".join(title.split())
    (page,) = read_pages("a.md", render_note(dataclasses.replace(BRIDGE, title=clean, source=source)))
    assert page.title == clean
    assert page.url == BRIDGE.url
    assert page.authors == BRIDGE.authors


def test_no_value_ends_the_front_matter() -> None:
    hostile = dataclasses.replace(
        BRIDGE, title='"\n---\nurl: x', source="a\u2028b\x00\x1b[31m", authors=('Ada"]\n---', "\ud800"), lang=None
    )
    (page,) = read_pages("a.md", render_note(hostile))
    assert page.text == BRIDGE.body
    assert page.url == BRIDGE.url
    render_note(hostile).encode()


# Names of files.


def test_a_name_is_day_title_and_id() -> None:
    assert name_note(BRIDGE) == "2018-02-20-harbour-bridge-open-closed-a1b2c3d4.md"
    assert name_note(dataclasses.replace(BRIDGE, title="Мост")) == "2018-02-20-a1b2c3d4.md"
    assert name_note(BRIDGE, digits=16).endswith("-a1b2c3d4e5f60718.md")


def test_a_long_title_is_cut_between_words() -> None:
    name = name_note(dataclasses.replace(BRIDGE, title="harbour " * 50))
    assert name == f"2018-02-20-{'-'.join(['harbour'] * 10)}-a1b2c3d4.md"


@given(st.text(), st.text(), st.booleans())
def test_any_name_is_safe_on_every_system(title: str, article_id: str, undated: bool) -> None:
    day = None if undated else dt.date(2018, 2, 20)
    for digits in (8, 16):
        name = name_note(dataclasses.replace(BRIDGE, title=title, id=article_id, published=day), digits=digits)
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*\.md", name)
        assert len(name) <= LONGEST_NAME


@pytest.mark.parametrize("title", ["Report of 2018-02-20", "20180220", "Of 2018/02/20 and 19991231", "In 2018"])
def test_no_date_is_read_from_the_name_of_an_undated_article(title: str) -> None:
    article = dataclasses.replace(BRIDGE, title=title, published=None, url=None, id="0220aa0000000000")
    assert read_again(article).published is None


def test_plain_lines_stay_as_they_are() -> None:
    line = "“Cold hand,” said Gethin Moss, whose arm it was – at 10.47; 50 %."
    assert escape_line(line) == line
