"""Clusters of OpenSearch on loopback for tests: each node is a process that can be stopped, killed and started again.

`python -m tests.opensearch.clusters COMMAND ...` runs a command with NEWSGREP_TEST_OPENSEARCH naming the nodes of a
cluster, which ends with it; without a command it waits for the end of its standard input. With `--missing` it only
says what this machine has not got for it, in a line, and ends with 1 if that is anything.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.opensearch.jars import Java, Missing, fetch_jars, find_java, find_maven

VARIABLE = "NEWSGREP_TEST_OPENSEARCH"
"""Names the cluster for tests: URLs of its nodes, separated by commas."""
LAUNCHER = Path(__file__).parent / "cluster/OneNode.java"
START_SECONDS = 120
STOP_SECONDS = 30

SMALL_QUEUES = {
    "node.processors": "1",
    "thread_pool.write.queue_size": "1",
    "thread_pool.search.queue_size": "1",
}
"""Settings of nodes that refuse requests, and items of bulk requests, (429) as soon as a few are under way."""
QUICK_TO_NOTICE = {
    f"cluster.fault_detection.{check}.{name}": value
    for check in ("follower_check", "leader_check")
    for name, value in {"interval": "500ms", "timeout": "1s", "retry_count": "2"}.items()
}
"""Settings of nodes that miss one that hangs after some seconds; by default it takes them half a minute."""
FULL_DISK = {
    "cluster.routing.allocation.disk.watermark.low": "0.001%",
    "cluster.routing.allocation.disk.watermark.high": "0.002%",
    "cluster.routing.allocation.disk.watermark.flood_stage": "0.003%",
}
"""Settings, for `Cluster.change_settings`, by which any disk is too full to write; nodes notice within ten seconds."""

_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Whatever proxies the environment names: none leads to loopback."""


class ClusterFailed(Exception):
    """A node or the cluster did not come up; says what its log ends with."""


@dataclass
class Node:
    """One node, whether it runs or not."""

    name: str
    folder: Path
    http_port: int
    transport_port: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.http_port}"

    def log_end(self) -> str:
        """The last lines of its log."""
        lines = (self.folder / "log").read_text("utf-8", "replace").splitlines()
        return "\n".join(lines[-15:])


