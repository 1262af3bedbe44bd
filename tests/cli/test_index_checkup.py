"""Each state of an index that can be wrong or worth knowing is made, and told."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from whoosh.fields import ID, STORED, Schema

from newsgrep.archive.delivered_file import Place
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.watch_store import STORE_NAME, WatchStore
from newsgrep.cli.setup_findings import Level
from newsgrep.codec.durable_storage import DurableStorage
from newsgrep.codec.toc import latest_generation, toc_path
from tests.archive.test_write_lock import HOLD
from tests.cli.situations import build_index, copy_index, levels, look, told

SOUND, NOTE, WRONG = Level.SOUND, Level.NOTE, Level.WRONG


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_index(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Path:
    """An index that may be spoilt."""
    return copy_index(whole, tmp_path)


def segment(index: Path) -> Path:
    (path,) = index.glob("*.seg")
    return path


NAMES = ["which index", "own files", "format", "segments", "agreement", "write lock", "left-overs", "watches"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_index_is_sound(index: Path, name: str) -> None:
    assert levels(look(name, index)) == [SOUND]


@pytest.mark.parametrize("name", NAMES[1:])
def test_where_there_is_no_index_nothing_is_said_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert look(name) == []


def test_no_index_at_all_is_worth_knowing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert told(look("which index")).startswith("note: there is none")


def test_a_folder_that_was_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert "the folder that you are in was removed" in told(look("which index"))
    monkeypatch.chdir(tmp_path)


def test_why_an_index_is_used_is_told(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(index.parent)
    assert told(look("which index", index)).startswith(f"ok: {index}: --index names it")
    assert "the nearest index/ from here" in told(look("which index"))
    monkeypatch.chdir("/")
    monkeypatch.setenv("NEWSGREP_INDEX", str(index))
    assert "NEWSGREP_INDEX names it" in told(look("which index", environment={"NEWSGREP_INDEX": str(index)}))


def test_the_index_of_the_users_settings_is_told(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.toml").write_text(f'index = "{index}"\n')
    monkeypatch.setenv("NEWSGREP_CONFIG", str(tmp_path / "own.toml"))
    monkeypatch.chdir("/")
    assert "your settings name it; there is none near" in told(look("which index"))


def test_two_that_are_near_are_told(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = index.parent / "below"
    below.mkdir()
    copy_index(index, below)
    monkeypatch.chdir(below)
    found = look("which index")
    assert levels(found) == [SOUND, NOTE]
    assert f"there is {index} too" in found[1].message
    monkeypatch.setenv("NEWSGREP_INDEX", str(index))
    found = look("which index", environment={"NEWSGREP_INDEX": str(index)})
    assert f"there is {below / 'index'} too" in found[1].message


def test_a_name_without_an_index_is_wrong(index: Path) -> None:
    (index.parent / "file").touch()
    assert "which is no folder" in told(look("which index", index.parent / "file"))
    missing = index.parent / "missing"
    assert "which is not there -> Is its disk mounted?" in told(look("which index", missing))
    missing.mkdir()
    assert "where there is none" in told(look("which index", missing))
    (index / "manifest.sqlite").unlink()
    assert "manifest.sqlite) is missing -> Build it anew" in told(look("which index", index))


def test_an_index_of_another_format_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    DurableStorage(str(folder)).create_index(Schema(id=ID(unique=True, stored=True), path=STORED()))
    Manifest(folder, 0).close()
    found = look("format", folder)
    assert levels(found) == [WRONG]
    assert "another format" in found[0].message
    assert "--rebuild" in found[0].advice


def test_another_version_is_named(index: Path) -> None:
    with Manifest(index, latest_generation(index)) as manifest:
        manifest.write(0, [], {"format_version": "3"})
    assert "has format version 3, this newsgrep reads version" in told(look("format", index))


def test_a_damaged_table_of_contents_is_wrong(index: Path) -> None:
    path = toc_path(index, latest_generation(index))
    path.write_bytes(path.read_bytes()[:-40])
    assert levels(look("format", index)) == [WRONG]
    path.unlink()
    assert levels(look("format", index)) == [WRONG]


def test_a_damaged_list_of_files_is_wrong(index: Path) -> None:
    (index / "manifest.sqlite").write_bytes(b"no database" * 400)
    found = look("format", index)
    assert levels(found) == [WRONG]
    assert "newsgrep check --repair" in found[0].advice


def test_a_list_of_files_that_is_being_written_is_let_be(index: Path) -> None:
    (index / "manifest.sqlite-journal").write_bytes(b"half a page")
    assert "was cut off in it" in told(look("format", index))
    assert look("source files", index) == []


def test_a_link_among_the_parts_is_wrong(index: Path, tmp_path: Path) -> None:
    path = segment(index)
    os.replace(path, tmp_path / "elsewhere.seg")
    path.symlink_to(tmp_path / "elsewhere.seg")
    assert f"{path} is a link" in told(look("own files", index))


def test_a_segment_that_is_missing_is_wrong(index: Path) -> None:
    path = segment(index)
    path.unlink()
    found = look("segments", index)
    assert [(each.level, each.message) for each in found] == [(WRONG, f"{path}: it is missing")]
    assert "newsgrep check --repair" in found[0].advice


@pytest.mark.parametrize("kept", [0, 10, 1000])
def test_a_segment_that_is_cut_is_wrong(index: Path, kept: int) -> None:
    os.truncate(segment(index), kept)
    assert levels(look("segments", index)) == [WRONG]


def test_a_segment_of_another_index_is_wrong(index: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    shutil.copyfile(segment(build_index(tmp_path / "other", articles=2)), segment(index))
    assert "it has 2 articles, and the table of contents says 3" in told(look("segments", index))


def test_many_segments_are_worth_knowing(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.cli.index_checkup.MANY_SEGMENTS", 0)
    assert levels(look("segments", index)) == [NOTE, SOUND]


def test_parts_that_contradict_each_other_are_wrong(index: Path) -> None:
    with sqlite3.connect(index / "manifest.sqlite") as db:
        db.execute("DELETE FROM files WHERE CAST(path AS TEXT) LIKE '%1.txt'")
    db.close()
    assert "counts 2 articles, the segments hold 3" in told(look("agreement", index))


def test_who_writes_is_told_and_what_a_killed_writer_left_is_no_obstacle(index: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        (index / "MAIN_half.seg").write_bytes(b"half")
        found = look("write lock", index)
        assert levels(found) == [NOTE]
        assert f"process {process.pid}, since 20" in found[0].message
        assert "--wait" in found[0].advice
        assert look("left-overs", index) == []
        os.kill(process.pid, signal.SIGKILL)
    found = look("write lock", index)
    assert levels(found) == [SOUND]
    assert f"the last was process {process.pid}" in found[0].message
    left = look("left-overs", index)
    assert levels(left) == [NOTE]
    assert "1 file of a run that was cut off (4 bytes): MAIN_half.seg" in left[0].message


def test_a_pipe_in_place_of_the_lock_is_not_waited_for(index: Path) -> None:
    (index / "MAIN_WRITELOCK").unlink(missing_ok=True)
    os.mkfifo(index / "MAIN_WRITELOCK")
    assert levels(look("write lock", index)) == [SOUND]
    assert "MAIN_WRITELOCK is a pipe" in told(look("own files", index))


def test_a_rebuild_that_was_cut_off_is_told(index: Path) -> None:
    (index / "rebuild.unfinished").mkdir()
    assert "rebuild.unfinished" in told(look("left-overs", index))


def test_a_watch_that_cannot_be_told_is_wrong(index: Path) -> None:
    with WatchStore(index) as store:
        assert levels(look("watches", index)) == [SOUND]
        for place, level in ((None, NOTE), (index.parent / "news.txt", NOTE), (index.parent / "away/news.txt", WRONG)):
            batch = store.begin({}, Place(str(place), replaced=True) if place else None, b"")
            found = look("watches", index)
            assert levels(found) == [level, SOUND]
            assert place is None or str(place) in found[0].message
            store.finish(batch, now="2026-01-01T00:00:00+00:00")


def test_watches_that_cannot_be_read_are_wrong(index: Path) -> None:
    (index / STORE_NAME).write_bytes(b"no database" * 400)
    assert levels(look("watches", index)) == [WRONG]


def test_watches_that_are_being_written_are_let_be(index: Path) -> None:
    WatchStore(index).close()
    (index / f"{STORE_NAME}-journal").write_bytes(b"half a page")
    assert "at work or was cut off" in told(look("watches", index))
