"""Documents that are not deleted: how many of them have a term.

A deleted document keeps its postings until a merge takes them out. What a word weighs, and whether there is such a
word, is told by the others alone, so that it does not depend on when that was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsgrep.codec.segment import Part
    from newsgrep.codec.terms import FieldTerms

_NEAR = 8
"""Terms so near to each other are decoded in one go with those between them."""
_MOST_POSTINGS = 1 << 20
"""Postings that are decoded in one go, unless one term has more."""


def alive_mask(part: Part) -> NDArray[np.bool_] | None:
    """(n_documents,): which documents of a part are not deleted; None where none is."""
    if not len(part.deleted):
        return None
    alive = np.ones(part.data.n_documents, np.bool_)
    alive[np.fromiter(part.deleted, np.intp, len(part.deleted))] = False
    return alive


def live_frequency(terms: FieldTerms, place: int, alive: NDArray[np.bool_] | None) -> int:
    """How many documents that are not deleted have the term at a place."""
    return terms.df(place) if alive is None else int(np.count_nonzero(alive.take(terms.docnums(place))))


def live_frequencies(
    terms: FieldTerms, places: NDArray[np.intp], alive: NDArray[np.bool_] | None
) -> NDArray[np.integer[Any]]:
    """(n_places,): the same for many terms; places: rising."""
    dfs = terms.dfs.take(places)
    if alive is None or not len(places):
        return dfs
    counts = np.zeros(len(places), np.int64)
    totals = np.cumsum(dfs, dtype=np.int64)
    cuts = np.flatnonzero((np.diff(places) > _NEAR) | (np.diff(totals // _MOST_POSTINGS) > 0)) + 1
    for group in np.split(np.arange(len(places)), cuts):
        first, last = int(places[group[0]]), int(places[group[-1]]) + 1
        if last - first == 1:
            counts[group] = live_frequency(terms, first, alive)
            continue
        run = terms.run_documents(first, last, freqs=False)
        starts = np.cumsum(run.dfs) - run.dfs
        counts[group] = np.add.reduceat(alive.take(run.docnums), starts, dtype=np.int64).take(places[group] - first)
    return counts
