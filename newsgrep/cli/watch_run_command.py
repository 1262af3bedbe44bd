"""`newsgrep watch run`: what was indexed since the standing searches were last asked."""

from __future__ import annotations

import datetime as dt
import math
import os
from typing import TYPE_CHECKING, NamedTuple

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND, NOTHING_FOUND
from newsgrep.cli.offers import complete_watch
from newsgrep.cli.options import color_option, one_index_option
from newsgrep.cli.safe_text import clean_line
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.api import Archive
    from newsgrep.search.watches import News
    from newsgrep.search.watching import Recovered, Watches

_LINES_AT_ONCE = 1000
"""Articles of one watch that are told, and marked told, together where each is a line of its own."""

PATIENCE = 60.0
"""Seconds for which a command waits, in silence, for another process that is at the watches."""

wait_option = click.option(
    "--wait", is_flag=True, help="While another process is at the watches, wait instead of giving up after a minute."
)


def open_watches(archive: Archive, *, wait: bool) -> Watches:
    """Open the standing searches of an archive as the commands do. Raises IndexBusy."""
    if not wait:
        return archive.open_watches(wait=PATIENCE)
    return archive.open_watches(
        wait=math.inf, on_wait=lambda holder: streams.say(f"newsgrep: waiting for the watches: {holder} is at them")
    )


class Telling(NamedTuple):
    """How news are to be told."""

    names: tuple[str, ...]
    format: str
    """`text`, `jsonl`, `atom` or `mail`."""
    to: str | None
    """A file."""
    pipe: str | None
    """A command."""
    recipients: tuple[str, ...]
    color: str


@command("run", short_help="Tell what is new.")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_watch)
@click.option("--jsonl", is_flag=True, help="One JSON object a line, a hit each, with the name of its watch.")
@click.option("--atom", is_flag=True, help="One Atom feed, for feed readers.")
@click.option("--mail", is_flag=True, help="One mail, for sendmail -t.")
@click.option("--mail-to", metavar="ADDRESS", multiple=True, help="With --mail: its To header. Repeat for more.")
@click.option(
    "--to",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write to FILE: text, lines and mails (as mbox) are appended, a feed is replaced by one that has the new too.",
)
@click.option("--pipe", metavar="COMMAND", help="Run COMMAND with the news on its stdin; told only if it succeeds.")
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=0, help="Articles of one watch at most; the rest stay new."
)
@wait_option
@color_option
@one_index_option
def run_command(
    names: tuple[str, ...],
    jsonl: bool,
    atom: bool,
    mail: bool,
    mail_to: tuple[str, ...],
    to: str | None,
    pipe: str | None,
    limit: int,
    wait: bool,
    color: str,
    index: str | None,
) -> int:
    """Tell the articles that match standing searches, all or those named, and that they have not told before.

    With nothing new there is no output at all. A run that is cut off loses nothing: what it was telling is told by
    the next one, once where it goes to a file (--to FILE, or >> FILE), and marked as repeated where it went elsewhere.

    Exit code: 0 there was something new, 1 there was not, 2 error (of one watch; the others are told).

    \b
    Examples:
      newsgrep watch run
      newsgrep watch run harbour --jsonl | jq -r .title
      newsgrep watch run --jsonl --to news.jsonl
      newsgrep watch run --atom --to news.atom
      newsgrep watch run --mail --mail-to desk@example.org --pipe 'sendmail -t'
    """
    chosen = [name for name, is_set in (("jsonl", jsonl), ("atom", atom), ("mail", mail)) if is_set]
    if len(chosen) > 1:
        raise click.UsageError(f"One output at a time: {' and '.join(f'--{name}' for name in chosen)} were given.")
    if mail_to and not mail:
        raise click.UsageError("--mail-to names who a mail is for: it goes with --mail.")
    if to is not None and pipe is not None:
        raise click.UsageError("--to or --pipe: a file or a command.")
    telling = Telling(names, chosen[0] if chosen else "text", to, pipe, mail_to, color)
    from newsgrep.opening import open_archive

    with open_archive(index) as archive, open_watches(archive, wait=wait) as watches:
        path = _find_file(telling)
        recovered = watches.recover(names, path=path, replaced=telling.format == "atom" and to is not None)
        _say_recovered(recovered)
        if not watches.names:
            streams.say("newsgrep: there are no watches; newsgrep watch add NAME QUERY makes one")
            return NOTHING_FOUND
        news, failures = watches.find_news(names, limit=limit)
        for failure in failures:
            streams.say(f"newsgrep: watch {failure.name}: {failure.error}")
        for each in news:
            if repeated := int(each.repeated.sum()):
                streams.say(
                    f"newsgrep: {each.watch.name}: an earlier run was cut off while it told;"
                    f" {repeated:,} of {len(each):,} may be told again"
                )
        for parts in _iter_batches(news, telling):
            _tell(watches, parts, telling)
    if failures:
        return FAILED
    return FOUND if news or recovered.completed else NOTHING_FOUND


