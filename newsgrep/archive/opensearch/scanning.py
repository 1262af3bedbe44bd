"""All documents that match a query, with values of their columns, however many there are.

Keys are spread evenly over the numbers of 64 bits, so the documents are asked for by ranges of keys, each of which
fits into one answer: several at a time, of one state of the index. Values come as those that a search sorts by, which
spares the cluster the reading of documents.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from newsgrep.archive.opensearch.documents import parse_signatures
from newsgrep.archive.opensearch.searching import NO_SOURCE, WINDOW
from newsgrep.archive.opensearch.stored import HALF
from newsgrep.codec.plain_schema import MISSING
from newsgrep.codec.signatures import SLOTS
from newsgrep.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from newsgrep.archive.opensearch.searching import FrozenIndex, Searcher

_PARALLEL = 4
"""Requests that are under way at a time."""
_FILL = 0.8
"""How much of an answer a range of keys is planned to fill: ranges are not quite even."""
_FIRST_KEY, _LAST_KEY = -HALF, HALF - 1
_UNSIGNED = frozenset({"key", "url_key"})
_GONE = frozenset({"index_not_found_exception", "search_context_missing_exception"})
"""What a state of an index says that was replaced in the meantime."""
_OF_NODES = 500
"""From this status on it is the nodes that failed: one that held a part of the state may be lost."""


def scan(searcher: Searcher, query: Mapping[str, Any], columns: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The values of some columns of every document that matches, and their keys as `references`, in rising order.

    `score` is float32; `key` and `url_key` are uint64, 0 for none; others int64, MISSING for none.
    """
    names = [name for name in columns if name != "key"]
    body = {
        **NO_SOURCE,
        "query": query,
        "size": WINDOW,
        "sort": [{"key": "asc"}, *map(_sort_by, names)],
    }
    question = _Question(body, names, scored="score" in columns)
    answer = searcher.search(
        {**body, "track_total_hits": True}, "hits.hits.sort", "hits.total", same_statistics=question.scored
    )
    total = searcher.read_total(answer)
    if total <= WINDOW:
        values = question.read(answer)
    else:
        try:
            values = _scan_ranges(searcher, question, total)
        except ClusterFailed as error:
            if error.kind not in _GONE and error.status < _OF_NODES:
                raise
            values = _scan_ranges(searcher, question, total)
    return _build_columns(values, names, columns)


def _sort_by(name: str) -> Any:
    if name == "score":
        return "_score"
    return {name: {"order": "asc", "missing": MISSING}}


class _Question(NamedTuple):
    """What is asked of each range."""

    body: Mapping[str, Any]
    names: Sequence[str]
    """The values that hits are sorted by, after their keys."""
    scored: bool

    def read(self, answer: Mapping[str, Any]) -> list[NDArray[Any]]:
        """(n_hits,) each: keys and values in an answer."""
        rows = [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]
        kinds = [np.int64, *(np.float32 if name == "score" else np.int64 for name in self.names)]
        return [np.fromiter((row[place] for row in rows), kind, len(rows)) for place, kind in enumerate(kinds)]


def _scan_ranges(searcher: Searcher, question: _Question, total: int) -> list[NDArray[Any]]:
    n_ranges = int(total / (_FILL * WINDOW)) + 1
    bounds = [_FIRST_KEY + 2 * HALF * number // n_ranges for number in range(n_ranges + 1)]
    with searcher.freeze() as frozen, ThreadPoolExecutor(_PARALLEL) as pool:
        parts = pool.map(
            lambda number: _scan_range(frozen, question, bounds[number], bounds[number + 1] - 1), range(n_ranges)
        )
        return [np.concatenate(each) for each in zip(*parts, strict=True)]


def _scan_range(frozen: FrozenIndex, question: _Question, first: int, last: int) -> list[NDArray[Any]]:
    """Keys and values of documents whose keys are from `first` to `last`."""
    found: list[list[NDArray[Any]]] = []
    while True:
        within = {"range": {"key": {"gte": first, "lte": last}}}
        wanted = {"bool": {"must": [question.body["query"]], "filter": [within]}}
        asked = {**question.body, "query": wanted, "track_total_hits": False}
        part = question.read(frozen.search(asked, "hits.hits.sort", same_statistics=question.scored))
        found.append(part)
        if len(part[0]) < WINDOW or part[0][-1] >= last:
            return [np.concatenate(each) for each in zip(*found, strict=True)]
        first = int(part[0][-1]) + 1


def _build_columns(
    values: Sequence[NDArray[Any]], names: Sequence[str], columns: Sequence[str]
) -> dict[str, NDArray[Any]]:
    keys = values[0]
    # While an article moves from one index to another it may be in both.
    is_first = np.ones(len(keys), np.bool_)
    is_first[1:] = keys[1:] != keys[:-1]
    found: dict[str, NDArray[Any]] = {"references": keys[is_first]}
    for name, each in zip(names, values[1:], strict=True):
        found[name] = _as_unsigned(each[is_first]) if name in _UNSIGNED else each[is_first]
    if "key" in columns:
        found["key"] = _as_unsigned(found["references"])
    return found


def _as_unsigned(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Numbers of 64 bits as they were before `HALF` was taken off."""
    return values.view(np.uint64) ^ np.uint64(HALF)


def read_signatures(searcher: Searcher, references: NDArray[np.int64]) -> NDArray[np.uint16]:
    """(n, SLOTS): the near-duplicate signatures of documents in rising order; zeros for those without."""
    found = np.zeros((len(references), SLOTS), np.uint16)

    def read(first: int) -> None:
        keys = references[first : first + WINDOW]
        body = {
            **NO_SOURCE,
            "query": {"bool": {"filter": [{"terms": {"key": keys.tolist()}}, {"exists": {"field": "signature"}}]}},
            "size": WINDOW,
            "sort": [{"key": "asc"}],
            "track_total_hits": False,
            "docvalue_fields": ["signature"],
        }
        answer = searcher.search(body, "hits.hits.sort", "hits.hits.fields.signature")
        hits = answer.get("hits", {}).get("hits", ())
        places = keys.searchsorted(np.fromiter((hit["sort"][0] for hit in hits), np.int64, len(hits)))
        found[first + places] = parse_signatures([hit["fields"]["signature"][0] for hit in hits])

    if len(references) <= WINDOW:
        if len(references):
            read(0)
        return found
    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(read, range(0, len(references), WINDOW)))
    return found
