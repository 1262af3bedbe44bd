"""The adapters: one log's queries in every engine's language, and engines that are not installed."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from benchmarks import engines
from benchmarks.engines import sqlite_fts5, tantivy_index
from benchmarks.engines.whoosh_stock import WhooshStock, build_query
from benchmarks.query_log import LoggedQuery


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("harbour", '"harbour"'),
        ("harbour bridge", '"harbour" AND "bridge"'),
        ("harbour OR bridge", '"harbour" OR "bridge"'),
        ('"harbour bridge"', '"harbour bridge"'),
        ("harb*", "harb*"),
    ],
)
def test_fts5_is_asked_the_same(text: str, match: str) -> None:
    assert sqlite_fts5.build_match(text) == match


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("harbour bridge", "+harbour +bridge"),
        ("harbour OR bridge", "harbour OR bridge"),
        ('"harbour bridge"', '"harbour bridge"'),
    ],
)
def test_tantivy_is_asked_the_same(text: str, asked: str) -> None:
    assert tantivy_index.build_text(text) == asked


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("bridges", "((title:bridg OR body:bridg))"),
        ("harbour bridges", "((title:harbour OR body:harbour) AND (title:bridg OR body:bridg))"),
        ("harb*", "(title:harb* OR body:harb*)"),
    ],
)
def test_whoosh_is_asked_the_same(text: str, tree: str) -> None:
    from whoosh.analysis import StemmingAnalyzer

    assert str(build_query(text, StemmingAnalyzer())) == tree


def test_an_engine_that_cannot_be_imported_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = importlib.import_module

    def refuse(name: str) -> Any:
        if name == "tantivy":
            raise ImportError("No module named 'tantivy'")
        return genuine(name)

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(engines.EngineMissingError, match="tantivy"):
        engines.load_engine("tantivy")


def test_every_engine_has_a_module() -> None:
    for module in engines.MODULES.values():
        assert callable(importlib.import_module(f"benchmarks.engines.{module}").load)
    assert set(engines.LARGEST) <= set(engines.MODULES)


def test_a_query_knows_what_narrows_it() -> None:
    assert LoggedQuery(kind="and", text="harbour bridge", section="local").filter == "section"
    assert LoggedQuery(kind="and", text="harbour bridge").filter == "none"


def test_whoosh_is_told_by_the_release_that_is_installed() -> None:
    assert WhooshStock().version.startswith("whoosh")
