"""What is answered to what is asked, part by part: the hits first, then what they have in common and when they were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsgrep.cli.browse.asked import FILTERED, MOST_RELOADED, PAGE, chosen_labels, take_as_beginning
from newsgrep.errors import OptionError
from newsgrep.search.request import Match

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newsgrep.api import Archive
    from newsgrep.article import Article
    from newsgrep.cli.browse.asked import Asked
    from newsgrep.search.request import Request
    from newsgrep.search.results import Results, Span
    from newsgrep.search.trends import By, Facet, Timeline

TOP = 8
"""Values of each kind that are listed."""
TOP_EXPANDED = 60
"""The same where more were asked for."""


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of hits."""

    asked: Asked
    """As it is answered: the last word may be taken for the beginning of one."""
    request: Request
    results: Results


@dataclass(frozen=True, slots=True)
class Counts:
    """What the hits have in common, and when they were published."""

    asked: Asked
    facets: Mapping[By, Facet]
    timeline: Timeline | None
    """None where there is no telling: the dates of the archive are too far apart."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A whole article, and where the words of the query stand in it."""

    article: Article
    title_spans: tuple[Span, ...]
    body_spans: tuple[Span, ...]
    versions: int
    """How many were saved from its address."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation, and the style in which it is written."""

    text: str
    style: str


def iter_answers(
    archive: Archive, asked: Asked, expanded: frozenset[By] = frozenset(), shown: int = PAGE
) -> Iterator[Hits | Counts]:
    """Answer what is asked; `expanded`: kinds of which many values are counted; `shown`: hits that are to stay loaded.

    Raises NewsgrepError.
    """
    limit = min(max(1, -(-shown // PAGE)) * PAGE, MOST_RELOADED)
    hits = _search(archive, asked, limit)
    yield hits
    yield _count(archive, hits.asked, expanded)


def iter_more(archive: Archive, asked: Asked, page: int) -> Iterator[Hits]:
    """One more page of hits. Raises NewsgrepError."""
    request = asked.build_request(page=page)
    yield Hits(asked, request, archive.search(request))


def iter_opened(archive: Archive, asked: Asked, name: str) -> Iterator[Opened]:
    """A whole article with the words that are asked for. Raises NewsgrepError."""
    article = archive.get(name)
    yield Opened(
        article,
        archive.highlight(article.title, asked.request),
        archive.highlight(article.body, asked.request),
        archive.count_versions(article),
    )


def iter_cited(archive: Archive, name: str, style: str) -> Iterator[Cited]:
    """The citation of an article. Raises NewsgrepError."""
    yield Cited(archive.cite(name, style), style)


def _search(archive: Archive, asked: Asked, limit: int) -> Hits:
    """Search as the library does, save that a last word which no article has is the beginning of one, if it can be.

    What is being typed is seldom misspelt before it is there.
    """
    if guess := take_as_beginning(asked):
        # Cheaper than to search first: where nothing is found, a search goes on to corrections and hints.
        as_typed = replace(asked.build_counted(), match=Match.ALL, correct=False)
        if not archive.count(as_typed) and archive.count(guess.build_counted()):
            asked = guess
    request = asked.build_request(limit=limit)
    return Hits(asked, request, archive.search(request))


def _count(archive: Archive, asked: Asked, expanded: frozenset[By]) -> Counts:
    """Count the values of each kind without the filter of that kind itself: they are what else could be chosen."""
    together: dict[Request, list[By]] = {}
    filters = asked.request.filters
    for by in FILTERED:
        request = asked.build_counted(by if chosen_labels(filters, by) else None)
        together.setdefault(request, []).append(by)
    found: dict[By, Facet] = {}
    for request, kinds in together.items():
        for few, top in ((True, TOP), (False, TOP_EXPANDED)):
            wanted = [by for by in kinds if (by not in expanded) is few]
            if wanted:
                found.update((facet.by, facet) for facet in archive.facets(request, wanted, top=top).facets)
    try:
        timeline = archive.timeline(asked.build_counted())
    except OptionError:
        timeline = None
    return Counts(asked, found, timeline)
