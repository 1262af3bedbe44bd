"""The engine in this process: a Whoosh index in a directory, with segments of our codec."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from newsgrep.archive.engine import Found
from newsgrep.archive.schema import build_schema, read_article
from newsgrep.codec.segment_file import SegmentDamaged
from newsgrep.errors import REBUILD_HINT, IndexBusy, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from whoosh.index import FileIndex
    from whoosh.query import Query

    from newsgrep.archive.engine import Order
    from newsgrep.archive.local_writer import LocalWriter
    from newsgrep.archive.snapshot import Snapshot
    from newsgrep.article import Article


class LocalEngine:
    """An open index; sees the commit that was the last when it was opened or refreshed."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index in a directory. Raises IndexUnusable when it cannot be read."""
        from whoosh.index import IndexError as WhooshIndexError
        from whoosh.index import create_in, exists_in, open_dir

        self._folder = folder
        self._snapshot: Snapshot | None = None
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

    def _open(self) -> Snapshot:
        if self._snapshot is None:
            # NumPy comes with it, which an update without news does not need.
            from newsgrep.archive.snapshot import Snapshot

            self._snapshot = Snapshot(self._index, self._folder)
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
        if query is None:
            return sum(segment.doc_count() for segment in self._index._read_toc().segments)
        try:
            return self._open().evaluator.count(query)
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


_INDEX_FILE = re.compile(r"_?MAIN_.*|manifest\.sqlite(-journal|-wal|-shm)?")


def erase_index(folder: Path) -> None:
    """Remove the files of an index that cannot be used, and nothing else, from its directory."""
    for path in folder.iterdir():
        if path.is_file() and _INDEX_FILE.fullmatch(path.name):
            path.unlink()
