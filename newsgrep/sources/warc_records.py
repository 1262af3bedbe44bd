"""The records of a WARC file, one after the other, with the content of each as a stream.

Source: ISO 28500 (WARC 1.0 and 1.1). Memory is bounded whatever the file says; after a fault, on with the next line
that begins a record.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from newsgrep.errors import FileUnreadable
from newsgrep.sources.outcome import BrokenRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VERSION = re.compile(rb"WARC/\d\.\d{1,2}\s*$")
_LENGTH = re.compile(r"\d{1,18}$")
_LINE = 1 << 16
_HEADERS = 1 << 18
_BUFFER = 1 << 16
_MAX_FAULTS = 1000
"""Of one file; with so many, what is left of it is not worth the search."""


class WarcRecord:
    """A record: its fields, and its content as far as it was not read yet."""

    def __init__(self, number: int, fields: dict[str, str], stream: BinaryIO, length: int) -> None:
        self.number = number
        """Its place in the file, from 1."""
        self.fields = fields
        """By name in lower case."""
        self._stream = stream
        self._left = length
        self.is_cut = False
        """Whether the file ends before the content does."""
        self.is_lost = False
        """Whether the file is damaged in the midst of the content."""

    @property
    def kind(self) -> str:
        """`WARC-Type`, in lower case."""
        return self.fields.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """`WARC-Target-URI`, without the angle brackets that wget puts around it."""
        return self.fields.get("warc-target-uri", "").strip("<> ")

    def read(self, most: int) -> bytes:
        """At most so many bytes of the content. Raises FileUnreadable."""
        return self._read(self._stream.read, most)

    def read_line(self, most: int) -> bytes:
        """The next line of the content with its line feed, or so many bytes of it. Raises FileUnreadable."""
        return self._read(self._stream.readline, most)

    def _read(self, read: Callable[[int], bytes], most: int) -> bytes:
        try:
            data = read(min(most, self._left))
        except FileUnreadable:
            self.is_lost = True
            self._left = 0
            raise
        if not data and self._left:
            self.is_cut = True
            self._left = 0
        self._left -= len(data)
        return data

    def skip_rest(self) -> None:
        """On to the end of the record."""
        while self._left:
            self.read(_BUFFER)


def iter_records(stream: BinaryIO) -> Iterator[WarcRecord | BrokenRecord]:
    """The records of an unpacked file. Raises FileUnreadable where the stream does, and never gets better."""
    number = 0
    faults = 0
    line: bytes | None = stream.readline(_LINE)
    while line is None or line:
        try:
            if line is None:
                # Somewhere behind a fault.
                line = _find_next(stream)
                continue
            if line in (b"\r\n", b"\n"):
                line = stream.readline(_LINE)
                continue
            number += 1
            record = _open_record(stream, number, line)
            line = None
            yield record
            if isinstance(record, BrokenRecord):
                continue
            record.skip_rest()
            if record.is_cut:
                yield BrokenRecord(f"record {number}", "The WARC file ends too early")
            if not record.is_lost:
                line = stream.readline(_LINE)
        except FileUnreadable as error:
            faults += 1
            if faults > _MAX_FAULTS or not number:
                raise
            yield BrokenRecord(f"record {number}", error.message)
            line = None


def _open_record(stream: BinaryIO, number: int, line: bytes) -> WarcRecord | BrokenRecord:
    fault = "it does not begin with a version"
    if _VERSION.match(line):
        fields = read_fields(stream)
        length = _LENGTH.match(fields.get("content-length", "")) if fields else None
        if fields and length:
            return WarcRecord(number, fields, stream, int(length[0]))
        fault = "its header has no end, or no length"
    return BrokenRecord(f"record {number}", f"Damaged WARC record ({fault})")


def read_fields(source: BinaryIO | WarcRecord) -> dict[str, str] | None:
    """Header fields up to the empty line, names in lower case, the first of a name; None if there are too many bytes
    of them or the end comes first. Lines that begin with a space go on with the field before, as in RFC 822.
    """
    read_line = source.read_line if isinstance(source, WarcRecord) else source.readline
    fields: dict[str, str] = {}
    name = ""
    left = _HEADERS
    while (line := read_line(_LINE)) and left > 0:
        left -= len(line)
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not text:
            return fields
        if text[0] in " \t" and name:
            fields[name] += " " + text.strip()
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower()
        if not colon or name in fields:
            name = ""
        else:
            fields[name] = value.strip()
    return None


def _find_next(stream: BinaryIO) -> bytes:
    """The next line that begins a record; empty at the end of the file."""
    begins_line = True
    while line := stream.readline(_LINE):
        if begins_line and _VERSION.match(line):
            return line
        begins_line = line.endswith(b"\n")
    return b""
