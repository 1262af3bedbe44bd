"""An index of another format says how to build it anew, whatever is asked of it, and can be built anew."""

from __future__ import annotations

import contextlib
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh.fields import ID, STORED, Schema

import newsgrep
from newsgrep.archive.check import check_index
from newsgrep.archive.manifest import Manifest, other_version
from newsgrep.archive.schema import FIELD_NAMES, FORMAT_VERSION, build_schema
from newsgrep.cli.main import run
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


OLD_MANIFESTS = {
    1: "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    2: "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    3: "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT, more TEXT)",
    5: "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL, later BLOB) WITHOUT ROWID",
    17: "CREATE TABLE facts (name TEXT, value INTEGER)",
}
TOCS = {
    "of other fields": None,
    "that names what none does now": b"\x04\x08\x04" + struct.pack(">2i", -12345, -111) + b"\2\7\4\x15"
    + b"cnewsgrep.old\nWords\n.",
    "of another Whoosh": b"\x04\x08\x04" + struct.pack(">2i", -12345, -112),
}  # fmt: skip


@pytest.mark.parametrize("toc", TOCS)
@pytest.mark.parametrize("version", OLD_MANIFESTS)
def test_the_version_of_an_index_is_told_whatever_else_of_it_can_be_read(index: Path, version: int, toc: str) -> None:
    (index / "manifest.sqlite").unlink()
    with contextlib.closing(sqlite3.connect(index / "manifest.sqlite")) as db:
        db.execute(OLD_MANIFESTS[version])
        db.execute("INSERT INTO facts (name, value) VALUES ('format_version', ?)", (str(version),))
        db.commit()
    before = (index / "manifest.sqlite").read_bytes()
    (path,) = index.glob("*.toc")
    path.write_bytes(TOCS[toc] or path.read_bytes())
    told = f"has format version {version}, this newsgrep reads version {FORMAT_VERSION}(.|\n)*--rebuild"
    for ask in QUESTIONS:
        with newsgrep.open(index) as archive, pytest.raises(IndexUnusable, match=told):
            ask(archive)
    (manifest,) = (fault for fault in check_index(index).faults if fault.kind == "manifest")
    assert f"format version {version}" in manifest.what
    assert (index / "manifest.sqlite").read_bytes() == before
    with newsgrep.open(index) as archive:
        archive.update([index.parent / "a.txt"], rebuild=True)
        assert archive.count("storm") == 1


def test_info_tells_the_version_of_an_index_that_it_cannot_open(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.closing(sqlite3.connect(index / "manifest.sqlite")) as db:
        db.execute("UPDATE facts SET value = '3' WHERE name = 'format_version'")
        db.commit()
    assert run(["info", "--index", str(index)]) == 2
    told = capsys.readouterr().err
    assert "format version 3, this newsgrep reads version 4" in told
    assert "--rebuild" in told


def test_a_later_format_is_told_as_such(tmp_path: Path) -> None:
    error = other_version(tmp_path, FORMAT_VERSION + 1)
    assert error.hint is not None
    assert "later newsgrep" in error.hint


def test_it_can_be_built_anew(index: Path) -> None:
    with newsgrep.open(index) as archive:
        archive.update([index.parent / "a.txt"], rebuild=True)
        assert archive.count("storm") == 1
        assert archive.info().format_version == FORMAT_VERSION


def test_a_format_is_told_by_the_names_of_its_fields() -> None:
    assert frozenset(build_schema().names()) == FIELD_NAMES
