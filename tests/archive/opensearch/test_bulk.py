"""Bulk requests: sized by bytes, sent again where the cluster was too busy, and only what it has not taken."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.opensearch import bulk, retrying
from newsgrep.archive.opensearch.bulk import Action, BulkQueue, BulkSender, delete_action, to_line, write_action
from newsgrep.errors import ClusterFailed, ClusterUnreachable

BUSY = {"type": "rejected_execution_exception", "reason": "rejected execution of a task"}
STRANGE: dict[str, Any] = {
    "type": "mapper_parsing_exception",
    "reason": "failed to parse",
    "caused_by": {"reason": "not a number"},
}


@pytest.fixture(autouse=True)
def _pauses_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(retrying, "LONGEST_PAUSE", 0.002)
    monkeypatch.setattr(retrying, "TOLD_AFTER", 0.0)


@dataclass
class PlayedCluster:
    """Takes documents, unless `troubles` has something else for the next request or `refuse` for a document."""

    troubles: list[Exception | Callable[[list[str]], dict[str, Any]]] = field(default_factory=list)
    refuse: Callable[[str], tuple[int, dict[str, Any]] | None] = lambda _: None
    written: dict[str, int] = field(default_factory=dict)
    """How often each was written."""
    requests: list[list[str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def send(self, lines: bytes, _: float) -> Any:
        asked = [json.loads(line) for line in lines.splitlines()]
        names = [line[verb]["_id"] for line in asked for verb in ("index", "delete") if verb in line]
        self.requests.append(names)
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, Exception):
            raise trouble
        if trouble is not None:
            return trouble(names)
        items: list[dict[str, dict[str, Any]]] = []
        for name in names:
            refusal = self.refuse(name)
            if refusal is None:
                self.written[name] = self.written.get(name, 0) + 1
                items.append({"index": {"status": 201}})
            else:
                items.append({"index": {"status": refusal[0], "error": refusal[1]}})
        return {"errors": any("error" in item["index"] for item in items), "items": items}

    def sender(self, *, is_stopped: Callable[[], bool] = lambda: False, **options: int) -> BulkSender[str]:
        return BulkSender(self.send, is_stopped=is_stopped, tell=self.told.append, **options)


def actions(*names: str, text: str = "x") -> list[Action[str]]:
    return [Action(write_action("news", name, {"text": text}), name) for name in names]


def test_what_the_cluster_takes_is_sent_once() -> None:
    cluster = PlayedCluster()
    assert cluster.sender().send(actions("a", "b", "c")) == []
    assert cluster.requests == [["a", "b", "c"]]
    assert cluster.told == []


def test_only_the_rejected_documents_are_sent_again() -> None:
    rejected = {"b": 2, "c": 1}

    def refuse(name: str) -> tuple[int, dict[str, Any]] | None:
        rejected[name] = rejected.get(name, 0) - 1
        return (429, BUSY) if rejected[name] >= 0 else None

    cluster = PlayedCluster(refuse=refuse)
    assert cluster.sender().send(actions("a", "b", "c")) == []
    assert cluster.requests == [["a", "b", "c"], ["b", "c"], ["b"]]
    assert cluster.written == {"a": 1, "b": 1, "c": 1}
    assert "rejected execution" in cluster.told[0]
    assert cluster.told[-1] == ""


@pytest.mark.parametrize(
    "error",
    [
        ClusterUnreachable("gone", hint="Wait."),
        ClusterFailed(429, "rejected_execution_exception", "full", hint="Wait."),
        ClusterFailed(503, "cluster_manager_not_discovered_exception", "none", hint="Wait."),
    ],
)
def test_a_request_that_failed_for_the_moment_is_made_again(error: Exception) -> None:
    cluster = PlayedCluster(troubles=[error, error])
    assert cluster.sender().send(actions("a", "b")) == []
    assert len(cluster.requests) == 3
    assert cluster.written == {"a": 1, "b": 1}


def test_a_cluster_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "GIVE_UP", 0.02)
    cluster = PlayedCluster(troubles=[ClusterUnreachable("gone", hint="Wait.")] * 1_000)
    with pytest.raises(ClusterUnreachable, match="gone; tried again for"):
        cluster.sender().send(actions("a"))


def test_who_wants_to_stop_does_not_wait_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "GIVE_UP_STOPPED", 0.0)
    cluster = PlayedCluster(troubles=[ClusterUnreachable("gone", hint="Wait.")] * 1_000)
    with pytest.raises(ClusterUnreachable):
        cluster.sender(is_stopped=lambda: True).send(actions("a"))
    assert len(cluster.requests) == 1


def test_a_document_that_no_try_will_write_is_refused_and_the_others_are_written() -> None:
    cluster = PlayedCluster(refuse=lambda name: (400, STRANGE) if name == "b" else None)
    (refusal,) = cluster.sender().send(actions("a", "b", "c"))
    assert refusal.label == "b"
    assert refusal.reason == "the cluster refused it: failed to parse: not a number"
    assert cluster.written == {"a": 1, "c": 1}


def test_a_document_that_is_gone_or_newer_needs_no_deleting() -> None:
    def answer(names: list[str]) -> dict[str, Any]:
        conflict = {"type": "version_conflict_engine_exception", "reason": "newer"}
        return {
            "errors": True,
            "items": [{"delete": {"status": 409, "error": conflict}}, {"delete": {"status": 404}}],
        }

    cluster = PlayedCluster(troubles=[answer])
    gone = [Action(delete_action("news", name, 4, 1), name) for name in ("a", "b")]
    assert cluster.sender().send(gone) == []


@pytest.mark.parametrize(("status", "kind"), [(429, "cluster_block_exception"), (404, "index_not_found_exception")])
def test_an_index_that_takes_nothing_ends_the_run(status: int, kind: str) -> None:
    reason = "index [news] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]"
    cluster = PlayedCluster(refuse=lambda _: (status, {"type": kind, "reason": reason}))
    with pytest.raises(ClusterFailed, match="its disks are full" if "block" in kind else kind):
        cluster.sender().send(actions("a"))
    assert len(cluster.requests) == 1


def test_requests_are_cut_by_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "REQUEST_BYTES", 200)
    cluster = PlayedCluster()
    names = [f"{number}" for number in range(10)]
    assert cluster.sender().send(actions(*names)) == []
    assert len(cluster.requests) > 2
    assert cluster.written == dict.fromkeys(names, 1)


def test_a_request_that_is_too_large_is_halved_until_one_document_is_refused() -> None:
    too_large = ClusterFailed(413, "too_large", "request entity too large", hint="")

    def send(lines: bytes, timeout: float) -> Any:
        if len(lines) > 500:
            raise too_large
        return cluster.send(lines, timeout)

    cluster = PlayedCluster()
    sender: BulkSender[str] = BulkSender(send, is_stopped=lambda: False, tell=cluster.told.append)
    batch = [*actions("a", "b"), *actions("large", text="x" * 1_000), *actions("c")]
    (refusal,) = sender.send(batch)
    assert refusal.label == "large"
    assert sorted(cluster.written) == ["a", "b", "c"]


def test_what_no_request_can_hold_is_not_sent() -> None:
    cluster = PlayedCluster()
    batch = [*actions("a"), *actions("large", text="x" * 1_000), *actions("c")]
    (refusal,) = cluster.sender(most_bytes=500).send(batch)
    assert (refusal.label, cluster.written) == ("large", {"a": 1, "c": 1})
    assert "larger than the cluster takes" in refusal.reason


def test_an_answer_that_does_not_say_what_became_of_each_is_no_success() -> None:
    cluster = PlayedCluster(troubles=[lambda _: {"errors": True, "items": [{"index": {"status": 201}}]}])
    with pytest.raises(ClusterFailed, match="does not say"):
        cluster.sender().send(actions("a", "b"))


def test_a_queue_has_few_requests_under_way_and_keeps_what_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "REQUEST_BYTES", 100)
    under_way, most = 0, 0
    lock = threading.Lock()

    def send(lines: bytes, timeout: float) -> Any:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        with guard:
            answer = cluster.send(lines, timeout)
        with lock:
            under_way -= 1
        return answer

    guard = threading.Lock()
    cluster = PlayedCluster(refuse=lambda name: (400, STRANGE) if name == "7" else None)
    queue: BulkQueue[str] = BulkQueue(BulkSender(send, is_stopped=lambda: False, tell=cluster.told.append))
    names = [f"{number}" for number in range(30)]
    for action in actions(*names):
        if queue.add(action):
            list(queue.send())
    list(queue.finish())
    queue.close()
    assert most <= bulk.IN_FLIGHT
    assert sorted(cluster.written) == sorted(set(names) - {"7"})
    assert [refusal.label for refusal in queue.take_refused()] == ["7"]
    assert queue.take_refused() == []


def test_what_a_request_raises_is_raised_where_its_end_is_waited_for() -> None:
    cluster = PlayedCluster(troubles=[ClusterFailed(400, "parse_exception", "no", hint="")])
    queue: BulkQueue[str] = BulkQueue(cluster.sender())
    queue.add(actions("a")[0])
    with pytest.raises(ClusterFailed, match="parse_exception"):
        list(queue.finish())
    queue.close()


@given(st.text())
def test_any_text_is_a_line_of_json(text: str) -> None:
    line = to_line({"text": text})
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"text": text}


def test_a_name_of_a_file_that_is_no_text_is_a_line_of_json() -> None:
    assert json.loads(to_line("caf\udce9")) == "caf\udce9"
