"""Words of documents sorted by term: the step from texts to postings, on arrays of bounded size."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.terms import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

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
    ends = np.cumsum(np.bincount(terms, minlength=n_terms))
    # One sort of (term, place in the text); the place then gives document and position.
    keys = np.empty(len(terms), np.uint64)
    high, low = (1, 0) if sys.byteorder == "little" else (0, 1)
    halves = keys.view(np.uint32).reshape(-1, 2)
    halves[:, high] = terms
    halves[:, low] = np.arange(len(terms), dtype=np.uint32)
    del terms
    keys.sort()
    first = 0
    while first < n_terms:
        before = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, before + RUN_WORDS, side="right"))
        last = min(n_terms, max(first + 1, last))
        run = halves[before : ends[last - 1]]
        places, ranks = run[:, low].astype(np.int64), run[:, high].astype(np.int64)
        docs = docnums[places].astype(np.int64)
        begins = np.empty(len(docs), bool)
        begins[0] = True
        begins[1:] = (docs[1:] != docs[:-1]) | (ranks[1:] != ranks[:-1])
        starts = np.flatnonzero(begins)
        yield (
            first,
            last,
            Run(
                dfs=np.bincount(ranks[starts] - first, minlength=last - first),
                docnums=docs[starts],
                freqs=np.diff(np.append(starts, len(docs))) if freqs else None,
                positions=positions[places].astype(np.int64) if positions is not None else None,
            ),
        )
        first = last
