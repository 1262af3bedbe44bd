"""The lock of the one writer of an index, and who holds it.

The lock is the system's own on a file (Whoosh's `flock`), so that it goes with the process that holds it, however that
ends. What stands in the file only says who that is: it may be of a writer that is long gone.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Self

from newsgrep.codec.disk_errors import naming
from newsgrep.codec.toc import NAME
from newsgrep.errors import IndexBusy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    OnWait = Callable[[str], None]
    """Told who holds the lock, before every pause; what it raises ends the waiting."""

LOCK_NAME = f"{NAME}_WRITELOCK"
"""The file; it stays when an index is erased, since a lock whose file is removed locks nothing."""
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

    def __init__(self, folder: Path, on_wait: OnWait | None = None) -> None:
        """Take the lock of an index directory; with `on_wait`, as soon as whoever has it lets go. Raises IndexBusy."""
        from newsgrep.codec.durable_storage import DurableStorage

        storage = DurableStorage(os.fspath(folder))
        self._lock = storage.lock(LOCK_NAME)
        pause = _FIRST_PAUSE
        while not self._lock.acquire():
            holder = read_holder(folder)
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
            self._lock = storage.lock(LOCK_NAME)
        with naming(folder / LOCK_NAME):
            write_holder(self._lock.fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()

    def release(self) -> None:
        """Let the lock go, if it is held."""
        if self._lock.fd is not None:
            self._lock.release()


def read_holder(folder: Path) -> Holder | None:
    """Who wrote the index last; None where that is not known. Says nothing of whether it still does."""
    try:
        with (folder / LOCK_NAME).open("rb") as file:
            return parse_holder(file.read(_LONGEST))
    except OSError:
        return None


def write_holder(descriptor: int) -> None:
    """Write into the file of a lock that this process has taken it; on a full disk, nobody is told."""
    text = f"{os.getpid()} {dt.datetime.now(dt.UTC).isoformat(timespec='seconds')}\n"
    os.ftruncate(descriptor, 0)
    with suppress(OSError):
        os.pwrite(descriptor, text.encode(), 0)


def parse_holder(content: bytes) -> Holder | None:
    """Read what `write_holder` wrote; None for anything else."""
    try:
        pid, since = content.decode().split()
        return Holder(int(pid), dt.datetime.fromisoformat(since))
    except ValueError:
        return None
