"""Pages of docs/ that describe machine output: the tables of their keys, and values held against them."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_TYPES: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "string": str,
    "boolean": bool,
}

Tables = dict[str, dict[str, str]]


def read_tables(page: str) -> Tables:
    """The tables of a page: key to type (or to meaning, in a table of two columns), by heading."""
    tables: Tables = {}
    heading = ""
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        row = re.fullmatch(r"\| `(\w+)` \| (.*?) \|(?:.*\|)?", line)
        if row:
            tables.setdefault(heading, {})[row[1]] = row[2]
    return tables


def check(value: object, kind: str, tables: Tables) -> None:
    """Fail where a value is not what the page says, or has other keys than it names, in another order."""
    if kind.endswith(" or null"):
        if value is None:
            return
        kind = kind.removesuffix(" or null")
    if kind.startswith("array of "):
        assert isinstance(value, list)
        for item in value:
            check(item, kind.removeprefix("array of "), tables)
    elif kind == "span":
        assert isinstance(value, list)
        assert [type(offset) for offset in value] == [int, int]
    elif kind in _TYPES:
        assert isinstance(value, _TYPES[kind])
        assert kind == "boolean" or not isinstance(value, bool)
    else:
        assert isinstance(value, dict)
        assert list(value) == list(tables[kind])
        for key, item in value.items():
            check(item, tables[kind][key], tables)


def read_commands(page: str) -> list[str]:
    """The commands in the code blocks of a page."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("newsgrep ")]
