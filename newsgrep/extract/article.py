"""Page to article: the file's own fields first, then what the page shows, then its address and file name."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from newsgrep.article import Article, Content, DateOrigin
from newsgrep.extract.bounds import bound_html, bound_text
from newsgrep.extract.bylines import split_authors
from newsgrep.extract.clean_text import clean_line, count_words, first_sentence
from newsgrep.extract.dates import is_month_first, iter_dates, parse_date
from newsgrep.extract.findings import Findings
from newsgrep.extract.html_page import extract_html_page
from newsgrep.extract.languages import choose_lang
from newsgrep.extract.sections import clean_sections
from newsgrep.extract.text_lines import join_paragraphs
from newsgrep.extract.text_page import extract_text_page
from newsgrep.extract.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgrep.article import Page

_LANG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*$")
_FIRST_YEAR_WRITTEN = 1990
_URL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?!\d)")


def extract_article(
    page: Page,
    article_id: str,
    *,
    today: dt.date | None = None,
    mtime: float | None = None,
    warn: Callable[[str], None] | None = None,
) -> Article:
    """Understand one page. What the page's own record says wins over what is found; a date later than `today` (with
    two days of slack) is refused, and no date is ever guessed.

    With `mtime`, seconds since 1970, an article without any date is given that one. `warn` is told what of an oversized
    page was not looked at. Raises FileUnreadable for a page that takes too long to understand.
    """
    watch = Watch()
    article = understand(page, article_id, watch, today=today, mtime=mtime).article
    if warn is not None:
        for warning in watch.warnings:
            warn(warning)
    return article


@dataclass(frozen=True, slots=True)
class Understood:
    """An article, and what was found on its page before the record's own fields were laid over it."""

    article: Article
    found: Findings


def understand(
    page: Page, article_id: str, watch: Watch, *, today: dt.date | None = None, mtime: float | None = None
) -> Understood:
    """As `extract_article`; `watch` says what the page may cost, and keeps what was seen if it has notes."""
    found = _find(page, today, watch)
    # Other paragraphs were cleaned when they were parted.
    clean = map(clean_line, found.paragraphs) if page.content is Content.TEXT else found.paragraphs
    paragraphs = [line for line in clean if line]
    body = "\n\n".join(paragraphs)
    published, origin = _published(page, found, today)
    if published is None and mtime is not None:
        published, origin = _written(mtime, today)
    authors = _authors(page.authors)
    title = clean_line(page.title or "") or clean_line(found.title or "")
    article = Article(
        id=article_id,
        title=title or first_sentence(body) or _stem(page.name or page.path),
        body=body,
        section=_sections(page.section) or found.section,
        # A desk is an author where neither record nor page names another.
        authors=authors or found.authors or _authors(page.authors, roles=True),
        source=clean_line(page.source or "") or found.source,
        url=clean_line(page.url or "") or found.url,
        published=published,
        published_from=origin,
        lang=choose_lang(
            clean_lang(page.lang) or clean_lang(found.lang), body if len(body) > 200 else f"{title}\n{body}"
        ),
        path=page.path,
        record=page.record,
        words=count_words(body),
        captured=_captured(page.captured) if page.captured else None,
    )
    return Understood(article, found)


def _find(page: Page, today: dt.date | None, watch: Watch) -> Findings:
    if page.content is Content.BODY:
        return Findings(paragraphs=tuple(join_paragraphs(page.text)))
    if page.content is Content.HTML:
        html = bound_html(page.text, watch)
        return extract_html_page(html, url=page.url, lang=page.lang, today=today, watch=watch)
    name = PurePath((page.url or "").rstrip("/")).name or _stem(page.name or page.path)
    return extract_text_page(
        bound_text(page.text, watch),
        name=name,
        today=today,
        month_first=is_month_first(page.lang, page.url),
        watch=watch,
    )


# The fields of a data set repeat themselves: the same bylines, sections and days, thousands of times.


@functools.lru_cache(maxsize=4096)
def _authors(texts: tuple[str, ...], *, roles: bool = False) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for text in texts for name in split_authors(clean_line(text), roles=roles)))


@functools.lru_cache(maxsize=4096)
def _sections(labels: tuple[str, ...]) -> tuple[str, ...]:
    return clean_sections(labels)


@functools.lru_cache(maxsize=4096)
def _date(text: str, today: dt.date, month_first: bool) -> dt.date | None:
    return parse_date(text, today=today, month_first=month_first)


@functools.lru_cache(maxsize=256)
def _captured(text: str) -> dt.datetime | None:
    """When a page was saved, in UTC; a clock without an offset is taken for UTC, as the formats have it."""
    value = parse_date(text)
    if value is None:
        return None
    when = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
    try:
        return when.replace(tzinfo=when.tzinfo or dt.UTC).astimezone(dt.UTC)
    except OverflowError:
        return None


def _published(page: Page, found: Findings, today: dt.date | None) -> tuple[dt.date | None, DateOrigin | None]:
    if page.published:
        value = _date(page.published, today or dt.date.today(), is_month_first(page.lang, page.url))
        if value:
            return value, DateOrigin.FIELD
    if found.published:
        return found.published, found.published_from
    url = page.url or found.url
    if url and (value := _date_in(url.split("?", 1)[0], today)):
        return value, DateOrigin.URL
    if value := _date_in(PurePath(page.name or page.path).name, today):
        return value, DateOrigin.FILE_NAME
    return None, None


def _date_in(name: str, today: dt.date | None) -> dt.date | None:
    """A whole date, year first, in an address or a file's name."""
    for match in _URL_DATE.finditer(name):
        for found in iter_dates("-".join(match.groups()), today=today):
            return found.value
    return None


def _written(mtime: float, today: dt.date | None) -> tuple[dt.date | None, DateOrigin | None]:
    """When a file was written, in UTC; nothing for the future, and for years that broken clocks give."""
    try:
        value = dt.datetime.fromtimestamp(int(mtime), dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None, None
    latest = (today or dt.date.today()) + dt.timedelta(days=2)
    if value.year < _FIRST_YEAR_WRITTEN or value.date() > latest:
        return None, None
    return value, DateOrigin.MTIME


def _stem(path: str) -> str:
    name = PurePath(path).name
    return clean_line(name.split(".", 1)[0] or name)


def clean_lang(tag: str | None) -> str | None:
    """A language code in lower case with hyphens; None for what is none."""
    clean = (tag or "").strip().casefold().replace("_", "-")
    return clean if _LANG.match(clean) else None
