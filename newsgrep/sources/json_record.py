"""One JSON object becomes a page: which of its keys hold what?

Keys are compared in lower case and without `_`, `-`, `.`, `:` and spaces, so that `datePublished`, `date_published`
and `date-published` are one. In each family the first key that holds something counts. The names are those of
schema.org (JSON-LD), JSON Feed, the WordPress, Guardian, New York Times and NewsAPI interfaces, news-please,
newspaper, trafilatura and fundus, Elasticsearch, MongoDB exports and the TREC news collections.
"""

from __future__ import annotations

import datetime as dt
import functools
import html
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.record_keys import show_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.sources.record_keys import RecordKeys

_TITLE = ("title", "headline", "heading", "webtitle", "headlines", "name")
BODY_KEYS = (
    "text", "body", "content", "contents", "maintext", "articlebody", "article", "fulltext", "bodytext", "articletext",
    "contenttext", "plaintext", "story", "paragraphs", "contenthtml", "bodyhtml", "html", "rawhtml",
)  # fmt: skip
_SUMMARY = (
    "description", "summary", "abstract", "standfirst", "leadparagraph", "snippet", "excerpt",
    "shortdescription", "highlights", "metadescription",
)  # fmt: skip
_PUBLISHED = (
    "published", "datepublished", "publishdate", "datepublish", "pubdate", "publishedat", "publisheddate",
    "publicationdate", "publishingdate", "publishedon", "webpublicationdate", "firstpublicationdate",
    "date", "datetime", "dateiso",
    "timestamp", "seendate", "createdat", "datecreated", "created",
)  # fmt: skip
_SECTION = (
    "section",
    "sections",
    "category",
    "categories",
    "articlesection",
    "sectionname",
    "topics",
    "topic",
    "subject",
)
_AUTHORS = ("authors", "author", "byline", "by", "creator", "writer")
_URL = ("url", "link", "canonicalurl", "weburl", "articleurl", "permalink", "mainentityofpage", "@id")
_SOURCE = (
    "source", "publication", "publisher", "publishername", "outlet", "newspaper", "sitename", "site", "sourcedomain",
    "sourcename", "sourcehostname", "metasitename", "domain", "hostname",
)  # fmt: skip
_CAPTURED = (
    "captured", "capturedat", "capturedate", "datedownload", "downloaded", "downloadedat", "downloaddate", "crawled",
    "crawledat", "crawldate", "datecrawled", "scraped", "scrapedat", "scrapedate", "datescraped", "fetched",
    "fetchedat", "retrieved", "retrievedat", "accessed", "accessdate", "savedat", "datesaved", "warcdate",
)  # fmt: skip
_LANG = ("lang", "language", "inlanguage", "languagecode", "langcode", "metalang")
_ID = ("id", "docno", "docid", "articleid", "guid", "uuid", "identifier")

_OWN = frozenset({"published_from", "words", "path", "record"})
"""Keys that newsgrep's own records have, as `export` and `extract` write them: their text is nothing but text."""

_WRAPPED = ("_source", "article", "document", "doc", "fields", "attributes")
"""Keys that hold the record itself where it has neither title nor text of its own, or the rest of it."""
_PLAIN = ("text", "rendered", "value", "#text", "@value", "content", "html", "main", "original", "$date", "$numberlong")
_DATED = (*_PLAIN, "date", "published", "iso")
_NAMED = ("name", "title", "label", "fullname", "displayname", "term", *_PLAIN)
_CODED = ("code", "alternatename", *_NAMED)
_REFERRED = ("@id", "url", "href", *_PLAIN)
_IDENTITY = ("$oid", "id", *_PLAIN)
_FURNITURE = frozenset({
    "title", "byline", "kicker", "date", "image", "video", "audio", "gallery", "embed", "tweet", "ad", "authorinfo",
    "deck", "interstitiallink", "newsletter", "relatedcontent",
})  # fmt: skip
"""Types of blocks in a list of blocks that are not the article's own text."""

