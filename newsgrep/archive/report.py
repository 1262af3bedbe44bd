"""What an update tells while it runs and when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or one record of it, that gave no article, or only a part of one."""

    path: str
    reason: str
    position: str | None = None
    """Where in the file, if known ("line 7")."""
    failed: bool = True
    """True: something that should have been an article was not read, or not all of it.

    False: no article was expected (a binary file).
    """
    count: int = 1
    """How many records this stands for; more than one where a file has so many that they are only counted."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an update has come; sent after every file read."""

    path: str
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    articles: int
    """Articles read so far in this run."""
    waiting: str = ""
    """What keeps the update from going on for now, for eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSummary:
    """The outcome of one `update`."""

    index: str
    """The index directory."""
    articles: int
    """Articles in the index now (after a dry run: as it would be)."""
    added: int
    """Articles written by this run, new ones and new versions."""
    removed: int
    """Articles taken out by this run: of files that changed or are gone."""
    files: int
    """Files that the walk found."""
    files_read: int
    files_unchanged: int
    files_gone: int
    problems: tuple[Problem, ...]
    """Of a file with many, the first; the others are counted by reason (`problem_list`)."""
    bytes_read: int
    index_bytes: int
    seconds: float
    dry_run: bool = False

    @property
    def failed(self) -> int:
        """How many files or records should have given an article and did not."""
        return sum(problem.count for problem in self.problems if problem.failed)


OnProgress = Callable[[Progress], None]
OnProblem = Callable[[Problem], None]
