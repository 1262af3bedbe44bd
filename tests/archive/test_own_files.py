"""A folder that somebody sent leads nowhere: no file outside of it is written, removed or waited for."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.own_files import REPAIR_NAME, REPLACEMENT_NAME, find_strangers
from newsgrep.errors import IndexUnusable, NewsgrepError
from tests.archive.hostile_index import QUESTIONS, copy_index, make_index

PRECIOUS = b"# the reader's own settings\n" * 40
PLANTED = (
    *("MAIN_WRITELOCK", "watches.lock", "manifest.sqlite", "watches.sqlite", "manifest.sqlite-journal"),
    *("watches.sqlite-journal", "manifest.sqlite-wal", "manifest.sqlite-shm", "_MAIN_99.toc", "MAIN_planted.seg"),
    *(REPLACEMENT_NAME, REPAIR_NAME),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("made"))


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    return copy_index(made, tmp_path / "sent")


def plant(index: Path, name: str, kind: str, target: Path) -> None:
    path = index / name
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if kind == "link":
        path.symlink_to(target)
    else:
        os.mkfifo(path)


def use(index: Path, source: Path) -> list[NewsgrepError]:
    """All that a reporter may do with an index; the errors."""
    errors: list[NewsgrepError] = []

    def note(act: object) -> None:
        try:
            with newsgrep.open(index, create=True) as archive:
                act(archive)  # type: ignore[operator]
        except NewsgrepError as error:
            errors.append(error)

    for ask in QUESTIONS.values():
        note(lambda archive, ask=ask: ask(archive, "0123456789abcdef"))
    note(lambda archive: archive.update([source]))
    note(lambda archive: archive.repair())

    def run_watches(archive: newsgrep.Archive) -> None:
        with archive.open_watches() as watches:
            watches.recover()
            watches.mark_told(watches.find_news()[0])

    note(run_watches)
    return errors


@pytest.mark.parametrize("kind", ["link", "pipe"])
@pytest.mark.parametrize("name", PLANTED)
def test_no_link_is_followed_and_no_pipe_waited_for(index: Path, tmp_path: Path, name: str, kind: str) -> None:
    home = tmp_path / "home"
    is_folder = name in (REPLACEMENT_NAME, REPAIR_NAME)
    # The reader's other index, where a folder is expected.
    outside = copy_index(index, home / "index") if is_folder else home / "settings"
    if not is_folder:
        home.mkdir()
        outside.write_bytes(PRECIOUS)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    source = tmp_path / "new.txt"
    source.write_text("A storm\n\nThe storm tore three cables of the bridge.\n")
    plant(index, name, kind, outside)
    errors = use(index, source)
    assert errors
    assert any(name in str(error) for error in errors), errors
    with newsgrep.open(index, create=True) as archive:
        with contextlib.suppress(NewsgrepError):
            faults = archive.check().faults
            assert [fault.kind for fault in faults] == ["stranger"]
        # What cannot be used can be built anew: the link goes, what it leads to stays.
        archive.update([source], rebuild=True)
        assert archive.count("storm") == 1
    assert find_strangers(index) == []
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_a_link_with_another_name_is_left_alone(index: Path, tmp_path: Path) -> None:
    (index / "notes").symlink_to(tmp_path)
    with newsgrep.open(index) as archive:
        assert archive.search("harbour").total
        assert archive.check().faults == ()


def test_an_index_may_be_reached_by_a_link(index: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(index)
    with newsgrep.open(tmp_path / "link") as archive:
        assert archive.search("harbour").total


def test_a_link_in_the_place_of_a_part_is_named(index: Path, tmp_path: Path) -> None:
    plant(index, "MAIN_WRITELOCK", "link", tmp_path / "settings")
    with pytest.raises(IndexUnusable, match=r"MAIN_WRITELOCK is a link"), newsgrep.open(index) as archive:
        archive.search("harbour")
