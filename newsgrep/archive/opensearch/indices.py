"""The indices behind an archive: made, put in the place of others, removed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from newsgrep.archive.opensearch.files import build_files_index, replica_settings
from newsgrep.archive.opensearch.mapping import build_mapping, build_settings
from newsgrep.archive.opensearch.names import FILES, UNDATED, files_alias, index_name
from newsgrep.archive.opensearch.retrying import explain
from newsgrep.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.archive.opensearch.cluster import Cluster
    from newsgrep.archive.opensearch.layout import Layout

_THERE = "resource_already_exists_exception"
_MISSING = 404
NEVER = "-1"
"""As `refresh_interval`: new documents are seen when somebody asks for it."""


def make_index(cluster: Cluster, part: str | None, generation: int, layout: Layout, *, serves: bool) -> None:
    """Make an index for articles, if it is not there yet; with `serves`, it is behind the alias from the beginning.

    Raises ClusterFailed and the like.
    """
    settings = build_settings(shards=layout.shards or 1, replicas=layout.replicas or 0)
    if layout.replicas is None:
        del settings["index"]["number_of_replicas"]
    settings["index"] |= {"refresh_interval": NEVER, **replica_settings(layout.replicas)}
    body = {"settings": settings, "mappings": build_mapping()}
    _make(cluster, index_name(cluster.url.name, generation, part), body, cluster.url.name if serves else None)


def make_first_index(cluster: Cluster, generation: int, layout: Layout, *, serves: bool) -> None:
    """Make the index without which there is no archive: that of all articles, or of those without a date."""
    make_index(cluster, UNDATED if layout.by_year else None, generation, layout, serves=serves)


def make_files_index(cluster: Cluster, generation: int, replicas: int | None, *, serves: bool) -> str:
    """Make the index of files, if it is not there yet; its name. Raises ClusterFailed and the like."""
    name = index_name(cluster.url.name, generation, FILES)
    _make(cluster, name, build_files_index(replicas), files_alias(cluster.url.name) if serves else None)
    return name


def _make(cluster: Cluster, index: str, body: dict[str, Any], alias: str | None) -> None:
    if alias is not None:
        body["aliases"] = {alias: {}}
    try:
        cluster.request("PUT", f"/{index}", body=body)
    except ClusterFailed as error:
        if error.kind != _THERE:
            raise explain(error) from None


def set_refreshed(cluster: Cluster, indices: str, *, by_itself: bool) -> None:
    """Say whether indices show what is written as it comes, which is slower; else they show it when told to.

    While nobody writes, it costs nothing, and lets go of files that were merged.
    """
    settings = {"index": {"refresh_interval": None if by_itself else NEVER}}
    cluster.request("PUT", f"/{indices}/_settings", body=settings)


def set_replicas(cluster: Cluster, indices: Iterable[str], replicas: int) -> None:
    """Let indices have so many copies of each shard."""
    settings = {"index": {"auto_expand_replicas": False, "number_of_replicas": replicas}}
    for index in indices:
        cluster.request("PUT", f"/{index}/_settings", body=settings)


def put_in_place(cluster: Cluster, before: Iterable[str], after: Iterable[str]) -> None:
    """Let both aliases stand for other indices, in one step."""
    name = cluster.url.name
    actions = [
        {verb: {"index": index, "alias": files_alias(name) if index.endswith(f"-{FILES}") else name}}
        for verb, indices in (("remove", before), ("add", after))
        for index in indices
    ]
    cluster.request("POST", "/_aliases", body={"actions": actions}, retry=True)


def remove_indices(cluster: Cluster, indices: Iterable[str]) -> None:
    """Remove indices, each by its name; one that is gone already is no matter."""
    for index in indices:
        try:
            cluster.request("DELETE", f"/{index}")
        except ClusterFailed as error:
            if error.status != _MISSING:
                raise


def remove_if_possible(cluster: Cluster, indices: Iterable[str]) -> None:
    """The same where the next writer does it otherwise."""
    with contextlib.suppress(ClusterFailed):
        remove_indices(cluster, indices)
