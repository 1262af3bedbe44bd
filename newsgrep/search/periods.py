"""Dates as people type them, understood as a first and a last day: what span of days does this text mean?"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days as printed on pages, both ends included; an open end is `date.min` or `date.max`."""

    first: dt.date
    last: dt.date


_FORMS = (
    'Write a day (2017-09-05, "5 September 2017"), a month (2017-09), a year (2017), 2017-Q3, 1990s, today, '
    'yesterday, "last monday", "3 days ago", "last week", "last 30 days", 30d, 2w, 6m, 1y, '
    "or a range (2017-09..2017-10, 2017-09..)."
)

# Not from `calendar`, whose names follow the locale.
_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS = {name[:3].lower(): number for number, name in enumerate(_MONTH_NAMES, 1)}
_DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_COUNT_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(_COUNT_WORDS, 1)}
_SHORT_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}

# One character for one character, so that a place in the folded text is the same place in what was typed.
_FOLD = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212"} | {ord("_"): " "}

_GAP = r"[ -]+"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)"
)
_UNIT = r"(?P<unit>day|week|month|quarter|year)"
_COUNT = rf"(?P<count>[0-9]{{1,6}}|{'|'.join(_NUMBERS)})"
_YEAR = r"(?P<year>[0-9]{4})"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_RANGE = re.compile(r"\.\.|(?<= )to(?= )", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Typed:
    """One date of what was typed: the match of its form, and the whole text for an error to point into."""

    match: re.Match[str]
    text: str
    today: dt.date

    def number(self, group: str) -> int:
        word = self.match[group].lower()
        return _NUMBERS.get(word) or int(word)

    def fault(self, message: str, group: str | int, hint: str = _FORMS) -> FilterError:
        return FilterError(message, text=self.text, column=self.match.start(group), hint=hint)


def parse_period(text: str, today: dt.date) -> Period:
    """Understand a day, a longer period or a range as people type it, counted from `today`.

    Case does not matter; spaces, underscores and hyphens are the same between words ("last-week"). A week runs from
    Monday to Sunday, and "last 30 days" counts today. Raises FilterError, pointing at the fault, for a text that is
    no date, for a date that does not exist (2017-02-30) and for one with two readings (03/04/2017).
    """
    plain = re.sub(r"\s", " ", text).translate(_FOLD)
    split = _RANGE.search(plain)
    if split is None:
        return _parse_one(text, plain, 0, len(plain), today)
    if not plain.replace(split[0], "", 1).strip():
        raise FilterError("A range needs a date at one end at least", text=text, column=split.start(), hint=_FORMS)
    before, after = plain[: split.start()].strip(), plain[split.end() :].strip()
    if split[0] != ".." and not (before and after):
        raise FilterError('"to" needs a date on both sides', text=text, column=split.start(), hint=_FORMS)
    first = _parse_one(text, plain, 0, split.start(), today).first if before else dt.date.min
    last = _parse_one(text, plain, split.end(), len(plain), today).last if after else dt.date.max
    if first > last:
        column = len(plain) - len(plain[split.end() :].lstrip())
        message = f"The range ends on {last.isoformat()}, before it starts on {first.isoformat()}"
        raise FilterError(message, text=text, column=column, hint="Put the earlier date first.")
    return Period(first, last)


def _parse_one(text: str, plain: str, start: int, end: int, today: dt.date) -> Period:
    part = plain[start:end]
    start += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    if start >= end:
        raise FilterError("No date is given", text=text, column=0, hint=_FORMS)
    for pattern, read in _PATTERNS:
        if match := pattern.fullmatch(plain, start, end):
            try:
                return read(_Typed(match, text, today))
            except (OverflowError, ValueError):
                message = "This date is outside the calendar (years 1 to 9999)"
                raise FilterError(message, text=text, column=start, hint=_FORMS) from None
    column = _find_fault(plain, start, end)
    raise FilterError(f"This is not a date: {text[start:end]}", text=text, column=column, hint=_FORMS)


def _find_fault(plain: str, start: int, end: int) -> int:
    """The first word that no form has; where every word is known, the order is at fault: the start."""
    for match in re.compile(r"[^ ,.-]+").finditer(plain, start, end):
        if not _KNOWN_WORD.fullmatch(match[0]):
            return match.start()
    return start


def _shift_months(day: dt.date, months: int) -> dt.date:
    """Move by calendar months; a day that the month lacks becomes its last (31 March - 1 = 28 or 29 February)."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError
    return dt.date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def _go_back(day: dt.date, count: int, unit: str) -> dt.date:
    if unit in _MONTHS_IN:
        return _shift_months(day, -count * _MONTHS_IN[unit])
    return day - dt.timedelta(days=count * (7 if unit == "week" else 1))


def _months_from(year: int, month: int, months: int) -> Period:
    end_year, end_month0 = divmod(year * 12 + month - 1 + months - 1, 12)
    last = dt.date(end_year, end_month0 + 1, calendar.monthrange(end_year, end_month0 + 1)[1])
    return Period(dt.date(year, month, 1), last)


def _one_day(day: dt.date) -> Period:
    return Period(day, day)


def _month_number(typed: _Typed) -> int:
    name = typed.match["month"].lower()
    number = _MONTHS.get(name[:3]) or int(name)
    if not 1 <= number <= 12:
        raise typed.fault(f"There is no month {name}", "month", "Months go from 01 to 12.")
    return number


def _make_day(typed: _Typed, year: int, month: int, day: int, group: str) -> Period:
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        name = f"{_MONTH_NAMES[month - 1]} {year}"
        raise typed.fault(f"There is no {day} {name}", group, f"{name} has {length} days.")
    return _one_day(dt.date(year, month, day))


def _read_day(typed: _Typed) -> Period:
    year = _year_number(typed)
    return _make_day(typed, year, _month_number(typed), typed.number("day"), "day")


def _year_number(typed: _Typed) -> int:
    year = int(typed.match["year"])
    if year < dt.MINYEAR:
        raise typed.fault("There is no year 0000", "year")
    return year


def _read_numbers(typed: _Typed) -> Period:
    """Two small numbers and a year: a day only where one reading of them is a date."""
    year, one, other = _year_number(typed), typed.number("one"), typed.number("other")
    if one == other or (one > 12) != (other > 12):
        month, day, group = (other, one, "one") if other <= 12 else (one, other, "other")
        if month < 1:
            raise typed.fault(
                f"There is no month {month}", "other" if group == "one" else "one", "Months go from 01 to 12."
            )
        if month <= 12:
            return _make_day(typed, year, month, day, group)
    if min(one, other) < 1 or max(one, other) > 12:
        raise typed.fault(f"There is no such date: {typed.match[0]}", "one")
    readings = " or ".join(
        f"{year:04}-{month:02}-{day:02} ({day} {_MONTH_NAMES[month - 1]})"
        for day, month in ((one, other), (other, one))
    )
    raise typed.fault(f"This date has two readings: {typed.match[0]}", "one", f"Write {readings}.")


def _read_month(typed: _Typed) -> Period:
    year = _year_number(typed)
    return _months_from(year, _month_number(typed), 1)


def _read_year(typed: _Typed) -> Period:
    return _months_from(_year_number(typed), 1, 12)


def _read_quarter(typed: _Typed) -> Period:
    quarter = typed.number("quarter")
    if not 1 <= quarter <= 4:
        raise typed.fault(f"There is no quarter {quarter}", "quarter", "Quarters go from Q1 to Q4.")
    return _months_from(_year_number(typed), 3 * quarter - 2, 3)


def _read_decade(typed: _Typed) -> Period:
    year = _year_number(typed)
    if year % 10:
        raise typed.fault(
            f"A decade starts with a year that ends in 0, not {year}", "year", f"Write {year - year % 10}s."
        )
    return _months_from(year, 1, 120)


def _read_without_year(typed: _Typed) -> Period:
    name = typed.match[0]
    raise typed.fault(f"Which year? {name}", 0, f"Add the year: {name} {typed.today.year}.")


def _read_short_year(typed: _Typed) -> Period:
    raise typed.fault("The year needs four digits", "year")


def _read_clock(typed: _Typed) -> Period:
    raise typed.fault("A date filter knows days, not hours", "clock", f"Write {typed.match['date']}.")


def _read_today(typed: _Typed) -> Period:
    return _one_day(typed.today)


def _read_yesterday(typed: _Typed) -> Period:
    return _one_day(typed.today - dt.timedelta(days=1))


def _read_ago(typed: _Typed) -> Period:
    return _one_day(_go_back(typed.today, typed.number("count"), typed.match["unit"].lower()))


def _read_last_count(typed: _Typed) -> Period:
    groups = typed.match.groupdict()
    count = typed.number("count") if groups.get("count") else 1
    if count < 1:
        raise typed.fault("A period has one day at least", "count")
    unit = typed.match["unit"].lower()
    first = _go_back(typed.today, count, _SHORT_UNITS.get(unit, unit)) + dt.timedelta(days=1)
    return Period(first, typed.today)


def _read_calendar_unit(typed: _Typed) -> Period:
    """This or last week, month, quarter, year: the whole of it, whatever the day today."""
    unit = typed.match["unit"].lower()
    day = typed.today if typed.match["which"].lower() == "this" else _go_back(typed.today, 1, unit)
    if unit == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return Period(monday, monday + dt.timedelta(days=6))
    length = _MONTHS_IN[unit]
    return _months_from(day.year, (day.month - 1) // length * length + 1, length)


def _read_weekday(typed: _Typed) -> Period:
    """The latest such day: today counts, unless "last" is said."""
    back = (typed.today.weekday() - _DAYS[typed.match["weekday"][:3].lower()]) % 7
    if typed.match["last"] and back == 0:
        back = 7
    return _one_day(typed.today - dt.timedelta(days=back))


_OF = rf"(?:{_GAP}of)?"
_READERS: tuple[tuple[str, Callable[[_Typed], Period]], ...] = (
    (rf"{_YEAR}(?:[ -]|(?P<mark>[/.]))(?P<month>[0-9]{{1,2}})(?(mark)(?P=mark)|[ -])(?P<day>[0-9]{{1,2}})", _read_day),
    (r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", _read_day),
    (rf"{_DAY}{_OF}[ -]*{_MONTH},?[ -]*{_YEAR}", _read_day),
    (rf"{_MONTH}[ -]*{_DAY}(?:,[ -]*|{_GAP}){_YEAR}", _read_day),
    (rf"{_YEAR},?[ -]*{_MONTH}[ -]*{_DAY}", _read_day),
    (rf"(?P<one>[0-9]{{1,2}})(?P<mark>[/. -])(?P<other>[0-9]{{1,2}})(?P=mark){_YEAR}", _read_numbers),
    (rf"{_YEAR}[ /.-](?P<month>[0-9]{{1,2}})", _read_month),
    (rf"(?P<month>[0-9]{{1,2}})[ /.-]{_YEAR}", _read_month),
    (rf"{_MONTH},?{_OF}[ -]*{_YEAR}", _read_month),
    (rf"{_YEAR},?[ -]*{_MONTH}", _read_month),
    (_YEAR, _read_year),
    (rf"{_YEAR}[ -]*q(?P<quarter>[0-9])", _read_quarter),
    (rf"q(?P<quarter>[0-9]){_OF}[ -]*{_YEAR}", _read_quarter),
    (rf"(?:the{_GAP})?{_YEAR}['’]?s", _read_decade),
    (rf"(?:{_DAY}{_OF}[ -]*)?{_MONTH}", _read_without_year),
    (rf"{_MONTH}[ -]*{_DAY}", _read_without_year),
    (r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?P<year>[0-9]{2})", _read_short_year),
    (r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?P<clock>[T ][0-9]{1,2}:.*)", _read_clock),
    ("today", _read_today),
    ("yesterday", _read_yesterday),
    (rf"{_COUNT}{_GAP}{_UNIT}s?{_GAP}ago", _read_ago),
    (rf"(?:the{_GAP})?(?:last|past|previous){_GAP}{_COUNT}{_GAP}{_UNIT}s?", _read_last_count),
    (rf"(?:the{_GAP})?past{_GAP}{_UNIT}", _read_last_count),
    (rf"(?P<count>[0-9]{{1,6}}) ?(?P<unit>[{''.join(_SHORT_UNITS)}])", _read_last_count),
    (rf"(?P<which>this|last|previous){_GAP}(?P<unit>week|month|quarter|year)", _read_calendar_unit),
    (rf"(?P<last>last{_GAP})?{_WEEKDAY}", _read_weekday),
)
_PATTERNS = tuple((re.compile(form, re.IGNORECASE | re.ASCII), read) for form, read in _READERS)
_KNOWN_WORD = re.compile(
    rf"[0-9]+(?:st|nd|rd|th|s|[{''.join(_SHORT_UNITS)}])?|q[0-9]|{_MONTH}|{_WEEKDAY}|{_COUNT}|{_UNIT}s?"
    r"|of|the|ago|this|last|past|previous|today|yesterday",
    re.IGNORECASE | re.ASCII,
)
