"""What our codec promises beyond Whoosh's contract."""

from __future__ import annotations

import pickle
import pickletools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import columns, fields, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec.base import OutOfOrderError
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import create_in, open_dir

from newsgrep.codec.pickled import ArraySegment
from newsgrep.codec.segment import SegmentData
from newsgrep.codec.whoosh_codec import ArrayCodec, open_segment
from newsgrep.codec.whoosh_reader import ArrayTermsReader

WORDS = fields.TEXT(analyzer=SpaceSeparatedTokenizer())


def _files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir() if path.suffix in (".seg", ".tmp"))


@given(st.sets(st.integers(0, 2**32 - 1)), st.integers(0, 2**31))
def test_a_segment_survives_whoosh_s_table_of_contents(deleted: set[int], documents: int) -> None:
    segment = ArraySegment("MAIN")
    segment.set_doc_count(documents)
    for docnum in deleted:
        segment.delete_document(docnum)
    again: ArraySegment = pickle.loads(pickle.dumps(segment, 2))
    assert again.segment_id() == segment.segment_id()
    assert (again.doc_count_all(), set(again.deleted_docs())) == (documents, deleted)
    assert (again.deleted_count(), again.doc_count()) == (len(deleted), documents - len(deleted))
    assert not again.is_compound()
    assert not again.should_assemble()
    assert isinstance(again.codec(), ArrayCodec)


def test_a_segment_pickles_to_its_class_and_plain_values() -> None:
    segment = ArraySegment("MAIN")
    segment.delete_document(3)
    names = [arg for code, arg, _ in pickletools.genops(pickle.dumps(segment, 2)) if code.name in ("GLOBAL", "INST")]
    assert "newsgrep.codec.pickled ArraySegment" in names
    assert {str(name).split()[0] for name in names} <= {"newsgrep.codec.pickled", "copy_reg", "_codecs"}


def test_a_deletion_can_be_taken_back() -> None:
    segment = ArraySegment("MAIN")
    segment.set_doc_count(5)
    segment.delete_document(3)
    assert (segment.is_deleted(3), segment.doc_count()) == (True, 4)
    segment.delete_document(3, delete=False)
    segment.delete_document(4, delete=False)
    assert (segment.is_deleted(3), segment.has_deletions(), segment.doc_count()) == (False, False, 5)


def test_a_segment_is_one_file(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(t=WORDS, n=fields.NUMERIC(sortable=True)))
    for _ in range(2):
        with index.writer(codec=ArrayCodec()) as writer:
            writer.add_document(t="a b", n=1)
            writer.merge = False
    assert _files(tmp_path) == [".seg", ".seg"]


def test_the_readers_of_a_segment_share_one_mapping(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(t=WORDS))
    with index.writer(codec=ArrayCodec()) as writer:
        writer.add_document(t="a")
    (segment,) = index._segments()
    data = open_segment(tmp_path, segment)
    assert open_segment(tmp_path, segment) is data


def test_an_index_in_memory_is_refused_with_a_reason() -> None:
    index = RamStorage().create_index(fields.Schema(t=WORDS))
    with pytest.raises(TypeError, match="directory"):
        index.writer(codec=ArrayCodec())


def test_a_missing_segment_file_is_reported_as_such(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(t=WORDS))
    with index.writer(codec=ArrayCodec()) as writer:
        writer.add_document(t="a")
    next(tmp_path.glob("*.seg")).unlink()
    with pytest.raises(FileNotFoundError, match=r"\.seg"):
        open_dir(tmp_path).reader()


def test_a_value_that_cannot_be_stored_is_refused(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(s=fields.STORED))
    writer = index.writer(codec=ArrayCodec())
    writer.add_document(s=1)
    with pytest.raises(TypeError, match="object"):
        writer.add_document(s=object())
    writer.commit()
    with open_dir(tmp_path).reader() as reader:
        assert list(reader.all_stored_fields()) == [{"s": 1}]


def test_a_column_value_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    schema = fields.Schema(n=fields.COLUMN(columns.NumericColumn("b")), s=fields.STORED)
    writer = create_in(tmp_path, schema).writer(codec=ArrayCodec())
    writer.add_document(n=-7, s=1)
    with pytest.raises(OverflowError):
        writer.add_document(n=200, s=2)
    writer.commit()
    with open_dir(tmp_path).reader() as reader:
        assert list(reader.all_stored_fields()) == [{"s": 1}]
        assert list(reader.column_reader("n")) == [-7]


