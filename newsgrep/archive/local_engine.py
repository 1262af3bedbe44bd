"""The engine in this process: a Whoosh index in a directory, with segments of our codec."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.archive.engine import Found
from newsgrep.archive.schema import build_schema, read_article
from newsgrep.codec.evaluator import Evaluator, Part
from newsgrep.codec.segment import SUFFIX, SegmentData
from newsgrep.codec.segment_file import SegmentDamaged
from newsgrep.errors import IndexBusy, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.index import FileIndex
    from whoosh.query import Query

    from newsgrep.archive.engine import Order
    from newsgrep.archive.local_writer import LocalWriter
    from newsgrep.article import Article

BM25_K1 = 1.2
BM25_B = 0.4
"""BM25's constants: the best mean over judged collections of short wire stories and long newspaper articles."""

REBUILD_HINT = "Build it anew: newsgrep index DIR --rebuild"


class LocalEngine:
    """An open index; sees the commit that was the last when it was opened or refreshed."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index in a directory. Raises IndexUnusable when it cannot be read."""
        from whoosh.index import IndexError as WhooshIndexError
        from whoosh.index import create_in, exists_in, open_dir

        self._folder = folder
        self._snapshot: _Snapshot | None = None
        try:
            if create and not exists_in(folder):
                self._index: FileIndex = create_in(folder, build_schema())
            else:
                self._index = open_dir(folder)
        except (WhooshIndexError, OSError, EOFError, ValueError, ImportError, AttributeError) as error:
            raise IndexUnusable(
                f"the index in {os.fspath(folder)} cannot be opened: {error}", hint=REBUILD_HINT
            ) from error

    @property
    def generation(self) -> int:
        """The generation of the last commit."""
        return int(self._index.latest_generation())

    def open_writer(self, *, replace: bool = False) -> LocalWriter:
        """Begin a change, or with `replace` an index that takes this one's place. Raises IndexBusy."""
        from whoosh.index import LockError

        from newsgrep.archive.local_writer import LocalWriter

        try:
            return LocalWriter(self._index, self._folder, replace=replace)
        except LockError as error:
            raise IndexBusy(
                f"another process is writing the index in {os.fspath(self._folder)}",
                hint="Wait until it is done, then run the command again.",
            ) from error

    def _open(self) -> _Snapshot:
        if self._snapshot is None:
            self._snapshot = _Snapshot(self._index, self._folder)
        return self._snapshot

    def run(self, query: Query, accept: Query | None, *, order: Order | None, offset: int, limit: int) -> Found:
        """Answer a query; see `Engine.run`. Raises IndexUnusable for a damaged segment."""
        evaluator = self._open().evaluator
        try:
            if order is None:
                top = evaluator.search(query, accept, offset=offset, limit=limit)
            else:
                top = evaluator.search_by(
                    query, accept, column="published", descending=order.newest_first, offset=offset, limit=limit
                )
        except SegmentDamaged as error:
            raise IndexUnusable(str(error), hint=REBUILD_HINT) from error
        return Found(top.total, tuple(zip(top.docnums.tolist(), top.scores.tolist(), strict=True)))

    def count(self, query: Query | None = None) -> int:
        """How many documents match; all of them without a query. Raises IndexUnusable for a damaged segment."""
        snapshot = self._open()
        if query is None:
            return snapshot.n_documents
        try:
            return snapshot.evaluator.count(query)
        except SegmentDamaged as error:
            raise IndexUnusable(str(error), hint=REBUILD_HINT) from error

    def fetch(self, references: Sequence[int]) -> list[Article]:
        """The articles behind references, in the same order. Raises IndexUnusable for a damaged segment."""
        snapshot = self._open()
        try:
            return [read_article(snapshot.stored(reference)) for reference in references]
        except SegmentDamaged as error:
            raise IndexUnusable(str(error), hint=REBUILD_HINT) from error

    def labels(self, field: str) -> list[str]:
        """Every folded label of a field, those of deleted documents included."""
        found: set[str] = set()
        for part in self._open().parts:
            terms = part.data.terms(field)
            if terms is not None:
                found.update(term.decode() for term in terms.iter_terms())
        return sorted(found)

    def segments(self) -> int:
        """How many segments the index has."""
        return len(self._open().parts)

    def refresh(self) -> None:
        """See the last commit."""
        self.close()

    def close(self) -> None:
        """Release the files of the index."""
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None


class _Snapshot:
    """The segments of one commit."""

    def __init__(self, index: FileIndex, folder: Path) -> None:
        """Open the last commit. Raises IndexUnusable."""
        self._index = index
        try:
            self._open_parts(index, folder)
        except FileNotFoundError:
            # A writer merged the segments away between the reading of the table of contents and their opening.
            try:
                self._open_parts(index, folder)
            except FileNotFoundError as error:
                raise IndexUnusable(
                    f"a segment of the index is missing: {error.filename}", hint=REBUILD_HINT
                ) from error
        self.evaluator = Evaluator(self._schema, self.parts, BM25_K1, BM25_B, fallback=self._match)
        self._searcher: Any = None

    def _open_parts(self, index: FileIndex, folder: Path) -> None:
        toc = index._read_toc()
        self._schema = toc.schema
        self.parts: list[Part] = []
        self._bases: list[int] = []
        self.n_documents = 0
        base = 0
        for segment in toc.segments:
            try:
                data = SegmentData(folder / segment.make_filename(SUFFIX))
            except SegmentDamaged as error:
                raise IndexUnusable(str(error), hint=REBUILD_HINT) from error
            self.parts.append(Part(data, frozenset(segment.deleted_docs()), base))
            self._bases.append(base)
            base += segment.doc_count_all()
            self.n_documents += segment.doc_count()

    def stored(self, docnum: int) -> dict[str, Any]:
        """The stored values of a document."""
        place = bisect_right(self._bases, docnum) - 1
        return self.parts[place].data.store.values(docnum - self._bases[place])

    def _match(self, query: Query, part: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """What Whoosh's own matchers find in one segment: for queries that the evaluator does not know."""
        if self._searcher is None:
            from whoosh.scoring import BM25F

            self._searcher = self._index.searcher(weighting=BM25F(B=BM25_B, K1=BM25_K1))
        searcher, _ = self._searcher.leaf_searchers()[part]
        matcher = query.matcher(searcher, searcher.context())
        docnums, scores = [], []
        while matcher.is_active():
            docnums.append(matcher.id())
            scores.append(matcher.score())
            matcher.next()
        return np.array(docnums, np.int32), np.array(scores, np.float32)

    def close(self) -> None:
        """Release the files."""
        if self._searcher is not None:
            self._searcher.close()
        for part in self.parts:
            part.data.close()


_INDEX_FILE = re.compile(r"_?MAIN_.*|manifest\.sqlite(-journal|-wal|-shm)?")


def erase_index(folder: Path) -> None:
    """Remove the files of an index that cannot be used, and nothing else, from its directory."""
    for path in folder.iterdir():
        if path.is_file() and _INDEX_FILE.fullmatch(path.name):
            path.unlink()
