"""What was found on one page, before the file's own fields are laid over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.article import DateOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The fields of an article as its page shows them; what the page does not tell is None or empty."""

    title: str | None = None
    paragraphs: tuple[str, ...] = ()
    published: dt.date | None = None
    published_from: DateOrigin | None = None
    date_confidence: float = 1.0
    """How likely the date is the publication's, where it was chosen from several by rank; 1.0 where it was not."""
    section: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    source: str | None = None
    url: str | None = None
    lang: str | None = None