def _writers(folder: Path) -> tuple[Any, Any, Any, ArraySegment]:
    storage, codec = FileStorage(str(folder)), ArrayCodec()
    segment = codec.new_segment(storage, "MAIN")
    return storage, codec.per_document_writer(storage, segment), codec.field_writer(storage, segment), segment


def test_a_cancelled_document_leaves_no_trace(tmp_path: Path) -> None:
    storage, documents, terms, segment = _writers(tmp_path)
    for docnum, text, cancelled in ((0, "a", False), (1, "gone", True), (1, "b", False), (2, "gone", True)):
        documents.start_doc(docnum)
        documents.add_field("t", WORDS, text, 10 if cancelled else 1)
        documents.add_vector_items("t", WORDS, [(text, 1.0, b"")])
        documents.cancel_doc() if cancelled else documents.finish_doc()
    documents.close()
    # Whoosh keeps the postings of documents that it cancels.
    items = [("t", b"a", 0, 1.0, b""), ("t", b"b", 1, 1.0, b""), ("t", b"gone", 2, 1.0, b"")]
    terms.add_postings(fields.Schema(t=WORDS), None, items)
    terms.close()
    segment.set_doc_count(2)
    reader = ArrayCodec().per_document_reader(storage, segment)
    assert [reader.stored_fields(docnum)["t"] for docnum in range(reader.doc_count_all())] == ["a", "b"]
    assert (reader.field_length("t"), reader.doc_field_length(1, "t")) == (2, 1)
    assert list(reader.vector(1, "t", WORDS.format).all_ids()) == ["b"]
    assert list(ArrayCodec().terms_reader(storage, segment).terms()) == [("t", b"a"), ("t", b"b")]
    reader.close()


def test_documents_are_read_before_their_terms_are_written(tmp_path: Path) -> None:
    storage, documents, terms, segment = _writers(tmp_path)
    documents.start_doc(0)
    documents.add_field("t", WORDS, "a", 3)
    documents.finish_doc()
    documents.close()
    reader = ArrayCodec().per_document_reader(storage, segment)
    assert (reader.doc_count_all(), reader.doc_field_length(0, "t"), reader.stored_fields(0)) == (1, 3, {"t": "a"})
    terms.close()
    assert [path.name for path in tmp_path.iterdir()] == [segment.make_filename(".seg")]


def test_postings_out_of_order_are_refused(tmp_path: Path) -> None:
    _, documents, terms, _ = _writers(tmp_path)
    documents.close()
    terms.start_field("b", WORDS)
    terms.start_term(b"m")
    with pytest.raises(OutOfOrderError):
        terms.start_term(b"l")
    with pytest.raises(OutOfOrderError):
        terms.start_term(b"m")
    terms.finish_field()
    for name in ("a", "b"):
        with pytest.raises(OutOfOrderError):
            terms.start_field(name, WORDS)
    terms.close()


def test_documents_of_a_term_out_of_order_are_refused(tmp_path: Path) -> None:
    _, documents, terms, _ = _writers(tmp_path)
    terms.start_field("t", WORDS)
    terms.start_term(b"a")
    terms.add(5, 1.0, b"", 1)
    with pytest.raises(OutOfOrderError):
        terms.add(4, 1.0, b"", 1)
    terms.finish_term()
    terms.finish_field()
    terms.close()
    documents.close()


def test_documents_come_in_order(tmp_path: Path) -> None:
    _, documents, terms, _ = _writers(tmp_path)
    with pytest.raises(ValueError, match="document 1"):
        documents.start_doc(1)
    documents.start_doc(0)
    with pytest.raises(ValueError, match="document 1"):
        documents.start_doc(1)
    documents.close()
    terms.close()


