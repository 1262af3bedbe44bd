"""A file's text in blocks of whole lines, in constant memory: what streaming readers read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.sources.encoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

_BLOCK_BYTES = 1 << 20
_LONGEST_LINE = 16 << 20
"""A line longer than this may be cut in two."""


def iter_text_blocks(file: OpenedFile, declared: str | None = None) -> Iterator[str]:
    """The text of a file in blocks that end where lines do, all line ends as LF.

    `declared` is the charset that the file gives of itself. Each block is decoded for itself, so that damage in one
    does not change how the others are read. Raises FileUnreadable.
    """
    if decode_text(file.head[: len(file.head) // 4 * 4]).encoding.startswith(("utf-16", "utf-32")):
        yield _with_plain_ends(decode_text(file.read_whole()).text)
        return
    for block in _iter_blocks(file):
        text, encoding = decode_text(block, declared)
        if encoding != "utf-8":
            # What the first accented letters were in, the rest of the file is in.
            declared = declared or encoding
        yield _with_plain_ends(text)


def _iter_blocks(file: OpenedFile) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for data in file.iter_blocks(_BLOCK_BYTES):
        # One long line is often markup: between two tags is the next best place.
        end = data.rfind(b"\n") + 1 or (data.rfind(b">") + 1 if size > _LONGEST_LINE else 0)
        if not end and size <= 2 * _LONGEST_LINE:
            parts.append(data)
            size += len(data)
            continue
        end = end or len(data)
        yield b"".join((*parts, data[:end]))
        parts, size = [data[end:]], len(data) - end
    rest = b"".join(parts)
    if rest:
        yield rest


def _with_plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
