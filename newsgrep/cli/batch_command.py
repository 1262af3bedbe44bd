"""`newsgrep batch`: many queries from a file, one line of facts each, and which of them are found together."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND, NOTHING_FOUND
from newsgrep.cli.options import Place, index_option, view_options
from newsgrep.cli.question import data_options, reading_options
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from newsgrep.search.batch import BatchResults
    from newsgrep.search.request import Request

_STEP = 10
"""Queries after which the count on a terminal moves."""


@command("batch", short_help="Ask many queries from a file: counts, dates, top hits, who is named with whom.")
@click.argument("queries", metavar="QUERIES", type=click.Path(allow_dash=True))
@reading_options
@click.option("--stories", is_flag=True, help="Count stories too: copies of one text count once.")
@click.option("--matrix", is_flag=True, help="A table of how many articles every two queries have in common.")
@click.option("--pairs", is_flag=True, help="The same, a line for every two with an article in common, most first.")
@data_options("json", "csv")
@view_options
@index_option
def batch_command(
    queries: str,
    request: Request,
    stories: bool,
    matrix: bool,
    pairs: bool,
    format: str,  # noqa: A002  # the name of the option that chooses it
    color: str,
    index: Place,
) -> int:
    """Ask every query of the file QUERIES, and print a line for each.

    A line of the file is a query as `newsgrep search` takes it, or a label, a tab and a query. Blank lines and lines
    that begin with # are passed over; - reads the queries from stdin. Filters hold for all of them. A query that
    cannot be understood has its error in its line, and the others are asked all the same.

    With --matrix or --pairs, the articles that every two queries have in common are counted: which names are
    mentioned together.

    Exit code: 0 found, 1 no query found anything, 2 error, also in one query.

    \b
    Examples:
      newsgrep batch names.txt
      newsgrep batch names.txt --since 2018 --csv > names.csv
      newsgrep batch names.txt --stories
      newsgrep batch names.txt --pairs --section politics
      newsgrep batch names.txt --matrix --csv > together.csv
      cut -d, -f1 members.csv | newsgrep batch - --json | jq '.queries[] | select(.articles > 0)'
    """
    if matrix and pairs:
        raise click.UsageError("--matrix or --pairs: one of them at a time.")
    from newsgrep.opening import open_archive
    from newsgrep.search.batch import read_queries

    name = "stdin" if queries == "-" else queries
    with nullcontext(streams.open_stdin()) if queries == "-" else open(queries, "rb") as file:
        asked = read_queries(file.read(), name)
    if not asked:
        raise OptionError(f"{name} holds no query", hint="Write one a line: a query, or a label, a tab, a query.")
    shows_progress = sys.stderr is not None and sys.stderr.isatty()
    with open_archive(index) as archive:
        results = archive.batch(
            asked,
            request,
            stories=stories,
            together=matrix or pairs,
            on_done=show_progress if shows_progress else None,
        )
    kind = "matrix" if matrix else "pairs" if pairs else "rows"
    _write(results, kind, format, color)
    faults = [row for row in results.rows if row.error is not None]
    if kind != "rows" or format != "json":
        for row in faults:
            streams.say(f"newsgrep: {name}, line {row.query.line}: {row.error}")
    if faults:
        return FAILED
    return FOUND if any(row.articles for row in results.rows) else NOTHING_FOUND


def show_progress(done: int, total: int) -> None:
    """Count on one line of a terminal, which is empty again at the end."""
    if done == total:
        sys.stderr.write("\r\x1b[K")
    elif done % _STEP == 1:
        sys.stderr.write(f"\r{done:,} of {total:,} queries\x1b[K")
    sys.stderr.flush()


def _write(results: BatchResults, kind: str, chosen: str, color: str) -> None:
    from newsgrep.cli import batch_printer

    if chosen == "json":
        streams.write_data([batch_printer.render_json(results, kind)])
    elif chosen == "csv":
        streams.write_data(batch_printer.iter_csv(results, kind))
    elif streams.is_styled(color):
        streams.write_view(batch_printer.render_terminal(results, kind, streams.open_console(color)))
    else:
        streams.write_view(batch_printer.render_plain(results, kind))
