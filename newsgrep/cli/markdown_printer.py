"""Articles as Markdown notes: front matter in YAML, then the paragraphs; and what such a file is called.

What is written is read again as the same article, by `newsgrep index` and by CommonMark: of an article's text nothing
is markup. Front matter: https://yaml.org/spec/1.2.2/ (texts in double quotes, which hold JSON's escapes).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from newsgrep.article import format_published
from newsgrep.search.ascii_words import ascii_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.article import Article

NOTE_KEYS = ("title", "published", "section", "authors", "source", "url", "lang", "captured", "id")
"""The keys of the front matter, in their order; one that is not known is left out."""

LONGEST_NAME = 120
"""Bytes of a file's name, all of them ASCII."""

_SLUG = 80
_SUFFIX = ".md"
_DATE = re.compile(r"((?:19|20)\d\d)([/-]?[01]\d-?[0-3]\d)")

_ENTITY = re.compile(r"&(?=(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);)")
_TAG = re.compile(r"<(?=[/!?a-zA-Z])")
_NOT_PRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_MARKUP = re.compile(r"[\\*\[\]^~]|(?<![^\W_])_|_(?![^\W_])|(?<=\])\(|(?<=[=%])[=%]|=(?==)|(?:^|(?<=\s))#")
_SUSPECT = re.compile(r"[\\*\[\]^~_=%#&`<]")
"""What may be markup within a line: few lines have any of it."""
_REFERRED = {"`": "&#96;", "<": "&lt;"}
_LINE_MARK = re.compile(r"(\d{1,9}(?=[.)](?:\s|$))|(?=[-+|:=>]))")
"""What opens an item of a list, a quotation, a table or a rule; the mark itself comes behind it."""


def render_note(article: Article) -> str:
    """Write a whole article as one file."""
    return "\n".join((*_iter_front(article), "", *_iter_body(article.body)))


def name_note(article: Article, *, digits: int = 8) -> str:
    """The name of an article's file: its day, words of its title, the start of its id, in ASCII and lower case.

    No two articles have the same with all 16 `digits` of their ids. Nothing of it is a path.
    """
    day = article.published.isoformat()[:10] if article.published else "undated"
    name = "-".join(part for part in (day, _slug(article.title), _slug(article.id)[:digits]) if part)
    if not article.published:
        # Digits that look like a date would be taken for the article's.
        while _DATE.search(name):
            name = _DATE.sub(r"\1_\2", name, count=1)
    return name[: LONGEST_NAME - len(_SUFFIX)] + _SUFFIX


def _slug(title: str) -> str:
    slug = "-".join(ascii_words(title))
    if len(slug) <= _SLUG:
        return slug
    return slug[: slug.rfind("-", 0, _SLUG + 1)] if "-" in slug[: _SLUG + 1] else slug[:_SLUG]


def _iter_front(article: Article) -> Iterator[str]:
    yield "---"
    yield f"title: {_quote(_hide_markup(article.title))}"
    if article.published:
        yield f"published: {format_published(article.published)}"
    for key, values in (("section", article.section), ("authors", article.authors)):
        if values:
            yield f"{key}: [{', '.join(_quote(_hide_markup(value)) for value in values)}]"
    for key, value in (("source", article.source), ("url", article.url), ("lang", article.lang)):
        if value:
            yield f"{key}: {_quote(value)}"
    if article.captured:
        yield f"captured: {format_published(article.captured)}"
    yield f"id: {_quote(article.id)}"
    yield "---"


def _hide_markup(text: str) -> str:
    """Marked as text what readers of front matter take for HTML: tags and character references."""
    return _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))


def _quote(text: str) -> str:
    quoted = json.dumps(_SURROGATE.sub("\ufffd", " ".join(text.split())), ensure_ascii=False)
    # Obsidian takes two brackets for a link.
    escaped = quoted.replace("[[", "\\u005b[")
    return _NOT_PRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped)


def _iter_body(body: str) -> Iterator[str]:
    for paragraph in body.split("\n\n"):
        for line in paragraph.split("\n"):
            clean = line if line.isprintable() else _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", line))
            if bare := " ".join(clean.split()):
                yield escape_line(bare)
        yield ""


def escape_line(line: str) -> str:
    """A line of which a reader of Markdown takes nothing for markup."""
    marked = line
    if _SUSPECT.search(line):
        marked = _ENTITY.sub("&amp;", _MARKUP.sub(lambda found: f"\\{found[0]}", line))
        marked = re.sub("[`<]", lambda found: _REFERRED[found[0]], marked)
    return f"{found[1]}\\{marked[found.end() :]}" if (found := _LINE_MARK.match(marked)) else marked
