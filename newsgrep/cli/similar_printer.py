"""Articles like another one: under headings that say when they were published, as JSON, as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newsgrep.article import format_published
from newsgrep.cli import json_printer, plain_printer, table_printer
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.wording import count_of, date_of, duration_of
from newsgrep.search.order_in_time import Relation
from newsgrep.search.request import Request
from newsgrep.search.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from newsgrep.search.similar import SimilarArticle, SimilarResults

_SHOWN_WORDS = 10
_NO_REQUEST = Request(text="")

COLUMNS = ("relation", "days", "copy", "shared", *table_printer.COLUMNS)
"""What a table says of each article: when it was published, seen from the other; the rest as for a hit of a search."""


def render_json(results: SimilarResults) -> str:
    """Write everything as one document; each article is a hit of a search with how it stands to the other one."""
    hits = _as_hits(results.articles, results)
    lines = (json.loads(line) for line in json_printer.iter_hit_lines(hits))
    article = results.article
    return json_printer.render_document(
        {
            "schema": json_printer.SCHEMA,
            "article": {
                "id": article.id,
                "title": article.title,
                "published": format_published(article.published),
                **json_printer.mark_record(article),
            },
            "words": list(results.words),
            "copies_left_out": results.copies_left_out,
            "took_ms": results.took_ms,
            "articles": [
                _relation(each) | {"shared": list(each.shared)} | line
                for each, line in zip(results.articles, lines, strict=True)
            ],
        }
    )


def iter_csv(results: SimilarResults) -> Iterator[str]:
    """Write a header and one record an article, most similar first."""
    own = table_printer.columns_of(table_printer.COLUMNS, (each.hit.article for each in results.articles))
    found = ((each, table_printer.row_of(each.hit)) for each in results.articles)
    rows = (
        (
            each.relation.value,
            "" if each.days is None else each.days,
            "yes" if each.is_copy else "",
            "; ".join(each.shared),
            *(row[name] for name in own),
        )
        for each, row in found
    )
    return table_printer.iter_csv_rows((*COLUMNS[: -len(table_printer.COLUMNS)], *own), rows)


def _relation(each: SimilarArticle) -> dict[str, Any]:
    return {"relation": each.relation.value, "days": each.days, "copy": each.is_copy}


def render_plain(results: SimilarResults) -> Iterator[str]:
    """Write groups of hits below their headings, then what they were found by."""
    for heading, articles in _group(results):
        yield f"{heading}\n\n"
        *hits, _ = plain_printer.render_results(_as_hits(articles, results), _NO_REQUEST)
        yield from hits
    if results.articles:
        yield footer_of(results) + "\n"


def render_terminal(results: SimilarResults, console: Console) -> Iterator[str]:
    """The same, wrapped and coloured."""
    from rich.text import Text

    from newsgrep.cli import terminal_printer
    from newsgrep.cli.styles import QUIET, TITLE

    def print_line(text: str, style: str) -> str:
        with console.capture() as capture:
            console.print(Text(text, style=style), soft_wrap=True)
        return capture.get()

    for heading, articles in _group(results):
        yield print_line(f"{heading}\n", TITLE)
        *hits, _ = terminal_printer.render_results(_as_hits(articles, results), _NO_REQUEST, console)
        yield from hits
    if results.articles:
        yield print_line(footer_of(results), QUIET)


def footer_of(results: SimilarResults) -> str:
    """The last line: what the articles were found by, and what was left out."""
    words = ", ".join(results.words[:_SHOWN_WORDS])
    footer = (
        f"{count_of(len(results.articles), 'article')} in {duration_of(results.took_ms / 1000)} · found by: {words}"
    )
    if results.copies_left_out:
        copies = count_of(results.copies_left_out, "copy", "copies")
        footer += f" · {copies} left out: --copies show"
    return clean_line(footer)


def _group(results: SimilarResults) -> Iterator[tuple[str, list[SimilarArticle]]]:
    """The articles by when they were published, with a heading; copies apart."""
    day = date_of(results.article.published)
    headings = {
        Relation.BEFORE: f"Background, before {day}",
        Relation.SAME_DAY: f"The same day, {day}",
        Relation.AFTER: f"Follow-ups, after {day}",
        Relation.UNDATED: "Undated" if results.article.published else "The article has no date; similar to it",
    }
    if copies := [each for each in results.articles if each.is_copy]:
        yield "Copies", copies
    for relation, heading in headings.items():
        if found := [each for each in results.articles if each.relation is relation and not each.is_copy]:
            yield heading, found


def _as_hits(articles: list[SimilarArticle] | tuple[SimilarArticle, ...], results: SimilarResults) -> Results:
    return Results("", len(articles), results.took_ms, tuple(each.hit for each in articles))
