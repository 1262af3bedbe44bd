"""`newsgrep sections`: the section labels of an index and how many articles carry each."""

from __future__ import annotations

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND, NOTHING_FOUND
from newsgrep.cli.options import Place, index_option, json_option, view_options


@command("sections", short_help="List section labels and their numbers of articles.")
@json_option("the labels and counts")
@view_options
@index_option
def sections_command(as_json: bool, color: str, index: Place) -> int:
    """List the section labels of the index with their numbers of articles, most first.

    These are the labels that --section takes.

    Exit code: 0 there are some, 1 no article has a section, 2 error.

    \b
    Examples:
      newsgrep sections
      newsgrep sections --json | jq -r '.sections[].label'
    """
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        sections = archive.sections()
    if as_json:
        from newsgrep.cli import json_printer

        streams.write_data([json_printer.render_sections(sections)])
    elif not sections:
        streams.say("newsgrep: no article of this index has a section")
    elif streams.is_styled(color):
        from newsgrep.cli import terminal_printer

        streams.write_view(terminal_printer.render_sections(sections, streams.open_console(color)))
    else:
        from newsgrep.cli import plain_printer

        streams.write_view(plain_printer.render_sections(sections))
    return FOUND if sections else NOTHING_FOUND
