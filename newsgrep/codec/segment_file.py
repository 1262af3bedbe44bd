"""The container of a segment: named sections in one immutable, memory-mapped, checksummed file.

    SegmentFile = Header Section* PageSums Contents Footer
    Header      = magic "NGSEG\\r\\n\\x1a" (8 bytes) version (u32) zero (u32)
    Section     = bytes, beginning at a multiple of 8
    PageSums    = CRC-32 (u32) of each page of 16 KiB of all that stands before, the last page short
    Contents    = JSON, UTF-8: {"sections": {name: [offset, length]}, "facts": {...}}
    Footer      = PageSums offset (u64) Contents offset (u64) Contents length (u32)
                  CRC-32 of PageSums and Contents (u32) file length (u64) magic (8 bytes)

Numbers are little-endian. A page is checked when something on it is first read, so that opening costs the same at
any size and damage is found where it would matter. Standard library only: a command that needs a few postings pays
for no more.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import struct
import sys
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from newsgrep.codec.disk_errors import naming

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined]  # from 3.12 on
    from pathlib import Path

SUFFIX = ".seg"
MAGIC = b"NGSEG\r\n\x1a"
VERSION = 2
PAGE = 1 << 14
"""Bytes under one checksum."""
ALIGNMENT = 8
_MOST_CONTENTS = 16 << 20
"""Bytes of contents: a section takes some fifty of them, a field has fifteen sections."""

_CAN_FETCH = sys.platform == "linux"
_POPULATE_READ = 22
"""Advice to `madvise`, from Linux 5.14 on; see its manual page."""
_NOT_GIVEN = frozenset({errno.EFAULT, getattr(errno, "EHWPOISON", 133)})

_HEADER = struct.Struct("<8sII")
_FOOTER = struct.Struct("<QQIIQ8s")


class SegmentDamaged(Exception):
    """A segment file is truncated, altered or of another version. The message names the file and the fault."""


class SegmentFileWriter:
    """Writes a segment file, one section after the other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb")
        self._sections: dict[str, tuple[int, int]] = {}
        self._open_section: str | None = None
        self._size = 0
        self._page_sum = 0
        self._page_sums: list[int] = []
        self.facts: dict[str, Any] = {}
        """What the readers of the sections need to know; JSON values."""
        with naming(path):
            self._put(_HEADER.pack(MAGIC, VERSION, 0))

    def _put(self, data: Buffer) -> None:
        view = memoryview(data).cast("B")
        at = 0
        while at < len(view):
            room = PAGE - self._size % PAGE
            piece = view[at : at + room]
            self._page_sum = zlib.crc32(piece, self._page_sum)
            self._size += len(piece)
            at += len(piece)
            if self._size % PAGE == 0:
                self._page_sums.append(self._page_sum)
                self._page_sum = 0
        self._file.write(view)

    def begin(self, name: str) -> None:
        """Begin a section; what is written from here on belongs to it."""
        if name in self._sections:
            raise ValueError(f"section {name} is written twice")
        with naming(self._path):
            self._put(bytes(-self._size % ALIGNMENT))
        self._sections[name] = (self._size, 0)
        self._open_section = name

    def write(self, data: Buffer) -> None:
        """Add to the section that was begun last. Raises OSError."""
        with naming(self._path):
            self._put(data)
        if self._open_section is not None:
            start, _ = self._sections[self._open_section]
            self._sections[self._open_section] = (start, self._size - start)

    def add(self, name: str, data: Buffer) -> None:
        """Write a whole section."""
        self.begin(name)
        self.write(data)

    def close(self) -> None:
        """Write the contents and make the file durable. Raises OSError."""
        if self._size % PAGE:
            self._page_sums.append(self._page_sum)
        sums_at = self._size
        sums = struct.pack(f"<{len(self._page_sums)}I", *self._page_sums)
        contents = json.dumps({"sections": self._sections, "facts": self.facts}).encode()
        contents_at = sums_at + len(sums)
        length = contents_at + len(contents) + _FOOTER.size
        check = zlib.crc32(contents, zlib.crc32(sums))
        with naming(self._path):
            self._file.write(sums + contents)
            self._file.write(_FOOTER.pack(sums_at, contents_at, len(contents), check, length, MAGIC))
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def discard(self) -> None:
        """Remove the unfinished file."""
        # What it could not write before, it cannot write now.
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


def _map(descriptor: int) -> mmap.mmap:
    if sys.version_info >= (3, 13):
        # Before, a map keeps a descriptor of its own for as long as it lives.
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ, trackfd=False)
    return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)


