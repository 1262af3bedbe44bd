"""What a terminal's last search found: so that `newsgrep show 3` is the third of what stands on the screen.

Numbers belong to the terminal in which they were printed: each has a file of its own, in the folder of what newsgrep
remembers for the user, named after the session that its shell leads. It holds ids and the query, is readable by the
user only, and is written by what prints numbered articles for eyes; programs read ids from the data instead.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsgrep.archive.user_folders import state_folder
from newsgrep.errors import ArticleMissing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsgrep.cli.options import Place
    from newsgrep.search.request import Request
    from newsgrep.search.results import Hit

# Ids begin with four characters at least, so that a number of up to three digits can be nothing else.
_NUMBER = re.compile(r"[1-9]\d{0,2}")
_FOLDER = "last-search"
_KEPT_SECONDS = 7 * 86400
"""How long the file of a terminal stays: its shell may be gone, and its number be that of another."""


@dataclass(frozen=True)
class LastSearch:
    """What was printed with numbers."""

    index: str | tuple[str, ...]
    """The index it is from, as an absolute path or an address in full; several where they were asked together."""
    question: str = ""
    """What was asked, whichever page of it was shown: pages of one question add to each other."""
    query: str = ""
    """The words, to be lit in an article."""
    articles: Mapping[int, str] = field(default_factory=dict)
    """The id of the article behind each number."""


@dataclass(frozen=True)
class Named:
    """Articles as a person named them, numbers put into ids."""

    names: tuple[str, ...]
    index: Place
    """Where to look: for numbers, where the last search did."""
    query: str | None = None
    """The query of the last search; None where there was no number."""


def remember_hits(index: str | tuple[str, ...], hits: Iterable[Hit], request: Request) -> None:
    """Keep which article has which number; those of other pages of the same question keep theirs."""
    remember(index, hits, query=request.text, question=repr(dataclasses.replace(request, page=1)))


def remember(index: str | tuple[str, ...], hits: Iterable[Hit], *, query: str, question: str) -> None:
    """Keep which article has which number, where a person sees them. What cannot be kept is not worth an error."""
    if not any(_is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return
    index = _name_index(index)
    articles = {hit.rank: hit.article.id for hit in hits}
    with suppress(OSError):
        path = _path()
        before = _read(path)
        if before and (before.index, before.question) == (index, question):
            articles = {**before.articles, **articles}
        _write(path, LastSearch(index, question, query, articles))


def read_names(names: Sequence[str], index: Place) -> Named:
    """Put the ids of the last search in the place of its numbers.

    Raises ArticleMissing for a number that it did not print, or printed for another index than the given one.
    """
    if not any(_NUMBER.fullmatch(name) for name in names):
        return Named(tuple(names), index)
    last = read_last_search()
    if last is None:
        raise ArticleMissing(
            "no search was made in this terminal whose numbers could be meant",
            hint="Search first: `newsgrep search WORDS`; or name an article by id or path (./3 for a file).",
        )
    if index is not None and _is_typed("index") and _name_index(index) != last.index:
        of = last.index if isinstance(last.index, str) else " and ".join(last.index)
        raise ArticleMissing(
            f"the numbers are those of the last search, which was of {of}",
            hint="Leave out --index, search there first, or name the article by id or path.",
        )
    return Named(tuple(_read_name(name, last) for name in names), last.index, last.query)


def read_last_search() -> LastSearch | None:
    """What the last search of this terminal printed; None where there was none that is still known."""
    return _read(_path())


def _name_index(index: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """The name by which an index is known wherever one is. Raises OptionError for what is no address."""
    from newsgrep.archive.location import is_address

    if isinstance(index, tuple):
        return tuple(str(_name_index(each)) for each in index)
    if not is_address(index):
        return os.path.abspath(index)
    from newsgrep.archive.opensearch.address import parse_index_url

    return str(parse_index_url(index))


def _is_typed(option: str) -> bool:
    """Whether an option of the command that runs was typed, and is no setting of the user's."""
    import click

    ctx = click.get_current_context(silent=True)
    return ctx is None or ctx.get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE


def _read_name(name: str, last: LastSearch) -> str:
    if not _NUMBER.fullmatch(name):
        return name
    try:
        return last.articles[int(name)]
    except KeyError:
        numbers = sorted(last.articles)
        printed = f"its numbers go from {numbers[0]} to {numbers[-1]}" if numbers else "it found nothing"
        raise ArticleMissing(
            f"the last search did not print the number {name}: {printed}",
            hint="Another page of it: `newsgrep search ... --page 2`.",
        ) from None


def _path() -> str:
    # The shell of a terminal leads a session, and all that is started from it belongs to it.
    session = os.getsid(0) if hasattr(os, "getsid") else os.getppid()
    return os.path.join(state_folder(), _FOLDER, f"{session}.json")


def _read(path: str) -> LastSearch | None:
    try:
        if time.time() - os.stat(path).st_mtime > _KEPT_SECONDS:
            return None
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        articles = {int(number): str(article_id) for number, article_id in kept["articles"].items()}
        index = tuple(map(str, kept["index"])) if isinstance(kept["index"], list) else str(kept["index"])
        return LastSearch(index, str(kept["question"]), str(kept["query"]), articles)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _write(path: str, last: LastSearch) -> None:
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    kept = {"index": last.index, "question": last.question, "query": last.query, "articles": dict(last.articles)}
    aside = f"{path}.{os.getpid()}.new"
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(kept, file)
    os.replace(aside, path)
    _remove_old(folder)


def _remove_old(folder: str) -> None:
    oldest = time.time() - _KEPT_SECONDS
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < oldest:
                    os.unlink(entry.path)


def _is_terminal(stream: object) -> bool:
    with suppress(AttributeError, ValueError):
        return bool(stream.isatty())  # type: ignore[attr-defined]  # streams may be None or closed
    return False
