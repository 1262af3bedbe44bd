"""Words of documents sorted by term: the step from texts to postings, on arrays of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.terms import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

RUN_WORDS = 1 << 18
"""Words sorted together: what bounds the memory of the sorting."""


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
    occurrences = np.bincount(terms, minlength=n_terms)
    ends = np.cumsum(occurrences)
    first = 0
    while first < n_terms:
        before = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, before + RUN_WORDS, side="right"))
        last = min(n_terms, max(first + 1, last))
        mine = np.flatnonzero((terms >= first) & (terms < last))
        # One sort of (term, place in the text); the place then gives document and position.
        keys = (terms[mine].astype(np.uint64) << np.uint64(32)) | mine.astype(np.uint64)
        keys.sort()
        places = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
        ranks = (keys >> np.uint64(32)).astype(np.int64)
        del keys, mine
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
