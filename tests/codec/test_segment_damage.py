"""A damaged segment is named in an error, whatever is damaged: never a crash of another kind, never a wrong answer."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import fields, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.index import create_in, open_dir

from newsgrep.codec.segment_file import PAGE, SegmentDamaged, SegmentFile
from newsgrep.codec.whoosh_codec import ArrayCodec

SPACED = SpaceSeparatedTokenizer()
SCHEMA = fields.Schema(
    id=fields.ID(stored=True),
    text=fields.TEXT(analyzer=SPACED, stored=True, vector=True),
    boosted=fields.TEXT(analyzer=SPACED, field_boost=1.5),
    exact=fields.TEXT(analyzer=SPACED, chars=True),
    tags=fields.KEYWORD(sortable=True),
    number=fields.NUMERIC(sortable=True),
)


def _build(folder: Path, n_documents: int) -> None:
    rng = random.Random(5)
    words = [f"word{n}" for n in range(3000)]
    with create_in(folder, SCHEMA).writer(codec=ArrayCodec()) as writer:
        for n in range(n_documents):
            text = " ".join(rng.choices(words, k=120))
            far = text + " filler" * 300 + " end"
            writer.add_document(id=str(n), text=far, boosted=text, exact=text[:200], tags=text[:60], number=n)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    _build(folder, 120)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    _build(folder, 4)
    return folder


def _segment(folder: Path) -> Path:
    (path,) = folder.glob("*.seg")
    return path


def _iter_everything(folder: Path) -> Iterator[Any]:
    with open_dir(folder).reader() as reader:
        for (field, term), info in reader:
            yield field, term, info.weight(), info.doc_frequency(), info.min_length(), info.max_weight(), info.max_id()
            yield list(reader.postings(field, term).all_items())
            yield reader.postings(field, term).weight()
        for docnum in range(reader.doc_count_all()):
            yield reader.stored_fields(docnum)
            yield list(reader.vector(docnum, "text").all_items())
            yield reader.doc_field_length(docnum, "text"), reader.doc_field_length(docnum, "boosted")
            yield reader.doc_field_length(docnum, "exact")
        for name in ("tags", "number"):
            yield list(reader.column_reader(name))


def _copy(whole: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    return _segment(folder)


def _flip(path: Path, at: int, bit: int = 3) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def test_the_whole_segment_reads_through(whole: Path) -> None:
    assert sum(1 for _ in _iter_everything(whole)) > 1000
    assert _segment(whole).stat().st_size > 8 * PAGE
    SegmentFile(_segment(whole)).check()


def test_a_flipped_bit_in_any_section_is_reported_with_the_file_s_name(small: Path, tmp_path: Path) -> None:
    file = SegmentFile(_segment(small))
    names = {name.rpartition("/")[2] for name in file.names}
    assert {"text", "dfs", "cfs", "docs1", "freqs", "positions", "extras", "weights", "values", "value_ends"} <= names
    assert {"data", "text_ends", "number", "tags"} <= names
    checked = 0
    for name in file.names:
        start, length = file._sections[name]
        if not length:
            continue
        path = _copy(small, tmp_path / "damaged")
        _flip(path, start + length // 2)
        with pytest.raises(SegmentDamaged, match=path.name):
            list(_iter_everything(path.parent))
        with pytest.raises(SegmentDamaged, match=path.name):
            SegmentFile(path).check()
        checked += 1
    assert checked > 40


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_reported(whole: Path, tmp_path: Path, data: st.DataObject) -> None:
    path = _copy(whole, tmp_path / "damaged")
    size = path.stat().st_size
    at = data.draw(st.one_of(st.integers(0, size - 1), st.integers(0, 40), st.integers(size - 3000, size - 1)))
    _flip(path, at, data.draw(st.integers(0, 7)))
    with pytest.raises(SegmentDamaged, match=path.name):
        list(_iter_everything(path.parent))


@pytest.mark.parametrize("kept", [0, 1, 15, 50, 1000, PAGE, -1, -43, -2000])
def test_a_truncated_file_is_reported_when_it_is_opened(whole: Path, tmp_path: Path, kept: int) -> None:
    path = _copy(whole, tmp_path / "damaged")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SegmentDamaged, match=path.name):
        open_dir(path.parent).reader()


def test_a_file_that_grew_is_reported_when_it_is_opened(whole: Path, tmp_path: Path) -> None:
    path = _copy(whole, tmp_path / "damaged")
    path.write_bytes(path.read_bytes() + b"\0" * 100)
    with pytest.raises(SegmentDamaged, match=path.name):
        open_dir(path.parent).reader()


def test_a_segment_of_another_version_is_reported_as_such(whole: Path, tmp_path: Path) -> None:
    path = _copy(whole, tmp_path / "damaged")
    _flip(path, 8, bit=6)
    with pytest.raises(SegmentDamaged, match="version 66"):
        open_dir(path.parent).reader()


def test_a_search_over_a_damaged_part_reports_it_and_others_answer(whole: Path, tmp_path: Path) -> None:
    path = _copy(whole, tmp_path / "damaged")
    with open_dir(whole).searcher() as searcher:
        expected = [hit.docnum for hit in searcher.search(query.Term("tags", "word7"), limit=None)]
    start, length = SegmentFile(path)._sections["vectors/text/values"]
    assert length > 2 * PAGE
    _flip(path, start + length // 2)
    with open_dir(path.parent).searcher() as searcher:
        assert [hit.docnum for hit in searcher.search(query.Term("tags", "word7"), limit=None)] == expected
        vectors = (list(searcher.reader().vector(docnum, "text").all_items()) for docnum in range(120))
        with pytest.raises(SegmentDamaged, match=path.name):
            list(vectors)


def test_merging_a_damaged_segment_fails_and_leaves_the_index_as_it_was(whole: Path, tmp_path: Path) -> None:
    path = _copy(whole, tmp_path / "damaged")
    start, length = SegmentFile(path)._sections["terms/text/positions"]
    _flip(path, start + length // 2)
    index = open_dir(path.parent)
    writer = index.writer(codec=ArrayCodec())
    with pytest.raises(SegmentDamaged, match=path.name):
        writer.commit(optimize=True)
    assert path.exists()
    assert open_dir(path.parent).doc_count() == 120
