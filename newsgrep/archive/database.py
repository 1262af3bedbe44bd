"""The SQLite databases of an index, opened so that they can do no more than hold rows.

A database can hold programs: triggers, views, computed columns, a journal that tells which file to delete. None of
newsgrep's has them, so that one which differs from what newsgrep makes is refused, and what a statement may take is
bounded by the size of the file.
"""

from __future__ import annotations

import contextlib
import functools
import re
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_JOURNAL_END = bytes.fromhex("d9d505f920a163d7")
_COMMENTS = re.compile(r"--[^\n]*")
_MOST_BYTES = 256 << 20
"""The longest value that is written where the file is smaller."""
_STEPS = 1_000_000
"""Steps of SQLite's machine between two looks at what a statement has taken."""
_STEPS_PER_BYTE = 16
_LEAST_LOOKS = 50


class DatabaseStrange(sqlite3.DatabaseError):
    """A database holds what newsgrep never writes."""


def open_database(
    path: Path, *, readonly: bool = False, create: bool = True, timeout: float = 5.0
) -> sqlite3.Connection:
    """Open a database, or with `create` make an empty one unless `readonly`.

    With `readonly` nothing is changed but what a killed writer left half done, which is undone. Raises sqlite3.Error.
    """
    _check_journal(path)
    size = path.stat().st_size if path.exists() else 0
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create and not readonly else 'rw'}"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=timeout)
    try:
        _harden(db, size, readonly=readonly)
    except BaseException:
        db.close()
        raise
    return db


def require_schema(db: sqlite3.Connection, schema: str) -> bool:
    """Whether a database has any tables. Raises DatabaseStrange where it holds others than some statements make."""
    made = _read_schema(db)
    if strange := made - _expected(schema):
        name = min(strange)[0]
        raise DatabaseStrange(f"it holds {name[:80]!r}, which is none of newsgrep's tables")
    return bool(made)


def _check_journal(path: Path) -> None:
    """Refuse a journal that names another file: SQLite would delete that one. Source: SQLite's file format, 3."""
    journal = path.with_name(f"{path.name}-journal")
    try:
        with journal.open("rb") as file:
            file.seek(max(0, journal.stat().st_size - len(_JOURNAL_END)))
            if file.read(len(_JOURNAL_END)) == _JOURNAL_END and file.tell() > len(_JOURNAL_END):
                raise DatabaseStrange("its journal names another file, which newsgrep's never does")
    except FileNotFoundError:
        return
    except OSError as error:
        raise DatabaseStrange(f"its journal cannot be read: {error.strerror or error}") from error


def _harden(db: sqlite3.Connection, size: int, *, readonly: bool) -> None:
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(size, _MOST_BYTES))
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    db.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1)
    looks = _LEAST_LOOKS + size * _STEPS_PER_BYTE // _STEPS
    taken = 0
    before = -1

    def look() -> bool:
        nonlocal taken, before
        # What is written makes room for more work; a statement that only reads has what the file allows.
        if db.total_changes != before:
            before, taken = db.total_changes, 0
        taken += 1
        return taken > looks

    db.set_progress_handler(look, _STEPS)
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    if readonly:
        db.execute("PRAGMA query_only = ON")


def _read_schema(db: sqlite3.Connection) -> frozenset[tuple[str, str]]:
    """The names and statements of all that a database holds; what SQLite adds by itself has no statement."""
    rows = db.execute("SELECT name, sql FROM sqlite_schema LIMIT 1000").fetchall()
    return frozenset((str(name), _normalise(sql)) for name, sql in rows if sql is not None)


def _normalise(sql: object) -> str:
    return " ".join(_COMMENTS.sub(" ", str(sql)).split())


@functools.lru_cache
def _expected(schema: str) -> frozenset[tuple[str, str]]:
    """What a database would hold after some statements."""
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema)
        return _read_schema(db)
