"""Phrases: which documents have words in order, each within some distance of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

POSITION_BITS = 31
"""What a position takes in the number of an occurrence; the document stands above it."""
POSITION_MASK = (1 << POSITION_BITS) - 1


def find_phrases(words: Sequence[NDArray[np.int64]], slop: int) -> NDArray[np.intp]:
    """Documents in which the words follow each other, rising.

    words: the occurrences of each word of the phrase, as `FieldTerms.occurrences_at` gives them; slop: how many
    positions a word may stand behind the one before it, 1 for the very next.

    As Whoosh's spans do, a word counts when it stands `1` to `slop` positions behind any place where the words before
    it end; where they began does not matter.
    """
    if slop < 1 and len(words) > 1:
        return np.zeros(0, np.intp)
    ends = words[0]
    for occurrences in words[1:]:
        if not len(ends) or not len(occurrences):
            return np.zeros(0, np.intp)
        if slop == 1:
            ends = _next_to(ends, occurrences)
            continue
        # The nearest end before each occurrence; documents are farther apart than any slop.
        before = ends.searchsorted(occurrences)
        before -= 1
        near = occurrences - ends.take(before, mode="clip") <= slop
        near &= before >= 0
        ends = occurrences.compress(near)
    documents = ends >> POSITION_BITS
    return documents.compress(np.diff(documents, prepend=-1) > 0).astype(np.intp)


def _next_to(ends: NDArray[np.int64], occurrences: NDArray[np.int64]) -> NDArray[np.int64]:
    """Occurrences that stand right behind one of the ends."""
    # Merged, an occurrence stands right behind the end it belongs to; a stable sort merges rising runs in one pass.
    merged = np.concatenate([(ends + 1) << 1, (occurrences << 1) + 1])
    merged.sort(kind="stable")
    behind = np.flatnonzero((np.diff(merged) == 1) & (merged[:-1] & 1 == 0))
    return merged.take(behind + 1) >> 1


def rank_places(places: NDArray[np.int64], ranks: NDArray[np.intp]) -> NDArray[np.int64]:
    """Places whose documents are counted anew: the document `i` becomes `ranks[i]`."""
    return (ranks.take(places >> POSITION_BITS).astype(np.int64) << POSITION_BITS) + (places & POSITION_MASK)
