from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.errors import FilterError
from newsgrep.search.periods import Period, parse_period

TODAY = dt.date(2018, 2, 21)
"""A Wednesday."""


def period(first: str, last: str | None = None) -> Period:
    return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first))


@pytest.mark.parametrize(
    "text",
    [
        "2017-09-05",
        "2017-9-5",
        "2017/09/05",
        "2017.09.05",
        "20170905",
        "5 September 2017",
        "5th of September, 2017",
        "05-Sep-2017",
        "Sept. 5, 2017",
        "SEPTEMBER 5 2017",
        "sep_5_2017",
        "2017 September 5",
        "  2017-09-05\t",
        "2017‑09‑05",
        "5\u00a0September\u00a02017",
    ],
)
def test_a_day_is_read_in_every_way_of_writing_it(text: str) -> None:
    assert parse_period(text, TODAY) == period("2017-09-05")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-09", period("2017-09-01", "2017-09-30")),
        ("2017-2", period("2017-02-01", "2017-02-28")),
        ("09/2017", period("2017-09-01", "2017-09-30")),
        ("Sep 2017", period("2017-09-01", "2017-09-30")),
        ("September 2017", period("2017-09-01", "2017-09-30")),
        ("february, 2016", period("2016-02-01", "2016-02-29")),
        ("2017 sept", period("2017-09-01", "2017-09-30")),
        ("2017", period("2017-01-01", "2017-12-31")),
        ("2017-Q3", period("2017-07-01", "2017-09-30")),
        ("2017q1", period("2017-01-01", "2017-03-31")),
        ("Q4 2017", period("2017-10-01", "2017-12-31")),
        ("1990s", period("1990-01-01", "1999-12-31")),
        ("the 1990's", period("1990-01-01", "1999-12-31")),
    ],
)
def test_a_longer_period_covers_its_first_and_last_day(text: str, expected: Period) -> None:
    assert parse_period(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", period("2018-02-21")),
        ("Yesterday", period("2018-02-20")),
        ("3 days ago", period("2018-02-18")),
        ("three days ago", period("2018-02-18")),
        ("0 days ago", period("2018-02-21")),
        ("2 weeks ago", period("2018-02-07")),
        ("a month ago", period("2018-01-21")),
        ("1 year ago", period("2017-02-21")),
        ("last week", period("2018-02-12", "2018-02-18")),
        ("last-week", period("2018-02-12", "2018-02-18")),
        ("LAST_WEEK", period("2018-02-12", "2018-02-18")),
        ("this week", period("2018-02-19", "2018-02-25")),
        ("last month", period("2018-01-01", "2018-01-31")),
        ("this month", period("2018-02-01", "2018-02-28")),
        ("this quarter", period("2018-01-01", "2018-03-31")),
        ("last quarter", period("2017-10-01", "2017-12-31")),
        ("this year", period("2018-01-01", "2018-12-31")),
        ("last year", period("2017-01-01", "2017-12-31")),
        ("last 30 days", period("2018-01-23", "2018-02-21")),
        ("last 1 day", period("2018-02-21")),
        ("the past 2 weeks", period("2018-02-08", "2018-02-21")),
        ("past week", period("2018-02-15", "2018-02-21")),
        ("past month", period("2018-01-22", "2018-02-21")),
        ("30d", period("2018-01-23", "2018-02-21")),
        ("2W", period("2018-02-08", "2018-02-21")),
        ("6m", period("2017-08-22", "2018-02-21")),
        ("1y", period("2017-02-22", "2018-02-21")),
        ("monday", period("2018-02-19")),
        ("wednesday", period("2018-02-21")),
        ("last wednesday", period("2018-02-14")),
        ("last Thu", period("2018-02-15")),
    ],
)
def test_words_for_a_period_count_from_today(text: str, expected: Period) -> None:
    assert parse_period(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("a month ago", "2018-03-31", period("2018-02-28")),
        ("1 month ago", "2016-03-31", period("2016-02-29")),
        ("a year ago", "2016-02-29", period("2015-02-28")),
        ("1m", "2018-03-31", period("2018-03-01", "2018-03-31")),
        ("last month", "2018-01-15", period("2017-12-01", "2017-12-31")),
        ("last month", "2018-03-31", period("2018-02-01", "2018-02-28")),
        ("last week", "2018-01-01", period("2017-12-25", "2017-12-31")),
        ("last quarter", "2018-01-31", period("2017-10-01", "2017-12-31")),
    ],
)
def test_months_and_years_are_counted_on_the_calendar(text: str, today: str, expected: Period) -> None:
    assert parse_period(text, dt.date.fromisoformat(today)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-09..2017-10", period("2017-09-01", "2017-10-31")),
        ("2017-09-05 .. 2017-09-07", period("2017-09-05", "2017-09-07")),
        ("last week..today", period("2018-02-12", "2018-02-21")),
        ("sept 2017 to oct 2017", period("2017-09-01", "2017-10-31")),
        ("2017-09..", Period(dt.date(2017, 9, 1), dt.date.max)),
        ("..2017", Period(dt.date.min, dt.date(2017, 12, 31))),
    ],
)
def test_a_range_runs_from_the_first_day_of_one_to_the_last_of_the_other(text: str, expected: Period) -> None:
    assert parse_period(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("2017-02-30", 8, "February 2017 has 28 days"),
        ("2017-13", 5, "01 to 12"),
        ("2017-13-01", 5, "01 to 12"),
        ("20170931", 6, "September 2017 has 30 days"),
        ("31 April 2017", 0, "April 2017 has 30 days"),
        ("31/04/2017", 0, "April 2017 has 30 days"),
        ("0000", 0, "2017-09-05"),
        ("2017-Q5", 6, "Q1 to Q4"),
        ("1995s", 0, "1990s"),
        ("2017-09..2017-02-30", 17, "February"),
        ("2017-10..2017-09", 9, "earlier date first"),
        ("..", 0, "2017-09-05"),
        ("2017 to ", 5, "2017-09-05"),
        ("", 0, "2017-09-05"),
        ("  ", 0, "2017-09-05"),
        ("last fortnight", 5, "2017-09-05"),
        ("bogus", 0, "2017-09-05"),
        ("2017-09-05 bogus", 11, "2017-09-05"),
        ("5 September", 0, "5 September 2018"),
        ("03/04/17", 6, "2017-09-05"),
        ("2017-09-05T10:30", 10, "Write 2017-09-05."),
        ("0d", 0, "2017-09-05"),
        ("last 0 days", 5, "2017-09-05"),
        ("999999 years ago", 0, "2017-09-05"),
        ("١٢ days ago", 0, "2017-09-05"),
    ],
)
def test_what_is_no_date_is_an_error_that_points_at_the_fault(text: str, column: int, hint: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_period(text, TODAY)
    assert (caught.value.text, caught.value.column) == (text, column)
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["03/04/2017", "3.4.2017", "03-04-2017"])
def test_a_date_with_two_readings_is_refused_and_both_are_proposed(text: str) -> None:
    with pytest.raises(FilterError, match="two readings") as caught:
        parse_period(f"..{text}", TODAY)
    assert caught.value.column == 2
    assert caught.value.hint == "Write 2017-04-03 (3 April) or 2017-03-04 (4 March)."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25/12/2017", period("2017-12-25")),
        ("12/25/2017", period("2017-12-25")),
        ("05.05.2017", period("2017-05-05")),
    ],
)
def test_numbers_with_only_one_reading_are_a_day(text: str, expected: Period) -> None:
    assert parse_period(text, TODAY) == expected


