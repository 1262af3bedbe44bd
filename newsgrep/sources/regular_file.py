"""A regular file open for reading, as it was when it was opened: what grows, never ends or is all holes is bounded.

A name may mean anything by the time it is opened: a FIFO, a device, a log that is written to faster than it is read, a
file of the system without size or end, terabytes of hole that no disk holds. What is read of it is no more than the
size it had, and what takes no room on the disk is refused as a bomb is.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from typing import TYPE_CHECKING

from newsgrep.errors import FileUnreadable
from newsgrep.sources.unpacked import MAX_RATIO, RATIO_FROM_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

    from newsgrep.sources.reading_notes import ReadingNotes

MAX_UNSIZED_BYTES = 1 << 26
"""What is read of a file that has no size, as those of `/proc`, before it is said to have no end."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
"""Opened without waiting, so that a FIFO that took the file's place does not hold up the run."""
_BLOCK_BYTES = 512
"""What `st_blocks` counts in, whatever the file system."""
_DIGEST_PIECE = 1 << 18


class RegularFile(io.RawIOBase):
    """One file. Its faults are FileUnreadable, and noted, since readers go on after some."""

    def __init__(self, path: str, notes: ReadingNotes | None = None) -> None:
        """Open it. Raises FileUnreadable: in the system's words, for what is no regular file, for nothing but hole."""
        self._notes = notes
        self._descriptor = -1
        try:
            self._descriptor = os.open(path, _FLAGS)
            status = os.fstat(self._descriptor)
        except (OSError, ValueError) as error:
            self.close()
            raise _failure(error) from error
        self.size = status.st_size
        """Bytes, when it was opened; 0 where the system does not say."""
        self._at = 0
        if not stat.S_ISREG(status.st_mode):
            self.close()
            raise FileUnreadable("Not a regular file")
        if self.size > RATIO_FROM_BYTES and _is_hole(self._descriptor, status):
            self.close()
            raise FileUnreadable(
                f"A sparse file: more than {MAX_RATIO} times as large as what is on the disk of it",
                hint="Copy what it holds into a file of its own.",
            )

    def close(self) -> None:
        """Close it; twice is no fault."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
        super().close()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; the end is where it was when the file was opened. Raises FileUnreadable."""
        if whence == os.SEEK_END and self.size:
            offset, whence = max(0, self.size + offset), os.SEEK_SET
        try:
            self._at = os.lseek(self._descriptor, offset, whence)
        except (OSError, OverflowError) as error:
            raise _failure(error) from error
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer, or some of it; 0 at the end. Raises FileUnreadable."""
        view = memoryview(buffer).cast("B")
        most = len(view)
        if self.size:
            most = max(0, min(most, self.size - self._at))
        elif self._at > MAX_UNSIZED_BYTES:
            raise FileUnreadable("A file without size that does not end")
        try:
            data = os.read(self._descriptor, most)
        except OSError as error:
            fault = _failure(error)
            if self._notes is not None:
                self._notes.fault = fault.message
            raise fault from error
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def compute_digest(path: str, is_stopped: Callable[[], bool] = lambda: False) -> bytes | None:
    """The digest of a file's content; None where it cannot be read to its end, which its reader will tell, or in time.

    `is_stopped` is asked between pieces of it.
    """
    digest = hashlib.blake2b(digest_size=16)
    buffer = bytearray(_DIGEST_PIECE)
    try:
        with RegularFile(path) as file:
            while length := file.readinto(buffer):
                digest.update(memoryview(buffer)[:length])
                if is_stopped():
                    return None
    except FileUnreadable:
        return None
    return digest.digest()


def _is_hole(descriptor: int, status: os.stat_result) -> bool:
    """Whether next to nothing of a large file is on the disk."""
    blocks = getattr(status, "st_blocks", None)
    if blocks is None or blocks * _BLOCK_BYTES * MAX_RATIO >= status.st_size:
        return False
    if blocks or not hasattr(os, "SEEK_DATA"):
        return True
    # Some file systems of networks count no blocks; those say that there are data.
    try:
        os.lseek(descriptor, 0, os.SEEK_DATA)
    except OSError as error:
        return error.errno == errno.ENXIO
    os.lseek(descriptor, 0, os.SEEK_SET)
    return False


def _failure(error: OSError | ValueError | OverflowError) -> FileUnreadable:
    return FileUnreadable((error.strerror if isinstance(error, OSError) else None) or str(error))
