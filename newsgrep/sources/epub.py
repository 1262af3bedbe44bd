"""The reader of EPUB: books, magazines, and the news that e-book programs fetch; one article for each chapter.

Format: EPUB 2 and 3 (Open Container Format, Package Document).
"""

from __future__ import annotations

import io
import posixpath
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.cut_out import cut_between
from newsgrep.sources.encoding import decode_text, find_declared_charset
from newsgrep.sources.format import Format
from newsgrep.sources.html_text import read_markup
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys, show_key
from newsgrep.sources.sgml_reading import parse_attributes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipFile

    from newsgrep.sources.opened_file import OpenedFile

_MAX_MEMBERS = 10_000
_MAX_CHAPTER_BYTES = 16 << 20
_MAX_TOTAL_BYTES = 1 << 30
_LEAST_TEXT = 200
"""Characters below which a chapter is a cover, a half-title or a list of links."""

_HEADING_CHARS = 1 << 16
_LONGEST_TITLE = 500

_ROOT_FILE = re.compile(r"<(?:\w{1,20}:)?rootfile\b([^<>]{1,2000})>", re.IGNORECASE)
_ITEM = re.compile(r"<(?:\w{1,20}:)?item\b([^<>]{1,4000})>", re.IGNORECASE)
_REFERENCE = re.compile(r"<(?:\w{1,20}:)?itemref\b([^<>]{1,2000})>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,4000}>")
_LINKED = re.compile(r"<a\s[^<>]{0,2000}>([^<]{0,500})", re.IGNORECASE)
_HEADING = re.compile(r"<h[1-3]\b[^<>]{0,2000}>(.{1,2000}?)</h[1-3]\s*>", re.IGNORECASE | re.DOTALL)


class _Book(NamedTuple):
    chapters: list[str]
    title: str | None
    publisher: str | None
    date: str | None
    lang: str | None


def is_epub(name: str, head: bytes) -> bool:
    """Whether bytes begin a ZIP archive that says it is an EPUB."""
    return head[:4] == b"PK\x03\x04" and (
        head[30:58].startswith(b"mimetypeapplication/epub+zip") or (name.endswith(".epub") and b"epub" in head[:4096])
    )


def read_epub(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each chapter that has a text, keyed by its name in the book. Raises FileUnreadable."""
    import zipfile

    try:
        with zipfile.ZipFile(file.open_seekable()) as archive:
            if len(archive.infolist()) > _MAX_MEMBERS:
                raise FileUnreadable(f"An EPUB with more than {_MAX_MEMBERS:,} files")
            yield from _read_book(archive, file.path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        raise _damaged(error) from error


def _read_book(archive: ZipFile, path: str) -> Iterator[Outcome]:
    book = _read_package(archive)
    keys = RecordKeys()
    total = 0
    given = 0
    for position, name in enumerate(book.chapters, 1):
        try:
            data = _read_member(archive, name)
        except FileUnreadable as error:
            yield BrokenRecord(name, error.message)
            continue
        total += len(data)
        if total > _MAX_TOTAL_BYTES:
            yield BrokenRecord(name, f"The chapters are larger than {_MAX_TOTAL_BYTES >> 20:,} MiB; no more were read")
            return
        text = decode_text(data, find_declared_charset(data)).text
        if not _is_article(text):
            continue
        given += 1
        key = keys.take(name, position)
        heading = _HEADING.search(text[:_HEADING_CHARS])
        title = " ".join(_strip(heading[1]).split())[:_LONGEST_TITLE] if heading else ""
        body = read_markup(text)
        # The heading stands above the text.
        body = body.removeprefix(title).lstrip() if title and body.startswith(f"{title}\n") else body
        yield Page(
            path=path,
            key=key,
            record=show_key(key),
            content=Content.BODY,
            text=body,
            title=title or None,
            published=book.date,
            source=book.publisher or book.title,
            lang=book.lang,
        )
    if not given:
        yield Skipped("an EPUB without articles")


def _read_package(archive: ZipFile) -> _Book:
    container = _read_text(archive, "META-INF/container.xml")
    found = _ROOT_FILE.search(container)
    name = unquote(parse_attributes(found[1]).get("full-path", "")) if found else ""
    if not name:
        raise FileUnreadable("An EPUB that does not say where its contents are")
    package = _read_text(archive, name)
    folder = posixpath.dirname(name)
    items = {}
    for one in _ITEM.finditer(package):
        attributes = parse_attributes(one[1])
        is_page = "html" in attributes.get("media-type", "") and "nav" not in attributes.get("properties", "").split()
        if is_page and attributes.get("id"):
            items[attributes["id"]] = posixpath.normpath(posixpath.join(folder, unquote(attributes.get("href", ""))))
    order = [parse_attributes(one[1]) for one in _REFERENCE.finditer(package)]
    chapters = [items[one["idref"]] for one in order if one.get("idref") in items]
    return _Book(
        list(dict.fromkeys(chapters)),
        _find_dublin_core(package, "title"),
        _find_dublin_core(package, "publisher"),
        _find_dublin_core(package, "date"),
        _find_dublin_core(package, "language"),
    )


def _find_dublin_core(package: str, name: str) -> str | None:
    found = re.search(rf"<dc:{name}\b[^<>]{{0,500}}>([^<]{{1,1000}})</", package, re.IGNORECASE)
    return " ".join(_strip(found[1]).split()) or None if found else None


def _read_text(archive: ZipFile, name: str) -> str:
    data = _read_member(archive, name)
    return decode_text(data, find_declared_charset(data)).text


def _read_member(archive: ZipFile, name: str) -> bytes:
    """The bytes of a member within bounds. Raises FileUnreadable."""
    import zipfile

    try:
        with archive.open(name) as member:
            data = member.read(_MAX_CHAPTER_BYTES + 1)
    except KeyError as error:
        raise FileUnreadable(f"{name[:200]} is not in the EPUB") from error
    except RuntimeError as error:
        # How zipfile says that a password is needed.
        raise FileUnreadable("The EPUB is encrypted") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        ValueError,
        EOFError,
        io.UnsupportedOperation,
    ) as error:
        raise _damaged(error) from error
    if len(data) > _MAX_CHAPTER_BYTES:
        raise FileUnreadable(f"{name[:200]} is larger than {_MAX_CHAPTER_BYTES >> 20} MiB")
    return data


def _damaged(error: Exception) -> FileUnreadable:
    # Its words quote whatever stands where a name should be.
    return FileUnreadable(f"Damaged EPUB ({str(error)[:200]})")


def _is_article(text: str) -> bool:
    """Whether a chapter has a text that is not mostly links."""
    for tag in ("head", "style", "script"):
        text = cut_between(text, f"<{tag}", f"</{tag}>")
    length = len("".join(_strip(text).split()))
    linked = sum(len("".join(link.split())) for link in _LINKED.findall(text))
    return length >= _LEAST_TEXT and linked < length / 2


def _strip(markup: str) -> str:
    import html

    return html.unescape(_TAG.sub(" ", markup))


EPUB = Format("epub", "the chapters of an EPUB", is_epub, read_epub, binary=True, suffixes=(".epub",))
