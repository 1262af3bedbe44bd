from __future__ import annotations

from pathlib import Path
from random import Random
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.postings import DOCS1, DOCS2, DOCS4, encode_gaps, encode_postings, join_gaps
from newsgrep.codec.segment_file import SegmentFile, SegmentFileWriter
from newsgrep.codec.small_terms import SmallTerms
from newsgrep.codec.terms import FieldTerms, Run
from newsgrep.codec.terms_writer import FieldTermsWriter, join_runs, split_run

Posting = tuple[int, list[int]]
"""A document and the positions in it."""

GAPS = st.one_of(st.integers(0, 20), st.integers(200, 300), st.integers(60_000, 140_000))
POSTINGS = st.lists(st.tuples(GAPS, st.lists(GAPS, min_size=1, max_size=20)), min_size=1, max_size=12)


def build_postings(gaps: list[tuple[int, list[int]]]) -> list[Posting]:
    docnum = -1
    postings = []
    for gap, position_gaps in gaps:
        docnum += gap + 1
        postings.append((docnum, np.cumsum(position_gaps).tolist()))
    return postings


def build_run(terms: list[list[Posting]]) -> Run:
    postings = [posting for term in terms for posting in term]
    freqs = np.array([len(positions) for _, positions in postings], np.int64)
    return Run(
        np.array([len(term) for term in terms], np.int64),
        np.array([docnum for docnum, _ in postings], np.int64),
        freqs,
        encode_gaps(np.array([position for _, positions in postings for position in positions], np.int64), freqs),
    )


def read_run(run: Run) -> list[list[Posting]]:
    assert run.freqs is not None
    assert run.gaps is not None
    positions = np.split(run.gaps.positions(run.freqs), np.cumsum(run.freqs)[:-1])
    postings = [(docnum, each.tolist()) for docnum, each in zip(run.docnums.tolist(), positions, strict=True)]
    starts = np.cumsum(run.dfs) - run.dfs
    return [postings[start : start + df] for start, df in zip(starts.tolist(), run.dfs.tolist(), strict=True)]


def write_terms(folder: Path, texts: list[bytes], runs: list[Run], **options: bool) -> FieldTerms:
    writer = FieldTermsWriter("f", folder, **{"freqs": True, "positions": True, **options})
    at = 0
    for run in runs:
        writer.add_run(texts[at : at + len(run.dfs)], run)
        at += len(run.dfs)
    path = folder / f"{len(list(folder.iterdir()))}.seg"
    with SegmentFileWriter(path) as segment:
        writer.finish(segment)
        segment.facts["documents"] = 1 + max(int(run.docnums.max()) for run in runs)
    writer.close()
    return FieldTerms(SegmentFile(path), "f")


