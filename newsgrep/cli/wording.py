"""Numbers, dates and sizes as a reader sees them.

Independent of the locale, so that the same archive gives the same text everywhere.
"""

from __future__ import annotations

import datetime as dt

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """Say how many of something.

    >>> count_of(1, "article"), count_of(1200, "article")
    ('1 article', '1,200 articles')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def date_of(published: dt.date | None) -> str:
    """Say a publication date, with its time when one is printed.

    >>> date_of(dt.datetime(2018, 2, 20, 16, 2))
    '20 Feb 2018, 16:02'
    """
    if published is None:
        return "undated"
    day = f"{published.day} {_MONTHS[published.month - 1]} {published.year}"
    return f"{day}, {published:%H:%M}" if isinstance(published, dt.datetime) else day


def duration_of(seconds: float) -> str:
    """Say how long something took or will take.

    >>> duration_of(0.0123), duration_of(12.34), duration_of(100)
    ('12 ms', '12.3 s', '1 min 40 s')
    """
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return whole_seconds_of(seconds)


def whole_seconds_of(seconds: float) -> str:
    """Say roughly how long something will take.

    >>> whole_seconds_of(0.2), whole_seconds_of(100), whole_seconds_of(7265)
    ('1 s', '1 min 40 s', '2 h 1 min')
    """
    minutes, rest = divmod(max(1, round(seconds)), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def size_of(size: int) -> str:
    """Say a number of bytes in decimal units.

    >>> size_of(999), size_of(1_234_567)
    ('999 bytes', '1.2 MB')
    """
    if size < 1000:
        return count_of(size, "byte")
    amount = float(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:,.1f} TB"
