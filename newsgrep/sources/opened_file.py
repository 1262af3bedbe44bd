"""One file opened for reading, unpacked if it is gzip: what every reader reads from.

A file is read once, from front to back, and within bounds: readers that need the whole of it are given at most
`MAX_WHOLE_BYTES`, and gzip data that unpack to far more than text ever does are refused.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from newsgrep.errors import FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

MAX_WHOLE_BYTES = 1 << 30
"""The largest file, unpacked, that a reader takes into memory at once."""

HEAD_BYTES = 1 << 16
"""How much of a file its format is told from."""

GZIP_START = b"\x1f\x8b"
_MAX_RATIO = 200
"""Saved pages pack about 5:1, logs of equal lines 100:1; a gzip bomb comes near the format's limit of 1032:1."""
_RATIO_FROM_BYTES = 1 << 26


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file at its first byte."""

    path: str
    """As the walk found it."""
    name: str
    """The bare name in lower case, without `.gz`."""
    head: bytes
    """The first bytes, unpacked; reading from `stream` begins with them again."""
    stream: BinaryIO
    """Raises FileUnreadable where the system or the gzip data fail."""
    size: int
    """Bytes on disk."""
    packed: bool

    def read_whole(self) -> bytes:
        """The whole content. Raises FileUnreadable when it cannot be read or is above the bound."""
        if not self.packed and self.size > MAX_WHOLE_BYTES:
            raise _too_large()
        data = self.stream.read(MAX_WHOLE_BYTES + 1)
        if len(data) > MAX_WHOLE_BYTES:
            raise _too_large()
        return data


def _too_large() -> FileUnreadable:
    return FileUnreadable(
        f"Larger than {MAX_WHOLE_BYTES >> 20:,} MiB", hint="Split the file, or save its articles as JSON Lines."
    )


@contextmanager
def open_file(path: str) -> Iterator[OpenedFile]:
    """Open a regular file, packed or not. Raises FileUnreadable with the system's words."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise _failure(error) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            # Opened without waiting, so that a FIFO which took the file's place does not hold up the run.
            raise FileUnreadable("Not a regular file")
        guarded = _Guarded(descriptor)
        stream: io.BufferedReader[io.RawIOBase] = io.BufferedReader(guarded, HEAD_BYTES)
        name = os.path.basename(path).lower()
        packed = stream.peek(2).startswith(GZIP_START)
        if packed:
            name = name.removesuffix(".gz")
            stream = io.BufferedReader(_Unpacked(stream, guarded), HEAD_BYTES)
        yield OpenedFile(path, name, stream.peek(HEAD_BYTES), stream, status.st_size, packed)
    finally:
        os.close(descriptor)


class _Guarded(io.RawIOBase):
    """A file whose faults are FileUnreadable, and which counts what was read of it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            data = os.read(self._descriptor, len(view))
        except OSError as error:
            raise _failure(error) from error
        view[: len(data)] = data
        self.taken += len(data)
        return len(data)


class _Unpacked(io.RawIOBase):
    """The content of gzip data, watched for bombs; what comes before a fault is given before it is raised."""

    def __init__(self, packed: BinaryIO, guarded: _Guarded) -> None:
        self._content = gzip.GzipFile(fileobj=packed)
        self._guarded = guarded
        self._given = 0
        self._fault: FileUnreadable | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        filled = 0
        while filled < len(view) and not self._fault:
            try:
                data = self._content.read1(len(view) - filled)
            except EOFError:
                self._fault = FileUnreadable("The gzip data end too early")
            except FileUnreadable as error:
                self._fault = error
            except (zlib.error, gzip.BadGzipFile) as error:
                self._fault = FileUnreadable(f"Damaged gzip data ({error})")
            else:
                if not data:
                    break
                view[filled : filled + len(data)] = data
                filled += len(data)
        self._given += filled
        if self._given > _RATIO_FROM_BYTES and self._given > _MAX_RATIO * self._guarded.taken:
            raise FileUnreadable(f"Unpacks to more than {_MAX_RATIO} times its size")
        if self._fault and not filled:
            raise self._fault
        return filled


def _failure(error: OSError | ValueError) -> FileUnreadable:
    return FileUnreadable((error.strerror if isinstance(error, OSError) else None) or str(error))
