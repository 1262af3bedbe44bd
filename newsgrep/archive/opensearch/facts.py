"""What is known of an index on a cluster besides its articles: indices, shards, size, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsgrep.archive.facts import Facts, OnCluster
from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.files import ClusterFiles
from newsgrep.archive.opensearch.mapping import MAPPING_VERSION
from newsgrep.archive.opensearch.standing import read_standing
from newsgrep.errors import ClusterFailed, ClusterRefused, IndexMissing

if TYPE_CHECKING:
    from newsgrep.archive.opensearch.address import IndexUrl
    from newsgrep.archive.opensearch.standing import Standing


def read_facts(url: IndexUrl) -> Facts:
    """Ask a cluster. Raises IndexMissing, IndexUnusable, or ClusterFailed and the like."""
    with Cluster(url) as cluster:
        standing = read_standing(cluster)
        if not standing.is_there or standing.files is None:
            raise missing(url)
        if fault := standing.find_fault():
            raise fault
        indices = ",".join((*standing.articles, standing.files))
        try:
            sizes = cluster.request("GET", f"/{indices}/_stats/store")["_all"]["total"]["store"]["size_in_bytes"]
            settings = cluster.request("GET", f"/{indices}/_settings", params={"flat_settings": True})
            of_articles = [settings[index]["settings"] for index in standing.articles]
            on_cluster = OnCluster(
                server=read_server(cluster),
                indices=standing.articles,
                shards=sum(int(each["index.number_of_shards"]) for each in of_articles),
                replicas=" or ".join(sorted({_spell_replicas(each) for each in of_articles})),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise strange(url, error) from error
        files = ClusterFiles(cluster, standing.files)
        state = files.state()
        return Facts(
            MAPPING_VERSION,
            *files.count(),
            state.updated if state else None,
            int(sizes),
            on_cluster,
        )


def read_server(cluster: Cluster) -> str | None:
    """What answers and its version, as `OpenSearch 2.19.1`; None where this user is not told."""
    try:
        return spell_server(cluster.request("GET", "/"))
    except ClusterRefused:
        return None


def spell_server(told: dict[str, Any]) -> str | None:
    """Name and version in the answer to `GET /`; None where it says none."""
    version = told.get("version")
    if not isinstance(version, dict):
        return None
    # Elasticsearch, from which OpenSearch comes, does not name itself.
    name = "OpenSearch" if version.get("distribution") == "opensearch" else version.get("distribution", "Elasticsearch")
    return f"{name} {version.get('number', 'of no known version')}"


def is_closed_to_writing(cluster: Cluster, standing: Standing) -> bool:
    """Whether an index of an archive takes no documents, as where a disk is full (flood stage)."""
    indices = ",".join((*standing.articles, *([standing.files] if standing.files else [])))
    answer = cluster.request("GET", f"/{indices}/_settings/index.blocks.*", params={"flat_settings": True})
    blocks = ("index.blocks.read_only_allow_delete", "index.blocks.read_only", "index.blocks.write")
    try:
        return any(each["settings"].get(block) == "true" for each in answer.values() for block in blocks)
    except (AttributeError, KeyError, TypeError) as error:
        raise strange(cluster.url, error) from error


def missing(url: IndexUrl) -> IndexMissing:
    """The error for an address where there is no index."""
    return IndexMissing(f"no newsgrep index at {url}", hint=f"Build one with: newsgrep index DIR --index {url}")


def strange(url: IndexUrl, error: Exception) -> ClusterFailed:
    """The error for an answer that is JSON, and not what was asked for."""
    return ClusterFailed(
        200,
        "strange_answer",
        f"what it says makes no sense ({type(error).__name__}: {error})",
        where=url.cluster,
        hint="Is this the address of an OpenSearch cluster? See: newsgrep doctor --index URL",
    )


def _spell_replicas(settings: dict[str, Any]) -> str:
    expanding = settings.get("index.auto_expand_replicas", "false")
    return str(settings["index.number_of_replicas"]) if expanding == "false" else str(expanding)
