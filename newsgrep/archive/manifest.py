"""The ledger of files already read: what an update may skip, must replace or must drop.

One SQLite database beside the segments. Rows carry the generation of the commit that they belong to, and several
rows of one file may stand side by side: the one commit point is the rename of Whoosh's table of contents, so rows
of a generation that never came to be are ignored and swept, and the rows that they would have replaced still hold.
"""

from __future__ import annotations

import contextlib
import enum
import json
import os
import re
import sqlite3
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from newsgrep.archive.database import open_database, require_schema
from newsgrep.archive.database_errors import database_errors, transaction, translate_error
from newsgrep.archive.file_reading import parse_reading
from newsgrep.archive.location import MANIFEST_NAME
from newsgrep.archive.own_files import require_own_files
from newsgrep.archive.report import Problem
from newsgrep.archive.schema import FORMAT_VERSION
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from newsgrep.archive.file_reading import FileReading

_TABLES = (
    """
CREATE TABLE IF NOT EXISTS facts (
    name TEXT PRIMARY KEY, value TEXT NOT NULL,
    checksum INTEGER NOT NULL     -- of the row; see _checksum
) WITHOUT ROWID
""",
    """
CREATE TABLE IF NOT EXISTS files (
    key BLOB NOT NULL,            -- absolute path, as the file system spells it
    generation INTEGER NOT NULL,  -- of the commit that this row belongs to
    path BLOB NOT NULL,           -- as the walk found it
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    digest BLOB,                  -- BLAKE2b of the content, 16 bytes; NULL where it was not read to its end
    status TEXT NOT NULL,
    articles INTEGER NOT NULL,
    problems TEXT NOT NULL,       -- JSON list of [reason, position, failed, count]
    reading TEXT,                 -- JSON object: how it was read (`file_reading`); NULL where that is not known
    checksum INTEGER NOT NULL,    -- of the row
    PRIMARY KEY (key, generation)
) WITHOUT ROWID
""",
)


UNFINISHED = -1
"""A size that no file has: the next update finds the file changed, whatever it is then."""
_VERSION = "format_version", str(FORMAT_VERSION)
_MOST_FAULTS = 20
_COLUMNS = "key, generation, path, size, mtime_ns, digest, status, articles, problems, reading, checksum"


