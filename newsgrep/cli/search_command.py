"""`newsgrep search`: which articles say this, best first."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import Output, Place, index_option, output_options
from newsgrep.cli.question import ALL, question_options, require_question, say_read
from newsgrep.search.request import CopyMode, Request, Sort

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgrep.article import Article
    from newsgrep.search.results import Results


@command("search", short_help="Find articles by their words, date, section, author or publication.")
@question_options
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    help="Order of the hits. Default: relevance; newest where no words are searched.",
)
@click.option("--fresh", is_flag=True, help="Newer articles before older ones that answer as well.")
@click.option("--expand", is_flag=True, help="Rank also by words that the best hits have in common.")
@click.option(
    "--copies",
    type=click.Choice([mode.value for mode in CopyMode]),
    default=CopyMode.SHOW.value,
    show_default=True,
    help="Copies of one text, edited or cut: each a hit, one hit a story that says so, or one hit a story.",
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
    request: Request,
    sort: str | None,
    fresh: bool,
    expand: bool,
    copies: str,
    limit: int,
    page: int,
    snippets: int,
    explain: bool,
    output: Output,
    index: Place,
) -> int:
    """Search the index and print the articles found, best first.

    Words must all occur; OR, NOT, "phrases", wild* and title:word work as docs/query-language.md says.
    The shell eats one layer of quotes: type a phrase as '"Deir Ezzor"'.
    Without words, every article that the filters let through is listed.

    A word that no article has is taken for a typing error and corrected, which is said. Where no article has all
    words, the closest are shown, apart and marked as such; the exit code is 1 all the same. --all does neither.

    The numbers before the hits name them for other commands in this terminal: `newsgrep show 3`, `newsgrep open 3`,
    `newsgrep cite 1 3`, `newsgrep similar 3`.

    Exit code: 0 found, 1 nothing found, 2 error.

    \b
    Examples:
      newsgrep search Deir Ezzor
      newsgrep search '"chemical weapons" OR sarin' --since 2017-04 --until 2018
      newsgrep search sanctions --section politics --sort newest
      newsgrep search --on yesterday
      newsgrep search --any 'what has been written about the harbour bridge toll'
      newsgrep search --all --count Aleppo evacuation
      newsgrep search Gaddafi --variants
      newsgrep search '"Deir Ezzor"~~ offensive'
      newsgrep search Kyiv --synonyms capitals.txt
      newsgrep search sanctions --fresh
      newsgrep search sanctions --copies group
      newsgrep search Aleppo --json --limit 0 | jq -r '.hits[].url'
      newsgrep search Aleppo --paths -0 --limit 0 | xargs -0 wc -w
      newsgrep search Aleppo --format '{date:%Y-%m-%d}\\t{title}'
    """
    require_question(request, 'newsgrep search "Deir Ezzor"')
    request = dataclasses.replace(
        request,
        sort=Sort(sort) if sort else Sort.RELEVANCE if request.text else Sort.NEWEST,
        limit=0 if output.format == "count" else limit or ALL,
        page=page,
        snippets=snippets if _shows_snippets(output) else 0,
        missing=output.format in ("text", "json", "jsonl"),
        explain=explain,
        fresh=fresh,
        expand=expand,
        copies=CopyMode(copies),
    )
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        results = archive.search(request)
    if explain and results.query:
        streams.say(f"newsgrep: read as: {results.query}")
    say_read(results.notes, results.expansions)
    # A JSON document says it itself.
    if not results.total and output.format != "json":
        streams.say("newsgrep: nothing found")
        for hint in results.hints:
            streams.say(f"  {hint.message}")
    _write_results(results, request, output, archive.locate)
    if output.format == "text" and (hits := results.hits or results.closest):
        from newsgrep.cli.last_search import remember_hits

        remember_hits(archive.location, hits, request)
    return FOUND if results.hits or (output.format == "count" and results.total) else NOTHING_FOUND


def _shows_snippets(output: Output) -> bool:
    if output.template:
        return output.template.uses("snippet")
    return output.format not in ("paths", "count")


def _write_results(results: Results, request: Request, output: Output, locate: Callable[[Article], str]) -> None:
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
        case "count":
            streams.write_data([f"{results.total}\n"])
        case "paths":
            from newsgrep.cli import paths_printer

            streams.write_paths(paths_printer.iter_paths(results, locate), end="\0" if output.null else "\n")
        case "template":
            from newsgrep.cli import template_printer

            if output.template:
                streams.write_data(template_printer.iter_lines(results, output.template))
        case _:
            from newsgrep.cli.places import lead_hits

            hits, closest = lead_hits(results.hits, locate), lead_hits(results.closest, locate)
            _write_text(dataclasses.replace(results, hits=hits, closest=closest), request, output.color)


def _write_text(results: Results, request: Request, color: str) -> None:
    if not results.hits and results.total:
        pages = -(-(results.stories or results.total) // request.limit)
        streams.say(f"newsgrep: page {request.page} is past the last one: --page {pages}")
    elif not results.hits and not results.closest:
        return
    elif streams.is_styled(color):
        from newsgrep.cli import terminal_printer

        streams.write_view(terminal_printer.render_results(results, request, streams.open_console(color)))
    else:
        from newsgrep.cli import plain_printer

        streams.write_view(plain_printer.render_results(results, request))
