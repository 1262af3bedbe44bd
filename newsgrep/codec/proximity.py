"""Words of a query that stand near each other in a document: what the best documents gain by it.

Three things count for words that follow each other in the query, each once a document, as a share of what the words
weigh: that they stand near each other at all, that they stand in the query's order and no further apart than there, and
that three or more do so, which says that the query quotes the document. Frequencies do not count: that is BM25's part.
Evidence: on judged collections the first two lift questions in words, the third finds remembered phrases without
lifting chance neighbours.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

DEPTH = 100
"""The best documents that are looked at."""
WINDOW = 8
"""Words nearer to each other than this are near."""

NEAR = 0.1
ORDERED = 0.1
RUN = 0.4
"""What a pair near each other, a pair in order, and two such pairs in a row gain, of the mean weight of the words."""
_MOST_PLACES = 200
"""Places of a word in one document that are looked at."""

Positions = list[int]
"""Where a word stands in one field of a document, rising."""


class PlacedWord(NamedTuple):
    """A word of a query that is ranked by nearness."""

    position: int
    """Where it stands in the query, in words."""
    idf: float


def nearness(words: Sequence[PlacedWord], fields: Sequence[Sequence[Positions]]) -> float:
    """What a document gains.

    words: in the query's order, at least two; fields: for each field the positions of each word there.
    """
    gain = 0.0
    last_weight = 0.0
    for at, (left, right) in enumerate(pairwise(words)):
        weight = (left.idf + right.idf) / 2
        gap = right.position - left.position
        found = [_find_pair(positions[at], positions[at + 1], gap) for positions in fields]
        is_near = any(near for near, _ in found)
        is_ordered = any(ordered for _, ordered in found)
        gain += weight * (NEAR * is_near + ORDERED * is_ordered)
        if is_ordered and last_weight:
            gain += RUN * (last_weight + weight) / 2
        last_weight = weight if is_ordered else 0.0
    return gain


def _find_pair(left: Positions, right: Positions, gap: int) -> tuple[bool, bool]:
    """Whether two words stand near each other, and whether the right one at most `gap` behind the left one."""
    if not left or not right:
        return False, False
    near = False
    for position in left[:_MOST_PLACES]:
        at = bisect_right(right, position)
        if at < len(right):
            distance = right[at] - position
            if distance <= gap:
                return True, True
            near = near or distance < WINDOW
        near = near or (at > 0 and position - right[at - 1] < WINDOW)
    return near, False
