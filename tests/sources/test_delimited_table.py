"""Tables: headers, dialects, rows that go on over lines, and rows that are wrong."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.article import Page
from newsgrep.sources import delimited_table
from newsgrep.sources.formats import detect_format, read_file
from newsgrep.sources.outcome import Skipped
from newsgrep.sources.read_options import ReadOptions
from tests.sources.format_samples import CSV
from tests.sources.reading import list_faults, read, read_pages

if TYPE_CHECKING:
    from pathlib import Path

LONG = "Boats left at dawn, and others followed on the tide."


def test_columns_are_known_by_the_names_that_json_keys_have() -> None:
    first, second = read_pages("a.csv", CSV)
    assert (first.key, first.record, first.title, first.published) == ("q1", "q1", "Harbour reopens", "2018-02-20")
    assert first.text == 'Boats left at dawn.\nThe "Gull" led, others followed.'
    assert (first.section, first.authors, first.url) == (("World",), ("Ada Quill",), "https://quay.example/1")
    assert second.text == "It was the fog."


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("link,headline,category,short_description,authors,date", "https://q.example/1,Ferry,WORLD,The text.,Ada,2018"),
        (",id,title,publication,author,date,year,month,url,content", "0,7,Ferry,Quay,Ada,2016,2016,1,,The text."),
        ("Class Index,Title,Description", "1,Ferry,The text."),
        ("title,text,subject,date", "Ferry,The text.,News,2018"),
        ("id,article,headlines", "1,The text.,Ferry"),
        ("category\tfilename\ttitle\tcontent", "coast\t1.txt\tFerry\tThe text."),
        ("Title;Body;Published", "Ferry;The text.;2018"),
        ("title|text", "Ferry|The text."),
    ],
)
def test_shapes_of_known_data_sets(header: str, row: str) -> None:
    (page,) = read_pages("a.csv", f"{header}\n{row}\n")
    assert (page.title, page.text) == ("Ferry", "The text.")


def test_ag_news_has_no_header() -> None:
    first, second = read_pages("train.csv", f'"4","Ferry","{LONG}"\n"2","Race","{LONG}"\n')
    assert (first.title, first.text, first.section) == ("Ferry", LONG, ("Sci/Tech",))
    assert second.section == ("Sports",)


def test_a_table_without_articles_says_so() -> None:
    assert read("a.csv", "open,close\n1,2\n") == [Skipped("a table without a column for titles or texts")]
    assert read("a.csv", "title,text\n") == [Skipped("a table without rows")]
    assert read("a.csv", " \n") == [Skipped("empty")]


def test_a_mapping_is_believed_over_the_names() -> None:
    options = ReadOptions(mapping=(("title", "kop"), ("body", "tekst")))
    (page,) = read_pages("a.csv", "kop,tekst\nVeer,De mist.\n", options)
    assert (page.title, page.text) == ("Veer", "De mist.")


def test_a_file_without_the_suffix_is_a_table_by_its_header() -> None:
    for name, content, expected in (
        ("export", "title,text,date\nFerry,Fog.,2018\n", "table"),
        ("a.txt", "title\ttext\turl\nFerry\tFog.\thttps://q.example\n", "table"),
        ("a.txt", "Title, text and date of a story\nare what it has.\n", "text"),
        ("a.txt", "By author, date, title\n\nBoats left.", "text"),
    ):
        chosen = detect_format(name, content.encode())
        assert not isinstance(chosen, Skipped)
        assert chosen.name == expected, content


def test_a_row_of_another_width_is_broken_and_the_rest_is_read() -> None:
    outcomes = read("a.csv", 'title,text\nA,"x\ny"\nB\nC,c,c\nD,d,,\n\nE,e\n')
    assert [one.title for one in outcomes if isinstance(one, Page)] == ["A", "D", "E"]
    assert list_faults(outcomes) == [
        ("line 4", "1 fields where the table has 2 columns"),
        ("line 5", "3 fields where the table has 2 columns"),
    ]


def test_a_quote_that_is_never_closed_costs_its_row() -> None:
    outcomes = read("a.csv", 'title,text\nA,a\nB,"b\nC,c\nD,d\n')
    assert [one.title for one in outcomes if isinstance(one, Page)] == ["A", "C", "D"]
    assert list_faults(outcomes) == [("line 3", "A quote that is never closed")]


def test_a_row_above_the_bound_costs_that_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited_table, "_MAX_ROW_CHARS", 500)
    outcomes = read("a.csv", 'title,text\nA,a\nB,"' + "b\n" * 400 + '"\nC,c\n')
    titles = [one.title for one in outcomes if isinstance(one, Page)]
    assert titles[0] == "A"
    assert list_faults(outcomes)[0] == ("line 3", "A quote that is never closed")


def test_tabs_without_quoting_keep_their_quotes() -> None:
    first, second = read_pages("a.tsv", 'title\ttext\n"A\tlong "text" here\nB\tthe "\n')
    assert (first.title, first.text, second.text) == ('"A', 'long "text" here', 'the "')


def test_quotes_written_with_a_backslash() -> None:
    (page,) = read_pages("a.csv", '"title","text"\n"A","say \\"hi, you\\" now"\n')
    assert page.text == 'say "hi, you" now'


def test_a_spreadsheet_names_its_separator() -> None:
    (page,) = read_pages("a.csv", "sep=;\ntitle;text\nA, b;c, d\n")
    assert (page.title, page.text) == ("A, b", "c, d")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    (page,) = read_pages("a.csv", "title,text\nHäfen öffnen,Schöne Boote fahren früh über das Meer.\n".encode(encoding))
    assert (page.title, page.text) == ("Häfen öffnen", "Schöne Boote fahren früh über das Meer.")


CELL = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n"), min_size=1, max_size=30).map(
    lambda text: f"x{text}x"
)


@settings(max_examples=60)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6), st.sampled_from(",;\t|"))
def test_what_the_standard_writer_writes_is_read(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(("title", "text"))
    writer.writerows(rows)
    pages = read_pages("a.csv", out.getvalue())
    assert len(pages) == len(rows)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as out:
        out.write("title,text\n")
        for number in range(30_000):
            out.write(f'Ferry {number},"{LONG}\n{LONG * 6}"\n')
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_file(str(path)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 30_000
    assert path.stat().st_size > 10_000_000 > peak
