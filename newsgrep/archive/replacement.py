"""An index opened for an update: as it is, or where it cannot be used a new one, which is built beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

from newsgrep.archive.local_engine import LocalEngine, erase_index
from newsgrep.archive.location import make_folder, sync_folder
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.own_files import REPLACEMENT_NAME, remove_strangers
from newsgrep.archive.write_lock import LOCK_NAME, WriteLock
from newsgrep.errors import REBUILD_HINT, IndexBusy, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsgrep.archive.write_lock import OnWait


@contextlib.contextmanager
def open_for_update(
    folder: Path, *, rebuild: bool, on_wait: OnWait | None = None
) -> Iterator[tuple[LocalEngine, Manifest]]:
    """Open or make the index in `folder`, and close it at the end.

    With `rebuild`, one that cannot be used stays as it is until the block has ended without an error, and then gives
    way to what the block has built; all the while no other process may write. Raises IndexUnusable or IndexBusy.
    """
    try:
        engine, manifest = _open(folder, whole=rebuild)
    except IndexUnusable:
        if not rebuild:
            raise
        remove_strangers(folder)
        with WriteLock(folder, on_wait) as lock:
            if not (opened := _try_open(folder)):
                yield from _replace(folder)
                return
            # Another process has built it anew while its lock was waited for.
            lock.release()
        engine, manifest = opened
    with contextlib.closing(engine), manifest:
        yield engine, manifest
    _remove_unfinished(folder)


def _try_open(folder: Path) -> tuple[LocalEngine, Manifest] | None:
    try:
        return _open(folder, whole=True)
    except IndexUnusable:
        return None


def _open(folder: Path, *, whole: bool = False) -> tuple[LocalEngine, Manifest]:
    """Open or make an index; with `whole`, one whose manifest is damaged is none. Raises IndexUnusable."""
    make_folder(folder)
    engine = LocalEngine(folder, create=True)
    try:
        manifest = Manifest(folder, engine.generation)
        if whole and (faults := _find_faults(manifest)):
            manifest.close()
            raise IndexUnusable(faults[0], hint=REBUILD_HINT)
        return engine, manifest
    except BaseException:
        engine.close()
        raise


def _find_faults(manifest: Manifest) -> list[str]:
    try:
        return manifest.find_faults()
    except (sqlite3.Error, ValueError, TypeError) as error:
        return [str(error)]


def _replace(folder: Path) -> Iterator[tuple[LocalEngine, Manifest]]:
    """Let a new index be built, and put it in the place of the one in `folder`, whose lock is held."""
    beside = folder / REPLACEMENT_NAME
    try:
        # What a rebuild that was killed has left is nobody's.
        shutil.rmtree(beside, ignore_errors=True)
        engine, manifest = _open(beside)
        with contextlib.closing(engine), manifest:
            yield engine, manifest
        _put_in_place(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _remove_unfinished(folder: Path) -> None:
    """Remove what a rebuild that was killed has left; not what one is at work on."""
    beside = folder / REPLACEMENT_NAME
    if beside.exists():
        with contextlib.suppress(IndexBusy), WriteLock(folder):
            shutil.rmtree(beside, ignore_errors=True)


def _put_in_place(beside: Path, folder: Path) -> None:
    """Move a complete index over the one that it replaces: what names its files last."""
    erase_index(folder)
    # What names its files comes last, and when they are certain.
    (beside / LOCK_NAME).unlink(missing_ok=True)
    paths = list(beside.iterdir())
    for is_toc in (False, True):
        for path in paths:
            if (path.suffix == ".toc") is is_toc:
                os.replace(path, folder / path.name)
        sync_folder(folder)
