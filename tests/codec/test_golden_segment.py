"""A segment of format version 1, kept since that version was made: it must open and read the same for ever.

`_write_golden(folder)` writes such a segment anew. The committed file is not to be replaced by its output: a change
that needs another file needs another version.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import create_in
from whoosh.reading import SegmentReader
from whoosh.searching import Searcher

from newsgrep.codec.pickled import ArraySegment, Labels, PlainWords, StemmedWords
from newsgrep.codec.segment_file import SegmentFile
from newsgrep.codec.whoosh_codec import ArrayCodec

GOLDEN = Path(__file__).parent / "golden" / "v1.seg"

SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    title=fields.TEXT(analyzer=StemmedWords(), phrase=True, stored=True),
    body=fields.TEXT(analyzer=StemmedWords(), phrase=True, stored=True, vector=True),
    quote=fields.TEXT(analyzer=PlainWords(), chars=True, field_boost=2.5),
    section=fields.KEYWORD(analyzer=Labels(), stored=True, sortable=True),
    published=fields.NUMERIC(int, bits=64, signed=True, sortable=True, stored=True),
)

DOCUMENTS: list[dict[str, Any]] = [
    {
        "id": f"d{number}",
        "title": title,
        "body": body,
        "quote": title.partition(" ")[2],
        **({"section": section} if section else {}),
        **({"published": published} if published is not None else {}),
    }
    for number, (title, body, section, published) in enumerate(
        [
            ("Ferry returns to the harbour", "The ferry came back at dawn.\n\nNobody had waited for it.", "City", 0),
            (
                "Council counts its bridges",
                "There are eleven bridges, the council found; ten were known.",
                "City",
                86400,
            ),
            ("A goat wins the village race", "The goat ran unopposed.", "Sport\nOdd", -86400),
            ("Café on the Rue de l'Église closes", "Its owner says the coffee was never good.", "Food", 1_700_000_000),
            ("Мост закрыт на ремонт", "Мост через реку закрыт до весны.", "Город", 1_600_000_000),
            ("港の橋が開通", "新しい橋は港と町を結ぶ。", "地域", 1_500_000_000),
            ("Election: 1,000 votes found in U.S. attic", "The attic's owner e-mailed the clerk.", "Politics", 1),
            ("", "A piece without a title, a section or a date.", None, None),
            ("Storm", "storm " * 400 + "calm", "Weather", 1_650_000_000),
            ("Nothing happened on Tuesday", "Nothing at all.", "Odd", 2**40),
            ("Bridges, again", "The eleventh bridge is a plank. A plank is not a bridge, says the harbour.", "City", 7),
            ("Correction", "The goat did not win. It was the only one to run.", "Sport\nOdd", -1),
        ]
    )
]


def _write_golden(folder: Path) -> Path:
    """Write the segment that the golden file was; returns its path."""
    with create_in(folder, SCHEMA).writer(codec=ArrayCodec()) as writer:
        for document in DOCUMENTS:
            writer.add_document(**document)
    (path,) = folder.glob("*.seg")
    return path


@pytest.fixture(params=["golden", "written anew"])
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> SegmentReader:
    path = GOLDEN if request.param == "golden" else _write_golden(tmp_path)
    folder = tmp_path / "opened"
    folder.mkdir()
    segment = ArraySegment("MAIN")
    segment.set_doc_count(len(DOCUMENTS))
    shutil.copy(path, folder / segment.make_filename(".seg"))
    return SegmentReader(FileStorage(str(folder)), SCHEMA, segment)


def test_the_golden_file_is_whole_and_of_version_1() -> None:
    assert GOLDEN.read_bytes()[:12] == b"NGSEG\r\n\x1a\x01\0\0\0"
    SegmentFile(GOLDEN).check()


def test_every_document_reads_as_it_was_written(reader: SegmentReader) -> None:
    stored = ("id", "title", "body", "section", "published")
    assert list(reader.all_stored_fields()) == [
        {name: document[name] for name in stored if name in document} for document in DOCUMENTS
    ]


def test_terms_postings_and_positions_read_as_they_were_written(reader: SegmentReader) -> None:
    def postings(field: str, term: str) -> list[tuple[int, list[int]]]:
        return list(reader.postings(field, term).items_as("positions"))

    assert postings("body", "bridg") == [(1, [3]), (10, [2, 11])]
    assert postings("body", "storm") == [(8, list(range(400)))]
    assert postings("body", "calm") == [(8, [400])]
    assert postings("title", "goat") == [(2, [1])]
    assert postings("title", "us") == [(6, [4])]
    assert postings("title", "1000") == [(6, [1])]
    assert postings("title", "мост") == [(4, [0])]
    assert postings("body", "мост") == [(4, [0])]
    assert postings("body", "email") == [(6, [4])]
    assert [docnum for docnum, _ in postings("body", "の橋")] == []
    assert [docnum for docnum, _ in postings("title", "の橋")] == [5]
    assert list(reader.lexicon("section")) == sorted(
        label.encode() for label in ("city", "sport", "odd", "food", "город", "地域", "politics", "weather")
    )
    assert reader.term_info("section", "odd").doc_frequency() == 3


def test_payloads_read_as_they_were_written(reader: SegmentReader) -> None:
    matcher = reader.postings("quote", "the")
    found = []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight(), matcher.value_as("characters")))
        matcher.next()
    assert found == [
        (0, 2.5, [(2, 11, 14)]),
        (2, 2.5, [(2, 10, 13)]),
        (3, 2.5, [(1, 3, 6)]),
    ]


def test_lengths_columns_and_vectors_read_as_they_were_written(reader: SegmentReader) -> None:
    assert [reader.doc_field_length(docnum, "title") for docnum in range(3)] == [5, 4, 6]
    assert reader.doc_field_length(7, "title", 0) == 0
    assert reader.doc_field_length(8, "body") == 414
    assert reader.field_length("title") == sum(reader.doc_field_length(n, "title", 0) for n in range(len(DOCUMENTS)))
    published = reader.column_reader("published")
    assert [published[docnum] for docnum in (0, 1, 2, 9, 11)] == [0, 86400, -86400, 2**40, -1]
    assert reader.column_reader("section")[2] == "Sport\nOdd"
    assert list(reader.vector_as("weight", 2, "body")) == [("goat", 1.0), ("ran", 1.0), ("the", 1.0), ("unoppos", 1.0)]


def test_searches_find_what_they_found(reader: SegmentReader) -> None:
    searcher = Searcher(reader)

    def find(asked: query.Query) -> list[str]:
        return [hit["id"] for hit in searcher.search(asked, limit=None)]

    assert find(query.Phrase("body", ["plank", "is", "not", "a", "bridg"])) == ["d10"]
    assert sorted(find(query.And([query.Term("body", "the"), query.Not(query.Term("section", "city"))]))) == [
        *("d11", "d2", "d3", "d6"),
    ]
    assert sorted(find(query.NumericRange("published", -86400, 7))) == ["d0", "d10", "d11", "d2", "d6"]
