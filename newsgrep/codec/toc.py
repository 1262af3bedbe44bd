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
import re
import zlib
from struct import pack, unpack
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from newsgrep.codec.disk_errors import naming
from newsgrep.codec.plain_schema import PlainField, PlainFormat, PlainSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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
_SEGMENT = {"newsgrep.codec.pickled": frozenset({"ArraySegment"})}
_OPCODES = b"".join(
    (
        *(pickle.PROTO, pickle.FRAME, pickle.STOP, pickle.MARK, pickle.NONE, pickle.NEWTRUE, pickle.NEWFALSE),
        *(pickle.BININT, pickle.BININT1, pickle.BININT2, pickle.LONG1, pickle.BINFLOAT),
        *(pickle.BINUNICODE, pickle.SHORT_BINUNICODE, pickle.BINBYTES, pickle.SHORT_BINBYTES),
        *(pickle.EMPTY_TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3, pickle.TUPLE),
        *(pickle.EMPTY_LIST, pickle.APPEND, pickle.APPENDS, pickle.EMPTY_DICT, pickle.SETITEM, pickle.SETITEMS),
        *(pickle.GLOBAL, pickle.STACK_GLOBAL),
        *(pickle.NEWOBJ, pickle.BUILD, pickle.BINGET, pickle.LONG_BINGET, pickle.BINPUT, pickle.LONG_BINPUT),
        pickle.MEMOIZE,
    )
).decode("latin-1")
"""What the pickles of an index are made of: nothing of it calls anything but a known class."""
_MOST_BYTES = 256 << 20
"""The largest table of contents: of some fifty million deleted articles."""
_SEGMENT_NAME = re.compile(rf"{NAME}_[0-9A-Za-z]{{1,64}}")
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


def _set_item(unpickler: Any) -> None:
    """SETITEM: a name and a value into the dict below them."""
    value, name = unpickler.stack.pop(), unpickler.stack.pop()
    _put(unpickler, [name, value])


def _set_items(unpickler: Any) -> None:
    """SETITEMS: names and values since the mark into the dict below it."""
    _put(unpickler, unpickler.pop_mark())


def _put(unpickler: Any, items: list[Any]) -> None:
    # Numbers can be chosen so that each collides with all others.
    if not all(type(name) is str for name in items[::2]):
        raise TocDamaged("it names something by what is no name")
    unpickler.stack[-1].update(zip(items[::2], items[1::2], strict=True))