class Status(enum.StrEnum):
    """What became of a file."""

    READ = "read"
    SKIPPED = "skipped"
    """Not a kind of file that holds articles."""
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One file as it was when it was read."""

    key: str
    """Absolute path."""
    path: str
    """As the walk found it."""
    size: int
    mtime_ns: int
    digest: bytes | None = None
    status: Status = Status.READ
    articles: int = 0
    problems: tuple[Problem, ...] = ()
    reading: FileReading | None = None
    """How it was read; None where that is not known."""

    @property
    def is_finished(self) -> bool:
        """Whether it was read to its end, so that it is known what of it is in the index."""
        return self.size != UNFINISHED


class Manifest:
    """An open manifest. `committed` is the generation of the index's last commit."""

    def __init__(self, folder: Path, committed: int, *, readonly: bool = False) -> None:
        """Open the manifest of an index directory, or create it where nothing was committed.

        Raises IndexUnusable, or OSError where a disk fails or is full.
        """
        require_own_files(folder)
        self._path = folder / MANIFEST_NAME
        self.committed = committed
        with self._mapped_errors():
            # Once there are commits a manifest is never made.
            self._db = open_database(self._path, readonly=readonly, create=not committed)
        try:
            with self._mapped_errors():
                self._prepare(readonly=readonly)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, *, readonly: bool) -> None:
        """See what the database is; make the tables of a new one. Raises IndexUnusable or sqlite3.Error."""
        version = _read_version(self._db)
        if version not in (None, FORMAT_VERSION):
            raise other_version(self._path.parent, version)
        if not readonly:
            # FULL may undo the last transaction when power fails: an index with articles of no file.
            self._db.execute("PRAGMA synchronous = EXTRA")
        if require_schema(self._db, ";".join(_TABLES)):
            if version is None:
                raise IndexUnusable(f"{self._path}: it does not say its format version", hint=REBUILD_HINT)
        elif self.committed:
            raise IndexUnusable(f"{self._path}: it is empty", hint=REBUILD_HINT)
        else:
            if readonly:
                # A first build was cut off before its manifest was whole.
                self._db.close()
                self._db = sqlite3.connect(":memory:", isolation_level=None)
            with transaction(self._db):
                for statement in _TABLES:
                    self._db.execute(statement)
                self._db.execute("INSERT INTO facts VALUES (?, ?, ?)", _fact_row(*_VERSION))

    def _unusable(self, error: Exception) -> Exception:
        return translate_error(error, self._path, REBUILD_HINT)

    def _mapped_errors(self) -> contextlib.AbstractContextManager[None]:
        return database_errors(self._path, REBUILD_HINT)

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement. Raises IndexUnusable for a damaged database."""
        try:
            for row in self._db.execute(statement, values):  # noqa: UP028  # which would close what is closed already
                yield row
        except (sqlite3.Error, UnicodeError) as error:
            raise self._unusable(error) from error

    def _read_record(self, row: Sequence[Any]) -> FileRecord:
        """Raises IndexUnusable for a row that newsgrep has not written."""
        try:
            return _read_record(row)
        except (TypeError, ValueError, RecursionError) as error:
            raise self._unusable(ValueError(f"what it holds of a file is damaged ({error})")) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the database."""
        self._db.close()

    def fact(self, name: str) -> str | None:
        """A fact about the index, or None."""
        rows = list(self._rows("SELECT name, value, checksum FROM facts WHERE name = ?", (name,)))
        if rows and _checksum(rows[0][:-1]) != rows[0][-1]:
            raise self._unusable(ValueError(f"what it holds of {name} is damaged"))
        return str(rows[0][1]) if rows else None

    def sweep(self) -> None:
        """Remove rows that no commit stands behind and rows that a later commit replaced.

        Only the holder of the index's lock may sweep.
        """
        with self._transaction():
            self._db.execute("DELETE FROM files WHERE generation > ?", (self.committed,))
            rows, keys = self._db.execute("SELECT count(*), count(DISTINCT key) FROM files").fetchone()
            if rows != keys:
                self._db.execute(
                    "DELETE FROM files WHERE EXISTS (SELECT 1 FROM files AS later"
                    " WHERE later.key = files.key AND later.generation > files.generation)"
                )
            self._db.execute("DELETE FROM files WHERE status = ?", (Status.GONE,))

    def stamps(self, is_outdated: Callable[[str | None], bool]) -> dict[str, tuple[int, int]]:
        """Size in bytes and mtime in ns of every file of the last commit, by absolute path.

        Files that are to be read again whatever they are now have the size UNFINISHED: those that were read in a way
        that `is_outdated`, which is asked with readings as they are spelled.
        """
        rows = self._rows(
            "SELECT key, size, mtime_ns, status, reading FROM files WHERE generation <= ? ORDER BY key, generation",
            (self.committed,),
        )
        stamps: dict[str, tuple[int, int]] = {}
        gone = str(Status.GONE)
        for key, size, mtime_ns, status, reading in rows:
            try:
                if not isinstance(size, int) or not isinstance(mtime_ns, int):
                    raise ValueError("its numbers are none")
                name = os.fsdecode(key)
                size = UNFINISHED if is_outdated(reading) else size
            except (TypeError, ValueError, RecursionError) as error:
                raise self._unusable(ValueError(f"what it holds of a file is damaged ({error})")) from error
            if status == gone:
                stamps.pop(name, None)
            else:
                stamps[name] = (size, mtime_ns)
        return stamps

    def record(self, key: str) -> FileRecord | None:
        """What the last commit holds of one file."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM files WHERE key = ? AND generation <= ? ORDER BY generation DESC LIMIT 1",  # noqa: S608
            (os.fsencode(key), self.committed),
        )
        record = next(map(self._read_record, list(rows)), None)
        return record if record and record.status != Status.GONE else None

    def iter_names(self) -> Iterator[tuple[str, str]]:
        """Every file of any commit: its absolute path, and the path as the walk found it. Raises IndexUnusable."""
        for key, path in self._rows("SELECT key, path FROM files", ()):
            if isinstance(key, bytes) and isinstance(path, bytes):
                yield os.fsdecode(key), os.fsdecode(path)

    def iter_records(self, *, verified: bool = False) -> Iterator[FileRecord]:
        """Every file of the last commit, in order of absolute path.

        With `verified`, raises IndexUnusable for a row whose checksum is wrong.
        """
        rows = self._rows(
            f"SELECT {_COLUMNS}, max(generation) FROM files WHERE generation <= ? GROUP BY key",  # noqa: S608
            (self.committed,),
        )
        for *row, _ in rows:
            if verified and _checksum(row[:-1]) != row[-1]:
                raise self._unusable(ValueError("what it holds of a file is damaged"))
            record = self._read_record(row)
            if record.status != Status.GONE:
                yield record

    def find_faults(self) -> list[str]:
        """What is wrong with the database, by its own account and by ours. Raises IndexUnusable."""
        faults = [str(fault) for (fault,) in self._rows(f"PRAGMA integrity_check({_MOST_FAULTS})")]
        for table in ("facts", "files"):
            for *row, checksum in self._rows(f"SELECT * FROM {table}"):  # noqa: S608
                if checksum != _checksum(row) and len(faults) < _MOST_FAULTS:
                    name = os.fsdecode(row[0]) if isinstance(row[0], str | bytes) else repr(row[0])
                    faults.append(f"what it holds of {name} is damaged")
        return [fault for fault in faults if fault != "ok"]

    def write(self, generation: int, records: Iterable[FileRecord], facts: dict[str, str]) -> None:
        """Record what the commit that makes `generation` will hold; durable when this returns."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_file_row(record, generation) for record in records),
            )
            self._db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", map(_fact_row, facts, facts.values()))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when the block fails."""
        with self._mapped_errors(), transaction(self._db):
            yield


