"""The bulk builder and merging, against Whoosh's own writer over the same codec."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.index import create_in

from newsgrep.codec import merge, sorting
from newsgrep.codec.builder import SegmentBuilder
from newsgrep.codec.pickled import Labels, PlainWords, StemmedWords
from newsgrep.codec.segment import SegmentData
from newsgrep.codec.terms import Run
from newsgrep.codec.vocabulary import Vocabulary
from newsgrep.codec.whoosh_codec import ArrayCodec

SCHEMA = Schema(
    id=ID(stored=True),
    body=TEXT(analyzer=StemmedWords(), stored=True),
    author=TEXT(analyzer=PlainWords()),
    section=KEYWORD(analyzer=Labels(), stored=True),
    published=NUMERIC(int, bits=64, signed=True, sortable=True),
    path=STORED(),
)

WORDS = st.sampled_from(
    [
        "bridge",
        "Bridges,",
        "U.S.",
        "U.S.-led",
        "e-mail",
        "O'Brien",
        "café",
        "“Café”",
        "1,000",
        "北京市长",
        "—",
        "I",
        "the",
    ]
)
TEXTS = st.lists(WORDS, max_size=25).map(" ".join)
DOCUMENTS = st.lists(
    st.fixed_dictionaries(
        {"id": st.uuids().map(lambda uuid: uuid.hex)},
        optional={
            "body": TEXTS,
            "author": st.lists(st.sampled_from(["Ida Marsh", "Bo Lind", "Ida Lind"]), min_size=1, max_size=3).map(
                "\n".join
            ),
            "section": st.sampled_from(["News", "News\nWorld", "Économie"]),
            "published": st.integers(-(10**12), 10**12),
            "path": st.text(max_size=5),
        },
    ),
    min_size=1,
    max_size=12,
)


def build(folder: Path, documents: list[dict[str, Any]], vocabulary: Vocabulary | None = None) -> SegmentData:
    builder = SegmentBuilder(SCHEMA, folder, vocabulary)
    for document in documents:
        builder.add(document)
    path = folder / f"built{len(list(folder.iterdir()))}.seg"
    builder.write(path)
    return SegmentData(path)


def write_with_whoosh(folder: Path, documents: list[dict[str, Any]]) -> SegmentData:
    (folder / "whoosh").mkdir()
    index = create_in(folder / "whoosh", SCHEMA)
    writer = index.writer(codec=ArrayCodec())
    for document in documents:
        writer.add_document(**document)
    writer.commit()
    (path,) = (folder / "whoosh").glob("*.seg")
    return SegmentData(path)


def arrays(run: Run) -> list[NDArray[Any] | None]:
    gaps = run.gaps
    return [run.dfs, run.docnums, run.freqs, gaps.small if gaps else None, gaps.wide if gaps else None]


def assert_same(one: SegmentData, other: SegmentData) -> None:
    assert one.n_documents == other.n_documents
    fields = {name for name in one.field_facts if one.terms(name)}
    for name in fields | {name for name in other.field_facts if other.terms(name)}:
        mine, theirs = one.terms(name), other.terms(name)
        my_terms = list(mine.iter_terms()) if mine else []
        assert my_terms == (list(theirs.iter_terms()) if theirs else []), name
        if not mine or not theirs or not my_terms:
            continue
        a, b = mine.run(0, mine.n_terms), theirs.run(0, theirs.n_terms)
        for x, y in zip(arrays(a), arrays(b), strict=True):
            assert (x is None and y is None) or np.array_equal(x, y), name  # type: ignore[arg-type]
        lengths, others = one.lengths(name), other.lengths(name)
        assert (lengths is None) == (others is None), name
        if lengths is not None and others is not None:
            assert np.array_equal(lengths, others), name
    for docnum in range(one.n_documents):
        assert one.store.values(docnum) == other.store.values(docnum)


@settings(max_examples=40)
@given(DOCUMENTS)
def test_the_builder_writes_what_whooshs_writer_writes(
    tmp_path_factory: pytest.TempPathFactory, documents: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("builder")
    bulk, slow = build(folder, documents), write_with_whoosh(folder, documents)
    assert_same(bulk, slow)
    if any("published" in document for document in documents):
        assert np.array_equal(bulk.column("published"), slow.column("published"))  # type: ignore[arg-type]
    totals = {name: facts["length_total"] for name, facts in bulk.field_facts.items() if name in ("body", "author")}
    assert totals == {name: slow.field_facts[name]["length_total"] for name in totals}


@settings(max_examples=40)
@given(
    st.lists(DOCUMENTS, min_size=1, max_size=4),
    st.randoms(use_true_random=False),
    st.sampled_from([1, 16, 1 << 17]),
    st.sampled_from([1, 6, 1 << 14]),
)
def test_a_merge_in_any_stretches_holds_what_one_segment_of_the_live_documents_would(
    tmp_path_factory: pytest.TempPathFactory,
    groups: list[list[dict[str, Any]]],
    random: Any,
    stretch_words: int,
    stretch_terms: int,
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    vocabulary = Vocabulary(stemmed=True)
    parts, kept = [], []
    for documents in groups:
        deleted = {docnum for docnum in range(len(documents)) if random.random() < 0.25}
        parts.append((build(folder, documents, vocabulary), np.array(sorted(deleted), np.int64)))
        kept += [document for docnum, document in enumerate(documents) if docnum not in deleted]
    with mock.patch.multiple(merge, STRETCH_WORDS=stretch_words, STRETCH_TERMS=stretch_terms, STORE_BYTES=1):
        count = merge.merge_segments(parts, folder / "merged.seg")
    assert count == len(kept)
    assert_same(SegmentData(folder / "merged.seg"), build(folder, kept))


def test_runs_and_stretches_of_any_size_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [{"id": f"{n:03}", "body": f"word{n % 7} word{n % 11} common {n} " * 5} for n in range(200)]
    whole = build(tmp_path, documents)
    monkeypatch.setattr(sorting, "RUN_WORDS", 50)
    monkeypatch.setattr(merge, "STRETCH_WORDS", 64)
    monkeypatch.setattr("newsgrep.codec.vocabulary._SLICE_PIECES", 16)
    parts = [(build(tmp_path, documents[at : at + 60]), np.zeros(0, np.int64)) for at in range(0, 200, 60)]
    merge.merge_segments(parts, tmp_path / "merged.seg")
    assert_same(SegmentData(tmp_path / "merged.seg"), whole)


def test_a_field_that_needs_whooshs_writer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="field text"):
        SegmentBuilder(Schema(text=TEXT()), tmp_path)


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    builder = SegmentBuilder(SCHEMA, tmp_path)
    with pytest.raises(KeyError, match="nobody"):
        builder.add({"nobody": "x"})
    builder.close()


@pytest.mark.parametrize(
    "text", ["The tide rose, the tide-gate held. " * 40, "潮位が 上がった。\n" * 90, "", "one " * 3]
)
def test_a_long_text_is_read_in_parts_and_has_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    schema = Schema(body=TEXT(analyzer=StemmedWords(), phrase=True))
    found = []
    for characters in (1 << 18, 64):
        monkeypatch.setattr("newsgrep.codec.builder.BATCH_CHARACTERS", characters)
        builder = SegmentBuilder(schema, tmp_path)
        for body in ("A short one.", text, "Another short one."):
            builder.add({"body": body})
        path = tmp_path / f"{characters}.seg"
        builder.write(path)
        found.append(path.read_bytes())
    assert found[0] == found[1]
