"""Is the cluster of an index there, whole, and open to this user? Asked for a moment, of what it says of itself."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from newsgrep.cli.setup_findings import LONGEST, Level, Point
from newsgrep.cli.wording import count_of
from newsgrep.errors import ClusterFailed, ClusterRefused, ClusterUnreachable, NewsgrepError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.archive.opensearch.address import IndexUrl
    from newsgrep.archive.opensearch.cluster import Cluster
    from newsgrep.cli.setup_findings import Situation

    Found = Iterator[tuple[Level, str, str]]

_PATIENCE = LONGEST * 0.7
"""Seconds for the answers to one point, so that an error comes before its end."""
_RIGHTS = "docs/opensearch.md says which rights a user needs."


def _ask(url: IndexUrl, questions: int = 1) -> Cluster:
    from newsgrep.archive.opensearch.cluster import Cluster

    return Cluster(url, timeout=_PATIENCE / questions, attempts=1)


def _find_url(situation: Situation) -> IndexUrl | None:
    try:
        return situation.url
    except NewsgrepError:  # Told as the index that is used.
        return None


def _wrong(error: NewsgrepError) -> tuple[Level, str, str]:
    return Level.WRONG, error.message, error.hint or ""


def look_at_credentials(situation: Situation) -> Found:
    """Who one is to the cluster, and whether others could read what goes there and back."""
    url = _find_url(situation)
    if url is None:
        return
    from newsgrep.archive.opensearch.credentials import find_credentials

    try:
        found = find_credentials(url)
    except ClusterRefused as error:
        yield _wrong(error)
        return
    who = f"credentials of {found.source}" if found.source else "no user, no token"
    if url.scheme == "http" and not url.is_local:
        what = f"{who}, over plain http://: others on the way can read and change what is asked and answered"
        yield Level.NOTE, what, "Use https:// if the cluster has it."
    elif url.scheme == "http":
        yield Level.SOUND, f"{who}, on this machine", ""
    else:
        trusted = f"{found.ca_file} ({found.ca_source})" if found.ca_file else "the authorities of the system"
        yield Level.SOUND, f"{who}, over https://; certificates are checked against {trusted}", ""


def look_at_nodes(situation: Situation) -> Found:
    """Each node that the address names: does it answer, what is it, and are all of one cluster?"""
    url = _find_url(situation)
    if url is None:
        return
    from newsgrep.archive.opensearch.facts import spell_server

    clusters: dict[str, str] = {}
    silent: list[NewsgrepError] = []
    for node in url.hosts:
        one = dataclasses.replace(url, hosts=(node,))
        try:
            with _ask(one, len(url.hosts)) as cluster:
                told = cluster.request("GET", "/")
        except ClusterRefused as error:
            yield Level.NOTE if error.is_known else Level.WRONG, error.message, error.hint or ""
            continue
        except NewsgrepError as error:
            silent.append(error)
            continue
        server = spell_server(told) or "something that does not say its version"
        clusters[str(told.get("cluster_uuid"))] = one.cluster
        if server.startswith("OpenSearch "):
            yield Level.SOUND, f"{one.cluster}: {server}", ""
        else:
            yield Level.NOTE, f"{one.cluster}: {server}: newsgrep is made for OpenSearch", ""
    for each in silent:
        yield Level.NOTE if clusters else Level.WRONG, each.message, each.hint or ""
    if len(clusters) > 1:
        what = f"these are nodes of different clusters: {', '.join(clusters.values())}"
        yield Level.WRONG, what, "Name nodes of one cluster only: each is asked in turn."


def look_at_health(situation: Situation) -> Found:
    """What the cluster says of the shards of the index and their copies."""
    url = _find_url(situation)
    if url is None:
        return
    try:
        with _ask(url) as cluster:
            told = cluster.request("GET", f"/_cluster/health/{url.name},{url.name}-files", params={"timeout": "1s"})
    except ClusterRefused as error:
        if error.is_known:
            yield Level.NOTE, "this user is not told how the cluster is", _RIGHTS
        return  # Anything else is told of its nodes.
    except ClusterUnreachable:
        return
    except ClusterFailed as error:
        if error.status not in (404, 408):  # It waits for an index that is not there, which is told below.
            yield _wrong(error)
        return
    status, nodes = told.get("status"), told.get("number_of_nodes")
    missing = f"{told.get('unassigned_shards', 0):,} of its shards and copies have no node"
    if status == "green":
        yield Level.SOUND, f"green: every shard and copy is there, {count_of(int(nodes or 0), 'node')}", ""
    elif status == "yellow":
        yield Level.NOTE, f"yellow: all articles are there, but {missing}", "Add a node, or index with --replicas 0."
    else:
        what = f"{status}: {missing}: searches fail, or would find less than there is"
        yield Level.WRONG, what, "Bring back the nodes that are away."


def look_at_articles(situation: Situation) -> Found:
    """Whether what has this name is an index of newsgrep's, that can be read and written."""
    url = _find_url(situation)
    if url is None:
        return
    from newsgrep.archive.opensearch.facts import is_closed_to_writing, missing
    from newsgrep.archive.opensearch.standing import read_standing

    try:
        with _ask(url, 2) as cluster:
            standing = read_standing(cluster)
            fault = standing.find_fault()
            is_closed = standing.is_there and is_closed_to_writing(cluster, standing)
    except ClusterRefused as error:
        if error.is_known:
            yield Level.WRONG, error.message, _RIGHTS
        return
    except ClusterUnreachable:
        return
    except NewsgrepError as error:
        yield _wrong(error)
        return
    if not standing.is_there:
        yield _wrong(missing(url))
    elif fault:
        yield _wrong(fault)
    elif is_closed:
        what = f"{url.name} takes no new articles: its indices are closed to writing, as on a full disk"
        yield Level.WRONG, what, "Make room on the disks of the cluster; it opens them again by itself."
    else:
        (version,) = standing.versions
        yield Level.SOUND, f"{url.name}: {', '.join(standing.articles)}, mapping version {version}", ""
    if standing.others:
        what = f"left of a rebuild that was cut off: {', '.join(standing.others)}"
        yield Level.NOTE, what, "The next newsgrep index DIR --rebuild takes them away."


GROUP = "Cluster"
POINTS = (
    Point("access", GROUP, look_at_credentials),
    Point("nodes", GROUP, look_at_nodes),
    Point("health", GROUP, look_at_health),
    Point("index on it", GROUP, look_at_articles),
)
