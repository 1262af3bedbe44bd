"""`newsgrep formats`: what can be read, and what has to be installed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND
from newsgrep.cli.options import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.archive.readable_formats import ReadableFormat


@command("formats", short_help="List the formats that can be read.")
@json_option("the formats")
def formats_command(as_json: bool) -> int:
    """List the formats that can be read, in the order in which they are tried, and what has to be installed.

    The format of a file is told by its content. Where that goes wrong, `newsgrep index --format NAME` says it.
    Files in any format may be compressed, or lie in a ZIP, tar or WACZ archive.

    Exit code: 0 listed, 2 the formats of an installed package do not load, or another error.

    \b
    Examples:
      newsgrep formats
      newsgrep formats --json | jq -r '.formats[] | select(.installed | not).needs'
    """
    from newsgrep.archive.readable_formats import list_compressions, list_readable

    formats, compressions = list_readable(), list_compressions()
    if as_json:
        from newsgrep.cli import json_printer

        streams.write_data([json_printer.render_formats(formats, compressions)])
    else:
        streams.write_view(_render([*formats, *compressions]))
    return FOUND


def _render(formats: Sequence[ReadableFormat]) -> Iterator[str]:
    width = max(len(one.name) for one in formats)
    for one in formats:
        names = f" ({' '.join(one.suffixes)})" if one.suffixes else ""
        yield f"{one.name:<{width}}  {one.description}{names}\n"
        if one.needs:
            yield f"{'':<{width}}  {'installed' if one.installed else 'not installed'}: {one.needs}\n"
