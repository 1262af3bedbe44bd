"""The reader of pages saved by SingleFile: HTML with everything inlined, pictures and fonts as data.

The comment on top gives the address. Its date is the one on which the page was saved, not that of the article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.encoding import decode_text, find_declared_charset
from newsgrep.sources.format import Format
from newsgrep.sources.opened_file import MAX_PAGE_BYTES
from newsgrep.sources.outcome import Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

_COMMENT = re.compile(rb"<!--\s{0,20}Page saved with SingleFile", re.IGNORECASE)
_ADDRESS = re.compile(rb"Page saved with SingleFile[^>]{0,200}?\burl:\s*(https?://[^\s>]{1,4000})")
_SAVED = re.compile(rb"\bsaved date:\s*([^\n]{8,40})", re.IGNORECASE)
_DATA = re.compile(rb"\bdata:[\w.+-]{1,40}/[\w.+-]{1,60}(?:;[\w=.+-]{1,60}){0,4},[A-Za-z0-9+/=%_.~!*\\-]{64,}+")
_COMMENT_BYTES = 16384
_HEAD_BYTES = 4096


def is_single_file(_: str, head: bytes) -> bool:
    """Whether bytes begin a page with SingleFile's comment."""
    return head.lstrip()[:1] == b"<" and bool(_COMMENT.search(head[:_HEAD_BYTES]))


def read_single_file(file: OpenedFile) -> Iterator[Outcome]:
    """One page for the file. Raises FileUnreadable."""
    data = cut_inlined_data(file.read_whole(MAX_PAGE_BYTES))
    found = _ADDRESS.search(data[:_COMMENT_BYTES])
    text = decode_text(data, find_declared_charset(data)).text
    if not text.strip():
        yield Skipped("empty")
        return
    url = decode_text(found[1]).text if found else None
    saved = _SAVED.search(data[:_COMMENT_BYTES]) if found else None
    captured = decode_text(saved[1]).text if saved else None
    yield Page(path=file.path, content=Content.HTML, text=text, url=url, captured=captured)


def cut_inlined_data(page: bytes) -> bytes:
    """A page without the content of its `data:` addresses, which can be most of it."""
    return _DATA.sub(b"data:,", page) if b"data:" in page else page


SINGLE_FILE = Format(
    "singlefile", "a page saved with SingleFile", is_single_file, read_single_file, suffixes=(".html",)
)
