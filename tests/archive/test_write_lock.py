"""One writer at a time, who says who it is; one that died is no obstacle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.write_lock import read_holder
from newsgrep.errors import IndexBusy

HOLD = """
import sys, time
from pathlib import Path
from newsgrep.archive.local_engine import LocalEngine
writer = LocalEngine(Path(sys.argv[1])).open_writer()
print("held", flush=True)
sys.stdin.read()
writer.close()
"""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("A storm\n\nThe storm tore three cables of the bridge.\n")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "a.txt"])
    return tmp_path / "index"


@pytest.fixture
def holder(index: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLD, str(index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_who_comes_second_is_told_who_was_first(index: Path, holder: subprocess.Popen[bytes]) -> None:
    with newsgrep.open(index) as archive, pytest.raises(IndexBusy, match=rf"process {holder.pid}, since 20\d\d-.*"):
        archive.update([index.parent / "a.txt"])


def test_who_waits_goes_on_when_the_other_is_done(index: Path, holder: subprocess.Popen[bytes]) -> None:
    told = []

    def let_go(name: str) -> None:
        told.append(name)
        assert holder.stdin is not None
        holder.stdin.close()

    (index.parent / "a.txt").write_text("Two storms\n\nBoth storms tore cables of the bridge.\n")
    with newsgrep.open(index) as archive:
        assert archive.update([index.parent / "a.txt"], on_wait=let_go).added == 1
    assert f"process {holder.pid}" in told[0]


def test_what_the_caller_raises_ends_the_waiting(index: Path, holder: subprocess.Popen[bytes]) -> None:
    def give_up(_: str) -> None:
        raise KeyboardInterrupt

    with newsgrep.open(index) as archive, pytest.raises(KeyboardInterrupt):
        archive.update([index.parent / "a.txt"], on_wait=give_up)


def test_the_lock_of_a_killed_writer_is_no_obstacle(index: Path, holder: subprocess.Popen[bytes]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    found = read_holder(index)
    assert found is not None
    assert found.pid == holder.pid
    with newsgrep.open(index) as archive:
        archive.update([index.parent / "a.txt"], rebuild=True)


def test_a_lock_file_that_says_nothing_is_no_obstacle(index: Path) -> None:
    for content in (b"", b"\xff\xfe", b"12", b"x" * 5000):
        (index / "MAIN_WRITELOCK").write_bytes(content)
        assert read_holder(index) is None
        with newsgrep.open(index) as archive:
            archive.update([index.parent / "a.txt"])
