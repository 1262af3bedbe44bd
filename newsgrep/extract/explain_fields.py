"""Where each field of an article came from: the first of the places asked that holds its value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.article import Content, DateOrigin
from newsgrep.extract.clean_text import clean_line
from newsgrep.extract.dates import parse_date
from newsgrep.extract.explanation import FieldOrigin
from newsgrep.extract.sections import sections_of_url

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsgrep.article import Article, Page
    from newsgrep.extract.article import Understood
    from newsgrep.extract.json_ld import JsonLd
    from newsgrep.extract.notes import Notes

_RECORD = "the record"
_ADDRESS = "the address"
_TEXT = "the visible text"
_LINKED = {
    "title": ("headline", "name"),
    "published": ("datePublished", "dateCreated", "uploadDate"),
    "section": ("articleSection",),
    "authors": ("author", "creator"),
    "source": ("publisher",),
    "url": (),
    "lang": ("inLanguage",),
}
_META_CUES = {
    "title": "title|headline",
    "published": "date|time|publi|issued|created",
    "section": "section|categor",
    "authors": "author|creator|byl",
    "source": "site|publisher|application|app-title|source",
    "url": "url",
    "lang": "lang|locale",
}
_ELEMENTS = {
    "title": ("h1", "[itemprop=headline]", "title"),
    "section": ("[itemprop=articleSection]", "[class*=breadcrumb]", "[id*=breadcrumb]", "nav"),
    "authors": ("[itemprop=author]", "a[rel~=author]", "[class*=byline]", "[class*=author]"),
    "source": ("[itemprop=publisher] [itemprop=name]", "[itemprop=publisher]"),
}
_MOST_ELEMENTS = 40


def find_origins(
    page: Page, understood: Understood, notes: Notes, numbers: Sequence[int | None]
) -> tuple[FieldOrigin, ...]:
    """Where the fields that an article has came from; `numbers` are those of a text page's lines in its file."""
    article = understood.article
    values: dict[str, tuple[str, ...]] = {
        "title": (article.title,),
        "published": (),
        "section": article.section,
        "authors": article.authors,
        "source": (article.source or "",),
        "url": (article.url or "",),
    }
    told = {
        "title": page.title,
        "section": page.section,
        "authors": page.authors,
        "source": page.source,
        "url": page.url,
    }
    origins: list[FieldOrigin] = []
    for field, wanted in values.items():
        if field == "published":
            origins += _date_origin(article, notes, numbers)
        elif any(wanted):
            origin = _RECORD if told[field] else _holder(field, wanted, page, article, notes, numbers)
            origins.append(FieldOrigin(field, origin))
    if article.lang:
        origins.append(FieldOrigin("lang", _lang_origin(page, article, understood.found.lang)))
    if article.body:
        origins.append(FieldOrigin("body", _body_origin(page, notes, numbers)))
    return tuple(origins)


def _holder(
    field: str, wanted: Sequence[str], page: Page, article: Article, notes: Notes, numbers: Sequence[int | None]
) -> str:
    bare = [_bare(text) for text in wanted]

    def holds(text: str) -> bool:
        own = _bare(text)
        return any(one and one in own for one in bare)

    if notes.linked is not None and (origin := _in_data(field, holds, notes, notes.linked)):
        return origin
    lines = _lines_by_nearness(notes)
    for at in lines:
        if holds(notes.blocks[at].text):
            return _line(at, numbers)
    if field == "section" and article.url and article.section == sections_of_url(article.url):
        return _ADDRESS
    if field == "title":
        return "the first sentence" if article.body.startswith(article.title.rstrip("…")) else "the file's name"
    return _RECORD if page.content is Content.BODY else _TEXT


