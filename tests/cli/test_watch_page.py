"""docs/watch.md held against the command: its examples run, its tables name what is printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import newsgrep
from newsgrep.search.watches import Watch

PAGE = (Path(__file__).parents[2] / "docs" / "watch.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TYPES = {"integer": int, "string": str, "boolean": bool}


def keys_below(heading: str) -> dict[str, str]:
    """The keys of the table below a heading, and their types."""
    part = PAGE.split(f"### {heading}\n")[1].split("\n#")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", part, re.MULTILINE))


class Shell:
    """A folder with clippings, and a PATH with `newsgrep` and a `sendmail` that keeps what it is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("bin", "clippings", "saved", "public"):
            (folder / name).mkdir()
        self._install("newsgrep", f'exec "{sys.executable}" -m newsgrep "$@"')
        self._install("sendmail", f'test "$1" = -t && cat >> "{folder}/sent"')
        self._install("jq", "cat")
        self.save("clippings", "Old")
        self.index("clippings")

    def index(self, folder: str) -> None:
        with newsgrep.open(self.folder / "index", create=True) as archive:
            archive.update([self.folder / folder])

    def add_watch(self) -> None:
        with newsgrep.open(self.folder / "index") as archive, archive.open_watches() as watches:
            watches.add(Watch(name="harbour", text="harbour"))

    def _install(self, name: str, script: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def save(self, folder: str, title: str) -> None:
        article = {"title": title, "text": "The offensive at Deir Ezzor, seen from the harbour.", "section": "News"}
        (self.folder / folder / f"{title}.json").write_text(json.dumps(article))

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {name: value for name, value in os.environ.items() if name != "NEWSGREP_INDEX"} | {"PATH": path}
        return subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_the_first_examples_run_one_after_the_other(shell: Shell) -> None:
    shell.save("clippings", "New")
    outputs = {}
    for command in BLOCKS[0].splitlines():
        ran = shell.run(command)
        assert ran.returncode == 0, f"{command}: {ran.stderr}"
        outputs[command] = ran.stdout
    told = outputs["newsgrep watch run"]
    assert re.findall(r"^(\S+): 1 new article", told, re.MULTILINE) == ["deir-ezzor", "harbour"]
    assert "--section news --section local" in outputs["newsgrep watch list"]


def test_every_way_to_tell_finds_something_to_tell(shell: Shell) -> None:
    shell.add_watch()
    commands = [line for line in BLOCKS[1].splitlines() if line]
    assert len(commands) == 5
    for number, command in enumerate(commands):
        shell.save("clippings", f"New {number}")
        shell.index("clippings")
        ran = shell.run(command)
        assert ran.returncode == 0, f"{command}: {ran.stderr}"
        written = [ran.stdout] + [
            path.read_text() for path in shell.folder.iterdir() if path.name.startswith(("news.", "sent"))
        ]
        assert any(f"New {number}" in text for text in written), command


def test_the_lines_for_cron_run(shell: Shell) -> None:
    shell.add_watch()
    lines = [line for line in BLOCKS[2].splitlines() if not line.startswith("#")]
    assert len(lines) == 3
    for number, line in enumerate(lines):
        fields = re.fullmatch(r"((?:\S+ ){5}) (.*)", line)
        assert fields, line
        command = fields[2].replace("cd /srv/clippings", "true")
        shell.save("saved", f"New {number}")
        if "newsgrep index" not in command:
            shell.index("saved")
        ran = shell.run(command)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", ""), line
    assert "New 0" in (shell.folder / "sent").read_text()
    assert "New 1" in (shell.folder / "news.jsonl").read_text()
    assert "New 2" in (shell.folder / "public" / "news.atom").read_text()


def test_the_tables_name_what_is_printed(shell: Shell) -> None:
    shell.add_watch()
    shell.save("clippings", "New")
    shell.index("clippings")
    told = json.loads(shell.run("newsgrep watch run --jsonl").stdout)
    searched = json.loads(shell.run("newsgrep search harbour -n 1 --jsonl").stdout)
    added = keys_below("newsgrep watch run --jsonl")
    assert list(told) == [*searched, *added]
    for key, kind in added.items():
        assert type(told[key]) is TYPES[kind]
    document = json.loads(shell.run("newsgrep watch list --json").stdout)
    assert list(document) == list(keys_below("newsgrep watch list --json"))
    (watch,) = document["watches"]
    kinds = keys_below("watch")
    assert list(watch) == list(kinds)
    for key, kind in kinds.items():
        assert type(watch[key]) is TYPES[kind.removesuffix(" or null")]


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    from newsgrep.cli.atom_printer import KEPT
    from newsgrep.cli.watch_run_command import PATIENCE

    assert f"{KEPT} entries" in PAGE
    assert ("for a minute" in PAGE) == (PATIENCE == 60)
