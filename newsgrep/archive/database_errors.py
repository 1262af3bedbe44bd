"""SQLite on a disk that fails or is full: its errors, told apart from a database at fault, and its transactions."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from typing import TYPE_CHECKING

from newsgrep.codec.disk_errors import naming
from newsgrep.errors import IndexBusy, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OF_THE_DISK = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_IOERR": errno.EIO,
    "SQLITE_CANTOPEN": errno.EIO,
    "SQLITE_READONLY": errno.EROFS,
}
"""The beginnings of SQLite's names of errors."""


@contextlib.contextmanager
def database_errors(path: Path, hint: str) -> Iterator[None]:
    """A block whose errors of a database become OSError that names it, IndexBusy, or IndexUnusable with a hint."""
    try:
        yield
    except (sqlite3.Error, UnicodeError) as error:
        raise translate_error(error, path, hint) from error


def translate_error(error: Exception, path: Path, hint: str) -> OSError | IndexBusy | IndexUnusable:
    """The error to be raised in place of one of SQLite."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IndexBusy(f"{path} is in use", hint="Try again when the other process is done.")
    if name.startswith("SQLITE_CANTOPEN") and path.is_file() and not os.access(path, os.R_OK):
        return OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    if name.startswith("SQLITE_READONLY") and not os.access(path, os.W_OK):
        return OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    for beginning, number in _OF_THE_DISK.items():
        # A database that is not there, or is a folder, is no fault of the disk.
        if name.startswith(beginning) and path.is_file():
            what = "the disk is full" if number == errno.ENOSPC else f"the disk fails ({name}: {error})"
            return OSError(number, what, str(path))
    if name.startswith("SQLITE_CORRUPT"):
        # So SQLite also calls what it cannot read.
        try:
            _read_all(path)
        except OSError as failure:
            return failure
    return IndexUnusable(f"{path}: {error}", hint=hint)


def _read_all(path: Path) -> None:
    at = 0
    with naming(path), path.open("rb") as file:
        while piece := os.pread(file.fileno(), 1 << 20, at):
            at += len(piece)


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when the block or the commit fails."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        # SQLite rolls back by itself where the disk is full.
        if database.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                database.execute("ROLLBACK")
        raise
