"""Counts over time: how many articles a question finds in each day, week, month or year, against all there are.

The archive is counted beside the hits, under the same filters without the words. So a share of the archive can be told
from a mere count, and a time without hits from a time of which nothing was saved.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.archive.day_counts import count_days
from newsgrep.codec import plain_query as plain
from newsgrep.errors import OptionError
from newsgrep.search.filters import build_filter
from newsgrep.search.label_spellings import spell_label
from newsgrep.search.run import view_of
from newsgrep.search.time_buckets import (
    choose_unit,
    estimate_periods,
    list_periods,
    sum_periods,
)
from newsgrep.search.trends import Bucket, Per, Split, Timeline, Unit
from newsgrep.search.understanding import understand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsgrep.archive.day_counts import DayCounts
    from newsgrep.archive.engine import Engine
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.search.request import Filters, Request

MOST_BUCKETS = 50_000
"""More are an error: one wrong date in an archive asks for millions of days."""


def build_timeline(
    engine: Engine,
    request: Request,
    *,
    today: dt.date,
    unit: Unit | None = None,
    per: Per = Per.COPY,
    split_by: Split | None = None,
    top: int = 5,
) -> Timeline:
    """Count what a request finds over time; without a unit, the span decides. `top`: how many labels of a split.

    The timeline spans all hits, and the days that the filters name. An article with several labels counts for each.
    Raises QueryError, FilterError, or OptionError for more than MOST_BUCKETS.
    """
    engine = view_of(engine, request)
    understood = understand(engine, request, today=today)
    accept = build_filter(request.filters)
    folded = _find_commonest(engine, understood.query, accept, split_by, top) if split_by is not None else []
    counted, columns = _count_hits(engine, understood.query, accept, per, split_by, folded)
    archive = engine.count_days(plain.Every(), accept)
    span = find_span(counted, archive, request.filters, today=today)
    unit = unit or (choose_unit(*span) if span else Unit.YEAR)
    return Timeline(
        query=understood.parsed.text if understood.parsed else "",
        unit=unit,
        per=per,
        total=counted.total,
        undated=counted.undated,
        archive=archive.total,
        archive_undated=archive.undated,
        buckets=count_buckets(unit, span, counted, archive, columns, within=_bounds_of(request.filters))
        if span
        else (),
        split_by=split_by,
        labels=tuple(spell_label(engine, split_by.value, label) for label in folded) if split_by is not None else (),
        notes=understood.notes,
        expansions=understood.expansions,
    )


def find_span(
    hits: DayCounts, archive: DayCounts, filters: Filters, *, today: dt.date
) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of a timeline; None where neither hits nor filters have them.

    Where filters name a day it is that, though not one to come that the archive knows nothing of.
    """
    if filters.undated:
        return None
    found = hits.span or (None, None)
    first, last = _bounds_of(filters)
    if last is not None:
        last = min(last, max(today, archive.span[1] if archive.span else today))
    first, last = first or found[0], last or found[1]
    return (first, last) if first is not None and last is not None and first <= last else None


def count_buckets(
    unit: Unit,
    span: tuple[dt.date, dt.date],
    hits: DayCounts,
    archive: DayCounts,
    columns: Sequence[DayCounts] = (),
    *,
    within: tuple[dt.date | None, dt.date | None] = (None, None),
) -> tuple[Bucket, ...]:
    """The buckets of a span, those without hits included; `within` cuts off the first and the last of them.

    Raises OptionError for more than MOST_BUCKETS.
    """
    first, last = span
    if estimate_periods(unit, first, last) > MOST_BUCKETS:
        raise OptionError(
            f"From {first} to {last} there are too many {unit}s to count",
            hint="Name a shorter time with --since and --until, or a longer unit with --by.",
        )
    periods = list_periods(unit, first, last)
    since, until = within
    if since is not None:
        periods[0] = periods[0]._replace(first=max(since, periods[0].first))
    if until is not None:
        periods[-1] = periods[-1]._replace(last=min(until, periods[-1].last))
    found, saved = sum_periods(hits, periods).tolist(), sum_periods(archive, periods).tolist()
    split = list(zip(*(sum_periods(each, periods).tolist() for each in columns), strict=True)) or [()] * len(periods)
    return tuple(Bucket(*period, *numbers) for period, *numbers in zip(periods, found, saved, split, strict=True))


def _bounds_of(filters: Filters) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day that filters name; an open end of a range names none."""
    first, last = filters.since, filters.until
    return (None if first == dt.date.min else first), (None if last == dt.date.max else last)


def split_hits(references: NDArray[np.int64], carriers: Sequence[NDArray[np.int64]]) -> list[NDArray[np.bool_]]:
    """(n_hits,) each: which hits are among the carriers of each label, and last, which are among none.

    references, carriers: rising.
    """
    rest = np.ones(len(references), np.bool_)
    masks = []
    for each in carriers:
        mask = np.isin(references, each, assume_unique=True)
        rest &= ~mask
        masks.append(mask)
    return [*masks, rest]


def _count_hits(
    engine: Engine,
    query: PlainQuery,
    accept: PlainQuery | None,
    per: Per,
    split_by: Split | None,
    labels: Sequence[str],
) -> tuple[DayCounts, list[DayCounts]]:
    """What is counted, by day; and the same of those with each of some labels, and last, of those with none of them."""
    carry = [plain.Term(split_by.value, label) for label in labels] if split_by is not None else []
    if per is Per.COPY:
        counted = engine.count_days(query, accept)
        if split_by is None:
            return counted, []
        of_labels = [engine.count_days(query, _both(accept, each)) for each in carry]
        rest = engine.count_days(query, _both(accept, plain.Not(plain.Or(carry)))) if carry else counted
        return counted, [*of_labels, rest]
    references, published = _find_stories(engine, query, accept)
    counted = count_days(published)
    if split_by is None:
        return counted, []
    carriers = [engine.scan(query, _both(accept, each)).references for each in carry]
    return counted, [count_days(published[mask]) for mask in split_hits(references, carriers)]


def _both(accept: PlainQuery | None, wanted: PlainQuery) -> PlainQuery:
    return plain.And([plain.Every() if accept is None else accept, wanted])


def _find_stories(
    engine: Engine, query: PlainQuery, accept: PlainQuery | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,), (n,): the earliest article of each story, rising, and its date; undated if all are."""
    from newsgrep.search.stories import group_stories

    stories = group_stories(engine, query, accept)
    firsts = np.sort(stories.by_date[stories.starts[:-1]])
    return stories.references[firsts], stories.dates[firsts]


def _find_commonest(
    engine: Engine, query: PlainQuery, accept: PlainQuery | None, split_by: Split, top: int
) -> list[str]:
    """The folded labels that most hits carry."""
    (counts,) = engine.facet(query, accept, [split_by.value])
    return sorted(counts, key=lambda label: (-counts[label], label))[:top]
