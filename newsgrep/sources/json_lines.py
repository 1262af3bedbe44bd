"""The reader of JSON Lines: one article on each line, read line by line.

Memory does not grow with the file, some 20 bytes for each record apart. A line that fails costs that line only.
Format: https://jsonlines.org, and RFC 7464, which puts a record separator before each.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from newsgrep.errors import FileUnreadable
from newsgrep.sources.encoding import decode_text
from newsgrep.sources.format import Format
from newsgrep.sources.json_record import Keyed, build_page
from newsgrep.sources.json_text import parse_json
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.article import Page
    from newsgrep.sources.opened_file import OpenedFile

MAX_LINE_BYTES = 64 << 20

_NAMES = (".jsonl", ".ndjson", ".jl", ".jsonlines", ".ldjson")
_SPACE = b" \t\r\n\x1e\0"
_DRAIN_BYTES = 1 << 20


def is_json_lines(name: str, head: bytes) -> bool:
    """Whether a file holds JSON objects line by line: by its first two lines, or by its name unless they differ."""
    lines = head.lstrip(_SPACE).split(b"\n", 1)
    first = lines[0].strip(_SPACE)
    if name.endswith(_NAMES):
        # A pretty-printed object or a list, whatever its name says.
        return not first.startswith(b"[") and first != b"{" and first[:1] != b"<"
    if len(lines) < 2 or not first.startswith(b"{") or not lines[1].lstrip(_SPACE).startswith(b"{"):
        return False
    try:
        text = first.decode("utf-8", "replace")
        return parse_json(text)[1] == len(text)
    except FileUnreadable:
        return False


def read_json_lines(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each line of the share, keyed by the record's own id or "#line". Raises FileUnreadable.

    That a key is given once is true within a share only.
    """
    keys = RecordKeys()
    stream = _to_lines(file)
    number = 0
    nothing = True
    while True:
        number += 1
        try:
            line = stream.readline(MAX_LINE_BYTES + 1)
            if not line:
                break
            if len(line) > MAX_LINE_BYTES:
                _drain(stream)
                raise FileUnreadable(f"Longer than {MAX_LINE_BYTES >> 20} MiB", position=f"line {number}")
        except FileUnreadable as error:
            if nothing and not error.position:
                raise
            nothing = False
            if file.share.has(number):
                yield BrokenRecord(f"line {number}", error.message)
            if error.position:
                continue
            return
        line = line.strip(_SPACE)
        if line:
            nothing = False
            if not file.share.has(number):
                continue
            try:
                yield _read_line(line, file, keys, number)
            except FileUnreadable as error:
                yield BrokenRecord(f"line {number}", error.message)
    if nothing:
        yield Skipped("empty")


def _read_line(line: bytes, file: OpenedFile, keys: RecordKeys, number: int) -> Page:
    text = decode_text(line).text
    value, end = parse_json(text)
    if end < len(text):
        raise FileUnreadable(f"Not valid JSON: something follows the object (column {end + 1})")
    return build_page(file.options.rename(value), file.path, Keyed(keys, number))


def _to_lines(file: OpenedFile) -> BinaryIO:
    """The file's bytes in an encoding whose lines end with the byte LF."""
    if decode_text(file.head[: len(file.head) // 4 * 4]).encoding.startswith(("utf-16", "utf-32")):
        return io.BytesIO(decode_text(file.read_whole()).text.encode("utf-8", "replace"))
    return file.stream


def _drain(stream: BinaryIO) -> None:
    while (rest := stream.readline(_DRAIN_BYTES)) and not rest.endswith(b"\n"):
        pass


JSON_LINES = Format(
    "json-lines",
    "one JSON object with an article on each line",
    is_json_lines,
    read_json_lines,
    shares=True,
    mapped=True,
    suffixes=(".jsonl", ".ndjson"),
)
