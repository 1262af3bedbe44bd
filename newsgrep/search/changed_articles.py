"""Articles that changed after they were first saved: which of an archive's articles were rewritten, and how.

Those are looked at of which the index holds an older version (`archive.versions`); what is compared are the texts
themselves, so that one changed number is enough.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.archive.engine import MISSING
from newsgrep.codec.plain_query import Every
from newsgrep.search.filters import build_filter
from newsgrep.search.understanding import understand
from newsgrep.search.version_history import Kind, compare_articles, is_alike

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article
    from newsgrep.search.request import Request
    from newsgrep.search.results import Expansion
    from newsgrep.search.version_history import Change

_MOST_VERSIONS = 200
"""Captures of one address that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class ChangedArticle:
    """An article and what became of it."""

    article: Article
    """As it was saved last."""
    versions: int
    """How often it was saved."""
    changes: int
    """How often it was saved with another headline or text than the time before."""
    first_captured: dt.datetime | None
    last_captured: dt.datetime | None
    change: Change
    """From the first version to the last; they may be the same again."""


@dataclass(frozen=True, slots=True)
class ChangedArticles:
    """Articles that changed, those saved last first."""

    query: str
    """The query as understood."""
    articles: tuple[ChangedArticle, ...]
    has_more: bool
    notes: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()


def find_changed(engine: Engine, request: Request, *, today: dt.date) -> ChangedArticles:
    """The articles that changed after they were first saved, `request.limit` at most.

    They are found by words and filters that any of their versions fits. Raises QueryError or FilterError.
    """
    whole = engine.every_version()
    understood = understand(whole, request, today=today)
    matching = whole.scan(understood.query, build_filter(request.filters)).references
    found: list[ChangedArticle] = []
    has_more = False
    for references in _iter_groups(engine, whole, matching):
        for changed in _iter_changed(whole, references, matching):
            if len(found) == request.limit:
                has_more = True
                break
            found.append(changed)
        if has_more:
            break
    return ChangedArticles(
        understood.parsed.text if understood.parsed else "",
        tuple(found),
        has_more,
        understood.notes,
        understood.expansions,
    )


def _iter_groups(engine: Engine, whole: Engine, matching: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """What was saved from each address of which there are older versions: the address that was saved last first."""
    scan = whole.scan(Every(), None, ("url_key", "captured", "key"))
    keys, captured = scan.columns["url_key"], scan.columns["captured"]
    is_older = ~np.isin(scan.references, engine.scan(Every()).references, assume_unique=True)
    is_matching = np.isin(scan.references, matching, assume_unique=True)
    wanted = np.intersect1d(keys[is_older], keys[is_matching])
    places = np.flatnonzero(np.isin(keys, wanted) & (captured != MISSING))
    places = places[np.lexsort((scan.columns["key"][places], captured[places], keys[places]))]
    if not len(places):
        return
    ends = np.flatnonzero(np.append(keys[places][1:] != keys[places][:-1], True)) + 1
    starts = np.concatenate([[0], ends[:-1]])
    for group in np.argsort(-captured[places[ends - 1]], kind="stable").tolist():
        yield scan.references[places[starts[group] : ends[group]][-_MOST_VERSIONS:]]


def _iter_changed(
    whole: Engine, references: NDArray[np.int64], matching: NDArray[np.int64]
) -> Iterator[ChangedArticle]:
    """The articles that changed, of those saved from one address; the one saved last first."""
    articles = whole.fetch(references.tolist())
    if len({(article.title, article.body) for article in articles}) == 1:
        return
    is_matching = np.isin(references, matching, assume_unique=True).tolist()
    groups: list[list[int]] = []
    for place in range(len(articles) - 1, -1, -1):
        group = next((group for group in groups if is_alike(articles[place], articles[group[0]])), None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    for group in groups:
        versions = [articles[place] for place in reversed(group)]
        if len(versions) < 2 or not any(is_matching[place] for place in group):
            continue
        changes = sum(_differ(old, new) for old, new in itertools.pairwise(versions))
        if changes:
            first, last = versions[0], versions[-1]
            change = compare_articles(first, last, 1, len(versions))
            yield ChangedArticle(last, len(versions), changes, first.captured, last.captured, change)


def _differ(old: Article, new: Article) -> bool:
    """Whether a reader would see another headline or text."""
    if (old.title, old.body) == (new.title, new.body):
        return False
    return compare_articles(old, new, 1, 2).kind is not Kind.UNCHANGED
