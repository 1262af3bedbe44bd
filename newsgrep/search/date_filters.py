"""Date filters as people type them, understood as a first and a last day: what do --since, --until and --on mean?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.errors import FilterError
from newsgrep.search.periods import parse_period

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.search.periods import Period


def read_dates(
    since: str | None, until: str | None, on: str | None, *, today: dt.date, prefix: str = ""
) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day that filters let through, both included; `on` is both ends at once.

    Raises FilterError, whose text is that of the option; `prefix` is what the names of options begin with.
    """
    if on is not None:
        period = _read_period("--on", on, today)
        return period.first, period.last
    first = _read_period(f"--{prefix}since", since, today).first if since is not None else None
    last = _read_period(f"--{prefix}until", until, today).last if until is not None else None
    if first and last and first > last:
        text = f"--{prefix}since {since} --{prefix}until {until}"
        raise FilterError(
            f"The period ends on {last}, before it starts on {first}",
            text=text,
            column=text.rindex(f"{until}"),
            hint="Exchange the two dates, or leave one out.",
        )
    return first, last


def _read_period(option: str, typed: str, today: dt.date) -> Period:
    try:
        return parse_period(typed, today)
    except FilterError as error:
        text, column = f"{option} {error.text}", len(option) + 1 + error.column
        raise FilterError(error.message, text=text, column=column, hint=error.hint) from error
