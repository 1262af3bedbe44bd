"""Results and articles as plain text: what the terminal shows, without markup or wrapping.

Still text for eyes, so it is made harmless; programs read JSON, CSV or a template.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.cli.safe_text import clean_block, clean_line
from newsgrep.cli.wording import count_of, date_of, duration_of
from newsgrep.search.request import CopyMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.article import Article
    from newsgrep.search.overview import SectionCount
    from newsgrep.search.request import Request
    from newsgrep.search.results import Hit, Results

UNTITLED = "(no title)"

PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n\s*")
"""What stands between two paragraphs of a body."""


def facts_of(article: Article) -> str:
    """One line of facts: date, sections, publication, and the index where several were asked."""
    facts = [date_of(article.published), ", ".join(article.section), article.source or "", mark_of(article)]
    return clean_line(" · ".join(fact for fact in facts if fact))


def mark_of(article: Article) -> str:
    """Which of several indexes an article is in; empty where one was asked."""
    return "" if article.index is None else f"in {article.index}"


def place_of(article: Article) -> str:
    """Where the article is: its file, and its record where the file holds several."""
    return clean_line(f"{article.path}#{article.record}" if article.record else article.path)


def missing_of(hit: Hit) -> str:
    """Which words of the query the article lacks."""
    return clean_line(f"without: {', '.join(hit.missing)}")


def copies_of(hit: Hit) -> str:
    """What else there is of a hit's story; empty where there is nothing."""
    if hit.copies is None or not hit.copies.ids:
        return ""
    first = hit.copies.first
    facts = [first.source or "", date_of(first.published) if first.published else ""]
    said = ", ".join(fact for fact in facts if fact)
    return clean_line(f"+{count_of(len(hit.copies.ids), 'copy', 'copies')}{f', first: {said}' if said else ''}")


def closest_heading_of(results: Results, request: Request) -> str:
    """What the articles are that follow: not what was asked for."""
    words = "both words" if results.words == 2 else f"all {results.words:,} words"
    within = "" if request.filters == type(request.filters)() else " within the filters"
    return f"No article{within} has {words}; the closest:"


def footer_of(results: Results, request: Request) -> str:
    """The last line: how many articles, how long it took, how to see more."""
    noun = ("story", "stories") if request.copies is CopyMode.HIDE else ("article", "articles")
    counts = [count_of(results.total, *noun)]
    if results.stories is not None:
        counts.append(count_of(results.stories, "story", "stories"))
    footer = f"{', '.join(counts)} in {duration_of(results.took_ms / 1000)}"
    pages = -(-(results.total if results.stories is None else results.stories) // request.limit)
    if pages < 2:
        return footer
    next_page = f", next: --page {request.page + 1}" if request.page < pages else ""
    return f"{footer} · page {request.page:,} of {pages:,}{next_page}"


def explanation_of(hit: Hit) -> list[str]:
    """What a hit's score is made of, a line for each word."""
    if not hit.explanation:
        return []
    lines = [f"score {hit.score:.4f}"]
    for part in hit.explanation:
        line = f"{part.score:9.4f}  {f'{part.field}:' if part.field else ''}{part.word}"
        if part.frequency is not None and part.idf is not None:
            line += f"  {part.frequency} in {part.length:,} words" if part.length else f"  {part.frequency} times"
            line += f", idf {part.idf:.2f}"
        if part.weight != 1.0:
            line += f", weight {part.weight:g}"
        lines.append(clean_line(line))
    return lines


def render_results(results: Results, request: Request) -> Iterator[str]:
    """Write hits as paragraphs of lines, then the footer; without hits, the closest below a line that says so."""
    hits = results.hits or results.closest
    if results.closest:
        yield closest_heading_of(results, request) + "\n\n"
    width = len(str(hits[-1].rank)) if hits else 1
    indent = " " * (width + 2)
    for hit in hits:
        article = hit.article
        lines = [f"{hit.rank:>{width}}  {clean_line(article.title) or UNTITLED}", facts_of(article), place_of(article)]
        lines += [copies_of(hit)] if copies_of(hit) else []
        lines += [missing_of(hit)] if hit.missing else []
        lines += [clean_line(snippet.text) for snippet in hit.snippets if snippet.field != "title"]
        lines += explanation_of(hit)
        yield f"\n{indent}".join(lines) + "\n\n"
    if not results.closest:
        yield footer_of(results, request) + "\n"


def render_article(article: Article) -> Iterator[str]:
    """Write a whole article: title, facts, place, paragraphs."""
    yield (clean_line(article.title) or UNTITLED) + "\n"
    yield facts_of(article) + "\n"
    if article.authors:
        yield clean_line(", ".join(article.authors)) + "\n"
    if article.url:
        yield clean_line(article.url) + "\n"
    yield place_of(article) + "\n"
    for paragraph in PARAGRAPH_BREAK.split(clean_block(article.body.strip())):
        if paragraph:
            yield f"\n{paragraph}\n"


def render_sections(sections: Sequence[SectionCount]) -> Iterator[str]:
    """Write one section a line, the number of articles first."""
    width = max((len(f"{section.articles:,}") for section in sections), default=0)
    for section in sections:
        yield f"{section.articles:>{width},}  {clean_line(section.label)}\n"


def render_table(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Write names and values in two columns."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        yield f"{name:<{width}}  {clean_line(value)}\n"
