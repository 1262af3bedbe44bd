"""A timeline as bars of a few lines: how high is each, what stands below them, and which days does one mean?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from newsgrep.search.trends import Bucket

_EIGHTHS = " ▁▂▃▄▅▆▇█"
GAP = "·"
"""Stands where the archive has no article at all: no hits say nothing there."""


class Bar(NamedTuple):
    """One bucket, or several in a row where there is no room for all."""

    first: dt.date
    last: dt.date
    name: str
    articles: int
    archive: int


def fit_bars(buckets: Sequence[Bucket], columns: int) -> tuple[Bar, ...]:
    """The buckets as no more bars than there are columns; of several that become one, all but the last are full."""
    if not buckets or columns < 1:
        return ()
    together = -(-len(buckets) // columns)
    bars = []
    for start in range(0, len(buckets), together):
        part = buckets[start : start + together]
        name = part[0].name if len(part) == 1 else f"{part[0].name} to {part[-1].name}"
        counts = (sum(each.articles for each in part), sum(each.archive for each in part))
        bars.append(Bar(part[0].first, part[-1].last, name, *counts))
    return tuple(bars)


def bar_width(bars: Sequence[Bar], columns: int) -> int:
    """How many columns each bar takes: as many as its name, if there is room."""
    return max(1, min(len(_name_of(bars[0])) + 2, columns // len(bars))) if bars else 1


def draw_bars(bars: Sequence[Bar], lines: int) -> tuple[tuple[str, ...], ...]:
    """One character a bar for each line, the upper line first; the highest bar is full, any article is seen."""
    highest = max((bar.articles for bar in bars), default=0)
    steps = lines * 8
    drawn = []
    for line in reversed(range(lines)):
        characters = []
        for bar in bars:
            height = max(1, round(bar.articles / highest * steps)) if bar.articles else 0
            character = _EIGHTHS[min(8, max(0, height - line * 8))]
            characters.append(GAP if line == 0 and not bar.archive else character)
        drawn.append(tuple(characters))
    return tuple(drawn)


def place_names(bars: Sequence[Bar], width: int, columns: int) -> str:
    """The line below the bars: names of some, each beginning where its bar does, none running into the next."""
    line = ""
    for at, bar in enumerate(bars):
        start = at * width
        name = _name_of(bar)
        if start >= len(line) + (2 if line else 0) and start + len(name) <= columns:
            line = line.ljust(start) + name
    return line


def _name_of(bar: Bar) -> str:
    """What stands below a bar: its bucket, or the first of them."""
    return bar.name.split(" to ")[0]


def range_of(bars: Sequence[Bar], one: int, other: int) -> tuple[dt.date, dt.date]:
    """The days from one bar to another, in either order."""
    return bars[min(one, other)].first, bars[max(one, other)].last
