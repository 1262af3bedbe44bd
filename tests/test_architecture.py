"""The arrows of ARCHITECTURE.md: which room may import which."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "newsgrep"

SHARED = {"article", "errors"}
MAY_IMPORT = {
    "article": set(),
    "errors": set(),
    "sources": {"article", "errors"},
    "extract": {"article", "errors"},
    "codec": set(),
    "archive": {"article", "errors", "sources", "extract", "codec"},
    "search": {"article", "errors", "archive", "codec"},
    "api": {"article", "errors", "archive", "search"},
    "opening": {"article", "errors", "archive", "api"},
    "cli": {"article", "errors", "archive", "search", "api", "opening", "__init__"},
    "__main__": {"cli"},
    "__init__": {"api", "opening", "article", "errors", "search"},
}
"""Each room and what it may import of newsgrep."""

ENGINE_LIBRARIES = {"numpy", "whoosh", "Stemmer", "backports", "compression"}
"""What the engine may import besides the standard library."""


def _imports(path: Path) -> set[str]:
    """The dotted names of all modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; rooms are named in full"
            names.add(node.module or "")
            if node.module == "newsgrep":
                names.discard("newsgrep")
                names.update(f"newsgrep.{alias.name}" for alias in node.names)
    return names


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_room_is_in_the_table() -> None:
    assert {_room(path) for path in FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_arrows(path: Path) -> None:
    room = _room(path)
    used = {name.split(".")[1] for name in _imports(path) if name.startswith("newsgrep.")} - {room}
    if room == "cli":
        used = {name if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists() else "__init__" for name in used}
    assert used <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", [p for p in FILES if _room(p) not in ("archive", "api", "__init__")], ids=str)
def test_files_and_understanding_meet_only_in_the_archive(path: Path) -> None:
    rooms = {name.split(".")[1] for name in _imports(path) if name.startswith("newsgrep.")}
    assert not {"sources", "extract"} <= rooms


@pytest.mark.parametrize("path", [p for p in FILES if _room(p) == "codec"], ids=lambda path: path.name)
def test_the_engine_knows_nothing_of_news(path: Path) -> None:
    import sys

    top = {name.split(".")[0] for name in _imports(path)} - set(sys.stdlib_module_names)
    assert top <= ENGINE_LIBRARIES | {"newsgrep"}


@pytest.mark.parametrize("path", [p for p in FILES if _room(p) == "search"], ids=lambda path: path.name)
def test_questions_are_not_printed(path: Path) -> None:
    top = {name.split(".")[0] for name in _imports(path)}
    assert not top & {"rich", "click"}
    assert not any(
        isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )
