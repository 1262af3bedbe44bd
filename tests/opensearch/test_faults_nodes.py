"""Nodes that are lost, hang or have no room while an archive is written and searched."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import newsgrep
from newsgrep.errors import ClusterFailed
from tests.killed_runs import Ended, Job, Runner
from tests.opensearch.clusters import FULL_DISK, Cluster, running_cluster
from tests.opensearch.conftest import PREFIX, remove_indices
from tests.opensearch.trials import NIGHTLY, Trial, host_of

pytestmark = pytest.mark.opensearch

ARTICLES = 300
"""Of each file, so that a node can be lost while they are written."""
CLEAR_SECONDS = 75
"""Within how many seconds a command says that the cluster is not whole."""


@pytest.fixture
def trial(tmp_path: Path, own_cluster: Cluster) -> Iterator[Trial]:
    name = f"{PREFIX}{uuid.uuid4().hex[:12]}"
    yield Trial(tmp_path, own_cluster.urls[0], name)
    remove_indices(own_cluster.urls[0], name)


@pytest.fixture(scope="module")
def runner(own_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The process that makes the runs, once a first one has imported all."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "a.json").write_text('[{"title": "Tide", "text": "The tide rose."}]')
    name = f"{PREFIX}{uuid.uuid4().hex[:12]}"
    runner = Runner("index", str(folder / "a.json"), "--index", f"{own_cluster.urls[0]}/{name}", "--jobs", "1", "-q")
    yield runner
    runner.close()
    remove_indices(own_cluster.urls[0], name)


class Commands:
    """The command line, on the cluster of a trial."""

    def __init__(self, cluster: Cluster, runner: Runner, trial: Trial) -> None:
        self.cluster = cluster
        self.runner = runner
        self.trial = trial
        self.errors = trial.folder / "stderr"

    def url(self, *nodes: int) -> str:
        """The address of the archive, by some nodes; by all if none is named."""
        named = [host_of(self.cluster.urls[i]) for i in nodes or range(3)]
        return f"http://{','.join(named)}/{self.trial.name}"

    def index(self, *nodes: int, begin: Callable[[int], None] = lambda _: None, options: tuple[str, ...] = ()) -> Ended:
        command = ("index", str(self.trial.saved), "--index", self.url(*nodes), "--jobs", "1", "--json", *options)
        return self.runner.run_known(Job(command, stderr=str(self.errors)), begin)

    def search(self, query: str, *nodes: int, options: tuple[str, ...] = ()) -> Ended:
        command = ("search", query, "--index", self.url(*nodes), "--json", "--limit", "5", *options)
        return self.runner.run_job(Job(command, stderr=str(self.errors)))

    def during_writing(self, act: Callable[[], None]) -> Callable[[int], None]:
        """Do something as soon as articles are being written, which the cluster counts."""
        before = self.count_written()

        def watch() -> None:
            deadline = time.monotonic() + 60
            while self.count_written() <= before and time.monotonic() < deadline:
                time.sleep(0.02)
            act()

        return lambda _: threading.Thread(target=watch).start()

    def count_written(self) -> int:
        path = f"/{self.trial.name}*/_stats/indexing?filter_path=indices.*.primaries.indexing.index_total"
        told = self.cluster.ask("GET", path).get("indices", {})
        return sum(
            each["primaries"]["indexing"]["index_total"] for name, each in told.items() if not name.endswith("-files")
        )

    def node_of_primary(self) -> int:
        """Which node has the primary shard of the articles."""
        rows = self.cluster.ask("GET", f"/_cat/shards/{self.trial.name}?format=json&h=prirep,node")
        (name,) = {row["node"] for row in rows if row["prirep"] == "p"}
        return int(name.removeprefix("n"))


@pytest.fixture
def commands(own_cluster: Cluster, runner: Runner, trial: Trial) -> Commands:
    return Commands(own_cluster, runner, trial)


def build(commands: Commands) -> None:
    """An archive, and files that have changed since."""
    assert commands.index(options=("--replicas", "1")).code == 0
    commands.cluster.wait()
    commands.trial.expect()
    commands.trial.change()
    for number in range(20, 23):
        commands.trial.write(f"file{number}.json", ARTICLES, words=20)


LOSSES = [("kill_node", "primary", "all")]
MORE_LOSSES = [
    *((how, which, "all") for how in ("kill_node", "stop_node") for which in ("primary", "entry", "other")),
    *((how, "primary", "one") for how in ("kill_node", "stop_node")),
]


@pytest.mark.parametrize(("how", "which", "named"), MORE_LOSSES if NIGHTLY else LOSSES)
def test_a_node_that_is_lost_while_an_archive_is_written_loses_nothing(
    commands: Commands, how: str, which: str, named: str
) -> None:
    cluster, trial = commands.cluster, commands.trial
    build(commands)
    primary = commands.node_of_primary()
    lost = {"primary": primary, "entry": 0, "other": (primary + 1) % 3}[which]
    trial.node = cluster.urls[(lost + 1) % 3]
    entries = (lost,) if named == "one" else (0, 1, 2)
    ended = commands.index(*entries, begin=commands.during_writing(lambda: getattr(cluster, how)(lost)))
    told = commands.errors.read_text()
    trial.expect()
    try:
        assert cluster.nodes[lost].process is None
        if named == "one":
            # Nobody else can be asked.
            assert ended.code == 2, told
            assert "cannot be reached" in told
        else:
            assert ended.code == 0, told
            assert json.loads(ended.output)["articles"] == trial.summary[0]
            trial.compare(told)
            assert json.loads(commands.search("tide").output)["total"] == trial.summary[0]
    finally:
        cluster.start_node(lost)
        cluster.wait()
    again = commands.index()
    assert again.code == 0, commands.errors.read_text()
    assert json.loads(again.output)["articles"] == trial.summary[0]
    trial.compare()


def read_hits(ended: Ended) -> Any:
    """What a search has found."""
    told = json.loads(ended.output)
    return told["total"], told["hits"]


@pytest.mark.skipif(not NIGHTLY, reason="nodes wait half a minute for a manager: NEWSGREP_NIGHTLY=1")
def test_a_cluster_that_lost_most_of_its_nodes_is_told_and_comes_back_whole(commands: Commands) -> None:
    cluster, trial = commands.cluster, commands.trial
    build(commands)
    for lost in (1, 2):
        cluster.kill_node(lost)
    try:
        begun = time.monotonic()
        with ThreadPoolExecutor(1) as thread, newsgrep.open(commands.url()) as archive:
            searching = thread.submit(archive.search, "tide")
            ended = commands.index()
            with pytest.raises(ClusterFailed, match="most of them are gone"):
                searching.result()
        told = commands.errors.read_text()
        assert time.monotonic() - begun < CLEAR_SECONDS
        assert ended.code == 2, told
        assert "most of them are gone" in told
        assert "Traceback" not in told
    finally:
        cluster.start_node(1, 2)
        cluster.wait()
    assert commands.index().code == 0
    trial.expect()
    trial.compare()


def test_a_full_disk_is_told_and_the_next_run_goes_on_when_there_is_room(runner: Runner, tmp_path: Path) -> None:
    # A cluster of its own: for some time after there is room again, nodes may forbid new indices once more.
    with running_cluster(3) as cluster:
        trial = Trial(tmp_path, cluster.urls[0], f"{PREFIX}full")
        _fill_and_empty_disks(Commands(cluster, runner, trial))


def _fill_and_empty_disks(commands: Commands) -> None:
    cluster, trial = commands.cluster, commands.trial
    build(commands)
    before = read_hits(commands.search("tide"))

    def is_blocked() -> bool:
        return "read_only_allow_delete" in json.dumps(cluster.ask("GET", f"/{trial.name}/_settings"))

    cluster.change_settings(FULL_DISK)
    try:
        cluster.wait_for(is_blocked, seconds=30)
        ended = commands.index()
        told = commands.errors.read_text()
        assert ended.code == 2
        assert "disks are full" in told
        assert "Make room" in told
        found = commands.search("tide")
        assert (found.code, read_hits(found)) == (0, before)
    finally:
        cluster.make_room()
    assert commands.index().code == 0, commands.errors.read_text()
    trial.expect()
    trial.compare()


def test_a_node_that_hangs_does_not_stop_the_others(commands: Commands) -> None:
    cluster, trial = commands.cluster, commands.trial
    build(commands)
    primary = commands.node_of_primary()
    others = [i for i in range(3) if i != primary]
    trial.node = cluster.urls[others[0]]
    try:
        ended = commands.index(*others, begin=commands.during_writing(lambda: cluster.pause_node(primary)))
        trial.expect()
        assert ended.code == 0, commands.errors.read_text()
        trial.compare()
        found = commands.search("tide", *others)
        assert found.code == 0, commands.errors.read_text()
        assert read_hits(found)[0] == trial.summary[0]
    finally:
        cluster.resume_node(primary)
        cluster.wait()
    # The node hands on what it had not done when it hung, though others have done it since: articles are written again
    # as they were first, before older versions were marked.
    there, expected = trial.read(), trial.expect()
    assert {name: article for name, (article, _) in there.items()} == {
        name: article for name, (article, _) in expected.items()
    }
