"""`newsgrep show`: one whole article."""

from __future__ import annotations

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND
from newsgrep.cli.offers import complete_article
from newsgrep.cli.options import index_option, json_option, view_options


@command("show", short_help="Print a whole article.")
@click.argument("article_id", metavar="NUMBER|ID|PATH", shell_complete=complete_article)
@click.option("--query", metavar="QUERY", help="Light the words of this query, on a terminal.")
@json_option("the article")
@view_options
@index_option
def show_command(article_id: str, query: str | None, as_json: bool, color: str, index: str | None) -> int:
    """Print a whole article as the index holds it.

    The article is named by its number in the last search of this terminal, whose words are lit; by its id or an
    unmistakable start of it; or by its file. PATH#RECORD names one article of a file that holds several,
    PATH#MEMBER or PATH#MEMBER#RECORD one in an archive.

    Exit code: 0 shown, 2 there is no such article, several answer to the name, or another error.

    \b
    Examples:
      newsgrep show 3
      newsgrep show 3f9a2c
      newsgrep show saved/2018/casualties.html --query "Deir Ezzor"
      newsgrep show 'pages.zip#2018/casualties.html'
      newsgrep show wire.jsonl#4711 --json | jq -r .article.body
    """
    from newsgrep.api import open_archive
    from newsgrep.cli.last_search import read_names

    named = read_names([article_id], index)
    query = named.query if query is None else query
    with open_archive(named.index) as archive:
        article = archive.get(named.names[0])
        versions = archive.count_versions(article)
        lights = query is not None and not as_json and streams.is_styled(color)
        # The query is read even where nothing is lit, so that a faulty one is never passed over.
        title_highlights = archive.highlight(article.title, query) if query else ()
        body_highlights = archive.highlight(article.body, query) if lights and query else ()
    if as_json:
        from newsgrep.cli import json_printer

        streams.write_data([json_printer.render_article(article, versions=versions)])
    elif streams.is_styled(color):
        from newsgrep.cli import terminal_printer

        pieces = terminal_printer.render_article(
            article,
            streams.open_console(color),
            title_highlights=title_highlights,
            body_highlights=body_highlights,
        )
        streams.write_view(pieces)
    else:
        from newsgrep.cli import plain_printer

        streams.write_view(plain_printer.render_article(article))
    if versions > 1 and not as_json:
        from newsgrep.cli import versions_printer

        streams.write_view(versions_printer.render_count(article, versions, color))
    return FOUND
