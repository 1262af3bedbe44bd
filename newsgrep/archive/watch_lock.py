"""The lock of the standing searches of an index: one process at a time tells what is new."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Self

from newsgrep.archive.own_files import require_own_files
from newsgrep.archive.write_lock import parse_holder, write_holder
from newsgrep.codec.disk_errors import naming
from newsgrep.errors import IndexBusy

if TYPE_CHECKING:
    from pathlib import Path

    from newsgrep.archive.write_lock import OnWait

LOCK_NAME = "watches.lock"
_LONGEST = 200
_PAUSE = 0.05
"""Seconds between two tries."""


class WatchLock:
    """A lock that is held from its making until `close`, or until the process ends in whatever way."""

    def __init__(self, folder: Path, *, wait: float, on_wait: OnWait | None = None) -> None:
        """Take the lock, waiting for it so many seconds at most; `on_wait` is told once who has it.

        Raises IndexBusy, which says so too.
        """
        import fcntl

        require_own_files(folder)
        self._descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                told = f"{parse_holder(os.pread(self._descriptor, _LONGEST, 0)) or 'another process'}"
            if time.monotonic() >= deadline:
                self.close()
                raise IndexBusy(
                    f"the watches of {os.fspath(folder)} are being run or changed by {told}",
                    hint="Wait until it is done: --wait does so by itself.",
                )
            if on_wait is not None:
                on_wait(told)
                on_wait = None
            time.sleep(_PAUSE)
        with naming(folder / LOCK_NAME):
            write_holder(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
