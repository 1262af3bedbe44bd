"""The reader of tar archives: each member by the format that it has.

Sources: POSIX.1-2017 (`pax`, with the ustar format) and the GNU tar manual, "Basic Tar Format". Read from front to
back with bounded memory; after a damaged header, on with the next one that is whole.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, BinaryIO

from newsgrep.errors import FileUnreadable
from newsgrep.sources.archive_members import Member, read_members
from newsgrep.sources.format import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

    from newsgrep.sources.opened_file import OpenedFile
    from newsgrep.sources.outcome import Outcome

_BLOCK = 512
_BUFFER = 1 << 16
_ZEROS = bytes(_BLOCK)
_MAX_EXTENDED = 1 << 20
"""Bytes of the headers that hold long names."""
_FILE, _LINKS = b"\x000" + b"7", b"12"
_SIZE = re.compile(rb"\d{1,18}\Z")
_PAX_RECORD = re.compile(rb"(\d{1,7}) ([^=\n]{1,255})=")


def is_tar(name: str, head: bytes) -> bool:
    """Whether a file begins with a header whose checksum is right."""
    del name
    return _parse_header(head[:_BLOCK]) is not None


def read_tar(file: OpenedFile) -> Iterator[Outcome]:
    """What the members hold. Raises FileUnreadable when the first cannot be read."""
    yield from read_members(file, iter_tar(file.stream))


TAR = Format(
    "tar",
    "a tar archive of files",
    is_tar,
    read_tar,
    binary=True,
    shares=True,
    container=True,
    suffixes=(".tar", ".tar.gz", ".tgz"),
)


class _Header:
    """What stands before a member."""

    def __init__(self, name: bytes, size: int, kind: bytes, has_more: bool) -> None:
        self.name = name
        self.size = size
        self.kind = kind
        self.has_more = has_more
        """Whether the map of a sparse file goes on after it."""


def iter_tar(stream: BinaryIO) -> Iterator[Member]:
    """The files of an archive; links and devices are left out. Raises FileUnreadable."""
    long_name = b""
    pax: dict[bytes, bytes] = {}
    common: dict[bytes, bytes] = {}
    number = 0
    damaged = False
    while len(block := stream.read(_BLOCK)) == _BLOCK and block != _ZEROS:
        header = _parse_header(block)
        if header is None:
            if not damaged:
                number += 1
                yield Member(f"member {number}", _refuse("Damaged tar archive (a header is not whole)"), 1)
            damaged = True
            continue
        damaged = False
        if header.kind in b"LKxg":
            content = _read_extended(stream, header)
            if header.kind == b"L":
                long_name = content.split(b"\0", 1)[0]
            elif header.kind == b"x":
                pax = _parse_pax(content)
            elif header.kind == b"g":
                common = _parse_pax(content)
            continue
        number += 1
        known = {**common, **pax}
        name = _decode_name(known.get(b"path") or long_name or header.name)
        size = int(found[0]) if (found := _SIZE.match(known.get(b"size", b""))) else header.size
        long_name, pax = b"", {}
        more = header.has_more
        while more:
            block = stream.read(_BLOCK)
            more = len(block) == _BLOCK and block[504] != 0
        content_stream = _Content(stream, size)
        if header.kind == b"S" or any(key.startswith(b"GNU.sparse") for key in known):
            yield Member(name, _refuse("A sparse file"), 1)
        elif header.kind in _FILE and not name.endswith("/"):
            yield Member(name, content_stream.open, size)
        content_stream.skip_rest()


def _parse_header(block: bytes) -> _Header | None:
    if len(block) < _BLOCK or not block[0]:
        return None
    checksum = _parse_number(block[148:156])
    if checksum is None or checksum not in _sums(block):
        return None
    size = _parse_number(block[124:136])
    if size is None:
        return None
    kind = block[156:157]
    name = block[:100].split(b"\0", 1)[0]
    if block[257:263] == b"ustar\0" and (prefix := block[345:500].split(b"\0", 1)[0]):
        name = prefix + b"/" + name
    return _Header(name, 0 if kind in b"123456" else size, kind, kind == b"S" and block[482] != 0)


def _sums(block: bytes) -> tuple[int, int]:
    """The checksum with bytes as they are, and as some old systems count them, from -128 to 127."""
    rest = block[:148] + b" " * 8 + block[156:]
    plain = sum(rest)
    return plain, plain - 256 * sum(byte > 127 for byte in rest)


def _parse_number(field: bytes) -> int | None:
    """An octal number, or one in base 256, which begins with a set bit; None for anything else."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.split(b"\0", 1)[0].strip(b" ")
    try:
        return int(digits or b"0", 8) if not digits.startswith((b"-", b"+")) and b"_" not in digits else None
    except ValueError:
        return None


def _read_extended(stream: BinaryIO, header: _Header) -> bytes:
    if header.size > _MAX_EXTENDED:
        raise FileUnreadable(f"Damaged tar archive (a name of {header.size:,} bytes)")
    content = stream.read(-(-header.size // _BLOCK) * _BLOCK)
    return content[: header.size]


def _parse_pax(content: bytes) -> dict[bytes, bytes]:
    """The records of an extended header: length, space, key, equals sign, value, line feed."""
    found: dict[bytes, bytes] = {}
    at = 0
    while match := _PAX_RECORD.match(content, at):
        end = at + int(match[1])
        if end <= match.end() or end > len(content):
            break
        found[match[2]] = content[match.end() : end - 1]
        at = end
    return found


def _decode_name(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _refuse(reason: str) -> Callable[[], BinaryIO]:
    """In the place of a member's content: says why there is none."""

    def refuse() -> BinaryIO:
        raise FileUnreadable(reason)

    return refuse


class _Content(io.RawIOBase):
    """The content of a member, as far as it was not read yet."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size
        self._padding = -size % _BLOCK

    def open(self) -> BinaryIO:
        return io.BufferedReader(self, _BUFFER)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._stream.read(min(len(view), self._left))
        if not data and self._left and len(view):
            self._left = self._padding = 0
            raise FileUnreadable("The tar archive ends too early")
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def skip_rest(self) -> None:
        """On to the end of the last block."""
        left = self._left + self._padding
        while left and (data := self._stream.read(min(left, _BUFFER))):
            left -= len(data)
