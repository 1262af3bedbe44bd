"""docs/comparison.md, held against newsgrep where it speaks of newsgrep."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from newsgrep.cli.main import run

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "comparison.md").read_text("utf-8")
SEARCHES = [
    command for command in re.findall(r"`(newsgrep [^`]+)`", PAGE) if shlex.split(command)[1] in ("search", "index")
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("comparison") / "index")
    assert run(["index", str(ROOT / "examples" / "articles"), "--index", folder, "--quiet"]) == 0
    return folder


@pytest.mark.parametrize("command", [command for command in SEARCHES if " search " in command])
def test_the_searches_of_the_page_are_understood(command: str, index: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run([*shlex.split(command)[1:], "--index", index]) in (0, 1)
    assert "Try 'newsgrep" not in capfd.readouterr().err


def test_the_page_has_searches() -> None:
    assert len(SEARCHES) >= 4


def test_all_spellings_of_the_name_are_found(index: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "Chuvelev", "--variants", "--count", "--index", index]) == 0
    assert capfd.readouterr().out == "4\n"


def test_another_spelling_of_a_word_is_searched_and_told(index: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "harbor", "bridge", "--count", "--index", index]) == 0
    assert '"harbour" instead of "harbor"' in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"), [(["zeppelin"], 1), (['"crude oil'], 2), (["oil", "--on", "2016-13"], 2)]
)
def test_exit_codes_are_those_of_the_page(
    arguments: list[str], code: int, index: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["search", *arguments, "--index", index]) == code
    assert capfd.readouterr().err
