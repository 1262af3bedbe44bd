"""What is written aside until it is complete: a directory that goes with the run, or with the next one if it is killed.

Who writes holds the system's lock on the directory, so that one that a killed run has left can be told from one that
is being written.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = ".newsgrep-"
"""What the names of such directories begin with."""
_NAME = re.compile(re.escape(MARK) + r"[0-9a-f]{12}\.part")


@contextmanager
def open_aside(folder: Path) -> Iterator[Path]:
    """Make a directory within a directory that only this user can enter, and remove it and all in it at the end.

    Those that killed runs of this user have left there are removed first. Raises OSError.
    """
    remove_left_over(folder)
    made: list[Path] = []
    descriptor = None
    try:
        descriptor = _make(folder, made)
        yield made[-1]
    finally:
        try:
            _remove(made)
        except BaseException:
            # Ctrl-C in the midst of it.
            _remove(made)
            raise
        finally:
            if descriptor is not None:
                os.close(descriptor)


def remove_left_over(folder: Path) -> None:
    """Remove what runs of this user have left in a directory that ended before they could."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_left(entry.path)


def _make(folder: Path, made: list[Path]) -> int:
    """Make a directory and lock it; returns its descriptor, and adds to `made` whatever is to be removed."""
    while True:
        aside = folder / f"{MARK}{secrets.token_hex(6)}.part"
        made.append(aside)
        aside.mkdir(mode=0o700)
        descriptor = os.open(aside, os.O_RDONLY | os.O_CLOEXEC)
        # One that was removed between its making and its locking, for a dead run's, is made again.
        if _lock(descriptor) is not False and aside.is_dir():
            return descriptor
        os.close(descriptor)


def _remove(made: list[Path]) -> None:
    for aside in made:
        shutil.rmtree(aside, ignore_errors=True)


def _remove_if_left(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid() and _lock(descriptor):
            shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Whether the lock was free; None where the file system has no locks."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
