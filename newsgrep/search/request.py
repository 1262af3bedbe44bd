"""What a search asks: query text, filters, order, page."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

MARK = "~~"
"""Behind a word or phrase of a query: its variants too."""

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.search.synonyms import Synonyms


class Sort(enum.StrEnum):
    """The order of hits. Undated articles come last in both orders by date."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Match(enum.StrEnum):
    """Which of the words between which no operator stands an article must have."""

    CLOSEST = "closest"
    """All, after correction of words that no article has; where no article has all, the closest are offered apart."""
    ALL = "all"
    """All, as typed."""
    ANY = "any"
    """One at least; articles with more and rarer ones come first."""


class CopyMode(enum.StrEnum):
    """What becomes of copies of one text: the same story in several outlets, edited and cut."""

    SHOW = "show"
    """Each is a hit."""
    GROUP = "group"
    """One hit a story, which says what else there is of it."""
    HIDE = "hide"
    """One hit a story, and stories are what is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an article must be, whatever its words. Filters of different kinds must all hold.

    Values of one kind are alternatives. Section, source and language compare whole labels in any case;
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
    langs: tuple[str, ...] = ()
    """BCP 47 codes, as articles have them, in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search."""

    text: str
    """The query; empty matches every article that the filters let through."""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    match: Match = Match.CLOSEST
    correct: bool = True
    """Whether words that no article has are replaced by those that were meant; never with `Match.ALL`."""
    limit: int = 10
    """Hits a page; 0 for the total alone."""
    page: int = 1
    """1-based."""
    snippets: int = 2
    """How many passages of the body to show per hit."""
    missing: bool = True
    """Whether each hit that need not have all words says which it lacks."""
    explain: bool = False
    """Whether each hit says how it got its score."""
    variants: bool = False
    """Whether each name reaches its other spellings in the archive; `name~~` in the text asks that for one."""
    synonyms: Synonyms | None = None
    """What else words and phrases of the text stand for."""
    expand: bool = False
    """Whether hits are also ranked by words that the best of them share."""
    fresh: bool = False
    """Whether newer articles come before older ones that answer as well."""

    every_version: bool = False
    """Whether articles that were captured several times are found in every version, not in the newest alone."""
    copies: CopyMode = CopyMode.SHOW
    largest_first: bool = False
    """Whether stories of more articles come first, whatever `sort` says; only where copies are not hits."""

    @property
    def is_widened(self) -> bool:
        """Whether words of it may stand for more than was typed."""
        return self.variants or self.synonyms is not None or MARK in self.text
