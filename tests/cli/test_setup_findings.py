"""Looking at a set-up never fails, never hangs and changes nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsgrep.archive.watch_store import WatchStore
from newsgrep.cli.checkup import POINTS
from newsgrep.cli.setup_findings import Level, Point, Situation, examine
from tests.cli.situations import build_index, situation


def say(_: Situation) -> Iterator[tuple[Level, str, str]]:
    yield Level.NOTE, "said", "do"


def fail(_: Situation) -> Iterator[tuple[Level, str, str]]:
    yield Level.NOTE, "said before", ""
    raise RuntimeError("broken")


release = threading.Event()


def wait_for_ever(_: Situation) -> Iterator[tuple[Level, str, str]]:
    release.wait(60)
    yield Level.SOUND, "too late", ""


def test_what_fails_is_a_finding_and_the_others_are_looked_at() -> None:
    found = list(examine([Point("a", "A", fail), Point("b", "A", say)], situation()))
    assert [(each.level, each.point, each.message) for each in found] == [
        (Level.NOTE, "a", "said before"),
        (Level.NOTE, "a", "it could not be looked at: RuntimeError: broken"),
        (Level.NOTE, "b", "said"),
    ]


def test_what_does_not_answer_costs_its_group_only() -> None:
    points = [Point("a", "A", wait_for_ever), Point("b", "A", say), Point("c", "B", say)]
    started = time.monotonic()
    found = list(examine(points, situation(Path("elsewhere")), longest=0.05))
    assert time.monotonic() - started < 30
    release.set()
    assert [(each.level, each.point) for each in found] == [(Level.WRONG, "a"), (Level.NOTE, "c")]
    assert "no answer within 0.05 seconds (elsewhere)" in found[0].message


def test_where_there_is_no_memory_for_threads_points_are_looked_at_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("_thread.start_new_thread", refuse)
    assert [each.message for each in examine([Point("a", "A", say)], situation())] == ["said"]


def test_points_have_names_of_their_own_and_stand_in_their_groups() -> None:
    names = [point.name for point in POINTS]
    assert len(set(names)) == len(names)
    groups = list(dict.fromkeys(point.group for point in POINTS))
    assert [point.group for point in POINTS] == [group for group in groups for p in POINTS if p.group == group]


@pytest.mark.parametrize("is_cut_off", [False, True])
def test_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_cut_off: bool) -> None:
    index = build_index(tmp_path)
    WatchStore(index).close()
    if is_cut_off:
        # What a killed writer leaves; opening the databases would take it away.
        for name in ("manifest", "watches"):
            (index / f"{name}.sqlite-journal").write_bytes(b"half a page")
        (index / "MAIN_of_a_killed_run.seg").write_bytes(b"half")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))

    def state() -> dict[Path, tuple[int, bytes | None]]:
        paths = [tmp_path, *tmp_path.rglob("*")]
        return {path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None) for path in paths}

    before = state()
    found = list(examine(POINTS, situation(index, {"TMPDIR": str(tmp_path / "temporary")}), longest=30))
    assert len({each.point for each in found}) > 20
    assert state() == before
