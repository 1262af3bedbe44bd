"""The ledger of files already read: what an update may skip, must replace or must drop.

One SQLite database beside the segments. Rows carry the generation of the commit that they belong to, and several
rows of one file may stand side by side: the one commit point is the rename of Whoosh's table of contents, so rows
of a generation that never came to be are ignored and swept, and the rows that they would have replaced still hold.
"""

from __future__ import annotations

import enum
import json
import os
import sqlite3
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from newsgrep.archive.file_reading import parse_reading
from newsgrep.archive.location import MANIFEST_NAME
from newsgrep.archive.report import Problem
from newsgrep.archive.schema import FORMAT_VERSION
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from newsgrep.archive.file_reading import FileReading

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (
    name TEXT PRIMARY KEY, value TEXT NOT NULL,
    checksum INTEGER NOT NULL     -- of the row; see _checksum
) WITHOUT ROWID;
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
) WITHOUT ROWID;
"""


UNFINISHED = -1
"""A size that no file has: the next update finds the file changed, whatever it is then."""
_VERSION = "format_version", str(FORMAT_VERSION)
_MOST_FAULTS = 20
_COLUMNS = "key, path, size, mtime_ns, digest, status, articles, problems, reading"


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
        """Open or create the manifest of an index directory. Raises IndexUnusable."""
        path = (folder / MANIFEST_NAME).resolve()
        self.committed = committed
        self._db = sqlite3.connect(path.as_uri() + ("?mode=ro" if readonly else ""), uri=True, isolation_level=None)
        try:
            if not readonly:
                self._db.execute("PRAGMA synchronous = FULL")
                self._db.executescript(_SCHEMA)
                self._db.execute("INSERT OR IGNORE INTO facts VALUES (?, ?, ?)", _fact_row(*_VERSION))
            version = int(self.fact("format_version") or 0)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise IndexUnusable(f"{path}: {error}", hint=REBUILD_HINT) from error
        if version != FORMAT_VERSION:
            self._db.close()
            raise IndexUnusable(
                f"{folder} has format version {version}, this newsgrep reads version {FORMAT_VERSION}",
                hint=REBUILD_HINT,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the database."""
        self._db.close()

    def fact(self, name: str) -> str | None:
        """A fact about the index, or None."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

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
        rows = self._db.execute(
            "SELECT key, size, mtime_ns, status, reading FROM files WHERE generation <= ? ORDER BY key, generation",
            (self.committed,),
        )
        stamps: dict[str, tuple[int, int]] = {}
        gone = str(Status.GONE)
        for key, size, mtime_ns, status, reading in rows:
            name = os.fsdecode(key)
            if status == gone:
                stamps.pop(name, None)
            else:
                stamps[name] = (UNFINISHED if is_outdated(reading) else size, mtime_ns)
        return stamps

    def record(self, key: str) -> FileRecord | None:
        """What the last commit holds of one file."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM files WHERE key = ? AND generation <= ? ORDER BY generation DESC LIMIT 1",  # noqa: S608
            (os.fsencode(key), self.committed),
        ).fetchone()
        record = _read_record(row) if row else None
        return record if record and record.status != Status.GONE else None

    def iter_records(self) -> Iterator[FileRecord]:
        """Every file of the last commit, in order of absolute path."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS}, max(generation) FROM files WHERE generation <= ? GROUP BY key",  # noqa: S608
            (self.committed,),
        )
        return (record for *row, _ in rows if (record := _read_record(row)).status != Status.GONE)

    def find_faults(self) -> list[str]:
        """What is wrong with the database, by its own account and by ours. Raises sqlite3.Error."""
        faults = [str(fault) for (fault,) in self._db.execute(f"PRAGMA integrity_check({_MOST_FAULTS})")]
        for table in ("facts", "files"):
            for *row, checksum in self._db.execute(f"SELECT * FROM {table}"):  # noqa: S608
                if checksum != _checksum(row) and len(faults) < _MOST_FAULTS:
                    name = row[0] if isinstance(row[0], str) else os.fsdecode(row[0])
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

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when the block fails."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        self._db.execute("ROLLBACK" if kind else "COMMIT")


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
    key, path, size, mtime_ns, digest, status, articles, problems, reading = row
    name = os.fsdecode(path)
    return FileRecord(
        key=os.fsdecode(key),
        path=name,
        size=size,
        mtime_ns=mtime_ns,
        digest=digest,
        status=Status(status),
        articles=articles,
        problems=tuple(
            Problem(name, reason, position, failed, count) for reason, position, failed, count in json.loads(problems)
        ),
        reading=parse_reading(reading) if reading else None,
    )
