"""Query logs: every kind of search, drawn from the words of a corpus."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from benchmarks.corpus import Record, read_corpus, write_corpus
from benchmarks.query_log import KINDS, LoggedQuery, build_log, read_log, read_words, write_log
from newsgrep.search.query_text import parse_query

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "made.jsonl"
    write_corpus(path, 600)
    return path


@pytest.fixture(scope="module")
def log(corpus: Path) -> list[LoggedQuery]:
    return build_log(corpus, 300)


def _lower(record: Record) -> str:
    return f"{record['title']}\n{record['body']}".lower()


def test_a_log_has_the_length_asked_for_and_every_kind_with_every_filter(log: list[LoggedQuery]) -> None:
    assert 290 <= len(log) <= 310
    assert {(query.kind, query.filter) for query in log} == {
        (kind, narrowed) for kind in KINDS for narrowed in ("none", "date", "section")
    }


def test_the_same_corpus_gives_the_same_log(corpus: Path, log: list[LoggedQuery]) -> None:
    assert build_log(corpus, 300) == log
    assert build_log(corpus, 300, seed=8) != log


def test_a_filter_is_asked_of_words_that_are_asked_without_one(log: list[LoggedQuery]) -> None:
    plain = {(query.kind, query.text) for query in log if query.filter == "none"}
    assert {(query.kind, query.text) for query in log} == plain


def test_single_words_are_as_frequent_as_their_kind_says(corpus: Path, log: list[LoggedQuery]) -> None:
    found = Counter(word for record in read_corpus(corpus) for word in set(re.findall("[a-z]+", _lower(record))))
    shares = {kind: [found[query.text] / 600 for query in log if query.kind == kind] for kind in KINDS[:3]}
    assert max(shares["rare"]) < min(shares["common"])
    assert max(shares["medium"]) < min(shares["common"])
    assert min(found[query.text] for query in log if query.kind in KINDS[:3]) >= 1


def test_phrases_stand_in_the_corpus_word_for_word(corpus: Path, log: list[LoggedQuery]) -> None:
    texts = [_lower(record) for record in read_corpus(corpus)]
    phrases = {" ".join(read_words(query.text)[1]) for query in log if query.kind == "phrase"}
    assert {len(phrase.split()) for phrase in phrases} == {2, 3}
    assert all(any(phrase in text for text in texts) for phrase in phrases)


def test_the_words_of_an_and_stand_together_in_one_article(corpus: Path, log: list[LoggedQuery]) -> None:
    articles = [set(re.findall("[a-z]+", _lower(record))) for record in read_corpus(corpus)]
    asked = [set(read_words(query.text)[1]) for query in log if query.kind == "and"]
    assert {len(words) for words in asked} == {2, 3}
    assert all(any(words <= article for article in articles) for words in asked)


def test_an_or_has_three_to_six_words(log: list[LoggedQuery]) -> None:
    assert {len(read_words(query.text)[1]) for query in log if query.kind == "or"} == {3, 4, 5, 6}


def test_newsgrep_understands_every_query(log: list[LoggedQuery]) -> None:
    for query in log:
        assert parse_query(query.text, today=dt.date(2024, 1, 1)) is not None


def test_filters_are_days_in_order_and_sections_of_the_corpus(corpus: Path, log: list[LoggedQuery]) -> None:
    sections = {record["section"] for record in read_corpus(corpus)}
    for query in log:
        assert query.section is None or query.section in sections
        assert (query.since is None) == (query.until is None)
        assert query.since is None or query.until is None or query.since <= query.until


def test_a_corpus_without_sections_gets_a_log_without_them(tmp_path: Path, corpus: Path) -> None:
    path = tmp_path / "plain.jsonl"
    records: list[Record] = [{**record, "section": ""} for record in read_corpus(corpus)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    log = build_log(path, 100)
    assert {query.filter for query in log} == {"none", "date"}
    assert len(log) >= 95


def test_a_written_log_is_read_back(tmp_path: Path, log: list[LoggedQuery]) -> None:
    write_log(tmp_path / "log.jsonl", log)
    assert read_log(tmp_path / "log.jsonl") == log


@pytest.mark.parametrize(
    ("text", "shape", "words"),
    [
        ("harbour", "and", ("harbour",)),
        ("harbour bridge", "and", ("harbour", "bridge")),
        ('"harbour bridge"', "phrase", ("harbour", "bridge")),
        ("harbour OR bridge OR ferry", "or", ("harbour", "bridge", "ferry")),
        ("harb*", "prefix", ("harb",)),
    ],
)
def test_a_text_is_taken_apart_by_its_shape(text: str, shape: str, words: tuple[str, ...]) -> None:
    assert read_words(text) == (shape, words)


def test_a_corpus_of_a_few_articles_gives_no_log(tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    write_corpus(path, 1)
    with pytest.raises(ValueError, match="too small"):
        build_log(path, 10)
