"""What a person asks at the moment: words, filters, order; a function from one to the next for each that changes it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.search.request import CopyMode, Filters, Match, Request, Sort
from newsgrep.search.trends import By

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = 20
"""Hits that are loaded at once."""
MOST_RELOADED = 300
"""Hits that are loaded again at once, where an index has changed under them."""

FILTERED = {By.SECTION: "sections", By.SOURCE: "sources", By.AUTHOR: "authors", By.LANG: "langs"}
"""What can be chosen beside the hits, and which field of `Filters` takes it."""

_ORDERS = (Sort.RELEVANCE, Sort.NEWEST, Sort.OLDEST)
_MATCHES = (Match.CLOSEST, Match.ANY, Match.ALL)

_UNFINISHED = re.compile(r"(?:^|[\s(])(?!(?:AND|OR|NOT)$)[^\W_]{3,}$")
"""A text whose last word may not be typed to its end."""

Dates = tuple[dt.date | None, dt.date | None]
"""The first and the last day of a range, both included; None for an open end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what of it was chosen by hand."""

    request: Request
    sort: Sort | None = None
    """The order that was chosen; None for the best one, which is by date where there are no words."""
    wider: tuple[Dates, ...] = ()
    """The ranges of dates that were narrowed, the widest first."""

    @property
    def order(self) -> Sort:
        """The order in which hits come."""
        return self.sort or (Sort.RELEVANCE if self.request.text.strip() else Sort.NEWEST)

    @property
    def dates(self) -> Dates:
        """The range of dates."""
        return self.request.filters.since, self.request.filters.until

    @property
    def by_story(self) -> bool:
        """Whether copies of one text are one hit."""
        return self.request.copies is not CopyMode.SHOW

    def build_request(self, *, page: int = 1, limit: int = PAGE) -> Request:
        """What is asked of the library for one page of hits."""
        return replace(self.request, sort=self.order, page=page, limit=limit, snippets=1)

    def build_counted(self, by: By | None = None) -> Request:
        """What is counted: the same articles; `by` leaves out its own filter, to show what else could be chosen."""
        request = replace(self.request, sort=self.order, copies=CopyMode.SHOW)
        return request if by is None else replace(request, filters=_set_labels(request.filters, FILTERED[by], ()))


def begin(request: Request, *, sort: Sort | None = None, copies: CopyMode = CopyMode.SHOW) -> Asked:
    """What the command line asked."""
    return Asked(replace(request, copies=copies), sort)


def type_text(asked: Asked, text: str) -> Asked:
    """Other words."""
    return replace(asked, request=replace(asked.request, text=text))


def take_as_beginning(asked: Asked) -> Asked | None:
    """The same with the last word as the beginning of one; None where that makes no sense, or was not wanted.

    >>> take_as_beginning(begin(Request(text="harbour brid"))).request.text
    'harbour brid*'
    """
    request = asked.request
    if request.match is Match.ALL or not request.correct or not _UNFINISHED.search(request.text):
        return None
    return None if request.text.count('"') % 2 else type_text(asked, f"{request.text}*")


def chosen_labels(filters: Filters, by: By) -> tuple[str, ...]:
    """What is chosen of a kind."""
    labels: tuple[str, ...] = getattr(filters, FILTERED[by])
    return labels


def is_chosen(label: str, chosen: Iterable[str]) -> bool:
    """Whether a label is among those that are chosen, in any case."""
    return label.casefold() in {each.casefold() for each in chosen}


def toggle_label(asked: Asked, by: By, label: str) -> Asked:
    """Choose a label, or give it up where it is chosen."""
    chosen = chosen_labels(asked.request.filters, by)
    if is_chosen(label, chosen):
        left = tuple(each for each in chosen if each.casefold() != label.casefold())
    else:
        left = (*chosen, label)
    return _with_filters(asked, _set_labels(asked.request.filters, FILTERED[by], left))


def narrow_dates(asked: Asked, first: dt.date | None, last: dt.date | None) -> Asked:
    """Another range of dates; the one before it comes back with `widen_dates`."""
    if (first, last) == asked.dates and not asked.request.filters.undated:
        return asked
    narrowed = _with_filters(asked, replace(asked.request.filters, since=first, until=last, undated=False))
    return replace(narrowed, wider=(*asked.wider, asked.dates))


def widen_dates(asked: Asked) -> Asked:
    """The range of dates before it was narrowed last, or none."""
    first, last = asked.wider[-1] if asked.wider else (None, None)
    widened = _with_filters(asked, replace(asked.request.filters, since=first, until=last, undated=False))
    return replace(widened, wider=asked.wider[:-1])


def clear_filters(asked: Asked) -> Asked:
    """No filter at all."""
    return replace(_with_filters(asked, Filters()), wider=())


def next_order(asked: Asked) -> Asked:
    """The next of the orders: relevance, newest, oldest."""
    return replace(asked, sort=_ORDERS[(_ORDERS.index(asked.order) + 1) % len(_ORDERS)])


def next_match(asked: Asked) -> Asked:
    """The next way to match: all words or the closest, any word, all words as typed."""
    match = _MATCHES[(_MATCHES.index(asked.request.match) + 1) % len(_MATCHES)]
    return replace(asked, request=replace(asked.request, match=match))


def toggle_stories(asked: Asked) -> Asked:
    """Copies of one text as one hit, or each as its own."""
    copies = CopyMode.SHOW if asked.by_story else CopyMode.GROUP
    return replace(asked, request=replace(asked.request, copies=copies))


class Chip(NamedTuple):
    """One filter that is set."""

    field: str
    """Of `Filters`; `dates` for both ends of a range."""
    value: str
    """What it lets through, as chosen."""
    text: str
    """What is shown."""


def list_chips(asked: Asked) -> tuple[Chip, ...]:
    """The filters that are set, in the order of `Filters`."""
    filters = asked.request.filters
    chips = [Chip("dates", "", _say_dates(*asked.dates))] if any(asked.dates) else []
    chips += [Chip("undated", "", "undated")] if filters.undated else []
    for field, say in (
        ("sections", "{}"),
        ("not_sections", "not {}"),
        ("authors", "by {}"),
        ("sources", "{}"),
        ("langs", "in {}"),
    ):
        chips += [Chip(field, value, say.format(value)) for value in getattr(filters, field)]
    return tuple(chips)


def drop_chip(asked: Asked, chip: Chip) -> Asked:
    """The same without one filter."""
    filters = asked.request.filters
    if chip.field == "dates":
        return replace(_with_filters(asked, replace(filters, since=None, until=None)), wider=())
    if chip.field == "undated":
        return _with_filters(asked, replace(filters, undated=False))
    left = tuple(value for value in getattr(filters, chip.field) if value != chip.value)
    return _with_filters(asked, _set_labels(filters, chip.field, left))


def _set_labels(filters: Filters, field: str, labels: tuple[str, ...]) -> Filters:
    changed: dict[str, Any] = {field: labels}
    return replace(filters, **changed)


def _with_filters(asked: Asked, filters: Filters) -> Asked:
    return replace(asked, request=replace(asked.request, filters=filters))


def _say_dates(first: dt.date | None, last: dt.date | None) -> str:
    """A range of dates in as few words as it can be read from.

    >>> _say_dates(dt.date(2018, 2, 1), dt.date(2018, 2, 28))
    '2018-02'
    """
    if first is None or last is None:
        return f"since {first}" if first else f"until {last}"
    if first == last:
        return f"{first}"
    after = last + dt.timedelta(1) if last < dt.date.max else last
    if first.day == after.day == 1:
        if first.month == after.month == 1:
            return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first:%Y-%m}"
    return f"{first} to {last}"
