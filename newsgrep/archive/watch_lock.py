"""The lock of the standing searches of an index: one process at a time tells what is new."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import TYPE_CHECKING, Self

from newsgrep.errors import IndexBusy

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "watches.lock"
_STEP = 0.05
"""Seconds between two tries."""


class WatchLock:
    """A lock that is held from its making until `close`, or until the process ends in whatever way."""

    def __init__(self, folder: Path, *, wait: float) -> None:
        """Take the lock, waiting for it so many seconds at most. Raises IndexBusy, which names the holder."""
        import fcntl

        path = folder / LOCK_NAME
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    holder = os.pread(self._descriptor, 200, 0).decode(errors="replace").strip()
                    os.close(self._descriptor)
                    raise IndexBusy(
                        f"another process is at the watches of {os.fspath(folder)}"
                        + (f" ({holder})" if holder else ""),
                        hint="Wait until it is done, or let this one wait longer: --wait SECONDS",
                    ) from None
            time.sleep(_STEP)
        now = dt.datetime.now().astimezone().isoformat(" ", "seconds")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"process {os.getpid()}, since {now}\n".encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
