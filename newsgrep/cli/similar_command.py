"""`newsgrep similar`: what else was written on an article, before it and after it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.offers import complete_article
from newsgrep.cli.options import Place, filter_options, index_option, view_options
from newsgrep.cli.question import data_options

if TYPE_CHECKING:
    from newsgrep.search.request import Filters


@command("similar", short_help="Find what else was written on an article: background and follow-ups.")
@click.argument("article_id", metavar="NUMBER|ID|PATH", shell_complete=complete_article)
@click.option("--background", is_flag=True, help="Only what was published before it.")
@click.option("--follow-ups", is_flag=True, help="Only what was published after it; with --background, either.")
@click.option("--near", is_flag=True, help="What was published in the days around it first, of what is as similar.")
@click.option(
    "--copies",
    type=click.Choice(["hide", "show"]),
    default="hide",
    show_default=True,
    help="Copies of the article itself.",
)
@filter_options
@click.option("-n", "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Articles to show.")
@click.option(
    "--snippets", type=click.IntRange(0, 50), default=1, show_default=True, help="Passages of the text to show."
)
@data_options("json", "csv")
@view_options
@index_option
def similar_command(
    article_id: str,
    background: bool,
    follow_ups: bool,
    near: bool,
    copies: str,
    filters: Filters,
    limit: int,
    snippets: int,
    format: str,  # noqa: A002  # the name of the option that chooses it
    color: str,
    index: Place,
) -> int:
    """Find what else was written on an article: its background before it, its follow-ups after it.

    The article is named as for `newsgrep show`: by its number in the last search, its id, the start of it, or its
    file. Articles are found by the words that say what it is about, and the most similar are shown; those that came
    before it stand under "Background", those that came after it under "Follow-ups", each numbered by how similar it
    is among all.
    Copies of the article are left out, and counted.

    Exit code: 0 found, 1 nothing found, 2 error.

    \b
    Examples:
      newsgrep similar 3f9a2c
      newsgrep similar 3f9a2c --follow-ups --limit 20
      newsgrep similar saved/2018/casualties.html --background --section news
      newsgrep similar 3f9a2c --near --source "The Example Post"
      newsgrep similar 3f9a2c --copies show --csv > similar.csv
      newsgrep similar 3f9a2c --json | jq -r '.articles[] | [.days, .title] | @tsv'
    """
    from newsgrep.cli.last_search import read_names
    from newsgrep.opening import open_archive
    from newsgrep.search.similar import SimilarRequest

    named = read_names([article_id], index)
    request = SimilarRequest(
        name=named.names[0],
        filters=filters,
        background=background,
        follow_ups=follow_ups,
        copies=copies == "show",
        near=near,
        limit=limit,
        snippets=snippets,
    )
    with open_archive(named.index) as archive:
        results = archive.similar(request)
    if not results.articles and format != "json":
        streams.say("newsgrep: nothing similar found")
    from newsgrep.cli import similar_printer

    if format == "text":
        from newsgrep.cli.places import lead_hits

        leading = lead_hits((each.hit for each in results.articles), archive.locate)
        articles = (dataclasses.replace(each, hit=hit) for each, hit in zip(results.articles, leading, strict=True))
        results = dataclasses.replace(results, articles=tuple(articles))
    if format == "json":
        streams.write_data([similar_printer.render_json(results)])
    elif format == "csv":
        streams.write_data(similar_printer.iter_csv(results))
    elif streams.is_styled(color):
        streams.write_view(similar_printer.render_terminal(results, streams.open_console(color)))
    else:
        streams.write_view(similar_printer.render_plain(results))
    if format == "text" and results.articles:
        from newsgrep.cli.last_search import remember

        hits = [each.hit for each in results.articles]
        remember(archive.location, hits, query="", question=f"similar {results.article.id}")
    return FOUND if results.articles else NOTHING_FOUND
