"""The reader of pages saved as HTML."""

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

_BEFORE = rb"(?:\s+|<!--.{0,20000}?-->|<\?xml[^>]{0,500}>|<\?php.{0,20000}?\?>)*+"
_WHOLE_PAGE = re.compile(_BEFORE + rb"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(
    _BEFORE + rb"<(?:!doctype\s+html|(?:html|head|body|title|meta|base|script|link)[\s>/])", re.IGNORECASE | re.DOTALL
)
_FRAGMENT = re.compile(
    _BEFORE + rb"<(?:article|div|p|h[1-6]|section|main|header|table|span|center|font|ul|ol|a|b|strong|br)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_END_TAG = re.compile(rb"</(?:article|div|p|h[1-6]|section|main|table|ul|html|body|a|span)\s*>", re.IGNORECASE)
_ANY_TAG = re.compile(rb"<[a-z!/][^<>]*>", re.IGNORECASE)
_NAMES = (".html", ".htm", ".xhtml", ".shtml", ".xht")


def is_whole_page(head: bytes) -> bool:
    """Whether bytes begin a page with its outermost markup."""
    return bool(_WHOLE_PAGE.match(head))


def is_html(name: str, head: bytes) -> bool:
    """Whether bytes that are ASCII where it matters begin an HTML page, or a part of one."""
    if _PAGE.match(head):
        return True
    if name.endswith(_NAMES):
        return bool(_ANY_TAG.search(head))
    return bool(_FRAGMENT.match(head)) and bool(_END_TAG.search(head))


def read_saved_html(file: OpenedFile) -> Iterator[Outcome]:
    """One page for the file. Raises FileUnreadable."""
    data = file.read_whole(MAX_PAGE_BYTES)
    text = decode_text(data, find_declared_charset(data)).text
    if text and not text.isspace():
        yield Page(path=file.path, content=Content.HTML, text=text)
    else:
        yield Skipped("empty")


HTML = Format("html", "a page saved as HTML", is_html, read_saved_html, suffixes=(".html", ".htm", ".xhtml"))
