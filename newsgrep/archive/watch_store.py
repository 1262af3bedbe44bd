"""The memory of standing searches: what each asks, which articles it has told, and what it was telling last.

One SQLite database beside the segments, no part of the index itself: a rebuild leaves it as it is. Every change is one
transaction and durable when it returns. Articles are kept as their ids, eight bytes each, in a few sorted runs a
watch, so that a run of the watch writes what is new and not what it knew.

What is about to be told is written down first, as a *batch*: its articles and, where the output goes to a file, the
output with its place in the file. A batch that is still there when the next run begins was cut off.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from newsgrep.archive.database import DatabaseStrange, open_database, require_schema
from newsgrep.archive.database_errors import database_errors, transaction
from newsgrep.archive.delivered_file import Place
from newsgrep.archive.own_files import require_own_files
from newsgrep.errors import IndexUnusable, WatchExists, WatchMissing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Ids = NDArray[np.uint64]
    """Article ids as numbers, sorted, each once."""

STORE_NAME = "watches.sqlite"

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watches (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    question TEXT NOT NULL,       -- what it asks, as `search/watches.py` writes it
    added TEXT NOT NULL,
    last_run TEXT,
    told INTEGER NOT NULL         -- articles
);
CREATE TABLE IF NOT EXISTS seen (  -- articles told, or there before the watch was
    watch INTEGER NOT NULL,
    run INTEGER NOT NULL,
    ids BLOB NOT NULL,            -- sorted, little-endian, eight bytes each
    PRIMARY KEY (watch, run)
);
CREATE TABLE IF NOT EXISTS unsure (  -- articles of batches that were cut off where nobody can know how far they came
    watch INTEGER PRIMARY KEY,
    ids BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB,                    -- of the file that the output goes to; NULL for a pipe or a terminal
    replaced INTEGER,             -- whether the output is the whole file, or what is appended to it
    device INTEGER, inode INTEGER, length INTEGER,  -- the file before
    output BLOB
);
CREATE TABLE IF NOT EXISTS batch_ids (batch INTEGER NOT NULL, watch INTEGER NOT NULL, ids BLOB NOT NULL);
"""
_ID_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWatch:
    """A standing search as it is stored."""

    number: int
    name: str
    question: str
    added: str
    """ISO 8601, UTC."""
    last_run: str | None
    told: int
    """How many articles it has told."""


class Batch(NamedTuple):
    """What was about to be told."""

    number: int
    place: Place | None
    """The file that the output goes to; None for a pipe or a terminal."""
    output: bytes


