"""One commit of a local index, open for questions."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.archive.schema import BM25_B, BM25_K1
from newsgrep.codec.evaluator import Evaluator, Part
from newsgrep.codec.segment import SegmentData
from newsgrep.codec.segment_file import SUFFIX, SegmentDamaged
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.index import FileIndex
    from whoosh.query import Query


class Snapshot:
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
