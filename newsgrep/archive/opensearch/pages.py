"""All documents that a query finds, a page after the other, for who alone writes the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.archive.opensearch.cluster import Cluster

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

    No point in time is kept: the one writer asks, and what it writes meanwhile is not seen before it refreshes.
    Raises NewsgrepError.
    """
    body: dict[str, Any] = {
        "size": page,
        "query": query,
        # An id that changed its year stands in two indices for a moment.
        "sort": [{"key": "asc"}, {"_index": "asc"}],
        "docvalue_fields": list(fields),
        "_source": source if isinstance(source, bool) else list(source),
        "seq_no_primary_term": True,
        "track_total_hits": False,
    }
    params = {"ignore_unavailable": True, "allow_partial_search_results": False}
    while True:
        hits = cluster.request("POST", f"/{index}/_search", params=params, body=body)["hits"]["hits"]
        yield from hits
        if len(hits) < page:
            return
        body["search_after"] = hits[-1]["sort"]


def column(hit: dict[str, Any], name: str) -> Any:
    """The value of a column of a hit; None where it has none."""
    values = hit.get("fields", {}).get(name)
    return values[0] if values else None