def _in_data(field: str, holds: Callable[[str], bool], notes: Notes, linked: JsonLd) -> str | None:
    for key in _LINKED[field]:
        if any(map(holds, linked.texts(key))):
            return f"json-ld {key}"
    if field == "section" and any(map(holds, linked.breadcrumb())):
        return "json-ld BreadcrumbList"
    if field == "title" and (element := _in_elements(("h1",), holds, notes)):
        return element
    if field == "url" and notes.tree is not None:
        link = notes.tree.css_first("link[rel=canonical]")
        if link is not None and holds(link.attributes.get("href") or ""):
            return "<link rel=canonical>"
    for key, texts in notes.meta.items():
        if re.search(_META_CUES[field], key) and any(map(holds, texts)):
            return f"meta {key}"
    return _in_elements(_ELEMENTS.get(field, ()), holds, notes)


def _in_elements(selectors: Iterable[str], holds: Callable[[str], bool], notes: Notes) -> str | None:
    for selector in selectors:
        for node in notes.tree.css(selector)[:_MOST_ELEMENTS] if notes.tree is not None else ():
            if holds(f"{node.attributes.get('content') or ''} {node.text(separator=' ')}"):
                return selector if selector.startswith("[") else f"<{selector}>"
    return None


def _lines_by_nearness(notes: Notes) -> list[int]:
    """The places of all blocks, those by the title first."""
    first = notes.title if notes.title is not None else (notes.body[0] if notes.body else 0)
    return sorted(range(len(notes.blocks)), key=lambda at: abs(at - first))


def _date_origin(article: Article, notes: Notes, numbers: Sequence[int | None]) -> Iterator[FieldOrigin]:
    origin, value = article.published_from, article.published
    if origin is None or value is None:
        return
    detail = {
        DateOrigin.FIELD: _RECORD,
        DateOrigin.TIME: "<time>",
        DateOrigin.URL: _ADDRESS,
        DateOrigin.FILE_NAME: "the file's name",
        DateOrigin.MTIME: "when the file was last written",
    }.get(origin, origin.value)

    def holds(text: str) -> bool:
        return parse_date(text) == value or parse_date(text, month_first=True) == value

    if origin is DateOrigin.JSON_LD and notes.linked is not None:
        key = next((key for key in _LINKED["published"] if any(map(holds, notes.linked.texts(key)))), "")
        detail = f"json-ld {key}".rstrip()
    elif origin is DateOrigin.META:
        key = next((key for key, texts in notes.meta.items() if any(map(holds, texts))), "")
        detail = f"meta {key}".rstrip()
    elif origin is DateOrigin.TEXT:
        detail = _line(notes.date, numbers) if notes.date is not None else _dated_block(notes, value)
    yield FieldOrigin("published", detail)


def _dated_block(notes: Notes, value: dt.date) -> str:
    from newsgrep.extract.dates import iter_dates

    for block in notes.blocks:
        if len(block.text) <= 140 and any(
            found.value == value
            for month_first in (False, True)
            for found in iter_dates(block.text, month_first=month_first)
        ):
            return f'"{block.text}"'
    return _TEXT


def _lang_origin(page: Page, article: Article, found: str | None) -> str:
    told = (page.lang or found or "").strip().casefold().replace("_", "-")
    if told == article.lang:
        return _RECORD if page.lang else "the page's markup"
    return f"its words (the page says {told!r})" if told else "its words"


def _body_origin(page: Page, notes: Notes, numbers: Sequence[int | None]) -> str:
    if page.content is Content.BODY or not notes.body:
        return _RECORD
    kept, blocks = len(notes.body), len(notes.blocks)
    known = [number for at in notes.body if at < len(numbers) and (number := numbers[at])]
    if known:
        return f"lines {known[0]} to {known[-1]}: {kept} of {blocks} paragraphs and labels"
    return f"{kept} of {blocks} blocks"


def _line(at: int, numbers: Sequence[int | None]) -> str:
    return f"line {numbers[at]}" if at < len(numbers) and numbers[at] else _TEXT


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", clean_line(text).casefold())
