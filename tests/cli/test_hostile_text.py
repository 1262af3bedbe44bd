"""Whatever an article or a file name holds: what is for eyes is harmless, and data come back as they were.

The commands are taken from the command line itself, so that one that is added later fails here until it is tried, and
so are the forms of output that each of them offers.
"""

from __future__ import annotations

import csv
import dataclasses
import email
import email.policy
import io
import json
import os
import re
import shutil
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from newsgrep.api import open_archive
from newsgrep.archive import ingest
from newsgrep.cli.main import newsgrep as command_line
from newsgrep.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.article import Article, Page

HOSTILE = (
    "\x1b[5;7;99mred\x1b]8;;http://evil.example\x07link\x1b\\ \x1b]52;c;aGk=\x07 \x1bP1q\x1b\\ \x9b31m \x90q\x9c "
    "[red]markup[/red] [link=http://evil.example]here[/link] [/] [/nope] :skull: \u202egnp\u202c \u2066in\u2069 "
    "zero\u200bwidth\ufeff \U000e0041tag nul\x00 \x7f \ufffe \uffff \u061c\u200f e"
    + "\u0301" * 300
    + " a\r\nb\tc\x0bd\x0ce\x85f\u2028g\u2029h"
)
LONG = "w" * 5_000
TITLE = f"=1+1 {HOSTILE} lighthouse half\ud83d byte\udcff"
"""Of a file without a title, it is made of the name, whose bytes need not be text."""
BODY = f"The lighthouse stands {HOSTILE} there.\n\n{HOSTILE}\n\n{LONG} A second keeper of the lighthouse spoke."
FILE_NAME = b"-x \x1b[5;7;99m\x1b]0;owned\x07 [red]b[] \n\t\r \xff\xfe \xc2\x9b \xe2\x80\xae\xed\xa0\x80.jsonl"
URL = "http://example.org/\x1b[5;7;99m[red]\u202e\x00\n"

HIDING = {0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xE0041}
_STYLES = re.compile("\x1b\\[[0-9;]*m|\x1b]8;[^\x00-\x1f\x7f-\x9f]*\x1b\\\\")
"""What the command line's own colours and links are made of."""

EYES = "for eyes"
DATA_FLAGS = {"--json", "--jsonl", "--csv", "--tsv", "--paths", "--count", "--atom", "--mail", "--format", "--style"}
"""Options that choose an output for programs; of every command that has one, there is a run with it below."""

RUNS: dict[str, list[list[str]]] = {
    "index": [["NAUGHTY", "--dry-run", "-v"], ["NAUGHTY", "-v"], ["NAUGHTY", "--json", "--rebuild"]],
    "search": [
        ["lighthouse"],
        ["lighthouse", "--snippets", "5", "--explain"],
        ["lighthouse", "--copies", "group"],
        ["lighthouse ligthouse"],
        *[["lighthouse", flag] for flag in ("--json", "--jsonl", "--csv", "--tsv", "--paths", "--count")],
        ["lighthouse", "--paths", "-0"],
        ["lighthouse", "--format", "{title}{path}{section}{snippet}"],
        [HOSTILE.replace("\x00", "")],
    ],
    "stories": [["lighthouse"], ["lighthouse", "--json"], ["lighthouse", "--csv"]],
    "kwic": [["lighthouse"], ["lighthouse", "--title"], *[["lighthouse", f] for f in ("--json", "--jsonl", "--csv")]],
    "compare": [["lighthouse", "keeper"], ["lighthouse", "keeper", "--json"], ["lighthouse", "keeper", "--csv"]],
    "show": [["ID"], ["PATH"], ["ID", "--query", "lighthouse"], ["ID", "--json"]],
    "versions": [
        ["ID"], ["ID", "--diff", "--full"], ["--changed", "lighthouse"], ["ID", "--json"], ["ID", "--csv"],
        ["--changed", "lighthouse", "--csv"],
    ],
    "similar": [["ID"], ["ID", "--json"], ["ID", "--csv"]],
    "batch": [[file, *f] for file in ("QUERIES",) for f in ([], ["--matrix"], ["--pairs"], ["--json"], ["--csv"])],
    "timeline": [
        ["lighthouse"], ["lighthouse", "--split", "section"], ["lighthouse", "--json"],
        ["lighthouse", "--split", "section", "--csv"],
    ],
    "facets": [["lighthouse"], ["lighthouse", "--json"], ["lighthouse", "--csv"]],
    "cite": [["ID"], *[["ID", "--style", s] for s in ("text", "markdown", "bibtex", "ris", "csl-json")], ["ID", "--json"]],
    "export": [["--to", "-", "--format", form] for form in ("jsonl", "csv", "bibtex", "ris", "csl-json")],
    "sections": [[], ["--json"]],
    "watch add": [["w1", "lighthouse", "--from-start"]],
    "watch list": [[], ["--json"]],
    "watch run": [["--dry-run"], ["--dry-run", "--jsonl"], ["--dry-run", "--atom"], ["--dry-run", "--mail"]],
    "watch remove": [["w1"]],
    "info": [[], ["--json"]],
    "check": [[], ["--json"]],
    "extract": [["NAUGHTY"], ["NAUGHTY", "--explain"], ["NAUGHTY", "--jsonl"]],
    "formats": [[], ["--json"]],
}  # fmt: skip
"""What is tried of each command, in this order; capitals stand for what the archive below has."""


