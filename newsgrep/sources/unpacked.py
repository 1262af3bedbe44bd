"""Compressed data as a stream of what was compressed: gzip, bzip2, xz and Zstandard, watched for bombs.

Sources: RFC 1952 (gzip), the bzip2 and xz file formats, RFC 8878 (Zstandard), and the IIPC's "Zstandard compression of
WARC files", which puts a dictionary for all pieces before the first. Each allows several compressed pieces one after
the other; they are read as one.
"""

from __future__ import annotations

import functools
import io
import re
import sys
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol

from newsgrep.errors import FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

MAX_RATIO = 200
"""Saved pages pack about 5:1, logs of equal lines 100:1; a bomb comes near its format's limit, for gzip 1032:1."""
RATIO_FROM_BYTES = 1 << 26
"""What anything may unpack to, whatever its size."""

_CHUNK = 1 << 16
_MAX_BOMBS = 8
"""Parts of one file that may unpack to too much, before the rest of it is not read."""
_XZ_MEMORY = 96 << 20
"""What `xz -9` needs to unpack is 65 MiB."""
_ZSTD_START = b"\x28\xb5\x2f\xfd"
_ZSTD_DICTIONARY = b"\x37\xa4\x30\xec"
_DICTIONARY_FRAME = b"\x5d*M\x18"
_MAX_DICTIONARY = 16 << 20
_ZSTD_WINDOW_LOG = 27
"""128 MiB, the most that the command `zstd` unpacks without being asked to."""


class Budget:
    """What all archives and compressed data in one file may unpack to, together."""

    def __init__(self, size: int) -> None:
        """`size` is that of the file on disk, in bytes."""
        self.left = max(RATIO_FROM_BYTES, MAX_RATIO * size)
        """Bytes; below zero when there were too many."""
        self._bombs = 0

    def spend(self, given: int) -> None:
        """Count bytes that were unpacked. Raises FileUnreadable when they are too many."""
        self.left -= given
        if given and self.left < 0:
            raise bomb()

    def forgive(self, left: int) -> None:
        """After a part that was too large, let the others be read as if it were not there; not for ever."""
        self._bombs += 1
        if self._bombs <= _MAX_BOMBS:
            self.left = left


def bomb() -> FileUnreadable:
    """The fault of data that unpack to more than text ever does."""
    return FileUnreadable(
        f"Unpacks to more than {MAX_RATIO} times its size, as a decompression bomb does",
        hint="Unpack it yourself if it is what it should be.",
    )


class Decompressor(Protocol):
    """What the decompressors of `bz2`, `lzma` and `compression.zstd` have in common."""

    @property
    def eof(self) -> bool:
        """Whether the end of the data was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether all that was given is used up."""

    @property
    def unused_data(self) -> bytes:
        """What follows the end of the data."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Unpack at most `max_length` bytes."""


class Inflater:
    """zlib's decompressor with the interface of the others."""

    def __init__(self, wbits: int) -> None:
        """`wbits` is 31 for gzip, 15 for zlib data, -15 for bare deflate data."""
        self._inner = zlib.decompressobj(wbits)
        self._is_full = False

    @property
    def eof(self) -> bool:
        """Whether the end of the data was reached."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether all that was given is used up."""
        return not self._inner.unconsumed_tail and not self._inner.eof and not self._is_full

    @property
    def unused_data(self) -> bytes:
        """What follows the end of the data."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Unpack at most `max_length` bytes."""
        unpacked = self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))
        # Of input that is all taken, zlib may still hold the last bits: kilobytes of a text that repeats itself.
        self._is_full = len(unpacked) == max_length
        return unpacked


def _open_gzip() -> Decompressor:
    return Inflater(31)


def _open_bzip2() -> Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


def _open_xz() -> Decompressor:
    import lzma

    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)


