"""What Whoosh is told of an article: fields, columns, stored values.

| field          | holds                                          | asked by                    | stored            |
|----------------|------------------------------------------------|-----------------------------|-------------------|
| id             | article id                                     | `get`                       | yes               |
| file           | digest of the file's absolute path             | replacing a file's articles |                   |
| title          | words, stemmed, with positions                 | free text, `title:`         | yes               |
| body           | words, stemmed, with positions                 | free text, `body:`          | yes               |
| section        | folded labels                                  | `--section`, `section:`     | as printed        |
| source         | folded label                                   | `--source`, `source:`       | as printed        |
| author         | words of names, not stemmed, a gap between     | `--author`, `author:`       | as printed        |
| url            | words of the address                           | `url:`                      | yes               |
| lang           | language code                                  | `lang:`                     | yes               |
| published      | seconds since 1970 as printed on the page      | date filters, order by date |                   |
| undated        | one term, where `published` is missing         | `--undated`                 |                   |
| words          | words of the body                              | `words:>500`                | yes               |
| byline         | folded names, whole                            | counts by author            |                   |
| key            | the id as a number, for all articles at once   | `scan`, order of equals     |                   |
| url_key        | key of the address (`url_keys`)                | versions                    |                   |
| captured       | seconds since 1970, UTC, when the page was saved | versions                  |                   |
| printed, saved |                                                | `published`, `captured` shown | ISO 8601        |
| path, record, published_from |                                  | nothing                     | yes               |

Values of a field that holds several (labels, names) stand one a line.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
from typing import TYPE_CHECKING, Any

from newsgrep.article import Article, DateOrigin, format_published, parse_published
from newsgrep.codec.plain_schema import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whoosh.fields import Schema

FORMAT_VERSION = 4
"""Raised when an index must be built anew; kept in the manifest."""

SIGNED_FIELD = "body"
"""The field whose words tell which articles are copies of each other."""

TIE_COLUMN = "key"
"""The column by which equally good articles stand: the order of an answer does not tell how the index came about."""

TITLE_WEIGHT = 3.0
"""A word of the title against one of the body, a whole number. Evidence: known articles are found best by words of
their titles from 3 on (nDCG@10 .980 against .970 with 1.5), judged questions do not mind."""

BM25_K1 = 1.2
BM25_B = 0.4
"""BM25's constants: the best mean over judged collections of short wire stories and long newspaper articles."""

UNDATED = "1"
"""The one term of the field `undated`."""

_EPOCH = dt.datetime(1970, 1, 1)
_DAY = 86_400


FIELD_NAMES = frozenset({
    "id", "file", "title", "body", "section", "source", "author", "url", "lang", "published", "undated", "words",
    "byline", "key", "url_key", "captured", "printed", "saved", "path", "record", "published_from",
})  # fmt: skip
"""What tells an index of this format from others without asking the manifest: no two formats have had the same."""


def build_schema() -> Schema:
    """The Whoosh schema of an archive.

    Numbers have no coarser steps for Whoosh's ranges: the evaluator compares columns.
    """
    from whoosh.columns import NumericColumn
    from whoosh.fields import COLUMN, ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

    from newsgrep.codec.pickled import Labels, PlainWords, SignedWords, StemmedWords

    return Schema(
        id=ID(unique=True, stored=True),
        file=ID(),
        title=TEXT(analyzer=StemmedWords(), phrase=True, stored=True),
        body=TEXT(analyzer=SignedWords(), phrase=True, stored=True),
        section=KEYWORD(analyzer=Labels(), stored=True),
        source=KEYWORD(analyzer=Labels(), stored=True),
        author=TEXT(analyzer=PlainWords(), phrase=True, stored=True),
        url=TEXT(analyzer=PlainWords(), phrase=True, stored=True),
        lang=KEYWORD(analyzer=Labels(), stored=True),
        published=NUMERIC(int, bits=64, signed=True, shift_step=0, sortable=True),
        undated=ID(),
        words=NUMERIC(int, bits=32, signed=True, shift_step=0, sortable=True, stored=True),
        byline=KEYWORD(analyzer=Labels()),
        key=COLUMN(NumericColumn("Q", default=0)),
        url_key=COLUMN(NumericColumn("Q", default=0)),
        captured=COLUMN(NumericColumn("q", default=MISSING)),
        printed=STORED(),
        saved=STORED(),
        path=STORED(),
        record=STORED(),
        published_from=STORED(),
    )


