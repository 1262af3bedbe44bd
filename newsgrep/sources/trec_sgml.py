"""The reader of the TREC news collections: many `<DOC>` in a file, each collection with tags of its own.

The collections: AP, Wall Street Journal, Financial Times, Los Angeles Times, San Jose Mercury News, FBIS (TIPSTER and
TREC disks 1 to 5), AQUAINT, and English Gigaword, which are all written alike.
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
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?xml[^>]{0,200}>|<!DOCTYPE[^>]{0,500}>|<(?:root|docs|documents|trec|add)>)*+"
    rb"<DOC(?:\s[^>]{0,500}\bid\s*=[^>]{0,500})?>.{0,300}?(?:<DOCNO|<HEADLINE|<TEXT|<DOCID|<DATELINE)",
    re.IGNORECASE | re.DOTALL,
)
_TITLES = ("headline", "head", "hl", "title", "ti", "h3")
_DATES = ("date", "dd", "date_time", "pubdate", "date1", "story_date", "docdate")
_BODIES = ("leadpara", "lp", "text", "body_text")
_AUTHORS = ("byline", "author")
_SOURCES = ("pub", "so", "name", "source")
_SECTIONS = ("section", "in")
_OTHERS = (
    "docno", "docid", "fileid", "first", "second", "note", "unk", "dateline", "g", "gv", "co", "page", "profile",
    "length", "graphic", "type", "subject", "correction", "correction-date", "country", "edition", "code", "access",
    "descript", "memo", "caption", "day", "month", "region", "header", "body", "slug", "trailer", "doctype", "ht",
    "category", "keyword", "url", "mc", "st", "re", "cn", "ms", "abstract",
)  # fmt: skip
_FIELDS = frozenset((*_TITLES, *_DATES, *_BODIES, *_AUTHORS, *_SOURCES, *_SECTIONS, *_OTHERS))
_FT_TITLE = re.compile(r"^FT\s+\d{1,2} [A-Z]{3} \d{2}\s*/\s*")
_COMPACT = re.compile(r"(?:19)?(\d\d)([01]\d)([0-3]\d)$")
_ID_YEAR_FIRST = re.compile(r"(?:AP|WSJ|SJMN\d\d-06)(\d\d)(\d\d)(\d\d)")
_ID_MONTH_FIRST = re.compile(r"LA(\d\d)(\d\d)(\d\d)-")
_ID_WHOLE = re.compile(r"[A-Z_]{3,12}((?:19|20)\d\d)([01]\d)([0-3]\d)\.")
_SLASHED = re.compile(r"(\d\d)/(\d\d)/(?:19)?(\d\d)\b(?:\s+(\d\d:\d\d:\d\d))?")
_AGENCY = (("AP", "AP"), ("WSJ", "The Wall Street Journal"), ("FT", "Financial Times"), ("LA", "Los Angeles Times"))


def is_trec_sgml(_: str, head: bytes) -> bool:
    """Whether bytes begin a document of a TREC collection."""
    return bool(_START.match(head[:4096]))


def read_trec_sgml(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each document, keyed by its DOCNO. Raises FileUnreadable."""
    return read_collection(file, "DOC", _build_page)


def _build_page(record: SgmlRecord, keys: RecordKeys, position: int, path: str) -> Page | None:
    fields = parse_fields(record.text, _FIELDS)
    title = _FT_TITLE.sub("", _line(fields, _TITLES))
    bodies = [text for name in _BODIES for part in fields.get(name, ()) if (text := read_text(part).strip("\n"))]
    if not (title or bodies):
        return None
    number = _line(fields, ("docno",)) or record.attributes.get("id", "").strip() or _line(fields, ("docid",))
    key = keys.take(number[:200], position)
    section = [part.strip() for part in _line(fields, _SECTIONS).split(";")]
    return Page(
        path=path,
        key=key,
        record=show_key(key),
        content=Content.BODY,
        text="\n\n".join(bodies),
        title=title or None,
        published=_find_date(fields, number),
        section=tuple(dict.fromkeys(one for one in section[:1] if one)) if fields.get("section") else (),
        authors=tuple(one for part in _first(fields, _AUTHORS) if (one := read_line(part))),
        source=_line(fields, _SOURCES)
        or next((name for start, name in _AGENCY if re.match(rf"{start}\d", number)), None),
        url=_line(fields, ("url",)) or None,
    )


def _first(fields: dict[str, list[str]], names: tuple[str, ...]) -> list[str]:
    return next((fields[name] for name in names if any(map(str.strip, fields.get(name, ())))), [])


def _line(fields: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((text for part in _first(fields, names) if (text := read_line(part))), "")


def _find_date(fields: dict[str, list[str]], number: str) -> str | None:
    """The date as ISO 8601 where a collection has a spelling of its own: the years of all are 19xx, months first."""
    date = _line(fields, _DATES)
    if found := _COMPACT.match(date.split(" ")[0]):
        return f"19{found[1]}-{found[2]}-{found[3]}"
    if found := _SLASHED.match(date):
        return f"19{found[3]}-{found[1]}-{found[2]}" + (f"T{found[4]}" if found[4] else "")
    if date:
        return date
    if found := _ID_WHOLE.match(number):
        return "-".join(found.groups())
    if found := _ID_YEAR_FIRST.match(number):
        return f"19{found[1]}-{found[2]}-{found[3]}"
    if found := _ID_MONTH_FIRST.match(number):
        return f"19{found[3]}-{found[1]}-{found[2]}"
    return None


TREC_SGML = Format(
    "trec", "a TREC news collection: AP, WSJ, FT, LA Times, FBIS, Gigaword (SGML)", is_trec_sgml, read_trec_sgml,
    shares=True, suffixes=(".sgml", ".sgm"),
)  # fmt: skip
