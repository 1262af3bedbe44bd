"""How many documents have each label, and how many are of each day: counted where the documents are.

`composite` aggregations, in pages: their counts are exact, which those of `terms` are not where a shard leaves labels
out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.archive.day_counts import DAY_SECONDS, DayCounts, check_dates, count_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsgrep.archive.opensearch.searching import Searcher

_PAGE = 10_000
"""Buckets of one answer; OpenSearch's own limit is 65,535 (`search.max_buckets`)."""
_BUCKETS = "aggregations.*.buckets"
_AFTER = "aggregations.*.after_key"
_NO_HITS = {"size": 0, "track_total_hits": False}


def count_labels(searcher: Searcher, query: Mapping[str, Any], fields: Sequence[str]) -> list[dict[str, int]]:
    """How many of the documents that match carry each label of some fields."""
    sources = {str(number): {"terms": {"field": field}} for number, field in enumerate(fields)}
    counts: list[dict[str, int]] = [{} for _ in fields]
    for name, key, documents in _iter_buckets(searcher, query, sources):
        counts[int(name)][str(key)] = documents
    return counts


def count_by_day(searcher: Searcher, query: Mapping[str, Any]) -> DayCounts:
    """How many of the documents that match are of each day, and how many have no date.

    Raises ValueError for what is no date.
    """
    sources = {"day": {"histogram": {"field": "published", "interval": DAY_SECONDS}}}
    undated = {"bool": {"must": [query], "must_not": [{"exists": {"field": "published"}}]}}
    buckets = [(int(key), documents) for _, key, documents in _iter_buckets(searcher, query, sources)]
    seconds = np.array([key for key, _ in buckets], np.int64)
    documents = np.array([each for _, each in buckets], np.int64)
    check_dates(seconds)
    return count_days(seconds, documents)._replace(undated=searcher.count(undated))


def _iter_buckets(
    searcher: Searcher, query: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Any, int]]:
    """The buckets of some aggregations: the name of each, its key and its documents."""
    left = {name: {"size": _PAGE, "sources": [{"of": source}]} for name, source in sources.items()}
    while left:
        body = {**_NO_HITS, "query": query, "aggs": {name: {"composite": each} for name, each in left.items()}}
        found = searcher.search(body, _BUCKETS, _AFTER).get("aggregations", {})
        for name, each in list(left.items()):
            buckets = found.get(name, {}).get("buckets", [])
            for bucket in buckets:
                yield name, bucket["key"]["of"], bucket["doc_count"]
            if len(buckets) < _PAGE:
                del left[name]
            else:
                each["after"] = found[name]["after_key"]
