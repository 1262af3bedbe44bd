"""Single documents that are written only if nobody else has written them meanwhile: compare and set, by `_seq_no`.

An answer may be lost and the request made again: one that finds its own words already there has succeeded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.errors import ClusterFailed

if TYPE_CHECKING:
    from newsgrep.archive.opensearch.cluster import Cluster

_MISSING, _CONFLICT = 404, 409


class Held(NamedTuple):
    """A document as it was read or written last."""

    source: dict[str, Any]
    seq_no: int
    primary_term: int


def read_document_by_id(cluster: Cluster, index: str, name: str) -> Held | None:
    """A document of an index or alias as it is now, refreshed or not; None where there is none."""
    try:
        answer = cluster.request("GET", f"/{index}/_doc/{name}")
    except ClusterFailed as error:
        if error.status == _MISSING:
            return None
        raise
    return Held(answer["_source"], answer["_seq_no"], answer["_primary_term"]) if answer.get("found") else None


def swap_document(
    cluster: Cluster, index: str, name: str, source: dict[str, Any], before: Held | None, *, is_alias: bool
) -> Held | None:
    """Write a document in the place of `before`, or where None was; returns None if it is another by now.

    is_alias: whether `index` is one, as it must stay.
    """
    params: dict[str, Any] = {"require_alias": is_alias}
    if before is not None:
        params |= {"if_seq_no": before.seq_no, "if_primary_term": before.primary_term}
    else:
        params["op_type"] = "create"
    try:
        answer = cluster.request("PUT", f"/{index}/_doc/{name}", params=params, body=source)
    except ClusterFailed as error:
        if error.status != _CONFLICT:
            raise
        held = read_document_by_id(cluster, index, name)
        return held if held is not None and held.source == source else None
    return Held(source, answer["_seq_no"], answer["_primary_term"])
