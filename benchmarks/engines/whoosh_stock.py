"""Stock Whoosh: its own codec, its own stemming analyzer, its own matchers."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from whoosh import fields, index
from whoosh import query as wq
from whoosh.analysis import StemmingAnalyzer

from benchmarks.corpus import read_corpus
from benchmarks.query_log import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.engines.engine import Search
    from benchmarks.query_log import LoggedQuery

_TEXT_FIELDS = ("title", "body")
_MEGABYTES = 256
"""Memory of all writers together, before postings are sorted out to disk."""
_COLD = """
import json, sys
from whoosh.index import open_dir
from whoosh.qparser import MultifieldParser
index = open_dir(sys.argv[1])
with index.searcher() as searcher:
    found = searcher.search(MultifieldParser(["title", "body"], index.schema).parse(sys.argv[2]), limit=10)
    hits = [[hit[field] for field in ("id", "title", "day", "section")] for hit in found]
    print(json.dumps({"total": len(found), "hits": hits}))
"""


def load() -> WhooshStock:
    """The adapter."""
    return WhooshStock()


class WhooshStock:
    """An index as Whoosh's guide has it."""

    modes = ("plain",)

    @property
    def version(self) -> str:
        """The version of whichever release is installed."""
        for name in ("whoosh3", "whoosh", "whoosh-reloaded"):
            with contextlib.suppress(PackageNotFoundError):
                return f"{name} {version(name)}"
        return "unknown"

    def build(self, corpus: Path, folder: Path, jobs: int) -> None:
        """Index a corpus; several jobs are Whoosh's own sub-processes."""
        folder.mkdir(parents=True)
        schema = fields.Schema(
            id=fields.ID(stored=True),
            title=fields.TEXT(analyzer=StemmingAnalyzer(), stored=True),
            body=fields.TEXT(analyzer=StemmingAnalyzer(), stored=True),
            section=fields.ID(stored=True),
            day=fields.NUMERIC(int, stored=True, sortable=True),
        )
        options = {"procs": jobs} if jobs > 1 else {}
        self._write(index.create_in(folder, schema).writer(limitmb=_MEGABYTES // jobs, **options), corpus)

    def add(self, corpus: Path, folder: Path) -> None:
        """Add a corpus."""
        self._write(index.open_dir(folder).writer(limitmb=_MEGABYTES), corpus)

    def _write(self, writer: Any, corpus: Path) -> None:
        for record in read_corpus(corpus):
            day = dt.date.fromisoformat(record["date"]).toordinal()
            texts = {"title": record["title"], "body": record["body"]}
            writer.add_document(id=record["id"], section=record["section"], day=day, **texts)
        writer.commit()

    @contextlib.contextmanager
    def open(self, folder: Path, mode: str) -> Iterator[Search]:  # noqa: ARG002
        """Open the index."""
        with index.open_dir(folder).searcher() as searcher:
            analyzer = StemmingAnalyzer()

            def search(query: LoggedQuery, limit: int) -> int:
                main = build_query(query.text, analyzer)
                found = searcher.search(main, limit=limit, filter=_build_filter(query))
                for hit in found:
                    hit.fields()
                return len(found)

            yield search

    def cold_command(self, folder: Path, text: str) -> tuple[str, ...]:
        """The shortest script that does it."""
        return (sys.executable, "-c", _COLD, str(folder), text)


def build_query(text: str, analyzer: Any) -> Any:
    """A log's query text as Whoosh's query tree."""
    shape, words = read_words(text)
    if shape == "prefix":
        return wq.Or([wq.Prefix(field, words[0]) for field in _TEXT_FIELDS])
    terms = [token.text for word in words for token in analyzer(word)]
    if shape == "phrase":
        return wq.Or([wq.Phrase(field, terms) for field in _TEXT_FIELDS])
    parts = [wq.Or([wq.Term(field, term) for field in _TEXT_FIELDS]) for term in terms]
    return wq.And(parts) if shape == "and" else wq.Or(parts)


def _build_filter(query: LoggedQuery) -> Any:
    parts: list[Any] = []
    if query.since is not None and query.until is not None:
        parts.append(wq.NumericRange("day", query.since.toordinal(), query.until.toordinal()))
    if query.section is not None:
        parts.append(wq.Term("section", query.section))
    return wq.And(parts) if parts else None
