"""`newsgrep export`: everything that a question finds, whole, as files for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.export_formats import NAMES, STDOUT, ExportFormat, choose_format, iter_pieces
from newsgrep.cli.formulas import disarmed_formulas
from newsgrep.cli.offers import complete_path
from newsgrep.cli.options import Place, check_safe_csv, index_option, safe_csv_option
from newsgrep.cli.output_files import open_folder, open_output
from newsgrep.cli.question import question_options, say_read
from newsgrep.cli.wording import count_of
from newsgrep.search.request import Request, Sort

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.article import Article


@command("export", short_help="Write whole articles to files: Markdown, JSON Lines, CSV, Parquet, citations.")
@question_options
@click.option(
    "--to",
    metavar="DIR|FILE",
    required=True,
    shell_complete=complete_path,
    help="Where to write; '-' is stdout, as JSON Lines.",
)
@click.option("--format", "format_name", type=click.Choice(NAMES), help="Default: what FILE is called after.")
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    help="Order of the articles. Default: that of the index, the quickest; with --limit that of `search`.",
)
@click.option("-n", "--limit", type=click.IntRange(min=0), default=0, help="The first so many. Default: all.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@safe_csv_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what failed.")
@index_option
def export_command(
    request: Request,
    to: str,
    format_name: str | None,
    sort: str | None,
    limit: int,
    force: bool,
    safe_csv: bool,
    quiet: bool,
    index: Place,
) -> int:
    """Write every article that a question finds, whole, for other programs to go on with.

    The format is what FILE is called after: .jsonl, .csv, .parquet, .bib, .ris, .csl.json; a directory gets one
    Markdown file an article. Without words, every article that the filters let through is written; without filters
    either, the whole archive.

    A file is there when it is complete, and not before: Ctrl-C leaves none that is half. What is there already
    is only replaced with --force. docs/export.md describes the formats.

    Exit code: 0 written, 1 nothing found, 2 error.

    \b
    Examples:
      newsgrep export Aleppo --since 2016 --to aleppo.jsonl
      newsgrep export '"chemical weapons"' --to notes/
      newsgrep export --section politics --on 2018-02 --to february.csv --sort oldest
      newsgrep export sanctions --to sanctions.parquet
      newsgrep export harbour --limit 50 --to harbour.bib
      newsgrep export Aleppo --to - | jq -r .url
    """
    if not to:
        raise click.UsageError("--to is empty. Name a file or a directory, or - for stdout.")
    chosen = choose_format(to, format_name)
    check_safe_csv(safe_csv, is_csv=chosen.name == "csv")
    if chosen.name == "parquet":
        from newsgrep.cli.parquet_printer import require_parquet

        require_parquet()
    from newsgrep.cli.article_meter import ArticleMeter, is_bar_wanted
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        selection = archive.select(request, sort=Sort(sort) if sort else None, limit=limit or None)
        say_read(selection.notes, selection.expansions)
        # A bar would be drawn over what is written to the same terminal.
        on_terminal = to == STDOUT and streams.is_terminal_output()
        with (
            disarmed_formulas(safe_csv),
            ArticleMeter(len(selection), quiet=quiet or on_terminal, bar=is_bar_wanted()) as meter,
        ):
            _write(meter.iter(selection), chosen, to, force=force)
    if not len(selection):
        streams.say("newsgrep: nothing found")
        return NOTHING_FOUND
    if not quiet and to != STDOUT:
        streams.say(f"newsgrep: {count_of(len(selection), 'article')} written to {to}")
    return FOUND


def _write(articles: Iterable[Article], chosen: ExportFormat, to: str, *, force: bool) -> None:
    if chosen.name == "markdown":
        _write_notes(articles, to, force=force)
    elif to == STDOUT:
        streams.write_data(iter_pieces(articles, chosen))
    elif chosen.name == "parquet":
        from newsgrep.cli.parquet_printer import write_parquet

        with open_output(to, force=force) as file:
            write_parquet(articles, file)
    else:
        with open_output(to, force=force) as file:
            for piece in iter_pieces(articles, chosen):
                file.write(streams.encode_text(piece))


def _write_notes(articles: Iterable[Article], to: str, *, force: bool) -> None:
    from newsgrep.cli.markdown_printer import name_note, render_note

    with open_folder(to, force=force) as write:
        for article in articles:
            content = streams.encode_text(render_note(article))
            # Two articles of one name differ in what of their ids is not in it.
            if not write(name_note(article), content):
                write(name_note(article, digits=16), content)
