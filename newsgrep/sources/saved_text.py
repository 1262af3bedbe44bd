"""The reader of pages saved as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.encoding import decode_text
from newsgrep.sources.opened_file import MAX_PAGE_BYTES
from newsgrep.sources.outcome import Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile


def read_saved_text(file: OpenedFile) -> Iterator[Outcome]:
    """One page for the file, its lines ended by LF. Raises FileUnreadable."""
    text = decode_text(file.read_whole(MAX_PAGE_BYTES)).text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text and not text.isspace():
        yield Page(path=file.path, content=Content.TEXT, text=text)
    else:
        yield Skipped("empty")
