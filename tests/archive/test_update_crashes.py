"""Updates that are killed at any write: what was committed is there, and the next run completes the rest.

`NEWSGREP_NIGHTLY=1` kills at every write of every story; without it, at some of them.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.check import check_index
from newsgrep.archive.location import is_index
from newsgrep.search.request import Request
from tests.killed_runs import Runner

KILLED = -signal.SIGKILL
NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))
KILLS = 14
"""Of each story, in a run that is not nightly."""


def write_file(path: Path, version: int, articles: int = 3) -> None:
    records = [
        {"title": f"{path.stem} version{version} part{part}", "text": f"The tide of {path.stem} rose {version} feet."}
        for part in range(articles)
    ]
    path.write_text(json.dumps(records))


class Archive:
    """Sources and their index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saved = folder / "saved"
        self.index = folder / "index"

    @property
    def update(self) -> tuple[str, ...]:
        return ("index", str(self.saved), "--index", str(self.index), "--jobs", "1", "--quiet")

    def titles(self) -> Counter[str]:
        """What an answer shows; nothing where there is no commit yet."""
        if not is_index(self.index):
            return Counter()
        with newsgrep.open(self.index) as archive:
            return Counter(hit.article.title for hit in archive.search(Request(text="*", limit=1000)).hits)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of seven segments, so that one more has them merged."""
    archive = Archive(tmp_path_factory.mktemp("prepared"))
    archive.saved.mkdir()
    with newsgrep.open(archive.index, create=True) as index:
        for number in range(7):
            write_file(archive.saved / f"file{number}.json", 0)
            index.update([archive.saved])
    shutil.copytree(archive.saved, archive.folder / "sources")
    return archive.folder


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    folder = tmp_path_factory.mktemp("first")
    write_file(folder / "a.json", 0)
    runner = Runner("index", str(folder / "a.json"), "--index", str(folder / "index"))
    yield runner
    runner.close()


def build_first(archive: Archive) -> tuple[str, ...]:
    shutil.rmtree(archive.index)
    return archive.update


def change_and_merge(archive: Archive) -> tuple[str, ...]:
    write_file(archive.saved / "file2.json", 1, articles=2)
    write_file(archive.saved / "new.json", 1)
    (archive.saved / "file5.json").unlink()
    return archive.update


def rebuild(archive: Archive) -> tuple[str, ...]:
    write_file(archive.saved / "file2.json", 1)
    return (*archive.update, "--rebuild")


def rebuild_what_is_damaged(archive: Archive) -> tuple[str, ...]:
    (archive.index / "manifest.sqlite").write_bytes(b"no database")
    return (*archive.update, "--rebuild")


def repair(archive: Archive) -> tuple[str, ...]:
    segment = min(archive.index.glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-1])
    return ("check", "--repair", "--index", str(archive.index))


def repair_the_manifest(archive: Archive) -> tuple[str, ...]:
    path = archive.index / "manifest.sqlite"
    path.write_bytes(path.read_bytes()[:5000] + b"damaged")
    return ("check", "--repair", "--index", str(archive.index))


STORIES: dict[str, Callable[[Archive], tuple[str, ...]]] = {
    "a first build": build_first,
    "a change that merges": change_and_merge,
    "a rebuild": rebuild,
    "a rebuild of what is damaged": rebuild_what_is_damaged,
    "a repair": repair,
    "a repair of the manifest": repair_the_manifest,
}
BROKEN = {"a rebuild of what is damaged", "a repair", "a repair of the manifest"}
"""Stories that begin with an index that answers nothing, or not all."""


def copy(prepared: Path, folder: Path) -> Archive:
    """The archive as it was prepared, its index elsewhere: the sources stay where the index says that they are."""
    for path in (folder, prepared / "saved"):
        shutil.rmtree(path, ignore_errors=True)
    folder.mkdir()
    shutil.copytree(prepared / "index", folder / "index")
    shutil.copytree(prepared / "sources", prepared / "saved")
    archive = Archive(folder)
    archive.saved = prepared / "saved"
    return archive


def count_writes(runner: Runner, archive: Archive, arguments: tuple[str, ...], moment: str) -> int:
    """How many writes a run has, by bisection: one that is never reached lets the run end by itself."""
    low, high = 0, 1
    kept = archive.folder.with_name("kept")
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(archive.folder, kept)

    def is_killed(at: int) -> bool:
        shutil.rmtree(archive.folder)
        shutil.copytree(kept, archive.folder)
        return runner.run(*arguments, kill_at=at, moment=moment).code == KILLED

    while is_killed(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_killed(middle) else (low, middle)
    return low


@pytest.mark.parametrize("moment", ["before", "within"])
@pytest.mark.parametrize("story", STORIES)
def test_nothing_is_lost_or_there_twice_whenever_a_run_is_killed(
    prepared: Path, runner: Runner, tmp_path: Path, story: str, moment: str
) -> None:
    archive = copy(prepared, tmp_path / "archive")
    before = archive.titles()
    arguments = STORIES[story](archive)
    states = [before] if story != "a first build" else [Counter()]
    writes = count_writes(runner, archive, arguments, moment)
    assert writes > 1
    places = range(1, writes + 1)
    chosen = places if NIGHTLY else sorted(random.Random(5).sample(places, min(KILLS, writes)))
    with newsgrep.open(tmp_path / "expected", create=True) as index:
        index.update([archive.saved])
        expected = Counter(hit.article.title for hit in index.search(Request(text="*", limit=1000)).hits)
    states.append(expected)
    for place in chosen:
        archive = copy(prepared, tmp_path / "archive")
        arguments = STORIES[story](archive)
        assert runner.run(*arguments, kill_at=place, moment=moment).code == KILLED
        if story not in BROKEN:
            assert archive.titles() in states, f"write {place}"
        assert runner.run(*arguments).code == 0, f"write {place}"
        assert archive.titles() == expected, f"write {place}"
        assert check_index(archive.index).faults == (), f"write {place}"
        assert {path.suffix for path in archive.index.iterdir()} <= {".seg", ".toc", ".sqlite", ""}, f"write {place}"
