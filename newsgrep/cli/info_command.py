"""`newsgrep info`: facts about an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND
from newsgrep.cli.options import json_option, one_index_option, view_options
from newsgrep.cli.wording import size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.archive.facts import OnCluster
    from newsgrep.search.overview import IndexInfo

_INDICES_SHOWN = 3


@command("info", short_help="Tell what is in the index: articles, dates, size.")
@json_option("the facts")
@view_options
@one_index_option
def info_command(as_json: bool, color: str, index: str | None) -> int:
    """Tell what is in the index: how many articles, of which dates, from how many files, how large.

    Exit code: 0 told, 2 error.

    \b
    Examples:
      newsgrep info
      newsgrep info --json | jq .articles
    """
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        info = archive.info()
    if as_json:
        from newsgrep.cli import json_printer

        streams.write_data([json_printer.render_info(info)])
    elif streams.is_styled(color):
        from newsgrep.cli import terminal_printer

        streams.write_view(terminal_printer.render_table(_rows_of(info), streams.open_console(color)))
    else:
        from newsgrep.cli import plain_printer

        streams.write_view(plain_printer.render_table(_rows_of(info)))
    return FOUND


def _rows_of(info: IndexInfo) -> list[tuple[str, str]]:
    published = f"{info.first} to {info.last}" if info.first and info.last else "no date known"
    return [
        ("Index", info.path),
        ("Articles", f"{info.articles:,}"),
        ("Published", published),
        ("Undated", f"{info.undated:,}"),
        ("Sections", f"{info.sections:,}"),
        ("Publications", f"{info.sources:,}"),
        ("Files", f"{info.files:,}"),
        ("Not readable", f"{info.problems:,}"),
        ("Size", size_of(info.index_bytes)),
        ("Updated", info.updated or "never"),
        ("Format", f"version {info.format_version}, segments: {info.segments:,}"),
        *(_cluster_rows(info.cluster) if info.cluster else []),
    ]


def _shorten(names: Sequence[str]) -> str:
    """The names, or where they are many the first and the last."""
    if len(names) <= _INDICES_SHOWN:
        return ", ".join(names)
    return f"{names[0]} to {names[-1]} ({len(names):,})"


def _cluster_rows(cluster: OnCluster) -> list[tuple[str, str]]:
    return [
        ("Server", cluster.server or "not told to this user"),
        ("Indices", _shorten(cluster.indices)),
        ("Shards", f"{cluster.shards:,}, copies of each: {cluster.replicas}"),
    ]
