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
class Waiting:
    """Nothing goes on for now; why not, for eyes. An empty reason: it goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was read is written, for a commit to publish. It confirms the files told done since the one before."""

    parcel: object | None
    """What the writer is to take in; None where nothing was written."""
    files: tuple[str, ...]
    """Absolute paths of the files with articles in it."""
    refused: tuple[tuple[str, Problem], ...] = ()
    """Articles that were read and could not be written, each with the absolute path of its file."""


Event = FileSoFar | FileDone | Waiting | Written
