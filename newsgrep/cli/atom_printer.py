"""What watches tell as an Atom feed (RFC 4287): for feed readers, one feed for any number of watches.

The id of an entry is made of the watch and the article, so that a reader shows an article once, however often it is
in the feed. `updated` is when the article was told; `published` stands only where the page gives the date with its
offset, since RFC 3339 asks for one.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from newsgrep.cli.plain_printer import UNTITLED, facts_of
from newsgrep.cli.safe_text import clean_line
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsgrep.article import Article
    from newsgrep.search.results import Hit

KEPT = 500
"""Entries of a feed file; more only where one run tells more."""

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
_GENERATOR = "  <generator>newsgrep</generator>\n"
_TAIL = "</feed>\n"
_ENTRY = re.compile(r"^  <entry>\n.*?^  </entry>\n", re.MULTILINE | re.DOTALL)
_ENTRY_ID = re.compile(r"^    <id>([^<]*)</id>$", re.MULTILINE)
_WEB_ADDRESS = re.compile("https?://[^/]", re.IGNORECASE)
# Beside controls and surrogates, which `clean_line` has replaced, XML 1.0 has no place for these.
_NO_XML = re.compile("[\ufffe\uffff]")
_IRI_MARKS = ":/?#[]@!$&'()*+,;=%~-._"


def iter_entries(watch: str, hits: Iterable[Hit], *, identity: str, now: dt.datetime) -> Iterator[str]:
    """Write each hit of a watch as an entry; `identity` is a UUID of who tells them."""
    space = uuid.UUID(identity)
    for hit in hits:
        article = hit.article
        summary = [facts_of(article), *(snippet.text for snippet in hit.snippets if snippet.field != "title")]
        lines = [
            f"<id>{uuid.uuid5(space, f'{watch}/{article.id}').urn}</id>",
            f"<title>{_text(article.title) or UNTITLED}</title>",
            f"<updated>{_timestamp(now)}</updated>",
        ]
        if isinstance(article.published, dt.datetime) and article.published.tzinfo is not None:
            lines.append(f"<published>{article.published.isoformat(timespec='seconds')}</published>")
        lines += [f"<author><name>{name}</name></author>" for each in article.authors if (name := _text(each))]
        lines += [
            f'<link rel="alternate" href={quoteattr(_address_of(article))}/>',
            f"<category term={quoteattr(watch)}/>",
            f'<summary type="text">{" … ".join(_text(line) for line in summary)}</summary>',
        ]
        yield "  <entry>\n" + "".join(f"    {line}\n" for line in lines) + "  </entry>\n"


def render_feed(entries: Iterable[str], *, watches: Sequence[str], identity: str, now: dt.datetime) -> str:
    """Write a whole feed of entries; `watches` are those whose feed it is, none for all."""
    subject = ", ".join(watches) or "all watches"
    name = uuid.uuid5(uuid.UUID(identity), f"feed:{','.join(sorted(watches))}").urn
    head = (
        f"  <id>{name}</id>\n  <title>newsgrep: {_text(subject)}</title>\n  <updated>{_timestamp(now)}</updated>\n"
        f"  <author><name>newsgrep</name></author>\n"
    )
    return _HEAD + head + _GENERATOR + "".join(entries) + _TAIL


def join_entries(new: Sequence[str], feed: bytes, name: str) -> list[str]:
    """New entries before those that a feed file has already, of which the last fall out.

    Raises OptionError for a file that is not empty and was not written here.
    """
    text = feed.decode("utf-8", "replace")
    if text and not (text.startswith(_HEAD) and _GENERATOR in text and text.endswith(_TAIL)):
        raise OptionError(f"{name} is no feed of newsgrep's", hint="Name another file: --to FILE replaces it whole.")
    known = {_id_of(entry) for entry in new}
    kept = [entry for entry in _ENTRY.findall(text) if _id_of(entry) not in known]
    return [*new, *kept[: max(0, KEPT - len(new))]]


def _id_of(entry: str) -> str:
    found = _ENTRY_ID.search(entry)
    return found[1] if found else ""


def _address_of(article: Article) -> str:
    """Where to read the article: its address on the web, else its file."""
    if article.url and _WEB_ADDRESS.match(article.url):
        return quote(article.url.strip().encode("utf-8", "replace"), safe=_IRI_MARKS)
    return "file://" + quote(os.fsencode(os.path.abspath(article.path)))


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", clean_line(text)))


def _timestamp(when: dt.datetime) -> str:
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
