"""One page out of several answers: which documents of each engine stand on it, in which order.

Each engine's answer is in order already: best first or by date, equals by id. What an answer does not say, dates and
ids, is asked for where it decides: of a few documents by reading the articles, of many from their columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newsgrep.archive.engine import MISSING
from newsgrep.archive.schema import published_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from newsgrep.archive.engine import Order, Scan
    from newsgrep.article import Article

Documents = tuple[tuple[int, float], ...]
Place = tuple[int, int]
"""A document of an answer: the number of the engine, the place in its answer."""
Rank = tuple[float, int]
"""What stands first is less: by score or date, then by id."""

NO_DATE = float("inf")
MOST_READ = 500
"""Documents of a page up to which their articles are read; for more, columns are scanned."""


class Ranks:
    """The ranks of documents, found out for those that are asked for."""

    def __init__(
        self, answers: Sequence[Documents], order: Order | None, read: Callable[[Sequence[Place]], Sequence[Article]]
    ) -> None:
        """`read` gives the articles at some places."""
        self._answers = answers
        self._order = order
        self._read = read
        self._articles: dict[Place, Rank] = {}

    def of(self, places: Iterable[Place]) -> dict[Place, Rank]:
        """The ranks of documents as far as they tell these from each other."""
        places = tuple(places)
        if self._order is not None:
            return self._read_ranks(places)
        by_score: dict[float, list[Place]] = {}
        for place in places:
            by_score.setdefault(-self._score(place), []).append(place)
        ranks: dict[Place, Rank] = {}
        for score, equals in by_score.items():
            # Those of one engine are in order.
            if len({engine for engine, _ in equals}) > 1:
                ranks.update(self._read_ranks(equals))
            else:
                ranks.update({place: (score, place[1]) for place in equals})
        return ranks

    def _score(self, place: Place) -> float:
        return self._answers[place[0]][place[1]][1]

    def _read_ranks(self, places: Sequence[Place]) -> dict[Place, Rank]:
        unread = [place for place in places if place not in self._articles]
        for place, article in zip(unread, self._read(unread), strict=True):
            first = -self._score(place) if self._order is None else _rank_of_date(article, self._order)
            self._articles[place] = (first, int(article.id, 16))
        return {place: self._articles[place] for place in places}


def _rank_of_date(article: Article, order: Order) -> float:
    if article.published is None:
        return NO_DATE
    seconds = published_seconds(article.published)
    return -seconds if order.newest_first else seconds


def pick_page(answers: Sequence[Documents], ranks: Ranks, offset: int, limit: int) -> list[Place]:
    """The places of the documents from `offset` on in the order of all, `limit` at most."""
    starts = _skip(answers, ranks, offset)
    window = [
        (engine, place)
        for engine, start in enumerate(starts)
        for place in range(start, min(start + limit, len(answers[engine])))
    ]
    found = ranks.of(window)
    return sorted(window, key=found.__getitem__)[:limit]


def _skip(answers: Sequence[Documents], ranks: Ranks, offset: int) -> list[int]:
    """How many documents of each answer are among the first `offset` of all: a few looks, however many those are."""
    starts = [0] * len(answers)
    while offset:
        left = [engine for engine, start in enumerate(starts) if start < len(answers[engine])]
        if not left:
            break
        step = max(1, offset // len(left))
        probes = [(engine, min(starts[engine] + step, len(answers[engine])) - 1) for engine in left]
        found = ranks.of(probes)
        # Before the first of the probes stand fewer than `step` documents of each answer: all that it follows in its
        # own, and itself, are among the first `offset`.
        engine, place = min(probes, key=found.__getitem__)
        offset -= place + 1 - starts[engine]
        starts[engine] = place + 1
    return starts


class Columns(NamedTuple):
    """What orders the documents of one answer: each (n,), rising by reference."""

    references: NDArray[np.int64]
    keys: NDArray[np.uint64]
    published: NDArray[np.int64] | None


def read_columns(scan: Scan) -> Columns:
    """The columns of a scan that order its documents."""
    return Columns(scan.references, scan.columns["key"], scan.columns.get("published"))


def sort_page(
    answers: Sequence[Documents], columns: Sequence[Columns], order: Order | None, offset: int, limit: int
) -> list[Place]:
    """As `pick_page`, of pages of many documents: all of the answers' columns are known."""
    import numpy as np

    firsts: list[NDArray[np.float64]] = []
    keys: list[NDArray[np.uint64]] = []
    for answer, known in zip(answers, columns, strict=True):
        references = np.fromiter((reference for reference, _ in answer), np.int64, len(answer))
        at = known.references.searchsorted(references)
        keys.append(known.keys[at])
        if order is None or known.published is None:
            firsts.append(np.fromiter((-score for _, score in answer), np.float64, len(answer)))
        else:
            dates = known.published[at]
            ranks = (-dates if order.newest_first else dates).astype(np.float64)
            firsts.append(np.where(dates == MISSING, NO_DATE, ranks))
    engines = np.repeat(np.arange(len(answers)), list(map(len, answers)))
    places = np.concatenate([np.arange(len(answer)) for answer in answers])
    chosen = np.lexsort((np.concatenate(keys), np.concatenate(firsts)))[offset : offset + limit]
    return list(zip(engines[chosen].tolist(), places[chosen].tolist(), strict=True))
