"""From files to written articles: reads, understands and writes, and tells what became of each file.

The same code runs in this process for a small update, and in several for a large one (`pool`). What it yields:
`FileSoFar` now and then, `FileDone` for each file, and `Written` when the articles of the files told done before it are
where the sink puts them. They belong to no commit yet; that is the caller's to make.
"""

from __future__ import annotations

import datetime as dt
import functools
import time
from typing import TYPE_CHECKING

from newsgrep.archive.events import FileDone, FileSoFar
from newsgrep.archive.file_reading import note_reading
from newsgrep.archive.manifest import Status
from newsgrep.archive.problem_list import FileProblems
from newsgrep.archive.schema import article_id
from newsgrep.archive.writing import IndexNotWritten
from newsgrep.errors import FileUnreadable
from newsgrep.extract.article import extract_article
from newsgrep.sources.formats import read_file
from newsgrep.sources.outcome import BrokenRecord, Skipped
from newsgrep.sources.reading_notes import ReadingNotes
from newsgrep.sources.regular_file import compute_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsgrep.archive.events import Event, Task
    from newsgrep.archive.writing import SinkPlace

FLUSH_SECONDS = 60.0
"""After how long what was read is made certain: what a crash may cost where pages are slow to understand."""
FLUSH_DOCUMENTS = 60_000
TOLD_ARTICLES = 500
"""Articles of one file after which the caller hears of it."""


class Ingest:
    """Reads files into a sink."""

    def __init__(self, place: SinkPlace, memory: int, is_stopped: Callable[[], bool]) -> None:
        """`memory` is in bytes, for articles that are not written yet; `is_stopped` is asked between records."""
        self._is_stopped = is_stopped
        # Asking the system for every article would take longer than reading its date.
        self._today = dt.date.today()
        self._sink = place.open(memory, is_stopped)
        self._flushed_at = time.monotonic()

    def run(self, tasks: Iterable[Task]) -> Iterator[Event]:
        """Read files one after the other, until there are none or the run is stopped. Raises IndexNotWritten."""
        for task in tasks:
            if self._is_stopped():
                break
            yield from self._read(task)
            if self._is_due():
                yield from self.flush()

    def close(self) -> None:
        """Let go of what is not written."""
        self._sink.close()

    def flush(self) -> Iterator[Event]:
        """Write what is not yet written. Raises IndexNotWritten."""
        self._flushed_at = time.monotonic()
        yield from self._sink.flush()

    def _is_due(self) -> bool:
        articles = self._sink.articles
        return articles > 0 and (
            self._sink.is_full or articles >= FLUSH_DOCUMENTS or time.monotonic() - self._flushed_at >= FLUSH_SECONDS
        )

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
                    yield from self.flush()
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
                yield from self._sink.add(file, article)
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

    def __init__(self, place: SinkPlace, memory: int, is_interrupted: Callable[[], bool]) -> None:
        """`is_interrupted` is asked between articles."""
        self._ingest = Ingest(place, memory, lambda: self.is_stopping or is_interrupted())
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
            for event in self._ingest.flush():
                yield 0, event
        except IndexNotWritten as failure:
            raise failure.error from None
