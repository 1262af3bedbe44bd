"""The engine in this process: a Whoosh index in a directory."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from newsgrep.archive.engine import Found
from newsgrep.archive.schema import article_fields, build_schema, file_key, read_article
from newsgrep.errors import IndexBusy, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from whoosh.index import FileIndex
    from whoosh.query import Query
    from whoosh.searching import Searcher

    from newsgrep.archive.engine import Order
    from newsgrep.article import Article

BM25_K1 = 1.2
BM25_B = 0.4
"""BM25's constants: the best mean over judged collections of short wire stories and long newspaper articles."""

_WRITER_MEGABYTES = 128


class LocalEngine:
    """An open Whoosh index; sees the commit that was the last when it was opened or refreshed."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index in a directory. Raises IndexUnusable when Whoosh cannot read it."""
        from whoosh.index import IndexError as WhooshIndexError
        from whoosh.index import create_in, exists_in, open_dir

        self._folder = folder
        self._searcher: Searcher | None = None
        try:
            if create and not exists_in(folder):
                self._index: FileIndex = create_in(folder, build_schema())
            else:
                self._index = open_dir(folder)
        except (WhooshIndexError, OSError, EOFError, ValueError, ImportError, AttributeError) as error:
            raise IndexUnusable(
                f"the index in {os.fspath(folder)} cannot be opened: {error}",
                hint="Build it anew: newsgrep index DIR --rebuild",
            ) from error

    @property
    def generation(self) -> int:
        """The generation of the last commit."""
        return int(self._index.latest_generation())

    def open_writer(self) -> LocalWriter:
        """Begin a change. Raises IndexBusy."""
        from whoosh.index import LockError

        try:
            return LocalWriter(self._index)
        except LockError as error:
            raise IndexBusy(
                f"another process is writing the index in {os.fspath(self._folder)}",
                hint="Wait until it is done, then run the command again.",
            ) from error

    def _open_searcher(self) -> Searcher:
        if self._searcher is None:
            from whoosh.scoring import BM25F

            self._searcher = self._index.searcher(weighting=BM25F(B=BM25_B, K1=BM25_K1))
        return self._searcher

    def run(self, query: Query, accept: Query | None, *, order: Order | None, offset: int, limit: int) -> Found:
        """Answer a query; see `Engine.run`."""
        searcher = self._open_searcher()
        options: dict[str, Any] = {}
        if order is not None:
            from newsgrep.archive.date_order import DateOrder

            options["sortedby"] = DateOrder(newest_first=order.newest_first)
        if accept is not None:
            from whoosh.query import And, ConstantScoreQuery

            # Not Whoosh's `filter=`, which takes a filter that lets nothing through for none at all, nor `Require`,
            # which 2.7.4 turns round.
            query = And([query, ConstantScoreQuery(accept, 0.0)])
        # Unoptimized: totals are exact in one pass, and Whoosh's skipping fails on wrapped intersections.
        results = searcher.search(query, limit=max(1, offset + limit), optimize=False, **options)
        page = results.top_n[offset : offset + limit]
        # Ordered by date, Whoosh gives sort keys where scores would be.
        documents = tuple((docnum, 0.0 if order else float(score)) for score, docnum in page)
        return Found(len(results), documents)

    def count(self, query: Query | None = None) -> int:
        """How many documents match; all of them without a query."""
        searcher = self._open_searcher()
        if query is None:
            return int(searcher.doc_count())
        return len(searcher.search(query, limit=1, optimize=False))

    def fetch(self, references: Sequence[int]) -> list[Article]:
        """The articles behind references, in the same order."""
        reader = self._open_searcher().reader()
        return [read_article(reader.stored_fields(reference)) for reference in references]

    def labels(self, field: str) -> list[str]:
        """Every folded label of a field, those of deleted documents included."""
        return [term.decode("utf-8") for term in self._open_searcher().reader().lexicon(field)]

    def segments(self) -> int:
        """How many segments the index has."""
        return len(self._open_searcher().reader().leaf_readers())

    def refresh(self) -> None:
        """See the last commit."""
        if self._searcher is not None:
            self._searcher = self._searcher.refresh()

    def close(self) -> None:
        """Release the index."""
        if self._searcher is not None:
            self._searcher.close()
            self._searcher = None
        self._index.close()


_INDEX_FILE = re.compile(r"_?MAIN_.*|manifest\.sqlite(-journal|-wal|-shm)?")


def erase_index(folder: Path) -> None:
    """Remove the files of an index that cannot be used, and nothing else, from its directory."""
    for path in folder.iterdir():
        if path.is_file() and _INDEX_FILE.fullmatch(path.name):
            path.unlink()


class LocalWriter:
    """The holder of an index's lock. Whoosh's own writer is made when there is something to write."""

    def __init__(self, index: FileIndex) -> None:
        """Take the lock. Raises Whoosh's LockError."""
        from whoosh.index import LockError

        self._index = index
        self._segment_writer: Any = None
        self._lock = index.lock("WRITELOCK")
        if not self._lock.acquire():
            raise LockError

    @property
    def generation(self) -> int:
        """The generation that `commit` will make."""
        return int(self._index.latest_generation()) + 1

    def _open_segment(self) -> Any:
        if self._segment_writer is None:
            from whoosh.writing import SegmentWriter

            self._segment_writer = SegmentWriter(self._index, limitmb=_WRITER_MEGABYTES, _lk=False)
        return self._segment_writer

    def add(self, article: Article) -> None:
        """Write one article."""
        self._open_segment().add_document(**article_fields(article))

    def delete_file(self, path: str) -> int:
        """Delete the committed articles of a file; returns how many there were."""
        return int(self._open_segment().delete_by_term("file", file_key(path)))

    def commit(self, *, replace: bool = False) -> None:
        """Publish everything written; with `replace` it takes the place of the whole index."""
        from whoosh.writing import CLEAR, MERGE_SMALL

        writer = self._open_segment()
        writer.commit(mergetype=CLEAR if replace else MERGE_SMALL)
        self._segment_writer = None

    def close(self) -> None:
        """Forget what was not committed, and release the lock."""
        try:
            if self._segment_writer is not None and not self._segment_writer.is_closed:
                from whoosh.index import clean_files

                self._segment_writer.cancel()
                toc = self._index._read_toc()
                clean_files(self._index.storage, self._index.indexname, toc.generation, toc.segments)
        finally:
            self._segment_writer = None
            self._lock.release()
