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
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.filedb.filestore import FileStorage
from whoosh.index import create_in
from whoosh.reading import SegmentReader
from whoosh.searching import Searcher
from whoosh.util.numeric import byte_to_length, length_to_byte

from newsgrep.codec.pickled import ArraySegment
from newsgrep.codec.segment_file import SegmentDamaged, SegmentFile
from newsgrep.codec.whoosh_codec import ArrayCodec

GOLDEN = Path(__file__).parent / "golden" / "v2.seg"

SPACED = SpaceSeparatedTokenizer()
SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    title=fields.TEXT(analyzer=SPACED, stored=True),
    body=fields.TEXT(analyzer=SPACED, stored=True, vector=True),
    quote=fields.TEXT(analyzer=SPACED, chars=True, field_boost=2.5),
    section=fields.KEYWORD(stored=True, sortable=True),
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
            ("Ferry returns to the harbour", "The ferry came back at dawn. Nobody had waited for it.", "City", 0),
            (
                "Council counts its bridges",
                "There are eleven bridges, the council found; ten were known.",
                "City",
                86400,
            ),
            ("A goat wins the village race", "The goat ran unopposed.", "Sport Odd", -86400),
            ("Café on the Rue de l'Église closes", "Its owner says the coffee was never good.", "Food", 1_700_000_000),
            ("Мост закрыт на ремонт", "Мост через реку закрыт до весны.", "Город", 1_600_000_000),
            ("港の橋が開通", "新しい橋は港と町を結ぶ。", "地域", 1_500_000_000),
            ("Election: 1,000 votes found in U.S. attic", "The attic's owner e-mailed the clerk.", "Politics", 1),
            ("", "A piece without a title, a section or a date.", None, None),
            ("Storm", "storm " * 400 + "calm", "Weather", 1_650_000_000),
            ("Nothing happened on Tuesday", "Nothing at all.", "Odd", 2**40),
            ("Bridges, again", "The eleventh bridge is a plank. A plank is not a bridge, says the harbour.", "City", 7),
            ("Correction", "The goat did not win. It was the only one to run.", "Sport Odd", -1),
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


def test_the_golden_file_is_whole_and_of_version_2() -> None:
    assert GOLDEN.read_bytes()[:12] == b"NGSEG\r\n\x1a\x02\0\0\0"
    SegmentFile(GOLDEN).check()


def test_a_segment_of_version_1_is_refused_by_name_and_version() -> None:
    with pytest.raises(SegmentDamaged, match=r"v1\.seg.*version 1"):
        SegmentFile(GOLDEN.with_name("v1.seg"))


def test_every_document_reads_as_it_was_written(reader: SegmentReader) -> None:
    stored = ("id", "title", "body", "section", "published")
    assert list(reader.all_stored_fields()) == [
        {name: document[name] for name in stored if name in document} for document in DOCUMENTS
    ]


def _positions(field: str) -> dict[bytes, list[tuple[int, list[int]]]]:
    """Every term of a field with its documents and positions, from the texts."""
    found: dict[bytes, list[tuple[int, list[int]]]] = {}
    for docnum, document in enumerate(DOCUMENTS):
        words = document[field].split()
        for word in set(words):
            places = [place for place, each in enumerate(words) if each == word]
            found.setdefault(word.encode(), []).append((docnum, places))
    return found


@pytest.mark.parametrize("field", ["title", "body", "quote"])
def test_terms_postings_and_positions_read_as_they_were_written(reader: SegmentReader, field: str) -> None:
    expected = _positions(field)
    assert list(reader.lexicon(field)) == sorted(expected)
    for term, postings in expected.items():
        assert list(reader.postings(field, term).items_as("positions")) == postings
        assert reader.doc_frequency(field, term) == len(postings)
    assert reader.postings("body", "storm").weight() == 400.0


def test_labels_and_keys_read_as_they_were_written(reader: SegmentReader) -> None:
    labels = {label for document in DOCUMENTS for label in document.get("section", "").split()}
    assert list(reader.lexicon("section")) == sorted(map(str.encode, labels))
    assert list(reader.postings("section", "Odd").all_ids()) == [2, 9, 11]
    assert [list(reader.postings("id", f"d{n}").all_ids()) for n in range(12)] == [[n] for n in range(12)]


def test_payloads_read_as_they_were_written(reader: SegmentReader) -> None:
    matcher = reader.postings("quote", "the")
    found = []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight(), matcher.value_as("characters")))
        matcher.next()
    assert found == [(0, 2.5, [(2, 11, 14)]), (2, 2.5, [(2, 10, 13)]), (3, 2.5, [(1, 3, 6)])]


def test_lengths_columns_and_vectors_read_as_they_were_written(reader: SegmentReader) -> None:
    for field in ("title", "body", "quote"):
        lengths = [len(document[field].split()) for document in DOCUMENTS]
        codes = [byte_to_length(length_to_byte(length)) for length in lengths]
        assert [reader.doc_field_length(docnum, field, 0) for docnum in range(12)] == codes
        assert reader.field_length(field) == sum(lengths)
    published = reader.column_reader("published")
    assert [published[docnum] for docnum in (0, 1, 2, 9, 11)] == [0, 86400, -86400, 2**40, -1]
    assert reader.column_reader("section")[2] == "Sport Odd"
    assert list(reader.vector_as("weight", 2, "body")) == [
        ("The", 1.0),
        ("goat", 1.0),
        ("ran", 1.0),
        ("unopposed.", 1.0),
    ]


def test_searches_find_what_they_found(reader: SegmentReader) -> None:
    searcher = Searcher(reader)

    def find(asked: query.Query) -> list[str]:
        return [hit["id"] for hit in searcher.search(asked, limit=None)]

    assert find(query.Phrase("body", ["plank", "is", "not", "a", "bridge,"])) == ["d10"]
    assert find(query.And([query.Term("body", "The"), query.Not(query.Term("section", "City"))])) == ["d2", "d6", "d11"]
    assert sorted(find(query.NumericRange("published", -86400, 7))) == ["d0", "d10", "d11", "d2", "d6"]