class Cluster:
    """Nodes of one cluster, numbered from 0."""

    def __init__(
        self,
        folder: Path,
        nodes: int = 3,
        *,
        base_port: int | None = None,
        heap: str = "384m",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._java: Java = find_java()
        self._jars = fetch_jars(self._java)
        ports = list(range(base_port, base_port + 2 * nodes)) if base_port else find_ports(2 * nodes)
        self.nodes = [Node(f"n{i}", folder / f"n{i}", ports[2 * i], ports[2 * i + 1]) for i in range(nodes)]
        self._heap = heap
        self._settings = {
            # Ports may be used again by another cluster while a node of this one still looks for its peers.
            "cluster.name": f"newsgrep-{uuid.uuid4().hex[:12]}",
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{node.transport_port}" for node in self.nodes),
            "cluster.initial_cluster_manager_nodes": ",".join(node.name for node in self.nodes),
            # No test should hear of a disk that happens to be full, unless it asks.
            **dict.fromkeys(FULL_DISK, "100%"),
            "cluster.info.update.interval": "10s",
            **(settings or {}),
        }

    @property
    def urls(self) -> tuple[str, ...]:
        """The URLs of all nodes, running or not."""
        return tuple(node.url for node in self.nodes)

    def start(self) -> None:
        """Start all nodes, and wait until the cluster is green. Raises ClusterFailed."""
        for node in self.nodes:
            self._launch(node)
        for node in self.nodes:
            _wait_for_start(node)
        self.wait()

    def start_node(self, *numbers: int) -> None:
        """Start nodes that were stopped or killed, with the data and ports they had; wait until they have joined."""
        for i in numbers:
            self._launch(self.nodes[i])
        for i in numbers:
            _wait_for_start(self.nodes[i])
        self.wait(status="yellow")

    def stop_node(self, i: int) -> None:
        """Stop a node as an administrator does; it leaves the cluster."""
        process = self._running(i)
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill_node(i)
        self._forget(i)

    def kill_node(self, i: int) -> None:
        """End a node by SIGKILL."""
        process = self._running(i)
        process.kill()
        process.wait()
        self._forget(i)

    def pause_node(self, i: int) -> None:
        """Let a node hang: its ports are open, nothing answers."""
        self._running(i).send_signal(signal.SIGSTOP)

    def resume_node(self, i: int) -> None:
        """Let a node that hangs go on."""
        self._running(i).send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop all nodes."""
        running = [node.process for node in self.nodes if node.process]
        for process in running:
            process.send_signal(signal.SIGCONT)
            if process.stdin:
                process.stdin.close()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for i in range(len(self.nodes)):
            self._forget(i)

    def wait(self, *, status: str = "green", nodes: int | None = None, seconds: float = 60) -> None:
        """Wait until the cluster is of a health, and has as many nodes as run, or as many as said."""
        count = sum(node.process is not None for node in self.nodes) if nodes is None else nodes
        asked = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={count}&wait_for_no_initializing_shards=true"
        self.wait_for(lambda: not self.ask("GET", f"{asked}&timeout=5s")["timed_out"], seconds=seconds)

    def wait_for(self, true: Callable[[], bool], *, seconds: float) -> None:
        """Wait until something is true; whoever asks may find nobody who answers. Raises ClusterFailed."""
        deadline = time.monotonic() + seconds
        problem: Exception | None = None
        while time.monotonic() < deadline:
            # An election may be under way, or a node on its way out.
            try:
                if true():
                    return
            except (OSError, http.client.HTTPException) as failure:
                problem = failure
                if isinstance(failure, urllib.error.HTTPError):
                    failure.close()
            time.sleep(0.2)
        raise ClusterFailed(f"not after {seconds:g} seconds: {problem}; {self.ask('GET', '/_cluster/health')}")

    def change_settings(self, settings: Mapping[str, str | None]) -> None:
        """Change settings of the running cluster, such as FULL_DISK; None sets one back."""
        self.ask("PUT", "/_cluster/settings", {"persistent": dict(settings)})

    def make_room(self) -> None:
        """Set FULL_DISK back, and wait until the cluster has noticed."""

        def has_room() -> bool:
            # That no index may be made, nodes forbid once more that have measured their disks before.
            self.change_settings({**dict.fromkeys(FULL_DISK), "cluster.blocks.create_index": None})
            return not self.ask("GET", "/_cluster/state/blocks")["blocks"]

        self.wait_for(has_room, seconds=60)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None) -> Any:
        """The JSON that the first node that runs answers. Raises OSError; urllib.error.HTTPError is one."""
        return ask(next(node.url for node in self.nodes if node.process) + path, method, body)

    def _running(self, i: int) -> subprocess.Popen[bytes]:
        process = self.nodes[i].process
        assert process, f"node {i} does not run"
        return process

    def _forget(self, i: int) -> None:
        process, self.nodes[i].process = self.nodes[i].process, None
        for stream in (process.stdin, process.stdout) if process else ():
            if stream:
                stream.close()

    def _launch(self, node: Node) -> None:
        assert node.process is None, f"{node.name} runs"
        temporary = node.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        settings = {
            "node.name": node.name,
            "http.port": str(node.http_port),
            "transport.port": str(node.transport_port),
            **self._settings,
        }
        # Half a minute of tests is over before the better compiler and the parallel collector have paid for themselves.
        options = [f"-Xmx{self._heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"]
        options += [f"-Djava.io.tmpdir={temporary}", "-Dlog4j2.level=warn"]
        with (node.folder / "log").open("ab") as log:
            node.process = subprocess.Popen(
                [
                    *(str(self._java.program), *options, "-cp", f"{self._jars}/*", str(LAUNCHER), str(node.folder)),
                    *(f"{name}={value}" for name, value in settings.items()),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                # Ctrl-C is for the tests; the nodes end when these do.
                start_new_session=True,
            )


def _wait_for_start(node: Node) -> None:
    assert node.process
    assert node.process.stdout
    ready, _, _ = select.select([node.process.stdout], [], [], START_SECONDS)
    if not ready or b"started" not in node.process.stdout.readline():
        raise ClusterFailed(f"{node.name} did not start; its log ends with\n{node.log_end()}")


def ask(url: str, method: str = "GET", body: Mapping[str, Any] | bytes | None = None) -> Any:
    """The JSON that a node answers to JSON, or to lines of JSON. Raises OSError; urllib.error.HTTPError is one."""
    headers = {"Content-Type": "application/x-ndjson" if isinstance(body, bytes) else "application/json"}
    content = json.dumps(body).encode() if isinstance(body, Mapping) else body
    request = urllib.request.Request(url, content, headers, method=method)
    with _DIRECTLY.open(request, timeout=60) as answer:
        return json.load(answer)


def find_ports(count: int) -> list[int]:
    """Free ports of loopback, below those that the system gives to clients: a node that is down keeps its own."""
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 2_000):
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise ClusterFailed("no free ports on loopback")


@contextlib.contextmanager
def running_cluster(
    nodes: int = 3,
    *,
    folder: Path | None = None,
    base_port: int | None = None,
    heap: str = "384m",
    settings: Mapping[str, str] | None = None,
) -> Iterator[Cluster]:
    """A cluster that is green, and is stopped at the end. Raises Missing, ClusterFailed.

    With a `base_port`, node i answers at base_port + 2 i and talks to its peers at the port after that. Without a
    `folder` the data are removed at the end. `settings` go to all nodes.
    """
    with contextlib.ExitStack() as ending:
        kept = folder or Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="newsgrep-opensearch-")))
        cluster = Cluster(kept, nodes, base_port=base_port, heap=heap, settings=settings)
        ending.callback(cluster.close)
        cluster.start()
        yield cluster


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; its exit code, or that of the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.opensearch.clusters")
    parser.add_argument("--missing", action="store_true", help="say what this machine has not got")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--base-port", type=int, help="node i answers at this port + 2 i; default: free ports")
    parser.add_argument("--folder", type=Path, help="keep the data here")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    settings = dict(text.split("=", 1) for text in given.setting)
    # Ended from outside, it still removes the data.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        if given.missing:
            find_java()
            find_maven()
            return 0
        with running_cluster(given.nodes, folder=given.folder, base_port=given.base_port, settings=settings) as cluster:
            sys.stdout.write(json.dumps({"urls": cluster.urls}) + "\n")
            sys.stdout.flush()
            if not given.command:
                sys.stdin.read()
                return 0
            environment = {**os.environ, VARIABLE: ",".join(cluster.urls)}
            return subprocess.run(given.command, env=environment, check=False).returncode
    except (Missing, ClusterFailed) as problem:
        sys.stderr.write(f"no cluster of OpenSearch: {problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
