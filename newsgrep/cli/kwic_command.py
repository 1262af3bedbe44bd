"""`newsgrep kwic`: every occurrence of a query's words, one a line, with what stands before and after it."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import Place, index_option, view_options
from newsgrep.cli.question import ALL, data_options, question_options, say_read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.search.concordance import Concordance, Line
    from newsgrep.search.request import Request

_DATA_CONTEXT = 10
"""Words on each side in data."""


@command("kwic", short_help="Show every occurrence of words in its context, aligned.")
@question_options
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest", "left", "right"]),
    default="relevance",
    show_default=True,
    help="Order of the lines: by article, or by the words left or right of the match.",
)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=50, show_default=True, help="Lines to show; 0 gives all."
)
@click.option("--title", "titles", is_flag=True, help="Occurrences in titles too.")
@click.option(
    "--context",
    type=click.IntRange(0, 200),
    metavar="WORDS",
    help="Words on each side. Default: what fits; 10 in JSON and CSV.",
)
@click.option(
    "--width",
    type=click.IntRange(40, 1000),
    metavar="COLUMNS",
    help="Columns of a line. Default: those of the terminal; 120 elsewhere.",
)
@data_options("json", "jsonl", "csv")
@view_options
@index_option
def kwic_command(
    request: Request,
    sort: str,
    limit: int,
    titles: bool,
    context: int | None,
    width: int | None,
    format: str,  # noqa: A002  # the name of the option that chooses it
    color: str,
    index: Place,
) -> int:
    """Show every occurrence of the words of a query with what stands before and after it: a concordance.

    One line is one occurrence: what stands left of it, the match, what stands right of it, then date, id and
    publication. A phrase, words that are near each other as `w/5` asks, and words of the query that stand side by side
    are one match. `newsgrep show` takes the id.

    --sort left and --sort right put all lines in the order of the words beside the match, which shows what is usually
    said of it; every article that matches is read for that.

    Exit code: 0 found, 1 nothing found, 2 error.

    \b
    Examples:
      newsgrep kwic Aleppo
      newsgrep kwic '"chemical weapons"' --since 2017 --sort right
      newsgrep kwic 'sanctions w/5 oil' --title --limit 0
      newsgrep kwic ceasefire --section politics --sort newest --width 160
      newsgrep kwic Aleppo --csv --context 20 --limit 0 > aleppo.csv
    """
    if not request.text:
        raise click.UsageError('Nothing to show. Type words (newsgrep kwic "Deir Ezzor").')
    from newsgrep.cli.progress import ReadingMeter
    from newsgrep.opening import open_archive
    from newsgrep.search.concordance import LineOrder

    limit = limit or ALL
    if context is None and format != "text":
        context = _DATA_CONTEXT
    with open_archive(index) as archive:
        concordance = archive.concordance(
            # One more, to know whether there are more.
            dataclasses.replace(request, limit=limit + 1),
            order=LineOrder(sort),
            context=context,
            titles=titles,
            on_progress=ReadingMeter().show,
        )
        say_read(concordance.notes, concordance.expansions)
        first = next(concordance.lines, None)
        if first is None and format != "json":
            _say_nothing_found(concordance, titles=titles)
            if format == "text":
                return NOTHING_FOUND
        lines = itertools.chain(() if first is None else (first,), concordance.lines)
        _write_lines(concordance, lines, format, limit=limit, width=width, color=color)
    return NOTHING_FOUND if first is None else FOUND


def _say_nothing_found(concordance: Concordance, *, titles: bool) -> None:
    streams.say("newsgrep: nothing found")
    for hint in concordance.hints:
        streams.say(f"  {hint.message}")
    if concordance.articles and not titles:
        streams.say(f"  {concordance.articles:,} found by their titles or other fields: --title shows titles too")


def _write_lines(
    concordance: Concordance, lines: Iterable[Line], form: str, *, limit: int, width: int | None, color: str
) -> None:
    from newsgrep.cli import kwic_printer

    if form == "json":
        streams.write_data([kwic_printer.render_json(concordance, lines, limit=limit)])
    elif form == "jsonl":
        streams.write_data(kwic_printer.iter_json_lines(lines, limit=limit))
    elif form == "csv":
        streams.write_data(kwic_printer.iter_csv(lines, limit=limit))
    elif streams.is_styled(color):
        console = streams.open_console(color)
        streams.write_view(kwic_printer.render_styled(concordance, lines, console, limit=limit, width=width))
    else:
        columns = width or kwic_printer.PIPE_WIDTH
        streams.write_view(kwic_printer.render_plain(concordance, lines, limit=limit, width=columns))
