"""What an update asks of where it writes to: a folder or a cluster, and what is there of earlier updates.

A *place* opens a *sink* in each process that reads; what a sink has written goes as a *parcel* to the one *writer*,
which publishes it together with what became of the files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newsgrep.archive.events import Event
    from newsgrep.archive.manifest import FileRecord
    from newsgrep.archive.meter import Meter
    from newsgrep.archive.write_lock import OnWait
    from newsgrep.article import Article
    from newsgrep.sources.walk import FoundFile

    Stamps = dict[str, tuple[int, int]]
    """Size in bytes and mtime in ns of files, by absolute path."""


class IndexNotWritten(Exception):
    """The disk of the index refused a write: no fault of the file that is being read. `error` is what it said."""

    def __init__(self, error: OSError, folder: Path) -> None:
        super().__init__(str(error))
        if error.filename is None:
            error.filename = os.fspath(folder)
        self.error = error


class Sink(Protocol):
    """Where one process puts articles."""

    @property
    def articles(self) -> int:
        """How many were added since the last `flush`."""

    @property
    def is_full(self) -> bool:
        """Whether there is no memory for more of them."""

    def add(self, file: FoundFile, article: Article) -> Iterable[Event]:
        """Take an article of a file. Raises IndexNotWritten or NewsgrepError."""

    def flush(self) -> Iterator[Event]:
        """Write what was added; the last event is a `Written`. Raises IndexNotWritten or NewsgrepError."""

    def close(self) -> None:
        """Let go of what is not written."""


class SinkPlace(Protocol):
    """What a process needs to know to open a sink; it crosses a pipe."""

    def open(self, memory: int, is_stopped: Callable[[], bool], /) -> Sink:
        """Open one; `memory` is in bytes, for articles that are not written. `is_stopped` ends whatever waiting."""


class Writer(Protocol):
    """The only writer of an archive, from its opening to `close`."""

    @property
    def place(self) -> SinkPlace:
        """Where those who read put articles."""

    @property
    def removed(self) -> int:
        """How many articles of earlier updates were taken out."""

    def begin(self, is_outdated: Callable[[str | None], bool], meter: Meter, /) -> Stamps:
        """Clear away what was never published; the stamps of the last commit (`Manifest.stamps`).

        `meter` is told from then on what is waited for, and asked whether to stop.
        """

    def begin_reading(self, keys: Sequence[str]) -> None:
        """Files are read from now on; those that are known are named, for `record` to answer."""

    def record(self, key: str) -> FileRecord | None:
        """What the last commit holds of one file."""

    def iter_records(self) -> Iterator[FileRecord]:
        """Every file of the last commit."""

    def replace_file(self, key: str) -> None:
        """Take out the articles that a file had before this update."""

    def check(self) -> None:
        """Raises IndexBusy where it has come out that another process writes: nothing may be committed any more."""

    def take(self, parcel: object) -> None:
        """Take in what a sink has written."""

    def take_back(self, written: Mapping[str, int]) -> bool:
        """Take back what this update has written of some files, if two of their articles have the same id.

        `written` is how many articles each file gave. Returns whether it was so.
        """

    def commit(self, records: Sequence[FileRecord]) -> None:
        """Publish what was written and taken out, and what became of files."""

    def finish(self) -> None:
        """All that was begun is committed."""

    def close(self) -> None:
        """Forget what was not committed, and let others write."""

    def count(self) -> int:
        """How many articles there are now, older versions apart; may be asked when it is closed."""


class Target(Protocol):
    """An archive to be updated."""

    @property
    def name(self) -> str:
        """What it is called."""

    def look(self, is_outdated: Callable[[str | None], bool]) -> tuple[Stamps, int]:
        """The stamps of the last commit, and how many articles there are; nothing is changed."""

    def open(self, *, rebuild: bool, on_wait: OnWait | None) -> contextlib.AbstractContextManager[Writer]:
        """Open or make it. Raises IndexBusy or IndexUnusable."""

    def measure(self) -> int:
        """How many bytes it takes."""
