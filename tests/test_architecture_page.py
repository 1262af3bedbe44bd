"""ARCHITECTURE.md has a row for each file, in order, with the sentence that the file itself begins with.

`python tests/test_architecture_page.py` writes the rows again.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "ARCHITECTURE.md"
ROOMS = (
    "sources",
    "extract",
    "codec",
    "archive",
    "archive/joined",
    "archive/opensearch",
    "search",
    "cli",
    "cli/browse",
)
HEADER = "| file | what it is |\n|---|---|\n"


def read_sentence(path: Path) -> str:
    """What a file begins with, up to the first blank line."""
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def render_rows(room: str) -> str:
    """The table of a room."""
    paths = sorted((ROOT / "newsgrep" / room).glob("*.py"), key=lambda path: path.name)
    rows = [f"| `{path.name}` | {read_sentence(path)} |\n" for path in paths if path.name != "__init__.py"]
    return HEADER + "".join(rows)


def find_table(page: str, room: str) -> tuple[int, int]:
    """Where the table of a room begins and ends: the first below its heading."""
    heading = re.search(rf"^##+ {re.escape(room)}:", page, re.MULTILINE)
    assert heading, f"no heading of {room}"
    start = page.index(HEADER, heading.end())
    rows = re.compile(r"(?:\|[^\n]*\n)+").match(page, start)
    assert rows
    return start, rows.end()


@pytest.mark.parametrize("room", ROOMS)
def test_the_table_of_a_room_says_what_its_files_say(room: str) -> None:
    page = PAGE.read_text("utf-8")
    start, end = find_table(page, room)
    assert page[start:end] == render_rows(room)


def test_every_room_has_its_table() -> None:
    folders = {path.parent.relative_to(ROOT / "newsgrep").as_posix() for path in (ROOT / "newsgrep").rglob("*.py")}
    assert folders - {"."} == set(ROOMS)


def main() -> None:
    page = PAGE.read_text("utf-8")
    for room in ROOMS:
        start, end = find_table(page, room)
        page = page[:start] + render_rows(room) + page[end:]
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