_DEPTH = 6
_LONGEST_ID = 512
_LONGEST_DATE = 128
_KEY_PUNCTUATION = str.maketrans("", "", "_-.: ")
_MISSING = frozenset({"", "null", "none", "nan", "n/a", "nat", "undefined"})
_TAG = re.compile(
    r"</?(?:p|div|br|a|h[1-6]|ul|ol|li|span|strong|em|b|i|u|img|figure|blockquote|table|article|section|html|body|main"
    r"|script|style|!doctype)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_BY = re.compile(r"^by\s*[:\s]\s*(?=\S)", re.IGNORECASE)
_LIST_MARK = re.compile(r"\s*[;|]\s*")
_DIGITS = re.compile(r"-?\d{9,19}")


class Keyed(NamedTuple):
    """How the page of one record among several is addressed."""

    keys: RecordKeys
    position: int
    """The record's 1-based place."""


def build_page(value: object, path: str, keyed: Keyed | None = None) -> Page:
    """Map an object to a page, with a key and an address where a file holds several.

    Raises FileUnreadable when it is no article.
    """
    if not isinstance(value, dict):
        raise FileUnreadable("Not a JSON object")
    fields = _normalise(value)
    title = _first_text(fields, _TITLE)
    text = _first_body(fields)
    if not title and not text:
        raise FileUnreadable("Neither a title nor a text")
    is_own = value.keys() >= _OWN
    is_html = not is_own and "<" in text and bool(_TAG.search(text))
    key = ""
    if keyed is not None:
        own_id = _first_text(fields, _ID, _IDENTITY)
        key = keyed.keys.take(own_id if len(own_id) <= _LONGEST_ID else None, keyed.position)
    return Page(
        path=path,
        key=key,
        record=show_key(key) if keyed is not None else None,
        content=Content.HTML if is_html else Content.BODY,
        text=text if is_html or is_own else _resolve_references(text),
        title=title if is_own else _resolve_references(_TAG.sub("", title) if "<" in title else title).strip() or None,
        published=_first_date(fields, _PUBLISHED),
        section=_first_list(fields, _SECTION),
        authors=tuple(_BY.sub("", author) for author in _first_authors(fields)),
        source=_first_source(fields),
        url=_first_url(fields),
        lang=_first_text(fields, _LANG, _CODED) or None,
        captured=_first_date(fields, _CAPTURED),
    )


def names_article(keys: Iterable[str]) -> int:
    """How many families of fields (title, body, date...) are named; 0 without a title and a text among them."""
    short = {_fold_key(key.strip())[1] for key in keys}
    if not short.intersection((*_TITLE, *BODY_KEYS, *_SUMMARY)):
        return 0
    families = (_TITLE, BODY_KEYS, _SUMMARY, _PUBLISHED, _SECTION, _AUTHORS, _URL, _SOURCE, _LANG, _ID)
    return sum(not short.isdisjoint(family) for family in families)


def is_record(value: object) -> bool:
    """Whether an object has a title or a text."""
    if not isinstance(value, dict):
        return False
    fields = _normalise(value)
    return bool(_first_text(fields, _TITLE) or _first_body(fields))


def has_text(value: dict[str, Any]) -> bool:
    """Whether an object has a text of its own, a summary not counted."""
    fields = _normalise(value)
    return any(_to_body(fields.get(key)) for key in BODY_KEYS)


def _normalise(record: dict[str, Any]) -> dict[str, Any]:
    fields = _fold_keys(record)
    for name in _WRAPPED:
        inner = record.get(name)
        if isinstance(inner, dict):
            inner_fields = _fold_keys(inner)
            if any(key in inner_fields for key in (*_TITLE, *BODY_KEYS)):
                if fields.get(short := name.translate(_KEY_PUNCTUATION)) is inner:
                    del fields[short]
                # What stands outside is the search engine's or the interface's word for it: id, url, date.
                fields = {**inner_fields, **{key: item for key, item in fields.items() if _is_given(item)}}
    return fields


def _fold_keys(record: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, item in record.items():
        folded, short = _fold_key(key)
        # `id` before `_id`: the plain spelling is the one meant for people.
        if folded == short or not _is_given(fields.get(short)):
            fields[short] = item
    return fields


@functools.lru_cache(maxsize=1024)
def _fold_key(key: str) -> tuple[str, str]:
    """A key in lower case, and without punctuation too."""
    folded = key.lower()
    return folded, folded.translate(_KEY_PUNCTUATION)


def _is_given(item: object) -> bool:
    return item not in (None, "", [], {})


def _first_text(fields: dict[str, Any], keys: tuple[str, ...], inner: tuple[str, ...] = _PLAIN) -> str:
    for key in keys:
        item = fields.get(key)
        if item is not None and (text := _to_text(item, inner)):
            return text
    return ""


def _to_text(item: object, inner: tuple[str, ...], depth: int = _DEPTH) -> str:
    """One line of text from a string, a number, the first of a list, or an object's telling key."""
    if isinstance(item, str):
        text = " ".join(_clean(item).split())
        return "" if text.lower() in _MISSING else text
    if isinstance(item, int | float) and not isinstance(item, bool):
        return str(item)
    if not depth:
        return ""
    if isinstance(item, list):
        return next((text for one in item if (text := _to_text(one, inner, depth - 1))), "")
    if isinstance(item, dict):
        folded = {key.lower(): one for key, one in item.items()}
        return next((text for key in inner if (text := _to_text(folded.get(key), inner, depth - 1))), "")
    return ""


def _first_url(fields: dict[str, Any]) -> str | None:
    # trafilatura and clippers of notes call the page's address its source.
    return _first_text(fields, _URL, _REFERRED) or next(
        (text for text in (_to_text(fields.get("source"), _REFERRED),) if _WEB_ADDRESS.match(text)), None
    )


def _first_source(fields: dict[str, Any]) -> str | None:
    for key in _SOURCE:
        item = fields.get(key)
        text = "" if item is None else _to_text(item, _NAMED)
        if text and not _WEB_ADDRESS.match(text):
            return text
    return None


def _first_body(fields: dict[str, Any]) -> str:
    marked_up = ""
    for key in BODY_KEYS:
        item = fields.get(key)
        if item is None:
            continue
        text = _to_body(item)
        if text and ("<" not in text or not _TAG.search(text)):
            return text
        marked_up = marked_up or text
    return marked_up or next((text for key in _SUMMARY if (text := _to_body(fields.get(key)))), "")


def _to_body(item: object, depth: int = _DEPTH) -> str:
    """Paragraphs from a string, a list of them, or blocks with a text each."""
    if isinstance(item, str):
        return _clean(item).strip()
    if not depth:
        return ""
    if isinstance(item, list):
        return "\n\n".join(text for one in item if (text := _to_body(one, depth - 1)))
    if isinstance(item, dict):
        folded = {key.lower(): one for key, one in item.items()}
        kind = folded.get("type")
        if isinstance(kind, str) and kind.lower().translate(_KEY_PUNCTUATION) in _FURNITURE:
            return ""
        if isinstance(folded.get("sections"), list):
            # fundus: a summary, and sections of a headline and paragraphs each.
            return _to_body([folded.get("summary"), *folded["sections"]], depth - 1)
        if "headline" in folded and "paragraphs" in folded:
            return _to_body([folded["headline"], folded["paragraphs"]], depth - 1)
        keys = (*_PLAIN[:7], "body", "paragraphs", "articlebody")
        return next((text for key in keys if (text := _to_body(folded.get(key), depth - 1))), "")
    return ""


def _first_list(fields: dict[str, Any], keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        item = fields.get(key)
        if item is None:
            continue
        labels = [_to_text(one, _NAMED) for one in (item if isinstance(item, list) else [item])]
        # Resolved first: a character reference ends with the mark that parts a list.
        parts = [part for label in labels for part in _LIST_MARK.split(_resolve_references(label))]
        if any(parts):
            return tuple(dict.fromkeys(part for part in parts if part))
    return ()


def _first_authors(fields: dict[str, Any]) -> tuple[str, ...]:
    for key in _AUTHORS:
        item = fields.get(key)
        if item is None:
            continue
        persons = item if isinstance(item, list) else [item]
        found = _first_list({key: [_name_person(person) for person in persons]}, (key,))
        if found:
            return found
    return ()


def _name_person(person: object) -> object:
    if not isinstance(person, dict):
        return person
    folded = _fold_keys(person)
    names = [folded.get(key) for key in ("firstname", "lastname")]
    if not any(names):
        names = [folded.get(key) for key in ("givenname", "familyname")]
    whole = folded.get("name") or folded.get("fullname") or folded.get("displayname")
    return whole or " ".join(name for name in names if isinstance(name, str)) or person


def _first_date(fields: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        item = fields.get(key)
        text = "" if item is None else _to_text(item, _DATED)
        if text and len(text) <= _LONGEST_DATE and (date := _spell_date(text)):
            return date
    return None


def _spell_date(text: str) -> str | None:
    """A date as spelled; a Unix time in s, ms, us or ns as ISO 8601 in UTC; None for zero, which means unknown."""
    number = text.partition(".")[0] if re.fullmatch(r"-?\d+\.\d+", text) else text
    if not _DIGITS.fullmatch(number):
        return text if text.strip("0-:. T") else None
    seconds = int(number)
    for _ in range(3):
        if abs(seconds) >= 10**11:
            seconds //= 1000
    try:
        return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)).isoformat()
    except OverflowError:
        return None


def _clean(text: str) -> str:
    """Without NULs, and without halves of surrogate pairs, which no encoding can write."""
    text = text.replace("\0", "")
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _resolve_references(text: str) -> str:
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text
