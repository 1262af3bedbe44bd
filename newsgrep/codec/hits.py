"""Sets of documents with their scores, and what is done with them on whole arrays.

Document numbers count within one segment. A score is an array, one for each document, or one number for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Docnums: TypeAlias = "NDArray[np.int32]"
Scores: TypeAlias = "NDArray[np.float32] | float"

_SEARCH_BELOW = 24
"""Candidates are looked up by binary search where the set is this many times larger, else through a dense array."""


_SMALLEST_BOOST = 1e-20
"""Below it a positive score might become 0, which a dense array without a mask takes for no hit."""
_LARGEST_SCORE = 1e30


@dataclass(frozen=True, slots=True)
class Sparse:
    """Documents as a list."""

    docnums: Docnums  # (n_hits,), rising
    scores: Scores  # (n_hits,)

    def __len__(self) -> int:
        return len(self.docnums)


@dataclass(frozen=True, slots=True)
class Dense:
    """Documents as an array over the whole segment.

    Without a mask the scores are an array, positive for the documents in the set and 0 for the others.
    """

    mask: NDArray[np.bool_] | None  # (n_documents,)
    scores: Scores  # (n_documents,)


Hits: TypeAlias = Sparse | Dense


@dataclass(frozen=True, slots=True)
class Found:
    """Which of some candidates are in a set, and with which score; an array of scores is 0 where they are not."""

    present: NDArray[np.bool_]  # (n_candidates,)
    scores: Scores  # (n_candidates,)


NOTHING = Sparse(np.zeros(0, np.int32), 0.0)


def mask_of(hits: Hits, n_documents: int) -> NDArray[np.bool_]:
    """A set as a mask over the segment. The caller must not write to it."""
    if isinstance(hits, Dense):
        return hits.mask if hits.mask is not None else np.not_equal(hits.scores, 0)
    mask = np.zeros(n_documents, np.bool_)
    mask[hits.docnums.astype(np.intp)] = True
    return mask


def count(hits: Hits) -> int:
    """How many documents are in a set."""
    return len(hits) if isinstance(hits, Sparse) else int(np.count_nonzero(mask_of(hits, 0)))


def as_sparse(hits: Hits) -> Sparse:
    """A set as a list of documents."""
    if isinstance(hits, Sparse):
        return hits
    docnums = np.flatnonzero(mask_of(hits, 0))
    scores = hits.scores if isinstance(hits.scores, float) else hits.scores.take(docnums)
    return Sparse(docnums.astype(np.int32), scores)


def scale(hits: Hits, boost: float) -> Hits:
    """A set with its scores multiplied."""
    if boost == 1.0:
        return hits
    if isinstance(hits, Sparse):
        return Sparse(hits.docnums, _multiplied(hits.scores, boost))
    if boost > _SMALLEST_BOOST:
        return Dense(hits.mask, _multiplied(hits.scores, boost))
    return scale(as_sparse(hits), boost)


def _multiplied(scores: Scores, boost: float) -> Scores:
    if boost <= 1:
        return scores * boost if isinstance(scores, float) else scores * np.float32(boost)
    # Weights within weights soon leave what single precision holds.
    if isinstance(scores, float):
        return min(scores * boost, _LARGEST_SCORE)
    with np.errstate(over="ignore"):
        scaled: NDArray[np.float32] = scores * np.float32(min(boost, _LARGEST_SCORE))
    scaled[scaled > _LARGEST_SCORE] = _LARGEST_SCORE
    return scaled


def scale_found(found: Found, boost: float) -> Found:
    """The same with scores multiplied."""
    return found if boost == 1.0 else Found(found.present, _multiplied(found.scores, boost))


def keep(hits: Hits, mask: NDArray[np.bool_]) -> Hits:
    """What of a set is in a mask over the segment."""
    if isinstance(hits, Sparse):
        return select(hits, mask.take(hits.docnums))
    kept = mask_of(hits, len(mask)) & mask
    if isinstance(hits.scores, float):
        return Dense(kept, hits.scores)
    if np.count_nonzero(kept) * 4 < len(mask):
        docnums = np.flatnonzero(kept).astype(np.int32)
        return Sparse(docnums, hits.scores.take(docnums))
    return Dense(None if hits.mask is None else kept, np.multiply(hits.scores, mask, dtype=np.float32))


def select(hits: Sparse, chosen: NDArray[np.bool_]) -> Sparse:
    """The documents at the chosen places of a list."""
    scores = hits.scores
    return Sparse(hits.docnums.compress(chosen), scores if isinstance(scores, float) else scores.compress(chosen))


def without(hits: Hits, n_documents: int) -> NDArray[np.bool_]:
    """The complement of a set, as a mask."""
    return ~mask_of(hits, n_documents)


def look_up(hits: Hits, candidates: Docnums, n_documents: int) -> Found:
    """Which candidates (rising) are in a set."""
    if isinstance(hits, Dense):
        if hits.mask is None and not isinstance(hits.scores, float):
            scores = hits.scores.take(candidates)
            return Found(scores != 0, scores)
        present = mask_of(hits, n_documents).take(candidates)
        return Found(present, _taken(hits.scores, candidates, present))
    if len(candidates) * _SEARCH_BELOW < len(hits.docnums):
        places, present = find_places(hits.docnums, candidates)
        return Found(present, _taken(hits.scores, places, present))
    if isinstance(hits.scores, float):
        return Found(mask_of(hits, n_documents).take(candidates), hits.scores)
    mask = mask_of(hits, n_documents)
    dense = np.zeros(n_documents, np.float32)
    np.add.at(dense, hits.docnums, hits.scores)
    return Found(mask.take(candidates), dense.take(candidates))


def _taken(scores: Scores, places: NDArray[np.signedinteger], present: NDArray[np.bool_]) -> Scores:
    return scores if isinstance(scores, float) else scores.take(places) * present


def find_places(docnums: Docnums, candidates: Docnums) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where candidates stand in a list of documents that is not empty, and whether they do."""
    places = docnums.searchsorted(candidates)
    np.minimum(places, len(docnums) - 1, out=places)
    return places, docnums.take(places) == candidates


