"""Words of documents sorted by term: the step from texts to postings, on arrays of bounded size."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.postings import encode_gaps
from newsgrep.codec.terms import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SORTED_WORDS = 1 << 20
MOST_PARTS = 4
"""Words are sorted in parts of their terms, of so many words at least and no more parts than this: each part is a pass
over all words, and what is sorted takes 16 bytes a word.
"""
RUN_WORDS = 1 << 18
"""Words whose postings are made together: what bounds the memory beside the sorted words."""


def iter_sorted_runs(
    terms: NDArray[np.int32],
    docnums: NDArray[np.int32],
    positions: NDArray[np.int32] | None,
    n_terms: int,
    *,
    freqs: bool,
) -> Iterator[tuple[int, int, Run]]:
    """The postings of terms, in runs: (first term, one past the last, postings).

    terms: (n_words,) each word's term as its place in the dictionary; docnums: (n_words,) rising; positions:
    (n_words,) not falling within a document. Every term from 0 to n_terms stands at least once.
    """
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(terms, minlength=n_terms))])
    part_words = max(SORTED_WORDS, -(-len(terms) // MOST_PARTS))
    first = 0
    while first < n_terms:
        last = _stop(ends, first, part_words)
        mine = np.flatnonzero((terms >= first) & (terms < last)) if last - first < n_terms else np.arange(len(terms))
        # One sort of (term, place in the text); the place then gives document and position.
        keys = np.empty(len(mine), np.uint64)
        high, low = (1, 0) if sys.byteorder == "little" else (0, 1)
        halves = keys.view(np.uint32).reshape(-1, 2)
        halves[:, high] = terms[mine]
        halves[:, low] = mine
        del mine
        keys.sort()
        base = int(ends[first])
        while first < last:
            stop = min(last, _stop(ends, first, RUN_WORDS))
            run = halves[int(ends[first]) - base : int(ends[stop]) - base]
            yield first, stop, _read_run(run[:, high], run[:, low], first, stop, docnums, positions, freqs=freqs)
            first = stop


def _stop(ends: NDArray[np.int64], first: int, words: int) -> int:
    """One past the last term that fits into so many words; one term at least."""
    return max(first + 1, int(np.searchsorted(ends, ends[first] + words, side="right")) - 1)


def _read_run(
    terms: NDArray[np.uint32],
    places: NDArray[np.uint32],
    first: int,
    last: int,
    docnums: NDArray[np.int32],
    positions: NDArray[np.int32] | None,
    *,
    freqs: bool,
) -> Run:
    at = places.astype(np.int64)
    docs, ranks = docnums[at].astype(np.int64), terms.astype(np.int64)
    begins = np.empty(len(docs), bool)
    begins[0] = True
    begins[1:] = (docs[1:] != docs[:-1]) | (ranks[1:] != ranks[:-1])
    starts = np.flatnonzero(begins)
    counts = np.diff(np.append(starts, len(docs)))
    return Run(
        dfs=np.bincount(ranks[starts] - first, minlength=last - first),
        docnums=docs[starts],
        freqs=counts if freqs else None,
        gaps=encode_gaps(positions[at], counts) if positions is not None else None,
    )