def open_zstd(dictionary: bytes = b"") -> Decompressor:
    """A decompressor for one Zstandard frame, made with a dictionary or without."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
    known = zstd.ZstdDict(dictionary, is_raw=not dictionary.startswith(_ZSTD_DICTIONARY)) if dictionary else None
    decompressor: Decompressor = zstd.ZstdDecompressor(known, options=options)
    return decompressor


class Compression:
    """A way to compress a single stream."""

    def __init__(self, name: str, start: bytes, endings: dict[str, str], open_one: Callable[[], Decompressor]) -> None:
        """`endings` are the ends of names, with what is to stand in their place."""
        self.name = name
        self.start = start
        self.open_one = open_one
        self._endings = endings

    def strip_name(self, name: str) -> str:
        """The name of what was compressed."""
        for ending, instead in self._endings.items():
            if name.endswith(ending):
                return name.removesuffix(ending) + instead
        return name


COMPRESSIONS = (
    Compression("gzip", b"\x1f\x8b", {".tgz": ".tar", ".gz": "", ".gzip": ""}, _open_gzip),
    Compression("bzip2", b"BZh", {".tbz2": ".tar", ".tbz": ".tar", ".bz2": ""}, _open_bzip2),
    Compression("xz", b"\xfd7zXZ\0", {".txz": ".tar", ".xz": ""}, _open_xz),
    Compression("Zstandard", _ZSTD_START, {".tzst": ".tar", ".zst": "", ".zstd": ""}, open_zstd),
)
START_BYTES = 10
_GZIP_PIECE = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]", re.DOTALL)
_SKIPPABLE = tuple(bytes([0x50 + number]) + b"*M\x18" for number in range(16))
"""Frames of Zstandard that hold no content, such as the table at the end of a seekable file."""
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")


def find_compression(start: bytes) -> Compression | None:
    """How data are compressed that begin with these `START_BYTES`; None if they are not."""
    for compression in COMPRESSIONS:
        if start.startswith(compression.start):
            if compression.start == b"BZh" and start[4:10] not in _BZIP2_BLOCKS:
                # A text may begin like that.
                return None
            return compression
    return COMPRESSIONS[-1] if start.startswith(_SKIPPABLE) else None


class Unpacked(io.RawIOBase):
    """The content of compressed data; what comes before a fault is given before the fault is raised.

    Of gzip data in several pieces, a damaged one costs that one only: who reads on after the fault is given the next.
    """

    def __init__(self, packed: BinaryIO, compression: Compression, budget: Budget, *, single: bool = False) -> None:
        """With `single`, what follows the first compressed piece is no concern.

        Raises FileUnreadable when the library for it is missing.
        """
        self._single = single
        self._packed = packed
        self._compression = compression
        self._budget = budget
        self._open_one = compression.open_one
        self._one = self._open_one()
        self._unfed = b""
        self._is_begun = compression.start != _ZSTD_START
        self._taken = 0
        self._given = 0
        self._ended = False
        # Words, not the error itself: with its frames it would keep the decompressor, and much memory, alive.
        self._fault: str | None = None
        self._fed = b""
        self._is_lost = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer, unless the end comes first. Raises FileUnreadable."""
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and not self._fault and not self._ended:
            try:
                data = self._unpack(len(view) - filled)
            except FileUnreadable as error:
                self._fault = error.message
                break
            except MemoryError:
                self._fault = self._damaged("needs more memory to unpack than is sensible")
                break
            except Exception as error:
                # Each library has errors of its own.
                self._fault = self._damaged(str(error) or type(error).__name__)
                break
            view[filled : filled + len(data)] = data
            filled += len(data)
        self._given += filled
        try:
            self._budget.spend(filled)
            if filled and self._given > RATIO_FROM_BYTES and self._given > MAX_RATIO * self._taken:
                raise bomb()
        except FileUnreadable:
            # Some readers look for more behind a fault; of a bomb there is as much as anybody reads.
            self._ended, self._fault = True, None
            raise
        if self._fault and not filled:
            fault = self._fault
            if self._compression.name == "gzip" and not self._single:
                self._fault, self._is_lost = None, True
            raise FileUnreadable(fault)
        return filled

    def _damaged(self, why: str) -> str:
        return f"Damaged {self._compression.name} data ({why})"

    def _unpack(self, most: int) -> bytes:
        if self._is_lost and not self._find_piece():
            return b""
        if not self._is_begun:
            self._is_begun = True
            self._take_dictionary()
        one = self._one
        if one.eof:
            self._unfed = one.unused_data
            if self._single:
                self._ended = True
            else:
                self._start_next()
            return b""
        fresh = b""
        if one.needs_input:
            fresh = self._unfed or self._read()
            self._unfed = b""
            if not fresh:
                self._ended = self._compression.name == "gzip"
                self._fed = b""
                raise FileUnreadable(f"The {self._compression.name} data end too early")
            self._fed = fresh
        return one.decompress(fresh, most)

    def _start_next(self) -> None:
        """On to the next compressed piece; zeros may fill the space between, as tapes had it."""
        while True:
            self._unfed = self._unfed.lstrip(b"\0")
            if self._unfed:
                break
            self._unfed = self._read()
            if not self._unfed:
                self._ended = True
                return
        while len(self._unfed) < len(self._compression.start) and (more := self._read()):
            self._unfed += more
        if not self._unfed.startswith((self._compression.start, *_SKIPPABLE)):
            self._fault = self._damaged("something else follows")
            return
        self._one = self._open_one()

    def _take_dictionary(self) -> None:
        """Of a Zstandard file, keep the dictionary that its first frame may hold."""
        self._unfed = self._read()
        if not self._unfed.startswith(_DICTIONARY_FRAME):
            return
        size = int.from_bytes(self._unfed[4:8], "little")
        if size > _MAX_DICTIONARY:
            raise FileUnreadable(f"A dictionary of {size:,} bytes in Zstandard data")
        while len(self._unfed) < 8 + size and (more := self._read()):
            self._unfed += more
        dictionary, self._unfed = self._unfed[8 : 8 + size], self._unfed[8 + size :]
        if dictionary.startswith(_ZSTD_START):
            dictionary = open_zstd().decompress(dictionary, _MAX_DICTIONARY)
        self._open_one = functools.partial(open_zstd, dictionary)
        self._one = self._open_one()

    def _find_piece(self) -> bool:
        """After damage: on to the next bytes that begin a piece; whether there are any."""
        data, self._fed = self._unfed or self._fed[1:], b""
        while not (found := _GZIP_PIECE.search(data)):
            more = self._read()
            if not more:
                self._ended = True
                return False
            data = data[-3:] + more
        self._unfed = data[found.start() :]
        self._one = self._compression.open_one()
        self._is_lost = False
        return True

    def _read(self) -> bytes:
        data = self._packed.read(_CHUNK)
        self._taken += len(data)
        return data