def test_values_that_no_format_made_come_back_as_they_were(tmp_path: Path) -> None:
    storage, documents, terms, segment = _writers(tmp_path)
    values = [b"", b"x", b"\0", b"", b"\x00\x00\x00\x02", b"no positions at all" * 10]
    for docnum in range(len(values)):
        documents.start_doc(docnum)
        documents.finish_doc()
    documents.close()
    for name in ("frequencies", "positions"):
        field = fields.TEXT(phrase=name == "positions")
        terms.start_field(name, field)
        for number in range(100):
            terms.start_term(f"t{number:03}".encode())
            for docnum, value in enumerate(values):
                terms.add(docnum, 0.5 * number, value if number != 50 else b"", 1)
            terms.finish_term()
        terms.finish_field()
    terms.close()
    reader = ArrayTermsReader(open_segment(tmp_path, segment))
    for name in ("frequencies", "positions"):
        for number in (0, 49, 50, 51, 99):
            matcher = reader.matcher(name, f"t{number:03}".encode(), fields.TEXT().format)
            assert list(matcher.all_items()) == [(n, v if number != 50 else b"") for n, v in enumerate(values)]
            assert reader.frequency(name, f"t{number:03}".encode()) == 3.0 * number
    assert storage.file_exists(segment.make_filename(".seg"))


def test_payloads_and_vectors_take_no_place_where_nothing_needs_them(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(t=WORDS, k=fields.KEYWORD, i=fields.ID, n=fields.NUMERIC(sortable=True)))
    with index.writer(codec=ArrayCodec()) as writer:
        writer.add_document(t="a b a", k="x x y", i="i", n=1)
    data = SegmentData(next(tmp_path.glob("*.seg")))
    assert data.is_plain
    assert not [name for name in data.file.names if "weight" in name or "value" in name or "vector" in name]


@pytest.mark.parametrize(
    ("field", "options"),
    [
        (fields.TEXT(vector=True), {}),
        (fields.TEXT(chars=True), {}),
        (fields.TEXT(), {"_t_boost": 2.0}),
        (fields.TEXT(sortable=True), {}),
    ],
    ids=["vector", "values", "weights", "column"],
)
def test_a_segment_says_whether_it_holds_more_than_plain_arrays(
    tmp_path: Path, field: fields.FieldType, options: dict[str, Any]
) -> None:
    index = create_in(tmp_path, fields.Schema(t=field))
    with index.writer(codec=ArrayCodec()) as writer:
        writer.add_document(t="alfa bravo", **options)
    assert not SegmentData(next(tmp_path.glob("*.seg"))).is_plain


def test_field_names_like_those_of_sections_do_no_harm(tmp_path: Path) -> None:
    names = ["store", "lengths", "column", "vectors", "terms", "t/ends", "t"]
    field = fields.TEXT(stored=True, vector=True, sortable=True)
    index = create_in(tmp_path, fields.Schema(**dict.fromkeys(names, field)))
    with index.writer(codec=ArrayCodec()) as writer:
        writer.add_document(**{name: f"word{number}" for number, name in enumerate(names)})
    with open_dir(tmp_path).searcher() as searcher:
        for number, name in enumerate(names):
            assert len(searcher.search(query.Term(name, f"word{number}"))) == 1
            assert list(searcher.reader().vector(0, name).all_ids()) == [f"word{number}"]
        assert searcher.stored_fields(0) == {name: f"word{number}" for number, name in enumerate(names)}


def test_a_field_writer_closed_amid_a_field_leaves_nothing(tmp_path: Path) -> None:
    _, documents, terms, segment = _writers(tmp_path)
    terms.start_field("t", WORDS)
    terms.start_term(b"a")
    terms.add(0, 1.0, b"", 1)
    terms.close()
    assert not list(tmp_path.iterdir())
    documents.close()
    assert [path.name for path in tmp_path.iterdir()] == [segment.make_filename(".docs.seg")]


def test_a_reader_goes_on_while_its_segment_is_merged_away(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(id=fields.ID(stored=True), t=WORDS))
    for number in range(3):
        with index.writer(codec=ArrayCodec()) as writer:
            writer.add_document(id=str(number), t="a b")
            writer.merge = False
    with index.searcher() as searcher:
        index.writer(codec=ArrayCodec()).commit(optimize=True)
        assert _files(tmp_path) == [".seg"]
        found = [hit["id"] for hit in searcher.search(query.Phrase("t", ["a", "b"]))]
    assert found == ["0", "1", "2"]
