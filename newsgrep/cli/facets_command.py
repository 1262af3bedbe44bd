"""`newsgrep facets`: in which sections, publications, languages and years, and by whom, was it published?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import Place, index_option, view_options
from newsgrep.cli.question import data_options, question_options, say_read
from newsgrep.search.trends import By, FacetSort

if TYPE_CHECKING:
    from newsgrep.search.request import Request


@command("facets", short_help="Count articles by section, publication, author, language and year.")
@question_options
@click.option(
    "--by",
    multiple=True,
    type=click.Choice([by.value for by in By]),
    help="What to count by. Repeat for more. Default: all of these.",
)
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in FacetSort]),
    default=FacetSort.COUNT.value,
    show_default=True,
    help="Most hits first, or those farthest above their share of the archive.",
)
@click.option(
    "--top", type=click.IntRange(min=0), default=10, show_default=True, help="How many of each to show; 0 gives all."
)
@data_options("json", "csv")
@view_options
@index_option
def facets_command(
    request: Request,
    by: tuple[str, ...],
    sort: str,
    top: int,
    format: str,  # noqa: A002
    color: str,
    index: Place,
) -> int:
    """Count the articles that a search finds by section, publication, author, language and year.

    Each value is held against the archive, under the same filters without the words: its share there, and its lift,
    which is how many times larger its share of the hits is. Those that are above it by more than chance are marked.
    Without words, all articles that the filters let through are counted.

    Exit code: 0 found, 1 nothing found, 2 error.

    \b
    Examples:
      newsgrep facets "harbour bridge"
      newsgrep facets ferry --by section --by year --top 0
      newsgrep facets storm --by author --sort lift
      newsgrep facets ferry --json | jq -r '.facets[].values[] | select(.above) | .label'
    """
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        facets = archive.facets(request, tuple(dict.fromkeys(map(By, by))), sort=FacetSort(sort), top=top)
    say_read(facets.notes, facets.expansions)
    from newsgrep.cli import facets_printer

    if format == "json":
        streams.write_data([facets_printer.render_json(facets)])
    elif format == "csv":
        streams.write_data(facets_printer.iter_csv(facets))
    elif not facets.total:
        streams.say("newsgrep: nothing found")
    elif streams.is_styled(color):
        console = streams.open_console(color)
        streams.write_view(facets_printer.render_facets_styled(facets, console))
    else:
        streams.write_view(facets_printer.render_facets(facets))
    return FOUND if facets.total else NOTHING_FOUND
