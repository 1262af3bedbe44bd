"""Tantivy, Rust's Lucene, through its Python package."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import read_corpus
from benchmarks.query_log import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.engines.engine import Search
    from benchmarks.query_log import LoggedQuery

_TEXT_FIELDS = ["title", "body"]
_HEAP_BYTES = 256 << 20
"""Memory of all indexing threads together, before a segment is written out."""
_COLD = """
import json, sys, tantivy
index = tantivy.Index.open(sys.argv[1])
searcher = index.searcher()
found = searcher.search(index.parse_query(sys.argv[2], ["title", "body"]), 10)
hits = [{field: searcher.doc(at).get_first(field) for field in ("id", "title", "day", "section")}
        for _, at in found.hits]
print(json.dumps({"total": found.count, "hits": hits}))
"""


def load() -> TantivyIndex:
    """The adapter. Raises ImportError."""
    return TantivyIndex(importlib.import_module("tantivy"))


class TantivyIndex:
    """Fields as Tantivy's guide has them: stemmed text, a raw label, a day as a fast number."""

    modes = ("plain",)

    def __init__(self, tantivy: Any) -> None:
        self._tantivy = tantivy

    @property
    def version(self) -> str:
        """The package's version."""
        return version("tantivy")

    def build(self, corpus: Path, folder: Path, jobs: int) -> None:
        """Index a corpus with as many threads as jobs, and wait for its merges."""
        folder.mkdir(parents=True)
        builder = self._tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        for field in _TEXT_FIELDS:
            builder.add_text_field(field, stored=True, tokenizer_name="en_stem", index_option="position")
        builder.add_text_field("section", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("day", stored=True, indexed=True, fast=True)
        self._write(self._tantivy.Index(builder.build(), path=str(folder)), corpus, jobs)

    def add(self, corpus: Path, folder: Path) -> None:
        """Add a corpus with one thread."""
        self._write(self._tantivy.Index.open(str(folder)), corpus, 1)

    def _write(self, index: Any, corpus: Path, threads: int) -> None:
        writer = index.writer(_HEAP_BYTES, threads)
        for record in read_corpus(corpus):
            document = self._tantivy.Document()
            document.add_text("id", record["id"])
            document.add_text("title", record["title"])
            document.add_text("body", record["body"])
            document.add_text("section", record["section"])
            document.add_integer("day", dt.date.fromisoformat(record["date"]).toordinal())
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    @contextlib.contextmanager
    def open(self, folder: Path, mode: str) -> Iterator[Search]:  # noqa: ARG002
        """Open the index."""
        index = self._tantivy.Index.open(str(folder))
        searcher = index.searcher()

        def search(query: LoggedQuery, limit: int) -> int:
            found = searcher.search(self._build_query(index, query), limit)
            for _, address in found.hits:
                document = searcher.doc(address)
                for field in ("id", "title", "day", "section"):
                    document.get_first(field)
            return int(found.count)

        yield search

    def _build_query(self, index: Any, query: LoggedQuery) -> Any:
        tantivy = self._tantivy
        shape, words = read_words(query.text)
        if shape == "prefix":
            patterns = [tantivy.Query.regex_query(index.schema, field, f"{words[0]}.*") for field in _TEXT_FIELDS]
            main = tantivy.Query.boolean_query([(tantivy.Occur.Should, pattern) for pattern in patterns])
        else:
            main = index.parse_query(build_text(query.text), _TEXT_FIELDS)
        clauses = [(tantivy.Occur.Must, main)]
        if query.since is not None and query.until is not None:
            bounds = (query.since.toordinal(), query.until.toordinal())
            days = tantivy.Query.range_query(index.schema, "day", tantivy.FieldType.Integer, *bounds)
            clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(days, 0.0)))
        if query.section is not None:
            section = tantivy.Query.term_query(index.schema, "section", query.section, "basic")
            clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(section, 0.0)))
        return main if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)

    def cold_command(self, folder: Path, text: str) -> tuple[str, ...]:
        """The shortest script that does it."""
        return (sys.executable, "-c", _COLD, str(folder), build_text(text))


def build_text(text: str) -> str:
    """A log's query text in Tantivy's language, whose bare words are alternatives; prefixes it has none."""
    shape, words = read_words(text)
    return " ".join(f"+{word}" for word in words) if shape == "and" else text
