"""Whoosh's table of contents, read without Whoosh and without running code that it names.

A table of contents pickles objects, and reading a pickle as Python does calls whatever it names. Here every class is
one of a fixed list, and each becomes a plain record of its state; anything else is refused. What comes out is what a
search needs: the segments of the commit, which of their documents are deleted or hidden, and what the fields are.

    TOC = int size, long size, float size (a byte each), -12345 (i32), version (i32), release (3 varints)
          length (varint) of the pickled schema, pickled schema, generation (i32), zero (i32), pickled list of segments
          Seal, where newsgrep wrote it
    Seal = magic "NGTOC\r\n\x1a" (8 bytes), CRC-32 of all that stands before (u32, little-endian)

Other numbers are big-endian. Source: whoosh.index.TOC, unchanged from 2.5 on; it reads no further than the segments.
"""

from __future__ import annotations

import io
import os
import pickle
import zlib
from struct import pack, unpack
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.codec.plain_schema import PlainField, PlainFormat, PlainSchema

if TYPE_CHECKING:
    from pathlib import Path

NAME = "MAIN"
"""What Whoosh calls the one index of a directory, and what the names of its segments begin with."""

_SEAL = b"NGTOC\r\n\x1a"
_SEAL_BYTES = len(_SEAL) + 4
_VERSION = -111
_FORMATS = frozenset({"Existence", "Frequency", "Positions"})
_KNOWN = {
    "whoosh.fields": frozenset({"Schema", "TEXT", "ID", "KEYWORD", "NUMERIC", "COLUMN", "STORED"}),
    "whoosh.formats": _FORMATS,
    "whoosh.columns": frozenset({"NumericColumn"}),
    "whoosh.analysis.tokenizers": frozenset({"IDTokenizer"}),
    "newsgrep.codec.pickled": frozenset({"StemmedWords", "SignedWords", "PlainWords", "Labels", "ArraySegment"}),
}
"""The classes that an index of newsgrep pickles, by module."""
_NUMBERS = frozenset({("__builtin__", "int"), ("__builtin__", "long"), ("builtins", "int")})


class TocDamaged(Exception):
    """A table of contents is truncated, of another version, or names what no index of newsgrep does."""


class SegmentEntry(NamedTuple):
    """One segment of a commit."""

    name: str
    """What its file is called, without the suffix."""
    n_documents: int
    """Deleted ones included."""
    deleted: frozenset[int]
    hidden: frozenset[int]
    """Documents that answers leave out unless all are asked for; see `pickled.ArraySegment`."""


class Toc(NamedTuple):
    """One commit."""

    generation: int
    schema: PlainSchema
    segments: tuple[SegmentEntry, ...]


class _Record:
    """An object of a known class, as it was pickled."""


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: io.BytesIO) -> None:
        super().__init__(data, encoding="latin-1")
        self._classes: dict[tuple[str, str], type] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _NUMBERS:
            return int
        if name not in _KNOWN.get(module, ()):
            raise TocDamaged(f"it names {module}.{name}, which no index of newsgrep does")
        known = self._classes.get((module, name))
        if known is None:
            known = self._classes[module, name] = type(name, (_Record,), {})
        return known


def latest_generation(folder: Path) -> int:
    """The generation of the last commit in a directory; -1 where there is none. Raises OSError."""
    latest = -1
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(f"_{NAME}_") and entry.name.endswith(".toc"):
                number = entry.name[len(NAME) + 2 : -4]
                if number.isdecimal() and number.isascii():
                    latest = max(latest, int(number))
    return latest


def toc_path(folder: Path, generation: int) -> Path:
    """Where the table of contents of a commit is."""
    return folder / f"_{NAME}_{generation}.toc"


def read_toc(folder: Path) -> Toc:
    """The last commit of an index. Raises TocDamaged, or FileNotFoundError where there is none."""
    while True:
        generation = latest_generation(folder)
        path = toc_path(folder, generation)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            # A writer may have published the next one and removed this one in between.
            if generation >= 0 and latest_generation(folder) != generation:
                continue
            raise
        try:
            return parse_toc(data)
        except TocDamaged as error:
            raise TocDamaged(f"{path}: {error}") from error


def seal_toc(data: bytes) -> bytes:
    """What is to stand behind a table of contents, so that damage to it is found."""
    return _SEAL + pack("<I", zlib.crc32(data))


def parse_toc(data: bytes) -> Toc:
    """The commit that a table of contents describes. Raises TocDamaged."""
    is_sealed = data[-_SEAL_BYTES:-4] == _SEAL
    if is_sealed:
        data, seal = data[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
        if seal != seal_toc(data):
            raise TocDamaged("its checksum is wrong")
    stream = io.BytesIO(data)
    try:
        # Sizes of C types, which Whoosh compares with the machine's; no later number depends on them.
        for _ in range(3):
            _read_varint(stream)
        mark, version = unpack(">2i", stream.read(8))
        if mark != -12345 or version != _VERSION:
            raise TocDamaged("it is none of a version that this program reads")
        for _ in range(3):
            _read_varint(stream)
        schema = _Unpickler(io.BytesIO(stream.read(_read_varint(stream)))).load()
        generation, _ = unpack(">2i", stream.read(8))
        segments = _Unpickler(stream).load()
        if stream.tell() < len(data):
            raise TocDamaged("something else stands behind its end")
        return Toc(generation, _read_schema(schema), tuple(map(_read_segment, segments)))
    except TocDamaged:
        raise
    except Exception as error:  # unpickling what is damaged raises errors of any kind
        raise TocDamaged(f"it is damaged ({type(error).__name__}: {error})") from error


def _read_varint(stream: io.BytesIO) -> int:
    value = shift = 0
    while True:
        (byte,) = stream.read(1)
        value |= (byte & 127) << shift
        if byte < 128:
            return value
        shift += 7


def _read_schema(schema: Any) -> PlainSchema:
    return {name: _read_field(vars(field)) for name, field in vars(schema)["_fields"].items()}


def _read_field(state: dict[str, Any]) -> PlainField:
    kept = state.get("format")
    name = type(kept).__name__
    plain = PlainFormat(name, float(vars(kept).get("field_boost", 1.0))) if name in _FORMATS else None
    return PlainField(state, plain)


def _read_segment(segment: Any) -> SegmentEntry:
    state = vars(segment)
    name = f"{state['indexname']}_{state['segid']}"
    if "/" in name or "\\" in name or "\0" in name:
        raise TocDamaged(f"it names the segment {name!r}, which is no name of a file")
    deleted, hidden = _read_numbers(state["deleted"]), _read_numbers(state.get("hidden", b""))
    return SegmentEntry(name, int(state["documents"]), deleted, hidden)


def _read_numbers(data: bytes) -> frozenset[int]:
    numbers = memoryview(data)
    return frozenset(unpack(f"<{len(numbers) // 4}I", numbers))
