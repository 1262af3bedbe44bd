"""JSON and JSON Lines files: records, keys, and what damage costs."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources import json_lines
from newsgrep.sources.formats import read_file
from newsgrep.sources.json_text import parse_json
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.read_options import ReadOptions
from newsgrep.sources.record_keys import RecordKeys, show_key

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, name: str, content: str | bytes) -> list[Outcome]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_file(str(path)))


def summary(outcomes: list[Outcome]) -> list[tuple[str, str | None]]:
    """Key and title of each page, position of each broken record."""
    told: list[tuple[str, str | None]] = []
    for one in outcomes:
        if isinstance(one, Page):
            told.append((one.key, one.title))
        elif isinstance(one, BrokenRecord):
            told.append((one.position, "broken"))
    return told


def test_one_article_has_no_key_and_no_record(tmp_path: Path) -> None:
    (page,) = read(tmp_path, "a.json", '{"id": 4, "title": "a", "text": "b"}')
    assert isinstance(page, Page)
    assert (page.path, page.key, page.record, page.text) == (str(tmp_path / "a.json"), "", None, "b")


def test_articles_of_a_list_are_told_apart_by_id_else_by_place(tmp_path: Path) -> None:
    pages = read(tmp_path, "a.json", '[{"id": "x", "title": "a"}, {"title": "b"}, {"id": "x", "title": "c"}]')
    assert summary(pages) == [("x", "a"), ("#2", "b"), ("#3", "c")]
    assert [page.record for page in pages if isinstance(page, Page)] == ["x", "2", "3"]


@given(st.lists(st.none() | st.sampled_from(["a", "b", "#1", "#2", "#3", "#2'"]), max_size=12))
def test_no_two_records_share_a_key(ids: list[str | None]) -> None:
    keys = RecordKeys()
    taken = [keys.take(own_id, position) for position, own_id in enumerate(ids, 1)]
    assert len({show_key(key) for key in taken}) == len(taken)


@pytest.mark.parametrize("wrapper", ["articles", "docs", "items", "results", "data", "hits"])
def test_an_object_may_wrap_the_list(tmp_path: Path, wrapper: str) -> None:
    inner = {wrapper: [{"title": "a"}, {"title": "b"}]}
    for value in (inner, {"status": "ok", "response": inner}, {"title": "The feed", **inner}):
        assert summary(read(tmp_path, "a.json", json.dumps(value))) == [("#1", "a"), ("#2", "b")]


def test_search_engine_hits_are_unwrapped(tmp_path: Path) -> None:
    value = {"took": 1, "hits": {"total": 1, "hits": [{"_id": "q", "_source": {"title": "a", "body": "b"}}]}}
    assert summary(read(tmp_path, "a.json", json.dumps(value))) == [("q", "a")]


def test_an_article_with_a_list_of_its_own_is_one_article(tmp_path: Path) -> None:
    value = {"title": "a", "text": "b", "items": [{"title": "related"}]}
    assert summary(read(tmp_path, "a.json", json.dumps(value))) == [("", "a")]


def test_a_list_cut_short_gives_what_stands_before_the_cut(tmp_path: Path) -> None:
    outcomes = read(tmp_path, "a.json", '[{"title": "a"}, {"title": "b"}, {"titl')
    assert summary(outcomes) == [("#1", "a"), ("#2", "b"), ("record 3", "broken")]


def test_a_record_of_a_list_that_is_no_article_costs_itself_only(tmp_path: Path) -> None:
    outcomes = read(tmp_path, "a.json", '[{"title": "a"}, null, {"x": 1}, {"title": "b"}]')
    assert summary(outcomes) == [("#1", "a"), ("record 2", "broken"), ("record 3", "broken"), ("#4", "b")]


def test_objects_one_after_the_other_are_read(tmp_path: Path) -> None:
    outcomes = read(tmp_path, "a.json", '{\n"title": "a"\n}\n{\n"title": oh\n}\n{\n"title": "c"\n}')
    assert summary(outcomes) == [("#1", "a"), ("record 2", "broken"), ("#3", "c")]


@pytest.mark.parametrize(
    "content", ["null", "3", '"a"', '{"a":', "[3, 4]", "nothing like it", '{"x": 1}', "[" * 100_000, '{"a":' * 100_000]
)
def test_json_without_an_article_is_unreadable(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileUnreadable):
        read(tmp_path, "a.json", content)


@pytest.mark.parametrize("content", ["[]", '{"articles": []}', " \n"])
def test_a_file_of_no_articles_is_skipped(tmp_path: Path, content: str) -> None:
    (outcome,) = read(tmp_path, "a.json", content)
    assert isinstance(outcome, Skipped)


def test_odd_json_is_survived(tmp_path: Path) -> None:
    content = '\ufeff{"title": "x", "n": NaN, "i": -Infinity, "id": %s, "title": "tab\there", "text": "\\ud800"}'
    (page,) = read(tmp_path, "a.json", content % ("9" * 5000))
    assert isinstance(page, Page)
    assert (page.title, page.text) == ("tab here", "\ufffd")


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_the_parser_agrees_with_the_standard_one(value: object) -> None:
    text = json.dumps(value)
    parsed, end = parse_json(" " + text + "\n")
    assert json.dumps(parsed).replace('"', "") == text.replace('"', "")
    assert end == len(text) + 2


def test_a_broken_line_costs_itself_only(tmp_path: Path) -> None:
    lines = ['{"title": "a", "id": "k"}', "", "{broken", '{"x": 1}', '{"title": "b"} trailing', "[]", '{"title": "c"}']
    outcomes = read(tmp_path, "a.jsonl", "\r\n".join(lines))
    assert summary(outcomes) == [
        ("k", "a"),
        ("line 3", "broken"),
        ("line 4", "broken"),
        ("line 5", "broken"),
        ("line 6", "broken"),
        ("#7", "c"),
    ]


def test_a_line_nested_too_deeply_costs_itself_only(tmp_path: Path) -> None:
    outcomes = read(tmp_path, "a.jsonl", '{"title": "a"}\n' + '{"a":' * 100_000 + '\n{"title": "b"}\n')
    assert summary(outcomes) == [("#1", "a"), ("line 2", "broken"), ("#3", "b")]


def test_a_line_too_long_is_reported_and_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_LINE_BYTES", 100)
    long = json.dumps({"title": "x" * 200_000})
    outcomes = read(tmp_path, "a.jsonl", f'{long}\n{{"title": "b"}}\n{long}')
    assert summary(outcomes) == [("line 1", "broken"), ("#2", "b"), ("line 3", "broken")]


def test_lines_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "a"}\n' * 50_000)
    outcomes = read_file(str(path))
    assert isinstance(next(outcomes), Page)
    with path.open("r+") as file:
        file.truncate(600_000)
    assert sum(isinstance(one, Page) for one in outcomes) == 600_000 // 15 - 1


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.txt", "a", "a.ndjson"])
def test_json_lines_are_known_by_their_content(tmp_path: Path, name: str) -> None:
    outcomes = read(tmp_path, name, '{"title": "a"}\n{"title": "b"}\n{nothing\n')
    assert summary(outcomes) == [("#1", "a"), ("#2", "b"), ("line 3", "broken")]


def test_a_list_or_a_pretty_object_named_json_lines_is_json(tmp_path: Path) -> None:
    assert summary(read(tmp_path, "a.jsonl", '[\n{"title": "a"}\n]')) == [("#1", "a")]
    assert summary(read(tmp_path, "a.jsonl", '{\n"title": "a"\n}')) == [("", "a")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_lines_in_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    content = '{"title": "Café", "text": "À l’été, le théâtre"}\n{"title": "Été"}\n'.encode(encoding)
    assert summary(read(tmp_path, "a.jsonl", content)) == [("#1", "Café"), ("#2", "Été")]


def test_packed_lines_that_end_too_early_keep_what_was_read(tmp_path: Path) -> None:
    lines = "".join(
        json.dumps({"title": f"{number}", "text": f"{number * 7919 % 10007:x}"}) + "\n" for number in range(20_000)
    )
    outcomes = read(tmp_path, "a.jsonl.gz", gzip.compress(lines.encode())[:-20_000])
    assert len(outcomes) > 5000
    assert all(isinstance(one, Page) for one in outcomes[:-1])
    assert isinstance(outcomes[-1], BrokenRecord)
    assert outcomes[-1].position == f"line {len(outcomes)}"


def test_an_empty_file_of_lines_is_skipped(tmp_path: Path) -> None:
    assert read(tmp_path, "a.jsonl", "\n \n") == [Skipped("empty")]


@pytest.mark.parametrize("size", [10, 16_300, 16_384, 16_500, 1_048_600])
@pytest.mark.parametrize("filling", ["x", "\\n", "é", " "])
def test_objects_of_any_size_follow_each_other(tmp_path: Path, size: int, filling: str) -> None:
    text = filling * (size // len(filling))
    path = tmp_path / "all.json"
    record = f'{{"title": "A", "text": "a{text}z", "n": [1, 2.5e3, true, {{"k":{" " * 40}null}}]}}'
    path.write_text("\n".join([record, '{"title": "B", }', record.replace('"A"', '"C"')]), "utf-8")
    first, broken, last = read_file(str(path), options=ReadOptions(format="json"))
    assert isinstance(broken, BrokenRecord)
    assert isinstance(first, Page)
    assert isinstance(last, Page)
    assert (broken.position, first.title, last.title) == ("record 2", "A", "C")
    assert len(first.text) == len(last.text) > size // 2 or filling == " "
