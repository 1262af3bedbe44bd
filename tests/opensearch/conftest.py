"""What tests on a cluster of OpenSearch begin with: its address, and an index of their own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsgrep.archive.opensearch.address import parse_index_url
from newsgrep.archive.opensearch.cluster import Cluster as Client
from tests.opensearch.clusters import QUICK_TO_NOTICE, VARIABLE, Cluster, ask, running_cluster
from tests.opensearch.jars import Missing
from tests.opensearch.twins import Twins

PREFIX = "newsgrep-test-"
"""What the names of all indices of tests begin with."""


@pytest.fixture(scope="session")
def node_urls() -> tuple[str, ...]:
    """The URL of each node of the running cluster."""
    named = os.environ.get(VARIABLE)
    if not named:
        pytest.skip(f"no cluster: {VARIABLE} names none (make test-opensearch)")
    return tuple(url.rstrip("/") for url in named.split(","))


@pytest.fixture(scope="session")
def cluster_url(node_urls: tuple[str, ...]) -> str:
    """The URL of the running cluster, with all its nodes: http://host:port,host:port."""
    scheme = urlsplit(node_urls[0]).scheme
    return f"{scheme}://{','.join(urlsplit(url).netloc for url in node_urls)}"


@pytest.fixture
def index_url(node_urls: tuple[str, ...], cluster_url: str) -> Iterator[str]:
    """The URL of an index that is not there yet; whatever begins with its name is removed at the end."""
    name = PREFIX + uuid.uuid4().hex[:12]
    yield f"{cluster_url}/{name}"
    remove_indices(node_urls[0], name)


@pytest.fixture(scope="session")
def own_cluster(node_urls: tuple[str, ...]) -> Iterator[Cluster]:
    """A second cluster of three nodes, for tests that stop and kill them; each test leaves all running."""
    try:
        with running_cluster(3, settings=QUICK_TO_NOTICE) as cluster:
            yield cluster
    except Missing as missing:
        pytest.skip(str(missing))


def remove_indices(url: str, prefix: str) -> None:
    """Remove all indices of a cluster whose names begin so."""
    # By name: whether a cluster removes by pattern is one of its settings.
    for row in ask(f"{url}/_cat/indices/{prefix}*?format=json&h=index&expand_wildcards=all"):
        ask(f"{url}/{row['index']}", "DELETE")


@pytest.fixture
def twins(tmp_path: Path, index_url: str) -> Iterator[Twins]:
    """Two empty archives for the same files, in a folder and on the cluster."""
    (tmp_path / "saved").mkdir()
    (tmp_path / "index").mkdir()
    with Client(parse_index_url(index_url)) as cluster:
        yield Twins(tmp_path, index_url, cluster)
