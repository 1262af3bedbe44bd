"""The reader of web archives in MHTML, as browsers save a page with all its parts in one file.

The date is the one on which the page was saved, not that of the article. Format: RFC 2557.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.encoding import decode_text, find_declared_charset
from newsgrep.sources.format import Format
from newsgrep.sources.mime_message import iter_leaves, parse_message
from newsgrep.sources.outcome import Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

_NAMES = (".mht", ".mhtml")
_HEADERS = re.compile(rb"\s*(?:[!-9;-~]{1,80}:[^\n]{0,4000}\n(?:[ \t][^\n]{0,4000}\n)*+){2,60}")
_SAVED = re.compile(rb"^From:\s*<?Saved by|^Snapshot-Content-Location:", re.IGNORECASE | re.MULTILINE)
_RELATED = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)


def is_mhtml(name: str, head: bytes) -> bool:
    """Whether bytes begin the headers of a page saved with its parts."""
    found = _HEADERS.match(head[:16384])
    if not found:
        return False
    return bool(_SAVED.search(found[0])) or (name.endswith(_NAMES) and bool(_RELATED.search(found[0])))


def read_mhtml(file: OpenedFile) -> Iterator[Outcome]:
    """One page for the file. Raises FileUnreadable."""
    message = parse_message(file.read_whole().lstrip())
    address = message.read_header("snapshot-content-location")
    for part in iter_leaves(message):
        if part.kind not in ("text/html", "application/xhtml+xml"):
            continue
        data = part.decode_body()
        text = decode_text(data, part.get_parameter("charset") or find_declared_charset(data)).text
        if text.strip():
            url = address or part.read_header("content-location")
            yield Page(
                path=file.path,
                content=Content.HTML,
                text=text,
                url=url if url.startswith(("http://", "https://")) else None,
                captured=message.read_header("date") or None,
            )
            return
    yield Skipped("a web archive without a page")


MHTML = Format("mhtml", "a page saved as MHTML", is_mhtml, read_mhtml, suffixes=(".mhtml", ".mht"))
