from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.extract.dates import is_month_first, iter_dates, parse_date

TODAY = dt.date(2026, 6, 1)
days = st.dates(min_value=dt.date(1700, 1, 1), max_value=TODAY)
minutes = st.datetimes(min_value=dt.datetime(1700, 1, 1), max_value=dt.datetime(2026, 6, 1, 23, 59)).map(
    lambda value: value.replace(second=0, microsecond=0)
)
GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905
RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()  # noqa: SIM905


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Feb. 20 2018 - 16:02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20 February 2018", dt.date(2018, 2, 20)),
        ("20.02.2018", dt.date(2018, 2, 20)),
        ("02/20/2018", dt.date(2018, 2, 20)),
        ("20180220", dt.date(2018, 2, 20)),
        ("4:02 pm, Feb 20, 2018", dt.datetime(2018, 2, 20, 16, 2)),
        ("February 20th, 2018 at 12:05 a.m.", dt.datetime(2018, 2, 20, 0, 5)),
        ("20. Februar 2018, 16.02 Uhr", dt.datetime(2018, 2, 20, 16, 2)),
        ("20. Februar 2018, 9 Uhr", dt.datetime(2018, 2, 20, 9, 0)),
        ("1er mars 2018 à 16h02", dt.datetime(2018, 3, 1, 16, 2)),
        ("20 de febrero de 2018 16:02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20 de fevereiro de 2018 às 16h02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20 febbraio 2018 alle 16:02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20 februari 2018", dt.date(2018, 2, 20)),
        ("20 lutego 2018, 16:02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20. února 2018", dt.date(2018, 2, 20)),
        ("den 20 februari 2018 kl. 16.02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20. desember 2018", dt.date(2018, 12, 20)),
        ("20. marts 2018", dt.date(2018, 3, 20)),
        ("20.2.2018 klo 16.02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20 февраля 2018 г., 16:02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20 лютого 2018", dt.date(2018, 2, 20)),
        ("20 Şubat 2018 16:02", dt.datetime(2018, 2, 20, 16, 2)),
        ("20 فبراير 2018", dt.date(2018, 2, 20)),
        ("20 كانون الثاني 2018", dt.date(2018, 1, 20)),
        ("20 Φεβρουαρίου 2018", dt.date(2018, 2, 20)),
        ("20 februarie 2018", dt.date(2018, 2, 20)),
        ("2018. február 20. 16:02", dt.datetime(2018, 2, 20, 16, 2)),
        ("2018年2月20日 午後4時2分", dt.datetime(2018, 2, 20, 16, 2)),
        ("2018년 2월 20일", dt.date(2018, 2, 20)),
        ("20 Feb 18", dt.date(2018, 2, 20)),
        ("2018-02-20T16:02:11.500Z", dt.datetime(2018, 2, 20, 16, 2, 11, tzinfo=dt.UTC)),
    ],
)
def test_a_date_is_read_as_it_is_printed(text: str, expected: dt.date) -> None:
    found = parse_date(text, today=TODAY)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2018-02-20T16:02:11+03:00", 3.0),
        ("Tue, 20 Feb 2018 16:02:11 -0530", -5.5),
        ("20 Feb 2018 16:02 GMT", 0.0),
        ("20 Feb 2018, 4:02 PM EST", -5.0),
        ("Tue Feb 20 16:02:11 UTC 2018", 0.0),
        ("22/10/2017, 13:10 (GMT+7)", 7.0),
    ],
)
def test_an_offset_is_kept_and_never_converted(text: str, hours: float) -> None:
    found = parse_date(text, today=TODAY)
    assert isinstance(found, dt.datetime)
    assert found.utcoffset() == dt.timedelta(hours=hours)
    assert found.hour in (13, 16)


