"""`newsgrep doctor`: is the set-up sound, what is worth knowing of it, and what is to be done?"""

from __future__ import annotations

import os
import shutil
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

import click

from newsgrep import __version__
from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND
from newsgrep.cli.options import json_option, one_index_option, view_options
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.setup_findings import Level, Situation, examine
from newsgrep.cli.styles import READING_WIDTH
from newsgrep.cli.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.cli.setup_findings import Finding

_MARKS = {Level.SOUND: "+", Level.NOTE: "!", Level.WRONG: "x"}
_COLOURS = {Level.SOUND: "2", Level.NOTE: "35", Level.WRONG: "1;31"}
"""Faint, magenta and bold red, for the reason that `styles` gives."""
_INDENT = 12


@command("doctor", short_help="Look at the whole set-up, and say what is wrong and what to do.")
@click.option("--verbose", is_flag=True, help="Show what is sound, too.")
@json_option("what was found")
@view_options
@one_index_option
def doctor_command(verbose: bool, as_json: bool, color: str, index: str | None) -> int:
    """Look at the installation, the terminal, the settings, the machine, the index and its articles, and say what is
    wrong, what is worth knowing, and what to do about it.

    Nothing is changed, and no article is read: that takes a moment, however large the index is. `newsgrep check` reads
    every byte of the index. docs/doctor.md tells what is looked at.

    --json is meant for requests for help: it holds paths and versions, no text of an article and no query.

    Exit code: 0 nothing is wrong, 2 something is.

    \b
    Examples:
      newsgrep doctor
      newsgrep doctor --verbose
      newsgrep doctor --json | jq -r '.findings[] | select(.level == "wrong") | .message'
    """
    from newsgrep.cli.checkup import POINTS

    ctx = click.get_current_context()
    # What the user's settings name is found again, with the reason.
    is_given = ctx.get_parameter_source("index") is click.core.ParameterSource.COMMANDLINE
    situation = Situation(ctx.find_root(), index if is_given else None, dict(os.environ))
    findings = list(examine(POINTS, situation))
    if as_json:
        from newsgrep.cli import json_printer

        streams.write_data([json_printer.render_document(record_of(findings, situation))])
    else:
        streams.write_view(
            render_findings(
                findings, verbose=verbose, is_styled=streams.is_styled(color), is_remote=situation.is_remote
            )
        )
    return FAILED if any(finding.level is Level.WRONG for finding in findings) else FOUND


doctor_command.tells_settings = False  # It tells of them itself.


def record_of(findings: Sequence[Finding], situation: Situation) -> dict[str, object]:
    """The JSON document; see docs/json.md."""
    from newsgrep.archive.opensearch.address import hide_password
    from newsgrep.cli.json_printer import SCHEMA

    groups = _group_by_point()
    return {
        "schema": SCHEMA,
        "newsgrep": __version__,
        "index": hide_password(situation.named) if situation.named else None,
        "findings": [
            {
                "level": str(finding.level),
                "group": groups[finding.point],
                "point": finding.point,
                "message": finding.message,
                "advice": finding.advice or None,
            }
            for finding in findings
        ],
    }


def render_findings(
    findings: Sequence[Finding], *, verbose: bool, is_styled: bool, is_remote: bool = False
) -> Iterator[str]:
    """What was found, for eyes: under headings, each with a mark and a word for how bad it is."""
    groups = _group_by_point()
    shown = [finding for finding in findings if verbose or finding.level is not Level.SOUND]
    width = min(READING_WIDTH, shutil.get_terminal_size().columns) if streams.is_terminal_output() else 0
    for group, members in groupby(shown, key=lambda finding: groups[finding.point]):
        yield f"\x1b[1m{group}\x1b[0m\n" if is_styled else f"{group}\n"
        for finding in members:
            mark = f"{_MARKS[finding.level]} {finding.level}"
            painted = f"\x1b[{_COLOURS[finding.level]}m{mark}\x1b[0m" if is_styled else mark
            gap = " " * (_INDENT - 2 - len(mark))
            text = _wrap(f"{finding.point}: {finding.message}", width)
            yield f"  {painted}{gap}{text}\n"
            if finding.advice:
                yield f"{'':{_INDENT}}{_wrap(f'-> {finding.advice}', width)}\n"
    yield _summarize(findings, verbose=verbose, is_remote=is_remote) + "\n"


def _wrap(text: str, width: int) -> str:
    """A text on several lines where the terminal is not wide enough; paths and commands stay whole."""
    line = clean_line(text)
    if width <= _INDENT + 20:
        return line
    wrapped = textwrap.wrap(line, width - _INDENT, break_long_words=False, break_on_hyphens=False)
    return f"\n{'':{_INDENT}}".join(wrapped)


def _summarize(findings: Sequence[Finding], *, verbose: bool, is_remote: bool) -> str:
    number = {level: sum(finding.level is level for finding in findings) for level in Level}
    told = [
        f"{count_of(number[Level.WRONG], 'thing')} wrong" if number[Level.WRONG] else "nothing wrong",
        *([f"{number[Level.NOTE]:,} to know"] if number[Level.NOTE] else []),
        f"{number[Level.SOUND]:,} sound{'' if verbose else ' (--verbose shows them)'}",
    ]
    reading = "" if is_remote else ": newsgrep check reads every byte of the index"
    return f"{', '.join(told)}. No article was read{reading}."


def _group_by_point() -> dict[str, str]:
    from newsgrep.cli.checkup import POINTS

    return {point.name: point.group for point in POINTS}
