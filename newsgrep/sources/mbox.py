"""The reader of mbox files: mail in one file, message after message, read as a stream.

A message begins with a line "From " after a blank one, with a header right behind it; lines of the text that begin so
were marked with ">". Format: RFC 4155, and the variants mboxo and mboxrd.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from newsgrep.sources.email_message import build_mail_page, find_message_id
from newsgrep.sources.format import Format
from newsgrep.sources.mime_message import parse_message
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys, show_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

_MAX_MESSAGE_BYTES = 64 << 20
_CHUNK_BYTES = 1 << 20
_START = re.compile(rb"\s*From [^\r\n]{1,500}\r?\n(?:>From [^\n]{0,500}\n)?[!-9;-~]{1,80}:")
_EDGE = re.compile(rb"\n\r?\n(From [^\r\n]{1,500}\r?\n(?=(?:>From [^\n]{0,500}\n)?[!-9;-~]{1,80}:))")
_MARKED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LONGEST_EDGE = 1200


def is_mbox(_: str, head: bytes) -> bool:
    """Whether bytes begin with the line that parts messages, and a header."""
    return bool(_START.match(head[:4096]))


def read_mbox(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each message of the share, keyed by its id. Raises FileUnreadable."""
    keys = RecordKeys()
    position = 0
    for data in _iter_messages(file):
        position += 1
        if not file.share.has(position):
            continue
        if data is None:
            yield BrokenRecord(f"message {position}", f"Larger than {_MAX_MESSAGE_BYTES >> 20} MiB")
            continue
        message = parse_message(_MARKED.sub(rb"\1", data) if b">From " in data else data)
        page = build_mail_page(message, file.path)
        if page is None:
            yield BrokenRecord(f"message {position}", "Neither a subject nor a text")
            continue
        key = keys.take(find_message_id(message), position)
        yield replace(page, key=key, record=show_key(key))
    if not position:
        yield Skipped("a mailbox without messages")


def _iter_messages(file: OpenedFile) -> Iterator[bytes | None]:
    """The bytes of each message behind its "From " line; None for one that is too large."""
    parts: list[bytes] = []
    size = 0
    opened = False
    # A mailbox begins as if after a blank line.
    rest = b"\n\n"
    for data in chain(file.iter_blocks(_CHUNK_BYTES), (b"",)):
        chunk = rest + data
        at = 0
        for found in _EDGE.finditer(chunk):
            if opened:
                parts.append(chunk[at : found.start()])
                size += found.start() - at
                yield b"".join(parts) if size <= _MAX_MESSAGE_BYTES else None
            parts, size, opened = [], 0, True
            at = found.end()
        if not data:
            if opened:
                parts.append(chunk[at:])
                yield b"".join(parts) if size + len(chunk) - at <= _MAX_MESSAGE_BYTES else None
            return
        # An edge may stand across two chunks.
        kept = max(at, len(chunk) - _LONGEST_EDGE)
        size += kept - at
        parts = [*parts, chunk[at:kept]] if size <= _MAX_MESSAGE_BYTES else []
        rest = chunk[kept:]


MBOX = Format("mbox", "a mailbox, message after message", is_mbox, read_mbox, shares=True, suffixes=(".mbox",))
