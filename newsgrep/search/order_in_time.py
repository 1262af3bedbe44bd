"""What came before an article and what after it, as far as dates tell."""

from __future__ import annotations

import datetime as dt
import enum
from typing import TYPE_CHECKING

from newsgrep.archive.schema import day_bounds, published_seconds
from newsgrep.codec import plain_query as plain
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from newsgrep.article import Article

_MIDNIGHT = dt.time()
_NEAREST = 0.5
"""What an article of the same day gains of its score."""
_HALVED_AFTER = 30.0
"""Days after which the gain is half."""


class Relation(enum.StrEnum):
    """When an article was published, seen from another one."""

    BEFORE = "before"
    SAME_DAY = "same day"
    """On one day, and not of both is the time known."""
    AFTER = "after"
    UNDATED = "undated"
    """One of the two has no date."""


def tell_relation(article: Article, other: Article) -> Relation:
    """When the other article was published, seen from the first; times count as printed, whatever their offsets."""
    if article.published is None or other.published is None:
        return Relation.UNDATED
    days = days_between(article, other)
    if days == 0 and not (_has_time(article.published) and _has_time(other.published)):
        return Relation.SAME_DAY
    seconds = published_seconds(other.published) - published_seconds(article.published)
    if not seconds:
        return Relation.SAME_DAY
    return Relation.AFTER if seconds > 0 else Relation.BEFORE


def days_between(article: Article, other: Article) -> int | None:
    """Days from the first article to the other, negative where that came before; None where either has no date."""
    if article.published is None or other.published is None:
        return None
    return other.published.toordinal() - article.published.toordinal()


def build_period(article: Article, *, before: bool, after: bool) -> plain.PlainQuery:
    """The query for what was published before an article, after it, or either: those `tell_relation` says it of.

    Raises OptionError for an article without a date.
    """
    if article.published is None:
        raise OptionError(
            f"{article.id} has no date: nothing is known to be before or after it",
            hint="Leave out --background and --follow-ups.",
        )
    day = dt.date.fromordinal(article.published.toordinal())
    first, last = day_bounds(day, day)
    earliest, _ = day_bounds(dt.date.min, dt.date.min)
    _, latest = day_bounds(dt.date.max, dt.date.max)
    ranges = []
    if before:
        ranges.append((earliest, first - 1))
    if after:
        ranges.append((last + 1, latest))
    if _has_time(article.published):
        # Midnight, the first second, stands for a time that is not known.
        second = published_seconds(article.published)
        if before:
            ranges.append((first + 1, second - 1))
        if after:
            ranges.append((second + 1, last))
    return plain.Or(plain.NumericRange("published", low, high) for low, high in ranges if low <= high)


def closeness(days: int | None) -> float:
    """What the score of an article is multiplied by, the more the fewer days lie between."""
    return 1.0 if days is None else 1 + _NEAREST * 0.5 ** (abs(days) / _HALVED_AFTER)


def _has_time(published: dt.date) -> bool:
    return isinstance(published, dt.datetime) and published.time().replace(microsecond=0) != _MIDNIGHT
