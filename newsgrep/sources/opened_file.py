"""One file opened for reading, unpacked if it is compressed: what every reader reads from.

A file is read once, from front to back, and within bounds: readers that need the whole of it are given at most
`MAX_WHOLE_BYTES`, and what unpacks to far more than text ever does is refused. A part of a file that is a file of its
own (a member of an archive, an attachment) is opened the same way, and handed to the reader that fits it.
"""

from __future__ import annotations

import dataclasses
import io
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from newsgrep.article import Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.outcome import BrokenRecord, Outcome
from newsgrep.sources.read_options import DETECT, ReadOptions
from newsgrep.sources.reading_notes import ReadingNotes
from newsgrep.sources.record_keys import join_keys
from newsgrep.sources.regular_file import RegularFile
from newsgrep.sources.share import WHOLE, Share
from newsgrep.sources.unpacked import START_BYTES, Budget, Unpacked, find_compression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_WHOLE_BYTES = 1 << 30
"""The largest file, unpacked, that a reader takes into memory at once."""
MAX_PART_BYTES = 256 << 20
"""The same for a part of a file."""
MAX_PAGE_BYTES = 128 << 20
"""The same for a file that is one page; pages with their pictures written into them reach tens of megabytes."""
MAX_DEPTH = 3
"""Files inside files inside files: a page in an archive in an archive, or a mail in a mail in a mail."""

_PIECE = 1 << 20
HEAD_BYTES = 1 << 16
"""How much of a file its format is told from."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file at its first byte."""

    path: str
    """As the walk found it; for a part, that of the whole."""
    name: str
    """The bare name in lower case, without `.gz` and the like."""
    head: bytes
    """The first bytes, unpacked; reading from `stream` begins with them again."""
    stream: io.BufferedReader[io.RawIOBase]
    """Raises FileUnreadable where the system or the compressed data fail."""
    size: int
    """Bytes on disk; of a part, those of the whole."""
    packed: bool
    """Whether the stream is longer than `size` says: unpacked, or a part."""
    budget: Budget
    read: Callable[[OpenedFile], Iterator[Outcome]]
    """Reads any opened file, by the format that it has."""
    notes: ReadingNotes
    """What is noted of the file as a whole while it is read."""
    options: ReadOptions = DETECT
    share: Share = WHOLE
    """Which records to read; readers of formats that cannot share never see any but the whole."""
    depth: int = 0
    """How many files this one is inside of."""

    def read_whole(self, at_most: int | None = None) -> bytes:
        """The whole content. Raises FileUnreadable when it cannot be read or is above the bound."""
        most = MAX_PART_BYTES if self.depth else MAX_WHOLE_BYTES
        if at_most is not None:
            most = min(most, at_most)
        if not self.packed and self.size > most:
            raise _too_large(most)
        # In pieces: a reader asks for memory before it knows how much there is to read.
        pieces = [self.stream.read(_PIECE)]
        while len(pieces[-1]) == _PIECE:
            if len(pieces) * _PIECE > most:
                raise _too_large(most)
            pieces.append(self.stream.read(_PIECE))
        data = b"".join(pieces) if len(pieces) > 1 else pieces[0]
        if len(data) > most:
            raise _too_large(most)
        return data

    def iter_blocks(self, size: int) -> Iterator[bytes]:
        """The content in blocks of `size` bytes. Raises FileUnreadable, once all before the fault was given."""
        while True:
            parts: list[bytes] = []
            left = size
            fault: FileUnreadable | None = None
            try:
                while left and (data := self.stream.read1(left)):
                    parts.append(data)
                    left -= len(data)
            except FileUnreadable as error:
                fault = error
            if parts:
                yield b"".join(parts)
            if fault:
                raise fault
            if left:
                return

    def open_seekable(self) -> BinaryIO:
        """The content as a file to read in any order: the file itself, or what it unpacks to, in memory.

        Use either this or `stream`. Raises FileUnreadable as `read_whole` does.
        """
        return self.stream if self.stream.seekable() else io.BytesIO(self.read_whole())

    def read_part(
        self, name: str, content: bytes | BinaryIO, *, key: str | None = None, share: Share = WHOLE
    ) -> Iterator[Outcome]:
        """What a part of this file holds, by whatever format it has.

        `name` is that of the part, folders and all; `key`, the same by default, tells it from other parts. Pages get
        keys and addresses within this file; a part that cannot be read is a broken record of it.
        """
        key = name if key is None else key
        left = self.budget.left
        try:
            if self.depth >= MAX_DEPTH:
                raise FileUnreadable("Too many files inside each other")
            stream = io.BytesIO(content) if isinstance(content, bytes) else content
            unpacked = _unpack(stream, name.rsplit("/", 1)[-1].lower(), self.budget)
            part = OpenedFile(
                path=self.path,
                name=unpacked.name,
                head=unpacked.stream.peek(HEAD_BYTES)[:HEAD_BYTES],
                stream=unpacked.stream,
                size=self.size,
                packed=True,
                budget=self.budget,
                read=self.read,
                notes=self.notes,
                options=self.options,
                share=share,
                depth=self.depth + 1,
            )
            for outcome in self.read(part):
                yield _place(outcome, name, key)
        except FileUnreadable as error:
            yield BrokenRecord(f"{name}, {error.position}" if error.position else name, error.message)
        if self.budget.left < 0 <= left:
            self.budget.forgive(left)


