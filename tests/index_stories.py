"""Stories of indexes: what a run of the command line begins with and does, for tests that disturb it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import newsgrep
from newsgrep.archive.location import is_index
from newsgrep.search.request import Request
from tests.killed_runs import Runner


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


def prepare(folder: Path) -> None:
    """An archive of seven segments, so that one more has them merged."""
    archive = Archive(folder)
    archive.saved.mkdir()
    with newsgrep.open(archive.index, create=True) as index:
        for number in range(7):
            write_file(archive.saved / f"file{number}.json", 0)
            index.update([archive.saved])
    shutil.copytree(archive.saved, archive.folder / "sources")


def start_runner(folder: Path) -> Runner:
    """Something to run commands of an index in, once a first one has run in an empty folder."""
    write_file(folder / "a.json", 0)
    return Runner("index", str(folder / "a.json"), "--index", str(folder / "index"))


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


def copy_archive(prepared: Path, folder: Path) -> Archive:
    """The archive as it was prepared, its index elsewhere: the sources stay where the index says that they are."""
    for path in (folder, prepared / "saved"):
        shutil.rmtree(path, ignore_errors=True)
    folder.mkdir()
    shutil.copytree(prepared / "index", folder / "index")
    shutil.copytree(prepared / "sources", prepared / "saved")
    archive = Archive(folder)
    archive.saved = prepared / "saved"
    return archive


def expect_titles(archive: Archive, folder: Path) -> Counter[str]:
    """What is to be found when all sources are read, into a new index in a folder."""
    with newsgrep.open(folder, create=True) as index:
        index.update([archive.saved])
        return Counter(hit.article.title for hit in index.search(Request(text="*", limit=1000)).hits)
