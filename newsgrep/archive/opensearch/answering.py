"""One page of an answer, in its order: the best first, or by date; equals by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsgrep.archive.engine import Found
from newsgrep.archive.opensearch.ranking import build_gains, read_placed_terms
from newsgrep.archive.opensearch.searching import NO_SOURCE, WINDOW
from newsgrep.archive.opensearch.translation import RANKED
from newsgrep.codec.joint import joint_idf
from newsgrep.codec.proximity import DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newsgrep.archive.engine import Order
    from newsgrep.archive.opensearch.searching import Searcher
    from newsgrep.archive.opensearch.spans import Clause
    from newsgrep.codec.plain_query import AnyField, Rescored

_SORT = "hits.hits.sort"


def find_page(searcher: Searcher, match: Clause, order: Order | None, *, offset: int, limit: int) -> Found:
    """The documents from `offset` on that match a clause, best first or in an order by date."""
    body: dict[str, Any] = {**NO_SOURCE, "query": match, "sort": [_read_order(order), {"key": "asc"}]}
    if offset + limit > WINDOW:
        return _find_deep(searcher, body, order, offset=offset, limit=limit)
    body |= {"track_total_hits": True, "from": offset, "size": limit}
    answer = searcher.search(body, _SORT, "hits.total", same_statistics=order is None)
    return Found(searcher.read_total(answer), _read_documents(_read_rows(answer), order))


def _find_deep(searcher: Searcher, body: Mapping[str, Any], order: Order | None, *, offset: int, limit: int) -> Found:
    """The same beyond what one answer may hold, answer by answer, of one state of the index."""
    total = searcher.count(body["query"])
    last = min(offset + limit, total)
    if last <= WINDOW:
        return find_page(searcher, body["query"], order, offset=min(offset, last), limit=max(0, last - offset))
    found: list[Any] = []
    passed = 0
    asked: dict[str, Any] = {**body, "track_total_hits": False}
    with searcher.freeze() as frozen:
        while passed < last:
            asked["size"] = min(WINDOW, last - passed)
            rows = _read_rows(frozen.search(asked, _SORT, same_statistics=order is None))
            found += rows[max(0, offset - passed) :]
            passed += len(rows)
            if len(rows) < asked["size"]:
                break
            asked["search_after"] = rows[-1]
    return Found(total, _read_documents(found, order))


def find_best(
    searcher: Searcher,
    query: Rescored,
    match: Clause,
    count: Callable[[Sequence[Clause]], list[int]],
    score: Callable[[AnyField], Clause],
    *,
    offset: int,
    limit: int,
) -> Found:
    """The best documents, ranked anew by what their words gain by standing near each other; see `Rescored`.

    `count` tells how many documents match each of some clauses, of all where that is `match_all`; `score` gives the
    scored clause of a part.
    """
    words = read_placed_terms(query)
    if offset >= DEPTH or not (words or query.also):
        return find_page(searcher, match, None, offset=offset, limit=limit)
    found = find_page(searcher, match, None, offset=0, limit=max(DEPTH, offset + limit))
    best, rest = found.documents[:DEPTH], found.documents[DEPTH:]
    gains = [score(each) for each in query.also]
    if words and best:
        total, *dfs = count([{"match_all": {}}, *({"terms": {RANKED: word.texts}} for word in words)])
        gains += build_gains(words, [joint_idf([(RANKED, df)], total) for df in dfs])
    gained = _read_gains(searcher, gains, [key for key, _ in best])
    ranked = sorted(((key, value + gained.get(key, 0.0)) for key, value in best), key=lambda each: (-each[1], each[0]))
    return Found(found.total, (*ranked, *rest)[offset : offset + limit])


def _read_gains(searcher: Searcher, gains: list[Clause], keys: list[int]) -> dict[int, float]:
    """What each of some documents scores by clauses."""
    if not gains or not keys:
        return {}
    body: dict[str, Any] = {
        **NO_SOURCE,
        "query": {"bool": {"filter": [{"terms": {"key": keys}}], "should": gains}},
        "size": len(keys),
        "sort": ["_score", {"key": "asc"}],
        "track_total_hits": False,
    }
    answer = searcher.search(body, _SORT, same_statistics=True)
    return {key: score for score, key in _read_rows(answer)}


def _read_order(order: Order | None) -> dict[str, Any]:
    if order is None:
        return {"_score": "desc"}
    return {"published": {"order": "desc" if order.newest_first else "asc", "missing": "_last"}}


def _read_rows(answer: Mapping[str, Any]) -> list[Any]:
    return [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]


def _read_documents(rows: Sequence[Any], order: Order | None) -> tuple[tuple[int, float], ...]:
    return tuple((row[1], row[0] if order is None else 0.0) for row in rows)
