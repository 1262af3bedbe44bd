from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.cli.wording import count_of, date_of, duration_of, size_of


def test_one_is_singular_and_thousands_are_grouped() -> None:
    assert [count_of(number, "article") for number in (0, 1, 12_345)] == ["0 articles", "1 article", "12,345 articles"]
    assert count_of(2, "file or record", "files or records") == "2 files or records"


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (None, "undated"),
        (dt.date(2018, 2, 3), "3 Feb 2018"),
        (dt.datetime(2018, 12, 31, 0, 5), "31 Dec 2018, 00:05"),
        (dt.date(987, 1, 1), "1 Jan 987"),
    ],
)
def test_a_date_is_said_as_precisely_as_it_is_known(published: dt.date | None, said: str) -> None:
    assert date_of(published) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0004, "0 ms"), (0.9996, "1.0 s"), (59.96, "1 min 0 s"), (3599, "59 min 59 s"), (3600, "1 h 0 min")],
)
def test_durations_change_unit_without_a_gap(seconds: float, said: str) -> None:
    assert duration_of(seconds) == said


@given(st.integers(0, 10**16))
def test_a_size_never_shows_more_than_three_digits_below_the_largest_unit(size: int) -> None:
    number, unit = size_of(size).split(" ")
    assert unit == "TB" or float(number.replace(",", "")) < 1000
