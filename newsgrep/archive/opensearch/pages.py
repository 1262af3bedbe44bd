"""All documents that a query finds, a page after the other, as the index was when they were asked for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from newsgrep.errors import NewsgrepError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.archive.opensearch.cluster import Cluster

_KEEP_ALIVE = "5m"
_PAGE = 5_000


def iter_hits(
    cluster: Cluster,
    index: str,
    query: dict[str, Any],
    fields: Sequence[str],
    *,
    source: bool | Sequence[str] = False,
    page: int = _PAGE,
) -> Iterator[dict[str, Any]]:
    """Every hit, with the values of some columns in `fields` and where it stands (`_index`, `_id`, `_seq_no`).

    Raises NewsgrepError.
    """
    opened = cluster.request(
        "POST", f"/{index}/_search/point_in_time", params={"keep_alive": _KEEP_ALIVE, "ignore_unavailable": "true"}
    )
    name = opened["pit_id"]
    body: dict[str, Any] = {
        "size": page,
        "query": query,
        # An id that changed its year stands in two indices for a moment.
        "sort": [{"key": "asc"}, {"_index": "asc"}],
        "docvalue_fields": list(fields),
        "_source": source if isinstance(source, bool) else list(source),
        "seq_no_primary_term": True,
        "track_total_hits": False,
        "pit": {"id": name, "keep_alive": _KEEP_ALIVE},
    }
    try:
        while True:
            answer = cluster.request("POST", "/_search", body=body)
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < page:
                return
            body["search_after"] = hits[-1]["sort"]
            body["pit"]["id"] = answer.get("pit_id", name)
    finally:
        with contextlib.suppress(NewsgrepError):
            cluster.request("DELETE", "/_search/point_in_time", body={"pit_id": [name]})


def column(hit: dict[str, Any], name: str) -> Any:
    """The value of a column of a hit; None where it has none."""
    values = hit.get("fields", {}).get(name)
    return values[0] if values else None