class _Unpickler(pickle._Unpickler):
    """Python's unpickler in Python, with no more of its machine than what an index takes.

    That in C makes room for as many remembered objects as a pickle claims to have: gigabytes, for five bytes of it.
    """

    dispatch: ClassVar[dict[int, Callable[[pickle.Unpickler], None]]] = {
        ord(code): pickle._Unpickler.dispatch[ord(code)] for code in _OPCODES
    } | {ord(pickle.SETITEM): _set_item, ord(pickle.SETITEMS): _set_items}

    def __init__(self, data: io.BytesIO, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(data, encoding="latin-1")
        self._known = known
        self._classes: dict[tuple[str, str], type] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _NUMBERS:
            return int
        if name not in self._known.get(module, ()):
            raise TocDamaged(f"it names {module}.{name}, which no index of newsgrep does")
        known = self._classes.get((module, name))
        if known is None:
            known = self._classes[module, name] = type(name, (_Record,), {})
        return known


def latest_generation(folder: Path) -> int:
    """The generation of the last commit in a directory; -1 where there is none. Raises OSError."""
    latest = -1
    with naming(folder), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(f"_{NAME}_") and entry.name.endswith(".toc"):
                number = entry.name[len(NAME) + 2 : -4]
                if number.isdecimal() and number.isascii():
                    latest = max(latest, int(number))
    return latest


def toc_path(folder: Path, generation: int) -> Path:
    """Where the table of contents of a commit is."""
    return folder / f"_{NAME}_{generation}.toc"


def mark_of_commit(folder: Path) -> tuple[int, ...]:
    """What tells the last commit of a directory from any other, without reading it; empty where there is none."""
    try:
        generation = latest_generation(folder)
        status = toc_path(folder, generation).stat()
    except OSError:
        return ()
    return generation, status.st_ino, status.st_mtime_ns, status.st_size


def read_toc(folder: Path) -> Toc:
    """The last commit of an index. Raises TocDamaged, or FileNotFoundError where there is none."""
    while True:
        generation = latest_generation(folder)
        path = toc_path(folder, generation)
        try:
            with naming(path):
                if path.stat().st_size > _MOST_BYTES:
                    raise TocDamaged(f"{path}: it has {path.stat().st_size:,} bytes")
                data = path.read_bytes()
        except FileNotFoundError:
            # A writer may have published the next one and removed this one in between.
            if generation >= 0 and latest_generation(folder) != generation:
                continue
            raise
        try:
            toc = parse_toc(data)
        except TocDamaged as error:
            raise TocDamaged(f"{path}: {error}") from error
        if toc.generation != generation:
            raise TocDamaged(f"{path}: it is that of commit {toc.generation}")
        return toc


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
        length = _read_varint(stream)
        if length > len(data):
            raise TocDamaged("it is cut off")
        schema = _Unpickler(io.BytesIO(stream.read(length)), _KNOWN).load()
        generation, _ = unpack(">2i", stream.read(8))
        segments = _Unpickler(stream, _SEGMENT).load()
        if stream.tell() < len(data):
            raise TocDamaged("something else stands behind its end")
        return Toc(generation, _read_schema(schema), _read_segments(segments, len(data)))
    except TocDamaged:
        raise
    except Exception as error:  # unpickling what is damaged raises errors of any kind
        raise TocDamaged(f"it is damaged ({type(error).__name__}: {str(error)[:200]})") from error


def _read_varint(stream: io.BytesIO) -> int:
    value = shift = 0
    while True:
        (byte,) = stream.read(1)
        value |= (byte & 127) << shift
        if byte < 128:
            return value
        shift += 7
        if shift > 63:
            raise TocDamaged("a number in it is too large")


def _read_schema(schema: Any) -> PlainSchema:
    fields = vars(schema)["_fields"]
    if type(fields) is not dict or not all(type(name) is str for name in fields):
        raise TocDamaged("its fields are none")
    return {name: _read_field(dict(vars(field))) for name, field in fields.items()}


def _read_field(state: dict[str, Any]) -> PlainField:
    kept = state.get("format")
    name = type(kept).__name__
    plain = PlainFormat(name, float(vars(kept).get("field_boost", 1.0))) if name in _FORMATS else None
    return PlainField(state, plain)


def _read_segments(segments: Any, length: int) -> tuple[SegmentEntry, ...]:
    """The segments of a table of contents of so many bytes."""
    if type(segments) is not list or not all(type(segment).__name__ == "ArraySegment" for segment in segments):
        raise TocDamaged("its segments are none")
    states = [dict(vars(segment)) for segment in segments]
    # A pickle can name one object a thousand times; what is written has its own numbers for each segment.
    if sum(len(state["deleted"]) + len(state.get("hidden", b"")) for state in states) > length:
        raise TocDamaged("it names more deleted articles than it can hold")
    entries = tuple(map(_read_segment, states))
    if len({entry.name for entry in entries}) < len(entries):
        raise TocDamaged("it names a segment twice")
    return entries


def _read_segment(state: dict[str, Any]) -> SegmentEntry:
    kept = (state["indexname"], state["segid"])
    name = "_".join(kept) if all(type(part) is str for part in kept) else ""
    if not _SEGMENT_NAME.fullmatch(name):
        raise TocDamaged(f"it names the segment {name[:80]!r}, which is no name of a file")
    documents = state["documents"]
    if type(documents) is not int or not 0 <= documents < 1 << 31:
        raise TocDamaged(f"it gives the segment {name} no number of articles")
    deleted, hidden = (_read_numbers(state.get(kind, b""), documents) for kind in ("deleted", "hidden"))
    return SegmentEntry(name, documents, deleted, hidden)


def _read_numbers(data: Any, documents: int) -> frozenset[int]:
    if type(data) is not bytes:
        raise TocDamaged("its deleted articles are no numbers")
    numbers = frozenset(unpack(f"<{len(data) // 4}I", data))
    if numbers and max(numbers) >= documents:
        raise TocDamaged("it names deleted articles that there are not")
    return numbers
