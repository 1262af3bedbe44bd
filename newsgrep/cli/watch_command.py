"""`newsgrep watch`: standing searches, which tell what is new."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import Group
from newsgrep.cli.exit_codes import FAILED, FOUND, NOTHING_FOUND
from newsgrep.cli.offers import complete_watch
from newsgrep.cli.options import json_option, one_index_option, view_options
from newsgrep.cli.question import question_options, require_question, say_read
from newsgrep.cli.watch_run_command import open_watches, run_command, wait_option
from newsgrep.search.request import Match

if TYPE_CHECKING:
    from newsgrep.search.request import Request


@click.group(
    "watch",
    cls=Group,
    subcommand_metavar="COMMAND [ARGUMENT]...",
    short_help="Keep standing searches, and be told what is new on them.",
    invoke_without_command=True,
)
@click.pass_context
def watch_command(ctx: click.Context) -> int:
    """Keep standing searches, and be told what was indexed since they were last asked.

    \b
    Examples:
      newsgrep watch add harbour harbour OR port --section news
      newsgrep index clippings/ && newsgrep watch run
      newsgrep watch run --jsonl --to news.jsonl
      newsgrep watch list
      newsgrep watch remove harbour

    docs/watch.md has more: cron, mail, feeds, and what is promised when a run is cut off.

    Exit code: 0 found, 1 nothing found or nothing new, 2 error.
    """
    if ctx.invoked_subcommand is None:
        streams.say(ctx.get_help())
        return FAILED
    return FOUND


watch_command.add_command(run_command)


@watch_command.command("add", short_help="Add a standing search.")
@click.argument("name")
@question_options
@click.option("--from-start", is_flag=True, help="The first run tells also what is in the index now.")
@click.option("--replace", is_flag=True, help="Put it in the place of the watch of this name.")
@wait_option
@one_index_option
def add_command(name: str, request: Request, from_start: bool, replace: bool, wait: bool, index: str | None) -> int:
    """Add a standing search under a name of letters, digits, - _ and .

    QUERY and filters are those of `newsgrep search`. They are kept as typed: `--since yesterday` or `last:7d` are
    understood anew whenever the watch runs. Words are searched as typed, too: one that no article has yet is waited
    for. What is in the index now is taken as known, unless --from-start.

    Exit code: 0 added, 2 error.

    \b
    Examples:
      newsgrep watch add deir-ezzor '"Deir Ezzor"' --variants
      newsgrep watch add local harbour --section news --section local
      newsgrep watch add ada --author 'Ada Example' --from-start
    """
    require_question(request, "newsgrep watch add harbour harbour OR port")
    from newsgrep.cli.wording import count_of
    from newsgrep.opening import open_archive
    from newsgrep.search.watches import Watch

    typed = click.get_current_context().params
    watch = Watch(
        name=name,
        text=request.text,
        any_word=request.match is Match.ANY,
        variants=request.variants,
        synonyms=os.path.abspath(typed["synonyms"]) if typed["synonyms"] is not None else None,
        since=typed["since"],
        until=typed["until"],
        on=typed["on"],
        undated=request.filters.undated,
        every_version=request.every_version,
        sections=request.filters.sections,
        not_sections=request.filters.not_sections,
        authors=request.filters.authors,
        sources=request.filters.sources,
        langs=request.filters.langs,
    )
    with open_archive(index) as archive, open_watches(archive, wait=wait) as watches:
        added = watches.add(watch, from_start=from_start, replace=replace)
    say_read(added.notes, added.expansions)
    for correction in added.corrections:
        streams.say(f'newsgrep: no article has "{correction.typed}" yet; "{correction.searched}" is there')
    matching = f"{count_of(added.articles, 'article')} {'matches' if added.articles == 1 else 'match'} today"
    streams.say(f"newsgrep: watch {name} added; {matching}" + (", and will be told" if from_start else ""))
    return FOUND


@watch_command.command("list", short_help="List the standing searches.")
@json_option("the standing searches")
@view_options
@one_index_option
def list_command(as_json: bool, color: str, index: str | None) -> int:
    """List the standing searches: what they ask, when they ran last, how many articles they have told.

    Exit code: 0 there are some, 1 there are none, 2 error.

    \b
    Examples:
      newsgrep watch list
      newsgrep watch list --json | jq -r '.watches[].name'
    """
    from newsgrep.cli import watch_printer
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        watches = archive.list_watches()
    if as_json:
        streams.write_data([watch_printer.render_watches(watches)])
    elif not watches:
        streams.say("newsgrep: there are no watches; newsgrep watch add NAME QUERY makes one")
    elif streams.is_styled(color):
        streams.write_view(watch_printer.render_styled_list(watches, streams.open_console(color)))
    else:
        streams.write_view(watch_printer.render_list(watches))
    return FOUND if watches else NOTHING_FOUND


@watch_command.command("remove", short_help="Remove a standing search.")
@click.argument("name", shell_complete=complete_watch)
@wait_option
@one_index_option
def remove_command(name: str, wait: bool, index: str | None) -> int:
    """Remove a standing search, and what it remembers of the articles that it has told.

    Exit code: 0 removed, 2 error.

    \b
    Examples:
      newsgrep watch remove harbour
    """
    from newsgrep.opening import open_archive

    with open_archive(index) as archive, open_watches(archive, wait=wait) as watches:
        watches.remove(name)
    streams.say(f"newsgrep: watch {name} removed")
    return FOUND
