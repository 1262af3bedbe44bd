"""Losses of power: a run is recorded, and its index looked at as a disk may leave it at any moment of the run.

`NEWSGREP_NIGHTLY=1` tries many states at every moment of every story; without it, some at some moments.
"""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from newsgrep.archive.check import check_index
from newsgrep.archive.location import is_index
from tests.index_stories import BROKEN, STORIES, copy_archive, expect_titles
from tests.killed_runs import Runner
from tests.power_loss import Disk, Loss, iter_losses
from tests.traced_calls import STRACE, Call, can_trace, read_trace

NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))
STATES = 7
"""Of each story, in a run that is not nightly."""
needs_strace = pytest.mark.skipif(not can_trace(), reason="strace is not there, or may not trace processes")


def record(runner: Runner, arguments: tuple[str, ...], folder: Path) -> list[Call]:
    """Run a command to its good end."""
    trace = folder / "trace"
    ended = runner.run_traced(*arguments, strace=[*STRACE, "-o", os.fspath(trace)], stderr=folder / "stderr")
    assert ended.code == 0
    return list(read_trace(trace.read_text()))


def choose(disk: Disk, calls: list[Call]) -> list[Loss]:
    """All losses at night, else some; the end of a run is always among them."""
    found = list(iter_losses(disk, calls, random.Random(11), 16 if NIGHTLY else 4))
    if NIGHTLY:
        return found
    ends = [loss for loss in found if loss.is_over]
    return [*random.Random(7).sample(found, min(STATES, len(found))), *ends[:2]]


@needs_strace
@pytest.mark.parametrize("story", STORIES)
def test_an_index_is_as_of_a_commit_whatever_a_loss_of_power_leaves_of_it(
    prepared: Path, runner: Runner, tmp_path: Path, story: str
) -> None:
    archive = copy_archive(prepared, tmp_path / "archive")
    before = Counter[str]() if story == "a first build" else archive.titles()
    arguments = STORIES[story](archive)
    expected = expect_titles(archive, tmp_path / "expected")
    disk = Disk(archive.folder)
    calls = record(runner, arguments, tmp_path)
    chosen = choose(disk, calls)
    assert disk.is_as(archive.folder), "what was recorded is not what happened"
    for loss in chosen:
        loss.tree.write(archive.folder)
        if story not in BROKEN or loss.is_over:
            titles = archive.titles()
            assert titles in ([expected] if loss.is_over else [before, expected]), loss.told
            assert not is_index(archive.index) or check_index(archive.index).faults == (), loss.told
        assert runner.run(*arguments).code == 0, loss.told
        assert archive.titles() == expected, loss.told
        assert check_index(archive.index).faults == (), loss.told
        assert {path.suffix for path in archive.index.iterdir()} <= {".seg", ".toc", ".sqlite", ""}, loss.told


@needs_strace
def test_a_run_after_one_that_was_killed_gives_up_nothing_before_its_commit_is_certain(
    prepared: Path, runner: Runner, tmp_path: Path
) -> None:
    archive = copy_archive(prepared, tmp_path / "archive")
    before = archive.titles()
    arguments = STORIES["a change that merges"](archive)
    expected = expect_titles(archive, tmp_path / "expected")
    calls = record(runner, arguments, tmp_path)
    published = next(place for place, call in enumerate(calls) if call.name == "rename")
    for place in range(published, len(calls), 3) if NIGHTLY else (published + 1,):
        call = calls[place]
        archive = copy_archive(prepared, tmp_path / "archive")
        STORIES["a change that merges"](archive)
        disk = Disk(archive.folder)
        trace = tmp_path / "trace"
        inject = f"inject={call.name}:signal=KILL:when={call.count}"
        strace = [*STRACE, "-e", inject, "-o", os.fspath(trace)]
        assert runner.run_traced(*arguments, strace=strace, stderr=tmp_path / "stderr").code == -signal.SIGKILL
        for each in read_trace(trace.read_text()):
            disk.apply(each)
        assert disk.is_as(archive.folder), "what was recorded is not what happened"
        for loss in choose(disk, record(runner, arguments, tmp_path)):
            loss.tree.write(archive.folder)
            assert archive.titles() in ([expected] if loss.is_over else [before, expected]), loss.told
            assert check_index(archive.index).faults == (), loss.told
            assert runner.run(*arguments).code == 0, loss.told
            assert archive.titles() == expected, loss.told
