"""`newsgrep check`: is the index whole, and mending it where it is not."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND
from newsgrep.cli.options import json_option, one_index_option
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.wording import count_of, size_of

if TYPE_CHECKING:
    from newsgrep.archive.check import Checked, Fault
    from newsgrep.archive.repair import Repaired


@command("check", short_help="Check every byte of the index, and mend it from the sources.")
@click.option("--repair", is_flag=True, help="Give up what is damaged, and read its files again.")
@json_option("what was found")
@one_index_option
def check_command(repair: bool, as_json: bool, index: str | None) -> int:
    """Read every byte of the index and tell what is not as it was written.

    Each part of an index carries checksums; a search checks the parts that it reads. This command checks all of
    them, and holds the list of files that were read against the articles that are there.

    --repair gives up the damaged parts and reads again the files whose articles they held. Files that are gone by now
    are named: their articles are lost.

    Exit code: 0 the index is whole, or was mended without loss, 2 it is not.

    \b
    Examples:
      newsgrep check
      newsgrep check --repair
      newsgrep check --json | jq -r '.faults[].path'
    """
    from newsgrep.opening import open_archive

    with open_archive(index) as archive:
        if repair:
            repaired = archive.repair(on_checked=_show_progress)
            _write_repaired(repaired, as_json=as_json)
            return FAILED if repaired.after.faults or repaired.lost or repaired.unknown else FOUND
        checked = archive.check(on_checked=_show_progress)
    _write_checked(checked, as_json=as_json)
    return FAILED if checked.faults else FOUND


def _show_progress(name: str, done: int, total: int) -> None:
    """Say on a terminal which file is checked; nothing elsewhere, where nobody watches."""
    if sys.stderr is not None and sys.stderr.isatty():
        line = f"{size_of(done)} of {size_of(total)}  {clean_line(name)}" if name else ""
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()


def _write_checked(checked: Checked, *, as_json: bool) -> None:
    if as_json:
        _write_json(dataclasses.asdict(checked))
        return
    for fault in checked.faults:
        streams.say(f"newsgrep: {_say_fault(fault)}")
    streams.write_view([_say_whole(checked) + "\n"])
    _say_unfinished(checked)
    if any(fault.kind == "stranger" for fault in checked.faults):
        streams.say("Remove it, check who gave you the folder, and build the index anew: newsgrep index DIR --rebuild")
    elif checked.faults:
        streams.say("To mend it from the sources: newsgrep check --repair")


def _write_repaired(repaired: Repaired, *, as_json: bool) -> None:
    if as_json:
        _write_json(
            {
                **dataclasses.asdict(repaired.after),
                "mended": [dataclasses.asdict(fault) for fault in repaired.before.faults],
                "read_again": repaired.read_again,
                "lost": list(repaired.lost),
                "unknown": list(repaired.unknown),
            }
        )
        return
    for fault in repaired.before.faults:
        streams.say(f"newsgrep: {_say_fault(fault)}")
    for name in repaired.lost:
        streams.say(f"newsgrep: {clean_line(name)}: the file is gone, and so are articles of it")
    for name in repaired.unknown:
        streams.say(f"newsgrep: {clean_line(name)}: the list of files was damaged too, so some of its may be missing")
    if repaired.unknown:
        streams.say("Name your folders once more, and what is missing is read: newsgrep index DIR...")
    if repaired.before.faults:
        streams.write_view([f"{count_of(repaired.read_again, 'file')} read again\n"])
    streams.write_view([_say_whole(repaired.after) + "\n"])
    _say_unfinished(repaired.after)


def _write_json(record: dict[str, object]) -> None:
    from newsgrep.cli import json_printer

    streams.write_data([json_printer.render_document({"schema": json_printer.SCHEMA, **record})])


def _say_fault(fault: Fault) -> str:
    return f"{clean_line(fault.path)}: {clean_line(fault.what)}"


def _say_unfinished(checked: Checked) -> None:
    if checked.unfinished:
        files = count_of(checked.unfinished, "file was", "files were")
        streams.say(f"newsgrep: {files} not read to the end; the next `newsgrep index` goes on there")


def _say_whole(checked: Checked) -> str:
    facts = ", ".join(
        (
            count_of(checked.articles, "article"),
            count_of(checked.files, "file"),
            count_of(checked.segments, "segment"),
            size_of(checked.bytes),
        )
    )
    state = f"{count_of(len(checked.faults), 'fault')}" if checked.faults else "whole"
    return clean_line(f"{checked.index}: {state} ({facts})")