@given(st.dates())
def test_an_iso_day_month_and_year_come_back_as_written(day: dt.date) -> None:
    assert parse_period(day.isoformat(), TODAY) == Period(day, day)
    assert parse_period(f"{day:%Y%m%d}".rjust(8, "0"), TODAY) == Period(day, day)
    month = parse_period(day.isoformat()[:7], TODAY)
    year = parse_period(day.isoformat()[:4], TODAY)
    assert month.first == day.replace(day=1)
    assert month.first <= day <= month.last
    assert (month.last.year, month.last.month) == (day.year, day.month)
    assert year == Period(dt.date(day.year, 1, 1), dt.date(day.year, 12, 31))


@given(st.integers(1, 50_000), st.dates(dt.date(1900, 1, 1)))
def test_the_last_n_days_are_n_days_that_end_today(count: int, today: dt.date) -> None:
    last = parse_period(f"last {count} days", today)
    assert (last.last - last.first).days + 1 == count
    assert last.last == today
    assert parse_period(f"{count}d", today) == last


@given(st.dates(), st.dates())
def test_a_range_of_days_keeps_its_ends_and_never_turns_round(one: dt.date, other: dt.date) -> None:
    text = f"{one.isoformat()}..{other.isoformat()}"
    if one <= other:
        assert parse_period(text, TODAY) == Period(one, other)
    else:
        with pytest.raises(FilterError, match="before it starts"):
            parse_period(text, TODAY)


WORDS = st.sampled_from(
    [
        *("the", "last", "past", "this", "previous", "a", "two", "day", "days", "week", "month", "quarter", "year"),
        *("ago", "today", "yesterday", "monday", "thu", "sept", "5th", "may", "feb", "of", "to", "bogus"),
        *("0", "3", "13", "29", "30", "6m", "q3", "0000", "2016", "2017", "9999", "2017-09", "2017-02-30", "1990s"),
        *("..", "-", "_", "/", ".", ","),
    ]
)


@given(
    st.lists(WORDS, max_size=6).map(" ".join) | st.lists(WORDS, max_size=4).map("".join) | st.text(max_size=20),
    st.dates(),
)
def test_any_text_is_a_period_in_order_or_an_error_inside_the_text(text: str, today: dt.date) -> None:
    fault: FilterError | None = None
    try:
        found = parse_period(text, today)
    except FilterError as error:
        fault = error
    if fault:
        assert fault.text == text
        assert 0 <= fault.column <= len(text)
        assert fault.hint
    else:
        assert found.first <= found.last
