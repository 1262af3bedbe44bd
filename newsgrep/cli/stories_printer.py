"""Stories as a terminal, a pipe, JSON and CSV have them; every key is described in docs/stories.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsgrep.article import format_published
from newsgrep.cli.plain_printer import UNTITLED, copies_of, facts_of, footer_of
from newsgrep.cli.safe_text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from newsgrep.search.request import Request
    from newsgrep.search.results import Hit, Results

COLUMNS = (
    "rank",
    "score",
    "id",
    "title",
    "published",
    "section",
    "source",
    "url",
    "path",
    "record",
    "articles",
    "sources",
    "first_id",
    "first_source",
    "first_published",
    "last_published",
)


def render_plain(results: Results, request: Request) -> Iterator[str]:
    """Write each story as its title and a line of facts, then the footer."""
    width = len(str(results.hits[-1].rank)) if results.hits else 1
    for hit in results.hits:
        title = clean_line(hit.article.title) or UNTITLED
        yield f"{hit.rank:>{width}}  {title}\n{' ' * (width + 2)}{_facts_of(hit)}\n\n"
    yield footer_of(results, request) + "\n"


def render_terminal(results: Results, request: Request, console: Console) -> Iterator[str]:
    """The same for a terminal: titles stand out, the copies too."""
    from rich.text import Text

    from newsgrep.cli import terminal_printer
    from newsgrep.cli.styles import QUIET, READING_WIDTH, TITLE

    width = len(str(results.hits[-1].rank)) if results.hits else 1
    for hit in results.hits:
        title = Text(clean_line(hit.article.title) or UNTITLED, style=TITLE)
        facts = Text.assemble((facts_of(hit.article), QUIET))
        if copies := copies_of(hit):
            facts.append(" · ", QUIET).append(copies)
        with console.capture() as capture:
            for number, line in enumerate(title.wrap(console, max(min(console.width, READING_WIDTH) - width - 2, 20))):
                rank = f"{hit.rank:>{width}}  " if number == 0 else " " * (width + 2)
                console.print(Text.assemble((rank, QUIET), line), soft_wrap=True)
            terminal_printer.print_text(facts, width + 2, console)
            console.print()
        yield capture.get()
    with console.capture() as capture:
        console.print(Text(footer_of(results, request), style=QUIET))
    yield capture.get()


def render_json(results: Results) -> str:
    """Write one page of stories as one document."""
    from newsgrep.cli.json_printer import SCHEMA, reading_record, render_document

    return render_document(
        {
            "schema": SCHEMA,
            "query": results.query,
            "articles": results.total,
            "total": results.stories,
            "took_ms": round(results.took_ms, 3),
            "stories": [_record(hit) for hit in results.hits],
            **reading_record(results),
        }
    )


def iter_csv(results: Results) -> Iterator[str]:
    """Write a header and one record a story; lists are joined with "; "."""
    from newsgrep.cli.table_printer import columns_of, iter_csv_rows

    columns = columns_of(COLUMNS, (hit.article for hit in results.hits))
    marks = [(hit.article.index,) if len(columns) > len(COLUMNS) else () for hit in results.hits]
    return iter_csv_rows(columns, ((*_row(hit), *mark) for hit, mark in zip(results.hits, marks, strict=True)))


def _facts_of(hit: Hit) -> str:
    return " · ".join(part for part in (facts_of(hit.article), copies_of(hit)) if part)


def _record(hit: Hit) -> dict[str, Any]:
    from newsgrep.cli.json_printer import copies_record, mark_record

    article = hit.article
    facts = {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "id": article.id,
        "title": article.title,
        "published": format_published(article.published),
        "section": list(article.section),
        "authors": list(article.authors),
        "source": article.source,
        "url": article.url,
        "lang": article.lang,
        "path": article.path,
        "record": article.record,
        "words": article.words,
        **mark_record(article),
    }
    if hit.copies is None:
        return facts
    return facts | {"articles": 1 + len(hit.copies.ids), "copies": copies_record(hit.copies)}


def _row(hit: Hit) -> tuple[object, ...]:
    article = hit.article
    facts = (
        hit.rank,
        round(hit.score, 6),
        article.id,
        article.title,
        format_published(article.published) or "",
        "; ".join(article.section),
        article.source or "",
        article.url or "",
        article.path,
        article.record or "",
    )
    if hit.copies is None:
        return facts
    first = hit.copies.first
    return (
        *facts,
        1 + len(hit.copies.ids),
        "; ".join(hit.copies.sources),
        first.id,
        first.source or "",
        format_published(first.published) or "",
        format_published(hit.copies.last) or "",
    )
