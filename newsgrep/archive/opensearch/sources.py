"""Which file an article on a cluster was read from: its absolute path, as it was written down when it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.files import ClusterFiles
from newsgrep.archive.opensearch.names import files_alias
from newsgrep.errors import ClusterFailed, ClusterRefused, ClusterUnreachable, IndexUnusable

if TYPE_CHECKING:
    from newsgrep.archive.opensearch.address import IndexUrl


def find_source(url: IndexUrl, article_id: str) -> str | None:
    """The absolute path of an article's file; None where the cluster does not know it, or does not say."""
    body = {"query": {"ids": {"values": [article_id]}}, "_source": ["file"], "size": 1}
    try:
        with Cluster(url) as cluster:
            hits = cluster.request("POST", f"/{url.name}/_search", body=body)["hits"]["hits"]
            file = hits[0]["_source"]["file"]
            record, _ = ClusterFiles(cluster, files_alias(url.name)).records([file])[file]
    except (ClusterFailed, ClusterRefused, ClusterUnreachable, IndexUnusable, LookupError, TypeError):
        return None
    return record.key
