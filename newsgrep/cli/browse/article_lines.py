"""A whole article as lines of a width, harmless, with the query's words lit: what is where, before it has colours.

Each line is a `Text` of Rich, whose spans name roles (`title`, `facts`, `lit`...) in place of styles; the screen gives
them theirs. A word that is lit carries its number too, so that one can go from one to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from newsgrep.cli.plain_printer import PARAGRAPH_BREAK, UNTITLED, facts_of, place_of
from newsgrep.cli.safe_text import clean_block_with_highlights, clean_line, clean_line_with_highlights
from newsgrep.cli.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgrep.cli.browse.answers import Opened
    from newsgrep.search.results import Span

WIDEST = 92
"""Columns beyond which lines are not read with ease."""
ROLES = frozenset({"title", "byline", "facts", "place", "body", "end", "lit"})
_MATCH = "match:"


@dataclass(frozen=True, slots=True)
class ArticleLines:
    """An article as lines."""

    lines: tuple[Text, ...]
    matches: tuple[int, ...]
    """The line on which each lit word begins."""


def lay_out(opened: Opened, width: int) -> ArticleLines:
    """Wrap an article for a width: headline, byline, facts, addresses, paragraphs, and a line that says it ends."""
    columns = max(8, min(width, WIDEST))
    # Wrapping needs a console to ask for its encoding; nothing is ever printed to it.
    console = Console(
        width=columns, color_system=None, markup=False, emoji=False, highlight=False, legacy_windows=False
    )
    lines: list[Text] = []
    for text in _iter_blocks(opened):
        lines.extend(text.wrap(console, columns) or [Text()])
    matches: dict[int, int] = {}
    for number, line in enumerate(lines):
        for span in line.spans:
            at = match_of(str(span.style))
            if at is not None:
                matches.setdefault(at, number)
    return ArticleLines(tuple(lines), tuple(matches[at] for at in sorted(matches)))


def match_of(role: str) -> int | None:
    """The number of the lit word that a span stands for."""
    return int(role[len(_MATCH) :]) if role.startswith(_MATCH) else None


def _iter_blocks(opened: Opened) -> Iterator[Text]:
    article = opened.article
    title, spans = clean_line_with_highlights(article.title, opened.title_spans)
    yield _lit(title or UNTITLED, "title", spans, 0)
    if article.authors:
        yield _quiet(clean_line(", ".join(article.authors)), "byline")
    facts = [facts_of(article), *([clean_line(article.lang)] if article.lang else [])]
    yield _quiet(" · ".join(facts), "facts")
    if article.url:
        yield _quiet(clean_line(article.url), "place")
    yield _quiet(place_of(article), "place")
    if opened.versions > 1:
        yield _quiet(f"{count_of(opened.versions, 'version')} of this article were saved: newsgrep versions", "facts")
    yield Text()
    body, lit = clean_block_with_highlights(article.body, opened.body_spans)
    seen = len(spans)
    start = 0
    for end, next_start in [*(found.span() for found in PARAGRAPH_BREAK.finditer(body)), (len(body), len(body))]:
        if body[start:end].strip():
            here = [(max(a, start) - start, min(b, end) - start) for a, b in lit if a < end and b > start]
            yield _lit(body[start:end], "body", here, seen)
            yield Text()
            seen += len(here)
        start = next_start
    words = f"{count_of(article.words, 'word')} · " if article.words else ""
    yield _quiet(f"— {words}end of the article —", "end")


def _lit(text: str, role: str, spans: Iterable[Span], first: int) -> Text:
    lit = _quiet(text, role)
    for number, (start, end) in enumerate(spans, first):
        lit.stylize("lit", start, end)
        lit.stylize(f"{_MATCH}{number}", start, end)
    return lit


def _quiet(text: str, role: str) -> Text:
    written = Text(text)
    written.stylize(role)
    return written
