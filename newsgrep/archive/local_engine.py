"""The engine in this process: a Whoosh index in a directory, with segments of our codec."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from newsgrep.archive.faults import named_faults
from newsgrep.archive.location import sync_folder
from newsgrep.archive.own_files import remove_strangers, require_own_files
from newsgrep.archive.refusals import REFUSALS
from newsgrep.archive.schema import FIELD_NAMES, FORMAT_VERSION, build_schema, read_article
from newsgrep.codec.disk_errors import naming
from newsgrep.codec.toc import TocDamaged, latest_generation, mark_of_commit, read_toc
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from whoosh.index import FileIndex
    from whoosh.query import Query

    from newsgrep.archive.day_counts import DayCounts
    from newsgrep.archive.engine import Beginning, Found, Order, Scan
    from newsgrep.archive.local_writer import LocalWriter
    from newsgrep.archive.snapshot import Snapshot
    from newsgrep.archive.write_lock import OnWait
    from newsgrep.article import Article
    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.codec.term_counts import TermCounts
    from newsgrep.codec.toc import SegmentEntry, Toc


class LocalEngine:
    """An open index; sees the commit that was the last when it was opened or refreshed."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index in a directory. Raises IndexUnusable, or OSError where a disk fails."""
        self._folder = folder
        self._snapshot: Snapshot | None = None
        self._index: FileIndex | None = None
        self._toc: Toc | None = None
        require_own_files(folder)
        # Before the commit is read: at worst, a commit is taken for a new one that was seen already.
        self._mark = mark_of_commit(folder)
        try:
            if create and latest_generation(folder) < 0:
                from newsgrep.codec.durable_storage import DurableStorage

                storage = DurableStorage(os.fspath(folder))
                try:
                    with naming(folder):
                        self._index = storage.create_index(build_schema())
                finally:
                    storage.remove_unfinished()
                # An index has a manifest, and so is known to have a table of contents.
                sync_folder(folder)
            else:
                self._toc = read_toc(folder)
                if self._toc.schema.keys() != FIELD_NAMES:
                    raise self._other_format()
        except TocDamaged as error:
            raise self._other_version() or self._unusable(error) from error
        except FileNotFoundError as error:
            raise self._unusable(error) from error

    def _other_version(self) -> IndexUnusable | None:
        """The error for an index of another format version; None where it is of this one, or nobody can tell."""
        from newsgrep.archive.manifest import other_version, read_version

        version = read_version(self._folder)
        return None if version in (None, FORMAT_VERSION) else other_version(self._folder, version)

    def _other_format(self) -> IndexUnusable:
        return self._other_version() or IndexUnusable(
            f"{os.fspath(self._folder)} has another format than this newsgrep reads, version {FORMAT_VERSION}",
            hint=REBUILD_HINT,
        )

    def _unusable(self, error: Exception) -> IndexUnusable:
        """The error for files that cannot be read as an index. Raises OSError where the system refused them."""
        if isinstance(error, OSError) and error.errno in REFUSALS:
            raise error
        return IndexUnusable(f"the index in {os.fspath(self._folder)} cannot be opened: {error}", hint=REBUILD_HINT)

    def _open_index(self) -> FileIndex:
        """The index as Whoosh opens it, once `read_toc` has seen that its pickles name nothing unknown."""
        if self._index is None:
            from whoosh.index import IndexError as WhooshIndexError

            from newsgrep.codec.durable_storage import DurableStorage

            try:
                read_toc(self._folder)
                with naming(self._folder):
                    # With a schema of ours that of the file is not read: a hostile one could hold anything.
                    self._index = DurableStorage(os.fspath(self._folder)).open_index(schema=build_schema())
            except (TocDamaged, WhooshIndexError, FileNotFoundError, EOFError) as error:
                raise self._unusable(error) from error
            except (ValueError, ImportError, AttributeError) as error:
                raise self._unusable(error) from error
        return self._index

    @property
    def generation(self) -> int:
        """The generation of the last commit."""
        return max(0, latest_generation(self._folder))

    def open_writer(self, *, replace: bool = False, on_wait: OnWait | None = None) -> LocalWriter:
        """Begin a change, or with `replace` an index that takes this one's place.

        With `on_wait`, a writer that is at work is waited for. Raises IndexBusy.
        """
        from newsgrep.archive.local_writer import LocalWriter

        return LocalWriter(self._open_index(), self._folder, replace=replace, on_wait=on_wait)

    def _left_out(self, segment: SegmentEntry) -> frozenset[int]:
        """The documents of a segment that this engine does not show."""
        return segment.deleted | segment.hidden

    def _view(self) -> Snapshot:
        """The commit as this engine shows it."""
        return self._open()

    def _open(self) -> Snapshot:
        if self._snapshot is None:
            # What an update without news does not need.
            from newsgrep.archive.snapshot import Snapshot

            try:
                with named_faults(self._folder):
                    self._snapshot = Snapshot(self._folder, self._toc or read_toc(self._folder), self._open_index)
            except (TocDamaged, FileNotFoundError) as error:
                raise self._unusable(error) from error
        return self._snapshot

    def run(
        self,
        query: PlainQuery | Query,
        accept: PlainQuery | Query | None,
        *,
        order: Order | None,
        offset: int,
        limit: int,
    ) -> Found:
        """Answer a query; see `Engine.run`. Raises IndexUnusable for a damaged segment, or QueryTooCostly."""
        with named_faults(self._folder):
            return self._view().run(query, accept, order=order, offset=offset, limit=limit)

    def scan(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None = None, columns: Sequence[str] = ()
    ) -> Scan:
        """All documents that match; see `Engine.scan`. Raises IndexUnusable or QueryTooCostly."""
        with named_faults(self._folder):
            return self._view().scan(query, accept, columns)

    def facet(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None, fields: Sequence[str]
    ) -> list[dict[str, int]]:
        """How many matching documents carry each label; see `Engine.facet`. Raises IndexUnusable or QueryTooCostly."""
        with named_faults(self._folder):
            return self._view().facet(query, accept, fields)

    def count_days(self, query: PlainQuery | Query, accept: PlainQuery | Query | None = None) -> DayCounts:
        """How many matching documents are of each day; see `Engine.count_days`. Raises as `scan` does."""
        from newsgrep.archive.day_counts import count_days

        return count_days(self.scan(query, accept, ["published"]).columns["published"])

    def at_address(self, key: int) -> list[int]:
        """The documents of an address; see `Engine.at_address`. Raises IndexUnusable for a damaged segment."""
        with named_faults(self._folder):
            return self._view().at_address(key)

    def signatures(self, references: NDArray[np.int64]) -> NDArray[np.uint16]:
        """Signatures of documents; see `Engine.signatures`. Raises IndexUnusable for a damaged segment."""
        with named_faults(self._folder):
            return self._open().signatures(references)

    def every_version(self) -> LocalEngine:
        """The same index with its hidden documents; closed with this one."""
        return _EveryVersion(self)

    def count(self, query: PlainQuery | Query | None = None) -> int:
        """How many documents match; all of them without a query.

        Raises IndexUnusable for a damaged segment, or QueryTooCostly.
        """
        if query is None:
            return sum(each.n_documents - len(self._left_out(each)) for each in read_toc(self._folder).segments)
        with named_faults(self._folder):
            return self._view().count(query)

    def fetch(self, references: Sequence[int]) -> list[Article]:
        """The articles behind references, in the same order. Raises IndexUnusable for a damaged segment."""
        with named_faults(self._folder):
            snapshot = self._open()
            return [read_article(snapshot.stored(reference)) for reference in references]

    def explain(self, query: PlainQuery | Query, reference: int) -> list[Contribution]:
        """What makes up the score of an article that a query found. Raises IndexUnusable for a damaged segment."""
        with named_faults(self._folder):
            return self._view().explain(query, reference)

    def spellings(self, fields: Sequence[str], term: str, count: int) -> list[tuple[str, int]]:
        """Terms of some fields that are spelt nearly like one, the likeliest first, with their articles."""
        with named_faults(self._folder):
            return self._open().spellings(fields, term, count)

    def known(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        """Those of some terms that stand in any of some fields, each with its articles, added up over the fields."""
        with named_faults(self._folder):
            return self._open().known(fields, terms)

    def alike(self, fields: Sequence[str], skeletons: Collection[str], initials: str, longest: int) -> dict[str, int]:
        """Terms with the consonants of some skeletons, and their articles; see `codec.skeletons.find_alike`."""
        with named_faults(self._folder):
            return self._open().alike(fields, skeletons, initials, longest)

    def count_terms(
        self,
        fields: Sequence[str],
        groups: Sequence[NDArray[np.int64]],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> TermCounts:
        """How often every term of some fields stands in groups of documents; see `Engine.count_terms`.

        Raises IndexUnusable for a damaged segment.
        """
        with named_faults(self._folder):
            return self._view().count_terms(fields, groups, on_progress)

    def labels(self, field: str) -> list[str]:
        """Every folded label of a field."""
        with named_faults(self._folder):
            return self._open().labels(field)

    def terms_from(self, field: str, start: str, at_most: int) -> list[Beginning]:
        """The terms of a field that begin with a text; see `Engine.terms_from`. Raises IndexUnusable."""
        with named_faults(self._folder):
            return self._open().terms_from(field, start, at_most)

    def segments(self) -> int:
        """How many segments the index has."""
        return len(self._open().parts)

    def refresh(self) -> None:
        """See the last commit."""
        self._mark = mark_of_commit(self._folder)
        self.close()

    def is_behind(self) -> bool:
        """Whether the last commit is another than the one that is seen, or there is none any more."""
        return mark_of_commit(self._folder) != self._mark

    def close(self) -> None:
        """Release the files of the index."""
        self._toc = None
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None


class _EveryVersion(LocalEngine):
    """Another view of an open index: hidden documents are shown too."""

    def __init__(self, whole: LocalEngine) -> None:
        self._folder = whole._folder
        self._whole = whole

    def _left_out(self, segment: SegmentEntry) -> frozenset[int]:
        return segment.deleted

    def _open(self) -> Snapshot:
        return self._whole._open()

    def _view(self) -> Snapshot:
        return self._open().with_hidden()

    def every_version(self) -> LocalEngine:
        return self

    def is_behind(self) -> bool:
        return self._whole.is_behind()

    def close(self) -> None:
        self._whole.close()


_INDEX_FILE = re.compile(r"_?MAIN_(?!WRITELOCK$).*|manifest\.sqlite(-journal|-wal|-shm)?")


def erase_index(folder: Path) -> None:
    """Remove the files of an index that cannot be used, and nothing else, from its directory; durably; its lock stays.

    What is left where this is cut off is no index any more, never one without some of its files.
    """
    remove_strangers(folder)
    paths = [path for path in folder.iterdir() if path.is_file() and _INDEX_FILE.fullmatch(path.name)]
    for is_toc in (True, False):
        for path in paths:
            if (path.suffix == ".toc") is is_toc:
                path.unlink()
        sync_folder(folder)
