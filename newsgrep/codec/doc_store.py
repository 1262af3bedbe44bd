"""The doc store: a document number in, its stored values out.

    Writer: `DocStoreWriter`, document after document -> sections of a segment file
    Reader: `DocStore` over those sections

| section      | dtype          | holds                                                                       |
|--------------|----------------|-----------------------------------------------------------------------------|
| store/data   | bytes          | blocks, each compressed by zlib: JSON objects, one a line, one a document   |
| store/ends   | (blocks,) u64  | where each block ends in store/data                                         |
| store/firsts | (blocks,) u32  | the first document of each block                                            |

A block is closed when it holds 32 documents or 64 KiB: small enough that showing one hit costs little, large enough
that zlib sees an article's like. Values of a kind that JSON lacks are objects with one key: `{"$bytes": base64}`,
`{"$datetime": ISO 8601}`, `{"$date": ISO 8601}`, `{"$tuple": [...]}`.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import tempfile
import zlib
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from newsgrep.codec.segment_file import SegmentFile, SegmentFileWriter

BLOCK_DOCUMENTS = 32
BLOCK_BYTES = 1 << 16
LEVEL = 4
"""zlib's effort, as measured on wire stories: 6 saves 2 % of the store and takes twice the time."""


def encode_stored(values: Mapping[str, Any]) -> bytes:
    """One document's stored values as a line of JSON. Raises TypeError for a value of an unknown kind."""
    return json.dumps(values, default=_encode_value, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def decode_stored(line: bytes) -> dict[str, Any]:
    """What `encode_stored` encoded."""
    values: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    for name, value in values.items():
        if isinstance(value, dict | list):
            values[name] = _decode_value(value)
    return values


def _encode_value(value: object) -> object:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, dt.datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"$date": value.isoformat()}
    raise TypeError(f"a value of type {type(value).__name__} cannot be stored")


def _decode_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, inner), *_ = value.items()
        if key == "$bytes":
            return base64.b64decode(inner)
        if key == "$datetime":
            return dt.datetime.fromisoformat(inner)
        if key == "$date":
            return dt.date.fromisoformat(inner)
    return {key: _decode_value(inner) for key, inner in value.items()}


class DocStoreWriter:
    """Writes stored values, block by block, to a file without a name."""

    def __init__(self, folder: Path) -> None:
        self._data = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed in `close`
        self._ends: list[int] = []
        self._firsts: list[int] = []
        self._lines: list[bytes] = []
        self._pending = 0
        self.n_documents = 0

    def add(self, line: bytes) -> None:
        """Add the next document's line, as `encode_stored` made it."""
        self._lines.append(line)
        self._pending += len(line)
        self.n_documents += 1
        if len(self._lines) >= BLOCK_DOCUMENTS or self._pending >= BLOCK_BYTES:
            self._close_block()

    def _close_block(self) -> None:
        if self._lines:
            self.add_block(zlib.compress(b"\n".join(self._lines), LEVEL), len(self._lines), counted=True)
            self._lines = []
            self._pending = 0

    def add_block(self, compressed: bytes | memoryview, documents: int, *, counted: bool = False) -> None:
        """Add a whole block as it is; what was added document by document before it makes a block of its own."""
        if not counted:
            self._close_block()
            self.n_documents += documents
        self._firsts.append(self.n_documents - documents)
        self._data.write(compressed)
        self._ends.append((self._ends[-1] if self._ends else 0) + len(compressed))

    def finish(self, segment: SegmentFileWriter) -> None:
        """Write the sections."""
        self._close_block()
        segment.begin("store/data")
        self._data.seek(0)
        while data := self._data.read(1 << 20):
            segment.write(data)
        segment.add("store/ends", np.array(self._ends, "<u8").data)
        segment.add("store/firsts", np.array(self._firsts, "<u4").data)
        self._data.close()

    def close(self) -> None:
        """Let the data go, written or not."""
        self._data.close()


class DocStore:
    """The stored values of an open segment."""

    def __init__(self, segment: SegmentFile) -> None:
        self._segment = segment
        self._last: tuple[int, list[bytes]] = (-1, [])

    @cached_property
    def _ends(self) -> memoryview:
        return self._segment.read("store/ends").cast("Q")

    @cached_property
    def _firsts(self) -> memoryview:
        return self._segment.read("store/firsts").cast("I")

    def block(self, number: int) -> memoryview:
        """One block, compressed."""
        return self._segment.read("store/data", self._ends[number - 1] if number else 0, self._ends[number])

    def iter_blocks(self) -> Iterator[tuple[int, memoryview]]:
        """Every block, compressed, with the number of its first document."""
        for number, first in enumerate(self._firsts):
            yield first, self.block(number)

    def block_end(self, number: int, n_documents: int) -> int:
        """One past the last document of a block."""
        return self._firsts[number + 1] if number + 1 < len(self._firsts) else n_documents

    def lines(self, number: int) -> list[bytes]:
        """The documents of one block."""
        if self._last[0] != number:
            try:
                data = zlib.decompress(self.block(number))
            except zlib.error as error:
                raise self._segment.damaged(f"block {number} of the doc store: {error}") from error
            self._last = (number, data.split(b"\n"))
        return self._last[1]

    def values(self, docnum: int) -> dict[str, Any]:
        """The stored values of one document."""
        number = bisect_right(self._firsts, docnum) - 1
        return decode_stored(self.lines(number)[docnum - self._firsts[number]])
