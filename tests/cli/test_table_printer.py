from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Article
from newsgrep.cli.table_printer import COLUMNS, iter_csv, iter_tsv
from newsgrep.search.results import Hit, Results, Snippet


def results_with(text: str) -> Results:
    article = Article(id="1", title=text, body="", section=(text, "News"), path=text, record=text)
    return Results(text, 1, 0.1, (Hit(1, 2.0, article, (), (Snippet("body", text, ()), Snippet("title", "t", ()))),))


def test_lists_are_joined_and_unknown_values_are_empty(results: Results) -> None:
    rows = list(csv.DictReader(io.StringIO("".join(iter_csv(results)))))
    assert rows[0]["section"] == "News; Local"
    assert rows[0]["authors"] == "Ada Example; Bo Sample"
    assert rows[0]["published"] == "2018-02-20T16:02"
    assert rows[0]["snippet"].count(" … ") == 1
    assert [rows[1][column] for column in ("section", "published", "source", "url", "lang")] == [""] * 5
    assert rows[1]["record"] == "17"


def test_a_table_without_hits_is_its_header() -> None:
    nothing = Results("q", 0, 0.1, ())
    assert "".join(iter_csv(nothing)) == ",".join(COLUMNS) + "\n"
    assert "".join(iter_tsv(nothing)) == "\t".join(COLUMNS) + "\n"


@given(st.text())
def test_any_text_comes_back_from_csv(text: str) -> None:
    written = io.StringIO("".join(iter_csv(results_with(text))), newline="")
    rows = list(csv.DictReader(written))
    assert [row["title"] for row in rows] == [text]
    assert rows[0]["snippet"] == text


@given(st.text())
def test_a_tsv_row_is_one_line_of_as_many_values_as_the_header(text: str) -> None:
    written = "".join(iter_tsv(results_with(text)))
    header, row = written.splitlines()
    assert header.split("\t") == list(COLUMNS)
    assert len(row.split("\t")) == len(COLUMNS)
    assert row.split("\t")[COLUMNS.index("title")].split() == text.split()
