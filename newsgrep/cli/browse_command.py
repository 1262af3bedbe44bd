"""`newsgrep browse`: search while typing, with filters and a timeline beside the hits, and read what is found."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING

import click

from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND
from newsgrep.cli.options import Place, index_option
from newsgrep.cli.question import question_options
from newsgrep.errors import ExtraMissing, OptionError
from newsgrep.search.request import CopyMode, Sort

if TYPE_CHECKING:
    from newsgrep.search.request import Request


@command("browse", short_help="Search while you type, and read the articles, on the whole terminal.")
@question_options
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    help="Order of the hits. Default: relevance; newest where no words are searched.",
)
@click.option("--stories", is_flag=True, help="One hit a story: copies of one text are grouped.")
@click.option(
    "--theme",
    type=click.Choice(["auto", "light", "dark"]),
    default="auto",
    show_default=True,
    help="For a light or a dark terminal; auto asks COLORFGBG.",
)
@index_option
def browse_command(request: Request, sort: str | None, stories: bool, theme: str, index: Place) -> int:
    """Search while you type: the hits change with every key, beside them what they can be narrowed to.

    QUERY and the filters are where it begins; all of them can be changed on the screen. ? shows the keys, q quits.
    docs/browse.md says more. It needs Textual: `pip install 'newsgrep[browse]'`.

    Exit code: 0 ended, 2 there is no index, no terminal or no Textual, or another error.

    \b
    Examples:
      newsgrep browse
      newsgrep browse harbour bridge --since 2011 --section news
      newsgrep browse --source 'The Example Post' --sort newest
    """
    check_browse()
    from newsgrep.cli.browse.app import BrowseApp
    from newsgrep.cli.browse.asked import begin
    from newsgrep.cli.browse.themes import choose_theme
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        location = archive.location
    copies = CopyMode.GROUP if stories else CopyMode.SHOW
    asked = begin(request, sort=Sort(sort) if sort else None, copies=copies)
    BrowseApp(lambda: open_archive(location), asked, theme=choose_theme(theme, os.environ)).run()
    return FOUND


def check_browse() -> None:
    """Raise ExtraMissing where Textual is not installed, OptionError where there is no terminal to draw on."""
    if importlib.util.find_spec("textual") is None:
        raise ExtraMissing("browse needs Textual, which is not installed", hint="pip install 'newsgrep[browse]'")
    # Textual draws on stderr, so that stdout may be anything.
    streams = (sys.stdin, sys.stderr)
    if os.environ.get("TERM") == "dumb" or not all(stream is not None and stream.isatty() for stream in streams):
        raise OptionError("browse draws on a terminal, and this is none", hint="newsgrep search prints what it finds.")
