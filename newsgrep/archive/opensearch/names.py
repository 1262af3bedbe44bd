"""The names of the indices behind an archive on a cluster.

    news                  alias: all articles
    news-g000001          articles; split by year: news-g000001-2018, ..., news-g000001-undated
    news-files            alias: the files, the state and the lease of the writer
    news-g000001-files    these

A rebuild makes the next generation (`g000002`) beside, to which both aliases move.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt

FILES = "files"
UNDATED = "undated"
OTHER = "other"
"""The part for articles of years that no newspaper has had: a date that was misread makes no index of its own."""

_FIRST_YEAR, _LAST_YEAR = 1600, 2199
_NAME = re.compile(r"(?P<name>.+)-g(?P<generation>[0-9]{6})(?:-(?P<part>files|undated|other|[0-9]{4}))?", re.DOTALL)


class IndexName(NamedTuple):
    """What the name of an index says."""

    name: str
    """Of the archive."""
    generation: int
    part: str | None
    """FILES, or which articles; None: all."""

    def __str__(self) -> str:
        return index_name(*self)


def index_name(name: str, generation: int, part: str | None = None) -> str:
    """The name of the index that holds a part of an archive's articles, or all."""
    return f"{name}-g{generation:06}" + (f"-{part}" if part else "")


def articles_pattern(name: str, generation: int, *, by_year: bool) -> str:
    """What names the indices with the articles of a generation."""
    base = index_name(name, generation)
    return f"{base}-*,-{base}-{FILES}" if by_year else base


def files_alias(name: str) -> str:
    """The alias of the index that holds the files of an archive."""
    return f"{name}-{FILES}"


def parse_index_name(text: str) -> IndexName | None:
    """What the name of an index says; None for one that newsgrep would not give."""
    found = _NAME.fullmatch(text)
    return IndexName(found["name"], int(found["generation"]), found["part"]) if found else None


def part_of(published: dt.date | None) -> str:
    """The part that holds the articles of a date, where an archive is split by year."""
    if published is None:
        return UNDATED
    return f"{published.year:04}" if _FIRST_YEAR <= published.year <= _LAST_YEAR else OTHER