@given(terms=st.lists(POSTINGS.map(build_postings), min_size=1, max_size=150), cut=st.integers(0, 150))
def test_postings_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, terms: list[list[Posting]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("terms")
    texts = [f"{number:04}".encode() for number in range(len(terms))]
    pieces = [piece for piece in (terms[:cut], terms[cut:]) if piece]
    field = write_terms(folder, texts, [build_run(piece) for piece in pieces])
    assert field.n_terms == len(terms)
    for ordinal, expected in enumerate(terms):
        docnums, freqs, positions = field.postings(ordinal)
        one = Run(
            np.array([len(docnums)]),
            docnums.astype(np.int64),
            freqs.astype(np.int64),
            encode_gaps(positions, freqs.astype(np.int64)),
        )
        assert read_run(one) == [expected]
        assert field.docnums(ordinal).tolist() == [docnum for docnum, _ in expected]
        small = SmallTerms(field._segment, "f").open(ordinal)
        assert SmallTerms(field._segment, "f").first(ordinal) == small.docnums[0]
        assert list(zip(small.docnums, small.positions(range(len(expected))), strict=True)) == expected
        assert list(small.freqs) == [len(each) for _, each in expected]
    first = min(cut, len(terms) - 1)
    assert read_run(field.run(first, len(terms))) == terms[first:]


@given(st.lists(POSTINGS.map(build_postings), min_size=1, max_size=20), st.integers(0, 20))
def test_a_run_split_and_joined_is_the_same_run(terms: list[list[Posting]], at: int) -> None:
    head, tail = split_run(build_run(terms), min(at, len(terms)))
    assert read_run(join_runs(head, tail)) == terms


@given(st.lists(st.binary(min_size=1, max_size=6), min_size=1, max_size=200, unique=True), st.binary(max_size=6))
def test_terms_are_found_by_name_and_by_prefix(
    tmp_path_factory: pytest.TempPathFactory, names: list[bytes], probe: bytes
) -> None:
    texts = sorted(names)
    run = build_run([[(0, [0])] for _ in texts])
    field = write_terms(tmp_path_factory.mktemp("terms"), texts, [run])
    assert list(field.iter_terms()) == texts
    assert [field.find(text) for text in texts] == list(range(len(texts)))
    assert field.find(probe) == (texts.index(probe) if probe in texts else -1)
    first, last = field.prefix_range(probe)
    assert texts[first:last] == [text for text in texts if text.startswith(probe)]


@given(st.lists(POSTINGS.map(build_postings), min_size=1, max_size=6), st.integers(0, 200), st.randoms())
def test_gaps_taken_from_other_places_split_and_dropped_are_those_of_the_places(
    terms: list[list[Posting]], at: int, random: Random
) -> None:
    gaps = build_run(terms).gaps
    assert gaps is not None
    # With a document for each, the gaps are the positions.
    alone = np.ones(len(gaps.small), np.int64)
    values = gaps.positions(alone)
    places = list(range(len(values)))
    random.shuffle(places)
    kept = np.array([random.random() < 0.5 for _ in places])
    assert gaps.take(np.array(places)).positions(alone).tolist() == values[places].tolist()
    assert gaps.compress(kept).positions(alone[kept]).tolist() == values[kept].tolist()
    head, tail = gaps.split(at)
    assert head.positions(alone[:at]).tolist() == values[:at].tolist()
    assert join_gaps([tail, head]).positions(alone).tolist() == [*values[at:].tolist(), *values[:at].tolist()]


def test_each_term_is_kept_in_the_narrowest_stream_that_pays() -> None:
    close = np.arange(100)
    spread = np.arange(100) * 1_000
    far = np.array([0, 5_000_000])
    docnums = np.concatenate([close, spread, far]).astype(np.int64)
    encoded = encode_postings(np.array([100, 100, 2]), docnums, None, None)
    assert encoded.kinds.tolist() == [DOCS1, DOCS2, DOCS4]


def test_the_worked_example_is_true() -> None:
    freqs = np.array([2, 1, 1])
    encoded = encode_postings(
        np.array([3]), np.array([7, 8, 300]), freqs, encode_gaps(np.array([3, 10, 0, 260]), freqs)
    )
    assert bytes(encoded.docs1) == b"\x07\x01\xff"
    assert bytes(encoded.freqs) == b"\x12\x01"
    assert bytes(encoded.positions) == b"\x03\x07\x00\xff"
    assert encoded.extras.tobytes() == b"\x25\x00\x05\x00"


def test_a_field_without_frequencies_has_one_per_document(tmp_path: Path) -> None:
    run = Run(np.array([3]), np.array([1, 5, 9]), None, None)
    field = write_terms(tmp_path, [b"only"], [run], freqs=False, positions=False)
    docnums, freqs = field.docnums_and_freqs(0)
    assert (docnums.tolist(), freqs.tolist()) == ([1, 5, 9], [1, 1, 1])


@given(
    texts=st.sets(st.binary(min_size=1, max_size=3), min_size=1, max_size=400),
    wanted=st.binary(max_size=3),
    head_every=st.sampled_from([1, 2, 7, 64, 1024]),
)
def test_a_term_is_found_on_whatever_page_it_stands(
    tmp_path_factory: pytest.TempPathFactory, texts: set[bytes], wanted: bytes, head_every: int
) -> None:
    ordered = sorted(texts)
    expected = sum(text < wanted for text in ordered)
    with (
        mock.patch("newsgrep.codec.terms_writer.HEAD_EVERY", head_every),
        mock.patch("newsgrep.codec.dictionary.HEAD_EVERY", head_every),
    ):
        field = write_terms(tmp_path_factory.mktemp("terms"), ordered, [build_run([[(0, [0])]] * len(ordered))])
        assert field.lower_bound(wanted) == expected
        assert field.find(wanted) == (ordered.index(wanted) if wanted in texts else -1)
