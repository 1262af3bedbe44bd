"""`newsgrep show`: whole articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND, NOTHING_FOUND
from newsgrep.cli.offers import complete_article
from newsgrep.cli.options import Place, index_option, json_option, view_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.api import Archive
    from newsgrep.article import Article


@command("show", short_help="Print whole articles.")
@click.argument("article_ids", nargs=-1, required=True, metavar="NUMBER|ID|PATH...", shell_complete=complete_article)
@click.option("--query", metavar="QUERY", help="Light the words of this query, on a terminal.")
@json_option("the article")
@view_options
@index_option
def show_command(article_ids: tuple[str, ...], query: str | None, as_json: bool, color: str, index: Place) -> int:
    """Print whole articles as the index holds them, each once.

    An article is named by its number in the last search of this terminal, whose words are lit; by its id or an
    unmistakable start of it; or by its file. PATH#RECORD names one article of a file that holds several,
    PATH#MEMBER or PATH#MEMBER#RECORD one in an archive. - reads names from stdin, one a line. One that is not in the
    index is named on stderr, and the others are shown.

    Exit code: 0 shown, 1 no article was named on stdin, 2 there is no such article, several answer to the name, or
    another error.

    \b
    Examples:
      newsgrep show 3
      newsgrep show 1 3
      newsgrep show 3f9a2c
      newsgrep show saved/2018/casualties.html --query "Deir Ezzor"
      newsgrep show 'pages.zip#2018/casualties.html'
      newsgrep show wire.jsonl#4711 --json | jq -r .article.body
      newsgrep search Aleppo --on 2017 --limit 0 --format '{id}' | newsgrep show -
    """
    from newsgrep.cli.last_search import read_names
    from newsgrep.cli.named_articles import Finder, iter_names
    from newsgrep.opening import open_archive

    named = read_names(article_ids, index)
    query = named.query if query is None else query
    with open_archive(named.index) as archive:
        found = Finder(archive)
        articles = found.iter(iter_names(named.names))
        if as_json:
            streams.write_data(_iter_json(articles, archive, query))
        else:
            streams.write_view(_iter_text(articles, archive, query, color))
    if found.missing:
        return FAILED
    return FOUND if found.ids else NOTHING_FOUND


def _iter_json(articles: Iterator[Article], archive: Archive, query: str | None) -> Iterator[str]:
    from newsgrep.cli import json_printer

    for article in articles:
        if query:
            # Nothing is lit, but a faulty query is never passed over.
            archive.highlight("", query)
        yield json_printer.render_article(article, versions=archive.count_versions(article))


def _iter_text(articles: Iterator[Article], archive: Archive, query: str | None, color: str) -> Iterator[str]:
    from newsgrep.cli.places import lead_there

    styled = streams.is_styled(color)
    for place, article in enumerate(articles):
        if place:
            yield "\n\n"
        article = lead_there(article, archive.locate)
        title_highlights = archive.highlight(article.title, query) if query else ()
        if styled:
            from newsgrep.cli import terminal_printer

            yield from terminal_printer.render_article(
                article,
                streams.open_console(color),
                title_highlights=title_highlights,
                body_highlights=archive.highlight(article.body, query) if query else (),
            )
        else:
            from newsgrep.cli import plain_printer

            yield from plain_printer.render_article(article)
        versions = archive.count_versions(article)
        if versions > 1:
            from newsgrep.cli import versions_printer

            yield from versions_printer.render_count(article, versions, color)
