"""What many queries found: as an aligned table, as JSON, as CSV; a line a query, a matrix, or a line a pair."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from newsgrep.article import format_published
from newsgrep.cli import json_printer, table_printer
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.wording import count_of, date_of, duration_of
from newsgrep.search.batch import Pair, iter_pairs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from newsgrep.article import Article
    from newsgrep.search.batch import BatchResults, BatchRow

COLUMNS = (
    "label",
    "query",
    "articles",
    "stories",
    "first",
    "last",
    "undated",
    "top_id",
    "top_title",
    "top_published",
    "notes",
    "error",
)
"""What a table says of each query."""
PAIR_COLUMNS = tuple(field.name for field in dataclasses.fields(Pair))
"""What a table says of every two."""

_LONGEST = 40
"""Characters of a label, and the least that are left for a title."""
_GAP = "  "

_Table = tuple[tuple[str, ...], list[tuple[str, ...]], frozenset[int]]
"""Header, rows, and the places of columns of numbers."""


def render_json(results: BatchResults, kind: str) -> str:
    """Write what was found as one document; `kind` is `rows`, `matrix` or `pairs`."""
    document: dict[str, Any] = {"schema": json_printer.SCHEMA, "total": results.total, "took_ms": results.took_ms}
    if kind == "matrix":
        document["labels"] = [row.query.label for row in results.asked]
        document["matrix"] = results.together.tolist() if results.together is not None else []
    elif kind == "pairs":
        document["pairs"] = [dataclasses.asdict(pair) for pair in iter_pairs(results)]
    else:
        document["queries"] = [_record(row) for row in results.rows]
    return json_printer.render_document(document)


def _record(row: BatchRow) -> dict[str, Any]:
    top = row.top
    return {
        "label": row.query.label,
        "query": row.query.text,
        "line": row.query.line,
        "articles": row.articles,
        "stories": row.stories,
        "first": format_published(row.first),
        "last": format_published(row.last),
        "undated": row.undated,
        "top": _top(top) if top else None,
        "notes": list(row.notes),
        "error": row.error,
    }


def _top(article: Article) -> dict[str, Any]:
    published = format_published(article.published)
    return {"id": article.id, "title": article.title, "published": published, **json_printer.mark_record(article)}


def iter_csv(results: BatchResults, kind: str) -> Iterator[str]:
    """Write what was found as a table with a header."""
    if kind == "matrix":
        labels = [row.query.label for row in results.asked]
        counts = results.together.tolist() if results.together is not None else []
        rows = ((label, *line) for label, line in zip(labels, counts, strict=True))
        return table_printer.iter_csv_rows(("", *labels), rows)
    if kind == "pairs":
        return table_printer.iter_csv_rows(PAIR_COLUMNS, (dataclasses.astuple(pair) for pair in iter_pairs(results)))
    return table_printer.iter_csv_rows(COLUMNS, map(_csv_row, results.rows))


def _csv_row(row: BatchRow) -> tuple[object, ...]:
    top = row.top
    return (
        row.query.label,
        row.query.text,
        "" if row.error else row.articles,
        "" if row.stories is None else row.stories,
        format_published(row.first) or "",
        format_published(row.last) or "",
        "" if row.error else row.undated,
        top.id if top else "",
        top.title if top else "",
        (format_published(top.published) if top else None) or "",
        "; ".join(row.notes),
        row.error or "",
    )


def render_plain(results: BatchResults, kind: str) -> Iterator[str]:
    """Write an aligned table, and below it how many queries and articles there were."""
    header, rows, numbers = _table(results, kind)
    if rows:
        widths = _widths(header, rows)
        for row in (header, *rows):
            yield _align(row, widths, numbers).rstrip() + "\n"
        yield "\n"
    yield footer_of(results, kind) + "\n"


def render_terminal(results: BatchResults, kind: str, console: Console) -> Iterator[str]:
    """The same, the last column cut to what fits a line, header and footer dim."""
    from rich.text import Text

    def print_line(line: str, style: str = "") -> str:
        with console.capture() as capture:
            console.print(Text(line, style=style), soft_wrap=True)
        return capture.get()

    header, rows, numbers = _table(results, kind)
    if rows:
        widths = _widths(header, rows)
        last = len(header) - 1
        if last not in numbers:
            before = sum(widths[:-1]) + len(_GAP) * last
            longest = max(_LONGEST, console.width - before)
            rows = [(*row[:-1], _cut(row[-1], longest)) for row in rows]
        yield print_line(_align(header, widths, numbers).rstrip(), "dim")
        for row in rows:
            yield print_line(_align(row, widths, numbers).rstrip())
        yield "\n"
    yield print_line(footer_of(results, kind), "dim")


def footer_of(results: BatchResults, kind: str) -> str:
    """The last line: how many queries were asked, of how many articles, how long it took."""
    took = duration_of(results.took_ms / 1000)
    queries = count_of(len(results.rows), "query", "queries")
    footer = f"{queries} over {count_of(results.total, 'article')} in {took}"
    faults = len(results.rows) - len(results.asked)
    if faults:
        footer += f" · {count_of(faults, 'query', 'queries')} could not be read"
    if kind == "pairs" and not any(True for _ in iter_pairs(results)):
        footer += " · no two of them are found in one article"
    return footer


def _table(results: BatchResults, kind: str) -> _Table:
    if kind == "matrix":
        labels = [_short(row.query.label) for row in results.asked]
        counts = results.together.tolist() if results.together is not None else []
        rows = [(label, *(f"{n:,}" for n in line)) for label, line in zip(labels, counts, strict=True)]
        return ("", *labels), rows, frozenset(range(1, len(labels) + 1))
    if kind == "pairs":
        pairs = [_text_pair(pair) for pair in iter_pairs(results)]
        return ("articles", "jaccard", "pmi", "log-likelihood", "a", "b"), pairs, frozenset(range(4))
    rows = [_text_row(row) for row in results.rows]
    header: tuple[str, ...] = ("query", "articles", "stories", "first", "last", "undated", "top hit")
    if all(row.stories is None for row in results.rows):
        header, rows = _without(header, 2), [_without(row, 2) for row in rows]
    return header, rows, frozenset(at for at, name in enumerate(header) if name in {"articles", "stories", "undated"})


def _without(row: tuple[str, ...], at: int) -> tuple[str, ...]:
    return (*row[:at], *row[at + 1 :])


def _text_pair(pair: Pair) -> tuple[str, ...]:
    measures = (f"{pair.jaccard:.3f}", f"{pair.pmi:.2f}", f"{pair.log_likelihood:,.1f}")
    return (f"{pair.articles:,}", *measures, _short(pair.a), clean_line(pair.b))


def _text_row(row: BatchRow) -> tuple[str, ...]:
    label = _short(row.query.label)
    if row.error is not None:
        return label, "error", "", "", "", "", clean_line(row.error)
    top = ""
    if row.top is not None:
        top = clean_line(f"{row.top.title or '(no title)'} ({row.top.id})")
    if row.notes:
        top = f"{top}{' · ' if top else ''}{clean_line('; '.join(row.notes))}"
    undated = f"{row.undated:,}" if row.undated else ""
    stories = "" if row.stories is None else f"{row.stories:,}"
    return label, f"{row.articles:,}", stories, _day(row.first), _day(row.last), undated, top


def _day(day: dt.date | None) -> str:
    return date_of(day) if day else ""


def _short(text: str) -> str:
    return _cut(clean_line(text), _LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _widths(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(len(row[at]) for row in (header, *rows)) for at in range(len(header))]


def _align(row: Sequence[str], widths: Sequence[int], numbers: frozenset[int]) -> str:
    cells = (
        text.rjust(width) if at in numbers else text.ljust(width)
        for at, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return _GAP.join(cells)