def iter_commands(group: click.Group = command_line, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that can be typed, with the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from iter_commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


COMMANDS = dict(iter_commands())


def list_flags(command: click.Command) -> set[str]:
    return {flag for option in command.params if isinstance(option, click.Option) for flag in option.opts}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles whose every field is hostile, indexed as they are: what understanding takes out of them is left in."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "saved").mkdir()
    (folder / "queries").write_text('lighthouse\nkeeper [red]\u202e\x1b[5;7;99m\nbroken "quote\n', encoding="utf-8")
    records = [
        {"id": f"r{number}\x1b[5;7;99m[red]\u202e\n", "title": f"t {number}", "text": f"x {number}",
         "url": URL if number < 3 else None, "date": f"2018-02-0{number}"}
        for number in range(1, 7)
    ]  # fmt: skip
    path = os.path.join(os.fsencode(folder), b"saved", FILE_NAME)
    Path(os.fsdecode(path)).write_text("".join(json.dumps(record) + "\n" for record in records) + '{"a": \n')
    understand = ingest.extract_article

    def leave_in(page: Page, article_id: str, **options: object) -> Article:
        article = understand(page, article_id, **options)  # type: ignore[arg-type]
        return dataclasses.replace(
            article,
            title=f"{TITLE} {article_id[:2]}",
            body=f"{BODY} {article_id[:2]}",
            section=(f"Desk {HOSTILE}", "[/]"),
            authors=(f"Ada {HOSTILE}", "Bo [red]Sample"),
            source=f"Post {HOSTILE}",
        )

    with pytest.MonkeyPatch.context() as patch, open_archive(folder / "index", create=True) as archive:
        patch.setattr(ingest, "extract_article", leave_in)
        archive.update([folder / "saved"], jobs=1)
    return folder


def fill(arguments: list[str], folder: Path) -> list[str]:
    """Arguments with what their capitals stand for."""
    file = os.fsdecode(os.path.join(os.fsencode(folder), b"saved", FILE_NAME))
    with open_archive(folder / "index") as archive:
        article = archive.search("lighthouse").hits[0].article
    known = {
        "ID": article.id,
        "PATH": f"{article.path}#{article.record}",
        "NAUGHTY": file,
        "QUERIES": str(folder / "queries"),
    }
    return [known.get(argument, argument) for argument in arguments]


def find_harm(text: str) -> set[str]:
    """Characters that act on a terminal, reorder a line, or are no text."""
    return {
        character
        for character in text
        if character != "\n"
        and (unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or ord(character) in HIDING)
    }


def test_every_command_and_every_form_of_its_output_is_tried() -> None:
    assert set(RUNS) == set(COMMANDS)
    for name, command in COMMANDS.items():
        tried = {argument for arguments in RUNS[name] for argument in arguments}
        offered = list_flags(command) & DATA_FLAGS
        if name in ("index", "extract"):
            # There it is the format of what is read.
            offered -= {"--format"}
        assert offered <= tried, name


def test_every_command_with_tables_can_disarm_formulas() -> None:
    for name, command in COMMANDS.items():
        flags = list_flags(command)
        assert ("--safe-csv" in flags) == bool(flags & {"--csv"} or name == "export"), name


@pytest.mark.parametrize("color", ["never", "always"])
@pytest.mark.parametrize("name", RUNS)
def test_what_is_for_eyes_is_harmless(
    name: str, color: str, folder: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("TERM", "xterm-256color")
    index = tmp_path / "index"
    shutil.copytree(folder / "index", index)
    flags = list_flags(COMMANDS[name])
    if name in ("watch list", "watch run", "watch remove"):
        assert run(["watch", "add", "w1", "lighthouse", "--from-start", "--index", str(index)]) == 0
    capfdbinary.readouterr()
    for arguments in RUNS[name]:
        if name == "export" or any(argument in DATA_FLAGS for argument in arguments):
            continue
        options = [
            *(["--color", color] if "--color" in flags else []),
            *(["--index", str(index)] if "--index" in flags else []),
        ]
        run([*name.split(), *options, *fill(arguments, folder)])
        out, err = (stream.decode() for stream in capfdbinary.readouterr())
        told = f"{name} {arguments!r:.80}"
        assert "fault of newsgrep itself" not in err, err
        for text in (out, err):
            assert "\x1b[5;7;99m" not in text, told
            assert "\x1b]8;;http://evil" not in text, told
            assert not find_harm(_STYLES.sub("", text) if color == "always" else text), told
            # Of citations, which are data for programs off a terminal, `streams` cuts them where they go to one.
            assert name == "cite" or "\u0301" * 20 not in text, told


def check_data(arguments: list[str], out: bytes) -> list[str]:
    """Parse an output as a program of its own would; returns the strings in it."""
    flag = next(a for a in arguments if a in DATA_FLAGS or a in ("jsonl", "csv", "bibtex", "ris", "csl-json"))
    if flag in ("--json", "--jsonl", "jsonl", "csl-json"):
        text = out.decode()
        return [
            s
            for line in ([text] if flag in ("--json", "csl-json") else text.splitlines())
            for s in strings(json.loads(line))
        ]
    return []


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for one in value.values() for s in strings(one)]
    return [s for one in value for s in strings(one)] if isinstance(value, list) else []
