"""SQLite's FTS5 with its Porter stemmer."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from typing import TYPE_CHECKING

from benchmarks.corpus import read_corpus
from benchmarks.query_log import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.engines.engine import Search
    from benchmarks.query_log import LoggedQuery

_FILE = "articles.sqlite"
_SCHEMA = """
CREATE TABLE facts (number INTEGER PRIMARY KEY, id TEXT, date TEXT, section TEXT);
CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize = 'porter unicode61');
"""
_JOIN = "FROM texts JOIN facts ON facts.number = texts.rowid WHERE texts MATCH ?"
_COLD = """
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
total, = database.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", sys.argv[2:]).fetchone()
hits = database.execute(
    "SELECT id, title, date, section FROM texts JOIN facts ON number = texts.rowid WHERE texts MATCH ? "
    "ORDER BY rank LIMIT 10", sys.argv[2:]).fetchall()
print(json.dumps({"total": total, "hits": hits}))
"""


def load() -> SqliteFts5:
    """The adapter. Raises ImportError where SQLite was built without FTS5."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        try:
            database.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            raise ImportError(f"SQLite: {error}") from error
    return SqliteFts5()


class SqliteFts5:
    """Texts in a full-text table, dates and sections in a plain one beside it."""

    modes = ("plain",)
    version = sqlite3.sqlite_version

    def build(self, corpus: Path, folder: Path, jobs: int) -> None:  # noqa: ARG002  # SQLite writes with one thread
        """Index a corpus in one transaction."""
        folder.mkdir(parents=True)
        with contextlib.closing(sqlite3.connect(folder / _FILE)) as database:
            database.executescript(_SCHEMA)
        self.add(corpus, folder)

    def add(self, corpus: Path, folder: Path) -> None:
        """Add a corpus in one transaction."""
        with contextlib.closing(sqlite3.connect(folder / _FILE)) as database, database:
            (last,) = database.execute("SELECT coalesce(max(number), 0) FROM facts").fetchone()
            for number, record in enumerate(read_corpus(corpus), start=last + 1):
                facts = (number, record["id"], record["date"], record["section"])
                database.execute("INSERT INTO facts VALUES (?, ?, ?, ?)", facts)
                texts = (number, record["title"], record["body"])
                database.execute("INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)", texts)

    @contextlib.contextmanager
    def open(self, folder: Path, mode: str) -> Iterator[Search]:  # noqa: ARG002
        """Open the database."""
        with contextlib.closing(sqlite3.connect(folder / _FILE)) as database:

            def search(query: LoggedQuery, limit: int) -> int:
                condition, values = _build_condition(query)
                source = condition if query.filter != "none" else "FROM texts WHERE texts MATCH ?"
                (total,) = database.execute(f"SELECT count(*) {source}", values).fetchone()
                best = f"SELECT id, title, date, section {condition} ORDER BY rank LIMIT ?"
                database.execute(best, [*values, limit]).fetchall()
                return int(total)

            yield search

    def cold_command(self, folder: Path, text: str) -> tuple[str, ...]:
        """The shortest script that does it."""
        return (sys.executable, "-c", _COLD, str(folder / _FILE), build_match(text))


def build_match(text: str) -> str:
    """A log's query text in FTS5's language."""
    shape, words = read_words(text)
    match shape:
        case "phrase":
            return f'"{" ".join(words)}"'
        case "prefix":
            return f"{words[0]}*"
        case _:
            return f" {shape.upper()} ".join(f'"{word}"' for word in words)


def _build_condition(query: LoggedQuery) -> tuple[str, list[str]]:
    condition, values = _JOIN, [build_match(query.text)]
    if query.since is not None and query.until is not None:
        condition += " AND date BETWEEN ? AND ?"
        values += [query.since.isoformat(), query.until.isoformat()]
    if query.section is not None:
        condition += " AND section = ?"
        values.append(query.section)
    return condition, values
