"""A database can hold programs; those of an index hold rows, or are refused."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import struct
import time
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.check import check_index
from newsgrep.archive.database import DatabaseStrange, open_database
from newsgrep.errors import IndexUnusable, NewsgrepError
from tests.archive.hostile_index import ask_all, bounded_memory, copy_index, first_id, iter_rounds, make_index

ROUNDS = 25
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("made"))


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    return copy_index(made, tmp_path / "index")


def change(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


PROGRAMS = {
    "a trigger": ["CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM files; END"],
    "a view": ["DROP TABLE files", f"CREATE VIEW files AS {ENDLESS} i AS key FROM n"],
    "an endless view of facts": ["DROP TABLE facts", f"CREATE VIEW facts AS {ENDLESS} 'x' AS name, i AS value FROM n"],
    "a computed column": ["ALTER TABLE files ADD COLUMN c AS (hex(zeroblob(1000000000)))"],
    "an index with an expression": ["CREATE INDEX i ON files (length(path))"],
    "another table": ["CREATE TABLE more (a)"],
    "a virtual table": ["CREATE VIRTUAL TABLE v USING fts5(a)"],
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_manifest_with_a_program_in_it_is_refused(index: Path, name: str) -> None:
    change(index / "manifest.sqlite", *PROGRAMS[name])
    before = (index / "manifest.sqlite").read_bytes()
    started = time.process_time()
    with newsgrep.open(index) as archive:
        for ask in (archive.info, lambda: archive.update([index.parent])):
            with pytest.raises(IndexUnusable, match=r"manifest\.sqlite"):
                ask()
    assert any("manifest.sqlite" in fault.path for fault in check_index(index).faults)
    assert time.process_time() - started < 10
    assert (index / "manifest.sqlite").read_bytes() == before


def test_watches_with_a_program_in_them_are_refused(index: Path) -> None:
    change(index / "watches.sqlite", "CREATE TRIGGER t AFTER UPDATE ON watches BEGIN DELETE FROM seen; END")
    with newsgrep.open(index) as archive:
        with pytest.raises(IndexUnusable, match=r"watches\.sqlite.*none of newsgrep's"):
            archive.list_watches()
        (fault,) = archive.check().faults
    assert fault.kind == "watches"


def write_hot_journal(path: Path) -> None:
    """Leave a database as a writer does that was killed while it wrote."""
    copies = path.with_name("copies")
    copies.mkdir()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN")
        db.execute("UPDATE files SET status = 'gone', problems = hex(zeroblob(20000))")
        for each in (path, path.with_name(f"{path.name}-journal")):
            shutil.copy(each, copies)
        db.execute("ROLLBACK")
    for each in copies.iterdir():
        os.replace(each, path.with_name(each.name))
    copies.rmdir()


def test_what_a_killed_writer_left_half_done_is_undone_by_who_only_reads(index: Path) -> None:
    with newsgrep.open(index) as archive:
        before = archive.info()
    write_hot_journal(index / "manifest.sqlite")
    assert (index / "manifest.sqlite-journal").stat().st_size > 512
    with newsgrep.open(index) as archive:
        assert archive.info().files == before.files
    assert check_index(index).faults == ()


def test_a_journal_that_names_another_file_does_not_remove_it(index: Path, tmp_path: Path) -> None:
    """SQLite removes the file that the end of a journal names, once it has undone what the journal holds."""
    precious = tmp_path / "settings"
    precious.write_text("the reader's own")
    write_hot_journal(index / "manifest.sqlite")
    name = os.fsencode(precious)
    page = struct.pack(">I", (1 << 30) // 4096 + 1)
    end = struct.pack(">II", len(name), sum(name)) + bytes.fromhex("d9d505f920a163d7")
    with (index / "manifest.sqlite-journal").open("ab") as file:
        file.write(page + name + end)
    with newsgrep.open(index) as archive:
        for ask in (archive.info, lambda: archive.update([tmp_path])):
            with pytest.raises(IndexUnusable, match="journal"):
                ask()
    assert precious.exists()


def test_a_reader_changes_nothing(tmp_path: Path) -> None:
    open_database(tmp_path / "a.sqlite").execute("CREATE TABLE a (b)").connection.close()
    reader = contextlib.closing(open_database(tmp_path / "a.sqlite", readonly=True))
    with reader as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("INSERT INTO a VALUES (1)")
    with pytest.raises(sqlite3.OperationalError):
        open_database(tmp_path / "none.sqlite", readonly=True).execute("SELECT 1 FROM a")
    assert not (tmp_path / "none.sqlite").exists()


def test_a_statement_without_an_end_is_ended(tmp_path: Path) -> None:
    opened = contextlib.closing(open_database(tmp_path / "a.sqlite"))
    with opened as db, pytest.raises(sqlite3.OperationalError, match="interrupted"):
        db.execute(f"{ENDLESS} max(i) FROM n").fetchall()


def test_an_error_of_a_strange_database_is_one_of_sqlite() -> None:
    assert issubclass(DatabaseStrange, sqlite3.DatabaseError)


VALUES = (
    "NULL",
    "0",
    "-1",
    "9223372036854775807",
    "1e300",
    "''",
    "'x'",
    "x'00'",
    "x'FF'",
    "'[[[['",
    "'{}'",
    "zeroblob(99)",
)


def test_rows_of_any_kind_end_in_answers_or_one_kind_of_error(index: Path, tmp_path: Path, made: Path) -> None:
    name = first_id(index)
    tables = {
        "manifest.sqlite": {"files": "key generation path size mtime_ns digest status articles problems reading",
                            "facts": "name value"},
        "watches.sqlite": {"watches": "number name question added last_run told", "seen": "watch run ids",
                           "unsure": "watch ids", "batches": "path replaced device inode length output",
                           "batch_ids": "batch watch ids", "facts": "name value"},
    }  # fmt: skip
    change(index / "watches.sqlite", "INSERT INTO unsure VALUES (1, zeroblob(16))",
           "INSERT INTO batches (number) VALUES (3)", "INSERT INTO batch_ids VALUES (3, 1, zeroblob(8))")  # fmt: skip
    base = copy_index(index, tmp_path / "base")
    (tmp_path / "new.txt").write_text("A storm\n\nThe storm tore three cables.\n")
    with bounded_memory():
        for rng, told in iter_rounds("databases", ROUNDS):
            copy = copy_index(base, index)
            database = rng.choice(list(tables))
            for _ in range(rng.randint(1, 3)):
                table = rng.choice(list(tables[database]))
                column = rng.choice(tables[database][table].split())
                some = "" if table in ("files", "facts") else " WHERE rowid % 2"
                with contextlib.suppress(sqlite3.Error):
                    change(copy / database, f"UPDATE {table} SET {column} = {rng.choice(VALUES)}{some}")
            if rng.random() < 0.4:
                data = bytearray((copy / database).read_bytes())
                for _ in range(rng.randint(1, 6)):
                    data[rng.randrange(len(data))] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
                (copy / database).write_bytes(data)
            ask_all(copy, name, told)
            with contextlib.suppress(NewsgrepError), newsgrep.open(copy) as archive:
                archive.update([tmp_path / "new.txt", made.parent / "saved"])
            with contextlib.suppress(NewsgrepError), newsgrep.open(copy) as archive, archive.open_watches() as watches:
                watches.recover()
                watches.mark_told(watches.find_news()[0])
