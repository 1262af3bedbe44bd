"""Two sequences side by side: which of their items are the same, in order, and which stand in one only.

Common ends are set aside; what occurs once on both sides anchors the rest (patience diff: the longest chain of such
items that keeps its order, after Bram Cohen); where nothing is unique, the shortest edit decides (E. W. Myers, "An
O(ND) difference algorithm and its variations", Algorithmica 1, 1986). Work is bounded: beyond the bound a stretch is
taken as changed from end to end, and that is told.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Work:
    """How much may still be spent on a comparison, in items looked at, and whether that was too little."""

    __slots__ = ("is_short", "left")

    def __init__(self, left: int) -> None:
        self.left = left
        self.is_short = False

    def spend(self, amount: int) -> bool:
        """Take an amount; False, and nothing taken, where there is not so much."""
        if amount > self.left:
            self.is_short = True
            return False
        self.left -= amount
        return True


class Match(NamedTuple):
    """A run of items that both sequences have."""

    old: int
    new: int
    length: int


class _Stretch(NamedTuple):
    """A part of each sequence: first item, one past the last."""

    old: int
    old_end: int
    new: int
    new_end: int


def align(old: Sequence[Hashable], new: Sequence[Hashable], work: Work) -> list[Match]:
    """The runs that two sequences have in common, in order, no two of them adjacent on both sides."""
    found: list[Match] = []
    waiting = [_Stretch(0, len(old), 0, len(new))]
    while waiting:
        stretch = _take_ends(old, new, waiting.pop(), found)
        size = stretch.old_end - stretch.old + stretch.new_end - stretch.new
        if stretch.old == stretch.old_end or stretch.new == stretch.new_end or not work.spend(size):
            continue
        anchors = _find_anchors(old, new, stretch)
        if not anchors:
            found += _find_shortest(old, new, stretch, work)
            continue
        i, j = stretch.old, stretch.new
        for next_i, next_j in anchors:
            found.append(Match(next_i, next_j, 1))
            waiting.append(_Stretch(i, next_i, j, next_j))
            i, j = next_i + 1, next_j + 1
        waiting.append(_Stretch(i, stretch.old_end, j, stretch.new_end))
    return _join(sorted(found))


def _take_ends(old: Sequence[Hashable], new: Sequence[Hashable], stretch: _Stretch, found: list[Match]) -> _Stretch:
    """Set aside what both parts begin and end with; what is left."""
    i, i_end, j, j_end = stretch
    while i < i_end and j < j_end and old[i] == new[j]:
        i, j = i + 1, j + 1
    if i > stretch.old:
        found.append(Match(stretch.old, stretch.new, i - stretch.old))
    while i_end > i and j_end > j and old[i_end - 1] == new[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
    if i_end < stretch.old_end:
        found.append(Match(i_end, j_end, stretch.old_end - i_end))
    return _Stretch(i, i_end, j, j_end)


def _find_anchors(old: Sequence[Hashable], new: Sequence[Hashable], stretch: _Stretch) -> list[tuple[int, int]]:
    """The longest chain of items that occur once in each part, in the order of both."""
    in_new = _find_single(new, stretch.new, stretch.new_end)
    pairs = [(i, in_new[item]) for item, i in _find_single(old, stretch.old, stretch.old_end).items() if item in in_new]
    # Patience sorting: the smallest end of a chain of each length, and each pair's forerunner.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [place]
        before.append(last[length - 1] if length else -1)
    chain = []
    place = last[-1] if last else -1
    while place >= 0:
        chain.append(pairs[place])
        place = before[place]
    return chain[::-1]


def _find_single(items: Sequence[Hashable], start: int, end: int) -> dict[Hashable, int]:
    """Where each item stands that occurs once, in order."""
    places: dict[Hashable, int] = {}
    for place in range(start, end):
        places[items[place]] = -1 if items[place] in places else place
    return {item: place for item, place in places.items() if place >= 0}


def _find_shortest(old: Sequence[Hashable], new: Sequence[Hashable], stretch: _Stretch, work: Work) -> list[Match]:
    """The items kept by the shortest edit of one part into the other; none where that is too much work."""
    # An item that only one part has is never kept.
    both = set(old[stretch.old : stretch.old_end]) & set(new[stretch.new : stretch.new_end])
    olds = [place for place in range(stretch.old, stretch.old_end) if old[place] in both]
    news = [place for place in range(stretch.new, stretch.new_end) if new[place] in both]
    n, m = len(olds), len(news)
    furthest = {1: 0}
    """How many old items are passed at best on each diagonal (old items less new ones passed)."""
    trace: list[dict[int, int]] = []
    for distance in range(n + m + 1):
        if not work.spend(2 * distance + 1):
            return []
        trace.append(dict(furthest))
        for diagonal in range(-distance, distance + 1, 2):
            x = _step(furthest, diagonal, distance)[1]
            begin = x
            while x < n and x - diagonal < m and old[olds[x]] == new[news[x - diagonal]]:
                x += 1
            work.left -= x - begin
            furthest[diagonal] = x
            if x >= n and x - diagonal >= m:
                return [Match(olds[i], news[j], 1) for i, j in _walk_back(trace, n, m)]
    return []


def _step(furthest: dict[int, int], diagonal: int, distance: int) -> tuple[int, int]:
    """The diagonal that one is reached from by an insertion or a deletion, and how far along it that leads."""
    if diagonal == -distance or (diagonal != distance and furthest[diagonal - 1] < furthest[diagonal + 1]):
        return diagonal + 1, furthest[diagonal + 1]
    return diagonal - 1, furthest[diagonal - 1] + 1


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """The kept items on the way by which the end was reached, last first."""
    kept: list[tuple[int, int]] = []
    for distance in range(len(trace) - 1, -1, -1):
        before, begin = _step(trace[distance], x - y, distance)
        while x > begin:
            x, y = x - 1, y - 1
            kept.append((x, y))
        x = trace[distance][before]
        y = x - before
    return kept


def _join(matches: list[Match]) -> list[Match]:
    """Adjacent runs as one."""
    joined: list[Match] = []
    for match in matches:
        if joined:
            old, new, length = joined[-1]
            if old + length == match.old and new + length == match.new:
                joined[-1] = Match(old, new, length + match.length)
                continue
        joined.append(match)
    return joined
