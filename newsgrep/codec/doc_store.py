"""The doc store: a document number in, its stored values out.

    Writer: `DocStoreWriter`, document after document -> sections of a segment file
    Reader: `DocStore` over those sections

| section               | dtype          | holds                                                            |
|-----------------------|----------------|------------------------------------------------------------------|
| store/data            | bytes          | Zstandard frames, a block each: JSON objects, one a line, one a document |
| store/ends            | (blocks,) u64  | where each block ends in store/data                              |
| store/firsts          | (blocks,) u32  | the first document of each block                                 |
| store/dictionary_of   | (blocks,) u16  | the dictionary that a block needs, from 1; 0 for none            |
| store/dictionaries    | bytes          | dictionaries (raw content), a Zstandard frame each               |
| store/dictionary_ends | (n,) u32       | where each dictionary ends                                       |

A block is closed when it holds 4 documents or 64 KiB, so that showing one hit costs little. What so small a block
loses in compression a dictionary wins back, which is text from the segment itself. A merge copies blocks, and the
dictionaries that they need.

Values of a kind that JSON lacks are objects with one key: `{"$bytes": base64}`,
`{"$datetime": ISO 8601}`, `{"$date": ISO 8601}`, `{"$decimal": text}`, `{"$tuple": [...]}`, and `{"$dict": [[key,
value], ...]}` for a dict that JSON would change or that looks like one of these.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from array import array
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal
    from pathlib import Path

    from newsgrep.codec.segment_file import SegmentFile, SegmentFileWriter

_PLAIN = frozenset({str, int, float, bool, type(None)})
"""What JSON keeps as it is."""

BLOCK_DOCUMENTS = 4
BLOCK_BYTES = 1 << 16
DICTIONARY_BYTES = 112 << 10
"""Measured on wire stories: 32 KiB give a store 7 % larger, in the same time."""
SAMPLED_DOCUMENTS = 256
"""Documents after which a segment's dictionary is made of every second of them; smaller segments go without."""
SAMPLE_EVERY = 2
_SAMPLE_BYTES = 2_000
LEVEL = 3
"""Zstandard's effort: 2 makes the store 5 % larger for a tenth of the time, 4 gains nothing."""
_LARGEST_BLOCK = 96 << 20
"""What a block may unpack to: more than any document may have, whose text and title are bounded."""
_LARGEST_DICTIONARY = 1 << 20

_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_ASCII_ENCODER = json.JSONEncoder(check_circular=False, separators=(",", ":"))
"""Writes the same where all is ASCII, in half the time."""


def encode_stored(values: Mapping[str, Any]) -> bytes:
    """One document's stored values as a line of JSON. Raises TypeError for a value of an unknown kind."""
    encoded = values
    if not _PLAIN.issuperset(map(type, values.values())):
        encoded = {name: _encode_value(value) for name, value in values.items()}
    is_ascii = all(value.isascii() for value in encoded.values() if type(value) is str)
    return (_ASCII_ENCODER if is_ascii else _ENCODER).encode(encoded).encode("utf-8", "surrogatepass")


def decode_stored(line: bytes) -> dict[str, Any]:
    """What `encode_stored` encoded."""
    values: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    for name, value in values.items():
        if isinstance(value, dict | list):
            values[name] = _decode_value(value)
    return values


def _encode_value(value: Any) -> Any:
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, bytes):
        return {"$bytes": b2a_base64(value, newline=False).decode("ascii")}
    if isinstance(value, dt.datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"$date": value.isoformat()}
    if isinstance(value, list):
        return [_encode_value(item) for item in value]
    if isinstance(value, tuple):
        return {"$tuple": [_encode_value(item) for item in value]}
    if isinstance(value, dict):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: _encode_value(inner) for key, inner in value.items()}
        return {"$dict": [[_encode_value(key), _encode_value(inner)] for key, inner in value.items()]}
    from decimal import Decimal

    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    raise TypeError(f"a value of type {type(value).__name__} cannot be stored")


def _decode_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, inner),) = value.items()
        if key in _DECODERS:
            return _DECODERS[key](inner)
    return {key: _decode_value(inner) for key, inner in value.items()}


