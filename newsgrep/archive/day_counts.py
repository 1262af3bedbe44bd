"""How many articles are of each day: what a count over time is made of, whichever engine counts.

Dates are seconds since 1970 on the clock of the page that prints them, as `archive.schema` keeps them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from newsgrep.codec.plain_schema import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DAY_SECONDS = 86_400
_EPOCH = dt.date(1970, 1, 1).toordinal()
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
"""Of the years 1 to 9999, since 1970."""


class DayCounts(NamedTuple):
    """How many dates fall on each day."""

    first: int
    """The first day, as `date.toordinal` counts."""
    counts: NDArray[np.int64]
    """(n_days,): from the first day to the last that any date falls on."""
    undated: int = 0
    """How many articles have no date."""

    @property
    def dated(self) -> int:
        """All dates."""
        return int(self.counts.sum())

    @property
    def total(self) -> int:
        """All articles."""
        return self.dated + self.undated

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first day and the last; None without dates."""
        if not len(self.counts):
            return None
        return dt.date.fromordinal(self.first), dt.date.fromordinal(self.first + len(self.counts) - 1)


def check_dates(seconds: NDArray[np.int64]) -> None:
    """Raises ValueError for what is no date: there is a place in memory for each day between the first and the last."""
    if ((seconds != MISSING) & ((seconds < _FIRST_SECOND) | (seconds > _LAST_SECOND))).any():
        raise ValueError("a date is before the year 1 or after 9999")


def count_days(seconds: NDArray[np.int64], articles: NDArray[np.int64] | None = None) -> DayCounts:
    """Count dates by day; those that are MISSING have none.

    seconds: (n,) since 1970, in any order; articles: (n,), how many are of each moment, without it one.
    """
    is_dated = seconds != MISSING
    days = seconds[is_dated] // DAY_SECONDS
    undated = len(seconds) - len(days)
    if not len(days):
        return DayCounts(_EPOCH, np.zeros(0, np.int64), undated)
    first = int(days.min())
    weights = None if articles is None else articles[is_dated]
    return DayCounts(first + _EPOCH, np.bincount(days - first, weights).astype(np.int64), undated)


def add_days(counts: Sequence[DayCounts]) -> DayCounts:
    """Counts of different articles, added up."""
    undated = sum(each.undated for each in counts)
    dated = [each for each in counts if len(each.counts)]
    if not dated:
        return DayCounts(_EPOCH, np.zeros(0, np.int64), undated)
    first = min(each.first for each in dated)
    total = np.zeros(max(each.first + len(each.counts) for each in dated) - first, np.int64)
    for each in dated:
        total[each.first - first :][: len(each.counts)] += each.counts
    return DayCounts(first, total, undated)
