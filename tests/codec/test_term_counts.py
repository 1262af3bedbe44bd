"""Counting the terms of groups of documents on postings, against counting the words of their texts."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.archive.schema import build_schema
from newsgrep.codec import term_counts
from newsgrep.codec.builder import SegmentBuilder
from newsgrep.codec.segment import Part, SegmentData
from newsgrep.codec.term_counts import TermCounts, count_terms
from newsgrep.codec.words import iter_words

FIELDS = ("title", "body")
WORDS = st.sampled_from(["harbour", "harbours", "storm", "e-mail", "Ähre", "東京都", "a", "1,000", "q" * 130])
TEXT = st.lists(WORDS, max_size=30).map(" ".join)
DOCUMENT = st.fixed_dictionaries({"title": TEXT, "body": TEXT})

Document = dict[str, str]
Found = dict[str, tuple[list[int], list[int]]]


def open_parts(folder: Path, segments: Sequence[Sequence[Document]]) -> list[Part]:
    """Segments with these documents, each after the other."""
    parts = []
    base = 0
    for number, documents in enumerate(segments):
        builder = SegmentBuilder(build_schema(), folder)
        for document in documents:
            builder.add({name: value for name, value in document.items() if value} | {"path": "x"})
        builder.write(folder / f"{number}.seg")
        builder.close()
        parts.append(Part(SegmentData(folder / f"{number}.seg"), (), base))
        base += len(documents)
    return parts


def count_words(documents: Sequence[Document], groups: Sequence[Sequence[int]]) -> Found:
    """By reading: documents and occurrences of each term in each group."""
    found: Found = {}
    for group, docnums in enumerate(groups):
        for docnum in docnums:
            counts = Counter(word.term for field in FIELDS for word in iter_words(documents[docnum][field]))
            for term, count in counts.items():
                of_documents, of_occurrences = found.setdefault(term, ([0] * len(groups), [0] * len(groups)))
                of_documents[group] += 1
                of_occurrences[group] += count
    return found


def as_found(counts: TermCounts) -> Found:
    rows = zip(counts.terms, counts.documents.tolist(), counts.occurrences.tolist(), strict=True)
    return {term: (documents, occurrences) for term, documents, occurrences in rows}


@settings(max_examples=60)
@given(
    st.lists(st.lists(DOCUMENT, min_size=1, max_size=6), min_size=1, max_size=3),
    st.sampled_from([1, 5, 1 << 20]),
    st.data(),
)
def test_every_term_is_counted_as_often_as_the_texts_of_a_group_have_it(
    segments: list[list[Document]], run: int, data: st.DataObject
) -> None:
    documents = [document for segment in segments for document in segment]
    # Some documents are in no group, as those that were deleted.
    group_of = data.draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=len(documents), max_size=len(documents)))
    groups = [[docnum for docnum, mine in enumerate(group_of) if mine == group] for group in (0, 1)]
    seen: list[int] = []
    before = term_counts._RUN_POSTINGS
    term_counts._RUN_POSTINGS = run
    try:
        with tempfile.TemporaryDirectory() as folder:
            parts = open_parts(Path(folder), segments)
            counts = count_terms(parts, FIELDS, [np.array(group, np.int64) for group in groups], seen.append)
            for part in parts:
                part.data.close()
    finally:
        term_counts._RUN_POSTINGS = before
    assert as_found(counts) == count_words(documents, groups)
    assert seen == np.cumsum([len(segment) for segment in segments]).tolist()


def test_a_document_with_a_word_in_title_and_body_counts_once(tmp_path: Path) -> None:
    documents = [{"title": "Storm", "body": "A storm and a storm"}, {"title": "Calm", "body": "No storms"}]
    (part,) = open_parts(tmp_path, [documents])
    counts = as_found(count_terms([part], FIELDS, [np.array([0, 1])]))
    assert counts["storm"] == ([2], [4])
    part.data.close()


def test_an_empty_index_has_no_terms() -> None:
    counts = count_terms([], FIELDS, [np.zeros(0, np.int64)] * 2)
    assert counts.terms == []
    assert counts.documents.shape == (0, 2)
