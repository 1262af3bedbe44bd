"""The manual of a command as records: what it is for, its options under headings, examples and exit codes.

Read from the Click command itself: its docstring, its options. `--help`, docs/cli.md and the man pages are three
renderings of these records, so that none of them can say what the others do not.

In the docstring of a command, a paragraph that begins with "Exit code" lists the codes as `0 found, 1 nothing found`,
and one marked with \\b that begins with "Examples:" has one example a line.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import click

from newsgrep.cli.headings import OPTIONS, OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXIT_CODES = re.compile(r"Exit codes?: (.*)", re.DOTALL)
# A word of the shell; an operator goes with the word after it, and so does an option.
_WORD = re.compile(r"""(?:(?:>>?|\||&&)\ )? (?:--?\w[\w-]*\ (?![->|&]))? (?:[^\s'"]|'[^']*'|"[^"]*")+""", re.VERBOSE)
_EXIT_CODE = re.compile(r"(\d+) (.*?)(?=[,;] \d+ |\.?$)")


class ExitCode(NamedTuple):
    """An exit code of a command, and what it means there."""

    code: int
    meaning: str


class OptionEntry(NamedTuple):
    """An option as it is typed, and what it does."""

    typed: str
    """All its names with what they take: `-n, --limit N`."""
    effect: str
    """With its default and its bounds in brackets."""


class OptionGroup(NamedTuple):
    """Options that belong together."""

    heading: str
    options: tuple[OptionEntry, ...]


class Subcommand(NamedTuple):
    """A command below another, in a line."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualPage:
    """What the manual says of one command."""

    name: str
    """As it is typed: `newsgrep watch run`."""
    summary: str
    usage: str
    """What follows the name: `[OPTIONS] ID|PATH`."""
    paragraphs: tuple[str, ...]
    """On one line each."""
    commands: tuple[Subcommand, ...]
    examples: tuple[str, ...]
    groups: tuple[OptionGroup, ...]
    exit_codes: tuple[ExitCode, ...]


def build_page(ctx: click.Context) -> ManualPage:
    """The manual page of the command of a context."""
    command = ctx.command
    paragraphs: list[str] = []
    examples: tuple[str, ...] = ()
    exit_codes: tuple[ExitCode, ...] = ()
    for paragraph in _split_paragraphs(command.help or ""):
        lines = [line.strip() for line in paragraph.splitlines()]
        if lines[0] == "\b" and lines[1:2] == ["Examples:"]:
            examples = tuple(lines[2:])
        elif found := _EXIT_CODES.match(" ".join(lines)):
            exit_codes = parse_exit_codes(found[1])
        else:
            paragraphs.append(" ".join(lines))
    summary = command.short_help or (paragraphs[0] if paragraphs else "")
    return ManualPage(
        name=ctx.command_path,
        summary=summary.rstrip("."),
        usage=" ".join(command.collect_usage_pieces(ctx)),
        paragraphs=tuple(paragraphs),
        commands=tuple(_list_commands(ctx)),
        examples=examples,
        groups=_group_options(ctx),
        exit_codes=exit_codes,
    )


def iter_pages(ctx: click.Context) -> Iterator[ManualPage]:
    """The page of the command of a context, then those of the commands below it."""
    yield build_page(ctx)
    for name, command in _iter_commands(ctx):
        yield from iter_pages(click.Context(command, info_name=name, parent=ctx))


def parse_exit_codes(text: str) -> tuple[ExitCode, ...]:
    """The codes of a list such as `0 found, 1 nothing found, 2 error.`"""
    return tuple(ExitCode(int(code), meaning) for code, meaning in _EXIT_CODE.findall(text))


def _split_paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", inspect.cleandoc(text)) if part.strip()]


def _iter_commands(ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            command = ctx.command.get_command(ctx, name)
            if command is not None and not command.hidden:
                yield name, command


def _list_commands(ctx: click.Context) -> Iterator[Subcommand]:
    for name, command in _iter_commands(ctx):
        yield Subcommand(name, command.get_short_help_str(limit=200).rstrip("."))


def _group_options(ctx: click.Context) -> tuple[OptionGroup, ...]:
    """The options of a command under their headings: its own first, then what it shares with others."""
    groups: dict[str, list[OptionEntry]] = {OPTIONS: []}
    for param in ctx.command.get_params(ctx):
        record = param.get_help_record(ctx)
        if not isinstance(param, click.Option) or record is None:
            continue
        heading = OTHER if "--help" in param.opts else getattr(param, "heading", OPTIONS)
        groups.setdefault(heading, []).append(_describe_option(*record))
    # --help is the last of all that Click lists, and what stands with it stays with it.
    if OTHER in groups:
        groups[OTHER] = groups.pop(OTHER)
    return tuple(OptionGroup(heading, tuple(entries)) for heading, entries in groups.items() if entries)


def _describe_option(typed: str, effect: str) -> OptionEntry:
    """An option as Click describes it, without the words of programmers."""
    typed = re.sub(r"\bINTEGER( RANGE)?", "N", typed)
    text, bracket, notes = effect.rpartition("  [")
    if not bracket:
        return OptionEntry(typed, effect)
    said = [re.sub(r"^(\d+)<=x<=(\d+)$", r"\1 to \2", note) for note in notes.rstrip("]").split("; ")]
    said = [note for note in said if not note.startswith("x>")]
    return OptionEntry(typed, f"{text} [{'; '.join(said)}]" if said else text)


def break_example(example: str, width: int) -> list[str]:
    """An example on lines of at most `width` columns where it has blanks outside quotes, to be typed as they stand."""
    words = _WORD.findall(example)
    lines, line = [], ""
    for place, word in enumerate(words, 1):
        longer = f"{line} {word}" if line else word
        if line and len(longer) > (width if place == len(words) else width - len(" \\")):
            lines.append(f"{line} \\")
            longer = f"  {word}"
        line = longer
    return [*lines, line]
