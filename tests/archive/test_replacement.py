from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.report import Progress
from newsgrep.archive.write_lock import LOCK_NAME, WriteLock
from newsgrep.errors import IndexBusy, IndexUnusable

FOREIGN = b"the ledger of another program, long enough to be read as one" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles, and an index of them whose manifest cannot be read."""
    (tmp_path / "articles").mkdir()
    for title in ("Alder", "Birch"):
        (tmp_path / "articles" / f"{title}.json").write_text(json.dumps({"title": title, "text": "About trees."}))
    update(tmp_path)
    (tmp_path / "index" / "manifest.sqlite").write_bytes(FOREIGN)
    return tmp_path


def update(folder: Path, **options: object) -> int:
    with newsgrep.open(folder / "index", create=True) as archive:
        return archive.update([folder / "articles"], **options).articles  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    """The files of the index; the lock says who has written last, and is no part of it."""
    files = [path for path in (folder / "index").iterdir() if path.is_file() and path.name != LOCK_NAME]
    return {path.name: path.read_bytes() for path in files}


def test_an_index_that_cannot_be_used_stays_until_the_new_one_is_complete(folder: Path) -> None:
    before = contents(folder)
    seen: list[dict[str, bytes]] = []
    update(folder, rebuild=True, on_progress=lambda _: seen.append(contents(folder)))
    assert seen[-1] == before
    assert contents(folder) != before


def test_an_interrupted_rebuild_of_an_unusable_index_leaves_nothing_of_its_own(folder: Path) -> None:
    before = contents(folder)

    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(folder, rebuild=True, on_progress=interrupt)
    assert contents(folder) == before
    assert not (folder / "index" / "rebuild.unfinished").exists()
    with pytest.raises(IndexUnusable):
        update(folder)


def test_a_rebuilt_index_takes_the_place_of_the_one_before(folder: Path) -> None:
    assert update(folder, rebuild=True) == 2
    assert update(folder) == 2
    assert FOREIGN not in contents(folder).values()
    with newsgrep.open(folder / "index") as archive:
        assert sorted(hit.article.title for hit in archive.search("trees").hits) == ["Alder", "Birch"]


def test_what_a_killed_rebuild_left_is_no_hindrance(folder: Path) -> None:
    beside = folder / "index" / "rebuild.unfinished"
    beside.mkdir()
    (beside / "manifest.sqlite").write_bytes(FOREIGN)
    (beside / "_MAIN_3.toc").write_bytes(b"")
    assert update(folder, rebuild=True) == 2
    assert not beside.exists()


def test_a_second_rebuild_at_the_same_time_is_refused_and_disturbs_nothing(folder: Path) -> None:
    refused = []

    def try_another(_: Progress) -> None:
        with pytest.raises(IndexBusy):
            update(folder, rebuild=True)
        refused.append(True)

    assert update(folder, rebuild=True, on_progress=try_another) == 2
    assert refused
    assert update(folder) == 2


def test_a_table_of_contents_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.json").write_text(json.dumps({"title": "Alder", "text": "About trees."}))
    told: list[str] = []
    fsync, rename = os.fsync, os.rename

    def note_sync(descriptor: int) -> None:
        told.append(f"sync {os.path.basename(os.readlink(f'/proc/self/fd/{descriptor}'))}")
        fsync(descriptor)

    def note_rename(old: str, new: str) -> None:
        told.append(f"rename {os.path.basename(old)}")
        rename(old, new)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "rename", note_rename)
    update(tmp_path)
    (at,) = (at for at, what in enumerate(told) if what.startswith("rename _MAIN_1.toc."))
    assert told[at - 1 : at + 2] == [told[at].replace("rename", "sync"), told[at], "sync index"]


def test_an_unfinished_table_of_contents_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.json").write_text(json.dumps({"title": "Alder", "text": "About trees."}))
    update(tmp_path)
    left = tmp_path / "index" / "_MAIN_2.toc.1700000000.25"
    left.write_bytes(b"half a table")
    (tmp_path / "articles" / "b.json").write_text(json.dumps({"title": "Birch", "text": "About trees."}))
    assert update(tmp_path) == 2
    assert not left.exists()


def test_while_an_unusable_index_is_rebuilt_nobody_else_writes(folder: Path) -> None:
    refused = []

    def try_to_write(_: Progress) -> None:
        for act in (lambda: WriteLock(folder / "index"), lambda: update(folder, rebuild=True)):
            with pytest.raises(IndexBusy, match=f"process {os.getpid()}"):
                act()
            refused.append(act)

    assert update(folder, rebuild=True, on_progress=try_to_write) == 2
    assert refused
    WriteLock(folder / "index").release()


def test_who_waits_for_a_rebuild_finds_the_index_that_it_built(folder: Path) -> None:
    told: list[str] = []
    with WriteLock(folder / "index") as lock:

        def build(holder: str) -> None:
            """Stand in for the process that has the lock: it builds the index anew, and ends."""
            told.append(holder)
            if len(told) == 1:
                lock.release()
                update(folder, rebuild=True)
                (folder / "articles" / "Cedar.json").write_text(json.dumps({"title": "Cedar", "text": "About trees."}))

        assert update(folder, rebuild=True, on_wait=build) == 3
    assert told
    assert not (folder / "index" / "rebuild.unfinished").exists()


def test_the_file_of_the_lock_outlives_a_rebuild(folder: Path) -> None:
    before = (folder / "index" / "MAIN_WRITELOCK").stat().st_ino
    update(folder, rebuild=True)
    assert (folder / "index" / "MAIN_WRITELOCK").stat().st_ino == before


def test_an_index_without_its_manifest_is_not_added_to(folder: Path) -> None:
    (folder / "index" / "manifest.sqlite").unlink()
    with pytest.raises(IndexUnusable):
        update(folder)
    assert not (folder / "index" / "manifest.sqlite").exists()
    assert update(folder, rebuild=True) == 2


def test_whenever_the_erasing_of_an_index_is_cut_off_no_part_of_it_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CutOff(Exception):
        """The end of the process."""

    unlink = Path.unlink
    for survived in range(3):
        left = survived

        def unlink_some(path: Path, missing_ok: bool = False) -> None:
            nonlocal left
            if path.parent.name == "index":
                left -= 1
                if left < 0:
                    raise CutOff
            unlink(path, missing_ok=missing_ok)

        (folder / "index" / "manifest.sqlite").write_bytes(FOREIGN)
        monkeypatch.setattr(Path, "unlink", unlink_some)
        with pytest.raises(CutOff):
            update(folder, rebuild=True)
        monkeypatch.undo()
        try:
            assert update(folder) == 2
        except IndexUnusable:
            assert update(folder, rebuild=True) == 2
