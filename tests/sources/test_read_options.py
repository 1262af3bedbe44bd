"""What the person says of the files: a format, and which field is what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Content, Page
from newsgrep.errors import OptionError
from newsgrep.sources.formats import read_file
from newsgrep.sources.read_options import DETECT, TARGETS, build_options
from tests.sources.archive_samples import HTML, pack_zip

if TYPE_CHECKING:
    from pathlib import Path

RECORD = {"headline": "h", "title": "t", "text": "<p>other</p>", "body": "b", "meta": {"when": ["2020", "2021-02-03"]}}


def read_record(folder: Path, name: str, content: str, mapping: dict[str, str]) -> Page:
    (folder / name).write_text(content)
    (page,) = read_file(str(folder / name), options=build_options(None, mapping))
    assert isinstance(page, Page)
    return page


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_mapped_fields_win_over_those_of_usual_names(tmp_path: Path, name: str) -> None:
    mapping = {"title": "headline", "body": "text", "date": "meta.when.1"}
    page = read_record(tmp_path, name, json.dumps(RECORD), mapping)
    assert (page.title, page.text, page.published, page.content) == ("h", "<p>other</p>", "2021-02-03", Content.HTML)


def test_a_record_without_the_mapped_field_is_read_as_usual(tmp_path: Path) -> None:
    page = read_record(tmp_path, "a.json", json.dumps(RECORD), {"title": "kicker", "body": "meta.text"})
    assert (page.title, page.text) == ("t", "b")


def test_records_without_any_usual_name_are_found_in_their_list(tmp_path: Path) -> None:
    page = read_record(
        tmp_path, "a.json", json.dumps({"items": [{"kop": "h", "tekst": "t"}]}), {"title": "kop", "body": "tekst"}
    )
    assert (page.key, page.title, page.text) == ("#1", "h", "t")


def test_a_field_with_a_dot_in_its_name_is_taken_before_the_way_through_it() -> None:
    assert build_options(None, {"title": "a.b"}).rename({"a.b": "1", "a": {"b": "2"}})["title"] == "1"


@given(st.sampled_from(sorted(TARGETS)), st.text(min_size=1, max_size=8), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
))  # fmt: skip
def test_any_value_can_be_renamed(target: str, field: str, value: object) -> None:
    renamed = build_options(None, {target: field}).rename(value)
    assert isinstance(renamed, dict) == isinstance(value, dict)


@pytest.mark.parametrize(
    ("name", "mapping", "told"),
    [
        (None, {"titel": "headline"}, "title, body, date, section, author, source, url, lang, id"),
        (None, {"title": ""}, "title=headline"),
        ("docx", {}, "json-lines"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(name: str | None, mapping: dict[str, str], told: str) -> None:
    with pytest.raises(OptionError) as caught:
        build_options(name, mapping)
    assert told in str(caught.value)


def test_nothing_said_is_detection() -> None:
    assert build_options(None, {}) is DETECT


def test_a_named_format_is_that_of_every_file_and_of_what_archives_hold(tmp_path: Path) -> None:
    options = build_options("text", {})
    (tmp_path / "a.html").write_bytes(HTML)
    (tmp_path / "a.zip").write_bytes(pack_zip([("a.html", HTML), ("b.css", b"p {}"), ("c.png", b"\x89PNG\r\n\x1a\n")]))
    (page,) = read_file(str(tmp_path / "a.html"), options=options)
    assert isinstance(page, Page)
    assert page.content is Content.TEXT
    outcomes = list(read_file(str(tmp_path / "a.zip"), options=options))
    assert [outcome.content for outcome in outcomes if isinstance(outcome, Page)] == [Content.TEXT] * 2
    assert not isinstance(outcomes[2], Page)
