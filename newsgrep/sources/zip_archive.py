"""The reader of ZIP archives: each member by the format that it has.

Source: PKWARE's APPNOTE 6.3.10. The directory at the end is read entry by entry, so that memory does not grow with the
number of members, and members are read where they lie.
"""

from __future__ import annotations

import functools
import io
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from newsgrep.errors import FileUnreadable
from newsgrep.sources.archive_members import Member, read_members
from newsgrep.sources.format import Format
from newsgrep.sources.unpacked import COMPRESSIONS, Budget, Compression, Inflater, Unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

    from newsgrep.sources.opened_file import OpenedFile
    from newsgrep.sources.outcome import Outcome

_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")
_NOT_ARCHIVES = (
    ".apk", ".docm", ".docx", ".ear", ".epub", ".ipa", ".jar", ".key", ".kmz", ".nupkg", ".numbers", ".odg", ".odp",
    ".ods", ".odt", ".pages", ".pptm", ".pptx", ".sketch", ".vsdx", ".war", ".whl", ".xlsm", ".xlsx", ".xpi",
)  # fmt: skip
_FIRST_MEMBERS = (b"[Content_Types].xml", b"_rels/", b"META-INF/", b"mimetype")

_END = struct.Struct("<4s4H2IH")
_END64_PLACE = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_LONGEST_COMMENT = 0xFFFF
_BLOCK = 1 << 16
_ENCRYPTED = 0x1
_UTF8 = 0x800


def is_zip(name: str, head: bytes) -> bool:
    """Whether a file is an archive, and not a document or a program that is packed the same way."""
    if not head.startswith(_STARTS) or name.endswith(_NOT_ARCHIVES):
        return False
    first = head.find(b"PK\x03\x04")
    return not head[first + 30 : first + 60].startswith(_FIRST_MEMBERS)


def read_zip(file: OpenedFile) -> Iterator[Outcome]:
    """What the members hold. Raises FileUnreadable when the archive has no directory."""
    yield from read_members(file, iter_zip(file))


ZIP = Format(
    "zip", "a ZIP archive of files", is_zip, read_zip, binary=True, shares=True, container=True, suffixes=(".zip",)
)


class _Entry(NamedTuple):
    """What the directory says of a member."""

    name: str
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int


class _Directory(NamedTuple):
    """Where the directory lies."""

    start: int
    size: int
    prefix: int
    """Bytes before the archive, such as a program that unpacks it."""


def iter_zip(file: OpenedFile) -> Iterator[Member]:
    """The members in the order of the directory, folders left out. Raises FileUnreadable."""
    stream = file.open_seekable()
    directory = _find_directory(stream)
    left = directory.start
    for entry in _iter_entries(stream, directory):
        room = _LOCAL.size + entry.packed_size
        # A size that does not fit is damage of this one member, which its checksum will tell.
        left -= room if room <= directory.start else 0
        if left < 0:
            raise _damaged("its members lie over each other, as in a decompression bomb")
        if not entry.name.endswith("/"):
            yield Member(entry.name, functools.partial(_open_entry, file, stream, directory.prefix, entry), entry.size)


def _find_directory(stream: BinaryIO) -> _Directory:
    length = stream.seek(0, io.SEEK_END)
    start = max(0, length - _END.size - _LONGEST_COMMENT - _END64_PLACE.size)
    stream.seek(start)
    tail = stream.read(length - start)
    at = tail.rfind(b"PK\x05\x06", 0, max(len(tail) - _END.size + 4, 0))
    if at < 0:
        raise FileUnreadable("The ZIP archive ends too early: it has no directory")
    _, disk, _, _, entries, size, offset, _ = _END.unpack_from(tail, at)
    end = start + at
    if 0xFFFF in (disk, entries) or 0xFFFFFFFF in (size, offset):
        place = at - _END64_PLACE.size
        if place >= 0 and tail[place : place + 4] == b"PK\x06\x07":
            _, _, end64, _ = _END64_PLACE.unpack_from(tail, place)
            record = _read_at(stream, min(end64, length), _END64.size)
            if not record.startswith(b"PK\x06\x06"):
                raise _damaged("its directory is not where it should be")
            _, _, _, _, disk, _, _, _, size, offset = _END64.unpack(record)
            end = end64
    if disk:
        raise FileUnreadable("One piece of a ZIP archive in several pieces")
    prefix = end - size - offset
    if prefix < 0:
        raise _damaged("its directory is not where it should be")
    return _Directory(end - size, size, prefix)