def file_key(path: str) -> str:
    """The term that all articles of a file share: 16 hex digits of BLAKE2b of its absolute path."""
    # A search needs no digest, and OpenSSL comes with them.
    import hashlib

    return hashlib.blake2b(os.fsencode(os.path.abspath(path)), digest_size=8).hexdigest()


def article_id(path: str, record: str) -> str:
    """The stable id of an article: 16 hex digits of BLAKE2b over its address, the file's absolute path and the record.

    Of an article that is a file, the record is empty.
    """
    import hashlib

    return hashlib.blake2b(
        _path_bytes(os.path.abspath(path)) + record.encode("utf-8", "surrogatepass"), digest_size=8
    ).hexdigest()


@functools.lru_cache(maxsize=16)
def _path_bytes(path: str) -> bytes:
    return os.fsencode(path) + b"\0"


def published_seconds(published: dt.date) -> int:
    """Seconds from 1970-01-01 to a date as printed on the page: its own clock, whatever the offset."""
    if isinstance(published, dt.datetime):
        return int((published.replace(tzinfo=None) - _EPOCH).total_seconds())
    return (published - _EPOCH.date()).days * _DAY


def day_bounds(first: dt.date, last: dt.date) -> tuple[int, int]:
    """The first and the last second of a span of days, both included, as `published_seconds` counts."""
    return published_seconds(first), published_seconds(last) + _DAY - 1


def article_fields(article: Article, file: str) -> dict[str, Any]:
    """The field values of one article, as Whoosh's `add_document` takes them; `file` is the key of its file."""
    # No search has an address to read.
    from newsgrep.archive.url_keys import url_key

    fields: dict[str, Any] = {
        "id": article.id,
        "file": file,
        "title": article.title,
        "body": article.body,
        "section": "\n".join(article.section),
        "source": article.source,
        "author": "\n".join(article.authors),
        "byline": "\n".join(article.authors),
        "key": int(article.id, 16),
        "url_key": url_key(article.url),
        "url": article.url,
        "lang": article.lang,
        "undated": None if article.published else UNDATED,
        "words": article.words,
        "path": article.path,
        "record": article.record,
        "published_from": article.published_from and article.published_from.value,
    }
    if article.published is not None:
        fields["published"] = published_seconds(article.published)
        fields["printed"] = format_published(article.published)
    if article.captured is not None:
        fields["captured"] = int(article.captured.timestamp())
        fields["saved"] = format_published(article.captured)
    return {name: value for name, value in fields.items() if value is not None and value != ""}


_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "title", "body", "path"), (str,)),
    **dict.fromkeys(("section", "author", "source", "url", "printed", "lang", "record"), (str, type(None))),
    **dict.fromkeys(("saved", "published_from"), (str, type(None))),
    "words": (int,),
}
"""What is stored of an article."""


def read_article(stored: Mapping[str, Any]) -> Article:
    """The article behind the stored values of a document. Raises ValueError for values that are none of an article."""
    if not all(isinstance(value, _KINDS.get(name, object)) for name, value in stored.items()):
        raise ValueError("what it stores of an article is of other kinds")
    origin = stored.get("published_from")
    return Article(
        id=stored["id"],
        title=stored.get("title", ""),
        body=stored.get("body", ""),
        section=_read_lines(stored.get("section")),
        authors=_read_lines(stored.get("author")),
        source=stored.get("source"),
        url=stored.get("url"),
        published=parse_published(stored.get("printed")),
        published_from=DateOrigin(origin) if origin else None,
        lang=stored.get("lang"),
        path=stored["path"],
        record=stored.get("record"),
        words=stored["words"],
        captured=_read_captured(stored.get("saved")),
    )


def _read_captured(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _read_lines(text: str | None) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
