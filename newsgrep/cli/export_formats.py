"""The formats of an export: which one is meant by the name of a file, and how articles are written in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgrep.article import Article

STDOUT = "-"


class ExportFormat(NamedTuple):
    """A format of exports."""

    name: str
    suffixes: tuple[str, ...]
    """How names of such files end, in lower case."""
    is_text: bool = True
    """Text that can go to stdout."""


FORMATS = (
    ExportFormat("markdown", (), is_text=False),
    ExportFormat("jsonl", (".jsonl", ".ndjson")),
    ExportFormat("csv", (".csv",)),
    ExportFormat("parquet", (".parquet",), is_text=False),
    ExportFormat("bibtex", (".bib",)),
    ExportFormat("ris", (".ris",)),
    ExportFormat("csl-json", (".csl.json", ".csljson")),
)
"""`markdown` is a directory of files, each of the others one file."""

NAMES = tuple(one.name for one in FORMATS)


def choose_format(to: str, name: str | None) -> ExportFormat:
    """The format that is named, else the one that `to` is called after, else Markdown for a directory.

    Raises OptionError for a destination of which no format can be told, or which the format cannot be written to.
    """
    named = next((one for one in FORMATS if one.name == name), None)
    if to == STDOUT:
        chosen = named or FORMATS[1]
        if not chosen.is_text:
            raise OptionError(f"{chosen.name} cannot be written to stdout", hint="Name a place: --to export/")
        return chosen
    if named:
        return named
    suffix = os.path.splitext(to)[1].lower()
    if to.endswith(os.sep) or os.path.isdir(to) or not suffix:
        return FORMATS[0]
    called = next((one for one in FORMATS for end in one.suffixes if to.lower().endswith(end)), None)
    if called is None:
        hint = {
            ".json": "One object a line is .jsonl; citations are .csl.json, or --format csl-json.",
            ".md": "Markdown is a directory of files: --to export/",
        }.get(suffix, f"Name one: --format {'|'.join(NAMES)}")
        raise OptionError(f"no format of an export is called {suffix}", hint=hint)
    return called


def iter_pieces(articles: Iterable[Article], chosen: ExportFormat) -> Iterator[str]:
    """Write articles in a format that is text."""
    if chosen.name == "jsonl":
        from newsgrep.cli.export_printer import iter_jsonl

        return iter_jsonl(articles)
    if chosen.name == "csv":
        from newsgrep.cli.export_printer import iter_csv

        return iter_csv(articles)
    from newsgrep.search.citations import Style, iter_citations

    return iter_citations(articles, Style(chosen.name))
