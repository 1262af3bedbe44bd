"""The pictures of docs/terminal.md show what a terminal shows.

`python tests/cli/test_pictures.py` takes them again.
"""

from __future__ import annotations

import html
import io
import os
import re
import sys
import tempfile
from pathlib import Path

import pytest
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME
from rich.text import Text

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path.insert(0, os.fspath(ROOT))

from tests.terminals import NEWSGREP, run_in_terminal  # noqa: E402  # as a program, the root is put on the path first

FOLDER = ROOT / "docs/pictures"
THEMES = {"dark": SVG_EXPORT_THEME, "light": DEFAULT_TERMINAL_THEME}
WIDTHS = (40, 100, 160)
QUERY = ("harbour", "bridge", "--limit", "3")


def build_index(folder: Path) -> Path:
    made = run_in_terminal([*NEWSGREP, "index", "examples/articles", "--index", str(folder), "--quiet"], cwd=ROOT)
    assert made.code == 0, made.text
    return folder


def take_pictures(index: Path, width: int) -> dict[str, str]:
    """What a terminal of this width shows of a search, by the name of the picture."""
    environment = {**os.environ, "TERM": "xterm-256color", "NEWSGREP_INDEX": str(index), "NEWSGREP_PAGER": "cat"}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        environment.pop(name, None)
    shown = run_in_terminal([*NEWSGREP, "search", *QUERY], environment=environment, columns=width, cwd=ROOT)
    text = Text.from_ansi(re.sub(r"in \d+ ms", "in 30 ms", shown.text))
    pictures = {}
    for name, theme in THEMES.items():
        console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="standard")
        console.print(Text.assemble("$ newsgrep search ", " ".join(QUERY[:2])), soft_wrap=True)
        for line in text.split("\n"):
            # As a terminal does with what is longer than it: in the middle of a word.
            for row in line.divide(range(width, line.cell_len, width)):
                console.print(row, soft_wrap=True)
        picture = console.export_svg(title="newsgrep", theme=theme, unique_id=f"search-{width}-{name}")
        pictures[f"search-{width}-{name}.svg"] = picture
    return pictures


def read_text(picture: str) -> list[str]:
    """The words of a picture, line by line."""
    lines: dict[str, list[str]] = {}
    for y, words in re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>([^<]*)</text>', picture):
        lines.setdefault(y, []).append(html.unescape(words).replace("\xa0", " "))
    return ["".join(words).rstrip() for words in lines.values()]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_index(tmp_path_factory.mktemp("pictures") / "index")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pictures_show_what_a_terminal_shows(index: Path, width: int) -> None:
    for name, picture in take_pictures(index, width).items():
        assert read_text((FOLDER / name).read_text("utf-8")) == read_text(picture), name


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_is_wider_than_the_terminal_or_than_can_be_read(index: Path, width: int) -> None:
    lines = read_text(take_pictures(index, width)[f"search-{width}-dark.svg"])
    assert any("Inspectors ask for weight limit" in line for line in lines)
    for line in lines:
        assert len(line) <= min(width, 100) or "/" in line, line


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = build_index(Path(folder) / "index")
        FOLDER.mkdir(exist_ok=True)
        for width in WIDTHS:
            for name, picture in take_pictures(index, width).items():
                (FOLDER / name).write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
