"""The reader of WARC files: the HTML pages that a crawler was answered with, and the texts of WET files.

Each capture is a record of its own, with the key `YYYYMMDDhhmmss/URL`, as web archives address them; a second capture
of the same address with the same content is left out. The date of a capture is no date of publication and goes nowhere
else. Records are read one by one: a file of any size takes the memory of its largest page, and some 40 bytes a page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.archive_members import Skips
from newsgrep.sources.encoding import decode_text, find_declared_charset, is_binary
from newsgrep.sources.format import Format
from newsgrep.sources.http_body import decode_body
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import Fingerprints, RecordKeys, show_key
from newsgrep.sources.saved_html import is_html
from newsgrep.sources.share import WHOLE
from newsgrep.sources.warc_records import WarcRecord, iter_records, read_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

MAX_PAGE_BYTES = 16 << 20
"""Of one page, packed or unpacked."""

_LONGEST_URL = 8192
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DIGITS = re.compile(r"\d")
_PAGES = ("text/html", "application/xhtml+xml")
_BESIDE = frozenset({"warcinfo", "request", "metadata", ""})
"""Kinds of records that tell of the crawl and hold no answer."""
_KINDS = {"an image": "image/", "a sound": "audio/", "a film": "video/", "a typeface": "font/"}


def is_warc(name: str, head: bytes) -> bool:
    """Whether a file begins with the version line of a record."""
    del name
    return head.startswith((b"WARC/1.", b"WARC/0."))


def read_warc(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each capture of the share, keyed by time and address. Raises FileUnreadable."""
    reader = _Reader(file)
    skips = Skips()
    number = pages = 0
    try:
        for record in iter_records(file.stream):
            if isinstance(record, BrokenRecord):
                if file.share.number == 0:
                    yield record
                if file.notes.fault is not None:
                    # Reading on would ask the disk for the same bytes again.
                    break
                continue
            number = record.number
            try:
                page = reader.read(record)
            except _NoPage as reason:
                skips.add(str(reason), record.url[:_LONGEST_URL])
            except FileUnreadable as error:
                # Where the file itself is damaged, every share meets it.
                if file.share.number == 0 or not record.is_lost:
                    yield BrokenRecord(f"record {number}, {record.url[:200]}", error.message)
                if file.notes.fault is not None:
                    break
            else:
                if page is not None:
                    pages += 1
                    yield page
    except FileUnreadable as error:
        if not number:
            raise
        if file.share.number == 0:
            yield BrokenRecord(f"record {number + 1}", error.message)
    if not pages and not skips and file.share == WHOLE:
        yield Skipped("a WARC file without captures")
    yield from skips.tell()


WARC = Format(
    "warc",
    "a WARC file of captured pages, as wget, Heritrix and browsertrix write it",
    is_warc,
    read_warc,
    binary=True,
    shares=True,
    suffixes=(".warc", ".warc.gz"),
)


class _NoPage(Exception):
    """A record holds no page, for this reason."""


class _Reader:
    """Reads the records of one file, and remembers the captures that it has seen."""

    def __init__(self, file: OpenedFile) -> None:
        self._file = file
        self._keys = RecordKeys()
        self._seen = Fingerprints()

    def read(self, record: WarcRecord) -> Page | None:
        """The page that a record holds; None where none is to be expected. Raises _NoPage or FileUnreadable."""
        url = record.url
        name = url.encode("utf-8", "surrogatepass")
        # All captures of an address are in one share, which then knows whether their content is new.
        if (
            record.kind in _BESIDE
            or url.startswith(("urn:", "dns:", "metadata:"))
            or not self._file.share.has_name(name)
        ):
            return None
        if len(url) > _LONGEST_URL:
            raise FileUnreadable(f"An address of {len(url):,} characters")
        if record.kind == "revisit":
            raise _NoPage("captured again, unchanged")
        if record.kind == "response" and not url.startswith(("ftp:", "ftps:")):
            return self._read_response(record, url)
        if record.kind in ("response", "resource", "conversion"):
            return self._build(record, url, record.fields.get("content-type", ""), {})
        raise _NoPage(f"a record of the kind {record.kind[:40]!r}")

    def _read_response(self, record: WarcRecord, url: str) -> Page:
        status = _STATUS.match(record.read_line(_LONGEST_URL))
        headers = read_fields(record) if status else None
        if status is None or headers is None:
            raise FileUnreadable("Not an HTTP response")
        if not status[1].startswith(b"2"):
            raise _NoPage(f"HTTP status {status[1].decode()}")
        return self._build(record, url, headers.get("content-type", ""), headers)

    def _build(self, record: WarcRecord, url: str, content_type: str, headers: dict[str, str]) -> Page:
        media_type = content_type.partition(";")[0].strip().lower()
        is_text = record.kind == "conversion" and media_type == "text/plain"
        if media_type not in _PAGES and media_type and not is_text:
            kinds = (kind for kind, start in _KINDS.items() if media_type.startswith(start))
            raise _NoPage(next(kinds, f"no page but {media_type[:40]}"))
        body = record.read(MAX_PAGE_BYTES + 1)
        if len(body) > MAX_PAGE_BYTES:
            raise FileUnreadable(f"Larger than {MAX_PAGE_BYTES >> 20} MiB")
        body = decode_body(body, headers, MAX_PAGE_BYTES, self._file.notes)
        if not body.strip():
            raise _NoPage("empty")
        if is_binary(body[: 1 << 16]) or (not media_type and not is_html("", body[: 1 << 16])):
            raise _NoPage("no page, whatever it is called")
        if not self._seen.add(url.encode("utf-8", "surrogatepass") + b"\0" + body):
            raise _NoPage("captured again, unchanged")
        named = _CHARSET.search(content_type)
        text = decode_text(body, named[1] if named else find_declared_charset(body)).text
        when = "".join(_DIGITS.findall(record.fields.get("warc-date", "")[:19]))
        key = self._keys.take(f"{when or '-'}/{url}", record.number)
        return Page(
            path=self._file.path,
            name=_name(url),
            key=key,
            record=show_key(key),
            content=Content.TEXT if is_text else Content.HTML,
            text=text,
            url=url,
            captured=record.fields.get("warc-date"),
        )


def _name(url: str) -> str:
    """The last part of an address: what a file of the page would be called."""
    path = url.partition("://")[2].partition("?")[0].partition("#")[0]
    return unquote(path.rstrip("/").rsplit("/", 1)[-1]) or "page"
