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

from newsgrep.archive import ingest
from newsgrep.cli.commands import newsgrep as command_line
from newsgrep.cli.main import run
from newsgrep.cli.streams import encode_text
from newsgrep.extract.article import extract_article
from newsgrep.opening import open_archive

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
LABEL = f"Desk {HOSTILE}".replace("\n", " ")
"""No label has a line feed: the index keeps those of an article as lines."""
TITLE = f"=1+1 {HOSTILE} lighthouse half\ud83d byte\udcff"
"""Of a file without a title, it is made of the name, whose bytes need not be text."""
BODY = (
    f"The [red]lighthouse[/red] stands {HOSTILE} there.\n\n{HOSTILE}\n\n{LONG} A second keeper of the lighthouse spoke."
)
FILE_NAME = b"-x \x1b[5;7;99m\x1b]0;owned\x07 [red]b[] \n\t\r \xff\xfe \xc2\x9b \xe2\x80\xae\xed\xa0\x80.jsonl"
URL = "http://example.org/\x1b[5;7;99m[red]\u202e\x00\n"

BIDI = {chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
HIDDEN = {"\u200b", "\ufeff", "\U000e0041"}
_STYLES = re.compile("\x1b\\[[0-9;]*m|\x1b]8;[^\x00-\x1f\x7f-\x9f]*\x1b\\\\")
"""What the command line's own colours and links are made of."""

SHOWS_TEXT = {
    "index", "search", "stories", "kwic", "show", "versions", "similar", "batch", "facets", "cite", "sections",
    "watch run", "extract",
}  # fmt: skip
HAS_TITLES = {"search", "stories", "kwic", "show", "versions", "similar", "batch", "export", "watch run"}
HAS_LABELS = {"search", "show", "facets", "export", "sections", "timeline"}
HAS_PATHS = {"search", "show", "export", "watch run", "index", "extract"}
SPELLS_PATHS = {"--json", "--jsonl", "--csv", "--paths", "jsonl", "csv"}
DATA_FLAGS = {"--json", "--jsonl", "--csv", "--tsv", "--paths", "--count", "--atom", "--mail", "--format", "--style"}
"""Options that choose an output for programs; of every command that has one, there is a run with it below."""

RUNS: dict[str, list[list[str]]] = {
    "index": [["NAUGHTY", "--dry-run", "-v"], ["NAUGHTY", "-v", "--rebuild"], ["NAUGHTY", "--rebuild", "--json"]],
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
    # Refused here, where there is no terminal: tests/cli/browse looks at what it shows.
    "browse": [["lighthouse"]],
    "stories": [["lighthouse"], ["lighthouse", "--json"], ["lighthouse", "--csv"]],
    "kwic": [["lighthouse"], ["lighthouse", "--title"], *[["lighthouse", f] for f in ("--json", "--jsonl", "--csv")]],
    "compare": [["lighthouse", "keeper"], ["lighthouse", "keeper", "--json"], ["lighthouse", "keeper", "--csv"]],
    "show": [["ID"], ["PATH"], ["ID", "--query", "lighthouse"], ["ID", "--json"]],
    "open": [["ID", "--print"], ["ID", "--print", "--url"], ["PATH", "--print"]],
    "versions": [
        ["ID"], ["ID", "--diff", "--full"], ["--changed", "lighthouse"], ["ID", "--json"], ["ID", "--csv"],
        ["--changed", "lighthouse", "--csv"],
    ],
    "similar": [["ID", "--copies", "show", *form] for form in ([], ["--json"], ["--csv"])],
    "batch": [[file, *f] for file in ("QUERIES",) for f in ([], ["--matrix"], ["--pairs"], ["--json"], ["--csv"])],
    "timeline": [
        ["lighthouse"], ["lighthouse", "--split", "section"], ["lighthouse", "--json"],
        ["lighthouse", "--split", "section", "--csv"],
    ],
    "facets": [["lighthouse"], ["lighthouse", "--json"], ["lighthouse", "--csv"]],
    "cite": [
        ["ID"], ["ID", "--json"],
        *[["ID", "--style", style] for style in ("text", "markdown", "bibtex", "ris", "csl-json")],
    ],
    "export": [["--to", "-", "--format", form] for form in ("jsonl", "csv", "bibtex", "ris", "csl-json")],
    "sections": [[], ["--json"]],
    "watch add": [["w1", "lighthouse", "--from-start"]],
    "watch list": [[], ["--json"]],
    "watch run": [[], ["--jsonl"], ["--atom"], ["--mail"]],
    "watch remove": [["w1"]],
    "info": [[], ["--json"]],
    "check": [[], ["--json"]],
    "doctor": [[], ["--verbose"], ["--json"]],
    "extract": [["NAUGHTY"], ["NAUGHTY", "--explain"], ["NAUGHTY", "--jsonl"]],
    "formats": [[], ["--json"]],
    "config": [[], ["--json"]],
    "completion": [["bash"], ["zsh"], ["fish"]],
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
    understand = extract_article

    def leave_in(page: Page, article_id: str, **options: object) -> Article:
        article = understand(page, article_id, **options)  # type: ignore[arg-type]
        return dataclasses.replace(
            article,
            title=f"{TITLE} {article_id[:2]}",
            body=f"{BODY} {article_id[:2]}",
            section=(LABEL, "[/]"),
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
        if character != "\n" and (unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in BIDI)
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


def prepare(name: str, index: Path) -> None:
    """Have a watch that has told nothing, where a command needs one."""
    if name.startswith("watch") and name != "watch add":
        arguments = ["w1", "lighthouse", "--from-start", "--replace"]
        assert run(["watch", "add", *arguments, "--index", str(index)]) == 0


def choose_form(arguments: list[str]) -> str:
    """The form of data that arguments ask for; empty where they ask for text."""
    if "--style" in arguments or arguments[:2] == ["--to", "-"]:
        return arguments[-1]
    return next((argument for argument in arguments if argument in DATA_FLAGS), "")


def read_data(form: str, out: bytes) -> set[str]:
    """The strings that a program of another maker reads out of an output."""
    if form in ("--json", "--jsonl", "jsonl", "csl-json"):
        text = out.decode()
        assert not find_harm(text)
        lines = text.splitlines() if form.endswith("jsonl") else [text]
        return {one for line in lines for one in iter_strings(json.loads(line))}
    text = out.decode("utf-8", "surrogateescape")
    if form in ("--csv", "csv"):
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1
        return {cell for row in rows for cell in row}
    if form == "--tsv":
        table = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
        assert len({len(row) for row in table}) == 1
        return {cell for row in table for cell in row}
    if form == "--paths":
        return set(text.removesuffix("\0").split("\0") if "\0" in text else [text.removesuffix("\n")])
    if form == "--atom":
        feed = ET.fromstring(out)
        return {value for one in feed.iter() for value in (one.text or "", *one.attrib.values())}
    if form == "--mail":
        mail = email.message_from_bytes(out, policy=email.policy.default)
        assert not mail.defects
        assert not find_harm(str(mail["subject"]))
        body = mail.get_body(("plain",))
        assert body is not None
        assert not find_harm(body.get_content())
        return {body.get_content()}
    if form in ("bibtex", "ris", "text", "markdown"):
        assert not find_harm(text.replace("\r\n", "\n")), form
    return {text}


def iter_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from iter_strings(one)


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
    capfdbinary.readouterr()
    shown = ""
    for arguments in RUNS[name]:
        if name == "export" or any(argument in DATA_FLAGS for argument in arguments):
            continue
        prepare(name, index)
        options = [
            *(["--color", color] if "--color" in flags else []),
            *(["--index", str(index)] if "--index" in flags else []),
        ]
        run([*name.split(), *options, *fill(arguments, folder)])
        out, err = (stream.decode() for stream in capfdbinary.readouterr())
        told = f"{name} {arguments!r:.80}"
        assert "fault of newsgrep itself" not in err, err
        shown += out + err
        for text in (out, err):
            assert "\x1b[5;7;99m" not in text, told
            assert "\x1b]8;;http://evil" not in text, told
            assert not find_harm(_STYLES.sub("", text) if color == "always" else text), told
            assert not HIDDEN & set(text), told
            # Of citations, which are data for programs off a terminal, `streams` cuts them where they go to one.
            assert name == "cite" or "\u0301" * 20 not in text, told
    # It is shown as what it is, not left out, and its brackets are no markup of ours.
    assert "[red]" in shown or name not in SHOWS_TEXT


@pytest.mark.parametrize("name", [name for name, runs in RUNS.items() if any(map(choose_form, runs))])
def test_data_come_back_as_they_were(
    name: str, folder: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    index = tmp_path / "index"
    shutil.copytree(folder / "index", index)
    with open_archive(index) as archive:
        article = archive.search("lighthouse").hits[0].article
    capfdbinary.readouterr()
    given: set[str] = set()
    for arguments in filter(choose_form, RUNS[name]):
        prepare(name, index)
        capfdbinary.readouterr()
        options = ["--index", str(index)] if "--index" in list_flags(COMMANDS[name]) else []
        run([*name.split(), *options, *fill(arguments, folder)])
        out, err = capfdbinary.readouterr()
        assert "fault of newsgrep itself" not in err.decode(), err.decode()
        assert not find_harm(err.decode()), arguments
        values = read_data(choose_form(arguments), out)
        # Whole values, not parts of them; the paths of one file that the archive or the walk knows.
        if name in HAS_PATHS and choose_form(arguments) in SPELLS_PATHS:
            assert article.path in values, arguments
        given |= values
    if name in HAS_TITLES:
        assert {article.title, encode_text(article.title).decode("utf-8", "surrogateescape")} & given
    if name in HAS_LABELS:
        spellings = {article.section[0], f"section: {article.section[0]}", "; ".join(article.section)}
        assert spellings & given


def test_an_exported_note_and_its_name_are_safe(folder: Path, tmp_path: Path) -> None:
    assert run(["export", "--to", str(tmp_path / "notes"), "-q", "--index", str(folder / "index")]) == 0
    notes = list((tmp_path / "notes").iterdir())
    assert len(notes) == 6
    for note in notes:
        assert re.fullmatch(r"[a-z0-9-]+\.md", note.name)
        head = note.read_text("utf-8", "surrogateescape").split("\n---\n")[0]
        assert not find_harm(head) - BIDI


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if "--csv" in list_flags(command)])
def test_no_cell_of_a_safe_table_is_a_formula(
    name: str, folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for arguments in RUNS[name]:
        if "--csv" in arguments:
            run([*name.split(), *fill(arguments, folder), "--safe-csv", "--index", str(folder / "index")])
            safe = capfdbinary.readouterr().out
            cells = read_data("--csv", safe)
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
    assert run([*name.split(), *fill(RUNS[name][0], folder), "--safe-csv", "--index", str(folder / "index")]) == 2
