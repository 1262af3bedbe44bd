"""The question of a command: its words, filters and how they are read, the same for every command that asks one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from newsgrep.cli import streams
from newsgrep.cli.formulas import disarmed_formulas
from newsgrep.cli.options import (
    check_safe_csv,
    filter_options,
    match_options,
    narrowing_option,
    printing_option,
    safe_csv_option,
    widening_options,
)
from newsgrep.search.request import Filters, Match, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newsgrep.cli.command import CommandFunction
    from newsgrep.search.results import Expansion
    from newsgrep.search.synonyms import Synonyms

ALL = 1_000_000_000
"""The limit that `--limit 0` stands for: more articles than an index can hold."""


def question_options(command: CommandFunction) -> CommandFunction:
    """Add QUERY with its filters; the command receives `request`, and asks its articles with `dataclasses.replace`.

    Without words, every article that the filters let through is meant; with neither, the command decides
    (`require_question`).
    """
    return click.argument("query", nargs=-1, metavar="[QUERY]...")(reading_options(command))


def reading_options(command: CommandFunction) -> CommandFunction:
    """Add the filters and how words are read, without QUERY; the command receives `request`, whose text is empty."""

    @functools.wraps(command)
    def with_request(
        *,
        query: tuple[str, ...] = (),
        match: Match,
        correct: bool,
        filters: Filters,
        variants: bool,
        synonyms: Synonyms | None,
        all_versions: bool,
        **rest: Any,
    ) -> int:
        request = Request(
            text=read_query_text(query),
            filters=filters,
            match=match,
            correct=correct,
            variants=variants,
            synonyms=synonyms,
            every_version=all_versions,
        )
        return command(request=request, **rest)

    versioned = narrowing_option(
        "--all-versions", is_flag=True, help="Every version of articles that were saved several times, not the newest."
    )(with_request)
    return match_options(filter_options(widening_options(versioned)))


def require_question(request: Request, example: str) -> None:
    """Raise click.UsageError for a request of neither words nor filters; `example` is a command that has both."""
    if not request.text and request.filters == Filters():
        raise click.UsageError(f"Nothing to search for. Type words ({example}) or a filter.")


def say_read(notes: Iterable[str], expansions: Iterable[Expansion] = ()) -> None:
    """Tell how a question was read, where that is not as it was typed."""
    for note in (*notes, *(expansion.message for expansion in expansions)):
        streams.say(f"newsgrep: {note}")


def read_query_text(words: tuple[str, ...]) -> str:
    """The words of a command line as one text. Raises click.UsageError for what is not UTF-8."""
    text = " ".join(words).strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise click.UsageError("The query is not valid UTF-8 text. Type it as UTF-8.") from None
    return text


def data_options(*formats: str) -> Callable[[CommandFunction], CommandFunction]:
    """Add --json, --jsonl, --csv, --tsv, as many of them as are named; the command receives `format`.

    It is `text` where none was chosen. With --csv comes --safe-csv.
    """

    def decorate(command: CommandFunction) -> CommandFunction:
        @functools.wraps(command)
        def with_format(**values: Any) -> int:
            chosen = [name for name in formats if values.pop(f"as_{name}")]
            if len(chosen) > 1:
                said = " and ".join(f"--{name}" for name in chosen)
                raise click.UsageError(f"One output at a time: {said} were given.")
            is_safe = values.pop("safe_csv", False)
            check_safe_csv(is_safe, is_csv=chosen == ["csv"])
            with disarmed_formulas(is_safe):
                return command(format=chosen[0] if chosen else "text", **values)

        decorated: CommandFunction = safe_csv_option(with_format) if "csv" in formats else with_format
        for name in reversed(formats):
            decorated = printing_option(f"--{name}", f"as_{name}", is_flag=True, help=_FORMAT_HELP[name])(decorated)
        return decorated

    return decorate


_FORMAT_HELP = {
    "json": "One JSON document.",
    "jsonl": "One JSON object a line.",
    "csv": "A table with a header, for spreadsheets and data frames.",
    "tsv": "A table with a header, tabs between the values, nothing quoted.",
}
