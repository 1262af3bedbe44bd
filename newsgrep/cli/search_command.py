"""`newsgrep search`: which articles say this, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import Output, filter_options, index_option, output_options
from newsgrep.search.request import Filters, Request, Sort

if TYPE_CHECKING:
    from newsgrep.search.results import Results

ALL = 1_000_000_000
"""The limit that `--limit 0` stands for: more articles than an index can hold."""


@click.command("search", short_help="Find articles by their words, date, section, author or publication.")
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@filter_options
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    help="Order of the hits. Default: relevance; newest where no words are searched.",
)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="Hits a page; 0 gives all."
)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Which page of hits.")
@click.option(
    "--snippets", type=click.IntRange(0, 50), default=2, show_default=True, help="Passages of the text to show per hit."
)
@click.option("--explain", is_flag=True, help="Say how the query was read, and how each hit got its score.")
@output_options
@index_option
def search_command(
    query: tuple[str, ...],
    filters: Filters,
    sort: str | None,
    limit: int,
    page: int,
    snippets: int,
    explain: bool,
    output: Output,
    index: str | None,
) -> int:
    """Search the index and print the articles found, best first.

    Words must all occur; OR, NOT, "phrases", wild* and title:word work as docs/query-language.md says.
    The shell eats one layer of quotes: type a phrase as '"Deir Ezzor"'.
    Without words, every article that the filters let through is listed.

    Exit code: 0 found, 1 nothing found, 2 error.

    \b
    Examples:
      newsgrep search Deir Ezzor
      newsgrep search '"chemical weapons" OR sarin' --since 2017-04 --until 2018
      newsgrep search sanctions --section politics --sort newest
      newsgrep search --on yesterday
      newsgrep search Aleppo --json --limit 0 | jq -r '.hits[].url'
      newsgrep search Aleppo --paths -0 --limit 0 | xargs -0 wc -w
      newsgrep search Aleppo --format '{date:%Y-%m-%d}\\t{title}'
    """
    text = _query_text(query)
    if not text and filters == Filters():
        raise click.UsageError('Nothing to search for. Type words (newsgrep search "Deir Ezzor") or a filter.')
    order = Sort(sort) if sort else Sort.RELEVANCE if text else Sort.NEWEST
    request = Request(
        text=text,
        filters=filters,
        sort=order,
        limit=limit or ALL,
        page=page,
        snippets=snippets if _shows_snippets(output) else 0,
        explain=explain,
    )
    from newsgrep.api import open_archive

    with open_archive(index) as archive:
        if output.format == "count":
            total = archive.count(request)
            streams.write_data([f"{total}\n"])
            return FOUND if total else NOTHING_FOUND
        results = archive.search(request)
    if explain and results.query:
        streams.say(f"newsgrep: read as: {results.query}")
    for note in results.notes:
        streams.say(f"newsgrep: {note}")
    _write_results(results, request, output)
    return FOUND if results.hits else NOTHING_FOUND


def _query_text(words: tuple[str, ...]) -> str:
    text = " ".join(words).strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise click.UsageError("The query is not valid UTF-8 text.") from None
    return text


def _shows_snippets(output: Output) -> bool:
    if output.template:
        return output.template.uses("snippet")
    return output.format != "paths"


def _write_results(results: Results, request: Request, output: Output) -> None:
    """Write results to stdout. Each printer is imported only where it prints: start-up is part of the speed."""
    match output.format:
        case "json":
            from newsgrep.cli import json_printer

            streams.write_data([json_printer.render_results(results)])
        case "jsonl":
            from newsgrep.cli import json_printer

            streams.write_data(json_printer.iter_hit_lines(results))
        case "csv":
            from newsgrep.cli import table_printer

            streams.write_data(table_printer.iter_csv(results))
        case "tsv":
            from newsgrep.cli import table_printer

            streams.write_data(table_printer.iter_tsv(results))
        case "paths":
            from newsgrep.cli import paths_printer

            streams.write_paths(paths_printer.iter_paths(results), end="\0" if output.null else "\n")
        case "template":
            from newsgrep.cli import template_printer

            if output.template:
                streams.write_data(template_printer.iter_lines(results, output.template))
        case _:
            _write_text(results, request, output.color)


def _write_text(results: Results, request: Request, color: str) -> None:
    if not results.hits:
        if results.total:
            pages = -(-results.total // request.limit)
            streams.say(f"newsgrep: page {request.page} is past the last one: --page {pages}")
        else:
            streams.say("newsgrep: nothing found")
            for hint in results.hints:
                streams.say(f"  {hint.message}")
    elif streams.is_styled(color):
        from newsgrep.cli import terminal_printer

        streams.write_view(terminal_printer.render_results(results, request, streams.open_console(color)))
    else:
        from newsgrep.cli import plain_printer

        streams.write_view(plain_printer.render_results(results, request))
