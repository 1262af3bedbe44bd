"""What merging takes of memory: bounded by its stretches, not by the segments."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from whoosh.fields import ID, TEXT, Schema

from newsgrep.codec.builder import SegmentBuilder
from newsgrep.codec.merge import merge_segments
from newsgrep.codec.pickled import StemmedWords
from newsgrep.codec.segment import SegmentData

SCHEMA = Schema(id=ID(stored=True), body=TEXT(analyzer=StemmedWords()))


def build(path: Path, texts: list[str]) -> SegmentData:
    builder = SegmentBuilder(SCHEMA, path.parent)
    for number, text in enumerate(texts):
        builder.add({"id": f"{path.stem}-{number}", "body": text})
    builder.write(path)
    return SegmentData(path)


def peak_of_merging(folder: Path, segments: list[SegmentData], deleted: list[int]) -> int:
    """Bytes that merging takes at most, beside the mapped segments."""
    tracemalloc.start()
    try:
        merge_segments([(segment, np.array(deleted, np.int64)) for segment in segments], folder / "merged.seg")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("deleted", [[], [3, 50]])
def test_a_word_of_millions_of_places_takes_a_few_bytes_for_each(tmp_path: Path, deleted: list[int]) -> None:
    texts = ["common " * 20_000] * 100
    segments = [build(tmp_path / f"{name}.seg", texts) for name in "ab"]
    assert peak_of_merging(tmp_path, segments, deleted) < 6 * 4_000_000
    merged = SegmentData(tmp_path / "merged.seg")
    terms = merged.terms("body")
    assert terms is not None
    docnums, freqs, positions = terms.postings(terms.find(b"common"))
    assert docnums.tolist() == list(range(200 - 2 * len(deleted)))
    assert set(freqs.tolist()) == {20_000}
    assert positions[-20_000:].tolist() == list(range(20_000))


def test_many_words_are_merged_in_stretches(tmp_path: Path) -> None:
    texts = [" ".join(f"w{(number * 7919 + at * 131) % 20_000}" for at in range(500)) for number in range(1_000)]
    segments = [build(tmp_path / f"{name}.seg", texts) for name in "ab"]
    assert peak_of_merging(tmp_path, segments, []) < 40 * 1_000_000
