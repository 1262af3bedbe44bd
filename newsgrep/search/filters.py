"""Filters as a query: what an article must be, whatever its words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from whoosh import query as wq

from newsgrep.archive.schema import UNDATED, day_bounds
from newsgrep.codec.pickled import fold_label
from newsgrep.search.terms import build_phrase

if TYPE_CHECKING:
    from newsgrep.search.request import Filters


def build_filter(filters: Filters) -> wq.Query | None:
    """The query that lets through what the filters ask for; None when they ask for nothing."""
    wanted: list[wq.Query] = []
    if filters.since is not None or filters.until is not None:
        low, high = day_bounds(filters.since or dt.date.min, filters.until or dt.date.max)
        wanted.append(wq.NumericRange("published", low, high))
    if filters.undated:
        wanted.append(wq.Term("undated", UNDATED))
    if filters.sections:
        wanted.append(_any_label("section", filters.sections))
    if filters.sources:
        wanted.append(_any_label("source", filters.sources))
    if filters.authors:
        names = [query for name in filters.authors if (query := build_phrase("author", name)) is not None]
        wanted.append(wq.Or(names) if names else wq.NullQuery)
    if filters.not_sections:
        wanted.append(wq.Not(_any_label("section", filters.not_sections)))
        if len(wanted) == 1:
            wanted.insert(0, wq.Every())
    return wq.And(wanted) if wanted else None


def _any_label(field: str, labels: tuple[str, ...]) -> wq.Query:
    return wq.Or([wq.Term(field, fold_label(label)) for label in labels])
