"""What is known of an index besides its articles: its files, its size, and where it is on a cluster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCluster:
    """Where the articles of an index are on a cluster."""

    server: str | None
    """Name and version; None where this user is not told."""
    indices: tuple[str, ...]
    """Those that hold the articles."""
    shards: int
    """Of all of them together, without the copies."""
    replicas: str
    """Copies of each shard, as it was set: `1`, or `0-1` where it goes by the number of nodes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What `newsgrep info` tells that the articles do not."""

    format_version: int
    """Of the index; on a cluster that of its mapping."""
    files: int
    problems: int
    """Files or records that could not be read."""
    updated: str | None
    """When the last commit was made: ISO 8601, UTC."""
    index_bytes: int
    """On a cluster with all copies."""
    cluster: OnCluster | None = None
