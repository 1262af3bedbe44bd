"""From files to segments: reads, understands and builds, and tells what became of each file.

The same code runs in this process for a small update, and in several for a large one (`pool`). What it yields:
`FileSoFar` now and then, `FileDone` for each file, and `SegmentMade` for each segment, which holds the articles of the
files told done before it. A segment is in the index directory but belongs to no commit; that is the caller's to make.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import os
import time
from typing import TYPE_CHECKING

from newsgrep.archive.events import FileDone, FileSoFar, SegmentMade
from newsgrep.archive.file_reading import note_reading
from newsgrep.archive.manifest import Status
from newsgrep.archive.problem_list import FileProblems
from newsgrep.archive.schema import article_fields, article_id, build_schema, file_key
from newsgrep.codec.builder import SegmentBuilder
from newsgrep.codec.pickled import ArraySegment
from newsgrep.codec.segment_file import SUFFIX
from newsgrep.codec.vocabulary import Vocabulary
from newsgrep.errors import FileUnreadable
from newsgrep.extract.article import extract_article
from newsgrep.sources.formats import read_file
from newsgrep.sources.outcome import BrokenRecord, Skipped
from newsgrep.sources.reading_notes import ReadingNotes
from newsgrep.sources.regular_file import compute_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newsgrep.archive.events import Event, Task
    from newsgrep.article import Article
    from newsgrep.sources.walk import FoundFile

FLUSH_SECONDS = 60.0
"""After how long a segment is closed, full or not: what a crash may cost where pages are slow to understand."""
FLUSH_DOCUMENTS = 60_000
TOLD_ARTICLES = 500
"""Articles of one file after which the caller hears of it."""


class IndexNotWritten(Exception):
    """The disk of the index refused a write: no fault of the file that is being read. `error` is what it said."""

    def __init__(self, error: OSError, folder: Path) -> None:
        super().__init__(str(error))
        if error.filename is None:
            error.filename = os.fspath(folder)
        self.error = error


class Ingest:
    """Reads files into segments of one index directory."""

    def __init__(self, folder: Path, index_name: str, memory: int, is_stopped: Callable[[], bool]) -> None:
        """`memory` is in bytes, for the documents of an unfinished segment; `is_stopped` is asked between records."""
        self._folder = folder
        self._index_name = index_name
        self._memory = memory
        self._is_stopped = is_stopped
        # Asking the system for every article would take longer than reading its date.
        self._today = dt.date.today()
        self._schema = build_schema()
        self._vocabulary = Vocabulary(stemmed=True)
        self._builder: SegmentBuilder | None = None
        self._touched: dict[str, None] = {}
        self._flushed_at = time.monotonic()
        self._keyed = ("", "")

    def run(self, tasks: Iterable[Task]) -> Iterator[Event]:
        """Read files one after the other, until there are none or the run is stopped. Raises IndexNotWritten."""
        for task in tasks:
            if self._is_stopped():
                break
            yield from self._read(task)
            if self._is_due():
                yield self.flush()

    def close(self) -> None:
        """Let go of an unfinished segment."""
        if self._builder is not None:
            self._builder.close()
            self._builder = None

    def flush(self) -> SegmentMade:
        """Write the segment that is being built. Raises IndexNotWritten."""
        builder, self._builder = self._builder, None
        touched, self._touched = tuple(self._touched), {}
        self._flushed_at = time.monotonic()
        if self._vocabulary.memory > self._memory // 3:
            # Kept on, it would leave the next segment no room.
            self._vocabulary = Vocabulary(stemmed=True)
        if builder is None:
            return SegmentMade(None, ())
        segment = ArraySegment(self._index_name)
        with self._writing():
            builder.write(self._folder / segment.make_filename(SUFFIX))
        segment.set_doc_count(builder.n_documents)
        return SegmentMade(segment, touched)

    def _is_due(self) -> bool:
        builder = self._builder
        return builder is not None and (
            builder.memory >= self._memory
            or builder.n_documents >= FLUSH_DOCUMENTS
            or time.monotonic() - self._flushed_at >= FLUSH_SECONDS
        )

    def _add(self, file: FoundFile, article: Article) -> None:
        with self._writing():
            if self._builder is None:
                self._builder = SegmentBuilder(self._schema, self._folder, self._vocabulary)
            self._builder.add(article_fields(article, self._file_key(file)))
        self._touched[file.key] = None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IndexNotWritten(error, self._folder) from error

    def _file_key(self, file: FoundFile) -> str:
        if self._keyed[0] != file.key:
            self._keyed = (file.key, file_key(file.key))
        return self._keyed[1]

    def _read(self, task: Task) -> Iterator[Event]:
        file, share = task.file, task.share
        problems = FileProblems(file.path, share.of)
        status, articles, told, digest, finished = Status.READ, 0, 0, None, True

        def note(reason: str, position: str | None = None, *, failed: bool = True) -> None:
            problems.add(reason, position, failed=failed)

        notes = ReadingNotes()
        try:
            digest = compute_digest(file.path, self._is_stopped) if share.number == 0 else None
            if digest is not None and digest == task.digest:
                yield FileDone(file, share, status, digest, 0, 0, unchanged=True)
                return
            for outcome in read_file(file.path, share, task.options, notes):
                if self._is_stopped():
                    finished = False
                    break
                if isinstance(outcome, Skipped):
                    if outcome.position is None:
                        status = Status.SKIPPED
                        if share.number:
                            # Every share finds a file without records; one says so.
                            continue
                    note(outcome.reason, outcome.position, failed=False)
                    continue
                if isinstance(outcome, BrokenRecord):
                    note(outcome.reason, outcome.position)
                    continue
                if articles and self._is_due():
                    yield self.flush()
                try:
                    article = extract_article(
                        outcome,
                        article_id(file.key, outcome.record or ""),
                        today=self._today,
                        mtime=file.mtime_ns / 1e9 if task.date_from_mtime else None,
                        warn=functools.partial(note, position=outcome.record),
                    )
                except FileUnreadable as error:
                    note(error.message, outcome.record)
                    continue
                self._add(file, article)
                articles += 1
                if articles % TOLD_ARTICLES == 0:
                    yield FileSoFar(file, articles - told)
                    told = articles
        except FileUnreadable as error:
            # What comes before the fault was read; the same bytes would fail at the same place again.
            status = Status.READ if articles else Status.FAILED
            # Where a file fails as a whole, all shares meet the fault.
            if share.number == 0:
                note(error.message, error.position)
        except OSError as error:
            status = Status.FAILED
            note(error.strerror or str(error))
        if notes.fault is not None:
            # The disk failed, or the network that it is behind: there may be more another time.
            status = Status.FAILED
        yield FileDone(
            file,
            share,
            status,
            digest,
            articles,
            articles - told,
            problems.all,
            finished=finished,
            reading=note_reading(task.options, notes),
        )


class Inline:
    """Reads in this process; the like of `Pool` for small updates."""

    def __init__(self, folder: Path, index_name: str, memory: int, is_interrupted: Callable[[], bool]) -> None:
        """`is_interrupted` is asked between articles."""
        self._ingest = Ingest(folder, index_name, memory, lambda: self.is_stopping or is_interrupted())
        self.is_stopping = False

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *exc: object) -> None:
        self._ingest.close()

    def stop(self) -> None:
        """Finish the article at hand, and no more."""
        self.is_stopping = True

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Event]]:
        """Read files; yields each event with the number of the only worker, 0. Raises OSError of the index's disk."""
        try:
            for event in self._ingest.run(tasks):
                yield 0, event
            yield 0, self._ingest.flush()
        except IndexNotWritten as failure:
            raise failure.error from None
