"""What is asked and answered of all hits at once: counts over time, and counts by section, publication and the like."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.search.results import Expansion

SURE = 15.13
"""The log-likelihood ratio from which a difference is told apart from chance."""
LEAST_ARTICLES = 3
"""Hits that a value must have for that, however rare it is."""


class Unit(enum.StrEnum):
    """How long a bucket is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Split(enum.StrEnum):
    """What a timeline is split by."""

    SECTION = "section"
    SOURCE = "source"


class Per(enum.StrEnum):
    """What is counted."""

    COPY = "copy"
    """Every article."""
    STORY = "story"
    """Articles that are copies of each other once, where the first of them stands."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One day, week, month or year, or what of it the filters let through."""

    name: str
    """`2018-02-20`, `2018-W08`, `2018-02` or `2018`."""
    first: dt.date
    last: dt.date
    articles: int
    """Hits; of stories, where these are counted."""
    archive: int
    """Articles of the archive, under the same filters without the words."""
    split: tuple[int, ...] = ()
    """Hits with each label of the timeline, then those that have none of them."""

    @property
    def is_gap(self) -> bool:
        """Whether the archive has no article of this time, so that no hits say nothing."""
        return not self.archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """How many articles a question finds, over time."""

    query: str
    """The query as understood."""
    unit: Unit
    per: Per
    total: int
    """Hits, undated ones included."""
    undated: int
    archive: int
    """Articles of the archive under the same filters without the words, undated ones included."""
    archive_undated: int
    buckets: tuple[Bucket, ...]
    split_by: Split | None = None
    labels: tuple[str, ...] = ()
    """What it is split by, spelt as in an article, the commonest first."""
    notes: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()

    def share_of(self, bucket: Bucket, articles: int | None = None) -> float | None:
        """The share that the hits of a bucket, or some of them, have in the archive.

        None where it has no article, and of stories: the archive counts articles.
        """
        if bucket.is_gap or self.per is Per.STORY:
            return None
        return (bucket.articles if articles is None else articles) / bucket.archive


class By(enum.StrEnum):
    """What articles are counted by."""

    SECTION = "section"
    SOURCE = "source"
    AUTHOR = "author"
    LANG = "lang"
    YEAR = "year"


class FacetSort(enum.StrEnum):
    """The order of values."""

    COUNT = "count"
    """Those of most hits first."""
    LIFT = "lift"
    """Those first that are surely above their share of the archive, the farthest above it first."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One section, publication, author, language or year of the hits."""

    label: str
    """As an article spells it."""
    articles: int
    """Hits that have it."""
    share: float
    """Of all hits."""
    archive: int
    """Articles of the archive that have it, under the same filters without the words."""
    archive_share: float
    lift: float
    """`share / archive_share`."""
    log_likelihood: float
    """How surely the share of the hits is another than that of the rest of the archive; below it, negative."""

    @property
    def is_above(self) -> bool:
        """Whether the value is surely above its share of the archive."""
        return self.articles >= LEAST_ARTICLES and self.log_likelihood >= SURE


@dataclass(frozen=True, slots=True)
class Facet:
    """The hits by one property."""

    by: By
    values: tuple[FacetValue, ...]
    n_values: int
    """How many values the hits have, listed or not."""
    without: int
    """Hits that have no value."""
    archive_without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The hits of a question, by several properties."""

    query: str
    """The query as understood."""
    total: int
    """Hits."""
    archive: int
    """Articles of the archive under the same filters without the words."""
    sort: FacetSort
    facets: tuple[Facet, ...]
    notes: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
