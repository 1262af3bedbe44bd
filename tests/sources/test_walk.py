"""The walk: the same files in the same order, whatever lies between them."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from newsgrep.errors import SourceMissing
from newsgrep.sources.walk import Unreadable, walk_files

if TYPE_CHECKING:
    from collections.abc import Sequence


def lay(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")


def walk(
    root: str | Path, include: Sequence[str] = (), exclude: Sequence[str] = (), failed: list[Unreadable] | None = None
) -> list[str]:
    report = None if failed is None else failed.append
    top = os.fspath(root)
    found = list(walk_files(root, include=include, exclude=exclude, on_unreadable=report))
    return [os.path.relpath(one.path, top) for one in found]


def test_files_come_depth_first_in_name_order(tmp_path: Path) -> None:
    lay(tmp_path, "b.txt", "a/2.txt", "a/1/x.txt", "c/z.txt", "B.txt", "a.txt")
    assert walk(tmp_path) == ["B.txt", "a/1/x.txt", "a/2.txt", "a.txt", "b.txt", "c/z.txt"]


def test_a_file_is_found_with_its_path_key_size_and_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, "in/a.txt")
    os.utime(tmp_path / "in/a.txt", ns=(5, 1_234_567_890))
    monkeypatch.chdir(tmp_path)
    for argument, path in (("in", "in/a.txt"), ("in/", "in/a.txt"), (".", "./in/a.txt"), ("in/a.txt", "in/a.txt")):
        (found,) = walk_files(argument)
        assert found == (path, str(tmp_path / "in/a.txt"), 4, 1_234_567_890)


def test_absurd_times_are_bounded_by_64_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, "a.txt")
    os.utime(tmp_path / "a.txt", ns=(-(10**18), -(10**18)))
    (found,) = walk_files(tmp_path)
    assert found.mtime_ns == -(10**18)
    # As a file system tells them that is broken, or made to be.
    absurd = SimpleNamespace(st_mode=stat.S_IFREG, st_size=4, st_mtime_ns=253_402_300_799 * 10**9)
    monkeypatch.setattr(os, "stat", lambda _: absurd)
    (found,) = walk_files(tmp_path / "a.txt")
    assert found.mtime_ns == (1 << 63) - 1


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt")
    for argument in (tmp_path / "none", tmp_path / "a.txt" / "b", "nul\0"):
        with pytest.raises(SourceMissing):
            list(walk_files(argument))


def test_hidden_names_are_skipped_unless_named(tmp_path: Path) -> None:
    lay(tmp_path, ".hidden/a.txt", ".b.txt", "c.txt", ".hidden/.git/d.txt")
    assert walk(tmp_path) == ["c.txt"]
    assert walk(tmp_path / ".hidden") == ["a.txt"]
    assert len(list(walk_files(tmp_path / ".b.txt"))) == 1


def test_an_index_is_skipped_but_not_a_folder_that_only_resembles_one(tmp_path: Path) -> None:
    lay(tmp_path, "index/manifest.sqlite", "index/_MAIN_3.toc", "index/README.md", "like/manifest.sqlite", "x_1.toc")
    assert walk(tmp_path) == ["like/manifest.sqlite", "x_1.toc"]


def test_links_are_followed_without_loops_and_without_reading_a_folder_twice(tmp_path: Path) -> None:
    lay(tmp_path, "in/z/a.txt", "in/z/b.txt", "out/far/c.txt", "out/d.txt")
    (tmp_path / "in/z/up").symlink_to(tmp_path / "in")
    (tmp_path / "in/a-link-to-z").symlink_to(tmp_path / "in/z")
    (tmp_path / "in/far").symlink_to(tmp_path / "out/far")
    (tmp_path / "in/far-too").symlink_to(tmp_path / "out/far")
    (tmp_path / "in/file").symlink_to(tmp_path / "out/d.txt")
    (tmp_path / "out/far/back").symlink_to(tmp_path / "in")
    failed: list[Unreadable] = []
    assert walk(tmp_path / "in", failed=failed) == ["file", "z/a.txt", "z/b.txt", "far/c.txt"]
    assert failed == []


def test_a_linked_file_has_the_size_of_what_it_leads_to(tmp_path: Path) -> None:
    lay(tmp_path, "out/d.txt")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link").symlink_to(tmp_path / "out/d.txt")
    (found,) = walk_files(tmp_path / "in")
    assert found.size == 4


def test_a_link_that_leads_nowhere_or_to_itself_is_reported(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt")
    (tmp_path / "gone").symlink_to(tmp_path / "unmounted")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    failed: list[Unreadable] = []
    assert walk(tmp_path, failed=failed) == ["a.txt"]
    assert [Path(one.path).name for one in failed] == ["gone", "self"]
    assert all(one.reason and os.path.isabs(one.key) for one in failed)


def test_an_unreadable_folder_is_reported_and_the_rest_is_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, "a/1.txt", "b/2.txt", "c/3.txt")
    real = os.scandir

    def refuse(path: str) -> object:
        if os.fspath(path).endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    failed: list[Unreadable] = []
    assert walk(tmp_path, failed=failed) == ["a/1.txt", "c/3.txt"]
    assert failed == [Unreadable(str(tmp_path / "b"), str(tmp_path / "b"), "Permission denied")]


def test_a_file_that_goes_during_the_walk_is_no_fault(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt", "b.txt", "c.txt")
    failed: list[Unreadable] = []
    files = walk_files(tmp_path, on_unreadable=failed.append)
    next(files)
    (tmp_path / "b.txt").unlink()
    assert [Path(one.path).name for one in files] == ["c.txt"]
    assert failed == []


def test_fifos_and_sockets_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to(tmp_path / "fifo")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert walk(tmp_path) == ["a.txt"]
    failed: list[Unreadable] = []
    assert walk(tmp_path / "fifo", failed=failed) == []
    assert [one.reason for one in failed] == ["Not a regular file"]


def test_hostile_names_survive(tmp_path: Path) -> None:
    names = [b"new\nline.txt", b"bad-\xff-utf8.txt", b"esc-\x1b[31m.txt", b"[b].txt", "\u202ertl.txt".encode()]
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(b"x")
    found = [os.fsencode(one.path) for one in walk_files(tmp_path, include=["*.txt"])]
    assert sorted(map(os.path.basename, found)) == sorted(names)
    assert all(os.path.exists(path) for path in found)


def test_folders_nested_deeper_than_recursion_allows_are_walked(tmp_path: Path) -> None:
    folders = [f"{tmp_path}{'/d' * depth}" for depth in range(1, 1201)]
    for folder in folders:
        os.mkdir(folder)
    try:
        assert sum(1 for _ in walk_files(tmp_path)) == 0
        Path(folders[-1], "a").touch()
        assert sum(1 for _ in walk_files(tmp_path)) == 1
        Path(folders[-1], "a").unlink()
    finally:
        # Removing a temporary folder recurses, so this one would be left behind for ever.
        for folder in reversed(folders):
            os.rmdir(folder)


def test_include_and_exclude_choose_files(tmp_path: Path) -> None:
    lay(tmp_path, "2017/a.html", "2017/b.txt", "2018/a.html", "2018/drafts/c.html", "drafts/d.html", "e.html")
    assert walk(tmp_path, ["*.html"]) == ["2017/a.html", "2018/a.html", "2018/drafts/c.html", "drafts/d.html", "e.html"]
    assert walk(tmp_path, ["2017/**"]) == ["2017/a.html", "2017/b.txt"]
    assert walk(tmp_path, ["2017/"]) == ["2017/a.html", "2017/b.txt"]
    assert walk(tmp_path, ["drafts"]) == ["2018/drafts/c.html", "drafts/d.html"]
    assert walk(tmp_path, exclude=["drafts/"]) == ["2017/a.html", "2017/b.txt", "2018/a.html", "e.html"]
    assert walk(tmp_path, ["*.html"], ["/drafts", "2018"]) == ["2017/a.html", "e.html"]
    assert walk(tmp_path, ["drafts/"], ["d.*"]) == ["2018/drafts/c.html"]


def test_an_excluded_folder_is_not_even_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, "drafts/a.txt", "b.txt")
    listed: list[str] = []
    real = os.scandir

    def record(path: str) -> object:
        listed.append(os.path.basename(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", record)
    assert walk(tmp_path, exclude=["drafts/"]) == ["b.txt"]
    assert listed == [tmp_path.name]


def test_patterns_hold_for_a_file_given_as_the_argument(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt")
    assert list(walk_files(tmp_path / "a.txt", exclude=["*.txt"])) == []
    assert list(walk_files(tmp_path / "a.txt", include=["*.html"])) == []
    assert len(list(walk_files(tmp_path / "a.txt", include=["a.*"]))) == 1
