"""A file that outputs are added to, each once: how much of an output is in it after a crash, and the rest of it.

An output is appended, or it takes the place of the whole file in one rename. What to write and where is written down
elsewhere before (`watch_store`); this is the writing, and what can be said of it afterwards.
"""

from __future__ import annotations

import contextlib
import enum
import errno
import os
import shutil
import stat
from pathlib import Path
from typing import NamedTuple, Self

from newsgrep.archive.location import sync_folder
from newsgrep.errors import OptionError

_TRY_AGAIN = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG}
_BLOCK = 512
_TELLING = 64
"""First bytes of an output that no other writer's output has by accident."""


class Place(NamedTuple):
    """Where an output goes: a file as it was before."""

    path: str
    """Absolute."""
    replaced: bool
    """Whether the output is the whole file."""
    device: int = 0
    inode: int = 0
    length: int = 0
    """Bytes of the file; what follows them is ours, or that of others who append to it."""


class Completion(enum.Enum):
    """What became of an output that may have been cut off."""

    WHOLE = "it was all there"
    COMPLETED = "what was missing has been written"
    UNKNOWN = "the file is no longer the one that it was"


class AppendedFile:
    """A regular file, open to be appended to."""

    def __init__(self, path: str) -> None:
        """Open a file, or make it. Raises OSError, or OptionError for what is no regular file."""
        self._path = os.path.realpath(path)
        is_new = not os.path.exists(self._path)
        self._descriptor = os.open(
            self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o666
        )
        status = os.fstat(self._descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._descriptor)
            raise OptionError(f"{path} is not a regular file", hint="Leave --to out, and send stdout there.")
        if is_new:
            sync_folder(Path(self._path).parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        os.close(self._descriptor)

    @property
    def place(self) -> Place:
        """The file as it is now."""
        status = os.fstat(self._descriptor)
        return Place(self._path, False, status.st_dev, status.st_ino, status.st_size)

    def ends_within_a_line(self) -> bool:
        """Whether the last character of the file is no line feed."""
        length = self.place.length
        return bool(length) and os.pread(self._descriptor, 1, length - 1) != b"\n"

    def append(self, data: bytes) -> None:
        """Write at the end of the file; durable when this returns. Raises OSError."""
        _write_all(self._descriptor, data)
        os.fsync(self._descriptor)

    def complete(self, place: Place, output: bytes) -> Completion:
        """Append what is missing of an output that was begun at a place. Raises OSError where it cannot be written.

        Others may have appended to the file as well. Where they did so in the midst of the output, or the file was
        replaced or shortened, nothing is written and the answer is UNKNOWN.
        """
        now = self.place
        if (now.device, now.inode) != (place.device, place.inode) or now.length < place.length:
            return Completion.UNKNOWN
        since = self._read(place.length)
        if _has_gaps(since, output):
            self._write_at(place.length, output)
            return Completion.COMPLETED
        # A loss of power may leave zeros where data was not yet on the disk.
        kept = since.rstrip(b"\0")
        written = len(output) if output in kept else _overlap(kept, output)
        if written < len(output) and output[:_TELLING] in kept[: len(kept) - written]:
            return Completion.UNKNOWN
        if len(kept) < len(since):
            os.ftruncate(self._descriptor, place.length + len(kept))
        self.append(output[written:])
        return Completion.COMPLETED if written < len(output) else Completion.WHOLE

    def _write_at(self, start: int, data: bytes) -> None:
        """Write over what is there; durable when this returns. Raises OSError."""
        import fcntl

        flags = fcntl.fcntl(self._descriptor, fcntl.F_GETFL)
        # Linux appends what is written at a place, too.
        fcntl.fcntl(self._descriptor, fcntl.F_SETFL, flags & ~os.O_APPEND)
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self._descriptor, data[written:], start + written)
            os.fsync(self._descriptor)
        finally:
            fcntl.fcntl(self._descriptor, fcntl.F_SETFL, flags)

    def _read(self, start: int) -> bytes:
        pieces = []
        while piece := os.pread(self._descriptor, 1 << 20, start):
            pieces.append(piece)
            start += len(piece)
        return b"".join(pieces)


def complete_output(place: Place, output: bytes) -> Completion:
    """Bring an output that may have been cut off into its file, once.

    Raises OSError where a disk is full or fails; a file that cannot be reached or written any more is UNKNOWN.
    """
    try:
        if place.replaced:
            replace_file(place.path, output)
            return Completion.COMPLETED
        if not os.path.isfile(place.path):
            return Completion.UNKNOWN
        with AppendedFile(place.path) as file:
            return file.complete(place, output)
    except OSError as error:
        if error.errno in _TRY_AGAIN:
            raise
        return Completion.UNKNOWN


def replace_file(path: str, data: bytes) -> None:
    """Give a file new content in one step; durable when this returns. Raises OSError."""
    path = os.path.realpath(path)
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name}.unfinished")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with contextlib.suppress(FileNotFoundError):
            shutil.copymode(path, beside)
        os.replace(beside, path)
    except BaseException:
        # Ctrl-C too.
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    sync_folder(Path(folder))


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _has_gaps(text: bytes, output: bytes) -> bool:
    """Whether a text begins with an output in which, or in the beginning of which, a loss of power has left zeros."""
    head = text[: len(output)]
    if b"\0" not in text.rstrip(b"\0")[: len(output)]:
        return False
    return all(
        head[at : at + _BLOCK] == output[at : at + _BLOCK]
        or all(
            found in (0, wanted)
            for found, wanted in zip(head[at : at + _BLOCK], output[at : at + _BLOCK], strict=False)
        )
        for at in range(0, len(head), _BLOCK)
    )


def _overlap(text: bytes, output: bytes) -> int:
    """How many bytes of the start of an output a text ends with: all that was written of it, if anything was."""
    at = text.find(output[:_TELLING])
    while at >= 0:
        if output.startswith(text[at:]):
            return len(text) - at
        at = text.find(output[:_TELLING], at + 1)
    return next((n for n in range(min(_TELLING, len(text), len(output)), 0, -1) if text.endswith(output[:n])), 0)
