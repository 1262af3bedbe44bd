from __future__ import annotations

from typing import Any

import pytest

from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.credentials import Credentials
from newsgrep.archive.opensearch.facts import is_closed_to_writing, read_facts, spell_server
from newsgrep.archive.opensearch.mapping import MAPPING_VERSION
from newsgrep.archive.opensearch.sources import find_source
from newsgrep.archive.opensearch.standing import read_standing
from newsgrep.errors import ClusterFailed, IndexMissing, IndexUnusable
from tests.archive.opensearch.played_server import Answer, Asked, PlayedServer, played_server

META = {"_meta": {"newsgrep": {"version": MAPPING_VERSION}}}
INDICES = {
    "news-g000002-2018": {"aliases": {"news": {}}, "mappings": META},
    "news-g000002-2019": {"aliases": {"news": {}}, "mappings": META},
    "news-g000002-files": {"aliases": {"news-files": {}}, "mappings": META},
}
RECORD = {"file": "f1", "key": "/srv/saved/a.html", "path": "saved/a.html", "run": 1, "size": 9, "mtime_ns": 1}
RECORD |= {"status": "read", "articles": 1, "problems": '[["Not valid JSON", "line 2", true, 3]]'}
STATE = {"generation": 4, "run": 4, "is_open": False, "writer": "a", "updated": "2019-05-14T00:00:00+00:00"}
STATE |= {"layout": {"shards": 3, "replicas": None, "by_year": True}}


def settings(replicas: str = "1", expand: str = "false") -> dict[str, Any]:
    kept = {"index.number_of_shards": "3", "index.number_of_replicas": replicas}
    return {"settings": {**kept, "index.auto_expand_replicas": expand}}


def cluster_says(asked: Asked) -> Answer:
    path = asked.path.partition("?")[0]
    if path == "/":
        return Answer({"version": {"distribution": "opensearch", "number": "2.19.1"}})
    if path.endswith("/_stats/store"):
        return Answer({"_all": {"total": {"store": {"size_in_bytes": 777}}}})
    if path.endswith("/_settings"):
        return Answer({name: settings() for name in INDICES})
    if path.endswith("/_doc/state"):
        return Answer({"found": True, "_source": {"state": STATE}, "_seq_no": 1, "_primary_term": 1})
    if path == "/news-files/_mget":
        return Answer({"docs": [{"_id": "f1", "found": True, "_source": RECORD}]})
    if path == "/news/_search":
        return Answer({"hits": {"hits": [{"_source": {"file": "f1"}}]}})
    if path.endswith("/_search"):
        return Answer({"hits": {"total": {"value": 1}}, "aggregations": {"failed": {"value": 3.0}}})
    return Answer(INDICES)


def test_facts_are_those_of_the_cluster() -> None:
    with played_server(cluster_says) as server:
        facts = read_facts(server.url)
    assert (facts.format_version, facts.files, facts.problems) == (MAPPING_VERSION, 1, 3)
    assert (facts.updated, facts.index_bytes) == ("2019-05-14T00:00:00+00:00", 777)
    assert facts.cluster
    assert facts.cluster.server == "OpenSearch 2.19.1"
    assert facts.cluster.indices == ("news-g000002-2018", "news-g000002-2019")
    assert (facts.cluster.shards, facts.cluster.replicas) == (6, "1")


def test_who_may_not_ask_for_the_server_is_told_the_rest() -> None:
    def play(asked: Asked) -> Answer:
        return Answer({}, 403) if asked.path == "/" else cluster_says(asked)

    with played_server(play) as server:
        facts = read_facts(server.url)
    assert facts.cluster
    assert facts.cluster.server is None
    assert facts.files == 1


def test_copies_that_go_by_the_number_of_nodes_are_told_as_such() -> None:
    def play(asked: Asked) -> Answer:
        if asked.path.partition("?")[0].endswith("/_settings"):
            return Answer({name: settings("0", "0-1") for name in INDICES})
        return cluster_says(asked)

    with played_server(play) as server:
        facts = read_facts(server.url)
    assert facts.cluster
    assert facts.cluster.replicas == "0-1"


def test_no_index_and_one_of_another_version_are_errors() -> None:
    with played_server(Answer({})) as server, pytest.raises(IndexMissing, match="no newsgrep index at"):
        read_facts(server.url)
    later = {"_meta": {"newsgrep": {"version": MAPPING_VERSION + 1}}}
    other = {name: {**told, "mappings": later} for name, told in INDICES.items()}
    with played_server(Answer(other)) as server, pytest.raises(IndexUnusable, match="version"):
        read_facts(server.url)


@pytest.mark.parametrize("part", ["/_stats/store", "/_settings"])
def test_what_makes_no_sense_is_a_clear_error(part: str) -> None:
    def play(asked: Asked) -> Answer:
        return Answer({"a": []}) if part in asked.path else cluster_says(asked)

    with played_server(play) as server, pytest.raises(ClusterFailed, match="makes no sense"):
        read_facts(server.url)


@pytest.mark.parametrize(
    ("told", "server"),
    [
        ({"version": {"distribution": "opensearch", "number": "3.8.0"}}, "OpenSearch 3.8.0"),
        ({"version": {"number": "7.10.2"}}, "Elasticsearch 7.10.2"),
        ({"version": []}, None),
        ({}, None),
    ],
)
def test_a_server_is_named_with_its_version(told: dict[str, Any], server: str | None) -> None:
    assert spell_server(told) == server


@pytest.mark.parametrize(
    ("blocks", "is_closed"), [({"index.blocks.read_only_allow_delete": "true"}, True), ({}, False)]
)
def test_an_index_on_a_full_disk_is_closed_to_writing(blocks: dict[str, str], is_closed: bool) -> None:
    def play(asked: Asked) -> Answer:
        return Answer({"news-g000002-files": {"settings": blocks}}) if "_settings" in asked.path else Answer(INDICES)

    with played_server(play) as server, Cluster(server.url, credentials=Credentials()) as cluster:
        assert is_closed_to_writing(cluster, read_standing(cluster)) is is_closed


def test_the_file_of_an_article_is_asked_for() -> None:
    with played_server(cluster_says) as server:
        assert find_source(server.url, "0123456789abcdef") == "/srv/saved/a.html"
    assert server.asked[0].json["query"] == {"ids": {"values": ["0123456789abcdef"]}}


@pytest.mark.parametrize(
    "answer", [Answer({}), Answer({"hits": {"hits": []}}), Answer(b"no", 500), Answer({"hits": 3})]
)
def test_a_file_that_is_not_told_is_none(answer: Answer) -> None:
    served: PlayedServer
    with played_server(answer) as served:
        assert find_source(served.url, "0123456789abcdef") is None
