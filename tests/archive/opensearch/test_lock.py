"""The lease of the one writer: taken, renewed, lost, let go, and taken over from who is no more."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from newsgrep.archive.opensearch import lock
from newsgrep.archive.opensearch.lock import Lease
from newsgrep.errors import IndexBusy
from tests.archive.opensearch.kept_documents import KeptDocuments

PLACE = "/news-files/_doc/lease"


@pytest.fixture(autouse=True)
def _time_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LASTS", 0.2)
    monkeypatch.setattr(lock, "RENEWED", 0.02)
    monkeypatch.setattr(lock, "_LOOK", 0.01)


@pytest.fixture
def kept() -> KeptDocuments:
    return KeptDocuments()


@pytest.fixture
def lease(kept: KeptDocuments) -> Iterator[Lease]:
    lease = Lease(kept.cluster, "news-files")
    yield lease
    lease.release()


def put(kept: KeptDocuments, **holder: Any) -> None:
    number = kept.documents[PLACE][1] + 1 if PLACE in kept.documents else 0
    kept.documents[PLACE] = (
        {"lease": {"host": "elsewhere", "pid": 7, "since": "2026-01-01T10:00:00+00:00"} | holder},
        number,
    )


def holder(kept: KeptDocuments) -> Any:
    return kept.documents[PLACE][0]["lease"]


def test_a_lease_says_who_holds_it_and_is_renewed(kept: KeptDocuments, lease: Lease) -> None:
    assert holder(kept)["pid"] == os.getpid()
    since = holder(kept)["since"]
    is_renewed = threading.Event()
    for _ in range(200):
        if holder(kept)["renewals"] >= 2 or is_renewed.wait(0.01):
            break
    assert holder(kept)["renewals"] >= 2
    assert holder(kept)["since"] == since
    lease.require()


def test_who_comes_second_is_told_who_holds_it(kept: KeptDocuments, lease: Lease) -> None:
    with pytest.raises(IndexBusy, match=f"process {os.getpid()} on .*, since ") as told:
        Lease(kept.cluster, "news-files")
    assert "--wait" in str(told.value)


def test_a_lease_that_was_let_go_is_free(kept: KeptDocuments, lease: Lease) -> None:
    lease.release()
    assert holder(kept) is None
    Lease(kept.cluster, "news-files").release()


def test_who_waits_has_it_when_it_is_let_go(kept: KeptDocuments, lease: Lease) -> None:
    told: list[str] = []

    def let_go(who: str) -> None:
        told.append(who)
        lease.release()

    Lease(kept.cluster, "news-files", let_go).release()
    assert told[0].startswith(f"process {os.getpid()} on ")


def test_what_the_one_who_is_told_raises_ends_the_waiting(kept: KeptDocuments, lease: Lease) -> None:
    def give_up(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Lease(kept.cluster, "news-files", give_up)
    lease.require()


def test_a_lease_that_is_not_renewed_is_taken_over(kept: KeptDocuments) -> None:
    put(kept, renewals=3)
    taken = Lease(kept.cluster, "news-files")
    assert holder(kept)["pid"] == os.getpid()
    taken.release()


def test_a_lease_that_is_renewed_before_our_eyes_is_not(kept: KeptDocuments) -> None:
    put(kept, renewals=0)
    ended = threading.Event()

    def renew() -> None:
        renewals = 0
        while not ended.wait(0.05):
            renewals += 1
            put(kept, renewals=renewals)

    thread = threading.Thread(target=renew)
    thread.start()
    try:
        with pytest.raises(IndexBusy, match="process 7 on elsewhere, since 2026-01-01"):
            Lease(kept.cluster, "news-files")
    finally:
        ended.set()
        thread.join()


@pytest.mark.skipif(not lock._process(os.getpid()), reason="needs /proc")
def test_a_process_of_this_machine_that_is_no_more_is_not_waited_for(
    kept: KeptDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "LASTS", 1e9)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        put(kept, pid=process.pid, process=lock._process(process.pid))
        with pytest.raises(IndexBusy):
            Lease(kept.cluster, "news-files")
    Lease(kept.cluster, "news-files").release()


def test_who_has_lost_the_lease_hears_of_it_and_does_not_let_go_that_of_another(
    kept: KeptDocuments, lease: Lease
) -> None:
    put(kept)
    with pytest.raises(IndexBusy, match="taken over by process 7 on elsewhere"):
        lease.require()
    assert lease.is_lost
    lease.release()
    assert holder(kept)["pid"] == 7


def test_a_cluster_that_is_away_for_a_while_does_not_end_a_lease(kept: KeptDocuments, lease: Lease) -> None:
    kept.is_away = True
    assert not threading.Event().wait(0.1)
    assert not lease.is_lost
    kept.is_away = False
    lease.require()


def test_a_lease_moves_with_the_alias(kept: KeptDocuments, lease: Lease) -> None:
    def move() -> None:
        kept.documents[PLACE] = kept.documents.pop("/news-g000002-files/_doc/lease")

    lease.move("news-g000002-files", move)
    lease.require()
    lease.release()
    assert holder(kept) is None


@pytest.mark.parametrize("told", [{}, {"pid": "x", "host": None, "since": "y"}, {"since": 3}])
def test_a_lease_that_says_nonsense_is_told_all_the_same(told: dict[str, Any]) -> None:
    assert lock.describe_holder(told).startswith("process ")
