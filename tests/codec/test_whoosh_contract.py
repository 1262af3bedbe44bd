"""What Whoosh asks of a codec, asked of ours and of Whoosh's own alike."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from whoosh import columns, fields, formats, query
from whoosh.analysis import SpaceSeparatedTokenizer, StemmingAnalyzer
from whoosh.codec.base import Codec
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, create_in, open_dir
from whoosh.multiproc import SerialMpWriter
from whoosh.qparser import QueryParser
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length, length_to_byte

from newsgrep.codec.whoosh_codec import ArrayCodec

MakeCodec = Callable[[], Codec]


@pytest.fixture(params=[ArrayCodec, W3Codec], ids=["ours", "whoosh"])
def make_codec(request: pytest.FixtureRequest) -> MakeCodec:
    codec: MakeCodec = request.param
    return codec


def _words(**options: Any) -> Any:
    return fields.TEXT(analyzer=SpaceSeparatedTokenizer(), **options)


def _create(folder: Path, make_codec: MakeCodec, schema: fields.Schema, *batches: list[dict[str, Any]]) -> FileIndex:
    """An index with one segment a batch."""
    index = create_in(folder, schema)
    for batch in batches:
        writer = index.writer(codec=make_codec())
        for document in batch:
            writer.add_document(**document)
        writer.commit(merge=False)
    return open_dir(folder)


def _write_documents(folder: Path, make_codec: MakeCodec, write: Callable[[Any], int]) -> Any:
    """What the per-document writer wrote, opened; `write` says how many documents there are."""
    storage, codec = FileStorage(str(folder)), make_codec()
    segment = codec.new_segment(storage, "MAIN")
    writer = codec.per_document_writer(storage, segment)
    segment.set_doc_count(write(writer))
    writer.close()
    return codec.per_document_reader(storage, segment)


def _found(index: FileIndex, asked: query.Query, **options: Any) -> list[str]:
    with index.searcher() as searcher:
        return [hit["id"] for hit in searcher.search(asked, limit=None, **options)]


def _postings(reader: Any, field: str, term: str) -> list[tuple[int, float, Any]]:
    matcher = reader.postings(field, term)
    found = []
    while matcher.is_active():
        value = matcher.value_as("positions") if matcher.supports("positions") else matcher.value_as("frequency")
        found.append((matcher.id(), matcher.weight(), value))
        matcher.next()
    return found


def test_stored_values_come_back_as_they_were(tmp_path: Path, make_codec: MakeCodec) -> None:
    values: list[Any] = [
        *("words", "", "two\nlines", "Ünïcode \U0001f600", b"\x00\xff", 0, -(2**70), 1.5, True, False),
        *(dt.datetime(2024, 2, 29, 23, 59, 59, 999999), dt.date(1969, 7, 20), Decimal("10.50")),
        *(("a", ("b", 1)), ["c", None], {"key": [b"x"]}, {1: "one"}, {"$bytes": "not really"}, {"$date": 1, "b": 2}),
    ]
    index = _create(tmp_path, make_codec, fields.Schema(it=fields.STORED), [{"it": value} for value in values])
    with index.reader() as reader:
        stored = [reader.stored_fields(docnum)["it"] for docnum in range(len(values))]
    assert stored == values
    assert [type(value) for value in stored] == [type(value) for value in values]


def test_documents_without_stored_values_give_none(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(t=_words(), s=fields.STORED)
    index = _create(tmp_path, make_codec, schema, [{"t": "a"}, {"s": 1}, {"t": "b"}])
    with index.reader() as reader:
        assert list(reader.all_stored_fields()) == [{}, {"s": 1}, {}]


def test_postings_say_where_and_how_often(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(t=_words(), u=_words(phrase=False), k=fields.ID)
    documents = [{"t": "a b a", "u": "a b a", "k": "x"}, {"t": "c", "u": "c"}, {"t": "b a", "u": "b a", "k": "x"}]
    with _create(tmp_path, make_codec, schema, documents).reader() as reader:
        assert _postings(reader, "t", "a") == [(0, 2.0, [0, 2]), (2, 1.0, [1])]
        assert _postings(reader, "t", "b") == [(0, 1.0, [1]), (2, 1.0, [0])]
        assert _postings(reader, "u", "a") == [(0, 2.0, 2), (2, 1.0, 1)]
        assert _postings(reader, "k", "x") == [(0, 1.0, 1), (2, 1.0, 1)]
        with pytest.raises(TermNotFound):
            reader.postings("t", "d")


def test_a_term_s_statistics_count_all_its_postings(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(t=_words(), k=fields.ID)
    documents = [{"t": "b"}, {"t": "a b a", "k": "x"}, {"t": "c c c c"}, {"t": "b a"}]
    with _create(tmp_path, make_codec, schema, documents).reader() as reader:
        info = reader.term_info("t", "a")
        assert (info.weight(), info.doc_frequency(), info.max_weight()) == (3.0, 2, 2.0)
        assert (info.min_length(), info.max_length(), info.min_id(), info.max_id()) == (2, 3, 1, 3)
        unscored = reader.term_info("k", "x")
        assert (unscored.weight(), unscored.min_length(), unscored.max_length()) == (1.0, 0, 0)
        assert (reader.frequency("t", "a"), reader.doc_frequency("t", "a")) == (3.0, 2)
        assert (reader.frequency("t", "z"), reader.doc_frequency("t", "z")) == (0, 0)
        assert (("t", "a") in reader, ("t", "z") in reader, ("z", "a") in reader) == (True, False, False)


def test_terms_come_in_order_and_from_any_place(tmp_path: Path, make_codec: MakeCodec) -> None:
    rng = random.Random(7)
    terms = sorted({f"w{rng.randrange(10_000)}" for _ in range(300)}, key=str.encode)
    schema = fields.Schema(a=fields.ID, b=fields.KEYWORD)
    with _create(tmp_path, make_codec, schema, [{"a": "x", "b": " ".join(terms)}]).reader() as reader:
        expected = [("a", b"x"), *(("b", term.encode()) for term in terms)]
        assert list(reader.all_terms()) == expected
        assert list(reader.terms_from("b", terms[150])) == expected[151:]
        assert list(reader.terms_from("b", f"{terms[150]}~")) == expected[152:]
        assert list(reader.terms_from("b", "x")) == []
        assert [term for term, _ in reader.iter_from("b", terms[200])] == expected[201:]
        assert {info.doc_frequency() for _, info in reader} == {1}
        assert list(reader.lexicon("b")) == [term.encode() for term in terms]
        assert list(reader.expand_prefix("b", "w12")) == [t.encode() for t in terms if t.startswith("w12")]
        assert sorted(reader.indexed_field_names()) == ["a", "b"]


def test_a_cursor_finds_and_walks_terms(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(a=fields.ID, b=fields.KEYWORD, c=fields.ID, d=fields.ID)
    with _create(tmp_path, make_codec, schema, [{"a": "x", "b": "kilo lima mike", "c": "x"}]).reader() as reader:
        cursor = reader.cursor("b")
        assert (cursor.text(), cursor.next(), cursor.term_info().doc_frequency()) == ("kilo", "lima", 1)
        assert (cursor.find("l"), cursor.find("lima"), cursor.find(b"m")) == ("lima", "lima", "mike")
        assert (cursor.is_valid(), cursor.next(), cursor.is_valid(), cursor.text()) == (True, None, False, None)
        assert cursor.term_info() is None
        assert cursor.find("n") is None
        assert cursor.first() == "kilo"
        assert reader.cursor("d").text() is None


@pytest.mark.parametrize("gap", [1, 254, 255, 256, 65_789, 65_790, 65_791, 200_000])
def test_positions_and_documents_far_apart_come_back(tmp_path: Path, make_codec: MakeCodec, gap: int) -> None:
    text = " ".join(["edge", *["x"] * (gap - 1), "edge"])
    schema = fields.Schema(t=_words())
    index = _create(tmp_path, make_codec, schema, [{"t": text}, *[{"t": "y"}] * min(gap, 400), {"t": "edge"}])
    with index.reader() as reader:
        assert _postings(reader, "t", "edge") == [(0, 2.0, [0, gap]), (1 + min(gap, 400), 1.0, [0])]
        assert reader.doc_field_length(0, "t") == byte_to_length(length_to_byte(gap + 1))


def test_a_document_of_more_than_65535_words_is_searched_like_any_other(tmp_path: Path, make_codec: MakeCodec) -> None:
    rng = random.Random(3)
    words = rng.choices(["alfa", "bravo", "charlie", "delta"], k=70_000)
    words[69_000:69_002] = ["needle", "thread"]
    index = _create(
        tmp_path, make_codec, fields.Schema(id=fields.ID(stored=True), t=_words()), [{"id": "0", "t": " ".join(words)}]
    )
    assert _found(index, query.Phrase("t", ["needle", "thread"])) == ["0"]
    assert _found(index, query.Phrase("t", ["thread", "needle"])) == []
    with index.reader() as reader:
        places = [place for place, word in enumerate(words) if word == "alfa"]
        assert _postings(reader, "t", "alfa") == [(0, float(len(places)), places)]
        assert reader.field_length("t") == 70_000


def test_a_term_in_every_document_is_skipped_through(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(t=_words())
    with _create(tmp_path, make_codec, schema, [{"t": "all " * (1 + n % 20)} for n in range(1000)]).reader() as reader:
        matcher = reader.postings("t", "all")
        assert list(matcher.all_ids()) == list(range(1000))
        matcher = reader.postings("t", "all")
        seen = []
        for target in (0, 1, 127, 128, 500, 3, 999):
            matcher.skip_to(target)
            seen.append((matcher.id(), matcher.weight()))
        assert seen == [(n, float(1 + n % 20)) for n in (0, 1, 127, 128, 500, 500, 999)]
        matcher.next()
        assert not matcher.is_active()


def test_terms_of_any_script_are_found(tmp_path: Path, make_codec: MakeCodec) -> None:
    terms = ["a", "z", "é", "ж", "中文", "\ufffd", "\U0001f600", "\U00020000x", "a\u0301", "\u00a0", "\x7f"]
    schema = fields.Schema(id=fields.ID(stored=True))
    index = _create(tmp_path, make_codec, schema, [{"id": term} for term in terms])
    for term in terms:
        assert _found(index, query.Term("id", term)) == [term]
    with index.reader() as reader:
        assert [term.decode() for term in reader.lexicon("id")] == sorted(terms, key=str.encode)


def test_lengths_are_kept_in_whoosh_s_one_byte_code(tmp_path: Path, make_codec: MakeCodec) -> None:
    counts = [1, 2, 17, 300, 5000, 120_000]
    schema = fields.Schema(t=_words(phrase=False), k=fields.ID)
    documents = [{"t": "w " * count} for count in counts]
    with _create(tmp_path, make_codec, schema, documents).reader() as reader:
        codes = [byte_to_length(length_to_byte(count)) for count in counts]
        assert [reader.doc_field_length(docnum, "t") for docnum in range(len(counts))] == codes
        assert (reader.min_field_length("t"), reader.max_field_length("t")) == (codes[0], codes[-1])
        assert reader.field_length("t") == sum(counts)
        assert (reader.doc_field_length(0, "k", 7), reader.field_length("k")) == (7, 0)


def test_a_field_that_a_document_lacks_has_no_length_there(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(t=_words(), s=fields.STORED)
    with _create(tmp_path, make_codec, schema, [{"s": 1}, {"t": "a b"}, {"s": 1}]).reader() as reader:
        assert [reader.doc_field_length(docnum, "t") or 0 for docnum in range(3)] == [0, 2, 0]
        assert (reader.min_field_length("t"), reader.max_field_length("t")) == (0, 2)


COLUMNS: list[tuple[columns.Column, list[Any], Any]] = [
    (columns.VarBytesColumn(), [b"one", b"", b"three" * 100], b""),
    (columns.FixedBytesColumn(3), [b"abc", b"\0\0\0", b"xyz"], b"\0\0\0"),
    (columns.RefBytesColumn(), [b"red", b"blue", b"red"], b""),
    (columns.RefBytesColumn(2, b"--"), [b"aa", b"bb", b"aa"], b"--"),
    (columns.BitColumn(), [True, False, True], False),
    (columns.BitColumn(compress_at=0), [True, False, True], False),
    (columns.CompressedBytesColumn(), [b"a" * 1000, b"b", b"c"], b""),
    (columns.StructColumn("!ih", (0, 0)), [(1, 2), (-3, 4), (5, -6)], (0, 0)),
    (columns.PickleColumn(columns.VarBytesColumn()), [{"a": 1}, [2], "three"], None),
    (columns.VarBytesListColumn(), [[b"a", b"bc"], [b""], [b"d"]], []),
    (columns.FixedBytesListColumn(2), [[b"ab", b"cd"], [b"ef"], [b"gh"]], []),
    *((columns.NumericColumn(code), [1, 0, 100], 0) for code in "bBhHiIqQ"),
    (columns.NumericColumn("q", default=-1), [-(2**63), 0, 2**63 - 1], -1),
    (columns.NumericColumn("Q", default=2**64 - 1), [2**64 - 1, 0, 2**63], 2**64 - 1),
    (columns.NumericColumn("f", default=0.5), [1.5, -2.25, 0.0], 0.5),
    (columns.NumericColumn("d"), [0.1, -1e300, 5e-324], 0.0),
]


@pytest.mark.parametrize(("column", "values", "default"), COLUMNS, ids=lambda it: type(it).__name__)
def test_columns_of_every_class_give_values_and_defaults(
    tmp_path: Path, make_codec: MakeCodec, column: columns.Column, values: list[Any], default: Any
) -> None:
    expected = [default, values[0], values[1], default, default, values[2], default]

    def write(writer: Any) -> int:
        for docnum in range(7):
            writer.start_doc(docnum)
            if docnum in (1, 2, 5):
                writer.add_column_value("it", column, expected[docnum])
            writer.finish_doc()
        return 7

    documents = _write_documents(tmp_path, make_codec, write)
    assert documents.has_column("it")
    assert not documents.has_column("that")
    reader = documents.column_reader("it", column)
    assert len(reader) == 7
    assert [reader[docnum] for docnum in (6, 0, 5, 1, 2, 3, 4)] == [expected[n] for n in (6, 0, 5, 1, 2, 3, 4)]
    if not isinstance(column, columns.CompressedBytesColumn):  # which cannot iterate over documents without a value
        assert list(reader) == expected
    if isinstance(column, columns.NumericColumn):
        assert list(reader.load()) == expected
        reader.set_reverse()
        assert [reader.sort_key(docnum) for docnum in range(7)] == [-value for value in expected]
    documents.close()


def test_a_column_in_compressed_blocks_comes_back(tmp_path: Path, make_codec: MakeCodec) -> None:
    column = columns.CompressedBlockColumn(blocksize=1)
    values = [f"value {n} ".encode() * 20 for n in range(50)]

    def write(writer: Any) -> int:
        for docnum, value in enumerate(values):
            writer.start_doc(docnum)
            writer.add_column_value("it", column, value)
            writer.finish_doc()
        return len(values)

    documents = _write_documents(tmp_path, make_codec, write)
    reader = documents.column_reader("it", column)
    assert [reader[docnum] for docnum in range(50)] == values
    documents.close()


VALUE_FORMATS = [formats.Characters(), formats.PositionBoosts(), formats.CharacterBoosts(), formats.Positions()]


@pytest.mark.parametrize("format_", VALUE_FORMATS, ids=lambda it: type(it).__name__)
def test_every_format_s_values_come_back(tmp_path: Path, make_codec: MakeCodec, format_: formats.Format) -> None:
    field = fields.FieldType(format_, SpaceSeparatedTokenizer(), scorable=True)
    texts = ["a bb a", "bb", "a a a", "c a"]
    with _create(tmp_path, make_codec, fields.Schema(t=field), [{"t": text} for text in texts]).reader() as reader:
        for term in ("a", "bb", "c"):
            matcher = reader.postings("t", term)
            expected = [
                (docnum, weight, value)
                for docnum, text in enumerate(texts)
                for found, _, weight, value in field.index(text)
                if found == term.encode()
            ]
            assert [docnum for docnum, _, _ in expected] == list(reader.postings("t", term).all_ids())
            for docnum, weight, value in expected:
                assert (matcher.id(), matcher.weight()) == (docnum, weight)
                for kind in ("positions", "characters", "position_boosts", "frequency"):
                    if format_.supports(kind):
                        assert matcher.value_as(kind) == format_.decode_as(kind, value)
                matcher.next()


def test_boosts_make_weights(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(t=_words(field_boost=1.5), k=fields.ID)
    documents: list[dict[str, Any]] = [
        {"t": "a b a"},
        {"t": "a", "_t_boost": 2.5, "k": "x"},
        {"t": "a", "_boost": 0.25, "k": "x"},
    ]
    with _create(tmp_path, make_codec, schema, documents).reader() as reader:
        assert _postings(reader, "t", "a") == [(0, 3.0, [0, 2]), (1, 3.75, [0]), (2, 0.375, [0])]
        assert _postings(reader, "k", "x") == [(1, 1.0, 1), (2, 0.25, 1)]
        info = reader.term_info("t", "a")
        assert (info.weight(), info.max_weight()) == (7.125, 3.75)
        assert reader.frequency("t", "a") == 7.125


def test_vectors_give_a_document_s_own_terms(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(t=_words(vector=formats.Frequency()), s=fields.STORED)
    documents: list[dict[str, Any]] = [{"t": "b a b é"}, {"s": 1}, {"t": "c"}]
    with _create(tmp_path, make_codec, schema, documents).reader() as reader:
        assert [reader.has_vector(docnum, "t") for docnum in range(3)] == [True, False, True]
        assert list(reader.vector_as("weight", 0, "t")) == [("a", 1.0), ("b", 2.0), ("é", 1.0)]
        assert list(reader.vector(0, "t").items_as("frequency")) == [("a", 1), ("b", 2), ("é", 1)]
        matcher = reader.vector(0, "t")
        matcher.skip_to("aa")
        assert (matcher.id(), list(reader.vector(2, "t").all_ids())) == ("b", ["c"])


def _library(n: int) -> list[dict[str, Any]]:
    rng = random.Random(n)
    words = ["bridge", "harbour", "council", "budget", "strike", "ferry", "storm", "vote", "court", "river"]
    return [
        {
            "id": str(n * 100 + k),
            "t": " ".join(rng.choices(words, k=rng.randrange(1, 30))),
            "tag": rng.choice(["city", "sport", "law"]),
            "day": dt.datetime(2020, 1, 1) + dt.timedelta(days=rng.randrange(1000)),
            "n": rng.randrange(-50, 50),
            "flag": rng.random() < 0.5,
        }
        for k in range(40)
    ]


LIBRARY = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    t=_words(stored=True, vector=True),
    tag=fields.KEYWORD(stored=True, sortable=True),
    day=fields.DATETIME(stored=True, sortable=True),
    n=fields.NUMERIC(stored=True, sortable=True),
    flag=fields.BOOLEAN(stored=True),
)


def _everything(index: FileIndex) -> list[Any]:
    """All that can be read of the documents, whatever segments they are in."""
    found: list[Any] = []
    with index.searcher() as searcher:
        reader = searcher.reader()
        for docnum in reader.all_doc_ids():
            stored = reader.stored_fields(docnum)
            values = [reader.column_reader(name)[docnum] for name in ("tag", "day", "n")]
            found.append((stored["id"], stored, reader.doc_field_length(docnum, "t"), values))
            found.append((stored["id"], list(reader.vector(docnum, "t").items_as("positions"))))
        for field, term in reader.all_terms():
            ids = [
                (reader.stored_fields(docnum)["id"], weight, value)
                for docnum, weight, value in _postings(reader, field, term)
            ]
            if ids:
                found.append((field, term, sorted(ids)))
    return sorted(found, key=repr)


def test_many_segments_answer_like_one(tmp_path: Path, make_codec: MakeCodec) -> None:
    batches = [_library(n) for n in range(4)]
    (tmp_path / "many").mkdir()
    (tmp_path / "one").mkdir()
    many = _create(tmp_path / "many", make_codec, LIBRARY, *batches)
    one = _create(tmp_path / "one", make_codec, LIBRARY, [document for batch in batches for document in batch])
    assert len(many._segments()) == 4
    assert _everything(many) == _everything(one)
    asked = QueryParser("t", LIBRARY).parse("bridge OR (harbour AND NOT court) OR 'river'")
    assert sorted(_found(many, asked)) == sorted(_found(one, asked)) != []


def test_deleted_documents_are_gone_before_and_after_they_are_merged_away(
    tmp_path: Path, make_codec: MakeCodec
) -> None:
    index = _create(tmp_path, make_codec, LIBRARY, *(_library(n) for n in range(3)))
    with index.writer(codec=make_codec()) as writer:
        writer.merge = False
        for docnum in ("0", "7", "139", "220"):
            assert writer.delete_by_term("id", docnum) == 1
        assert writer.delete_by_query(query.Term("tag", "law")) > 0
    index = open_dir(tmp_path)
    before = _everything(index)
    ids = {document["id"] for n in range(3) for document in _library(n) if document["tag"] != "law"}
    ids -= {"0", "7", "139", "220"}
    assert (index.doc_count(), index.doc_count_all()) == (len(ids), 120)
    assert set(_found(index, query.Every())) == ids
    assert _found(index, query.Term("id", "7")) == []
    writer = index.writer(codec=make_codec())
    writer.commit(optimize=True)
    index = open_dir(tmp_path)
    assert (len(index._segments()), index.doc_count_all()) == (1, len(ids))
    assert _everything(index) == before


def test_an_updated_document_replaces_the_one_of_its_key(tmp_path: Path, make_codec: MakeCodec) -> None:
    index = _create(tmp_path, make_codec, LIBRARY, _library(0))
    with index.writer(codec=make_codec()) as writer:
        writer.update_document(id="3", t="replaced", tag="city", n=1)
    index = open_dir(tmp_path)
    assert index.doc_count() == 40
    assert _found(index, query.Term("t", "replaced")) == ["3"]
    assert sorted(_found(index, query.Term("id", "3"))) == ["3"]


def test_merged_fields_keep_values_and_weights(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(
        c=fields.FieldType(formats.Characters(), SpaceSeparatedTokenizer(), scorable=True), w=_words(field_boost=2.5)
    )
    texts = ["a bb a", "bb", "a a a", "c a"]
    index = _create(tmp_path, make_codec, schema, *([{"c": text, "w": text}] for text in texts))
    index.writer(codec=make_codec()).commit(optimize=True)
    with open_dir(tmp_path).reader() as reader:
        assert [(n, v) for n, v in reader.postings("c", "a").items_as("characters")] == [
            (0, [(0, 0, 1), (2, 5, 6)]),
            (2, [(0, 0, 1), (1, 2, 3), (2, 4, 5)]),
            (3, [(1, 2, 3)]),
        ]
        assert _postings(reader, "w", "a") == [(0, 5.0, [0, 2]), (2, 7.5, [0, 1, 2]), (3, 2.5, [1])]


def test_an_empty_index_has_nothing(tmp_path: Path, make_codec: MakeCodec) -> None:
    index = _create(tmp_path, make_codec, LIBRARY, [])
    assert (index.doc_count(), index.is_empty()) == (0, True)
    assert _found(index, query.Every()) == []
    assert _found(index, query.Term("t", "bridge")) == []


def test_an_index_of_one_document_answers(tmp_path: Path, make_codec: MakeCodec) -> None:
    index = _create(tmp_path, make_codec, LIBRARY, _library(0)[:1])
    assert _found(index, query.Every()) == ["0"]
    assert _found(index, query.Term("tag", _library(0)[0]["tag"])) == ["0"]


def test_a_document_without_any_terms_is_one_nevertheless(tmp_path: Path, make_codec: MakeCodec) -> None:
    index = _create(tmp_path, make_codec, fields.Schema(id=fields.STORED, t=_words()), [{"id": "0"}, {"id": "1"}])
    assert _found(index, query.Every()) == ["0", "1"]
    with index.reader() as reader:
        assert list(reader.all_terms()) == []
        assert list(iter(reader)) == []


def test_documents_sort_and_group_by_columns(tmp_path: Path, make_codec: MakeCodec) -> None:
    documents = [*_library(0), *_library(1)]
    index = _create(tmp_path, make_codec, LIBRARY, _library(0), _library(1))
    by = {name: {document["id"]: document[name] for document in documents} for name in ("day", "n", "tag")}
    for name in ("day", "n"):
        for reverse in (False, True):
            ids = _found(index, query.Every(), sortedby=name, reverse=reverse)
            assert [by[name][found] for found in ids] == sorted(by[name].values(), reverse=reverse)
    with index.searcher() as searcher:
        groups = searcher.search(query.Every(), limit=None, groupedby="tag").groups()
        for tag, docnums in groups.items():
            members = {searcher.stored_fields(docnum)["id"] for docnum in docnums}
            assert members == {found for found, its in by["tag"].items() if its == tag}


def test_ranges_of_numbers_and_dates_are_found(tmp_path: Path, make_codec: MakeCodec) -> None:
    index = _create(tmp_path, make_codec, LIBRARY, _library(0), _library(1))
    documents = [*_library(0), *_library(1)]
    between = {d["id"] for d in documents if -20 <= d["n"] <= 13}
    assert set(_found(index, query.NumericRange("n", -20, 13))) == between != set()
    first, last = dt.datetime(2020, 6, 1), dt.datetime(2021, 3, 1)
    days = {d["id"] for d in documents if first <= d["day"] <= last}
    assert set(_found(index, query.DateRange("day", first, last))) == days != set()
    flagged = {d["id"] for d in documents if d["flag"]}
    assert set(_found(index, query.Term("flag", True))) == flagged


def test_whoosh_s_extras_work(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(id=fields.ID(stored=True), t=_words(stored=True))
    texts = ["the ferry left the harbour", "a storm closed the harbour", "storm over the river", "court vote"]
    index = _create(tmp_path, make_codec, schema, [{"id": str(n), "t": text} for n, text in enumerate(texts)])
    with index.searcher() as searcher:
        results = searcher.search(query.Term("t", "storm"))
        assert [hit["id"] for hit in results] in (["1", "2"], ["2", "1"])
        assert {term for term, _ in results.key_terms("t", numterms=3)} <= set(" ".join(texts).split())
        assert '<b class="match term0">storm</b>' in results[0].highlights("t")
        hit = searcher.search(query.Term("id", "1"))[0]
        assert {more["id"] for more in hit.more_like_this("t")} <= {"0", "2"}
        assert searcher.suggest("t", "habrour") == ["harbour"]
        corrected = searcher.correct_query(QueryParser("t", schema).parse("stormm"), "stormm")
        assert corrected.string == "storm"
    assert _found(index, query.FuzzyTerm("t", "harbor")) == ["0", "1"]
    assert _found(index, query.Wildcard("t", "*e*y")) == ["0"]
    assert _found(index, query.Prefix("t", "co")) == ["3"]
    assert _found(index, query.Regex("t", "r[io]v.r")) == ["2"]
    assert _found(index, query.TermRange("t", "f", "g")) == ["0"]


def test_a_spelling_field_suggests_words_as_they_were_written(tmp_path: Path, make_codec: MakeCodec) -> None:
    schema = fields.Schema(t=fields.TEXT(analyzer=StemmingAnalyzer(), spelling=True))
    documents = [{"t": "rendering shading modeling"}, {"t": "shading rendering"}]
    with _create(tmp_path, make_codec, schema, documents).searcher() as searcher:
        assert searcher.suggest("t", "renderink") == ["rendering"]
        assert searcher.reader().frequency("spell_t", "rendering") == 2


def test_the_best_of_many_are_the_same_with_and_without_skipping(tmp_path: Path, make_codec: MakeCodec) -> None:
    rng = random.Random(11)
    documents = [
        {"id": str(n), "t": " ".join(rng.choices("ab", weights=[9, 1], k=rng.randrange(1, 60)))} for n in range(2000)
    ]
    schema = fields.Schema(id=fields.ID(stored=True), t=_words(phrase=False))
    index = _create(tmp_path, make_codec, schema, documents)
    for asked in (query.Term("t", "b"), query.Or([query.Term("t", "a"), query.Term("t", "b")])):
        with index.searcher() as searcher:
            best = [(hit.docnum, hit.score) for hit in searcher.search(asked, limit=10, optimize=True)]
            every = [(hit.docnum, hit.score) for hit in searcher.search(asked, limit=None, optimize=False)]
        assert best == every[:10]


def test_a_cancelled_writer_changes_nothing_and_its_files_are_swept(tmp_path: Path, make_codec: MakeCodec) -> None:
    index = _create(tmp_path, make_codec, LIBRARY, _library(0))
    before = {path.name for path in tmp_path.iterdir()}
    writer = index.writer(codec=make_codec())
    writer.add_document(id="x", t="bridge")
    writer.cancel()
    assert _found(open_dir(tmp_path), query.Term("id", "x")) == []
    index.writer(codec=make_codec()).commit(merge=False)
    after = {path.name for path in tmp_path.iterdir()}
    assert {name for name in before if not name.endswith(".toc")} == {n for n in after if not n.endswith(".toc")}


def test_segments_of_several_writers_are_joined(tmp_path: Path, make_codec: MakeCodec) -> None:
    (tmp_path / "joined").mkdir()
    (tmp_path / "one").mkdir()
    one = _create(tmp_path / "one", make_codec, LIBRARY, _library(0))
    joined = create_in(tmp_path / "joined", LIBRARY)
    writer = SerialMpWriter(joined, procs=3, codec=make_codec())
    for document in _library(0):
        writer.add_document(**document)
    writer.commit()
    assert _everything(joined) == _everything(one)


def test_a_field_removed_from_the_schema_is_gone_after_a_merge(tmp_path: Path, make_codec: MakeCodec) -> None:
    index = _create(tmp_path, make_codec, LIBRARY, _library(0), _library(1))
    writer = index.writer(codec=make_codec())
    writer.remove_field("t")
    writer.commit(optimize=True)
    with open_dir(tmp_path).reader() as reader:
        assert set(reader.indexed_field_names()) == {"id", "tag", "day", "n", "flag"}
        assert all("t" not in stored for stored in reader.all_stored_fields())
