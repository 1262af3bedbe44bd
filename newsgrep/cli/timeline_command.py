"""`newsgrep timeline`: when was how much published that says this?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import Place, index_option, view_options
from newsgrep.cli.question import data_options, question_options, say_read
from newsgrep.cli.wording import count_of
from newsgrep.search.trends import Per, Split, Unit

if TYPE_CHECKING:
    from newsgrep.search.request import Request
    from newsgrep.search.trends import Timeline

DEFAULT_TOP = 5


@command("timeline", short_help="Count articles over time, against all that were saved.")
@question_options
@click.option(
    "--by", "unit", type=click.Choice([unit.value for unit in Unit]), help="How long a bucket is. Default: by the span."
)
@click.option("--share", is_flag=True, help="Show each bucket as a share of the articles that the archive has of it.")
@click.option(
    "--per",
    type=click.Choice([per.value for per in Per]),
    default=Per.COPY.value,
    show_default=True,
    help="Count every article, or stories: copies once, where the first of them stands.",
)
@click.option("--split", type=click.Choice([split.value for split in Split]), help="Count the biggest of these apart.")
@click.option(
    "--top", type=click.IntRange(1, 50), help=f"With --split: how many are told apart. Default: {DEFAULT_TOP}."
)
@click.option("--plot", metavar="FILE", type=click.Path(), help="Draw it, too: a .png or .svg file.")
@data_options("json", "csv")
@view_options
@index_option
def timeline_command(
    request: Request,
    unit: str | None,
    share: bool,
    per: str,
    split: str | None,
    top: int | None,
    plot: str | None,
    format: str,  # noqa: A002
    color: str,
    index: Place,
) -> int:
    """Count the articles that a search finds in each day, week, month or year.

    The articles of the archive are counted beside them, under the same filters without the words: --share shows hits
    as a share of these, JSON and CSV always have both. A time of which the archive has no article at all is marked:
    "no articles saved" is not "no coverage". Without words, all articles that the filters let through are counted.

    Exit code: 0 found, 1 nothing found, 2 error.

    \b
    Examples:
      newsgrep timeline "harbour bridge" --by month
      newsgrep timeline ferry --share --since 2010
      newsgrep timeline storm --split section --top 3
      newsgrep timeline ferry --csv > ferry.csv
      newsgrep timeline ferry --plot ferry.svg
    """
    if share and per == Per.STORY:
        raise click.UsageError("--share counts articles against articles: leave out --share or --per story.")
    if top is not None and split is None:
        raise click.UsageError("--top says how many labels --split shows: say --split section or --split source.")
    if plot is not None:
        from newsgrep.cli.timeline_plot import check_plot

        check_plot(plot)
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        timeline = archive.timeline(
            request,
            unit=Unit(unit) if unit else None,
            per=Per(per),
            split_by=Split(split) if split else None,
            top=top or DEFAULT_TOP,
        )
    say_read(timeline.notes, timeline.expansions)
    from newsgrep.cli import timeline_printer

    if format == "json":
        streams.write_data([timeline_printer.render_json(timeline)])
    elif format == "csv":
        streams.write_data(timeline_printer.iter_csv(timeline))
        if timeline.undated:
            streams.say(f"newsgrep: {count_of(timeline.undated, 'article')} without a date, in no row")
    elif not timeline.total:
        streams.say("newsgrep: nothing found")
    elif streams.is_styled(color):
        console = streams.open_console(color)
        streams.write_view(timeline_printer.render_timeline_styled(timeline, console, shares=share))
    else:
        streams.write_view(timeline_printer.render_timeline(timeline, shares=share))
    if plot is not None:
        _draw(timeline, plot, share)
    return FOUND if timeline.total else NOTHING_FOUND


def _draw(timeline: Timeline, path: str, share: bool) -> None:
    if not timeline.buckets:
        streams.say(f"newsgrep: {path} is not drawn: no article with a date was found")
        return
    from newsgrep.cli.timeline_plot import write_plot

    write_plot(timeline, path, shares=share)
    streams.say(f"newsgrep: drawn in {path}")
