"""What the hits of a question have in common: sections, publications, authors, languages, years, against the archive.

A value's *lift* is its share of the hits over its share of the archive, both under the same filters. A lift alone says
little of rare values: one article of one is far above any share. So each carries its log-likelihood ratio, which says
how sure the difference is:

    2 * sum(observed * ln(observed / expected))

over the four counts that hits or other articles with or without the value make (Dunning: Accurate Methods for the
Statistics of Surprise and Coincidence, 1993). At 15.13 a difference so large comes by chance once in ten thousand times
(chi-squared, one degree of freedom), which Rayson, Berridge and Francis advise for counts as small as these (Extending
the Cochran rule for the comparison of word frequencies between corpora, 2004).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from newsgrep.codec import plain_query as plain
from newsgrep.search.association import signed_log_likelihood
from newsgrep.search.filters import build_filter
from newsgrep.search.label_spellings import spell_label
from newsgrep.search.run import view_of
from newsgrep.search.time_buckets import list_periods, sum_periods
from newsgrep.search.trends import LEAST_ARTICLES, SURE, By, Facet, Facets, FacetSort, FacetValue, Unit
from newsgrep.search.understanding import understand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from newsgrep.archive.day_counts import DayCounts
    from newsgrep.archive.engine import Engine
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.search.request import Request

_FIELDS = {By.SECTION: "section", By.SOURCE: "source", By.AUTHOR: "byline", By.LANG: "lang"}


class Counts(NamedTuple):
    """How many articles have each value of one property, and how many have none."""

    labels: Mapping[str, int]
    """By folded label, or by year."""
    without: int


def build_facets(
    engine: Engine,
    request: Request,
    by: Sequence[By] = tuple(By),
    *,
    today: dt.date,
    sort: FacetSort = FacetSort.COUNT,
    top: int = 10,
) -> Facets:
    """Count the hits of a request by some properties; `top`: how many values of each are listed, 0 for all.

    An article with several sections or authors counts for each. Raises QueryError or FilterError.
    """
    engine = view_of(engine, request)
    understood = understand(engine, request, today=today)
    accept = build_filter(request.filters)
    total, hits = _count(engine, understood.query, accept, by)
    n_archive, archive = _count(engine, plain.Every(), accept, by)
    facets = []
    for property_, found, saved in zip(by, hits, archive, strict=True):
        values = rank_values(found.labels, saved.labels, total, n_archive, sort=sort, top=top)
        if property_ is not By.YEAR:
            field = _FIELDS[property_]
            values = tuple(replace(value, label=spell_label(engine, field, value.label)) for value in values)
        facets.append(Facet(property_, values, len(found.labels), found.without, saved.without))
    return Facets(
        query=understood.parsed.text if understood.parsed else "",
        total=total,
        archive=n_archive,
        sort=sort,
        facets=tuple(facets),
        notes=understood.notes,
        expansions=understood.expansions,
    )


def rank_values(
    found: Mapping[str, int], saved: Mapping[str, int], total: int, archive: int, *, sort: FacetSort, top: int
) -> tuple[FacetValue, ...]:
    """The first values in an order; `top`: how many, 0 for all.

    found: hits by label; saved: articles of the archive by label, hits included; total, archive: how many of each.
    """
    labels = sorted(found)
    hits = np.fromiter((found[label] for label in labels), np.int64, len(labels))
    everything = np.fromiter((saved[label] for label in labels), np.int64, len(labels))
    likelihoods = signed_log_likelihood(hits, total, everything, archive)
    lifts = hits * archive / (everything * max(total, 1))
    if sort is FacetSort.COUNT:
        order = np.argsort(-hits, kind="stable")
    else:
        above = (hits >= LEAST_ARTICLES) & (likelihoods >= SURE)
        order = np.lexsort((-likelihoods, np.where(above, -lifts, 0), ~above))
    return tuple(
        FacetValue(
            labels[at],
            found[labels[at]],
            found[labels[at]] / total,
            saved[labels[at]],
            saved[labels[at]] / archive,
            float(lifts[at]),
            float(likelihoods[at]),
        )
        for at in (order[:top] if top else order).tolist()
    )


def _count(engine: Engine, query: PlainQuery, accept: PlainQuery | None, by: Sequence[By]) -> tuple[int, list[Counts]]:
    """How many articles a query finds, and how many of them have each value of some properties."""
    fields = list(dict.fromkeys(_FIELDS[each] for each in by if each is not By.YEAR))
    of_field = dict(zip(fields, engine.facet(query, accept, fields), strict=True)) if fields else {}
    days = engine.count_days(query, accept)
    total = days.total
    counts = []
    for each in by:
        if each is By.YEAR:
            counts.append(Counts(count_years(days), days.undated))
        else:
            field = _FIELDS[each]
            has = plain.Every(field)
            labelled = engine.run(
                query, has if accept is None else plain.And([accept, has]), order=None, offset=0, limit=1
            )
            counts.append(Counts(of_field[field], total - labelled.total))
    return total, counts


def count_years(days: DayCounts) -> dict[str, int]:
    """How many dates fall into each year, in the order of years; those without any are left out."""
    if days.span is None:
        return {}
    years = list_periods(Unit.YEAR, *days.span)
    return {year.name: count for year, count in zip(years, sum_periods(days, years).tolist(), strict=True) if count}
