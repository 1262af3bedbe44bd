"""An index directory as what an update writes into: segments, their commit and the manifest beside it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.location import index_bytes, is_index
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.replacement import open_for_update
from newsgrep.codec.disk_errors import naming
from newsgrep.codec.segment_file import SegmentDamaged
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newsgrep.archive.manifest import FileRecord
    from newsgrep.archive.meter import Meter
    from newsgrep.archive.segment_sink import SegmentSink
    from newsgrep.archive.write_lock import OnWait
    from newsgrep.archive.writing import Stamps
    from newsgrep.codec.pickled import ArraySegment


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """Where segments are to be written; see `SinkPlace`."""

    folder: Path
    index_name: str
    """What the names of segments begin with."""

    def open(self, memory: int, _: Callable[[], bool], /) -> SegmentSink:
        """A sink that builds segments."""
        # With it come NumPy and Whoosh, which an update without news does not need.
        from newsgrep.archive.segment_sink import SegmentSink

        return SegmentSink(self.folder, self.index_name, memory)


class FolderTarget:
    """See `Target`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """The path of the folder."""
        return os.fspath(self._folder)

    def look(self, is_outdated: Callable[[str | None], bool]) -> tuple[Stamps, int]:
        """The stamps of the last commit, and how many articles there are. Raises IndexUnusable."""
        if not is_index(self._folder):
            return {}, 0
        with (
            contextlib.closing(LocalEngine(self._folder)) as engine,
            Manifest(self._folder, engine.generation, readonly=True) as manifest,
        ):
            return manifest.stamps(is_outdated), engine.count()

    @contextlib.contextmanager
    def open(self, *, rebuild: bool, on_wait: OnWait | None) -> Iterator[FolderWriter]:
        """Open or make the index. Raises IndexBusy or IndexUnusable."""
        # Files without a name of their own, in which work waits, are in the folder too.
        opened = open_for_update(self._folder, rebuild=rebuild, on_wait=on_wait)
        with naming(self._folder), opened as (engine, manifest):
            try:
                yield FolderWriter(engine, manifest, rebuild=rebuild, on_wait=on_wait)
            except SegmentDamaged as error:
                raise IndexUnusable(str(error), hint=REBUILD_HINT) from error

    def measure(self) -> int:
        """How many bytes the files of the index take."""
        return index_bytes(self._folder)


class FolderWriter:
    """See `Writer`: the manifest is written first, then the index, whose rename is the commit point."""

    def __init__(self, engine: LocalEngine, manifest: Manifest, *, rebuild: bool, on_wait: OnWait | None) -> None:
        """Take the index's lock. Raises IndexBusy."""
        self._engine = engine
        self._manifest = manifest
        self._writer = engine.open_writer(replace=rebuild, on_wait=on_wait)
        # Another process may have committed between the opening of the index and the lock.
        manifest.committed = self._writer.generation - 1
        self._is_interrupted: Callable[[], bool] = lambda: False
        self.removed = 0

    @property
    def place(self) -> SegmentPlace:
        """The index directory."""
        return SegmentPlace(self._writer.folder, self._writer.index_name)

    def begin(self, is_outdated: Callable[[str | None], bool], meter: Meter, /) -> Stamps:
        """The stamps of the last commit, once the manifest is swept."""
        self._is_interrupted = meter.is_interrupted
        self._manifest.sweep()
        return self._manifest.stamps(is_outdated)

    def begin_reading(self, keys: Sequence[str]) -> None:
        """Nothing: each is found quickly."""

    def record(self, key: str) -> FileRecord | None:
        """What the last commit holds of one file."""
        return self._manifest.record(key)

    def iter_records(self) -> Iterator[FileRecord]:
        """Every file of the last commit."""
        return self._manifest.iter_records()

    def replace_file(self, key: str) -> None:
        """Take out the articles that a file had before this update. Raises IndexUnusable."""
        self.removed += self._writer.delete_file(key)

    def check(self) -> None:
        """Nothing: the system's lock is not lost."""

    def take(self, parcel: object) -> None:
        """Take in a segment that is written in the index directory."""
        self._writer.add_segment(cast("ArraySegment", parcel))

    def take_back(self, written: Mapping[str, int]) -> bool:
        """Delete all articles of some files if two in the index have the same id. Raises IndexUnusable."""
        if not written or not self._writer.has_duplicates():
            return False
        for key in written:
            self._writer.delete_file(key)
        return True

    def commit(self, records: Sequence[FileRecord]) -> None:
        """Publish what was written. Raises IndexUnusable."""
        generation = self._writer.generation
        facts = {"updated": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}
        self._manifest.write(generation, records, facts)
        self._writer.commit(self._is_interrupted)
        self._manifest.committed = generation

    def finish(self) -> None:
        """Nothing: a commit is all that there is."""

    def close(self) -> None:
        """Forget what was not committed, and let the lock go."""
        self._writer.close()

    def count(self) -> int:
        """How many articles the index has."""
        self._engine.refresh()
        return self._engine.count()