def test_a_word_that_is_spelt_like_a_zone_is_none() -> None:
    assert parse_date("20 février 2018 à 16h02 est paru", today=TODAY) == dt.datetime(2018, 2, 20, 16, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31.02.2018",
        "20.02.2090",
        "2018-13-40",
        "12 men 2018",
        "30. ",
        "June 5",
        "1.2.3",
        "0020-01-01",
        "3 days ago",
    ],
)
def test_what_is_no_possible_date_is_none(text: str) -> None:
    assert parse_date(text, today=TODAY) is None


def test_a_date_in_the_future_is_refused_but_for_two_days_of_slack() -> None:
    assert parse_date("2026-06-03", today=TODAY) == dt.date(2026, 6, 3)
    assert parse_date("2026-06-04", today=TODAY) is None


def test_day_and_month_are_told_apart_by_size_then_by_the_hint() -> None:
    assert parse_date("03/14/2018", today=TODAY) == dt.date(2018, 3, 14)
    assert parse_date("14/03/2018", today=TODAY, month_first=True) == dt.date(2018, 3, 14)
    assert parse_date("03/04/2018", today=TODAY) == dt.date(2018, 4, 3)
    assert parse_date("03/04/2018", today=TODAY, month_first=True) == dt.date(2018, 3, 4)
    assert parse_date("03.04.2018", today=TODAY, month_first=True) == dt.date(2018, 4, 3)


def test_the_page_of_the_united_states_prints_the_month_first() -> None:
    assert is_month_first("en-US")
    assert is_month_first("en", "https://news.example.com/a")
    assert not is_month_first("en", "https://news.example.co.uk/a")
    assert not is_month_first("en-gb", "https://news.example.com/a")
    assert not is_month_first(None, "https://news.example.com/a")


def test_every_date_of_a_line_is_found_in_order() -> None:
    line = "Published 20 Feb 2018 16:02, updated 21 Feb 2018"
    found = list(iter_dates(line, today=TODAY))
    assert [date.value for date in found] == [dt.datetime(2018, 2, 20, 16, 2), dt.date(2018, 2, 21)]
    assert line[found[1].start : found[1].end] == "21 Feb 2018"


@given(days)
def test_a_day_survives_every_numeric_form(day: dt.date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y"):
        text = f"{day:{form}}".replace(f"{day:%Y}", f"{day.year:04}")
        assert parse_date(text, today=TODAY) == day


@given(days)
def test_a_day_survives_written_months(day: dt.date) -> None:
    assert parse_date(f"{day.day} {day:%B} {day.year}", today=TODAY) == day
    assert parse_date(f"{day:%b} {day.day}, {day.year}", today=TODAY) == day
    assert parse_date(f"{day.day}. {GERMAN[day.month - 1]} {day.year}", today=TODAY) == day
    assert parse_date(f"{day.day} {RUSSIAN[day.month - 1]} {day.year} года", today=TODAY) == day
    assert parse_date(f"{day.year}年{day.month}月{day.day}日", today=TODAY) == day


@given(minutes)
def test_a_minute_survives_the_usual_stamps(moment: dt.datetime) -> None:
    assert parse_date(moment.isoformat(), today=TODAY) == moment
    assert parse_date(f"{moment:%b} {moment.day} {moment.year} - {moment:%H:%M}", today=TODAY) == moment
    assert (
        parse_date(f"{moment.day}. {GERMAN[moment.month - 1]} {moment.year}, {moment:%H.%M} Uhr", today=TODAY) == moment
    )
    assert parse_date(f"{moment:%I:%M %p}, {moment:%B} {moment.day}, {moment.year}", today=TODAY) == moment


@given(minutes, st.integers(min_value=-12 * 4, max_value=14 * 4))
def test_an_iso_time_with_an_offset_survives(moment: dt.datetime, quarters: int) -> None:
    aware = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=15 * quarters)))
    assert parse_date(aware.isoformat(), today=TODAY) == aware


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = parse_date(text, today=TODAY)
    assert found is None or found.year >= 1600
