"""Updates that are killed at any write: what was committed is there, and the next run completes the rest.

`NEWSGREP_NIGHTLY=1` kills at every write of every story; without it, at some of them.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from newsgrep.archive.check import check_index
from tests.index_stories import BROKEN, STORIES, Archive, copy_archive, expect_titles
from tests.killed_runs import Runner

KILLED = -signal.SIGKILL
NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))
KILLS = 14
"""Of each story, in a run that is not nightly."""


def count_writes(runner: Runner, archive: Archive, arguments: tuple[str, ...], moment: str) -> int:
    """How many writes a run has, by bisection: one that is never reached lets the run end by itself."""
    low, high = 0, 1
    kept = archive.folder.with_name("kept")
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(archive.folder, kept)

    def is_killed(at: int) -> bool:
        shutil.rmtree(archive.folder)
        shutil.copytree(kept, archive.folder)
        return runner.run(*arguments, kill_at=at, moment=moment).code == KILLED

    while is_killed(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_killed(middle) else (low, middle)
    return low


@pytest.mark.parametrize("moment", ["before", "within"])
@pytest.mark.parametrize("story", STORIES)
def test_nothing_is_lost_or_there_twice_whenever_a_run_is_killed(
    prepared: Path, runner: Runner, tmp_path: Path, story: str, moment: str
) -> None:
    archive = copy_archive(prepared, tmp_path / "archive")
    before = archive.titles()
    arguments = STORIES[story](archive)
    states = [before] if story != "a first build" else [Counter()]
    writes = count_writes(runner, archive, arguments, moment)
    assert writes > 1
    places = range(1, writes + 1)
    chosen = places if NIGHTLY else sorted(random.Random(5).sample(places, min(KILLS, writes)))
    expected = expect_titles(archive, tmp_path / "expected")
    states.append(expected)
    for place in chosen:
        archive = copy_archive(prepared, tmp_path / "archive")
        arguments = STORIES[story](archive)
        assert runner.run(*arguments, kill_at=place, moment=moment).code == KILLED
        if story not in BROKEN:
            assert archive.titles() in states, f"write {place}"
        assert runner.run(*arguments).code == 0, f"write {place}"
        assert archive.titles() == expected, f"write {place}"
        assert check_index(archive.index).faults == (), f"write {place}"
        assert {path.suffix for path in archive.index.iterdir()} <= {".seg", ".toc", ".sqlite", ""}, f"write {place}"