def _decode_decimal(text: str) -> Decimal:
    from decimal import Decimal

    return Decimal(text)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "$bytes": a2b_base64,
    "$datetime": dt.datetime.fromisoformat,
    "$date": dt.date.fromisoformat,
    "$decimal": _decode_decimal,
    "$tuple": lambda items: tuple(map(_decode_value, items)),
    "$dict": lambda pairs: {_decode_value(key): _decode_value(inner) for key, inner in pairs},
}


class DocStoreWriter:
    """Writes stored values, block by block, to a file without a name. What only it needs it imports itself."""

    def __init__(self, folder: Path) -> None:
        import tempfile

        self._data = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed in `close`
        self._ends = array("Q")
        self._firsts = array("I")
        self._dictionary_of = array("H")
        self._dictionaries: dict[bytes, int] = {}
        self._dictionary = b""
        self._packer = zstd.ZstdCompressor(LEVEL)
        self._sample: list[bytes] = []
        self._lines: list[bytes] = []
        self._pending = 0
        self._sampled = 0
        self.n_documents = 0

    def add(self, line: bytes) -> None:
        """Add the next document's line, as `encode_stored` made it."""
        self._lines.append(line)
        self._pending += len(line)
        self.n_documents += 1
        if not self._dictionary:
            self._sample_line(line)
        if len(self._lines) >= BLOCK_DOCUMENTS or self._pending >= BLOCK_BYTES:
            self._close_block()

    def _sample_line(self, line: bytes) -> None:
        if self._sampled % SAMPLE_EVERY == 0:
            self._sample.append(line[:_SAMPLE_BYTES])
        self._sampled += 1
        if self._sampled == SAMPLED_DOCUMENTS:
            self._dictionary = b"\n".join(self._sample)[-DICTIONARY_BYTES:]
            dictionary = zstd.ZstdDict(self._dictionary, is_raw=True)
            self._packer = zstd.ZstdCompressor(LEVEL, zstd_dict=dictionary.as_digested_dict)
            self._sample = []

    def _close_block(self) -> None:
        if self._lines:
            packed = self._packer.compress(b"\n".join(self._lines), zstd.ZstdCompressor.FLUSH_FRAME)
            self._put(packed, len(self._lines), self._dictionary)
            self._lines = []
            self._pending = 0

    def add_block(self, packed: bytes | memoryview, documents: int, dictionary: bytes) -> None:
        """Add a whole block as it is; what was added document by document before it makes a block of its own."""
        self._close_block()
        self.n_documents += documents
        self._put(packed, documents, dictionary)

    def _put(self, packed: bytes | memoryview, documents: int, dictionary: bytes) -> None:
        number = self._dictionaries.setdefault(dictionary, len(self._dictionaries) + 1) if dictionary else 0
        self._dictionary_of.append(number)
        self._firsts.append(self.n_documents - documents)
        self._data.write(packed)
        self._ends.append((self._ends[-1] if self._ends else 0) + len(packed))

    def finish(self, segment: SegmentFileWriter) -> None:
        """Write the sections."""
        import numpy as np

        self._close_block()
        segment.begin("store/data")
        self._data.seek(0)
        while data := self._data.read(1 << 20):
            segment.write(data)
        segment.add("store/ends", np.array(self._ends, "<u8").data)
        segment.add("store/firsts", np.array(self._firsts, "<u4").data)
        segment.add("store/dictionary_of", np.array(self._dictionary_of, "<u2").data)
        packed = [zstd.compress(dictionary) for dictionary in self._dictionaries]
        segment.add("store/dictionaries", b"".join(packed))
        segment.add("store/dictionary_ends", np.cumsum([len(each) for each in packed]).astype("<u4").data)
        self._data.close()

    def close(self) -> None:
        """Let the data go, written or not."""
        self._data.close()


