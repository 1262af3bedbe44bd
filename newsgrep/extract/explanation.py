"""An article and why it is what it is: where each field came from, how sure its date is, and what was left out.

Asked of single pages, never while indexing. The page is understood once, as `extract_article` does it, with notes kept
of what was seen; the reasons are worked out from these afterwards.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.article import Content, DateOrigin
from newsgrep.extract.article import understand
from newsgrep.extract.notes import Notes
from newsgrep.extract.watch import Watch

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.article import Article, Page
    from newsgrep.extract.findings import Findings


class Reason(enum.StrEnum):
    """Why a piece of a page is not part of the article's body."""

    NAVIGATION = "navigation"
    """A menu, a label or a link above the article."""
    TEASER = "teaser"
    """Another article's headline, or what opens a list of such, inside the body."""
    RELATED = "related"
    """Other articles, below or beside the body."""
    CREDIT = "credit"
    """A picture's credit or source."""
    CAPTION = "caption"
    BYLINE = "byline"
    DATE = "date"
    """A date line, the article's own or another's."""
    REPEATED = "repeated"
    """The title or another line, said again."""
    COMMENTS = "comments"
    TOPICS = "topics"
    """Labels below the article."""
    NOTICE = "notice"
    """Subscription, consent, sharing, advertising."""
    FOOTER = "footer"
    FORM = "form"
    SIDEBAR = "sidebar"
    OTHER = "other text"
    """Text that does not read as part of this article."""


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """Where the value of a field came from."""

    field: str
    origin: str
    """"the record", "json-ld headline", "meta og:title", "<h1>", "line 12", "file name"..."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of a text page, or a block of an HTML page, that is not part of the body."""

    place: str
    """"line 12" of the file, or the element: "<p>"."""
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An article as understood, with the reasons."""

    article: Article
    published_confidence: float | None
    """How likely the date is the publication's, from 0 to 1; None where there is no date."""
    origins: tuple[FieldOrigin, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    """What of the page was not looked at, because it is larger than pages are."""


CONFIDENCE = {
    DateOrigin.FIELD: 0.99,
    DateOrigin.JSON_LD: 0.99,
    DateOrigin.META: 0.98,
    DateOrigin.TIME: 0.95,
    DateOrigin.TEXT: 0.93,
    DateOrigin.URL: 0.9,
    DateOrigin.FILE_NAME: 0.8,
    DateOrigin.MTIME: 0.1,
}
"""How often a date of this origin is the day of publication: at most what was measured on saved pages, where there were
enough. Few copies are saved on that day, hence mtime's."""


def assess_article(
    page: Page, article_id: str, *, today: dt.date | None = None, mtime: float | None = None
) -> Explanation:
    """The article with its date's confidence, without reasons: as quick as `extract_article`, which says the rest.

    Raises FileUnreadable.
    """
    watch = Watch()
    understood = understand(page, article_id, watch, today=today, mtime=mtime)
    return Explanation(
        article=understood.article,
        published_confidence=_confidence(understood.article, understood.found),
        warnings=tuple(watch.warnings),
    )


def explain_article(
    page: Page, article_id: str, *, today: dt.date | None = None, mtime: float | None = None
) -> Explanation:
    """Understand one page as `extract_article` does, and tell why. Raises FileUnreadable."""
    from newsgrep.extract.explain_blocks import explain_html, explain_text
    from newsgrep.extract.explain_fields import find_origins

    watch = Watch(notes=(notes := Notes()))
    understood = understand(page, article_id, watch, today=today, mtime=mtime)
    left_out: tuple[LeftOut, ...] = ()
    numbers: tuple[int | None, ...] = ()
    if page.content is Content.TEXT:
        numbers, left_out = explain_text(page.text, notes, understood.article)
    elif page.content is Content.HTML:
        left_out = explain_html(notes, understood.article)
    return Explanation(
        article=understood.article,
        published_confidence=_confidence(understood.article, understood.found),
        origins=find_origins(page, understood, notes, numbers),
        left_out=left_out,
        warnings=tuple(watch.warnings),
    )


def _confidence(article: Article, found: Findings) -> float | None:
    if article.published_from is None:
        return None
    ranked = found.published_from is article.published_from and found.date_confidence < 1.0
    return round(found.date_confidence if ranked else CONFIDENCE[article.published_from], 2)
