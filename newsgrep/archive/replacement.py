"""An index opened for an update: as it is, or where it cannot be used a new one, which is built beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

from newsgrep.archive.local_engine import LocalEngine, erase_index
from newsgrep.archive.location import sync_folder
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.write_lock import NAME as LOCK_NAME
from newsgrep.codec.toc import NAME
from newsgrep.errors import IndexBusy, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNFINISHED_NAME = "rebuild.unfinished"
"""The directory within the index directory in which the new index is built."""


@contextlib.contextmanager
def open_for_update(folder: Path, *, rebuild: bool) -> Iterator[tuple[LocalEngine, Manifest]]:
    """Open or make the index in `folder`, and close it at the end.

    With `rebuild`, one that cannot be used stays as it is until the block has ended without an error, and then gives
    way to what the block has built. Raises IndexUnusable.
    """
    beside = folder / UNFINISHED_NAME
    try:
        engine, manifest = _open(folder)
    except IndexUnusable:
        if not rebuild:
            raise
    else:
        with contextlib.closing(engine), manifest:
            yield engine, manifest
        _remove_unfinished(beside)
        return
    try:
        engine, manifest = _open(beside)
    except IndexUnusable:
        # A rebuild before this one was killed.
        erase_index(beside)
        engine, manifest = _open(beside)
    try:
        with contextlib.closing(engine), manifest:
            yield engine, manifest
    except IndexBusy:
        # Another process is rebuilding: it is that one's.
        raise
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _put_in_place(beside, folder)


def _remove_unfinished(beside: Path) -> None:
    """Remove what a rebuild that was killed has left; not what one is at work on."""
    if beside.exists():
        from newsgrep.codec.durable_storage import DurableStorage

        lock = DurableStorage(os.fspath(beside)).lock(f"{NAME}_{LOCK_NAME}")
        if lock.acquire():
            shutil.rmtree(beside, ignore_errors=True)
            lock.release()


def _open(folder: Path) -> tuple[LocalEngine, Manifest]:
    folder.mkdir(parents=True, exist_ok=True)
    engine = LocalEngine(folder, create=True)
    try:
        return engine, Manifest(folder, engine.generation)
    except BaseException:
        engine.close()
        raise


def _put_in_place(beside: Path, folder: Path) -> None:
    """Move a complete index over the one that it replaces: what names its files last."""
    erase_index(folder)
    for path in sorted(beside.iterdir(), key=lambda path: path.suffix == ".toc"):
        os.replace(path, folder / path.name)
    sync_folder(folder)
    beside.rmdir()
