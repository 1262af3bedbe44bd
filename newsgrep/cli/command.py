"""What every command of newsgrep is made of: help under headings, options that stand together, names that are near.

`--help` is laid out here from the records of `manual`, which is imported when help is asked for.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, cast

import click

from newsgrep.cli import streams
from newsgrep.cli.headings import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    CommandFunction = Callable[..., int]
    """The function behind a Click command; what it returns is the exit code."""


COMPLETION_VARIABLE = "_NEWSGREP_COMPLETE"
"""The environment variable by which a shell asks what there is to offer: `bash_complete`."""

_INDENT = 2
_GAP = 2
_WIDEST_TERM = 26
"""Columns that what is typed may take before what it does goes to a line of its own."""


class Option(click.Option):
    """An option that stands under a heading in the help of its command."""

    def __init__(self, *args: Any, heading: str = OPTIONS, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.heading = heading


def option_under(heading: str) -> Callable[..., Callable[[CommandFunction], CommandFunction]]:
    """`click.option` for options under a heading."""
    return functools.partial(click.option, cls=Option, heading=heading)


def _write_help(ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Lay out the help of a command: what it is for, examples, options, exit codes."""
    from newsgrep.cli.manual import break_example, build_page

    page = build_page(ctx)
    formatter.write_usage(page.name, page.usage)
    for paragraph in page.paragraphs:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(paragraph)
    if page.examples:
        with formatter.section("Examples"):
            indent = f"{'':{formatter.current_indent}}"
            for example in page.examples:
                for line in break_example(example, formatter.width - len(indent)):
                    formatter.write(f"{indent}{line}\n")
    if page.commands:
        _write_rows("Commands", page.commands, formatter, _find_column(page.commands))
    column = _find_column([option for group in page.groups for option in group.options])
    for group in page.groups:
        _write_rows(group.heading, group.options, formatter, column)
    if page.exit_codes:
        codes = [(str(code), meaning) for code, meaning in page.exit_codes]
        _write_rows("Exit codes", codes, formatter, _find_column(codes))


def _find_column(rows: Iterable[tuple[str, str]]) -> int:
    """Where the second column begins: beside most of the first, whose longest have a line of their own."""
    fitting = [len(term) for term, _ in rows if len(term) <= _WIDEST_TERM]
    return _INDENT + max(fitting, default=0) + _GAP


def _write_rows(heading: str, rows: Iterable[tuple[str, str]], formatter: click.HelpFormatter, column: int) -> None:
    """What is typed, and what it does in a second column."""
    from click.formatting import wrap_text

    with formatter.section(heading):
        for term, effect in rows:
            first = f"{'':{_INDENT}}{term}"
            if len(first) + _GAP > column:
                formatter.write(f"{first}\n")
                first = ""
            text = wrap_text(effect, max(20, formatter.width - column), preserve_paragraphs=False)
            for line in text.splitlines() or [""]:
                formatter.write(f"{first:<{column}}{line}".rstrip() + "\n")
                first = ""


class Command(click.Command):
    """A command whose help is laid out from its manual page, and whose defaults settings may change."""

    tells_settings = True
    """Whether a setting that cannot be used is told."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lay out the help."""
        _write_help(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what they leave open is as the settings say."""
        from newsgrep.cli.config import apply_settings

        problems = apply_settings(ctx, args)
        if self.tells_settings and not ctx.resilient_parsing:
            for problem in problems:
                streams.say(f"newsgrep: {problem}")
        return super().parse_args(ctx, args)


class Group(click.Group):
    """A command that has commands below it."""

    command_class = Command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lay out the help."""
        _write_help(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which they were added."""
        del ctx
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name. Raises click.UsageError, with the name that is nearest."""
        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known and not ctx.resilient_parsing:
            raise click.UsageError(self.explain_unknown(ctx, args, known), ctx)
        return super().resolve_command(ctx, args)

    def explain_unknown(self, ctx: click.Context, args: list[str], known: list[str]) -> str:
        """What to tell someone who typed a command that there is not."""
        from difflib import get_close_matches
        from shlex import join

        near = get_close_matches(args[0], known, n=1)
        meant = [f"Did you mean: {ctx.command_path} {join([name, *args[1:]])}" for name in near]
        return "\n".join([f"There is no command {args[0]!r}.", *meant])


def command(name: str, **attributes: Any) -> Callable[[CommandFunction], Command]:
    """`click.command` for a command of newsgrep."""
    return cast("Callable[[CommandFunction], Command]", click.command(name, cls=Command, **attributes))
