"""What is asked of those who read files, and what they tell: tasks and events, small enough to cross a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.sources.read_options import DETECT, ReadOptions
from newsgrep.sources.share import WHOLE, Share

if TYPE_CHECKING:
    from newsgrep.archive.file_reading import FileReading
    from newsgrep.archive.manifest import Status
    from newsgrep.archive.report import Problem
    from newsgrep.codec.pickled import ArraySegment
    from newsgrep.sources.walk import FoundFile


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read, and the digest that it had when its articles were last written."""

    file: FoundFile
    digest: bytes | None = None
    share: Share = WHOLE
    date_from_mtime: bool = False
    """Articles without any date are given the file's."""
    options: ReadOptions = DETECT


@dataclass(frozen=True, slots=True)
class FileSoFar:
    """A large file is being read: how many articles it gave since the last event."""

    file: FoundFile
    new_articles: int


@dataclass(frozen=True, slots=True)
class FileDone:
    """What became of one file, or of a share of it."""

    file: FoundFile
    share: Share
    status: Status
    digest: bytes | None
    articles: int
    new_articles: int
    """Those since the last event."""
    problems: tuple[Problem, ...] = ()
    unchanged: bool = False
    """The file has the digest it had: nothing was read of it."""
    finished: bool = True
    """False: the run was stopped in the midst of this file."""
    reading: FileReading | None = None
    """How it was read; None if it was not."""


@dataclass(frozen=True, slots=True)
class SegmentMade:
    """A segment is written. It confirms the files told done since the one before; None if they have no articles."""

    segment: ArraySegment | None
    files: tuple[str, ...]
    """Absolute paths of the files with articles in the segment."""


Event = FileSoFar | FileDone | SegmentMade