def _place(outcome: Outcome, name: str, key: str) -> Outcome:
    """What was found in a part, as found in the whole."""
    if isinstance(outcome, Page):
        record = join_keys(key, outcome.record or "")
        bare = outcome.name or name.rsplit("/", 1)[-1]
        return dataclasses.replace(outcome, key=join_keys(key, outcome.key), record=record, name=bare)
    return dataclasses.replace(outcome, position=f"{name}, {outcome.position}" if outcome.position else name)


def _too_large(most: int) -> FileUnreadable:
    return FileUnreadable(f"Larger than {most >> 20:,} MiB", hint="Split the file, or save its articles as JSON Lines.")


@contextmanager
def open_file(
    path: str,
    read: Callable[[OpenedFile], Iterator[Outcome]],
    options: ReadOptions = DETECT,
    share: Share = WHOLE,
    notes: ReadingNotes | None = None,
) -> Iterator[OpenedFile]:
    """Open a regular file, compressed or not. Raises FileUnreadable with the system's words."""
    notes = notes or ReadingNotes()
    with RegularFile(path, notes) as raw:
        budget = Budget(raw.size)
        unpacked = _unpack(raw, os.path.basename(path).lower(), budget)
        yield OpenedFile(
            path=path,
            name=unpacked.name,
            head=unpacked.stream.peek(HEAD_BYTES)[:HEAD_BYTES],
            stream=unpacked.stream,
            size=raw.size,
            packed=unpacked.packed,
            budget=budget,
            read=read,
            notes=notes,
            options=options,
            share=share,
        )


@dataclass(frozen=True, slots=True)
class _Stream:
    name: str
    stream: io.BufferedReader[io.RawIOBase]
    packed: bool


def _unpack(raw: io.RawIOBase | BinaryIO, name: str, budget: Budget) -> _Stream:
    """Content without its compression, if it has one. Raises FileUnreadable."""
    stream: io.BufferedReader[io.RawIOBase] = io.BufferedReader(raw, HEAD_BYTES)  # type: ignore[arg-type]
    compression = find_compression(stream.peek(START_BYTES))
    if compression is None:
        return _Stream(name, stream, packed=False)
    inner: io.BufferedReader[io.RawIOBase] = io.BufferedReader(Unpacked(stream, compression, budget), HEAD_BYTES)
    return _Stream(compression.strip_name(name), inner, packed=True)
