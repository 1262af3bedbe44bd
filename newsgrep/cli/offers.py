"""What a shell offers for the values of options and arguments when Tab is pressed.

Functions for Click's `shell_complete`. None of them ever fails or says anything: without an index, or with one that
cannot be read, there is nothing to offer.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click
    from click.shell_completion import CompletionItem

    from newsgrep.api import Archive
    from newsgrep.cli.options import Place

    Offer = tuple[str, str]
    """A value, and what helps to choose it."""
    Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]

DATES = (
    ("today", ""),
    ("yesterday", ""),
    ("last-week", "Monday to Sunday"),
    ("last-month", "the calendar month before this one"),
    ("last-year", "the calendar year before this one"),
    ("7d", "the last 7 days"),
    ("30d", "the last 30 days"),
    ("6m", "the last 6 months"),
    ("1y", "the last year"),
)
"""The commonest of the dates that --since, --until and --on take."""
_ID_DIGITS = frozenset("0123456789abcdef")
_SHORTEST_ID = 2
_MOST_NUMBERS = 100


def _silent(find: Callable[[click.Context, str], Iterable[Offer]]) -> Complete:
    """A function for Click of one that gives values; whatever goes wrong is taken for no values."""

    @functools.wraps(find)
    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        from click.shell_completion import CompletionItem

        del param
        try:
            found = list(find(ctx, incomplete))
        except Exception:
            return []
        return [CompletionItem(value, help=_shorten(note) or None) for value, note in found if value.isprintable()]

    return complete


def _shorten(note: str) -> str:
    """A note on one short line, without what a shell or a terminal takes for orders."""
    from newsgrep.cli.safe_text import clean_line

    line = " ".join(clean_line(note).split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def _open(ctx: click.Context) -> Archive:
    """The archive that the command would use. Raises LookupError for one on a cluster, which is not asked at a Tab."""
    given = ctx.params.get("index") or ()
    places = (given,) if isinstance(given, str) else given
    return _open_near(tuple(map(os.path.expanduser, places)) or None)


def _open_near(place: Place) -> Archive:
    from newsgrep.archive.location import is_address, name_locations
    from newsgrep.opening import open_archive

    archive = open_archive(place)
    for name in name_locations(archive.location):
        if is_address(name):
            raise LookupError(name)
    return archive


def complete_label(what: str) -> Complete:
    """The sections, sources, authors or languages of the index that begin as typed, in any case."""

    @_silent
    def complete(ctx: click.Context, incomplete: str) -> Iterable[Offer]:
        from newsgrep.cli.wording import count_of

        with _open(ctx) as archive:
            return [(each.value, count_of(each.articles, "article")) for each in archive.offer_labels(what, incomplete)]

    return complete


def complete_article(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Numbers of the last search and ids that begin as typed, ids from two digits on; files where there are none."""
    from click.shell_completion import CompletionItem

    found = _complete_number(ctx, param, incomplete) + _complete_id(ctx, param, incomplete)
    return found or [CompletionItem(incomplete, type="file")]


@_silent
def _complete_number(ctx: click.Context, incomplete: str) -> Iterable[Offer]:
    from newsgrep.cli.last_search import read_last_search

    last = read_last_search() if not ctx.params.get("index") else None
    numbers = [number for number in sorted(last.articles) if str(number).startswith(incomplete)] if last else []
    if last is None or not numbers:
        return []
    with _open_near(last.index) as archive:
        return [
            (str(number), offer.note)
            for number in numbers[:_MOST_NUMBERS]
            for offer in archive.offer_ids(last.articles[number])
        ]


@_silent
def _complete_id(ctx: click.Context, incomplete: str) -> Iterable[Offer]:
    if len(incomplete) < _SHORTEST_ID or not _ID_DIGITS.issuperset(incomplete):
        return []
    with _open(ctx) as archive:
        return [(each.value, each.note) for each in archive.offer_ids(incomplete)]


@_silent
def complete_watch(ctx: click.Context, incomplete: str) -> Iterable[Offer]:
    """The names of the standing searches, but those typed already."""
    from newsgrep.opening import open_archive

    typed: Any = ctx.params.get("names") or ()
    given = ctx.params.get("index")
    with open_archive(os.path.expanduser(given) if given else None) as archive:
        watches = archive.list_watches()
    return [(each.name, each.query) for each in watches if each.name.startswith(incomplete) and each.name not in typed]


@_silent
def complete_date(ctx: click.Context, incomplete: str) -> Iterable[Offer]:
    """Common dates in words."""
    del ctx
    return [(value, note) for value, note in DATES if value.startswith(incomplete.lower())]


@_silent
def complete_format(ctx: click.Context, incomplete: str) -> Iterable[Offer]:
    """The formats that files can be read as."""
    del ctx
    from newsgrep.archive.readable_formats import list_readable

    return [(each.name, each.description) for each in list_readable() if each.name.startswith(incomplete)]


def complete_path(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Files, as the shell finds them."""
    from click.shell_completion import CompletionItem

    del ctx, param
    return [CompletionItem(incomplete, type="file")]
