"""`newsgrep index --watch`: what is saved while it stays is in the index, and Ctrl-C is its end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep.cli import following
from newsgrep.cli.main import run
from newsgrep.search.request import Request
from tests.killed_runs import hear_signals
from tests.terminals import NEWSGREP

LONGEST = 60.0


def write_page(path: Path, title: str) -> None:
    path.write_text(json.dumps({"title": title, "text": "The harbour bridge is closed. " * 5}))


def titles(index: Path) -> set[str]:
    with newsgrep.open(index) as archive:
        return {hit.article.title for hit in archive.search(Request(text="*", limit=100)).hits}


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    folder.mkdir()
    write_page(folder / "first.json", "First")
    return folder


@pytest.fixture
def follower(saved: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that follows the folder of pages and a page elsewhere; its index lies in the folder itself."""
    write_page(saved.parent / "alone.json", "Alone")
    sources = [str(saved), str(saved.parent / "alone.json")]
    command = [*NEWSGREP, "index", *sources, "--index", str(saved / "index"), "--watch", "--exclude", "index/**"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=hear_signals)
    assert process.stderr
    for line in process.stderr:
        if "following" in line:
            break
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def test_what_is_saved_changed_and_deleted_is_followed(saved: Path, follower: subprocess.Popen[str]) -> None:
    index = saved / "index"
    assert titles(index) == {"First", "Alone"}
    (saved / "later").mkdir()
    write_page(saved / "later/second.json", "Second")
    wait_until(lambda: titles(index) == {"First", "Second", "Alone"})
    (saved / "first.json").unlink()
    beside = saved.parent / "new.json"
    write_page(beside, "Alone, changed")
    beside.replace(saved.parent / "alone.json")
    wait_until(lambda: titles(index) == {"Second", "Alone, changed"})


def test_its_own_index_is_no_change(saved: Path, follower: subprocess.Popen[str]) -> None:
    write_page(saved / "second.json", "Second")
    index = saved / "index"
    wait_until(lambda: titles(index) == {"First", "Second", "Alone"})
    generations = {path.name for path in index.glob("*.toc")}
    time.sleep(following.QUIET_MS / 1000 * 2.5)
    assert {path.name for path in index.glob("*.toc")} == generations


def test_ctrl_c_is_how_it_ends(follower: subprocess.Popen[str]) -> None:
    started = time.monotonic()
    follower.send_signal(signal.SIGINT)
    assert follower.wait(timeout=LONGEST) == 0
    assert time.monotonic() - started < LONGEST / 4
    assert follower.stderr
    assert "Traceback" not in follower.stderr.read()


def test_a_folder_that_was_never_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["index", str(tmp_path / "none"), "--index", str(tmp_path / "index"), "--watch"]) == 2
    assert str(tmp_path / "none") in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--rebuild", "--dry-run"])
def test_following_goes_with_neither_a_rebuild_nor_a_dry_run(
    saved: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["index", str(saved), "--watch", option]) == 2
    assert "--watch" in capsys.readouterr().err


def test_without_watchfiles_it_is_said_how_to_get_it(
    saved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert run(["index", str(saved), "--index", str(saved / "index"), "--watch"]) == 2
    assert "pip install 'newsgrep[follow]'" in capsys.readouterr().err