class WatchStore:
    """An open store."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        """Open the store of an index directory, or make it unless `readonly`. Raises IndexUnusable.

        What a killed process left half done is undone in either case.
        """
        require_own_files(folder)
        self._path = folder / STORE_NAME
        with self._mapped_errors():
            self._db = open_database(self._path, readonly=readonly, timeout=30)
            try:
                version = self._db.execute("PRAGMA user_version").fetchone()[0]
                if version not in (0, _VERSION):
                    raise IndexUnusable(
                        f"{self._path} was written by a later newsgrep",
                        hint="Upgrade newsgrep, or move the file away and add the watches anew.",
                    )
                if version:
                    require_schema(self._db, _SCHEMA)
                if not readonly:
                    # FULL may undo the last transaction when power fails; a batch that is being told must stay known.
                    self._db.execute("PRAGMA synchronous = EXTRA")
                    if not version:
                        self._db.executescript(_SCHEMA)
                        self._db.execute("INSERT OR IGNORE INTO facts VALUES ('identity', ?)", (str(uuid.uuid4()),))
                        self._db.execute(f"PRAGMA user_version = {_VERSION}")
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the database."""
        self._db.close()

    @property
    def identity(self) -> str:
        """A UUID that no other store has."""
        with self._mapped_errors():
            return str(self._db.execute("SELECT value FROM facts WHERE name = 'identity'").fetchone()[0])

    def watches(self) -> tuple[StoredWatch, ...]:
        """All standing searches, in order of name."""
        with self._mapped_errors():
            rows = self._db.execute("SELECT number, name, question, added, last_run, told FROM watches ORDER BY name")
            return tuple(
                _read_watch(number=number, name=name, question=question, added=added, last_run=last_run, told=told)
                for number, name, question, added, last_run, told in rows
            )

    def add(self, name: str, question: str, seen: Ids, *, now: str, replace: bool = False) -> None:
        """Add a watch that has seen some articles already. Raises WatchExists, unless it is to `replace` that one."""
        with self._transaction():
            number = self._number(name)
            if number is not None:
                if not replace:
                    raise WatchExists(
                        f"there is a watch {name} already",
                        hint="--replace puts the new one in its place; `newsgrep watch list` shows all.",
                    )
                self._remove(number)
            cursor = self._db.execute(
                "INSERT INTO watches (name, question, added, told) VALUES (?, ?, ?, 0)", (name, question, now)
            )
            self._db.execute("INSERT INTO seen VALUES (?, 1, ?)", (cursor.lastrowid, _pack(seen)))

    def remove(self, name: str) -> None:
        """Remove a watch and what it has seen. Raises WatchMissing."""
        with self._transaction():
            number = self._number(name)
            if number is None:
                raise missing(name)
            self._remove(number)

    def seen(self, watch: int) -> Ids:
        """The articles that a watch need not tell any more."""
        with self._mapped_errors():
            rows = self._db.execute("SELECT ids FROM seen WHERE watch = ?", (watch,)).fetchall()
            return _join([_unpack(ids) for (ids,) in rows])

    def unsure(self, watch: int) -> Ids:
        """The articles that a watch may have told already."""
        with self._mapped_errors():
            row = self._db.execute("SELECT ids FROM unsure WHERE watch = ?", (watch,)).fetchone()
            return _unpack(row[0] if row else b"")

    def begin(self, told: Mapping[int, Ids], place: Place | None, output: bytes) -> int:
        """Write down what is about to be told, by watch; returns the number of the batch."""
        with self._transaction():
            cursor = self._db.execute(
                "INSERT INTO batches (path, replaced, device, inode, length, output) VALUES (?, ?, ?, ?, ?, ?)",
                (os.fsencode(place.path), place.replaced, place.device, place.inode, place.length, output)
                if place
                else (None, None, None, None, None, b""),
            )
            number = int(cursor.lastrowid or 0)
            self._db.executemany(
                "INSERT INTO batch_ids VALUES (?, ?, ?)", ((number, watch, _pack(ids)) for watch, ids in told.items())
            )
        return number

    def finish(self, batch: int, *, now: str) -> None:
        """Mark a batch as told."""
        with self._transaction():
            for watch, ids in self._batch_ids(batch):
                self._add_seen(watch, ids)
                self._set_unsure(watch, _without(self._unsure(watch), ids))
                self._db.execute(
                    "UPDATE watches SET told = told + ?, last_run = ? WHERE number = ?", (len(ids), now, watch)
                )
            self._drop(batch)

    def give_up(self, batch: int) -> None:
        """Forget a batch of which nobody can know whether it was told; its articles are `unsure` from now on."""
        with self._transaction():
            for watch, ids in self._batch_ids(batch):
                self._set_unsure(watch, _join([_without(self._unsure(watch), ids), ids]))
            self._drop(batch)

    def unfinished(self) -> tuple[Batch, ...]:
        """Batches that were begun and not finished, the oldest first."""
        with self._mapped_errors():
            return tuple(_read_batch(*row) for row in self._db.execute("SELECT * FROM batches ORDER BY number"))

    def told_by(self, batch: int) -> frozenset[int]:
        """The numbers of the watches whose articles are in a batch."""
        with self._mapped_errors():
            rows = self._db.execute("SELECT watch FROM batch_ids WHERE batch = ?", (batch,)).fetchall()
        return frozenset(watch for (watch,) in rows)

    def note_run(self, versions: Mapping[int, Ids], *, now: str) -> None:
        """Remember that watches ran, and articles that each need not tell any more, being versions of what it told."""
        with self._transaction():
            for watch, ids in versions.items():
                if len(ids):
                    self._add_seen(watch, ids)
                self._db.execute("UPDATE watches SET last_run = ? WHERE number = ?", (now, watch))

    def find_faults(self) -> list[str]:
        """What is wrong with the store. Raises IndexUnusable where it cannot be read."""

        with self._mapped_errors():
            faults = [str(fault) for (fault,) in self._db.execute("PRAGMA integrity_check(20)") if fault != "ok"]
            numbers = {each.number for each in self.watches()}
            self.unfinished()
            for table in ("seen", "unsure", "batch_ids"):
                for watch, packed in self._db.execute(f"SELECT watch, ids FROM {table}"):  # noqa: S608
                    ids = _unpack(packed)
                    if watch not in numbers or (ids[1:] <= ids[:-1]).any():
                        faults.append("what it holds of articles is damaged")
        return faults[:20]

    def _number(self, name: str) -> int | None:
        row = self._db.execute("SELECT number FROM watches WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _remove(self, number: int) -> None:
        self._db.execute("DELETE FROM watches WHERE number = ?", (number,))
        for table in ("seen", "unsure", "batch_ids"):
            self._db.execute(f"DELETE FROM {table} WHERE watch = ?", (number,))  # noqa: S608

    def _drop(self, batch: int) -> None:
        self._db.execute("DELETE FROM batches WHERE number = ?", (batch,))
        self._db.execute("DELETE FROM batch_ids WHERE batch = ?", (batch,))

    def _batch_ids(self, batch: int) -> list[tuple[int, Ids]]:
        rows = self._db.execute("SELECT watch, ids FROM batch_ids WHERE batch = ?", (batch,)).fetchall()
        return [(watch, _unpack(ids)) for watch, ids in rows]

    def _unsure(self, watch: int) -> Ids:
        row = self._db.execute("SELECT ids FROM unsure WHERE watch = ?", (watch,)).fetchone()
        return _unpack(row[0] if row else b"")

    def _set_unsure(self, watch: int, ids: Ids) -> None:
        self._db.execute("DELETE FROM unsure WHERE watch = ?", (watch,))
        if len(ids):
            self._db.execute("INSERT INTO unsure VALUES (?, ?)", (watch, _pack(ids)))

    def _add_seen(self, watch: int, ids: Ids) -> None:
        """Add a run, joined with those before it that are no larger than twice what has come together."""
        rows = self._db.execute("SELECT run, ids FROM seen WHERE watch = ? ORDER BY run DESC", (watch,))
        joined, total, last = [ids], len(ids) * _ID_BYTES, 0
        for run, packed in rows.fetchall():
            if not isinstance(run, int):
                raise DatabaseStrange("what it holds of articles is damaged")
            last = max(last, run)
            if len(packed) > 2 * total:
                break
            joined.append(_unpack(packed))
            total += len(packed)
            self._db.execute("DELETE FROM seen WHERE watch = ? AND run = ?", (watch, run))
        self._db.execute("INSERT INTO seen VALUES (?, ?, ?)", (watch, last + 1, _pack(_join(joined))))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._mapped_errors(), transaction(self._db):
            yield

    def _mapped_errors(self) -> contextlib.AbstractContextManager[None]:
        return database_errors(self._path, "The standing searches of the index are kept in it.")


def list_watches(folder: Path) -> tuple[StoredWatch, ...]:
    """The standing searches of an index directory, in order of name; writes nothing. Raises IndexUnusable."""
    if not (folder / STORE_NAME).exists():
        return ()
    with WatchStore(folder, readonly=True) as store:
        return store.watches()


def missing(name: str) -> WatchMissing:
    """The error for a name that no watch has."""
    return WatchMissing(f"there is no watch {name}", hint="`newsgrep watch list` shows all.")


def find_store_faults(folder: Path) -> list[str]:
    """What is wrong with the store of an index directory, which need not have one."""
    if not (folder / STORE_NAME).exists():
        return []
    try:
        with WatchStore(folder, readonly=True) as store:
            return store.find_faults()
    except IndexUnusable as error:
        return [error.message.removeprefix(f"{folder / STORE_NAME}: ")]


def _read_watch(*, number: Any, name: Any, question: Any, added: Any, last_run: Any, told: Any) -> StoredWatch:
    """Raises DatabaseStrange for what `WatchStore.add` does not write."""
    texts = (name, question, added, last_run or "")
    if not all(isinstance(text, str) for text in texts) or not (isinstance(number, int) and isinstance(told, int)):
        raise DatabaseStrange("what it holds of a watch is damaged")
    return StoredWatch(number=number, name=name, question=question, added=added, last_run=last_run, told=told)


def _read_batch(number: int, path: Any, replaced: Any, device: Any, inode: Any, length: Any, output: Any) -> Batch:
    """Raises DatabaseStrange for what `WatchStore.begin` does not write."""
    if path is None:
        return Batch(number, None, b"")
    numbers = (replaced, device, inode, length)
    is_known = isinstance(path, bytes) and isinstance(output, bytes) and all(isinstance(one, int) for one in numbers)
    if not is_known or length < 0:
        raise DatabaseStrange("what it holds of an output is damaged")
    return Batch(number, Place(os.fsdecode(path), bool(replaced), device, inode, length), output)


def _pack(ids: Ids) -> bytes:
    return ids.astype("<u8").tobytes()


def _unpack(packed: Any) -> Ids:
    """Raises DatabaseStrange for what `_pack` does not make."""
    import numpy as np

    if not isinstance(packed, bytes) or len(packed) % _ID_BYTES:
        raise DatabaseStrange("what it holds of articles is damaged")
    return np.frombuffer(packed, "<u8").astype(np.uint64)


def _join(runs: list[Ids]) -> Ids:
    import numpy as np

    return np.unique(np.concatenate(runs)) if runs else np.zeros(0, np.uint64)


def _without(ids: Ids, others: Ids) -> Ids:
    import numpy as np

    return np.setdiff1d(ids, others, assume_unique=True)
