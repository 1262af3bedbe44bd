"""`newsgrep extract`: articles as understood, straight from their files."""

from __future__ import annotations

import dataclasses
import functools
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.aside import open_aside
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND, NOTHING_FOUND
from newsgrep.cli.options import format_option, map_option, parse_mapping, reading_option, view_options
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsgrep.archive.extraction import Explanation, Extracted

_STDIN = "-"
_CHUNK = 1 << 20


@command("extract", short_help="Show articles as understood, straight from files.")
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path())
@click.option("--explain", is_flag=True, help="Say where each field came from, and what was left out and why.")
@click.option("--jsonl", is_flag=True, help="One JSON object a line, an article each.")
@reading_option("--date-from-mtime", is_flag=True, help="Where no date is found, take when the file was last written.")
@format_option
@map_option
@view_options
def extract_command(
    files: tuple[str, ...],
    explain: bool,
    jsonl: bool,
    date_from_mtime: bool,
    source_format: str | None,
    mapping: tuple[str, ...],
    color: str,
) -> int:
    """Show each article of saved files as newsgrep understands it: title, date, section, byline, body.

    Reads what `newsgrep index` reads, files with several articles too; of a folder, every file in it.
    Nothing is indexed. - is the standard input.

    Exit code: 0 all went well, 1 there was no article, 2 something could not be read.

    \b
    Examples:
      newsgrep extract saved/casualties.txt
      newsgrep extract saved/casualties.html --explain
      newsgrep extract clippings/ --jsonl | jq -r 'select(.published_from == "text").path'
      curl -s https://www.example.org/news/story | newsgrep extract -
    """
    if not files:
        raise click.UsageError("Nothing to extract. Name a saved article: newsgrep extract FILE")
    from newsgrep.archive.extraction import extract_files

    extract = functools.partial(
        extract_files,
        explain=explain,
        date_from_mtime=date_from_mtime,
        source_format=source_format,
        mapping=parse_mapping(mapping),
    )
    tally = _Tally()
    with ExitStack() as stack:
        stdin = _keep_stdin(stack) if _STDIN in files else None
        extracted = tally.count(_iter_extracted(files, stdin, extract))
        if jsonl:
            from newsgrep.cli import json_printer

            streams.write_data(json_printer.render_extracted(one, explain=explain) for one in extracted)
        else:
            streams.write_view(_iter_views(extracted, explain=explain, color=color))
    if tally.failed:
        return FAILED
    return FOUND if tally.articles else NOTHING_FOUND


class _Tally:
    """Counts what goes by."""

    def __init__(self) -> None:
        self.articles = 0
        self.failed = 0

    def count(self, extracted: Iterable[Extracted]) -> Iterator[Extracted]:
        from newsgrep.archive.extraction import NoArticle

        for one in extracted:
            if isinstance(one, NoArticle):
                self.failed += one.failed * one.count
            else:
                self.articles += 1
                self.failed += bool(one.warnings)
            yield one


def _iter_extracted(
    files: Iterable[str], stdin: str | None, extract: Callable[..., Iterator[Extracted]]
) -> Iterator[Extracted]:
    from newsgrep.archive.extraction import NoArticle

    for name in files:
        if name != _STDIN or stdin is None:
            yield from extract([name])
            continue
        for one in extract([stdin], date_from_mtime=False):
            if isinstance(one, NoArticle):
                yield dataclasses.replace(one, path=_STDIN)
            else:
                yield dataclasses.replace(one, article=dataclasses.replace(one.article, path=_STDIN))


def _keep_stdin(stack: ExitStack) -> str:
    """Copy the standard input to a file, which readers need; it lives as long as `stack`."""
    stdin = streams.open_stdin()
    folder = Path(tempfile.gettempdir())
    try:
        path = stack.enter_context(open_aside(folder)) / "stdin"
        with path.open("wb") as file:
            while chunk := stdin.read(_CHUNK):
                file.write(chunk)
    except OSError as error:
        # A full disk names no file.
        error.filename = os.fspath(folder)
        raise
    return str(path)


def _iter_views(extracted: Iterable[Extracted], *, explain: bool, color: str) -> Iterator[str]:
    """Articles for eyes, a blank line between them; what failed is told on stderr in its place."""
    from newsgrep.archive.extraction import NoArticle

    render = _renderer(color)
    number = 0
    for one in extracted:
        if isinstance(one, NoArticle):
            place = f"{one.path}, {one.position}" if one.position else one.path
            error = f"and {one.count:,} more: {one.error}" if one.count > 1 else one.error
            streams.say(f"newsgrep: {clean_line(place)}: {clean_line(error)}")
            continue
        for warning in one.warnings:
            streams.say(f"newsgrep: {clean_line(one.article.path)}: {clean_line(warning)}")
        number += 1
        if number > 1:
            yield "\n\n"
        yield from render(one, explain)


def _renderer(color: str) -> Callable[[Explanation, bool], Iterator[str]]:
    """How articles are laid out: by Rich on a terminal, as plain text elsewhere."""
    from newsgrep.cli.explanation_printer import left_out_rows, origin_rows

    if streams.is_styled(color):
        from newsgrep.cli import terminal_printer

        console = streams.open_console(color)

        def render(one: Explanation, explain: bool) -> Iterator[str]:
            yield from terminal_printer.render_article(one.article, console)
            if explain:
                yield from terminal_printer.render_heading("Where it came from", console)
                yield from terminal_printer.render_table(list(origin_rows(one)), console)
                yield from terminal_printer.render_heading(_left_out_heading(one), console)
                yield from terminal_printer.render_table(list(left_out_rows(one, width=console.width)), console)

        return render
    from newsgrep.cli import plain_printer

    def render_plain(one: Explanation, explain: bool) -> Iterator[str]:
        yield from plain_printer.render_article(one.article)
        if explain:
            yield "\nWhere it came from\n"
            yield from plain_printer.render_table(list(origin_rows(one)))
            yield f"\n{_left_out_heading(one)}\n"
            yield from plain_printer.render_table(list(left_out_rows(one)))

    return render_plain


def _left_out_heading(one: Explanation) -> str:
    if not one.left_out:
        return "Nothing was left out"
    return f"Left out: {count_of(len(one.left_out), 'piece')} of the page"
