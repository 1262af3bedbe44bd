"""Every article that a request finds, whole: fetched a few hundred at a time, however many there are."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.archive.engine import Order
from newsgrep.search.filters import build_filter
from newsgrep.search.ranking import build_ranked
from newsgrep.search.request import Sort
from newsgrep.search.run import view_of
from newsgrep.search.understanding import understand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article
    from newsgrep.search.request import Request
    from newsgrep.search.results import Expansion

BATCH = 200
"""Articles that are in memory at a time."""
_ALL = 1_000_000_000
_ORDERS = {Sort.RELEVANCE: None, Sort.NEWEST: Order(newest_first=True), Sort.OLDEST: Order(newest_first=False)}


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles found, to be iterated over while the archive is open; as often as one likes."""

    engine: Engine
    references: array[int]
    """The documents in the order in which they come."""
    total: int
    """How many match, of which `limit` may have left some out."""
    notes: tuple[str, ...] = ()
    """What of the query may not have been meant as it was read."""
    expansions: tuple[Expansion, ...] = ()
    """What words of the query also find: variants and synonyms."""

    def __len__(self) -> int:
        return len(self.references)

    def __iter__(self) -> Iterator[Article]:
        for start in range(0, len(self.references), BATCH):
            yield from self.engine.fetch(self.references[start : start + BATCH])


def select(
    engine: Engine, request: Request, *, today: dt.date, sort: Sort | None = None, limit: int | None = None
) -> Selection:
    """The articles that a request finds; its own order and page do not count.

    `sort` is their order; without one it is that of the index, in which they are fetched soonest. With a `limit`,
    the first so many in that order; without an order, the best. Raises QueryError or FilterError.
    """
    engine = view_of(engine, request)
    understood = understand(engine, request, today=today)
    accept = build_filter(request.filters)
    if sort is None and limit is None:
        found = engine.scan(understood.query, accept).references
        references, total = array("q", found.tobytes()), len(found)
    else:
        sort = sort or (Sort.RELEVANCE if request.text else Sort.NEWEST)
        query = build_ranked(understood.query) if sort is Sort.RELEVANCE else understood.query
        most = _ALL if limit is None else max(limit, 1)
        total, documents = engine.run(query, accept, order=_ORDERS[sort], offset=0, limit=most)
        references = array("q", (reference for reference, _ in documents[:limit]))
    return Selection(engine, references, total, understood.notes, understood.expansions)
