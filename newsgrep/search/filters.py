"""Filters as a query: what an article must be, whatever its words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from newsgrep.archive.schema import UNDATED, day_bounds
from newsgrep.codec import plain_query as plain
from newsgrep.codec.labels import fold_label
from newsgrep.search.terms import build_phrase

if TYPE_CHECKING:
    from newsgrep.search.request import Filters


def build_filter(filters: Filters) -> plain.PlainQuery | None:
    """The query that lets through what the filters ask for; None when they ask for nothing."""
    wanted: list[plain.PlainQuery] = []
    if filters.since is not None or filters.until is not None:
        low, high = day_bounds(filters.since or dt.date.min, filters.until or dt.date.max)
        wanted.append(plain.NumericRange("published", low, high))
    if filters.undated:
        wanted.append(plain.Term("undated", UNDATED))
    if filters.sections:
        wanted.append(_any_label("section", filters.sections))
    if filters.sources:
        wanted.append(_any_label("source", filters.sources))
    if filters.langs:
        wanted.append(_any_label("lang", filters.langs))
    if filters.authors:
        names = [query for name in filters.authors if (query := build_phrase("author", name)) is not None]
        wanted.append(plain.Or(names) if names else plain.Nothing())
    if filters.not_sections:
        wanted.append(plain.Not(_any_label("section", filters.not_sections)))
        if len(wanted) == 1:
            wanted.insert(0, plain.Every())
    return plain.And(wanted) if wanted else None


def _any_label(field: str, labels: tuple[str, ...]) -> plain.PlainQuery:
    return plain.Or([plain.Term(field, fold_label(label)) for label in labels])
