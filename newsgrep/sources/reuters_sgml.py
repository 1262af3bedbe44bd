"""The reader of the Reuters-21578 collection, whose files hold a thousand `<REUTERS>` each.

Format: the collection's README (distribution 1.0): topics are the section, what no indexer could part is read whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.format import Format
from newsgrep.sources.record_keys import RecordKeys, show_key
from newsgrep.sources.sgml_reading import SgmlRecord, parse_fields, read_collection, read_line, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile
    from newsgrep.sources.outcome import Outcome

_START = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?xml[^>]{0,200}>|<!DOCTYPE[^>]{0,500}>|<[a-z]{1,20}>)*+<REUTERS\s[^>]{0,500}NEWID",
    re.IGNORECASE,
)
_FIELDS = frozenset({
    "date", "topics", "places", "people", "orgs", "exchanges", "companies", "unknown", "text", "title", "dateline",
    "author", "body", "mknote",
})  # fmt: skip
_DESCRIPTOR = re.compile(r"<D>(.{1,200}?)</D>", re.IGNORECASE | re.DOTALL)
_SIGNATURE = re.compile(r"(?:^|\s)reuters?$", re.IGNORECASE)
_LONGEST_SIGNATURE = 10


def is_reuters_sgml(_: str, head: bytes) -> bool:
    """Whether bytes begin a file of Reuters-21578."""
    head = head[:4096]
    return b"<REUTERS" in head.upper() and bool(_START.match(head))


def read_reuters_sgml(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each article, keyed by its NEWID. Raises FileUnreadable."""
    return read_collection(file, "REUTERS", _build_page)


def _build_page(record: SgmlRecord, keys: RecordKeys, position: int, path: str) -> Page | None:
    fields = parse_fields(record.text, _FIELDS)
    title = _line(fields, "title")
    # Of an article that is one piece, the text is what stands in no field of its own.
    body = read_text("\n\n".join(fields.get("body") or fields.get("text") or ()))
    body = body.rstrip()
    if signature := _SIGNATURE.search(body, max(0, len(body) - _LONGEST_SIGNATURE)):
        body = body[: signature.start()].rstrip()
    body = body.strip("\n")
    if not (title or body):
        return None
    key = keys.take(record.attributes.get("newid"), position)
    topics = _DESCRIPTOR.findall("".join(fields.get("topics", ())))
    return Page(
        path=path,
        key=key,
        record=show_key(key),
        content=Content.BODY,
        text=body,
        title=title or None,
        published=_line(fields, "date") or None,
        section=tuple(dict.fromkeys(name for one in topics if (name := read_line(one)))),
        authors=(author,) if (author := _line(fields, "author")) else (),
        source="Reuters",
        lang="en",
    )


def _line(fields: dict[str, list[str]], name: str) -> str:
    return next((text for part in fields.get(name, ()) if (text := read_line(part))), "")


REUTERS_SGML = Format(
    "reuters", "the Reuters-21578 collection (SGML)", is_reuters_sgml, read_reuters_sgml, shares=True,
    suffixes=(".sgm",),
)  # fmt: skip
