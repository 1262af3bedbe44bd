"""Options that several commands share, and what they mean once read.

Each decorator adds a group of options to a command and hands it one value: the filters, or the
chosen output. What was typed is checked here, before an index is opened.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from newsgrep.archive.location import name_locations
from newsgrep.cli import streams
from newsgrep.cli.command import option_under
from newsgrep.cli.formulas import disarmed_formulas
from newsgrep.cli.headings import OTHER
from newsgrep.cli.offers import complete_date, complete_format, complete_label
from newsgrep.errors import FilterError, OptionError
from newsgrep.search.request import Filters, Match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newsgrep.cli.command import CommandFunction
    from newsgrep.cli.template_printer import Template


# Each declares options under one heading of the help.
narrowing_option = option_under("Which articles")
word_option = option_under("Which words")
printing_option = option_under("Output")
reading_option = option_under("What is read")
cluster_option = option_under("On a cluster")
other_option = option_under(OTHER)

# The values of filters: what the help calls them, and what a shell offers for them.
DATE: dict[str, Any] = {"metavar": "DATE", "shell_complete": complete_date}
SECTION: dict[str, Any] = {"metavar": "LABEL", "multiple": True, "shell_complete": complete_label("section")}
AUTHOR: dict[str, Any] = {"metavar": "NAME", "multiple": True, "shell_complete": complete_label("author")}
SOURCE: dict[str, Any] = {"metavar": "NAME", "multiple": True, "shell_complete": complete_label("source")}
LANG: dict[str, Any] = {"metavar": "CODE", "multiple": True, "shell_complete": complete_label("lang")}


class Output(NamedTuple):
    """How results are to be written."""

    format: str = "text"
    """`text`, `json`, `jsonl`, `csv`, `tsv`, `paths`, `count` or `template`."""
    template: Template | None = None
    null: bool = False
    """End each path with a NUL instead of a line feed."""
    color: str = "auto"


Place = str | tuple[str, ...] | None
"""Where an index is, or several are that are asked together; None where nobody said."""

_DEFAULT_INDEX = "Default: $NEWSGREP_INDEX, then index/ here or above."


def index_option(command: CommandFunction) -> CommandFunction:
    """Add --index, which may be given several times; the command receives a `Place`."""
    return other_option(
        "--index",
        metavar="DIR|URL",
        multiple=True,
        type=click.Path(),
        callback=_read_places,
        help=f"The index to use, in a folder or on a cluster; repeat to ask several together. {_DEFAULT_INDEX}",
    )(command)


def one_index_option(command: CommandFunction) -> CommandFunction:
    """Add --index to a command that is about one index."""
    return other_option(
        "--index",
        metavar="DIR|URL",
        multiple=True,
        type=click.Path(),
        callback=_read_place,
        help=f"The index to use, in a folder or on a cluster. {_DEFAULT_INDEX}",
    )(command)


def _read_places(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> Place:
    del ctx, param
    # An empty name, as of a variable that is not set, is not the folder that one is in.
    if "" in value:
        raise click.UsageError("--index is empty. Name the directory or the address of an index, or leave --index out.")
    return value if len(value) > 1 else value[0] if value else None


def _read_place(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> str | None:
    place = _read_places(ctx, param, value)
    names = name_locations(place)
    if len(names) > 1:
        from newsgrep.archive.opensearch.address import hide_password

        told = f"newsgrep {ctx.command_path.partition(' ')[2]} is about one index, and {len(names)} are named"
        raise click.UsageError(f"{told}: {' and '.join(map(hide_password, names))}. Name one with --index.")
    return names[0] if value else None


def color_option(command: CommandFunction) -> CommandFunction:
    """Add --color and --plain; the command receives `color`, which is `plain` for the latter."""

    @functools.wraps(command)
    def with_color(*, color: str, plain: bool, **rest: Any) -> int:
        if plain and color == "always":
            raise click.UsageError("--plain is without colour: it does not go with --color always.")
        return command(color="plain" if plain else color, **rest)

    return _with_options(with_color, _COLOR_OPTIONS)


def view_options(command: CommandFunction) -> CommandFunction:
    """Add --color and --plain, and show what is longer than the terminal in a pager; the command receives `color`."""

    @functools.wraps(command)
    def with_pager(*, color: str, **rest: Any) -> int:
        with streams.paged(color):
            return command(color=color, **rest)

    return color_option(with_pager)


_COLOR_OPTIONS = (
    printing_option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour and layout for a terminal. NO_COLOR and FORCE_COLOR are respected.",
    ),
    printing_option("--plain", is_flag=True, help="Lines of text only: no layout, colours, links or pager."),
)


def json_option(what: str) -> Callable[[CommandFunction], CommandFunction]:
    """Add --json to a command that has no other format."""
    return printing_option("--json", "as_json", is_flag=True, help=f"Print {what} as one JSON document.")


def format_option(command: CommandFunction) -> CommandFunction:
    """Add --format for commands that read files; the command receives `source_format`."""
    return reading_option(
        "--format",
        "source_format",
        metavar="NAME",
        shell_complete=complete_format,
        help="Read every file, or what is in an archive, as this format (`newsgrep formats` lists them), or auto.",
    )(command)


def map_option(command: CommandFunction) -> CommandFunction:
    """Add --map; the command receives what was typed as `mapping`, for `parse_mapping`."""
    return reading_option(
        "--map",
        "mapping",
        metavar="TARGET=FIELD,...",
        multiple=True,
        help="Which field of JSON or CSV records is what: title=headline,body=text,date=pubdate. Repeat for more.",
    )(command)


def parse_mapping(typed: Iterable[str]) -> dict[str, str]:
    """Target and field of every pair of --map. Raises OptionError for what is no pair, and for a target given twice."""
    pairs: dict[str, str] = {}
    for text in typed:
        for part in text.split(","):
            target, equals, field = (piece.strip() for piece in part.partition("="))
            if not (equals and target and field):
                raise OptionError(
                    f"--map {text}: {part.strip()!r} is no pair TARGET=FIELD",
                    hint="For example: --map title=headline,body=text,date=pubdate",
                )
            if pairs.get(target, field) != field:
                raise OptionError(
                    f"--map names two fields for {target}: {pairs[target]} and {field}", hint="Leave one of them out."
                )
            pairs[target] = field
    return pairs


_FILTER_OPTIONS = (
    narrowing_option("--since", **DATE, help="Published on or after this day, month, year or period."),
    narrowing_option("--until", **DATE, help="Published on or before it; its last day counts."),
    narrowing_option("--on", **DATE, help="Published within it: --on 2018-02, --on yesterday."),
    narrowing_option("--undated", is_flag=True, help="Only articles without a known date."),
    narrowing_option("--section", **SECTION, help="In this section (any case). Repeat for more."),
    narrowing_option("--not-section", **SECTION, help="Not in this section. Repeat for more."),
    narrowing_option("--author", **AUTHOR, help="By this author; part of a name will do."),
    narrowing_option("--source", **SOURCE, help="From this publication (any case)."),
    narrowing_option("--lang", **LANG, help="In this language: en, fr, pt-br. Repeat for more."),
)


def filter_options(command: CommandFunction) -> CommandFunction:
    """Add the options that narrow a search; the command receives `filters`."""

    @functools.wraps(command)
    def with_filters(
        *,
        since: str | None,
        until: str | None,
        on: str | None,
        undated: bool,
        section: tuple[str, ...],
        not_section: tuple[str, ...],
        author: tuple[str, ...],
        source: tuple[str, ...],
        lang: tuple[str, ...],
        **rest: Any,
    ) -> int:
        first, last = parse_dates(since, until, on, today=dt.date.today())
        if undated and (first or last):
            raise click.UsageError("--undated lists articles without a date: no date filter goes with it.")
        filters = Filters(
            since=first,
            until=last,
            undated=undated,
            sections=check_values("--section", section),
            not_sections=check_values("--not-section", not_section),
            authors=check_values("--author", author),
            sources=check_values("--source", source),
            langs=check_values("--lang", lang),
        )
        return command(filters=filters, **rest)

    return _with_options(with_filters, _FILTER_OPTIONS)


_MATCH_OPTIONS = (
    word_option("--all", "all_words", is_flag=True, help="Every word, as typed: nothing corrected, nothing offered."),
    word_option("--any", "any_word", is_flag=True, help="Any of the words; articles with more of them come first."),
    word_option("--no-correct", is_flag=True, help="Leave words that no article has as typed."),
)


def match_options(command: CommandFunction) -> CommandFunction:
    """Add the options that say which words must match; the command receives `match` and `correct`."""

    @functools.wraps(command)
    def with_match(*, all_words: bool, any_word: bool, no_correct: bool, **rest: Any) -> int:
        if all_words and any_word:
            raise click.UsageError("--all or --any: every word must match, or any.")
        match = Match.ALL if all_words else Match.ANY if any_word else Match.CLOSEST
        return command(match=match, correct=not no_correct, **rest)

    return _with_options(with_match, _MATCH_OPTIONS)


_WIDENING_OPTIONS = (
    word_option("--variants", is_flag=True, help="Find names in the other spellings that are in the archive."),
    word_option(
        "--synonyms",
        metavar="FILE",
        type=click.Path(),
        help="Find what means the same: a file with a group a line, as in 'Kyiv, Kiev'.",
    ),
)


def widening_options(command: CommandFunction) -> CommandFunction:
    """Add the options that let words stand for more than was typed; the command receives `variants` and `synonyms`."""

    @functools.wraps(command)
    def with_widening(*, synonyms: str | None, **rest: Any) -> int:
        if synonyms is None:
            return command(synonyms=None, **rest)
        from newsgrep.search.synonyms import read_synonyms

        return command(synonyms=read_synonyms(synonyms), **rest)

    return _with_options(with_widening, _WIDENING_OPTIONS)


_OUTPUT_OPTIONS = (
    printing_option("--json", "as_json", is_flag=True, help="One JSON document: the query, the total, the hits."),
    printing_option("--jsonl", is_flag=True, help="One JSON object a line, a hit each."),
    printing_option("--csv", is_flag=True, help="A table with a header, for spreadsheets and data frames."),
    printing_option("--tsv", is_flag=True, help="A table with a header, tabs between the values, nothing quoted."),
    printing_option("--paths", is_flag=True, help="The files that hold the hits, each once."),
    printing_option("-0", "--null", is_flag=True, help="With --paths: end each with a NUL, for xargs -0."),
    printing_option("--count", is_flag=True, help="Only the number of articles."),
    printing_option(
        "--format", "template", metavar="TEMPLATE", help=r"A line a hit, as in '{date:%Y-%m-%d}\t{section}\t{title}'."
    ),
)


def output_options(command: CommandFunction) -> CommandFunction:
    """Add the options that choose how results are written; the command receives `output`."""

    @functools.wraps(command)
    def with_output(
        *,
        as_json: bool,
        jsonl: bool,
        csv: bool,
        tsv: bool,
        paths: bool,
        null: bool,
        count: bool,
        template: str | None,
        safe_csv: bool,
        color: str,
        **rest: Any,
    ) -> int:
        flags = {"json": as_json, "jsonl": jsonl, "csv": csv, "tsv": tsv, "paths": paths, "count": count}
        output = choose_output(flags, template=template, null=null, color=color)
        check_safe_csv(safe_csv, is_csv=csv)
        with disarmed_formulas(safe_csv):
            return command(output=output, **rest)

    return _with_options(safe_csv_option(view_options(with_output)), _OUTPUT_OPTIONS)


def safe_csv_option(command: CommandFunction) -> CommandFunction:
    """Add --safe-csv to a command that writes CSV; the command receives `safe_csv`, for `disarmed_formulas`."""
    return printing_option(
        "--safe-csv", is_flag=True, help="With CSV: an apostrophe before values that a spreadsheet takes for formulas."
    )(command)


def check_safe_csv(is_asked_for: bool, *, is_csv: bool) -> None:
    """Raise click.UsageError where --safe-csv was given and no CSV is written."""
    if is_asked_for and not is_csv:
        raise click.UsageError("--safe-csv goes with CSV, and none was asked for.")


def parse_dates(
    since: str | None, until: str | None, on: str | None, *, today: dt.date, prefix: str = ""
) -> tuple[dt.date | None, dt.date | None]:
    """Read the date filters as a first and a last day; `prefix` is what their options begin with.

    Raises FilterError or click.UsageError.
    """
    if since is None and until is None and on is None:
        return None, None
    if on is not None and (since is not None or until is not None):
        raise click.UsageError("--on is a whole period of its own: leave out --since and --until, or leave out --on.")
    from newsgrep.search.date_filters import read_dates

    return read_dates(since, until, on, today=today, prefix=prefix)


def choose_output(flags: dict[str, bool], *, template: str | None, null: bool, color: str) -> Output:
    """Read the output options as one choice. Raises click.UsageError or TemplateError."""
    chosen = [name for name, is_set in flags.items() if is_set]
    if template is not None:
        chosen.append("format")
    if len(chosen) > 1:
        raise click.UsageError(f"One output at a time: {' and '.join(f'--{name}' for name in chosen)} were given.")
    if null and chosen != ["paths"]:
        raise click.UsageError("-0/--null ends paths with a NUL: it goes with --paths.")
    if template is not None:
        from newsgrep.cli.template_printer import parse_template

        return Output("template", parse_template(template), color=color)
    return Output(chosen[0] if chosen else "text", null=null, color=color)


_NOT_UTF_8 = re.compile("[\ud800-\udfff]")


def check_values(option: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """The values of an option. Raises FilterError for an empty one, and for what is not UTF-8."""
    for value in values:
        text = f'{option} "{value}"'
        if not value.strip():
            raise FilterError(
                f"{option} is empty", text=text, column=len(option) + 1, hint="Give it a value, or leave it out."
            )
        if not value.isascii() and _NOT_UTF_8.search(value):
            raise FilterError(
                f"{option} is not valid UTF-8 text", text=text, column=len(option) + 1, hint="Type it as UTF-8."
            )
    return values


def _with_options(
    command: CommandFunction, options: Iterable[Callable[[CommandFunction], CommandFunction]]
) -> CommandFunction:
    for option in reversed(tuple(options)):
        command = option(command)
    return command