class SegmentFile:
    """An open segment file."""

    def __init__(self, path: Path) -> None:
        """Map a file. Raises SegmentDamaged, or OSError where it cannot be read."""
        self.path = path
        with naming(path), path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEADER.size + _FOOTER.size:
                raise self.damaged(f"it has {size} bytes, too few for a segment")
            self._map: mmap.mmap | None = _map(file.fileno())
        self._bytes = memoryview(self._map)
        self.size = size
        """Bytes."""
        self._fetch(0, _HEADER.size)
        self._fetch(size - _FOOTER.size, size)
        magic, version, _ = _HEADER.unpack_from(self._bytes)
        if magic != MAGIC:
            raise self.damaged("it does not begin as a segment does")
        if version != VERSION:
            raise self.damaged(f"it has format version {version}, this program reads version {VERSION}")
        sums_at, contents_at, contents_length, check, length, magic = _FOOTER.unpack_from(
            self._bytes, size - _FOOTER.size
        )
        contents_end = size - _FOOTER.size
        pages = -(-sums_at // PAGE)
        if (
            magic != MAGIC
            or length != size
            or not _HEADER.size <= sums_at <= contents_at <= contents_end == contents_at + contents_length
            or contents_at != sums_at + 4 * pages
        ):
            raise self.damaged("its end is missing")
        if contents_length > _MOST_CONTENTS:
            raise self.damaged("its contents are longer than any")
        self._fetch(sums_at, contents_end)
        if zlib.crc32(self._bytes[sums_at:contents_end]) != check:
            raise self.damaged("the checksum of its contents is wrong")
        self._end = sums_at
        try:
            contents = json.loads(bytes(self._bytes[contents_at:contents_end]))
            self._sections: dict[str, list[int]] = contents["sections"]
            self.facts: dict[str, Any] = contents["facts"]
            is_known = all(map(self._is_section, self._sections.values())) and isinstance(self.facts, dict)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise self.damaged("its contents are not to be understood") from error
        if not is_known:
            raise self.damaged("its contents name what is not in it")
        self._page_sums: memoryview | tuple[int, ...] = (
            self._bytes[sums_at : sums_at + 4 * pages].cast("I")
            if sums_at % 4 == 0
            else struct.unpack_from(f"<{pages}I", self._bytes, sums_at)
        )
        self._checked = bytearray(pages)

    def _is_section(self, section: list[int]) -> bool:
        """Whether a section lies within the file, at a place where numbers of any width may be read."""
        offset, length = section
        if type(offset) is not int or type(length) is not int:
            return False
        return offset % ALIGNMENT == 0 and _HEADER.size <= offset and 0 <= length <= self._end - offset

    def damaged(self, fault: str) -> SegmentDamaged:
        """The error that says what is wrong with this file."""
        return SegmentDamaged(f"{self.path}: {fault}")

    def __contains__(self, name: str) -> bool:
        return name in self._sections

    @property
    def names(self) -> tuple[str, ...]:
        """The sections, in the order in which they stand in the file."""
        return tuple(self._sections)

    def length(self, name: str) -> int:
        """Bytes of a section; 0 where there is none of this name."""
        return self._sections[name][1] if name in self._sections else 0

    def read(self, name: str, start: int = 0, stop: int | None = None) -> memoryview:
        """Bytes `start` to `stop` of a section, checked. Raises SegmentDamaged."""
        section = self._sections.get(name)
        if section is None:
            raise self.damaged(f"it has no section {name}")
        offset, length = section
        first = offset + start
        last = offset + (length if stop is None else stop)
        if not offset <= first <= last <= offset + length:
            raise self.damaged(f"section {name} has no bytes {start} to {stop}")
        if first < last:
            self._check(first // PAGE, (last - 1) // PAGE + 1)
        return self._bytes[first:last]

    def _check(self, first: int, last: int) -> None:
        page = self._checked.find(0, first, last)
        while page >= 0:
            self._fetch(page * PAGE, min((page + 1) * PAGE, self._end))
            data = self._bytes[page * PAGE : min((page + 1) * PAGE, self._end)]
            if zlib.crc32(data) != self._page_sums[page]:
                raise self.damaged(f"the checksum of page {page} is wrong")
            self._checked[page] = 1
            page = self._checked.find(0, page + 1, last)

    def _fetch(self, start: int, stop: int) -> None:
        """Have bytes read from the disk. Raises SegmentDamaged or OSError where it does not give them.

        Without this the system ends a process that looks at mapped bytes of a disk that fails, or of a file that was
        cut.
        """
        if not _CAN_FETCH or self._map is None:
            return
        start -= start % mmap.ALLOCATIONGRANULARITY
        try:
            self._map.madvise(_POPULATE_READ, start, stop - start)
        except OSError as error:
            if error.errno not in _NOT_GIVEN:
                # An older kernel.
                return
            if self.path.stat().st_size < len(self._bytes):
                raise self.damaged("its end is missing") from error
            raise OSError(errno.EIO, os.strerror(errno.EIO), os.fspath(self.path)) from error

    def check(self) -> None:
        """Check the whole file. Raises SegmentDamaged."""
        self._check(0, len(self._checked))

    def release(self) -> None:
        """Let go of the memory of the pages read so far; they are read again when they are wanted again."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Let the mapping go; arrays that still point into it keep it alive."""
        self._bytes = memoryview(b"")
        self._page_sums = ()
        self._map = None
