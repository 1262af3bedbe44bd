"""The body of a recorded HTTP response as the server meant it: chunks joined, compression taken off.

Sources: RFC 9112 (chunks), RFC 9110 (codings), RFC 7932 (Brotli). Many crawlers keep the header of a coding that they
have already undone: what does not look coded is taken as it is.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from newsgrep.errors import FileUnreadable
from newsgrep.sources.format import Extra
from newsgrep.sources.unpacked import Inflater, open_zstd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgrep.sources.reading_notes import ReadingNotes
    from newsgrep.sources.unpacked import Decompressor

BROTLI = Extra("brotli", "brotli")

_CHUNK_SIZE = re.compile(rb"\s*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


def decode_body(body: bytes, headers: Mapping[str, str], most: int, notes: ReadingNotes) -> bytes:
    """The content behind the transfer and content codings that the headers name (names in lower case).

    Raises FileUnreadable when it is above `most` bytes, damaged from the start, or coded in a way that there is no
    library for; of a body that breaks off, what comes before.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _join_chunks(body)
    codings = [coding.strip() for coding in headers.get("content-encoding", "").lower().split(",")]
    for coding in reversed(codings[:4]):
        if coding == "br" and not BROTLI.is_installed() and not _MARKUP.match(body):
            notes.lacking.add(BROTLI.module)
        body = _decode(body, coding, most)
    return body


def _join_chunks(body: bytes) -> bytes:
    chunks: list[bytes] = []
    at = 0
    while found := _CHUNK_SIZE.match(body, at):
        size = int(found[1], 16)
        if not size:
            break
        chunks.append(body[found.end() : found.end() + size])
        at = found.end() + size
    # Without a first chunk the crawler has joined them already.
    return b"".join(chunks) if at else body


def _decode(body: bytes, coding: str, most: int) -> bytes:
    if coding in ("", "identity", "none") or not body:
        return body
    if coding in ("gzip", "x-gzip"):
        return _unpack(body, Inflater(31), coding, most) if body.startswith(b"\x1f\x8b") else body
    if _MARKUP.match(body):
        return body
    if coding == "deflate":
        # Half the servers leave out the header of zlib that the standard asks for.
        has_header = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        return _unpack(body, Inflater(15 if has_header else -15), coding, most)
    if coding == "zstd":
        return _unpack(body, open_zstd(), coding, most) if body.startswith(b"\x28\xb5\x2f\xfd") else body
    if coding == "br":
        if not BROTLI.is_installed():
            raise FileUnreadable(f"Compressed with Brotli: needs {BROTLI.command}")
        return _unpack(body, _Brotli(), coding, most)
    raise FileUnreadable(f"Compressed with {coding[:40]!r}, which there is no reader for")


class _Brotli:
    """Brotli's decompressor with the interface of the others."""

    def __init__(self) -> None:
        self._inner = import_module("brotli").Decompressor()

    @property
    def eof(self) -> bool:
        """Whether the end of the data was reached."""
        return bool(self._inner.is_finished())

    @property
    def needs_input(self) -> bool:
        """Whether all that was given is used up."""
        return bool(self._inner.can_accept_more_data()) and not self.eof

    @property
    def unused_data(self) -> bytes:
        """What follows the end is not told."""
        return b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Unpack at most about `max_length` bytes."""
        piece: bytes = self._inner.process(data, output_buffer_limit=max_length)
        return piece


def _unpack(body: bytes, decompressor: Decompressor, coding: str, most: int) -> bytes:
    pieces: list[bytes] = []
    left = most + 1
    data = body
    try:
        while left > 0 and not decompressor.eof and (data or not decompressor.needs_input):
            piece = decompressor.decompress(data, left)
            if not piece and not data:
                break
            data = b""
            pieces.append(piece)
            left -= len(piece)
    except Exception as error:
        # Each library has errors of its own.
        if not any(pieces):
            raise FileUnreadable(f"Damaged {coding} data ({str(error) or type(error).__name__})") from error
    if left <= 0:
        raise FileUnreadable(f"Larger than {most >> 20:,} MiB")
    return b"".join(pieces)
