"""Facets as tables for eyes, and as JSON and CSV; every key is described in docs/trends.md.

The terminal and plain text have the same lines; a line is made of pieces, each with the style that a terminal gives it.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from newsgrep.cli import json_printer, table_printer
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.styles import QUIET, TITLE
from newsgrep.cli.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from newsgrep.search.trends import Facet, Facets, FacetValue

    Line = list[tuple[str, str]]
    """Pieces of text, each with its style."""

WIDTH = 80
"""Columns of plain text."""
COLUMNS = ("by", "label", "articles", "share", "archive", "archive_share", "lift", "log_likelihood", "above")

ABOVE = TITLE
_HEADS = ("articles", "share", "archive", "lift")
_WIDTHS = (10, 9, 9, 9)
_NARROWEST = 12
ABOVE_MARK = "▲"


def render_facets(facets: Facets, *, width: int = WIDTH) -> Iterator[str]:
    """Write a table for each property, the values in their order."""
    for line in _iter_lines(facets, width):
        yield "".join(text for text, _ in line).rstrip() + "\n"


def render_facets_styled(facets: Facets, console: Console) -> Iterator[str]:
    """The same with the width and the colours of a terminal."""
    from rich.text import Text

    for line in _iter_lines(facets, console.width):
        with console.capture() as capture:
            console.print(Text.assemble(*line), soft_wrap=True)
        yield capture.get()


def render_json(facets: Facets) -> str:
    """Write facets as one document."""
    return json_printer.render_document(
        {
            "schema": json_printer.SCHEMA,
            "query": facets.query,
            "total": facets.total,
            "archive": facets.archive,
            "sort": facets.sort.value,
            "facets": [
                {
                    "by": facet.by.value,
                    "values": [_record(value) for value in facet.values],
                    "n_values": facet.n_values,
                    "without": facet.without,
                    "archive_without": facet.archive_without,
                }
                for facet in facets.facets
            ],
            "notes": list(facets.notes),
            "expansions": [dataclasses.asdict(expansion) for expansion in facets.expansions],
        }
    )


def iter_csv(facets: Facets) -> Iterator[str]:
    """Write a header and a record for each value; those of hits without any have no label."""
    rows = []
    for facet in facets.facets:
        rows += [(facet.by.value, *_record(value).values()) for value in facet.values]
        if facet.without:
            share, archive_share = facet.without / facets.total, facet.archive_without / facets.archive
            shares = (facet.without, round(share, 6), facet.archive_without, round(archive_share, 6))
            rows.append((facet.by.value, "", *shares, "", "", ""))
    yield from table_printer.iter_csv_rows(COLUMNS, rows)


def _record(value: FacetValue) -> dict[str, Any]:
    return {
        "label": value.label,
        "articles": value.articles,
        "share": round(value.share, 6),
        "archive": value.archive,
        "archive_share": round(value.archive_share, 6),
        "lift": round(value.lift, 4),
        "log_likelihood": round(value.log_likelihood, 2),
        "above": value.is_above,
    }


def _iter_lines(facets: Facets, width: int) -> Iterator[Line]:
    counted = count_of(facets.total, "article")
    yield [(clean_line(f"{counted}: {facets.query}" if facets.query else counted), TITLE)]
    room = max(_NARROWEST, min(width, 100) - sum(_WIDTHS) - 2)
    for facet in facets.facets:
        yield []
        yield from _facet_lines(facet, facets, room)
    if any(value.is_above for facet in facets.facets for value in facet.values):
        yield []
        yield [(f"{ABOVE_MARK} above its share of the archive by more than chance", QUIET)]


def _facet_lines(facet: Facet, facets: Facets, room: int) -> Iterator[Line]:
    heads = "".join(f"{head:>{width}}" for head, width in zip(_HEADS, _WIDTHS, strict=True))
    yield [(f"{facet.by.value:<{room}}", TITLE), (heads, QUIET)]
    for value in facet.values:
        yield [
            (_fitted(value.label, room), ""),
            (_numbers(value.articles, value.share, value.archive_share), ""),
            (f"{value.lift:>{_WIDTHS[-1] - 1}.2f}×", ABOVE if value.is_above else ""),
            (f" {ABOVE_MARK}" if value.is_above else "", ABOVE),
        ]
    if facet.without:
        share, archive_share = facet.without / facets.total, facet.archive_without / facets.archive
        yield [(_fitted(f"(no {facet.by.value})", room) + _numbers(facet.without, share, archive_share), QUIET)]
    if more := facet.n_values - len(facet.values):
        yield [(f"… {more:,} more", QUIET)]


def _numbers(articles: int, share: float, archive_share: float) -> str:
    cells = (f"{articles:,}", f"{share * 100:.1f} %", f"{archive_share * 100:.1f} %")
    return "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS[:3], strict=True))


def _fitted(label: str, room: int) -> str:
    """A label, harmless, in so many columns."""
    from rich.cells import cell_len, set_cell_size

    text = clean_line(label)
    return set_cell_size(text, room) if cell_len(text) < room else set_cell_size(text, room - 2) + "… "
