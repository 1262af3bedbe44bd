"""`newsgrep versions`: the same article saved at different times, and what changed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import Place, index_option, view_options
from newsgrep.cli.question import ALL, data_options, question_options, say_read
from newsgrep.search.request import Request

if TYPE_CHECKING:
    from newsgrep.search.changed_articles import ChangedArticles
    from newsgrep.search.version_history import VersionHistory


@command(
    "versions",
    short_help="Show what changed in an article that was saved several times.",
    options_metavar="URL|ID | --changed [OPTIONS]",
)
@question_options
@click.option("--changed", is_flag=True, help="List the articles that changed, instead of the versions of one.")
@click.option("--diff/--no-diff", "diff", default=None, help="Show the changes. Default: where there are two versions.")
@click.option("--from", "old", metavar="N", type=click.IntRange(min=1), help="Compare this version with a later one.")
@click.option("--to", "new", metavar="M", type=click.IntRange(min=1), help="Compare this version with an earlier one.")
@click.option("--full", is_flag=True, help="Show the paragraphs that did not change, too.")
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="Versions (the newest), or with --changed articles; 0 gives all.",
)
@data_options("json", "csv")
@view_options
@index_option
def versions_command(
    request: Request,
    changed: bool,
    diff: bool | None,
    old: int | None,
    new: int | None,
    full: bool,
    limit: int,
    format: str,  # noqa: A002  # the name that `data_options` gives
    color: str,
    index: Place,
) -> int:
    """Show what was saved from one web address at different times, oldest first, and what changed in between.

    The article is named by its address, or as in `newsgrep show`: by number, id, a start of it, or PATH#RECORD. All
    that was saved from its address counts, with or without `www.`, `https` or tracking parameters.

    Removed words are shown as [-removed-], added ones as {+added+}. Of two versions the changes are shown at once; of
    more with --diff for each step, or with --from and --to between any two.

    With --changed, the articles are listed that changed after they were first saved; words and filters of a search
    narrow the list.

    Exit code: 0 found, 1 nothing was saved from this address or nothing changed, 2 error.

    \b
    Examples:
      newsgrep versions https://example.org/2018/harbour-bridge
      newsgrep versions 3f9a2c --from 1 --to 4 --full
      newsgrep versions 3f9a2c --json | jq '.versions[].change.summary'
      newsgrep versions --changed
      newsgrep versions --changed minister --since 2018 --csv
    """
    if changed:
        if diff is not None or old or new or full:
            raise click.UsageError("--changed lists articles: --diff, --from, --to and --full go with one article.")
        return _list_changed(dataclasses.replace(request, limit=limit or ALL), format, color, index)
    if not request.text:
        raise click.UsageError("Which article? Type its address or its id, or --changed for a list of those changed.")
    if request != Request(text=request.text):
        raise click.UsageError("One article is named by its address or id; words and filters go with --changed.")
    compare = (old, new) if old or new else None
    if diff is False and compare:
        raise click.UsageError("--from and --to choose what is shown: leave out --no-diff.")
    from newsgrep.cli.last_search import read_names
    from newsgrep.opening import open_archive

    named = read_names([request.text], index)
    with open_archive(named.index) as archive:
        history = archive.versions(named.names[0], limit=limit, compare=compare)
    _write_history(history, format, color, diff=diff, full=full)
    return FOUND if history.total else NOTHING_FOUND


def _list_changed(request: Request, format_: str, color: str, index: Place) -> int:
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        changed = archive.changed(request)
    say_read(changed.notes, changed.expansions)
    if not changed.articles and format_ != "json":
        streams.say("newsgrep: no article changed between one time that it was saved and another")
    _write_changed(changed, format_, color)
    return FOUND if changed.articles else NOTHING_FOUND


def _write_history(history: VersionHistory, format_: str, color: str, *, diff: bool | None, full: bool) -> None:
    from newsgrep.cli import versions_printer

    if format_ == "json":
        streams.write_data([versions_printer.render_history_json(history, diff=diff)])
        return
    if not history.total:
        streams.say(f"newsgrep: nothing in this index was saved from {history.name}")
    if format_ == "csv":
        streams.write_data(versions_printer.iter_history_csv(history))
    elif history.total:
        for note in history.notes:
            streams.say(f"newsgrep: {note}")
        streams.write_view(versions_printer.render_history(history, color, diff=diff, full=full))


def _write_changed(changed: ChangedArticles, format_: str, color: str) -> None:
    from newsgrep.cli import versions_printer

    if format_ == "json":
        streams.write_data([versions_printer.render_changed_json(changed)])
    elif format_ == "csv":
        streams.write_data(versions_printer.iter_changed_csv(changed))
    elif changed.articles:
        streams.write_view(versions_printer.render_changed(changed, color))
