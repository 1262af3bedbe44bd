"""The writer of a local index: articles become segments, segments become a commit."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from newsgrep.archive.faults import named_faults
from newsgrep.archive.location import sync_folder
from newsgrep.archive.own_files import REPAIR_NAME
from newsgrep.archive.schema import file_key
from newsgrep.archive.write_lock import WriteLock
from newsgrep.codec.disk_errors import naming
from newsgrep.codec.pickled import ArraySegment
from newsgrep.codec.plain_schema import PlainField
from newsgrep.codec.segment import Part
from newsgrep.codec.segment_file import SUFFIX
from newsgrep.codec.tiers import choose_merge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from whoosh.fields import Schema
    from whoosh.index import FileIndex

    from newsgrep.archive.write_lock import OnWait
    from newsgrep.codec.plain_schema import PlainSchema
    from newsgrep.codec.segment import SegmentData


class LocalWriter:
    """The holder of an index's lock; see `EngineWriter`."""

    def __init__(self, index: FileIndex, folder: Path, *, replace: bool, on_wait: OnWait | None = None) -> None:
        """Take the lock, waiting for it with `on_wait`. With `replace`, what is written takes the place of all.

        Raises IndexBusy.
        """
        self._index = index
        self._folder = folder
        self._lock = WriteLock(folder, on_wait)
        # A writer that was killed may have published what is not durable; what it replaced goes only after that.
        sync_folder(folder)
        self._committed: list[ArraySegment] = []
        self._segments: list[ArraySegment] = []
        self._written: list[ArraySegment] = []
        self._open: dict[str, SegmentData] = {}
        self._read_toc()
        if replace:
            self._segments = []
        self._sweep()

    def _read_toc(self) -> None:
        with naming(self._folder):
            toc = self._index._read_toc()
        self._generation = int(toc.generation)
        self._schema: Schema = toc.schema
        self._committed = list(toc.segments)
        self._segments = list(toc.segments)
        self._open = {}

    def _sweep(self) -> None:
        """Remove files that no commit names. Only before work begins: workers write segments that none names yet."""
        from whoosh.index import clean_files

        clean_files(self._index.storage, self._index.indexname, self._generation, self._committed)
        # Whoosh names a table of contents so until it is complete.
        for path in self._folder.glob(f"_{self._index.indexname}_*.toc.*"):
            path.unlink(missing_ok=True)
        shutil.rmtree(self._folder / REPAIR_NAME, ignore_errors=True)

    @property
    def generation(self) -> int:
        """The generation that the next `commit` will make."""
        return self._generation + 1

    def _path(self, segment: ArraySegment) -> Path:
        return self._folder / str(segment.make_filename(SUFFIX))

    def _data(self, segment: ArraySegment) -> SegmentData:
        name = segment.segment_id()
        if name not in self._open:
            from newsgrep.codec.segment import SegmentData

            self._open[name] = SegmentData(self._path(segment))
        return self._open[name]

    @property
    def folder(self) -> Path:
        """The index directory, where segments are to be written."""
        return self._folder

    @property
    def index_name(self) -> str:
        """What the names of segments begin with."""
        return str(self._index.indexname)

    def add_segment(self, segment: ArraySegment) -> None:
        """Take in a segment that is written in the index directory."""
        self._written.append(segment)

    def drop_segments(self, names: Collection[str]) -> None:
        """Leave segments out of the next commit, by the names of their files without the suffix."""
        self._segments = [each for each in self._segments if each.segment_id() not in names]

    def delete_file(self, path: str) -> int:
        """Delete the articles of a file from all segments taken in so far; returns how many there were.

        Raises IndexUnusable for a damaged segment.
        """
        with named_faults(self._folder):
            return self._delete_file(path)

    def _delete_file(self, path: str) -> int:
        key = file_key(path).encode()
        deleted = 0
        for segment in (*self._segments, *self._written):
            terms = self._data(segment).terms("file")
            ordinal = terms.find(key) if terms is not None else -1
            if terms is None or ordinal < 0:
                continue
            for docnum in terms.docnums(ordinal).tolist():
                if not segment.is_deleted(docnum):
                    segment.delete_document(docnum)
                    deleted += 1
        return deleted

    def has_duplicates(self) -> bool:
        """Whether two documents of the index, deleted ones apart, have the same id. Raises IndexUnusable."""
        import numpy as np

        from newsgrep.archive.versions import find_live
        from newsgrep.codec.whole_answers import take_column

        parts = self._parts([*self._segments, *self._written])
        keys = np.sort(take_column(parts, "key", self._plain_schema["key"], find_live(parts)))
        return bool((keys[1:] == keys[:-1]).any())

    @property
    def _plain_schema(self) -> PlainSchema:
        return {name: PlainField(vars(field), None) for name, field in self._schema.items()}

    def _parts(self, segments: Sequence[ArraySegment]) -> list[Part]:
        parts, base = [], 0
        for segment in segments:
            parts.append(Part(self._data(segment), frozenset(segment.deleted_docs()), base))
            base += segment.doc_count_all()
        return parts

    def _hide_older_versions(self, segments: Sequence[ArraySegment]) -> None:
        """Say of each segment which of its articles are older versions of others."""
        from newsgrep.archive.versions import find_older_versions

        found = find_older_versions(self._plain_schema, self._parts(segments))
        for segment, docnums in zip(segments, found, strict=True):
            segment.hide_documents(docnums.tolist())

    def commit(self, is_interrupted: Callable[[], bool] = lambda: False) -> None:
        """Publish everything written; an interrupt leaves what could be merged to the next commit.

        Raises IndexUnusable for a damaged segment.
        """
        with named_faults(self._folder):
            self._commit(is_interrupted)

    def _commit(self, is_interrupted: Callable[[], bool]) -> None:
        from whoosh.index import TOC

        from newsgrep.codec.durable_storage import DurableStorage

        kept = [segment for segment in self._segments if segment.doc_count()]
        segments = self._merge([*kept, *self._written], is_interrupted)
        self._hide_older_versions(segments)
        # The names of segments are to be durable before what names them.
        sync_folder(self._folder)
        with naming(self._folder / TOC._filename(self._index.indexname, self._generation + 1)):
            TOC(self._schema, segments, self._generation + 1).write(
                DurableStorage(str(self._folder)), self._index.indexname
            )
        sync_folder(self._folder)
        before = {segment.segment_id(): segment for segment in (*self._committed, *self._written)}
        last_toc = self._folder / TOC._filename(self._index.indexname, self._generation)
        self._written = []
        self._read_toc()
        for name in before.keys() - {segment.segment_id() for segment in self._committed}:
            self._path(before[name]).unlink(missing_ok=True)
        last_toc.unlink(missing_ok=True)

    def _merge(self, segments: list[ArraySegment], is_interrupted: Callable[[], bool]) -> list[ArraySegment]:
        """Merge what has come together, until there is an interrupt."""
        import numpy as np

        from newsgrep.codec.merge import MergeStopped, merge_segments

        # What plain Whoosh wrote into the index with weights or vectors of its own stays as it is.
        plain = [place for place, segment in enumerate(segments) if self._data(segment).is_plain]
        while not is_interrupted() and (places := choose_merge([segments[place].doc_count() for place in plain])):
            chosen = [segments[plain[place]] for place in places]
            merged = ArraySegment(self._index.indexname)
            parts = [(self._data(each), np.fromiter(each.deleted_docs(), np.int64)) for each in chosen]
            try:
                merged.set_doc_count(merge_segments(parts, self._path(merged), is_interrupted))
            except MergeStopped:
                break
            at = plain[places[0]]
            segments = [segment for segment in segments if segment not in chosen]
            segments.insert(min(at, len(segments)), merged)
            plain = [place for place, segment in enumerate(segments) if self._data(segment).is_plain]
        return segments

    def close(self) -> None:
        """Forget what was not committed, and release the lock."""
        try:
            # What broke a commit off may have come when it was published already.
            self._read_toc()
            self._sweep()
        finally:
            self._open = {}
            self._lock.release()
