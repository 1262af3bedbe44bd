"""What a search asks: query text, filters, order, page."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


class Sort(enum.StrEnum):
    """The order of hits. Undated articles come last in both orders by date."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an article must be, whatever its words. Filters of different kinds must all hold.

    Values of one kind are alternatives. Section and source compare whole labels in any case;
    an author matches when the words given stand together in one name.
    """

    since: dt.date | None = None
    """First day, inclusive, as printed on the page."""
    until: dt.date | None = None
    """Last day, inclusive."""
    undated: bool = False
    """Only articles without a known date."""
    sections: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search."""

    text: str
    """The query; empty matches every article that the filters let through."""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    limit: int = 10
    page: int = 1
    """1-based."""
    snippets: int = 2
    """How many passages of the body to show per hit."""
    explain: bool = False
    """Whether each hit says how it got its score."""
