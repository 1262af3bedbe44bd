from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.day_counts import count_days
from newsgrep.archive.engine import MISSING
from newsgrep.archive.schema import published_seconds
from newsgrep.search.time_buckets import choose_unit, estimate_periods, list_periods, sum_periods
from newsgrep.search.trends import Unit

units = st.sampled_from(list(Unit))
moments = st.lists(st.datetimes(dt.datetime(1890, 1, 1), dt.datetime(1990, 12, 31)), min_size=1, max_size=30)
spans = st.tuples(st.dates(), st.integers(0, 900)).map(
    lambda span: (span[0], min(dt.date.max, span[0] + dt.timedelta(min(span[1], (dt.date.max - span[0]).days))))
)


def seconds_of(dates: list[dt.datetime]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([published_seconds(date) for date in dates], np.int64)


def name_by_hand(unit: Unit, date: dt.datetime) -> str:
    forms = {Unit.DAY: "%Y-%m-%d", Unit.WEEK: "%G-W%V", Unit.MONTH: "%Y-%m", Unit.YEAR: "%Y"}
    return date.strftime(forms[unit])


@given(moments, units)
def test_every_date_counts_in_the_period_of_its_name(dates: list[dt.datetime], unit: Unit) -> None:
    days = count_days(seconds_of(dates))
    assert days.span == (min(dates).date(), max(dates).date())
    periods = list_periods(unit, *days.span)
    counted = {
        period.name: count for period, count in zip(periods, sum_periods(days, periods).tolist(), strict=True) if count
    }
    assert counted == {
        name: sum(name_by_hand(unit, date) == name for date in dates)
        for name in {name_by_hand(unit, date) for date in dates}
    }


@given(spans, units)
def test_periods_follow_on_each_other_and_cover_the_span(span: tuple[dt.date, dt.date], unit: Unit) -> None:
    periods = list_periods(unit, *span)
    assert periods[0].first <= span[0]
    assert periods[-1].last >= span[1]
    assert periods[-1].first <= span[1]
    for before, after in itertools.pairwise(periods):
        assert after.first - before.last == dt.timedelta(1)
    assert len({period.name for period in periods}) == len(periods) <= estimate_periods(unit, *span)


@given(st.lists(st.integers(-(10**10), 10**10), min_size=1), st.integers(0, 5))
def test_articles_without_a_date_fall_on_no_day(seconds: list[int], missing: int) -> None:
    days = count_days(np.array([*seconds, *[MISSING] * missing], np.int64))
    assert (days.dated, days.undated, days.total) == (len(seconds), missing, len(seconds) + missing)


def test_without_dates_there_is_no_span() -> None:
    days = count_days(np.full(3, MISSING, np.int64))
    assert (days.dated, days.undated, days.span) == (0, 3, None)
    assert sum_periods(days, list_periods(Unit.YEAR, dt.date(1969, 1, 1), dt.date(1971, 1, 1))).tolist() == [0, 0, 0]


def test_weeks_are_those_of_iso_8601() -> None:
    weeks = list_periods(Unit.WEEK, dt.date(2020, 12, 30), dt.date(2021, 1, 4))
    assert weeks == [
        ("2020-W53", dt.date(2020, 12, 28), dt.date(2021, 1, 3)),
        ("2021-W01", dt.date(2021, 1, 4), dt.date(2021, 1, 10)),
    ]


def test_the_last_second_of_a_day_is_in_it() -> None:
    days = count_days(seconds_of([dt.datetime(1960, 2, 29, 23, 59, 59), dt.datetime(1960, 3, 1)]))
    assert days.counts.tolist() == [1, 1]
    months = list_periods(Unit.MONTH, dt.date(1960, 2, 29), dt.date(1960, 3, 1))
    assert [(month.name, month.last.day) for month in months] == [("1960-02", 29), ("1960-03", 31)]
    assert sum_periods(days, months).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("length", "unit"), [(1, Unit.DAY), (42, Unit.DAY), (43, Unit.WEEK), (281, Unit.MONTH), (1831, Unit.YEAR)]
)
def test_the_longer_the_span_the_longer_the_unit(length: int, unit: Unit) -> None:
    first = dt.date(2018, 1, 1)
    assert choose_unit(first, first + dt.timedelta(length - 1)) is unit
