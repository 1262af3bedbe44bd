"""The two records every room shares: what a file gave, and what was understood.

A reader in `sources/` yields a `Page`; `extract/` turns it into an `Article`; everything after that
speaks of articles only.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass


class Content(enum.StrEnum):
    """What the `text` of a page is, which decides how it is understood."""

    TEXT = "text"
    """A page saved as plain text: the article with the page's furniture around it."""
    HTML = "html"
    """Markup of a whole page or of an article's body."""
    BODY = "body"
    """The article's own text, as a data set or an agency gives it: nothing to leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One article as a file holds it, before anything is understood.

    The fields after `text` are what the format itself says of the article (a JSON key, a feed's
    element); each is as the file spells it, and extraction fills only what is missing.
    """

    path: str
    """The file, as the walk found it."""
    name: str = ""
    """The bare name of the file inside an archive that the article came from; empty where it is that of `path`."""
    key: str = ""
    """What tells this article from the others of its file; empty where a file is one article."""
    record: str | None = None
    """What follows `path#` in the article's address, where a file holds several: its own id (`id`, `docno`...), else
    its place; the member's name comes first in an archive."""
    content: Content
    text: str
    title: str | None = None
    published: str | None = None
    section: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    source: str | None = None
    url: str | None = None
    lang: str | None = None
    captured: str | None = None
    """When the page was saved, where the format says so."""


class DateOrigin(enum.StrEnum):
    """Where a publication date was found, from the most to the least trusted."""

    FIELD = "field"
    """A field of the record that held the article (JSON key, feed element)."""
    JSON_LD = "json-ld"
    META = "meta"
    TIME = "time"
    """A `<time>` element or microdata of the page."""
    TEXT = "text"
    """A date line in the visible text."""
    URL = "url"
    FILE_NAME = "file-name"
    MTIME = "mtime"
    """When the file was last written; only where that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as understood. Text is NFC; quotes and dashes are as printed."""

    id: str
    """Stable: derived from its address, the file's absolute path and the record."""
    title: str
    body: str
    """Paragraphs, separated by a blank line."""
    section: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    source: str | None = None
    url: str | None = None
    published: dt.date | None = None
    """As printed on the page: a `datetime` when a time is printed (aware when an offset is), else a `date`."""
    published_from: DateOrigin | None = None
    lang: str | None = None
    """BCP 47 code, lower case ("en", "pt-br")."""
    captured: dt.datetime | None = None
    """When the page was saved, in UTC, where its file says so; never when the file was written."""
    path: str
    """The file, as the walk found it."""
    record: str | None = None
    words: int = 0
    """Words of the body."""
    index: str | None = None
    """Which of several indexes that were asked together it is in, as that was named; None where one was asked."""


def format_published(published: dt.date | None) -> str | None:
    """Write a publication date as ISO 8601, no more precise than it is printed.

    >>> format_published(dt.date(2018, 2, 20))
    '2018-02-20'
    >>> format_published(dt.datetime(2018, 2, 20, 16, 2))
    '2018-02-20T16:02'
    """
    if not isinstance(published, dt.datetime):
        return published.isoformat() if published else None
    return published.isoformat(timespec="seconds" if published.second else "minutes")


def parse_published(text: str | None) -> dt.date | None:
    """Read what `format_published` wrote; raises ValueError on anything else."""
    if not text:
        return None
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
