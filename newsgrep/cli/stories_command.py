"""`newsgrep stories`: what was written on a subject, copies of one text as one story."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import Place, index_option, view_options
from newsgrep.cli.question import ALL, data_options, question_options, require_question, say_read
from newsgrep.search.request import CopyMode, Request, Sort

if TYPE_CHECKING:
    from newsgrep.search.results import Results

_SORTS = {"best": Sort.RELEVANCE, "newest": Sort.NEWEST, "oldest": Sort.OLDEST, "size": Sort.RELEVANCE}


@command("stories", short_help="List stories: articles found, copies of one text as one.")
@question_options
@click.option(
    "--sort",
    type=click.Choice(list(_SORTS)),
    help="Order of the stories; size is by number of articles. Default: best; newest where no words are searched.",
)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="Stories a page; 0 gives all."
)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Which page of stories.")
@data_options("json", "csv")
@view_options
@index_option
def stories_command(
    request: Request,
    sort: str | None,
    limit: int,
    page: int,
    format: str,  # noqa: A002  # as `data_options` names it
    color: str,
    index: Place,
) -> int:
    """Search the index and print one line for each story, however many articles there are of it.

    Articles are of one story where their text is the same, edited or cut: an agency's report in several papers, with
    other headlines. Each story is shown by the article that answers best, with the number of its copies, and which of
    the articles found was published first.

    Exit code: 0 found, 1 nothing found, 2 error.

    \b
    Examples:
      newsgrep stories 'harbour bridge'
      newsgrep stories sanctions --since 2018 --sort size
      newsgrep stories --on yesterday --source 'The Example Post'
      newsgrep stories sanctions --json --limit 0 | jq -r '.stories[] | [.articles, .title] | @tsv'
    """
    require_question(request, "newsgrep stories 'harbour bridge'")
    order = sort or ("best" if request.text else "newest")
    request = dataclasses.replace(
        request, sort=_SORTS[order], limit=limit or ALL, page=page, snippets=0, missing=False, copies=CopyMode.GROUP
    )
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        results = archive.stories(request, largest_first=order == "size")
    say_read(results.notes, results.expansions)
    # A JSON document says it itself.
    if not results.total and format != "json":
        streams.say("newsgrep: nothing found")
        for hint in results.hints:
            streams.say(f"  {hint.message}")
    _write(results, request, format, color)
    if format == "text" and results.hits:
        from newsgrep.cli.last_search import remember_hits

        remember_hits(archive.location, results.hits, request)
    return FOUND if results.hits else NOTHING_FOUND


def _write(results: Results, request: Request, chosen: str, color: str) -> None:
    from newsgrep.cli import stories_printer

    if chosen == "json":
        streams.write_data([stories_printer.render_json(results)])
    elif chosen == "csv":
        streams.write_data(stories_printer.iter_csv(results))
    elif not results.total:
        return
    elif not results.hits:
        pages = -(-(results.stories or 0) // request.limit)
        streams.say(f"newsgrep: page {request.page} is past the last one: --page {pages}")
    elif streams.is_styled(color):
        streams.write_view(stories_printer.render_terminal(results, request, streams.open_console(color)))
    else:
        streams.write_view(stories_printer.render_plain(results, request))
