"""`--help` of every command: that it tells what it has to, at any width, and that every example in it works.

Each example is run as it stands, in a folder that holds the sample articles and the files that examples name. A sign
such as 3f9a2c stands for the id of an article, and is replaced by one.
"""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import webbrowser
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from newsgrep.cli import browse_command, following, last_search
from newsgrep.cli.browse.app import BrowseApp
from newsgrep.cli.commands import newsgrep as group
from newsgrep.cli.headings import OPTIONS
from newsgrep.cli.main import run
from newsgrep.cli.manual import ManualPage, break_example, iter_pages, parse_exit_codes
from newsgrep.opening import open_archive

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parent.parent.parent
PAGES = list(iter_pages(click.Context(group, info_name="newsgrep", **group.context_settings)))
EXAMPLES = [example for page in PAGES for example in page.examples]
OPERATORS = {"|", "&&", ">", ">>"}
NEEDS_EXTRA = ("--plot", ".parquet")
REPORT = (
    "The harbour bridge stayed shut on Monday, and sanctions on the oil of the ferry company were upheld, the "
    "minister said. Aleppo was named {}. Engineers looked at the steel plates and found them sound."
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_help_tells_purpose_examples_and_exit_codes(page: ManualPage) -> None:
    assert page.summary
    assert page.paragraphs
    assert page.examples
    assert {code.code for code in page.exit_codes} >= {0, 2}
    assert all(code.meaning for code in page.exit_codes)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_is_of_its_command(page: ManualPage) -> None:
    for example in page.examples:
        assert page.name in example


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_in_great_number_stand_under_headings(page: ManualPage) -> None:
    for option_group in page.groups:
        assert len(option_group.options) <= 14 or option_group.heading != OPTIONS


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_help_fits_its_width(page: ManualPage, width: int) -> None:
    ctx = click.Context(group, info_name="newsgrep", terminal_width=width, **group.context_settings)
    for name in page.name.split()[1:]:
        assert isinstance(ctx.command, click.Group)
        command = ctx.command.get_command(ctx, name)
        assert command is not None
        ctx = click.Context(command, info_name=name, parent=ctx, terminal_width=width)
    shown = ctx.get_help()
    for line in shown.splitlines():
        # What is typed is never broken within a word, or an option with its choices.
        assert len(line) <= width or line.lstrip().startswith("-") or len(shlex.split(line.rstrip("\\"))) == 1
        assert line == line.rstrip()
    for entry in (entry for option_group in page.groups for entry in option_group.options):
        assert f"\n  {entry.typed}" in shown
    assert "x>=" not in shown
    assert "INTEGER" not in shown


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("width", [1, 40, 60])
def test_an_example_that_is_broken_is_typed_the_same(example: str, width: int) -> None:
    lines = break_example(example, width)
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == shlex.split(example)


def test_the_variables_that_newsgrep_reads_are_told() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "newsgrep").rglob("*.py"))
    variables = set(re.findall(r'"(NEWSGREP_[A-Z]+)"', sources))
    assert variables >= {"NEWSGREP_INDEX"}
    assert all(name in " ".join(PAGES[0].paragraphs) for name in variables)


def test_exit_codes_are_told_apart() -> None:
    assert parse_exit_codes("0 told, 1 none, or nothing new, 2 error (of 1 watch; others are told).") == (
        (0, "told"),
        (1, "none, or nothing new"),
        (2, "error (of 1 watch; others are told)"),
    )


