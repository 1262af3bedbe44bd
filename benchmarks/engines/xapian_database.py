"""Xapian through Debian's binding, `python3-xapian`."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import read_corpus
from benchmarks.query_log import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.engines.engine import Search
    from benchmarks.query_log import LoggedQuery

_DAY_SLOT = 0
_SECTION = "XS"
_COLD = """
import json, sys, xapian
database = xapian.Database(sys.argv[1])
parser = xapian.QueryParser()
parser.set_stemmer(xapian.Stem("english"))
parser.set_stemming_strategy(parser.STEM_ALL)
parser.set_default_op(xapian.Query.OP_AND)
enquire = xapian.Enquire(database)
enquire.set_query(parser.parse_query(sys.argv[2]))
found = enquire.get_mset(0, 10, database.get_doccount())
hits = [json.loads(match.document.get_data()) for match in found]
print(json.dumps({"total": found.get_matches_estimated(), "hits": [[hit["id"], hit["title"]] for hit in hits]}))
"""


def load() -> XapianDatabase:
    """The adapter. Raises ImportError."""
    return XapianDatabase(importlib.import_module("xapian"))


class XapianDatabase:
    """Stemmed terms of title and body in one, with a gap between; day as a value, section as a term."""

    modes = ("plain",)

    def __init__(self, xapian: Any) -> None:
        self._xapian = xapian

    @property
    def version(self) -> str:
        """The library's version."""
        return str(self._xapian.version_string())

    def build(self, corpus: Path, folder: Path, jobs: int) -> None:  # noqa: ARG002  # Xapian writes with one thread
        """Index a corpus."""
        self.add(corpus, folder)

    def add(self, corpus: Path, folder: Path) -> None:
        """Add a corpus in one commit beyond Xapian's own flushes."""
        xapian = self._xapian
        database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE_OR_OPEN)
        terms = xapian.TermGenerator()
        terms.set_stemmer(xapian.Stem("english"))
        terms.set_stemming_strategy(terms.STEM_ALL)
        for record in read_corpus(corpus):
            document = xapian.Document()
            terms.set_document(document)
            terms.set_termpos(0)
            terms.index_text(record["title"])
            terms.increase_termpos()
            terms.index_text(record["body"])
            document.add_boolean_term(_SECTION + record["section"])
            document.add_value(_DAY_SLOT, _day_value(dt.date.fromisoformat(record["date"])))
            document.set_data(json.dumps(record, ensure_ascii=False))
            database.add_document(document)
        database.commit()
        database.close()

    @contextlib.contextmanager
    def open(self, folder: Path, mode: str) -> Iterator[Search]:  # noqa: ARG002
        """Open the database."""
        database = self._xapian.Database(str(folder))
        enquire = self._xapian.Enquire(database)
        stem = self._xapian.Stem("english")
        everything = database.get_doccount()

        def search(query: LoggedQuery, limit: int) -> int:
            enquire.set_query(self._build_query(query, stem))
            found = enquire.get_mset(0, limit, everything)
            for match in found:
                json.loads(match.document.get_data())
            return int(found.get_matches_estimated())

        try:
            yield search
        finally:
            database.close()

    def _build_query(self, query: LoggedQuery, stem: Any) -> Any:
        node = self._xapian.Query
        shape, words = read_words(query.text)
        if shape == "prefix":
            # All five arguments: with two, the binding takes a string for a list of subqueries.
            main = node(node.OP_WILDCARD, words[0], 0, node.WILDCARD_LIMIT_ERROR, node.OP_SYNONYM)
        else:
            operator = {"and": node.OP_AND, "or": node.OP_OR, "phrase": node.OP_PHRASE}[shape]
            main = node(operator, [stem(word).decode() for word in words])
        if query.since is not None and query.until is not None:
            days = node(node.OP_VALUE_RANGE, _DAY_SLOT, _day_value(query.since), _day_value(query.until))
            main = node(node.OP_FILTER, main, days)
        if query.section is not None:
            main = node(node.OP_FILTER, main, node(_SECTION + query.section))
        return main

    def cold_command(self, folder: Path, text: str) -> tuple[str, ...]:
        """The shortest script that does it."""
        return (sys.executable, "-c", _COLD, str(folder), text)


def _day_value(day: dt.date) -> str:
    """A day whose order as text is its order in time."""
    return day.strftime("%Y%m%d")
