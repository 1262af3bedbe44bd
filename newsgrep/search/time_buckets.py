"""Days, weeks, months and years of the calendar, and how many of some dates fall into each.

Weeks are those of ISO 8601: from Monday on, the first of a year being the one that holds its first Thursday.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from newsgrep.search.trends import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsgrep.archive.day_counts import DayCounts

_LONGEST = ((Unit.DAY, 42), (Unit.WEEK, 280), (Unit.MONTH, 5 * 366))
"""The longest span, in days, that is counted by each unit unless another is asked for: some forty to sixty buckets."""
_SHORTEST = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 28, Unit.YEAR: 365}


class Period(NamedTuple):
    """One day, week, month or year."""

    name: str
    """`2018-02-20`, `2018-W08`, `2018-02` or `2018`."""
    first: dt.date
    last: dt.date


def sum_periods(days: DayCounts, periods: Sequence[Period]) -> NDArray[np.int64]:
    """(n_periods,): how many dates fall into each of some periods, both ends included."""
    sums: NDArray[np.int64] = np.concatenate(([0], np.cumsum(days.counts)))
    firsts = np.array([period.first.toordinal() for period in periods], np.int64) - days.first
    ends = np.array([period.last.toordinal() for period in periods], np.int64) - days.first + 1
    last = len(days.counts)
    return sums.take(ends.clip(0, last)) - sums.take(firsts.clip(0, last))


def choose_unit(first: dt.date, last: dt.date) -> Unit:
    """The unit in which a span of days is read at a glance."""
    length = (last - first).days + 1
    return next((unit for unit, longest in _LONGEST if length <= longest), Unit.YEAR)


def estimate_periods(unit: Unit, first: dt.date, last: dt.date) -> int:
    """About how many periods a span has, and no fewer than it has."""
    return (last - first).days // _SHORTEST[unit] + 2


def list_periods(unit: Unit, first: dt.date, last: dt.date) -> list[Period]:
    """The periods of a span, from the one that the first day is in to the one that the last is in, each whole."""
    periods = []
    day = _first_of(unit, first)
    while True:
        end = _last_of(unit, day)
        periods.append(Period(name_period(unit, day), day, end))
        if end >= last:
            return periods
        day = end + dt.timedelta(1)


def name_period(unit: Unit, day: dt.date) -> str:
    """The name of the period that a day is in.

    >>> name_period(Unit.WEEK, dt.date(2021, 1, 3))
    '2020-W53'
    """
    if unit is Unit.DAY:
        return day.isoformat()
    if unit is Unit.WEEK:
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{day.year:04}-{day.month:02}" if unit is Unit.MONTH else f"{day.year:04}"


def _first_of(unit: Unit, day: dt.date) -> dt.date:
    """The first day of the period that a day is in."""
    match unit:
        case Unit.DAY:
            return day
        case Unit.WEEK:
            return day - dt.timedelta(day.weekday())
        case Unit.MONTH:
            return day.replace(day=1)
        case Unit.YEAR:
            return day.replace(month=1, day=1)


def _last_of(unit: Unit, day: dt.date) -> dt.date:
    """The last day of the period that a day is in."""
    match unit:
        case Unit.DAY:
            return day
        case Unit.WEEK:
            return day + dt.timedelta(min(6 - day.weekday(), (dt.date.max - day).days))
        case Unit.MONTH:
            return day.replace(day=calendar.monthrange(day.year, day.month)[1])
        case Unit.YEAR:
            return day.replace(month=12, day=31)
