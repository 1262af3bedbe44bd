"""How often every term stands in groups of documents, counted on whole postings.

What two sets of documents say differently is a question about all their words at once: their postings answer it
without a text being read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from newsgrep.codec.segment import Part, SegmentData
    from newsgrep.codec.terms import FieldTerms

_RUN_POSTINGS = 1 << 20
"""Postings decoded together: what bounds the memory."""
_RUN_TERMS = 1 << 14


class TermCounts(NamedTuple):
    """Terms that stand in any document of some groups."""

    terms: list[str]
    documents: NDArray[np.int64]
    """(n_terms, n_groups): documents that have the term in any of the fields."""
    occurrences: NDArray[np.int64]
    """(n_terms, n_groups): how often it stands there, in all fields."""


def count_terms(
    parts: Sequence[Part],
    fields: Sequence[str],
    groups: Sequence[NDArray[np.int64]],
    on_part: Callable[[int], None] | None = None,
) -> TermCounts:
    """Count the terms of some fields in groups of documents.

    groups: the documents of each, by their numbers in the index, rising; none is deleted, none in two groups.
    `on_part` is told how many documents of the index are done.
    """
    numbers: dict[bytes, int] = {}
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    for part in parts:
        group_of = np.zeros(part.data.n_documents, np.int8)
        for number, docnums in enumerate(groups, 1):
            first, last = np.searchsorted(docnums, [part.base, part.base + part.data.n_documents])
            group_of[docnums[first:last] - part.base] = number
        if group_of.any():
            found.append(_count_part(part.data, fields, group_of, len(groups), numbers))
        if on_part:
            on_part(part.base + part.data.n_documents)
    shape = (len(numbers), len(groups))
    documents, occurrences = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for places, of_documents, of_occurrences in found:
        documents[places] += of_documents
        occurrences[places] += of_occurrences
    return TermCounts([term.decode() for term in numbers], documents, occurrences)


def _count_part(
    data: SegmentData, fields: Sequence[str], group_of: NDArray[np.int8], n_groups: int, numbers: dict[bytes, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The counts in one segment: the number of each term, its documents and its occurrences by group.

    Terms that `numbers` lacks are added to it.
    """
    dictionaries = [found for field in fields if (found := data.terms(field)) is not None and found.n_terms]
    terms: list[bytes] = sorted(set().union(*(dictionary.iter_terms() for dictionary in dictionaries)))
    place_of = {term: place for place, term in enumerate(terms)}
    places = [
        np.fromiter((place_of[term] for term in dictionary.iter_terms()), np.int64, dictionary.n_terms)
        for dictionary in dictionaries
    ]
    n_documents = data.n_documents
    cells = len(terms) * n_groups
    documents, occurrences = np.zeros(cells, np.int64), np.zeros(cells, np.int64)
    # Of the fields before the last, which are short, every posting is kept: a document that has a term in two fields
    # counts once.
    seen = np.zeros(0, np.int64)
    for of_terms, dictionary in zip(places, dictionaries, strict=True):
        new: list[NDArray[np.int64]] = []
        for keys, groups, freqs in _iter_postings(dictionary, of_terms, group_of, n_documents):
            cell = keys // n_documents * n_groups + groups
            first, last = int(cell[0]) // n_groups * n_groups, int(cell[-1]) // n_groups * n_groups + n_groups
            occurrences[first:last] += _tally(cell - first, last - first, freqs)
            fresh = ~_is_in(keys, seen)
            documents[first:last] += _tally(cell[fresh] - first, last - first)
            if dictionary is not dictionaries[-1]:
                new.append(keys[fresh])
        seen = np.sort(np.concatenate([seen, *new]))
    by_term = occurrences.reshape(-1, n_groups)
    there = np.flatnonzero(by_term.any(axis=1))
    global_numbers = np.fromiter(
        (numbers.setdefault(terms[place], len(numbers)) for place in there.tolist()), np.int64, len(there)
    )
    return global_numbers, documents.reshape(-1, n_groups)[there], by_term[there]


def _iter_postings(
    dictionary: FieldTerms, places: NDArray[np.int64], group_of: NDArray[np.int8], n_documents: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.intp], NDArray[np.int64]]]:
    """The postings of documents in groups, some terms at a time.

    Each posting is a key that rises with the place of its term and with its document, its group and its frequency.
    """
    ends = np.cumsum(dictionary.dfs, dtype=np.int64)
    first = 0
    while first < dictionary.n_terms:
        done = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, done + _RUN_POSTINGS, side="right"))
        last = min(max(last, first + 1), first + _RUN_TERMS, dictionary.n_terms)
        run = dictionary.run_documents(first, last)
        groups = group_of.take(run.docnums)
        kept = np.flatnonzero(groups)
        if len(kept):
            of_term = np.repeat(places[first:last], run.dfs).take(kept)
            freqs = np.ones(len(kept), np.int64) if run.freqs is None else run.freqs.take(kept)
            yield of_term * n_documents + run.docnums.take(kept), groups.take(kept).astype(np.intp) - 1, freqs
        first = last


def _tally(cells: NDArray[np.int64], n_cells: int, weights: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """(n_cells,): how often each cell comes, or the weights that come with it; exact up to 2**53."""
    return np.bincount(cells, weights, n_cells).astype(np.int64)


def _is_in(keys: NDArray[np.int64], seen: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of some rising keys are among others that rise too."""
    if not len(seen) or not len(keys):
        return np.zeros(len(keys), np.bool_)
    near = seen[int(seen.searchsorted(keys[0])) : int(seen.searchsorted(keys[-1], side="right"))]
    present = np.zeros(len(keys), np.bool_)
    if len(near):
        # The others are fewer.
        places = np.minimum(keys.searchsorted(near), len(keys) - 1)
        present[places[keys.take(places) == near]] = True
    return present
