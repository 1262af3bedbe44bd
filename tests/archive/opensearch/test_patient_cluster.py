"""An update waits for its cluster as long as it can be stopped; before and after, an error is told at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from newsgrep.archive.meter import Meter
from newsgrep.archive.opensearch import cluster, retrying
from newsgrep.archive.opensearch.patient_cluster import PatientCluster
from newsgrep.archive.report import Progress
from newsgrep.errors import ClusterFailed, ClusterUnreachable
from tests.archive.opensearch.played_server import Answer, PlayedServer, played_server

BUSY = Answer({"error": {"type": "process_cluster_event_timeout_exception", "reason": "busy"}}, status=503)
FAILURES = 2 * cluster.ATTEMPTS


@pytest.fixture(autouse=True)
def _pauses_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(retrying, "TOLD_AFTER", 0.0)


@pytest.fixture
def server() -> Iterator[PlayedServer]:
    with played_server([*[BUSY] * FAILURES, Answer({"count": 3})]) as served:
        yield served


def test_who_is_watched_asks_until_there_is_an_answer(server: PlayedServer) -> None:
    told: list[Progress] = []
    with PatientCluster(server.url) as patient:
        patient.watch(Meter(told.append))
        assert patient.request("GET", "/news/_count") == {"count": 3}
    assert len(server.asked) == FAILURES + 1
    assert any("busy" in progress.waiting for progress in told)
    assert told[-1].waiting == ""


def test_who_is_not_watched_is_told_the_error(server: PlayedServer) -> None:
    with PatientCluster(server.url) as patient:
        patient.watch(Meter(lambda _: None))
        patient.watch(None)
        with pytest.raises(ClusterFailed, match="busy"):
            patient.request("GET", "/news/_count")
    assert len(server.asked) == cluster.ATTEMPTS


def test_what_is_to_be_asked_once_is_asked_once(server: PlayedServer) -> None:
    with PatientCluster(server.url) as patient:
        patient.watch(Meter(lambda _: None))
        with pytest.raises(ClusterFailed, match="busy"):
            patient.request("POST", "/_bulk", body=b"{}\n", retry=False)
    assert len(server.asked) == 1


def test_who_is_interrupted_does_not_wait_on(server: PlayedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "GIVE_UP_STOPPED", 0.0)

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    meter = Meter(stop)
    meter.wait_for("something")
    with PatientCluster(server.url) as patient:
        patient.watch(meter)
        with pytest.raises(ClusterUnreachable, match="tried again"):
            patient.request("GET", "/news/_count")
    assert len(server.asked) == cluster.ATTEMPTS