def other_version(folder: Path, version: int) -> IndexUnusable:
    """The error for an index of another format version."""
    told = f"{os.fspath(folder)} has format version {version}, this newsgrep reads version {FORMAT_VERSION}"
    hint = REBUILD_HINT if version < FORMAT_VERSION else f"A later newsgrep reads it. {REBUILD_HINT}"
    return IndexUnusable(told, hint=hint)


def read_version(folder: Path) -> int | None:
    """The format version of an index, whether it can be used or not; None where that cannot be told."""
    try:
        require_own_files(folder)
        with contextlib.closing(open_database(folder / MANIFEST_NAME, readonly=True)) as db:
            return _read_version(db)
    except (IndexUnusable, sqlite3.Error, UnicodeError):
        return None


def _read_version(db: sqlite3.Connection) -> int | None:
    """The format version that a manifest tells; None where there is none yet. Raises sqlite3.Error."""
    if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'facts'").fetchone():
        return None
    row = db.execute("SELECT value FROM facts WHERE name = 'format_version'").fetchone()
    if row is None:
        return None
    if not re.fullmatch("[0-9]{1,6}", str(row[0])[:10]):
        raise sqlite3.DatabaseError("what it says of its format version is no number")
    return int(row[0])


def _file_row(record: FileRecord, generation: int) -> tuple[Any, ...]:
    row = (
        os.fsencode(record.key),
        generation,
        os.fsencode(record.path),
        record.size,
        record.mtime_ns,
        record.digest,
        str(record.status),
        record.articles,
        json.dumps([[p.reason, p.position, p.failed, p.count] for p in record.problems]),
        record.reading and record.reading.spell(),
    )
    return (*row, _checksum(row))


def _fact_row(name: str, value: str) -> tuple[str, str, int]:
    return name, value, _checksum((name, value))


def _checksum(row: Sequence[Any]) -> int:
    """CRC-32 of a row's values, as Python spells them: SQLite keeps none of its own."""
    return zlib.crc32(repr(tuple(row)).encode("utf-8", "surrogatepass"))


def _read_record(row: Sequence[Any]) -> FileRecord:
    """Raises TypeError or ValueError for a row that `_file_row` does not make."""
    key, _, path, size, mtime_ns, digest, status, articles, problems, reading, _ = row
    if not all(isinstance(number, int) for number in (size, mtime_ns, articles)) or articles < 0:
        raise ValueError("its numbers are none")
    if not isinstance(digest, bytes | None):
        raise ValueError("its digest is none")
    name = os.fsdecode(path)
    return FileRecord(
        key=os.fsdecode(key),
        path=name,
        size=size,
        mtime_ns=mtime_ns,
        digest=digest,
        status=Status(status),
        articles=articles,
        problems=tuple(_read_problem(name, *problem) for problem in json.loads(problems)),
        reading=parse_reading(reading) if reading else None,
    )


def _read_problem(name: str, reason: object, position: object, failed: object, count: object) -> Problem:
    if not isinstance(reason, str) or not isinstance(position, str | None) or not isinstance(count, int):
        raise ValueError("its problems are none")
    return Problem(name, reason, position, bool(failed), count)
