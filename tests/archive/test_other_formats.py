"""An index of another format says how to build it anew, whatever is asked of it, and can be built anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh.fields import ID, STORED, Schema

import newsgrep
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.schema import FIELD_NAMES, FORMAT_VERSION, build_schema
from newsgrep.codec.durable_storage import DurableStorage
from newsgrep.errors import IndexUnusable


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index as an older newsgrep would have left it: fewer fields."""
    folder = tmp_path / "index"
    folder.mkdir()
    DurableStorage(str(folder)).create_index(Schema(id=ID(unique=True, stored=True), path=STORED()))
    Manifest(folder, 0).close()
    (tmp_path / "a.txt").write_text("A storm\n\nThe storm tore three cables of the bridge.\n")
    return folder


QUESTIONS: list[Callable[[newsgrep.Archive], object]] = [
    lambda archive: archive.search("storm"),
    lambda archive: archive.count("storm"),
    lambda archive: archive.get("0123456789abcdef"),
    lambda archive: archive.sections(),
    lambda archive: archive.info(),
    lambda archive: archive.update([archive.path]),
]


@pytest.mark.parametrize("ask", QUESTIONS)
def test_any_question_is_answered_with_what_to_do(index: Path, ask: Callable[[newsgrep.Archive], object]) -> None:
    with newsgrep.open(index) as archive, pytest.raises(IndexUnusable, match=r"another format(.|\n)*--rebuild"):
        ask(archive)


def test_it_can_be_built_anew(index: Path) -> None:
    with newsgrep.open(index) as archive:
        archive.update([index.parent / "a.txt"], rebuild=True)
        assert archive.count("storm") == 1
        assert archive.info().format_version == FORMAT_VERSION


def test_a_format_is_told_by_the_names_of_its_fields() -> None:
    assert frozenset(build_schema().names()) == FIELD_NAMES