class DocStore:
    """The stored values of an open segment."""

    def __init__(self, segment: SegmentFile) -> None:
        self._segment = segment
        self._last: tuple[int, list[bytes]] = (-1, [])
        self._dictionaries: dict[int, bytes] = {0: b""}
        self._prepared: dict[int, zstd.ZstdDict | None] = {0: None}

        self._n_blocks = segment.length("store/firsts") // 4
        self._about: int = segment.facts.get("documents") or BLOCK_DOCUMENTS * self._n_blocks
        """How many documents there are, or about so many in a file that is not finished."""

    # What is kept of a block is read for that block alone: every page that is touched is checked first.

    def _first(self, number: int) -> int:
        return int.from_bytes(self._segment.read("store/firsts", 4 * number, 4 * number + 4), "little")

    def _end(self, number: int) -> int:
        return int.from_bytes(self._segment.read("store/ends", 8 * number, 8 * number + 8), "little")

    def _dictionary_of(self, number: int) -> int:
        return int.from_bytes(self._segment.read("store/dictionary_of", 2 * number, 2 * number + 2), "little")

    def block(self, number: int) -> tuple[memoryview, bytes]:
        """One block, compressed, and the dictionary that it needs."""
        return self._packed(number), self._dictionary(self._dictionary_of(number))

    def _packed(self, number: int) -> memoryview:
        return self._segment.read("store/data", self._end(number - 1) if number else 0, self._end(number))

    def _find_block(self, docnum: int) -> int:
        """The block that holds a document."""
        # Blocks hold much the same number of documents, so that the proportion leads there or close by.
        low = min(docnum * self._n_blocks // self._about, self._n_blocks - 1)
        step = 1
        while low and self._first(low) > docnum:
            low, step = max(0, low - step), step * 2
        high = low + 1
        step = 1
        while high < self._n_blocks and self._first(high) <= docnum:
            low, high, step = high, high + step, step * 2
        high = min(high, self._n_blocks)
        while low + 1 < high:
            middle = (low + high) // 2
            if self._first(middle) <= docnum:
                low = middle
            else:
                high = middle
        return low

    def _dictionary(self, number: int) -> bytes:
        if number not in self._dictionaries:
            ends = self._segment.read("store/dictionary_ends").cast("I")
            packed = self._segment.read("store/dictionaries", ends[number - 2] if number > 1 else 0, ends[number - 1])
            try:
                self._dictionaries[number] = _unpack(packed, None, _LARGEST_DICTIONARY)
            except (zstd.ZstdError, ValueError) as error:
                raise self._segment.damaged(f"dictionary {number} of the doc store: {error}") from error
        return self._dictionaries[number]

    def _prepare(self, number: int) -> zstd.ZstdDict | None:
        """A dictionary as the decompressor wants it, made once."""
        if number not in self._prepared:
            self._prepared[number] = zstd.ZstdDict(self._dictionary(number), is_raw=True)
        return self._prepared[number]

    def iter_blocks(self) -> Iterator[tuple[int, memoryview, bytes]]:
        """Every block: the number of its first document, its data and the dictionary that it needs."""
        for number in range(self._n_blocks):
            yield self._first(number), *self.block(number)

    def block_end(self, number: int, n_documents: int) -> int:
        """One past the last document of a block."""
        return self._first(number + 1) if number + 1 < self._n_blocks else n_documents

    def lines(self, number: int) -> list[bytes]:
        """The documents of one block."""
        if self._last[0] != number:
            try:
                lines = _unpack(self._packed(number), self._prepare(self._dictionary_of(number))).split(b"\n")
            except (zstd.ZstdError, ValueError) as error:
                raise self._segment.damaged(f"block {number} of the doc store: {error}") from error
            self._last = (number, lines)
        return self._last[1]

    def values(self, docnum: int) -> dict[str, Any]:
        """The stored values of one document."""
        number = self._find_block(docnum)
        return decode_stored(self.lines(number)[docnum - self._first(number)])


def _unpack(packed: memoryview, dictionary: zstd.ZstdDict | None, largest: int = _LARGEST_BLOCK) -> bytes:
    """Raises ZstdError or ValueError for damaged data, or what is larger unpacked."""
    unpacker = zstd.ZstdDecompressor(dictionary.as_digested_dict if dictionary else None)
    data = unpacker.decompress(packed, largest)
    if not unpacker.eof:
        raise ValueError("the data end too early, or never")
    return data
