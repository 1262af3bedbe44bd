"""Sets of documents with their scores as lists: what `hits` is on arrays."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class SmallHits(NamedTuple):
    """Documents of one segment, rising, and their scores."""

    docnums: list[int]
    scores: list[float]


class SmallFound(NamedTuple):
    """Which candidates match, and their scores: 0 for those that do not."""

    present: list[bool]
    scores: list[float]


def select(hits: SmallHits, chosen: Sequence[bool]) -> SmallHits:
    """The documents at the chosen places."""
    return SmallHits(list(compress(hits.docnums, chosen)), list(compress(hits.scores, chosen)))


def align(hits: SmallHits, candidates: list[int]) -> SmallFound:
    """Which candidates are among hits."""
    scores = dict(zip(hits.docnums, hits.scores, strict=True))
    return SmallFound([docnum in scores for docnum in candidates], [scores.get(docnum, 0.0) for docnum in candidates])
