"""What an archive on a cluster is not written over: other writers, others' indices, documents that are refused."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from newsgrep.archive.opensearch.documents import build_document
from newsgrep.archive.opensearch.standing import read_standing
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.update import Options, update_index
from newsgrep.article import Article
from newsgrep.errors import ClusterFailed, IndexBusy, IndexUnusable
from tests.opensearch.twins import Twins, ask, record

pytestmark = pytest.mark.opensearch


def test_only_one_writes_at_a_time(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    hold = (
        "import sys\nfrom newsgrep.archive.opensearch.update import update_remote\n"
        "from newsgrep.archive.update import Options\n"
        "def wait(_):\n    print('x', flush=True)\n    sys.stdin.read()\n"
        "update_remote(sys.argv[1], [sys.argv[2]], Options(), on_progress=wait)\n"
    )
    run = [sys.executable, "-c", hold, twins.url, os.fspath(twins.saved)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "x\n"
        with pytest.raises(IndexBusy, match=f"process {process.pid} on "):
            twins.update_remote()
        told: list[str] = []

        def let_go(holder: str) -> None:
            told.append(holder)
            assert process.stdin is not None
            process.stdin.close()
            process.stdin = None

        assert twins.update_remote(on_wait=let_go).articles == 1
        assert told[0].startswith(f"process {process.pid} on ")


def test_a_writer_that_lost_its_lease_commits_nothing(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.update_remote()
    twins.write("b.jsonl", record(2))
    path = f"/{twins.cluster.url.name}-files/_doc/lease?refresh=true"
    taken = {"lease": {"token": "another", "host": "elsewhere", "pid": 7, "since": "2026-01-01T00:00:00+00:00"}}

    def take_over(_: object) -> None:
        ask(twins.url, "PUT", path, taken)

    with pytest.raises(IndexBusy, match="process 7 on elsewhere"):
        update_remote(twins.url, [twins.saved], Options(), on_progress=take_over)
    assert [entry.articles for entry in twins.files.iter_records()] == [1]
    ask(twins.url, "PUT", path, {"lease": None})
    assert twins.update_remote().articles == 2


def test_the_lease_of_a_writer_that_died_on_another_machine_runs_out(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins.write("a.jsonl", record(1))
    twins.update_remote()
    taken = {"lease": {"token": "another", "host": "elsewhere", "pid": 7, "since": "2026-01-01T00:00:00+00:00"}}
    ask(twins.url, "PUT", f"/{twins.cluster.url.name}-files/_doc/lease", taken)
    monkeypatch.setattr("newsgrep.archive.opensearch.lock.LASTS", 1.0)
    assert twins.update_remote().articles == 1


Foreign = Callable[[str, str], None]


def _as_index(url: str, name: str) -> None:
    ask(url, "PUT", f"/{name}", {"settings": {"number_of_replicas": 0}})


def _as_alias(url: str, name: str) -> None:
    ask(url, "PUT", f"/{name}-theirs", {"settings": {"number_of_replicas": 0}, "aliases": {name: {}}})


def _as_files(url: str, name: str) -> None:
    ask(url, "PUT", f"/{name}-files", {"settings": {"number_of_replicas": 0}})


@pytest.mark.parametrize("make", [_as_index, _as_alias, _as_files])
@pytest.mark.parametrize("rebuild", [False, True])
def test_an_index_of_others_is_left_alone(twins: Twins, make: Foreign, rebuild: bool) -> None:
    name = twins.cluster.url.name
    make(twins.url, name)
    before = sorted(ask(twins.url, "GET", f"/{name}*"))
    twins.write("a.jsonl", record(1))
    with pytest.raises(IndexUnusable, match="has not made"):
        twins.update_remote(rebuild=rebuild)
    with pytest.raises(IndexUnusable, match="has not made"):
        twins.update_remote(dry_run=True)
    assert sorted(ask(twins.url, "GET", f"/{name}*")) == before


def test_an_index_of_another_version_is_told_and_replaced_by_a_rebuild(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.update()
    for index in (f"{twins.cluster.url.name}-g000001", f"{twins.cluster.url.name}-g000001-files"):
        ask(twins.url, "PUT", f"/{index}/_mapping", {"_meta": {"newsgrep": {"version": 0}}})
    with pytest.raises(IndexUnusable, match="version 0"):
        twins.update_remote()
    twins.update_remote(rebuild=True)
    twins.compare()
    assert read_standing(twins.cluster).generation == 2


def test_a_dry_run_makes_nothing(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    assert twins.update_remote(dry_run=True).files_read == 1
    assert not read_standing(twins.cluster).is_there
    twins.update()
    assert twins.update_remote(dry_run=True).articles == 1


def test_an_article_that_the_cluster_refuses_is_a_problem_of_its_record(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build_with_a_field_too_many(article: Article, *rest: Any) -> dict[str, Any]:
        document = build_document(article, *rest)
        return document | {"nonsense": 1} if article.title == "Ferry 3" else document

    monkeypatch.setattr("newsgrep.archive.opensearch.sink.build_document", build_with_a_field_too_many)
    twins.write("a.jsonl", *(record(number) for number in range(6)))
    summary = twins.update_remote()
    (problem,) = summary.problems
    assert (summary.added, summary.articles, summary.failed) == (5, 5, 1)
    assert "nonsense" in problem.reason
    assert problem.position
    assert problem.path.endswith("a.jsonl")
    (kept,) = twins.files.iter_records()
    assert (kept.articles, kept.problems) == (5, (problem,))
    assert twins.update_remote().files_read == 0


def test_an_article_too_large_for_the_cluster_is_a_problem_of_its_record(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsgrep.archive.opensearch.update.ClusterTarget._read_most_bytes", lambda _: 50_000)
    twins.write("a.jsonl", record(1), record(2, "The ferry was late again. " * 2_000), record(3))
    summary = twins.update_remote()
    assert (summary.added, summary.failed) == (2, 1)
    assert "larger than the cluster takes" in summary.problems[0].reason


def test_full_disks_are_told_and_nothing_is_lost(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.update()
    twins.write("b.jsonl", record(2))
    block = "/_settings"
    index = f"/{twins.cluster.url.name}-g000001"
    # Nodes that find room would take the block away.
    looks_at_disks = "cluster.routing.allocation.disk.threshold_enabled"
    ask(twins.url, "PUT", "/_cluster/settings", {"transient": {looks_at_disks: False}})
    ask(twins.url, "PUT", index + block, {"index.blocks.read_only_allow_delete": True})
    with pytest.raises(ClusterFailed, match="disks are full"):
        twins.update_remote()
    ask(twins.url, "PUT", index + block, {"index.blocks.read_only_allow_delete": None})
    ask(twins.url, "PUT", "/_cluster/settings", {"transient": {looks_at_disks: None}})
    twins.update_remote()
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()
