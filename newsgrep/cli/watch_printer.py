"""Standing searches and what they tell, for eyes and as JSON."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from newsgrep.cli import json_printer, plain_printer
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.wording import count_of
from newsgrep.search.request import Request
from newsgrep.search.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from newsgrep.search.results import Hit
    from newsgrep.search.watches import News
    from newsgrep.search.watching import ListedWatch

_HEADER = ("name", "query", "added", "last run", "told")
_GAP = "  "


def heading_of(news: News) -> str:
    """What a watch has found, in one line."""
    repeated = int(news.repeated.sum())
    doubt = f", {repeated:,} of them perhaps told before" if repeated else ""
    return clean_line(f"{news.watch.name}: {count_of(len(news), 'new article')}{doubt} · {news.watch.typed}")


def render_news(news: News, hits: Sequence[Hit]) -> Iterator[str]:
    """Write the news of a watch below a heading, as plain text."""
    yield heading_of(news) + "\n\n"
    *paragraphs, _ = plain_printer.render_results(_as_results(hits), Request(text=news.watch.text))
    yield from paragraphs


def render_styled_news(news: News, hits: Sequence[Hit], console: Console) -> Iterator[str]:
    """Write the news of a watch below a heading, for a terminal."""
    from newsgrep.cli import terminal_printer

    yield from terminal_printer.render_heading(f"{heading_of(news)}\n", console)
    *paragraphs, _ = terminal_printer.render_results(_as_results(hits), Request(text=news.watch.text), console)
    yield from paragraphs


def iter_news_lines(news: News, hits: Iterable[Hit]) -> Iterator[str]:
    """Write one hit a line (JSON Lines), as a search does, with the watch that it is news of."""
    lines = json_printer.iter_hit_lines(_as_results(tuple(hits)))
    for line, repeated in zip(lines, news.repeated.tolist(), strict=True):
        yield json_printer.render_document(json.loads(line) | {"watch": news.watch.name, "repeated": repeated})


def render_watches(watches: Sequence[ListedWatch]) -> str:
    """Write the standing searches as one document."""
    return json_printer.render_document(
        {"schema": json_printer.SCHEMA, "watches": [dataclasses.asdict(watch) for watch in watches]}
    )


def render_list(watches: Sequence[ListedWatch]) -> Iterator[str]:
    """Write one standing search a line, below a header."""
    rows = [_HEADER, *map(_row_of, watches)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    for row in rows:
        yield _GAP.join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True)).rstrip() + "\n"


def render_styled_list(watches: Sequence[ListedWatch], console: Console) -> Iterator[str]:
    """Write the standing searches as a table."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in _HEADER:
        table.add_column(name, overflow="fold", no_wrap=name != "query")
    for watch in watches:
        table.add_row(*map(Text, _row_of(watch)))
    with console.capture() as capture:
        console.print(table)
    yield capture.get()


def _row_of(watch: ListedWatch) -> tuple[str, str, str, str, str]:
    return (
        watch.name,
        clean_line(watch.query),
        _day_of(watch.added),
        _day_of(watch.last_run) if watch.last_run else "never",
        f"{watch.told:,}",
    )


def _day_of(timestamp: str) -> str:
    """A moment in the local time zone, to the minute."""
    import datetime as dt

    return dt.datetime.fromisoformat(timestamp).astimezone().strftime("%Y-%m-%d %H:%M")


def _as_results(hits: Sequence[Hit]) -> Results:
    return Results(query="", total=len(hits), took_ms=0.0, hits=tuple(hits))