def test_a_near_name_is_offered(newsgrep: Newsgrep) -> None:
    code, _, err = newsgrep("serach", "harbour bridge")
    assert code == 2
    assert "Did you mean: newsgrep search 'harbour bridge'\n" in err
    assert "Did you mean: newsgrep watch add\n" in newsgrep("watch", "ad")[2]
    assert "--section" in newsgrep("search", "--sectoin", "x")[2]
    assert "Did you mean" not in newsgrep("xyzzy")[2]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that examples name, indexed."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "examples/articles", folder / "clippings")
    page = (ROOT / "examples/articles/isk-gazette/2001-bridge-limit.html").read_bytes()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    record = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\n"
    record += b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(answer)
    record += answer + b"\r\n\r\n"
    for name in ("2017", "2018", "saved/2018", "bin"):
        (folder / name).mkdir(parents=True)
    for name in ("2017/a.html", "2018/a.html", "saved/2018/casualties.html", "saved/casualties.html"):
        (folder / name).write_bytes(page)
    (folder / "saved/casualties.txt").write_text(f"Casualties counted\n\n{REPORT.format('twice')}\n")
    with zipfile.ZipFile(folder / "pages.zip", "w") as archive:
        archive.writestr("2018/casualties.html", page)
    (folder / "crawl.warc.gz").write_bytes(gzip.compress(record))
    (folder / "export.jsonl").write_text(json.dumps({"headline": "On file", "content": {"text": REPORT}}) + "\n")
    (folder / "capitals.txt").write_text("Kyiv, Kiev\n")
    (folder / "names.txt").write_text("harbour\nbridge\toil\n")
    (folder / "members.csv").write_text("harbour,1\nsanctions,2\n")
    versions = [
        {
            "id": str(4710 + number),
            "title": "Harbour bridge stays shut",
            "text": REPORT.format(f"{number} times"),
            "url": "https://example.org/2018/harbour-bridge",
            "published": "2018-02-20",
            "captured": f"2018-02-2{number}T10:00:00Z",
            "section": "politics",
        }
        for number in range(1, 5)
    ]
    (folder / "wire.jsonl").write_text("".join(json.dumps(version) + "\n" for version in versions))
    (folder / "bin/sendmail").write_text("#!/bin/sh\ncat > sent.mail\n")
    (folder / "bin/sendmail").chmod(0o755)
    with open_archive(folder / "index", create=True) as index:
        index.update([folder / name for name in ("clippings", "saved", "pages.zip", "wire.jsonl")])
    return folder


@dataclasses.dataclass(frozen=True)
class Stage:
    """One program of a line, and the operator before it."""

    operator: str
    words: list[str]


def read_stages(line: str) -> list[Stage]:
    """The programs of a line of the shell; the target of a redirection is one of them."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&<>;()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    stages = [Stage("", [])]
    for token in lexer:
        if token in OPERATORS:
            stages.append(Stage(token, []))
        else:
            stages[-1].words.append(os.path.expanduser(token))
    return stages


def test_every_example_is_a_line_of_the_shell() -> None:
    ran = subprocess.run(["sh", "-n"], input="\n".join(EXAMPLES), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("example", dict.fromkeys(EXAMPLES))
def test_every_example_works(
    example: str, desk: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.setenv("HOME", str(desk))
    monkeypatch.setenv("PATH", f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("NEWSGREP_INDEX", raising=False)
    if " watch " in example:
        (desk / "index/watches.sqlite").unlink(missing_ok=True)
        if " add " not in example:
            assert run(["watch", "add", "harbour", "harbour", "--from-start"]) == 0
    monkeypatch.setenv("XDG_STATE_HOME", str(desk / "state"))
    monkeypatch.setattr(last_search, "_is_terminal", lambda stream: True)
    # Two changes, and nothing after them.
    monkeypatch.setattr(following, "follow", lambda sources, index: iter([False, True]))
    monkeypatch.setattr(webbrowser, "open", lambda address: True)
    # There is no terminal to draw on: what is drawn has tests of its own.
    monkeypatch.setattr(browse_command, "check_browse", lambda: None)
    monkeypatch.setattr(BrowseApp, "run", lambda app: None)
    with open_archive(desk / "index") as archive:
        last_search.remember(archive.path, archive.search("harbour").hits, query="harbour", question="")
        ids = [archive.get(name).id for name in (f"{desk}/wire.jsonl#4714", f"{desk}/saved/casualties.txt")]
    capfdbinary.readouterr()
    data = b""
    for stage in read_stages(example.replace("3f9a2c", ids[0]).replace("71bb04", ids[1])):
        program, *arguments = stage.words
        if stage.operator in (">", ">>"):
            assert not arguments
            break
        if program == "curl":
            data = (desk / "saved/casualties.html").read_bytes()
        elif program == "newsgrep":
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
            code = run(arguments)
            data, err = capfdbinary.readouterr()
            if code == 2 and any(sign in example for sign in NEEDS_EXTRA) and b"pip install" in err:
                break
            assert code in (0, 1), err.decode()
        elif shutil.which(program):
            ran = subprocess.run([program, *arguments], input=data, capture_output=True, timeout=60, check=False)
            assert (ran.returncode, ran.stderr) == (0, b"")
            data = ran.stdout
        else:
            break