def places_of(docnums: Docnums, members: Docnums, n_documents: int) -> NDArray[np.intp]:
    """Where some members (rising) of a list of documents stand in it."""
    if len(members) * _SEARCH_BELOW < len(docnums):
        return docnums.searchsorted(members)
    return np.flatnonzero(mask_of(Sparse(members, 1.0), n_documents).take(docnums))


def add(one: Scores, other: Scores) -> Scores:
    """The sum of scores."""
    return one + other


def widen(scores: Scores, is_wide: bool) -> Any:
    """Scores in 64 bits, where asked for."""
    if not is_wide:
        return scores
    return float(np.float32(scores)) if isinstance(scores, float) else scores.astype(np.float64)


def narrow(scores: Any) -> Scores:
    """Scores in 32 bits again; a number for all stays one."""
    return scores if isinstance(scores, float) else scores.astype(np.float32, copy=False)


def unite(sets: Sequence[Hits], n_documents: int, *, scored: bool) -> Hits:
    """Documents that are in any of the sets, scores added."""
    sets = [hits for hits in sets if not isinstance(hits, Sparse) or len(hits)]
    if not sets:
        return NOTHING
    if len(sets) == 1:
        return sets[0]
    if all(isinstance(hits, Sparse) for hits in sets):
        lists = [hits for hits in sets if isinstance(hits, Sparse)]
        if sum(map(len, lists)) * 64 < n_documents:
            return _unite_lists(lists, scored=scored)
    if not scored:
        return Dense(unite_masks(sets, n_documents), 0.0)
    return _unite_dense(sets, n_documents)


def unite_masks(sets: Iterable[Hits], n_documents: int) -> NDArray[np.bool_]:
    """Documents that are in any of the sets, as a mask of one's own."""
    mask = np.zeros(n_documents, np.bool_)
    for hits in sets:
        if isinstance(hits, Sparse):
            mask[hits.docnums.astype(np.intp)] = True
        else:
            mask |= mask_of(hits, n_documents)
    return mask


def _unite_lists(lists: list[Sparse], *, scored: bool) -> Sparse:
    docnums = np.concatenate([hits.docnums for hits in lists])
    order = np.argsort(docnums, kind="stable")
    docnums = docnums.take(order)
    firsts = np.flatnonzero(np.diff(docnums, prepend=np.int32(-1)))
    if not scored:
        return Sparse(docnums.take(firsts), 0.0)
    scores = np.concatenate([spread(hits.scores, len(hits)) for hits in lists]).take(order)
    # One set after the other, as `_unite_dense` adds, so that sums are the same to the last bit.
    total = np.zeros(len(firsts), np.float32)
    np.add.at(total, np.repeat(np.arange(len(firsts)), np.diff(firsts, append=len(docnums))), scores)
    return Sparse(docnums.take(firsts), total)


def spread(scores: Scores, n: int) -> NDArray[np.float32]:
    """Scores as an array of `n`."""
    return np.full(n, scores, np.float32) if isinstance(scores, float) else scores


def _unite_dense(sets: Sequence[Hits], n_documents: int) -> Hits:
    total = np.zeros(n_documents, np.float32)
    positive = True
    for hits in sets:
        scores = hits.scores
        if isinstance(hits, Sparse):
            if isinstance(scores, float):
                positive &= scores > 0
            else:
                positive &= bool(len(scores) == 0 or scores.min() > 0)
            np.add.at(total, hits.docnums, spread(scores, len(hits)))
        elif hits.mask is None:
            total += scores
        else:
            if isinstance(scores, float):
                positive &= scores > 0
            else:
                positive &= bool((scores > 0).all(where=hits.mask))
            total += np.multiply(hits.mask, scores, dtype=np.float32)
    if positive:
        return Dense(None, total)
    docnums = np.flatnonzero(unite_masks(sets, n_documents))
    return Sparse(docnums.astype(np.int32), total.take(docnums))


def unite_best(sets: Sequence[Hits], n_documents: int) -> Hits:
    """Documents that are in any of the sets, with the best of their scores."""
    best = np.full(n_documents, -np.inf, np.float32)
    for hits in map(as_sparse, sets):
        best[hits.docnums] = np.maximum(best.take(hits.docnums), hits.scores)
    docnums = np.flatnonzero(best > -np.inf)
    return Sparse(docnums.astype(np.int32), best.take(docnums))


def or_zero(found: Found) -> Scores:
    """Scores as an array that is 0 for candidates that are not in the set."""
    if isinstance(found.scores, float):
        return np.multiply(found.present, found.scores, dtype=np.float32)
    return found.scores


def with_score(hits: Hits, score: float) -> Hits:
    """A set with one score for all; 0 counts as 1."""
    if isinstance(hits, Sparse):
        return Sparse(hits.docnums, float(score or 1.0))
    return Dense(mask_of(hits, 0), float(score or 1.0))
