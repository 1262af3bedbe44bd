"""The lock of the one writer of an index, and who holds it.

The lock is the system's own on a file (Whoosh's `flock`), so that it goes with the process that holds it, however that
ends. What stands in the file only says who that is: it may be of a writer that is long gone.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.errors import IndexBusy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from whoosh.index import FileIndex

    OnWait = Callable[[str], None]
    """Told who holds the lock, before every pause; what it raises ends the waiting."""

NAME = "WRITELOCK"
_LONGEST = 200
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds between two tries."""


class Holder(NamedTuple):
    """The process that writes an index."""

    pid: int
    since: dt.datetime

    def __str__(self) -> str:
        return f"process {self.pid}, since {self.since.astimezone():%Y-%m-%d %H:%M:%S}"


class WriteLock:
    """The lock, held from its making to `release`."""

    def __init__(self, index: FileIndex, folder: Path, on_wait: OnWait | None = None) -> None:
        """Take the lock; with `on_wait`, as soon as whoever has it lets go. Raises IndexBusy."""
        self._lock = index.lock(NAME)
        pause = _FIRST_PAUSE
        while not self._lock.acquire():
            holder = read_holder(folder, index.indexname)
            told = f"{holder}" if holder else "another process"
            if on_wait is None:
                raise IndexBusy(
                    f"the index in {os.fspath(folder)} is being written by {told}",
                    hint="Wait until it is done: newsgrep index --wait does so by itself.",
                )
            on_wait(told)
            time.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 1.5)
            # A lock whose file was removed in the meantime locks nothing.
            self._lock = index.lock(NAME)
        write_holder(self._lock.fd)

    def release(self) -> None:
        """Let the lock go."""
        self._lock.release()


def read_holder(folder: Path, index_name: str) -> Holder | None:
    """Who wrote the index last; None where that is not known. Says nothing of whether it still does."""
    try:
        with (folder / f"{index_name}_{NAME}").open("rb") as file:
            return parse_holder(file.read(_LONGEST))
    except OSError:
        return None


def write_holder(descriptor: int) -> None:
    """Write into the file of a lock that this process has taken it."""
    text = f"{os.getpid()} {dt.datetime.now(dt.UTC).isoformat(timespec='seconds')}\n"
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def parse_holder(content: bytes) -> Holder | None:
    """Read what `write_holder` wrote; None for anything else."""
    try:
        pid, since = content.decode().split()
        return Holder(int(pid), dt.datetime.fromisoformat(since))
    except ValueError:
        return None
