"""Where the index is: given, named by the environment, or found from here."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from newsgrep.codec.disk_errors import naming
from newsgrep.errors import IndexMissing

MANIFEST_NAME = "manifest.sqlite"
ENVIRONMENT = "NEWSGREP_INDEX"
DEFAULT_NAME = "index"


def is_index(path: Path) -> bool:
    """Whether newsgrep has built an index in this directory. Raises OSError where that cannot be seen."""
    try:
        return stat.S_ISREG(os.stat(path / MANIFEST_NAME).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def find_index(given: str | os.PathLike[str] | None, *, create: bool) -> Path:
    """The index directory to open, or with `create` the one to open or make.

    In this order: `given`, the environment variable NEWSGREP_INDEX, an index in `index/` here or in a parent folder;
    then, with `create`, `./index`. Raises IndexMissing when nothing is found.
    """
    chosen = given if given is not None else os.environ.get(ENVIRONMENT) or None
    if chosen is not None:
        path = Path(chosen)
        if path.is_file():
            raise IndexMissing(
                f"{os.fspath(path)} is a file, not the directory of an index",
                hint="Name a directory: one with an index, or a new one for `newsgrep index`.",
            )
        if not create and not is_index(path):
            raise IndexMissing(
                f"no newsgrep index in {os.fspath(path)}",
                hint=f"Build one with: newsgrep index DIR --index {os.fspath(path)}",
            )
        return path
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise IndexMissing(
            "the folder that this was started in is no longer there",
            hint="Go to another one, or name the index with --index PATH or NEWSGREP_INDEX.",
        ) from None
    for folder in (here, *here.parents):
        # What may not be looked into is nobody's index here.
        with suppress(PermissionError):
            if is_index(folder / DEFAULT_NAME):
                return folder / DEFAULT_NAME
    if create:
        return here / DEFAULT_NAME
    raise IndexMissing(
        f"no newsgrep index in {DEFAULT_NAME}/ here or in a parent folder",
        hint="Build one with: newsgrep index DIR   (or name one with --index PATH or NEWSGREP_INDEX)",
    )


def index_bytes(folder: Path) -> int:
    """How many bytes the files of an index directory take."""
    try:
        with os.scandir(folder) as entries:
            return sum(entry.stat().st_size for entry in entries if entry.is_file())
    except FileNotFoundError:
        return 0


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably; nothing where it is there. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    with naming(folder):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
