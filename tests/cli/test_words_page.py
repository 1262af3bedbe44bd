"""docs/words.md, held against what is printed. `python -m tests.cli.test_words_page` writes today's output into it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from newsgrep.cli import compare_printer, kwic_printer
from newsgrep.cli.main import run
from newsgrep.codec.bounds import MOST_CONFIRMED
from newsgrep.search.comparison import LEAST_G2
from newsgrep.search.placed_text import MOST_STRETCH
from newsgrep.search.word_counts import MOST_READ
from tests.test_readme import BLOCK, normalize, rewrite, split_block

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "words.md"
TEXT = PAGE.read_text("utf-8")


def read_tables() -> dict[str, dict[str, str]]:
    """Key to type, or to meaning in a table of two columns, by the heading above."""
    tables: dict[str, dict[str, str]] = {}
    heading = ""
    for line in TEXT.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if row := re.fullmatch(r"\| `(\w+)` \| (.*?) \|(?:.*\|)?", line):
            tables.setdefault(heading, {})[row[1]] = row[2]
    return tables


TABLES = read_tables()
TYPES: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "string": str,
    "boolean": bool,
}


def check(value: Any, kind: str) -> None:
    """Fail where a value is not what the page says."""
    if kind.endswith(" or null"):
        if value is None:
            return
        kind = kind.removesuffix(" or null")
    if kind.startswith("array of "):
        assert isinstance(value, list)
        for item in value:
            check(item, kind.removeprefix("array of "))
    elif kind in TYPES:
        assert isinstance(value, TYPES[kind])
        assert kind == "boolean" or not isinstance(value, bool)
    elif not kind.startswith("["):
        # What other pages describe is held to them there.
        assert list(value) == list(TABLES[kind])
        for key, item in value.items():
            check(item, TABLES[kind][key])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The index of the sample articles."""
    folder = str(tmp_path_factory.mktemp("page") / "index")
    assert run(["index", str(ROOT / "examples" / "articles"), "--index", folder, "--quiet"]) == 0
    return folder


def ask(capfd: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capfd.readouterr()
    assert run(arguments) == 0
    return json.loads(capfd.readouterr().out)


@pytest.mark.parametrize("query", [["harbour", "--title"], ["bridg~~", "tolls"], ['"harbour bridge"', "--limit", "1"]])
def test_a_concordance_is_as_the_page_says(capfd: pytest.CaptureFixture[str], index: str, query: list[str]) -> None:
    document = ask(capfd, "kwic", *query, "--any", "--json", "--index", index)
    check(document, "newsgrep kwic --json")
    assert document["lines"]


@pytest.mark.parametrize("options", [["harbour"], ["bridge", "chess"], ["harbour", "--pairs", "--min-count", "2"]])
def test_a_comparison_is_as_the_page_says(capfd: pytest.CaptureFixture[str], index: str, options: list[str]) -> None:
    document = ask(capfd, "compare", *options, "--json", "--index", index)
    check(document, "newsgrep compare --json")
    assert document["words_a"] or document["words_b"]


def test_columns_are_on_the_page() -> None:
    assert tuple(TABLES["line"]) == kwic_printer.COLUMNS
    assert tuple(TABLES["newsgrep compare --csv"]) == compare_printer.COLUMNS


def test_numbers_are_on_the_page() -> None:
    assert f"below {LEAST_G2} " in TEXT
    assert f"up to {MOST_STRETCH} words" in TEXT
    assert f"of {MOST_READ:,} articles at most" in TEXT
    assert MOST_READ == MOST_CONFIRMED
    least, most = kwic_printer.LEAST_WIDTH, kwic_printer.MOST_WIDTH
    assert f"between {least} and {most} columns; elsewhere a line has {kwic_printer.PIPE_WIDTH}" in TEXT


def without_ids(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{8}\b", "IDSTART_", normalize(text))


def test_the_commands_print_what_the_page_shows() -> None:
    assert len([command for block in BLOCK.findall(TEXT) for command in split_block(block)]) >= 5
    assert without_ids(rewrite(TEXT)) == without_ids(TEXT)


if __name__ == "__main__":
    PAGE.write_text(rewrite(TEXT), "utf-8")
