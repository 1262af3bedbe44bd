"""The rows of the filters beside the hits: what can be chosen, how many articles it leaves, and what is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newsgrep.cli.browse.asked import FILTERED, chosen_labels, is_chosen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newsgrep.search.request import Filters
    from newsgrep.search.trends import By, Facet

HEADINGS = dict(zip(FILTERED, ("Sections", "Sources", "Authors", "Languages"), strict=True))


class Heading(NamedTuple):
    """The name of a kind."""

    text: str


class Choice(NamedTuple):
    """A value that can be chosen."""

    by: By
    label: str
    articles: int | None
    """How many of the hits have it; None for one that is chosen though it is not among those counted."""
    chosen: bool


class More(NamedTuple):
    """Stands for the values of a kind that are not listed."""

    by: By
    values: int
    """How many they are."""


Row = Heading | Choice | More


def iter_rows(facets: Mapping[By, Facet], filters: Filters) -> Iterator[Row]:
    """The rows of all kinds; of a kind those that are chosen first, then by the number of articles.

    Kinds of which the hits have nothing are left out.
    """
    for by, facet in facets.items():
        chosen = chosen_labels(filters, by)
        counted = [Choice(by, value.label, value.articles, is_chosen(value.label, chosen)) for value in facet.values]
        listed = [row.label for row in counted if row.chosen]
        missed = [Choice(by, label, None, True) for label in chosen if not is_chosen(label, listed)]
        rows = missed + sorted(counted, key=lambda row: not row.chosen)
        if rows:
            yield Heading(HEADINGS[by])
            yield from rows
        if facet.n_values > len(facet.values) > 0:
            yield More(by, facet.n_values - len(facet.values))
