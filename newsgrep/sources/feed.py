"""The reader of feeds saved as files: RSS 0.9x, 1.0 and 2.0, and Atom.

An entry without content yields its summary. Formats: https://www.rssboard.org/rss-specification, RFC 4287, and the
RSS modules Content, Dublin Core and Media.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.format import Format
from newsgrep.sources.html_text import read_markup
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys, show_key
from newsgrep.sources.xml_reading import find_root, iter_xml_records
from newsgrep.sources.xml_text import find_text, find_texts, flatten, iter_at, read_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from newsgrep.sources.opened_file import OpenedFile

_RDF_FEED = re.compile(rb"purl\.org/rss/|my\.netscape\.com/rdf")
_ATOM = re.compile(rb"www\.w3\.org/2005/atom|purl\.org/atom/", re.IGNORECASE)
_ENTRIES = frozenset({"item", "entry"})
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_ADDRESS_AND_NAME = re.compile(r"\S+@\S+\s+\((.{1,100})\)\s*$")
_LONGEST_ID = 512


def is_feed(_: str, head: bytes) -> bool:
    """Whether bytes begin a feed."""
    root = find_root(head)
    if root == "rdf":
        return bool(_RDF_FEED.search(head[:4096]))
    return root == "rss" or (root == "feed" and bool(_ATOM.search(head[:4096])))


def read_feed(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each entry, keyed by its id. Raises FileUnreadable."""
    keys = RecordKeys()
    position = 0
    for record in iter_xml_records(file, _ENTRIES):
        position += 1
        if isinstance(record, BrokenRecord):
            yield record
            continue
        page_text = _find_content(record.element)
        title = _plain(_find_title(record.element))
        if not (page_text or title):
            yield BrokenRecord(f"line {record.line}", "An entry with neither a title nor a text")
            continue
        entry = record.element
        channel = record.frame.find("channel")
        channel = record.frame if channel is None else channel
        own_id = find_text(entry, "guid", "id") or entry.get("rdf:about")
        url = _find_url(entry)
        key = keys.take(own_id if own_id and len(own_id) <= _LONGEST_ID else url, position)
        yield Page(
            path=file.path,
            key=key,
            record=show_key(key),
            content=Content.BODY,
            text=page_text,
            title=title or None,
            published=find_text(entry, "pubdate", "published", "issued", "dc:date", "created", "dcterms:issued")
            or find_text(entry, "updated", "modified"),
            section=_find_categories(entry),
            authors=_find_authors(entry),
            source=_plain(find_text(entry, "source/title", "source") or find_text(channel, "title")) or None,
            url=url,
            lang=entry.get("xml:lang")
            or find_text(entry, "dc:language")
            or find_text(channel, "language", "dc:language")
            or record.frame.get("xml:lang"),
        )
    if not position:
        yield Skipped("a feed without entries")


def _find_title(entry: Element) -> str | None:
    return find_text(entry, "title", "media:title", "dc:title")


def _plain(text: str | None) -> str:
    """A title without its markup, escaped once more than it should be or not."""
    return " ".join(
        html.unescape(_TAG.sub("", html.unescape(text or "") if "&" in (text or "") else text or "")).split()
    )


def _find_content(entry: Element) -> str:
    """The fullest content of an entry."""
    best = ""
    for tag in ("content:encoded", "content", "xhtml:body", "body", "description", "summary", "itunes:summary",
                "media:description"):  # fmt: skip
        for element in iter_at(entry, tag):
            found = _read_construct(element)
            # A description may be the whole text where the content is a teaser.
            if len(found) > 2 * len(best):
                best = found
    return best


def _read_construct(element: Element) -> str:
    kind = (element.get("type") or "").lower()
    if len(element):
        return "\n\n".join(read_paragraphs(element))
    text = (element.text or "").strip()
    if kind in ("text", "text/plain", "plain"):
        return text
    if kind.startswith(("html", "text/html", "application/xhtml")) or element.get("mode") == "escaped":
        return read_markup(text)
    if kind and "/" in kind and not kind.startswith("text/"):
        # A picture or a film as Base64.
        return ""
    if _TAG.search(text):
        return read_markup(text)
    return html.unescape(text)


def _find_url(entry: Element) -> str | None:
    fallback = None
    for link in iter_at(entry, "link"):
        address = (link.get("href") or flatten(link)).strip()
        relation = link.get("rel", "alternate")
        if (
            address
            and relation == "alternate"
            and link.get("type", "text/html").startswith(("text/html", "application/x"))
        ):
            return address
        if address and relation != "self":
            fallback = fallback or address
    guid = entry.find("guid")
    if guid is not None and guid.get("ispermalink", "true").lower() == "true":
        address = flatten(guid)
        if address.startswith(("http://", "https://")):
            return address
    about = entry.get("rdf:about", "")
    return fallback or (about if about.startswith(("http://", "https://")) else None)


def _find_categories(entry: Element) -> tuple[str, ...]:
    labels = [
        _plain(one.get("label") or one.get("term") or flatten(one))
        for tag in ("category", "dc:subject")
        for one in iter_at(entry, tag)
    ]
    return tuple(dict.fromkeys(label for label in labels if label))


def _find_authors(entry: Element) -> tuple[str, ...]:
    names = find_texts(entry, "author/name", "dc:creator", "author", "itunes:author", "contributor/name")
    return tuple(_plain(found[1] if (found := _ADDRESS_AND_NAME.match(name)) else name) for name in names)


FEED = Format(
    "feed", "the entries of a feed (RSS, Atom)", is_feed, read_feed, suffixes=(".rss", ".atom", ".xml")
)  # fmt: skip
