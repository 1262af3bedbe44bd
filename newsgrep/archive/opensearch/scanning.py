"""All documents that match a query, with values of their columns, however many there are.

Keys are spread evenly over the numbers of 64 bits, so the documents are asked for by ranges of keys, each of which
fits into one answer: several at a time, of one state of the index. Values come as those that a search sorts by, which
spares the cluster the reading of documents.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.archive.opensearch.documents import HALF, read_signature
from newsgrep.archive.opensearch.searching import NO_SOURCE, WINDOW
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


def scan(searcher: Searcher, query: Mapping[str, Any], columns: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The values of some columns of every document that matches, and their keys as `references`, in rising order.

    `score` is float32; `key` and `url_key` are uint64, 0 for none; others int64, MISSING for none.
    """
    names = [name for name in columns if name != "key"]
    body = {
        **NO_SOURCE,
        "query": query,
        "size": WINDOW,
        "sort": [{"key": "asc"}, *(_sort_by(name) for name in names)],
        "track_scores": False,
    }
    scored = "score" in columns
    answer = searcher.search({**body, "track_total_hits": True}, "hits.hits.sort", "hits.total", same_statistics=scored)
    total = searcher.read_total(answer)
    rows = _read_rows(answer)
    if total > WINDOW:
        try:
            rows = _scan_ranges(searcher, body, total, scored=scored)
        except ClusterFailed as error:
            if error.kind not in _GONE:
                raise
            rows = _scan_ranges(searcher, body, total, scored=scored)
    return _build_columns(rows, names, columns)


def _sort_by(name: str) -> Any:
    if name == "score":
        return "_score"
    return {name: {"order": "asc", "missing": MISSING}}


def _scan_ranges(searcher: Searcher, body: Mapping[str, Any], total: int, *, scored: bool) -> list[list[Any]]:
    n_ranges = int(total / (_FILL * WINDOW)) + 1
    bounds = [_FIRST_KEY + 2 * HALF * number // n_ranges for number in range(n_ranges + 1)]
    with searcher.freeze() as frozen, ThreadPoolExecutor(_PARALLEL) as pool:
        parts = list(
            pool.map(
                lambda number: _scan_range(frozen, body, bounds[number], bounds[number + 1] - 1, scored=scored),
                range(n_ranges),
            )
        )
    return [row for part in parts for row in part]


def _scan_range(frozen: FrozenIndex, body: Mapping[str, Any], first: int, last: int, *, scored: bool) -> list[Any]:
    """The rows of documents whose keys are from `first` to `last`."""
    rows: list[Any] = []
    while True:
        within = {"range": {"key": {"gte": first, "lte": last}}}
        asked = {**body, "query": {"bool": {"must": [body["query"]], "filter": [within]}}, "track_total_hits": False}
        found = _read_rows(frozen.search(asked, "hits.hits.sort", same_statistics=scored))
        rows += found
        if len(found) < WINDOW:
            return rows
        first = found[-1][0] + 1


def _read_rows(answer: Mapping[str, Any]) -> list[Any]:
    return [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]


def _build_columns(rows: list[Any], names: Sequence[str], columns: Sequence[str]) -> dict[str, NDArray[Any]]:
    keys = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    # While an article moves from one index to another it may be in both.
    is_first = np.ones(len(keys), np.bool_)
    is_first[1:] = keys[1:] != keys[:-1]
    found: dict[str, NDArray[Any]] = {"references": keys[is_first]}
    for place, name in enumerate(names, 1):
        kind = np.float32 if name == "score" else np.int64
        values = np.fromiter((row[place] for row in rows), kind, len(rows))[is_first]
        found[name] = _as_unsigned(values) if name in _UNSIGNED else values
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
            "query": {"bool": {"filter": [{"terms": {"key": keys.tolist()}}]}},
            "size": WINDOW,
            "sort": ["_doc"],
            "track_total_hits": False,
            "docvalue_fields": ["key", "signature"],
        }
        for hit in searcher.search(body, "hits.hits.fields").get("hits", {}).get("hits", ()):
            if "signature" in hit["fields"]:
                place = first + int(keys.searchsorted(hit["fields"]["key"][0]))
                found[place] = read_signature(hit["fields"]["signature"][0])

    if len(references) <= WINDOW:
        if len(references):
            read(0)
        return found
    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(read, range(0, len(references), WINDOW)))
    return found
