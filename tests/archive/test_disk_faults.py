"""Disks that fail or are full while a run goes on, and kills at calls of the system, SQLite's among them.

strace makes single calls fail. `NEWSGREP_NIGHTLY=1` tries every call about the index; without it, some.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsgrep.archive.check import check_index
from newsgrep.archive.location import is_index
from tests.index_stories import BROKEN, STORIES, Archive, copy_archive, expect_titles
from tests.killed_runs import Ended, Runner
from tests.power_loss import Disk
from tests.traced_calls import STRACE, Call, can_trace, read_trace

NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))
FAULTS = 5
"""Of each kind and story, in a run that is not nightly."""
READING = {"openat", "read", "pread64"}
WRITING = {"openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "mkdir", "rmdir"}
PAGE = 4096
"""Bytes, of which a tmpfs has whole ones."""
SUFFIXES = {".seg", ".toc", ".sqlite", ""}
needs_strace = pytest.mark.skipif(not can_trace(), reason="strace is not there, or may not trace processes")


class Trial:
    """A story that can be begun again and again, to be disturbed each time at another place."""

    def __init__(self, prepared: Path, runner: Runner, folder: Path, story: str) -> None:
        self._prepared, self._runner, self._story = prepared, runner, story
        self._folder = folder
        self.archive = self.begin()
        self.before = Counter[str]() if story == "a first build" else None if story in BROKEN else self.archive.titles()
        self.arguments = STORIES[story](self.archive)
        self.expected = expect_titles(self.archive, folder / "expected")

    def begin(self) -> Archive:
        """The archive as it is before the story."""
        return copy_archive(self._prepared, self._folder / "archive")

    @property
    def complaint(self) -> str:
        return (self._folder / "stderr").read_text()

    @property
    def is_hit(self) -> bool:
        """Whether it was a call about the index that failed; another number of calls may go before it each time."""
        lines = (self._folder / "trace").read_text().splitlines()
        return any("(INJECTED)" in line and os.fspath(self.archive.folder) in line for line in lines)

    def trace(self, *options: str) -> Ended:
        """Run the story, from its beginning."""
        STORIES[self._story](self.begin())
        (self._folder / "stderr").write_text("")
        strace = ["-o", os.fspath(self._folder / "trace"), *options]
        return self._runner.run_traced(*self.arguments, strace=strace, stderr=self._folder / "stderr")

    def calls(self, names: set[str]) -> list[Call]:
        """Calls about the index: all at night, else some."""
        self.begin()
        STORIES[self._story](self.archive)
        disk = Disk(self.archive.folder)
        assert self.trace(*STRACE).code == 0
        found = []
        for call in read_trace((self._folder / "trace").read_text()):
            if call.name in names and disk.concerns(call):
                found.append(call)
            disk.apply(call)
        return found if NIGHTLY else random.Random(self._story).sample(found, FAULTS)

    def check_state(self) -> None:
        """Fail unless the index is as of its last commit."""
        if self.before is not None:
            assert self.archive.titles() in (self.before, self.expected)
            assert not is_index(self.archive.index) or check_index(self.archive.index).faults == ()

    def check_next_run(self) -> None:
        """Fail unless the next run completes the index."""
        assert self._runner.run(*self.arguments).code == 0
        assert self.archive.titles() == self.expected
        assert check_index(self.archive.index).faults == ()
        assert {path.suffix for path in self.archive.index.iterdir()} <= SUFFIXES


@needs_strace
@pytest.mark.parametrize("story", STORIES)
def test_a_call_that_fails_is_told_with_the_file_and_leaves_the_last_commit(
    prepared: Path, runner: Runner, tmp_path: Path, story: str
) -> None:
    trial = Trial(prepared, runner, tmp_path, story)
    missed = 0
    calls = trial.calls(READING | WRITING)
    for call in calls:
        for error in ("EIO", "ENOSPC") if NIGHTLY and call.name in WRITING else ("EIO",):
            place = f"{error} at {call.name} {call.count}"
            inject = f"inject={call.name}:error={error}:when={call.count}"
            ended = trial.trace("-y", "-e", f"trace={call.name}", "-e", inject)
            if not trial.is_hit:
                missed += 1
                continue
            complaint = trial.complaint
            assert ended.code in (0, 2), place
            assert "Traceback" not in complaint, f"{place}: {complaint}"
            if ended.code:
                assert os.fspath(trial.archive.folder) in complaint.splitlines()[0], f"{place}: {complaint}"
                assert len(complaint.splitlines()) <= 4, f"{place}: {complaint}"
            trial.check_state()
            if call.name != "unlink" and trial.archive.index.exists():
                left = {path.suffix for path in trial.archive.index.iterdir()} - SUFFIXES
                # What a database failed to undo, whoever opens it next undoes.
                assert left <= {".sqlite-journal"}, place
            trial.check_next_run()
    assert missed <= len(calls) / 2


@needs_strace
@pytest.mark.parametrize("story", STORIES)
def test_a_kill_at_any_call_leaves_the_last_commit(prepared: Path, runner: Runner, tmp_path: Path, story: str) -> None:
    trial = Trial(prepared, runner, tmp_path, story)
    for call in trial.calls(WRITING):
        inject = f"inject={call.name}:signal=KILL:when={call.count}"
        assert trial.trace("-e", f"trace={call.name}", "-e", inject).code == -signal.SIGKILL
        trial.check_state()
        trial.check_next_run()


@needs_strace
@pytest.mark.parametrize("command", [("search", "tide"), ("info",), ("check",)])
def test_a_disk_that_fails_while_an_index_is_read_is_told_with_the_file(
    prepared: Path, runner: Runner, tmp_path: Path, command: tuple[str, ...]
) -> None:
    archive = copy_archive(prepared, tmp_path / "archive")
    arguments = (*command, "--index", os.fspath(archive.index))
    trace, stderr = tmp_path / "trace", tmp_path / "stderr"
    disk = Disk(archive.folder)
    assert runner.run_traced(*arguments, strace=[*STRACE, "-o", os.fspath(trace)], stderr=stderr).code == 0
    found = []
    for call in read_trace(trace.read_text()):
        if call.name in READING and disk.concerns(call):
            found.append(call)
        disk.apply(call)
    for call in found if NIGHTLY else random.Random(3).sample(found, 2):
        # From then on: what cannot be read once may be tried again.
        inject = f"inject={call.name}:error=EIO:when={call.count}+"
        strace = ["-o", os.devnull, "-e", f"trace={call.name}", "-e", inject]
        ended = runner.run_traced(*arguments, strace=strace, stderr=stderr)
        complaint = stderr.read_text()
        assert ended.code == 2, f"{call.name} {call.count}: {complaint}"
        assert "Traceback" not in complaint
        assert os.fspath(archive.index) in complaint.splitlines()[0]


@needs_strace
def test_a_disk_that_does_not_give_the_pages_of_a_segment_is_told_and_ends_no_process(
    prepared: Path, runner: Runner, tmp_path: Path
) -> None:
    archive = copy_archive(prepared, tmp_path / "archive")
    stderr = tmp_path / "stderr"
    strace = ["-o", os.devnull, "-e", "trace=madvise", "-e", "inject=madvise:error=EFAULT"]
    for command in (["search", "tide"], ["check"], ["index", os.fspath(archive.saved), "--rebuild"]):
        ended = runner.run_traced(*command, "--index", os.fspath(archive.index), strace=strace, stderr=stderr)
        assert ended.code == 2
        assert re.match(r"newsgrep: .*\.seg: Input/output error\nThat disk", stderr.read_text())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "newsgrep", os.fspath(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", os.fspath(folder)], check=True)


@pytest.mark.parametrize(
    "story", ["a first build", "a change that merges", "a rebuild", "a rebuild of what is damaged"]
)
def test_a_full_disk_costs_nothing_that_was_committed(
    prepared: Path, runner: Runner, small_disk: Path, tmp_path: Path, story: str
) -> None:
    trial = Trial(prepared, runner, tmp_path, story)
    index = small_disk / "index"
    trial.archive.index = index
    place = trial.arguments.index("--index") + 1
    trial.arguments = (*trial.arguments[:place], os.fspath(index), *trial.arguments[place + 1 :])
    pages = range(30) if NIGHTLY else random.Random(story).sample(range(6), 3)
    failed = 0
    for room in (page * PAGE for page in pages):
        fresh = trial.begin()
        STORIES[story](fresh)
        shutil.rmtree(index, ignore_errors=True)
        if fresh.index.exists():
            shutil.copytree(fresh.index, index)
        free = os.statvfs(small_disk)
        (small_disk / "rest").write_bytes(bytes(free.f_bavail * free.f_frsize - room))
        ended = runner.run(*trial.arguments, stderr=tmp_path / "stderr")
        failed += ended.code == 2
        if ended.code:
            assert ended.code == 2
            assert "Traceback" not in trial.complaint
            assert os.fspath(index) in trial.complaint.splitlines()[0]
            assert "Make room on that disk" in trial.complaint
        trial.check_state()
        assert not index.exists() or {path.suffix for path in index.iterdir()} <= SUFFIXES
        (small_disk / "rest").unlink()
        trial.check_next_run()
    assert failed
