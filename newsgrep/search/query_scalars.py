"""Dates and numbers in a query, and ranges of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.archive.schema import day_bounds
from newsgrep.codec import plain_query as plain
from newsgrep.errors import FilterError
from newsgrep.search.parsed_query import Parsed
from newsgrep.search.terms import FIELDS, Kind

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.search.periods import Period

_NUMBER_RANGE = re.compile(r"(?P<op>>=|<=|>|<)?(?P<low>\d*)(?P<dots>\.\.)?(?P<high>\d*)")
_DIGITS = 12
"""More of a number's digits than this say only that it is large."""


def parse_scalar(field: str, value: str, *, text: str, column: int, today: dt.date) -> Parsed:
    """A date or a number, or a range of them; `value` stands at a column of `text`. Raises FilterError."""
    if FIELDS[field] is Kind.DATE:
        return _parse_date(field, value, text, column, today)
    match = _NUMBER_RANGE.fullmatch(value)
    if match is None or not (match["low"] or match["high"]) or (match["op"] and match["dots"]):
        raise FilterError(
            f"{field}: takes a number, not {value!r}",
            text=text,
            column=column,
            hint=f"For example: {field}:>500, {field}:<=1000 or {field}:500..1000",
        )
    first = int(match["low"][:_DIGITS]) if match["low"] else None
    last = int(match["high"][:_DIGITS]) if match["high"] else None
    if not match["dots"]:
        number = first or 0
        first, last = {
            ">": (number + 1, None),
            ">=": (number, None),
            "<": (None, number - 1),
            "<=": (None, number),
            None: (number, number),
        }[match["op"]]
    top = (1 << 31) - 1
    bounds = (min(max(first or 0, 0), top), top if last is None else min(max(last, 0), top))
    return Parsed(plain.ConstantScoreQuery(plain.NumericRange(field, *bounds)), f"{field}:{value}")


def _parse_date(field: str, value: str, text: str, column: int, today: dt.date) -> Parsed:
    # Imported here: it costs more than the rest of a search without dates.
    from newsgrep.search.periods import parse_period

    try:
        period = parse_period(value, today)
    except FilterError as error:
        raise FilterError(error.message, text=text, column=column + error.column, hint=error.hint) from error
    first, last = _bounds(field, period)
    query = plain.ConstantScoreQuery(plain.NumericRange("published", *day_bounds(first, last)))
    return Parsed(query, f"date:{first}..{last}")


def _bounds(field: str, period: Period) -> tuple[dt.date, dt.date]:
    """The first and the last day that a date field asks for."""
    import datetime as dt

    day = dt.timedelta(days=1)
    match field:
        case "after":
            return (period.last + day if period.last < dt.date.max else dt.date.max), dt.date.max
        case "before":
            return dt.date.min, (period.first - day if period.first > dt.date.min else dt.date.min)
        case "since":
            return period.first, dt.date.max
        case "until":
            return dt.date.min, period.last
        case _:
            return period.first, period.last
