"""The articles' own files: gone, changed, closed, unreadable or half read, and where they lie."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.glance import MOST_RECORDS, summarize_sources
from newsgrep.archive.manifest import UNFINISHED, FileRecord, Manifest
from newsgrep.cli.setup_findings import Level
from newsgrep.codec.toc import latest_generation
from tests.cli.situations import build_index, copy_index, levels, look, look_as_nobody, told

SOUND, NOTE, WRONG = Level.SOUND, Level.NOTE, Level.WRONG
NAMES = ["source files", "unreadable files", "unfinished files", "last update", "folders"]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return build_index(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_sound_sources_are_sound(index: Path, name: str) -> None:
    assert levels(look(name, index)) == [SOUND]


@pytest.mark.parametrize("name", NAMES)
def test_where_there_is_no_index_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert look(name) == []


def test_when_all_are_gone_the_disk_may_be_away(index: Path) -> None:
    shutil.rmtree(index.parent / "saved")
    found = look("source files", index)
    assert levels(found) == [WRONG]
    assert "none of 3 files looked at is there any more" in found[0].message
    assert "Is their disk mounted?" in found[0].advice


def test_some_that_are_gone_or_changed_are_worth_knowing(index: Path) -> None:
    (index.parent / "saved/1.txt").unlink()
    (index.parent / "saved/2.txt").write_text("A storm, part 2\n\nNo cable was torn after all.\n")
    found = look("source files", index)
    assert levels(found) == [NOTE, NOTE]
    assert found[0].message == f"gone: 1 of 3 files looked at, such as {index.parent / 'saved/1.txt'}"
    assert found[1].message == f"changed since: 1 of 3 files looked at, such as {index.parent / 'saved/2.txt'}"


def test_files_in_a_closed_folder_are_wrong(index: Path) -> None:
    saved = index.parent / "saved"
    saved.chmod(0)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        found = look_as_nobody("source files", copy_index(index, Path(folder)))
    saved.chmod(0o755)
    assert levels(found) == [WRONG]
    assert "closed to you: 3 of 3 files looked at" in found[0].message


def test_files_that_could_not_be_read_are_worth_knowing(index: Path) -> None:
    broken = index.parent / "saved/broken.json"
    broken.write_text('{"title": "A storm", "text": ')
    with newsgrep.open(index) as archive:
        assert archive.update([index.parent / "saved"]).problems
    found = look("unreadable files", index)
    assert levels(found) == [NOTE]
    assert str(broken) in found[0].message
    assert "newsgrep extract" in found[0].advice


def test_files_that_were_interrupted_are_worth_knowing(index: Path) -> None:
    path = str(index.parent / "saved/1.txt")
    generation = latest_generation(index)
    with Manifest(index, generation) as manifest:
        manifest.write(generation, [FileRecord(key=path, path=path, size=UNFINISHED, mtime_ns=0, articles=1)], {})
    assert "1 file is not in the index to the end" in told(look("unfinished files", index))


def test_an_index_of_nothing_says_so(tmp_path: Path) -> None:
    newsgrep.open(tmp_path / "index", create=True).close()
    (tmp_path / "index").mkdir(exist_ok=True)
    Manifest(tmp_path / "index", 0).close()
    assert "nothing was ever read into it" in told(look("last update", tmp_path / "index"))


def test_an_index_among_its_articles_is_worth_knowing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A storm\n\nThe storm tore three cables of the bridge.\n")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path])
    assert f"in a folder of articles ({tmp_path})" in told(look("folders", tmp_path / "index"))


def test_articles_in_the_index_directory_are_wrong(index: Path) -> None:
    (index / "notes.txt").write_text("A storm\n\nThe storm tore three cables of the bridge.\n")
    with newsgrep.open(index) as archive:
        archive.update([index / "notes.txt"])
    found = look("folders", index)
    assert levels(found) == [WRONG]
    assert "notes.txt" in found[0].message


def test_of_very_many_files_the_first_are_looked_up() -> None:
    records = [FileRecord(key=f"/{n}", path=f"{n}", size=1, mtime_ns=0, articles=1) for n in range(MOST_RECORDS + 1)]
    found = summarize_sources(records, None)
    assert (found.files, found.is_all, found.articles) == (MOST_RECORDS, False, MOST_RECORDS)
    assert 64 <= len(found.sample) < 128
    assert summarize_sources(records[1:], None).is_all
