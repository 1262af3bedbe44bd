"""Many queries at once: what each finds, and what they have in common, held against one search after the other."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from itertools import combinations
from math import log, log2
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsgrep
from newsgrep import Filters, Request
from newsgrep.errors import OptionError
from newsgrep.search.association import signed_log_likelihood
from newsgrep.search.batch import (
    MOST_TOGETHER,
    BatchQuery,
    BatchResults,
    count_together,
    iter_pairs,
    parse_queries,
    read_queries,
)

ARTICLES = [
    ("Quarry opens", "The quarry at Lindow opened. Mayor Abel Finch cut the ribbon.", "2018-03-01", "News"),
    ("Quarry closes", "The quarry at Lindow closed. Abel Finch and Dora Voss were sorry.", "2019-07-09T12:30", "News"),
    ("Mayor steps down", "Abel Finch is no longer mayor of Lindow.", "2020-01-15", "Politics"),
    ("Voss elected", "Dora Voss is the new mayor of Lindow.", "2020-02-01", "Politics"),
    ("A note", "Dora Voss wrote a note and gave no date.", "", "News"),
]
TODAY = dt.date(2021, 1, 1)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("batch")
    records = [
        {"id": title, "title": title, "text": text, "date": date, "section": section}
        for title, text, date, section in ARTICLES
    ]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def ask(
    archive: newsgrep.Archive, *queries: str, stories: bool = False, together: bool = False, **filters: object
) -> BatchResults:
    request = Request(text="", filters=Filters(**filters))  # type: ignore[arg-type]
    return archive.batch(parse_queries(queries), request, stories=stories, together=together, today=TODAY)


QUERIES = ('"Abel Finch"', "Dora Voss", "quarry", "Lindow", "mayor OR note", "nobody")


def test_each_row_says_what_a_search_says(archive: newsgrep.Archive) -> None:
    for row in ask(archive, *QUERIES).rows:
        results = archive.search(Request(text=row.query.text, limit=10), today=TODAY)
        assert row.articles == results.total
        days = [hit.article.published for hit in results.hits if hit.article.published]
        dates = sorted(dt.date.fromordinal(day.toordinal()) for day in days)
        assert (row.first, row.last) == ((dates[0], dates[-1]) if dates else (None, None))
        assert row.undated == results.total - len(dates)
        best = results.hits[0].article if results.hits else None
        assert row.top == (dataclasses.replace(best, body="") if best else None)


def test_filters_hold_for_all_queries(archive: newsgrep.Archive) -> None:
    results = ask(archive, "Finch", "Voss", sections=("politics",))
    assert [row.articles for row in results.rows] == [1, 1]
    assert results.total == 2


def test_a_query_that_cannot_be_read_is_a_row_with_its_error(archive: newsgrep.Archive) -> None:
    results = ask(archive, "quarry", '"never closed', "nameless\t", "Lindow", together=True)
    assert [row.articles for row in results.rows] == [2, 0, 0, 4]
    assert [row.error is None for row in results.rows] == [True, False, False, True]
    assert "never closed (column 1)" in (results.rows[1].error or "")
    assert results.together is not None
    assert results.together.tolist() == [[2, 2], [2, 4]]
    assert [row.query.text for row in results.asked] == ["quarry", "Lindow"]


def test_what_was_not_read_as_typed_is_noted(archive: newsgrep.Archive) -> None:
    (row,) = ask(archive, "quary").rows
    assert row.articles == 2
    assert '"quarry" instead of "quary"' in row.notes[0]


def test_common_articles_are_those_that_both_queries_find(archive: newsgrep.Archive) -> None:
    results = ask(archive, *QUERIES, together=True)
    found = [
        {hit.article.id for hit in archive.search(Request(text=text, limit=10), today=TODAY).hits} for text in QUERIES
    ]
    assert results.together is not None
    assert results.together.tolist() == [[len(one & other) for other in found] for one in found]
    assert ask(archive, *QUERIES).together is None


def test_pairs_are_the_matrix_line_by_line(archive: newsgrep.Archive) -> None:
    results = ask(archive, *QUERIES, together=True)
    assert results.together is not None
    pairs = list(iter_pairs(results))
    assert [pair.articles for pair in pairs] == sorted((pair.articles for pair in pairs), reverse=True)
    expected = {
        (QUERIES[a], QUERIES[b]): int(results.together[a, b])
        for a, b in combinations(range(len(QUERIES)), 2)
        if results.together[a, b]
    }
    assert {(pair.a, pair.b): pair.articles for pair in pairs} == expected


def test_measures_are_worked_out_by_hand(archive: newsgrep.Archive) -> None:
    (pair,) = iter_pairs(ask(archive, "Finch", "quarry", together=True))
    assert (pair.articles, pair.articles_a, pair.articles_b) == (2, 3, 2)
    assert pair.jaccard == pytest.approx(2 / 3, abs=1e-6)
    assert pair.pmi == pytest.approx(log2(2 * 5 / (3 * 2)), abs=1e-4)
    surprise = 2 * (2 * log(2 * 5 / (3 * 2)) + 1 * log(1 * 5 / (3 * 3)) + 2 * log(2 * 5 / (2 * 3)))
    assert pair.log_likelihood == pytest.approx(surprise, abs=1e-3)


def test_chance_is_no_surprise_and_less_than_chance_is_negative() -> None:
    assert signed_log_likelihood(10, 100, 100, 1000) == pytest.approx(0)
    assert signed_log_likelihood(30, 100, 100, 1000) > 10.8
    assert signed_log_likelihood(1, 100, 100, 1000) < -10.8


@settings(max_examples=40)
@given(st.integers(1, 5), st.integers(0, 40_000), st.integers(0, 2**32 - 1))
def test_counts_are_those_of_sets(n_queries: int, n_articles: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sets = rng.random((n_queries, n_articles)) < rng.random((n_queries, 1))
    expected = sets.astype(np.int64) @ sets.T.astype(np.int64)
    assert count_together(np.packbits(sets, axis=1)).tolist() == expected.tolist()


def test_a_line_is_a_query_or_a_label_and_a_query() -> None:
    lines = ["# names", "", "  Abel Finch ", "voss\t Dora Voss OR Voss\tD", "\tquarry", "  # no", "label\t"]
    assert parse_queries(lines) == (
        BatchQuery("Abel Finch", "Abel Finch", 3),
        BatchQuery("voss", "Dora Voss OR Voss\tD", 4),
        BatchQuery("quarry", "quarry", 5),
        BatchQuery("label", "", 7),
    )


def test_a_file_is_utf_8_with_or_without_a_mark() -> None:
    assert [query.text for query in read_queries("\ufeffcafé\r\nthé\n".encode(), "q.txt")] == ["café", "thé"]
    with pytest.raises(OptionError, match=r"q\.txt, line 2: not UTF-8"):
        read_queries(b"one\ntw\xff\n", "q.txt")


def test_progress_is_told_query_by_query(archive: newsgrep.Archive) -> None:
    told: list[tuple[int, int]] = []
    archive.batch(parse_queries(QUERIES), on_done=lambda done, total: told.append((done, total)), today=TODAY)
    assert told == [(number, len(QUERIES)) for number in range(1, len(QUERIES) + 1)]


def test_copies_of_one_text_are_one_story(tmp_path: Path) -> None:
    text = "The ropewalk of Tarn Harbour will close in spring, its last owner said. Twelve people made ropes there."
    records = [{"id": str(at), "title": f"Ropes {at}", "text": text} for at in range(3)]
    other = {"id": "other", "title": "Ropes", "text": "Nobody knows how long the harbour will need its ropes."}
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, [*records, other])), "utf-8")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "all.jsonl"])
        rows = ask(archive, "ropes", "nobody", "nothing here", '"open', stories=True).rows
        assert [(row.articles, row.stories) for row in rows] == [(4, 2), (1, 1), (0, 0), (0, None)]
        assert ask(archive, "ropes").rows[0].stories is None


def test_too_many_queries_to_compare_are_refused_before_they_are_asked(archive: newsgrep.Archive) -> None:
    queries = [BatchQuery("x", "x", 1)] * (MOST_TOGETHER + 1)
    with pytest.raises(OptionError, match="too many"):
        archive.batch(queries, together=True)


def test_an_empty_archive_finds_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    (folder / "saved").mkdir()
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "saved"])
        results = ask(archive, "quarry", "mayor", together=True)
    assert results.total == 0
    assert [row.articles for row in results.rows] == [0, 0]
    assert list(iter_pairs(results)) == []