def _iter_entries(stream: BinaryIO, directory: _Directory) -> Iterator[_Entry]:
    block, at, place = b"", 0, directory.start
    end = directory.start + directory.size
    while place + at < end:
        if len(block) - at < _ENTRY.size + 3 * 0xFFFF and place + len(block) < end:
            place += at
            block, at = _read_at(stream, place, min(_BLOCK * 4, end - place)), 0
        if len(block) - at < _ENTRY.size or block[at : at + 4] != b"PK\x01\x02":
            raise _damaged("its directory is cut or overwritten")
        values = _ENTRY.unpack_from(block, at)
        name_at = at + _ENTRY.size
        extra_at = name_at + values[10]
        comment_at = extra_at + values[11]
        at = comment_at + values[12]
        yield _build_entry(values, block[name_at:extra_at], block[extra_at:comment_at])


def _build_entry(values: tuple[int, ...], raw_name: bytes, extra: bytes) -> _Entry:
    flags, method, crc, packed_size, size, offset = values[3], values[4], *values[7:10], values[16]
    name = _decode_name(raw_name, flags)
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        field = extra[at + 4 : at + 4 + length]
        if kind == 0x0001:
            # ZIP64: only the values that do not fit above, in this order.
            wide = [value for (value,) in struct.iter_unpack("<Q", field[: len(field) // 8 * 8])]
            size = wide.pop(0) if size == 0xFFFFFFFF and wide else size
            packed_size = wide.pop(0) if packed_size == 0xFFFFFFFF and wide else packed_size
            offset = wide.pop(0) if offset == 0xFFFFFFFF and wide else offset
        elif kind == 0x7075 and field[:5] == b"\x01" + zlib.crc32(raw_name).to_bytes(4, "little"):
            name = _decode_name(field[5:], _UTF8)
        at += 4 + length
    return _Entry(name, flags, method, crc, packed_size, size, offset)


def _decode_name(raw: bytes, flags: int) -> str:
    """A name in UTF-8, which many programs write without saying so, or in the character set of the first IBM PC."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("utf-8", "backslashreplace") if flags & _UTF8 else raw.decode("cp437")
    return name.replace("\\", "/")


def _inflate() -> Inflater:
    return Inflater(-15)


_METHODS = {
    8: Compression("ZIP", b"", {}, _inflate),
    12: next(one for one in COMPRESSIONS if one.name == "bzip2"),
    93: next(one for one in COMPRESSIONS if one.name == "Zstandard"),
}


def _open_entry(file: OpenedFile, stream: BinaryIO, prefix: int, entry: _Entry) -> BinaryIO:
    if entry.flags & _ENCRYPTED or entry.method == 99:
        raise FileUnreadable("Encrypted")
    if entry.method and entry.method not in _METHODS:
        raise FileUnreadable(f"Compressed by the method {entry.method} of ZIP, which there is no reader for")
    start = prefix + entry.offset
    local = _read_at(stream, start, _LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\x03\x04"):
        raise _damaged("the member is not where it should be")
    *_, name_length, extra_length = _LOCAL.unpack(local)
    window = _Window(stream, start + _LOCAL.size + name_length + extra_length, entry.packed_size)
    content: BinaryIO = io.BufferedReader(window, _BLOCK)
    if entry.method:
        unpacked = Unpacked(content, _METHODS[entry.method], file.budget, single=True)
        content = io.BufferedReader(unpacked, _BLOCK)
    # Two members may lie over each other: what is stored as it is can be given out more often than it is there, too.
    budget = None if entry.method else file.budget
    return io.BufferedReader(_Checked(content, entry.size, entry.crc, budget), _BLOCK)


class _Window(io.RawIOBase):
    """A stretch of a file, which others read in the meantime."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream = stream
        self._at = start
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = _read_at(self._stream, self._at, min(len(view), self._left))
        view[: len(data)] = data
        self._at += len(data)
        self._left -= len(data)
        return len(data)


class _Checked(io.RawIOBase):
    """The content of a member, held against the length and the checksum that the directory gives."""

    def __init__(self, content: BinaryIO, size: int, crc: int, budget: Budget | None) -> None:
        self._content = content
        self._budget = budget
        self._left = size
        self._expected = crc
        self._crc = 0
        self._is_lost = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._is_lost:
            return 0
        try:
            return self._read(memoryview(buffer).cast("B"))
        except FileUnreadable:
            # Told once: readers of streams look for more behind a fault.
            self._is_lost = True
            raise

    def _read(self, view: memoryview) -> int:
        data = self._content.read(min(len(view), self._left))
        if self._budget:
            self._budget.spend(len(data))
        self._crc = zlib.crc32(data, self._crc)
        self._left -= len(data)
        if not data and len(view) and (self._left or self._crc != self._expected or self._content.read(1)):
            raise _damaged("the checksum of the member differs" if not self._left else "the member ends too early")
        view[: len(data)] = data
        return len(data)


def _read_at(stream: BinaryIO, place: int, size: int) -> bytes:
    stream.seek(place)
    return stream.read(size)


def _damaged(why: str) -> FileUnreadable:
    return FileUnreadable(f"Damaged ZIP archive ({why})")
