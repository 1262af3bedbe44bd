"""Where the index is: given, named by the environment, or found from here."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from newsgrep.codec.disk_errors import naming
from newsgrep.errors import IndexMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.archive.opensearch.address import IndexUrl

MANIFEST_NAME = "manifest.sqlite"
ENVIRONMENT = "NEWSGREP_INDEX"
DEFAULT_NAME = "index"


def is_index(path: Path) -> bool:
    """Whether newsgrep has built an index in this directory. Raises OSError where that cannot be seen."""
    try:
        return stat.S_ISREG(os.stat(path / MANIFEST_NAME).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def is_address(text: str) -> bool:
    """Whether a text names an index on a cluster, and not a folder."""
    # Nearly every name is that of a folder, and takes no import.
    if ":" not in text:
        return False
    from newsgrep.archive.opensearch.address import is_index_url

    return is_index_url(text)


def name_locations(given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None) -> tuple[str, ...]:
    """The indexes that are named, each once: `given`, or one a line in NEWSGREP_INDEX; none where neither names any."""
    if isinstance(given, str | os.PathLike):
        return (os.fspath(given),)
    if given is not None:
        names = [os.fspath(each) for each in given]
    else:
        # Neither of the marks that part the paths of other variables can be told from those within an address.
        names = [name for name in os.environ.get(ENVIRONMENT, "").splitlines() if name.strip()]
    own: dict[str, str] = {}
    for name in names:
        own.setdefault(name if is_address(name) else os.path.abspath(name), name)
    return tuple(own.values())


def find_index(given: str | os.PathLike[str] | None, *, create: bool) -> Path | IndexUrl:
    """The index to open, or with `create` the one to open or make: a directory, or an address on a cluster.

    In this order: `given`, the environment variable NEWSGREP_INDEX, an index in `index/` here or in a parent folder;
    then, with `create`, `./index`. Raises IndexMissing when nothing is found, OptionError for what is no address.
    Whether there is an index at an address is not looked at.
    """
    chosen = given if given is not None else os.environ.get(ENVIRONMENT) or None
    if chosen is not None:
        if is_address(name := os.fspath(chosen)):
            from newsgrep.archive.opensearch.address import parse_index_url

            return parse_index_url(name)
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


def find_watches(place: Path | IndexUrl, *, create: bool = False) -> Path:
    """The folder of the standing searches of an index: its own, or for one on a cluster one of the user's.

    With `create`, the user's is made where it is not there; others do not see what is searched in it. Raises OSError.
    """
    if isinstance(place, Path):
        return place
    import hashlib

    from newsgrep.archive.user_folders import data_folder

    key = hashlib.sha256(str(place).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    folder = Path(data_folder(), "watches", f"{place.name}-{key}")
    if create:
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


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