def _say_recovered(recovered: Recovered) -> None:
    for path in recovered.completed:
        streams.say(f"newsgrep: an earlier run was cut off; what it had yet to write is in {clean_line(path)} now")

    for path in recovered.elsewhere:
        streams.say(
            f"newsgrep: an earlier run was cut off while it wrote to {clean_line(path)}; to complete it there a run"
            " has to name that file, so it is told again here"
        )


def _find_file(telling: Telling) -> str | None:
    """The file that the output goes to, if it is one that keeps what is in it."""
    if telling.to is not None or telling.pipe is not None:
        return telling.to
    from newsgrep.cli.watch_delivery import find_appended_stdout

    return find_appended_stdout()


def _iter_batches(news: list[News], telling: Telling) -> Iterator[list[News]]:
    """What is told together."""
    if telling.format == "jsonl" and telling.pipe is None:
        for each in news:
            for part in each.iter_parts(_LINES_AT_ONCE):
                yield [part]
    elif news:
        yield news


def _tell(watches: Watches, news: list[News], telling: Telling) -> None:
    from newsgrep.cli import watch_delivery

    now = dt.datetime.now(dt.UTC)
    if telling.format == "atom" and telling.to is not None:
        watch_delivery.tell_replaced(watches, news, telling.to, _render_feed(watches, news, telling, now, telling.to))
        return
    path = _find_file(telling)
    if telling.format == "mail":
        pieces = [_render_mail(watches, news, telling, now).decode()]
    elif telling.format == "atom":
        pieces = [_render_feed(watches, news, telling, now, None).decode()]
    else:
        pieces = _render_pieces(watches, news, telling)
    if telling.pipe is not None:
        watch_delivery.tell_command(watches, news, telling.pipe, _encode(pieces))
    elif path is not None:
        watch_delivery.tell_appended(watches, news, path, _encode(pieces))
    else:
        is_data = telling.format != "text"
        watch_delivery.tell_stream(watches, news, lambda: watch_delivery.write_pieces(pieces, is_data=is_data))


def _render_pieces(watches: Watches, news: list[News], telling: Telling) -> list[str]:
    from newsgrep.cli import watch_printer

    if telling.format == "jsonl":
        return [line for each in news for line in watch_printer.iter_news_lines(each, watches.hits(each))]
    to_stdout = telling.to is None and telling.pipe is None
    if telling.format == "text" and to_stdout and streams.is_styled(telling.color):
        console = streams.open_console(telling.color)
        return [piece for each in news for piece in watch_printer.render_styled_news(each, watches.hits(each), console)]
    return [piece for each in news for piece in watch_printer.render_news(each, watches.hits(each))]


def _render_mail(watches: Watches, news: list[News], telling: Telling, now: dt.datetime) -> bytes:
    from newsgrep.cli import mail_printer

    message = mail_printer.build_message(
        "".join(_render_pieces(watches, news, telling)),
        articles=sum(map(len, news)),
        watches=[each.watch.name for each in news],
        recipients=telling.recipients,
        now=now,
    )
    return mail_printer.render_message(message) if telling.to is None else mail_printer.render_mbox(message, now=now)


def _render_feed(watches: Watches, news: list[News], telling: Telling, now: dt.datetime, path: str | None) -> bytes:
    """A feed of the news; with a path, before what the feed of that file has already."""
    from newsgrep.cli import atom_printer

    identity = watches.identity
    entries = [
        entry
        for each in news
        for entry in atom_printer.iter_entries(each.watch.name, watches.hits(each), identity=identity, now=now)
    ]
    if path is not None and os.path.exists(path):
        if not os.path.isfile(path):
            raise OptionError(f"{path} is not a regular file", hint="Leave --to out, and send stdout there.")
        with open(path, "rb") as file:
            entries = atom_printer.join_entries(entries, file.read(), path)
    return atom_printer.render_feed(entries, watches=telling.names, identity=identity, now=now).encode()


def _encode(pieces: list[str]) -> bytes:
    return b"".join(map(streams.encode_text, pieces))
