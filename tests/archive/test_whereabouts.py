"""Where the files of an index are from another directory than the one they were indexed from."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.whereabouts import Whereabouts
from newsgrep.cli.main import run


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two articles, indexed from within it."""
    saved = tmp_path / "desk" / "saved"
    saved.mkdir(parents=True)
    (saved / "bridge.txt").write_text("Bridge reopens\n\nThe harbour bridge opened on Tuesday.")
    (saved / "wire.jsonl").write_text('{"id": "7", "title": "Bridge toll", "text": "The bridge has a toll."}\n')
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path / "desk"


def build(*arguments: str) -> None:
    assert run(["index", *arguments, "--quiet"]) == 0


def locate(index: Path) -> list[str]:
    with newsgrep.open(index) as archive:
        return sorted(archive.locate(hit.article) for hit in archive.search("bridge").hits)


def test_paths_stay_as_they_were_found_where_they_lead_there(desk: Path) -> None:
    build("saved")
    assert locate(desk / "index") == ["saved/bridge.txt", "saved/wire.jsonl"]


def test_a_folder_above_the_index_is_where_they_were_found(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build("saved")
    monkeypatch.chdir(desk / "saved")
    assert locate(desk / "index") == [str(desk / "saved" / "bridge.txt"), str(desk / "saved" / "wire.jsonl")]


@pytest.mark.parametrize("given", ["saved", "./saved", "../desk/saved", "../desk/../desk/saved/."])
def test_the_manifest_knows_where_an_index_elsewhere_had_them_from(
    given: str, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "elsewhere" / "index"
    build(given, "--index", str(index))
    monkeypatch.chdir(tmp_path)
    found = locate(index)
    assert [os.path.abspath(path) for path in found] == found
    assert [os.path.basename(path) for path in found] == ["bridge.txt", "wire.jsonl"]
    assert all(os.path.exists(path) for path in found)


def test_a_file_of_the_same_name_here_is_not_taken_for_it(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("saved")
    other = tmp_path / "other" / "saved"
    other.mkdir(parents=True)
    (other / "bridge.txt").write_text("Another bridge")
    monkeypatch.chdir(tmp_path / "other")
    assert str(desk / "saved" / "bridge.txt") in locate(desk / "index")


def test_files_that_were_moved_with_their_index_are_found_as_before(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("saved")
    moved = desk.rename(tmp_path / "moved")
    monkeypatch.chdir(moved)
    assert locate(moved / "index") == ["saved/bridge.txt", "saved/wire.jsonl"]


def test_without_a_manifest_paths_stay_as_they_were_found(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "elsewhere" / "index"
    build("saved", "--index", str(index))
    (index / "manifest.sqlite").write_bytes(b"damaged")
    monkeypatch.chdir(tmp_path)
    assert locate(index) == ["saved/bridge.txt", "saved/wire.jsonl"]


def test_commands_in_another_folder_name_files_that_are_there(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    build("saved")
    monkeypatch.chdir(desk / "saved")
    assert run(["search", "bridge", "--paths"]) == 0
    assert sorted(capfd.readouterr().out.splitlines()) == [
        str(desk / "saved" / "bridge.txt"),
        str(desk / "saved" / "wire.jsonl"),
    ]
    assert run(["open", "bridge.txt", "--print"]) == 0
    assert capfd.readouterr().out == f"{(desk / 'saved' / 'bridge.txt').as_uri()}\n"


@pytest.mark.parametrize("arguments", [["search", "bridge"], ["similar", "bridge.txt"], ["show", "bridge.txt"]])
def test_what_is_read_in_another_folder_names_files_that_are_there(
    arguments: list[str], desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    build("saved")
    monkeypatch.chdir(desk / "saved")
    monkeypatch.setenv("TERM", "xterm")
    run([*arguments, "--color", "always"])
    shown = re.sub(r"\x1b\[[\d;]*m", "", capfd.readouterr().out)
    links = re.findall(r"\x1b\]8;[^;]*;(file://[^\x1b]+)\x1b\\([^\x1b]+)", shown)
    assert links
    files = {(desk / "saved" / name) for name in ("bridge.txt", "wire.jsonl")}
    assert {address for address, _ in links} <= {file.as_uri() for file in files}
    assert {text.partition("#")[0] for _, text in links} <= set(map(str, files))


def test_a_cluster_is_asked_once_for_each_folder_that_files_were_found_from(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("saved")
    asked: list[str] = []

    def find_source(article_id: str) -> str:
        asked.append(article_id)
        return str(desk / next(hit.article.path for hit in hits if hit.article.id == article_id))

    with newsgrep.open(desk / "index") as archive:
        hits = archive.search("bridge").hits
    monkeypatch.chdir("/")
    whereabouts = Whereabouts(None, find_source)
    assert sorted(whereabouts.find(hit.article) for hit in hits) == [
        str(desk / "saved" / "bridge.txt"),
        str(desk / "saved" / "wire.jsonl"),
    ]
    assert len(asked) == 1


def test_a_cluster_that_does_not_say_leaves_paths_as_they_were_found(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("saved")
    with newsgrep.open(desk / "index") as archive:
        hits = archive.search("bridge").hits
    monkeypatch.chdir("/")
    for find_source in (None, lambda _: None, lambda _: "/another/file.txt"):
        whereabouts = Whereabouts(None, find_source)
        assert {whereabouts.find(hit.article) for hit in hits} == {"saved/bridge.txt", "saved/wire.jsonl"}
