from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsgrep.cli import browse_command
from newsgrep.cli.browse.app import BrowseApp
from newsgrep.cli.browse.themes import DARK, LIGHT, choose_theme
from newsgrep.cli.main import run
from newsgrep.search.request import CopyMode, Filters, Match, Sort

PACKAGE = Path(browse_command.__file__).parents[1]


def test_without_textual_the_error_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "textual" else find_spec(name))
    assert run(["browse", "harbour"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "newsgrep: browse needs Textual, which is not installed",
        "pip install 'newsgrep[browse]'",
    ]


def test_without_a_terminal_the_error_says_what_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["browse"]) == 2
    assert "newsgrep search prints what it finds" in capsys.readouterr().err


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_a_terminal_is_what_is_drawn_on(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stderr", Terminal())
    if term == "dumb":
        with pytest.raises(Exception, match="this is none"):
            browse_command.check_browse()
    else:
        browse_command.check_browse()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[BrowseApp]:
    """What was started, without a terminal."""
    apps: list[BrowseApp] = []
    monkeypatch.setattr(browse_command, "check_browse", lambda: None)
    monkeypatch.setattr(BrowseApp, "run", lambda app: apps.append(app))
    monkeypatch.delenv("COLORFGBG", raising=False)
    return apps


def test_it_begins_with_the_question_of_the_command_line(samples: Path, begun: list[BrowseApp]) -> None:
    options = "--section News --lang en --any --sort oldest --stories --theme light"
    assert run(["browse", "harbour", "bridge", *options.split(), "--index", str(samples)]) == 0
    (app,) = begun
    asked = app.asked
    assert asked.request.text == "harbour bridge"
    assert asked.request.filters == Filters(sections=("News",), langs=("en",))
    assert (asked.request.match, asked.request.copies) == (Match.ANY, CopyMode.GROUP)
    assert asked.order is Sort.OLDEST
    assert app.theme == LIGHT
    assert app.animation_level == "none"


def test_a_missing_index_is_an_error_before_anything_is_drawn(
    tmp_path: Path, begun: list[BrowseApp], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["browse", "--index", str(tmp_path)]) == 2
    assert "no newsgrep index" in capsys.readouterr().err
    assert begun == []


@pytest.mark.parametrize(
    ("asked", "background", "theme"),
    [
        ("auto", None, DARK),
        ("auto", "0;15", LIGHT),
        ("auto", "0;default;7", LIGHT),
        ("auto", "15;0", DARK),
        ("auto", "nonsense", DARK),
        ("dark", "0;15", DARK),
        ("light", "15;0", LIGHT),
    ],
)
def test_the_theme_is_the_one_asked_for_or_that_of_the_terminal(asked: str, background: str | None, theme: str) -> None:
    assert choose_theme(asked, {"COLORFGBG": background} if background else {}) == theme


def test_textual_is_imported_by_the_interactive_search_alone() -> None:
    importing = re.compile(r"^\s*(from|import) textual\b", re.MULTILINE)
    found = {path.parent.name for path in PACKAGE.rglob("*.py") if importing.search(path.read_text("utf-8"))}
    assert found == {"browse"}


def test_its_help_needs_no_textual() -> None:
    code = "import sys; from newsgrep.cli.main import run; run(['browse', '--help']); print('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    "name", ["asked", "facet_rows", "timeline_bars", "answers", "desk", "follower", "keys", "places"]
)
def test_what_is_asked_and_answered_is_known_without_a_screen(name: str) -> None:
    source = (PACKAGE / f"cli/browse/{name}.py").read_text("utf-8")
    assert "textual" not in source


def test_the_style_sheet_is_part_of_the_package() -> None:
    assert (PACKAGE / "cli/browse" / BrowseApp.CSS_PATH).is_file()
