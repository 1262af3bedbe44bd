"""`newsgrep open`: the saved page of an article, or its address, in the browser."""

from __future__ import annotations

import dataclasses
import os
import re
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND
from newsgrep.cli.offers import complete_article
from newsgrep.cli.options import Place, index_option
from newsgrep.errors import NothingToOpen

if TYPE_CHECKING:
    from newsgrep.article import Article

_WEB_ADDRESS = re.compile(r"https?://[!-~]+")


@command("open", short_help="Open the saved page of an article, or its address, in the browser.")
@click.argument("article_id", metavar="NUMBER|ID|PATH", shell_complete=complete_article)
@click.option("--url", is_flag=True, help="Open the address it was published at, not what was saved.")
@click.option("--print", "print_only", is_flag=True, help="Only print what would be opened.")
@index_option
def open_command(article_id: str, url: bool, print_only: bool, index: Place) -> int:
    """Open the saved file of an article in the browser; with --url, its address on the web.

    The article is named by its number in the last search of this terminal, or as for `newsgrep show`. An article
    that shares its file with others, as in an archive or JSON Lines, has no page of its own that was saved: for it, the
    address is opened.

    The browser is that of the system, or the one that $BROWSER names. Files are opened as file:// addresses, never run.

    Exit code: 0 opened, 2 there is no such article, nothing of it to open or no browser, or another error.

    \b
    Examples:
      newsgrep open 3
      newsgrep open 3 --url
      newsgrep open 3f9a2c --print
    """
    from newsgrep.cli.last_search import read_names
    from newsgrep.opening import open_archive

    named = read_names([article_id], index)
    with open_archive(named.index) as archive:
        article = archive.get(named.names[0])
        article = dataclasses.replace(article, path=archive.locate(article))
    address = choose_address(article, web=url)
    if print_only:
        streams.write_data([address + "\n"])
        return FOUND
    streams.say(f"newsgrep: opening {address}")
    import webbrowser

    if not webbrowser.open(address):
        raise NothingToOpen(
            "no browser was found on this machine",
            hint="Name one in BROWSER, open the address above yourself, or read the article here: newsgrep show.",
        )
    return FOUND


def choose_address(article: Article, *, web: bool) -> str:
    """What to open of an article: its file as a file:// address, or its address on the web.

    Raises NothingToOpen for an article that has no such thing.
    """
    is_web_page = article.url is not None and _WEB_ADDRESS.fullmatch(article.url) is not None
    if article.url and is_web_page and (web or article.record):
        return article.url
    read = f"Read it here: newsgrep show {article.id}"
    if web:
        raise NothingToOpen(f"no web address is known of {article.id}", hint=read)
    if article.record:
        raise NothingToOpen(f"{article.id} is one of several articles in {article.path}", hint=read)
    if not os.path.isfile(article.path):
        raise NothingToOpen(f"{article.path} is no longer there", hint=read)
    from pathlib import Path

    return Path(os.path.abspath(article.path)).as_uri()
