"""Results and articles on a terminal: wrapped, coloured, the query's words lit.

Rich only lays out and colours: every text is a `Text`, so that brackets in a title are never markup.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, ParamSpec

from rich.style import Style
from rich.text import Text

from newsgrep.cli.plain_printer import (
    PARAGRAPH_BREAK,
    UNTITLED,
    closest_heading_of,
    copies_of,
    explanation_of,
    facts_of,
    footer_of,
    missing_of,
    place_of,
)
from newsgrep.cli.safe_text import clean_block_with_highlights, clean_line, clean_line_with_highlights
from newsgrep.cli.styles import LIT, LIT_IN_TITLE, NOTE, PLACE, QUIET, READING_WIDTH, TITLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console

    from newsgrep.article import Article
    from newsgrep.search.overview import SectionCount
    from newsgrep.search.request import Request
    from newsgrep.search.results import Hit, Results, Span

P = ParamSpec("P")

_WEB_ADDRESS = re.compile(r"https?://[!-~]+")


def render_results(results: Results, request: Request, console: Console) -> Iterator[str]:
    """Write hits, then the footer, as text with the console's escapes; without hits, the closest and what they are."""
    hits = results.hits or results.closest
    if results.closest:
        yield _capture(console, console.print, Text(f"{closest_heading_of(results, request)}\n", style=NOTE))
    width = len(str(hits[-1].rank)) if hits else 1
    for hit in hits:
        yield _capture(console, _print_hit, hit, width, console)
    if not results.closest:
        yield _capture(console, console.print, Text(footer_of(results, request), style=QUIET))


def render_article(
    article: Article, console: Console, *, title_highlights: Iterable[Span] = (), body_highlights: Iterable[Span] = ()
) -> Iterator[str]:
    """Write a whole article, its paragraphs wrapped to the console's width."""
    yield _capture(console, print_text, _lit_title(article, title_highlights), 0, console)
    yield _capture(console, _print_facts, article, console)
    # Leading blanks are left in place: dropping them would move the highlights.
    body, highlights = clean_block_with_highlights(article.body, body_highlights)
    start = 0
    breaks = [*(match.span() for match in PARAGRAPH_BREAK.finditer(body)), (len(body), len(body))]
    for end, next_start in breaks:
        if body[start:end].strip():
            here = [(max(first, start) - start, min(last, end) - start) for first, last in highlights]
            paragraph = _lit(body[start:end], [span for span in here if span[0] < span[1]], LIT)
            yield _capture(console, print_text, Text("\n") + paragraph, 0, console)
        start = next_start


def render_sections(sections: Sequence[SectionCount], console: Console) -> Iterator[str]:
    """Write one section a line, the number of articles first."""
    width = max((len(f"{section.articles:,}") for section in sections), default=0)
    for section in sections:
        line = Text.assemble((f"{section.articles:>{width},}", QUIET), "  ", clean_line(section.label))
        yield _capture(console, _print_unfolded, line, console)


def render_heading(text: str, console: Console) -> Iterator[str]:
    """Write a heading with a blank line above it."""
    yield _capture(console, console.print, Text(f"\n{text}", style=TITLE))


def render_table(rows: Sequence[tuple[str, str]], console: Console) -> Iterator[str]:
    """Write names and values in two columns."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        line = Text.assemble((f"{name:<{width}}", QUIET), "  ", clean_line(value))
        yield _capture(console, _print_unfolded, line, console)


def _capture(console: Console, print_: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> str:
    with console.capture() as capture:
        print_(*args, **kwargs)
    return capture.get()


def _print_unfolded(line: Text, console: Console) -> None:
    console.print(line, soft_wrap=True)


def _print_hit(hit: Hit, width: int, console: Console) -> None:
    indent = width + 2
    title = _lit_title(hit.article, hit.title_highlights)
    wrapped = title.wrap(console, max(min(console.width, READING_WIDTH) - indent, 20))
    for number, line in enumerate(wrapped):
        rank = f"{hit.rank:>{width}}  " if number == 0 else " " * indent
        console.print(Text.assemble((rank, QUIET), line), soft_wrap=True)
    print_text(Text(facts_of(hit.article), style=QUIET), indent, console)
    # A path is never folded over lines: it is there to be copied.
    console.print(Text.assemble(" " * indent, _place(hit.article)), soft_wrap=True)
    if copies := copies_of(hit):
        print_text(Text(copies), indent, console)
    if hit.missing:
        print_text(Text(missing_of(hit), style=NOTE), indent, console)
    for snippet in hit.snippets:
        if snippet.field != "title":
            text, highlights = clean_line_with_highlights(snippet.text, snippet.highlights)
            print_text(_lit(text, highlights, LIT), indent, console)
    for explained in explanation_of(hit):
        console.print(Text.assemble(" " * indent, (explained, QUIET)), soft_wrap=True)
    console.print()


def print_text(text: Text, indent: int, console: Console) -> None:
    """Print text for reading, indented and wrapped: no wider than can be read."""
    width = max(min(console.width, READING_WIDTH) - indent, 20)
    for line in text.wrap(console, width):
        line.rstrip()
        console.print(Text.assemble(" " * indent, line), soft_wrap=True)


def _print_facts(article: Article, console: Console) -> None:
    print_text(Text(facts_of(article), style=QUIET), 0, console)
    if article.authors:
        print_text(Text(clean_line(", ".join(article.authors)), style=QUIET), 0, console)
    if article.url:
        link = Style(link=article.url) if _WEB_ADDRESS.fullmatch(article.url) else Style.null()
        console.print(Text(clean_line(article.url), style=Style.parse(PLACE) + link), soft_wrap=True)
    console.print(_place(article), soft_wrap=True)


def _lit_title(article: Article, highlights: Iterable[Span]) -> Text:
    title, moved = clean_line_with_highlights(article.title, highlights)
    lit = _lit(title or UNTITLED, moved, LIT_IN_TITLE)
    lit.stylize_before(TITLE)
    return lit


def _lit(text: str, highlights: Iterable[Span], style: str) -> Text:
    lit = Text(text)
    for start, end in highlights:
        lit.stylize(style, start, end)
    return lit


def _place(article: Article) -> Text:
    style = Style.parse(PLACE)
    if os.path.exists(article.path):
        from urllib.parse import quote

        style += Style(link="file://" + quote(os.fsencode(os.path.abspath(article.path))))
    return Text(place_of(article), style=style)
