"""docs/cookbook.md, run as a reader would: every recipe, with the real tools, against an index of the sample articles.

What is printed must be what the page shows. A recipe whose tools are not installed is skipped, and says which.
`python -m tests.test_cookbook` writes today's output into the page.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.terminals import run_in_terminal
from tests.test_readme import BLOCK, normalize, run_commands, split_block

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "cookbook.md"
PYTHON_PACKAGES = {"pandas", "duckdb"}
FILE = re.compile(r"`([\w./-]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """A part of the page: one task."""

    title: str
    text: str

    @property
    def tools(self) -> list[str]:
        """The programs and Python packages that it says it needs."""
        needs = re.search(r"^Needs (.*?)\. ", self.text, re.MULTILINE)
        return re.findall(r"`([^`]+)`", needs[1]) if needs else []

    @property
    def commands(self) -> list[str]:
        return [command for block in BLOCK.findall(self.text) for command in split_block(block)]


def read_recipes(page: str) -> list[Recipe]:
    return [
        Recipe(part.partition("\n")[0].removeprefix("## "), part)
        for part in re.split(r"^(?=## )", page, flags=re.MULTILINE)
    ]


def find_missing(tools: Iterable[str]) -> list[str]:
    return [
        tool
        for tool in tools
        if not (importlib.util.find_spec(tool) if tool in PYTHON_PACKAGES else shutil.which(tool))
    ]


@contextmanager
def posted_to(messages: list[bytes]) -> Iterator[str]:
    """The address of a service on this machine that takes what is posted."""

    class Topic(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            messages.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Topic)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/news"
    finally:
        server.shutdown()
        server.server_close()


def lay_out(folder: Path) -> None:
    """The folder as the page supposes it, but for the index: the articles, and nothing left of another recipe."""
    for path in folder.iterdir():
        if path.is_dir() and path.name != "index":
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    shutil.copytree(ROOT / "examples" / "articles", folder / "saved")


def run_block(block: str, folder: Path) -> str:
    """A block with what its commands print now, the commands as they are written."""
    written = re.findall(r"^\$ (?:.*\\\n)*.*\n", block, re.MULTILINE)
    printed = [run_commands([command], folder).partition("\n")[2] for command in split_block(block)]
    return "".join(command + output for command, output in zip(written, printed, strict=True))


def run_recipe(recipe: Recipe, folder: Path) -> str:
    """The recipe's text with what its commands print now; the files that it shows are written first."""
    lay_out(folder)
    parts: list[str] = []
    at = 0
    for block in re.finditer(f"{FILE.pattern}|{BLOCK.pattern}", recipe.text, re.DOTALL):
        if block[1]:
            path = folder / block[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block[2], "utf-8")
            continue
        parts += [recipe.text[at : block.start()], f"```console\n{run_block(block[3], folder)}```"]
        at = block.end()
    return "".join(parts) + recipe.text[at:]


RECIPES = read_recipes(PAGE.read_text("utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cookbook")
    lay_out(made)
    run_commands(["newsgrep index saved/ --quiet"], made)
    return made


def skip_without(*tools: str) -> None:
    if missing := find_missing(tools):
        pytest.skip(f"{', '.join(missing)} is not installed")


def read_file(name: str) -> str:
    """A file that the page shows."""
    files: dict[str, str] = dict(FILE.findall(PAGE.read_text("utf-8")))
    return files[name]


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe.commands], ids=lambda recipe: recipe.title)
def test_a_recipe_prints_what_the_page_shows(recipe: Recipe, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    skip_without(*recipe.tools)
    messages: list[bytes] = []
    with posted_to(messages) as address:
        monkeypatch.setenv("TOPIC", address)
        for name in ("MAKELEVEL", "MAKEFLAGS", "MFLAGS"):
            monkeypatch.delenv(name, raising=False)
        printed = run_recipe(recipe, folder)
    assert normalize(printed) == normalize(recipe.text)
    assert len(messages) == recipe.text.count("newsgrep watch run --limit")


def test_every_recipe_is_run_or_tried_by_a_test_of_its_own() -> None:
    assert [recipe.title for recipe in RECIPES if not recipe.commands] == ["Every morning, with cron"]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_names_the_programs_that_it_needs(recipe: Recipe) -> None:
    known = {"jq", "rg", "fzf", "sqlite3", "duckdb", "pandas", "git", "make", "curl", "tar", "systemd-analyze"}
    code = "\n".join(re.findall(r"```\w+\n(.*?)```", recipe.text, re.DOTALL))
    used = {tool for tool in known if re.search(rf"(?:^|[|&$({{] ?|-r |import ){tool}(?=\s)", code, re.MULTILINE)}
    assert used <= set(recipe.tools), recipe.title


_TIMES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def test_the_crontab_is_one_and_its_commands_run(folder: Path) -> None:
    lay_out(folder)
    [table] = re.findall(r"```crontab\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    run_commands(["newsgrep watch run > /dev/null"], folder)
    commands = 0
    for line in table.splitlines():
        if line.startswith("#") or re.fullmatch(r"[A-Z_]+=\S+", line):
            continue
        *times, command = line.split(maxsplit=5)
        for time, (least, most) in zip(times, _TIMES, strict=True):
            assert re.fullmatch(r"\*|\d+(-\d+)?", time)
            assert all(least <= int(number) <= most for number in re.findall(r"\d+", time))
        assert not re.search(r"(?<!\\)%", command)
        commands += 1
        command = command.replace("/srv/clippings", str(folder))
        assert run_commands([command], folder) == f"$ {command}\n", "cron would send a mail though nothing is new"
    assert commands == 2


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    skip_without("systemd-analyze")
    newsgrep = shutil.which("newsgrep", path=str(Path(sys.executable).parent)) or "/bin/true"
    for name in ("news.service", "news.timer"):
        (tmp_path / name).write_text(read_file(name).replace("%h/.local/bin/newsgrep", newsgrep), "utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", "news.service", "news.timer"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.parametrize(
    ("block", "keys", "shown"),
    [
        (0, {"21/21": "Walks Home", "Maud Tillery": "\r"}, "grandchildren. Asked what he thought"),
        (1, {"0/0": "drought", "wheat harvest by a third": "\r"}, "2018-07-26"),
    ],
    ids=["a list narrowed", "a search with every key"],
)
def test_fzf_shows_articles_in_a_terminal(block: int, keys: dict[str, str], shown: str, folder: Path) -> None:
    skip_without("fzf")
    lay_out(folder)
    commands = [text for text in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL) if "fzf" in text]
    environment = with_newsgrep()
    screen = run_in_terminal(
        ["sh", "-c", commands[block]], environment=environment, columns=160, rows=40, keys=keys, cwd=folder
    )
    assert screen.code == 0
    assert shown in screen.text.rpartition("\x1b[?1049l")[2]


def with_newsgrep() -> dict[str, str]:
    """The environment of a terminal whose shell finds newsgrep."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NEWSGREP_PAGER": "cat"}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, posted_to([]) as topic:
        os.environ["TOPIC"] = topic
        there = Path(name).resolve()
        lay_out(there)
        run_commands(["newsgrep index saved/ --quiet"], there)
        PAGE.write_text("".join(run_recipe(recipe, there) for recipe in RECIPES), "utf-8")
