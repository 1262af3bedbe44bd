"""`newsgrep compare`: the words that set two result sets apart."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command, option_under
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import (
    AUTHOR,
    DATE,
    SECTION,
    SOURCE,
    Place,
    check_values,
    filter_options,
    index_option,
    match_options,
    parse_dates,
    view_options,
    widening_options,
)
from newsgrep.cli.question import ALL, data_options, read_query_text, say_read
from newsgrep.search.request import Filters, Request

if TYPE_CHECKING:
    from newsgrep.cli.command import CommandFunction
    from newsgrep.search.comparison import Comparison, ComparisonRequest

_SIDES = ("a", "b")


class SideFilters(NamedTuple):
    """Filters of one of the two sets, which take the place of those of both."""

    since: dt.date | None = None
    until: dt.date | None = None
    sections: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def lay_over(self, filters: Filters) -> Filters:
        """The filters of both, with these in place of theirs."""
        return dataclasses.replace(filters, **{name: value for name, value in self._asdict().items() if value})


def _side_options(command: CommandFunction) -> CommandFunction:
    """Add the filters of each set; the command receives `only_a` and `only_b`."""

    @functools.wraps(command)
    def with_sides(**values: Any) -> int:
        for side in _SIDES:
            first, last = parse_dates(
                values.pop(f"{side}_since"),
                values.pop(f"{side}_until"),
                None,
                today=dt.date.today(),
                prefix=f"{side}-",
            )
            labels = [
                check_values(f"--{side}-{name}", values.pop(f"{side}_{name}"))
                for name in ("section", "source", "author")
            ]
            values[f"only_{side}"] = SideFilters(first, last, *labels)
        return command(**values)

    decorated: CommandFunction = with_sides
    for side in reversed(_SIDES):
        side_option = option_under(f"Which articles of {side.upper()}, in place of those above")
        for option in (
            side_option(f"--{side}-author", **AUTHOR, help="By this author."),
            side_option(f"--{side}-source", **SOURCE, help="From this publication."),
            side_option(f"--{side}-section", **SECTION, help="In this section."),
            side_option(f"--{side}-until", **DATE, help="Published on or before it."),
            side_option(f"--{side}-since", **DATE, help="Published on or after it."),
        ):
            decorated = option(decorated)
    return decorated


@command("compare", short_help="Show the words that set two searches apart.")
@click.argument("a", required=False, default="", metavar="[A]")
@click.argument("b", required=False, default="", metavar="[B]")
@filter_options
@_side_options
@match_options
@widening_options
@click.option("--pairs", is_flag=True, help="Two words that follow each other in place of single words.")
@click.option("--stop-words", is_flag=True, help="Words too that say nothing, as 'the' and 'of'.")
@click.option(
    "--by",
    type=click.Choice(["words", "articles"]),
    default="words",
    show_default=True,
    help="Rank words by their occurrences, or by the articles that have them.",
)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=25, show_default=True, help="Words of each; 0 gives all."
)
@click.option(
    "--min-count",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Only words that occur so often in both together.",
)
@click.option(
    "--min-articles",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Only words that so many articles of the set have.",
)
@data_options("json", "csv")
@view_options
@index_option
def compare_command(
    a: str,
    b: str,
    filters: Filters,
    only_a: SideFilters,
    only_b: SideFilters,
    pairs: bool,
    stop_words: bool,
    by: str,
    limit: int,
    min_count: int,
    min_articles: int,
    format: str,  # noqa: A002  # the name of the option that chooses it
    color: str,
    index: Place,
    **reading: Any,
) -> int:
    """Show the words that set the articles of search A apart from those of search B, the surest first.

    Each word has how often it stands in both, how sure the difference is (log-likelihood, G2) and how large (log ratio:
    1 is twice as often, 2 four times). Articles that both searches find are left out of both.

    Without B, A is compared with the rest of the archive; with filters for B alone, with the same search there.
    --a-since, --b-source and the like hold for one side; other filters for both. Quote a search of several words.

    Exit code: 0 found, 1 no article or no word that sets them apart, 2 error.

    \b
    Examples:
      newsgrep compare harbour airport
      newsgrep compare 'Aleppo' --a-until 2015 --b-since 2016
      newsgrep compare '"climate change"' --a-source 'Inland Post' --b-source 'Bay Courier' --pairs
      newsgrep compare --a-section opinion --b-section news --since 2018
      newsgrep compare ceasefire --by articles --csv --limit 0 > words.csv
    """
    from newsgrep.cli.progress import ReadingMeter
    from newsgrep.opening import open_archive
    from newsgrep.search.comparison import ComparisonRequest, Unit

    side_a, side_b, rest = _read_sides(a, b, filters, only_a, only_b, reading)
    asked = ComparisonRequest(
        a=side_a,
        b=side_b,
        rest=rest,
        pairs=pairs,
        stop_words=stop_words,
        by=Unit(by),
        limit=limit or ALL,
        min_count=min_count,
        min_articles=min_articles,
    )
    with open_archive(index) as archive:
        comparison = archive.compare(asked, on_progress=ReadingMeter().show)
    say_read(comparison.notes, comparison.expansions)
    found = bool(comparison.words_a or comparison.words_b)
    if not found and format != "json":
        _say_nothing_found(comparison, rest=rest)
    _write_comparison(comparison, asked, format, found=found, color=color)
    return FOUND if found else NOTHING_FOUND


def _read_sides(
    a: str, b: str, filters: Filters, only_a: SideFilters, only_b: SideFilters, reading: dict[str, Any]
) -> tuple[Request, Request, bool]:
    """The two searches, and whether the second is what the first leaves. Raises click.UsageError."""
    text_a, text_b = read_query_text((a,)), read_query_text((b,))
    if not text_a and only_a == SideFilters():
        raise click.UsageError("Nothing to compare. Type two searches (newsgrep compare harbour airport) or one.")
    rest = not text_b and only_b == SideFilters()
    filters_a, filters_b = only_a.lay_over(filters), only_b.lay_over(filters)
    for side, each in zip(_SIDES, (filters_a, filters_b), strict=True):
        if each.undated and (each.since or each.until):
            raise click.UsageError("--undated compares articles without a date: no date filter goes with it.")
        if each.since and each.until and each.since > each.until:
            raise click.UsageError(
                f"The period of {side.upper()} ends on {each.until}, before {each.since}: change one of them."
            )
    first = Request(text=text_a, filters=filters_a, **reading)
    second = Request(text="" if rest else text_b or text_a, filters=filters_b, **reading)
    if first == second:
        raise click.UsageError(
            "Both searches are the same: nothing sets them apart. Change the words or the filters of one."
        )
    return first, second, rest


def _say_nothing_found(comparison: Comparison, *, rest: bool) -> None:
    streams.say("newsgrep: nothing found")
    for name, side in (("A", comparison.a), ("B", comparison.b)):
        if not side.articles:
            what = "the rest of the archive" if rest and name == "B" else f"{name} ({side.query or 'filters alone'})"
            streams.say(f"  no article for {what}")
    if comparison.in_both:
        streams.say(f"  {comparison.in_both:,} found by both searches and left out of both")
    if comparison.a.articles and comparison.b.articles:
        streams.say("  no word is sure to set them apart: --min-count 1 --min-articles 1 looks at rarer ones")


def _write_comparison(comparison: Comparison, asked: ComparisonRequest, form: str, *, found: bool, color: str) -> None:
    from newsgrep.cli import compare_printer

    if form == "json":
        streams.write_data([compare_printer.render_json(comparison, asked)])
    elif form == "csv":
        streams.write_data(compare_printer.iter_csv(comparison))
    elif not found:
        return
    elif streams.is_styled(color):
        console = streams.open_console(color)
        streams.write_view(compare_printer.render_styled(comparison, asked, console))
    else:
        streams.write_view(compare_printer.render_plain(comparison, asked))
