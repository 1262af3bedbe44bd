"""What of an article a citation says, cleaned once for every style.

Article text is a stranger's: each value is one line here, without control characters, marks that reorder text or
halves of surrogate pairs, and an address is one that a browser would open. Nothing is added: what an article does not
say is None.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from newsgrep.search.person_names import PersonName, split_name

if TYPE_CHECKING:
    from newsgrep.article import Article

_UNTITLED = "Untitled"
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WEB_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s/]", re.IGNORECASE)
_UNSAFE = re.compile(r'[\s"<>\\^`{|}]')
"""What no address may hold as it is (RFC 3986, section 2), and what ends one in the formats that carry it."""


class Author(NamedTuple):
    """An author as printed, and the parts of the name where they can be told."""

    name: str
    person: PersonName | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What is cited of an article. Every text is one line and not empty."""

    id: str
    """The article's id."""
    title: str
    authors: tuple[Author, ...] = ()
    source: str | None = None
    """The publication."""
    section: tuple[str, ...] = ()
    published: dt.date | None = None
    """The day, as printed on the page."""
    url: str | None = None
    """Percent-encoded where it must be; ASCII apart from letters of other scripts."""
    lang: str | None = None
    captured: dt.date | None = None
    """The day on which the page was saved, in UTC, where its file says so: what bibliographies call the day of access.
    Known only beside an address."""


def build_citation(article: Article) -> Citation:
    """Take from an article what is cited of it."""
    published = article.published
    url = clean_address(article.url or "")
    authors = tuple(name for text in article.authors if (name := clean_text(text)))
    return Citation(
        id=article.id,
        title=clean_text(article.title) or _UNTITLED,
        authors=tuple(Author(name, split_name(name, article.lang)) for name in authors),
        source=clean_text(article.source or "") or None,
        section=tuple(label for text in article.section if (label := clean_text(text))),
        published=published.date() if isinstance(published, dt.datetime) else published,
        url=url,
        lang=clean_text(article.lang or "") or None,
        captured=article.captured.date() if article.captured and url else None,
    )


def clean_text(text: str) -> str:
    """Bring a text onto one line, without what does not print."""
    return " ".join(_SURROGATE.sub("\ufffd", _HIDDEN.sub("", " ".join(text.split()))).split())


def clean_address(url: str) -> str | None:
    """An address of the web that fits between any brackets; None for what is none (`javascript:`, a bare path)."""
    bare = _SURROGATE.sub("", _HIDDEN.sub("", url.strip()))
    if not _WEB_ADDRESS.match(bare):
        return None
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), bare)
