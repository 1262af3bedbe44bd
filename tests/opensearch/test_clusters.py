"""The clusters that tests run on: nodes that are stopped and killed come back with their data."""

from __future__ import annotations

import json
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.opensearch import jars
from tests.opensearch.clusters import FULL_DISK, SMALL_QUEUES, Cluster, ask, find_ports, main, running_cluster
from tests.opensearch.jars import Java, Missing, explain_maven, find_java, find_maven, parse_settings

SETTINGS = """Property settings:
    java.home = /opt/java
    java.specification.version = {}
    java.version = 17.0.15
"""


@pytest.mark.parametrize(
    ("printed", "version", "runner"), [("17", 17, "2.19.1.0"), ("20", 20, "2.19.1.0"), ("25", 25, jars.RUNNERS[21])]
)
def test_the_server_is_the_newest_that_a_java_can_run(printed: str, version: int, runner: str) -> None:
    java = parse_settings(SETTINGS.format(printed))
    assert java == Java(Path("/opt/java"), version)
    assert java.runner == runner


def test_what_is_missing_is_said_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match="no java on PATH"):
        find_java()
    with pytest.raises(Missing, match="no mvn"):
        find_maven()
    assert main(["--missing"]) == 1
    assert main(["true"]) == 1
    said = capsys.readouterr()
    assert said.err.splitlines() == ["no cluster of OpenSearch: no java on PATH"] * 2


@pytest.mark.parametrize(
    ("version", "compiler", "said"), [("1.8", True, "Java 8 .*needs 17"), ("17", False, "a JDK is needed")]
)
def test_a_java_that_will_not_do_is_named(
    version: str, compiler: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/java"
    program.write_text(f"#!/bin/sh\ncat >&2 <<END\n{SETTINGS.format(version).replace('/opt/java', str(tmp_path))}END\n")
    program.chmod(0o755)
    if compiler:
        (tmp_path / "bin/javac").touch()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Missing, match=said):
        find_java()


def test_of_all_that_maven_prints_the_error_is_told() -> None:
    printed = (
        "[WARNING] something\n\x1b[0m[ERROR] Failed to execute goal on project test-cluster: Could not resolve "
        "dependencies: Unknown host\n[ERROR] \n[ERROR] To see the full stack trace\n"
    )
    assert explain_maven(printed).endswith("Could not resolve dependencies: Unknown host")


def test_free_ports_differ_and_are_not_those_of_clients() -> None:
    ports = find_ports(6)
    assert len(set(ports)) == 6
    assert all(1024 < port < 32_768 for port in ports)


@pytest.mark.opensearch
def test_the_named_nodes_are_one_cluster(node_urls: tuple[str, ...]) -> None:
    assert len({ask(url)["cluster_uuid"] for url in node_urls}) == 1
    assert ask(node_urls[0] + "/_cluster/health")["number_of_nodes"] >= len(node_urls)


@pytest.mark.opensearch
def test_what_a_cluster_has_written_survives_the_loss_of_any_node(own_cluster: Cluster) -> None:
    own_cluster.ask("PUT", "/kept", {"settings": {"number_of_shards": 3, "number_of_replicas": 1}})
    own_cluster.wait()
    for i in range(3):
        own_cluster.ask("PUT", f"/kept/_doc/{i}?wait_for_active_shards=2", {"number": i})
        (own_cluster.kill_node if i else own_cluster.stop_node)(i)
        own_cluster.wait(status="yellow", nodes=2)
        own_cluster.ask("POST", "/kept/_refresh")
        assert own_cluster.ask("GET", "/kept/_count")["count"] == i + 1
        own_cluster.start_node(i)
        own_cluster.wait()


@pytest.mark.opensearch
def test_a_node_with_small_queues_refuses_what_is_too_much_at_once(node_urls: tuple[str, ...]) -> None:
    del node_urls
    body = b'{"index":{"_index":"busy"}}\n{"text":"harbour"}\n' * 300

    def send(url: str) -> set[int]:
        return {item["index"]["status"] for item in ask(f"{url}/_bulk", "POST", body)["items"]}

    with running_cluster(1, settings=SMALL_QUEUES) as cluster, ThreadPoolExecutor(12) as threads:
        cluster.ask("PUT", "/busy", {"settings": {"number_of_shards": 4, "number_of_replicas": 0}})
        statuses = set[int]().union(*threads.map(send, cluster.urls * 12))
    assert statuses == {201, 429}


@pytest.mark.opensearch
def test_a_disk_can_be_full_for_a_while() -> None:
    # A cluster of its own: for some time after there is room again, nodes may forbid new indices once more.
    with running_cluster(1) as cluster:
        cluster.ask("PUT", "/full", {"settings": {"number_of_replicas": 0}})
        cluster.wait()
        cluster.change_settings(FULL_DISK)
        cluster.wait_for(lambda: "blocks" in json.dumps(cluster.ask("GET", "/full/_settings")), seconds=30)
        with pytest.raises(urllib.error.HTTPError) as refused:
            cluster.ask("PUT", "/full/_doc/1", {"number": 1})
        with refused.value as answer:
            assert (answer.code, json.load(answer)["error"]["type"]) == (429, "cluster_block_exception")
        cluster.make_room()
        cluster.ask("PUT", "/full/_doc/1", {"number": 1})
