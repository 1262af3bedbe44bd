"""What became of the files of an update, and how much of that the next commit may say.

A file counts as done when all its articles are written: a worker's `Written` confirms the files that it told before,
and a file that several workers share is done when each has confirmed its part. A file of which only some articles are
written goes down as unfinished, so that the next update reads it again.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from newsgrep.archive.file_reading import FileReading
from newsgrep.archive.manifest import UNFINISHED, FileRecord, Status
from newsgrep.archive.problem_list import join_problems
from newsgrep.sources.read_options import DETECT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.archive.report import Problem
    from newsgrep.sources.read_options import ReadOptions


class Ledger:
    """The files of one update."""

    def __init__(self) -> None:
        self._told: dict[int, list[tuple[FileRecord, int]]] = {}
        self._parts: dict[str, list[FileRecord]] = {}
        self._begun: set[str] = set()
        self._done: list[FileRecord] = []
        self._asked: dict[str, ReadOptions] = {}
        self._refused: dict[str, list[Problem]] = {}

    def ask(self, key: str, options: ReadOptions) -> None:
        """A file is to be read with these options."""
        if options != DETECT:
            self._asked[key] = options

    def tell(self, worker: int, record: FileRecord, shares: int = 1) -> None:
        """A worker is done with a file, or with its share of one."""
        self._told.setdefault(worker, []).append((record, shares))

    def confirm(self, worker: int, files: Iterable[str], refused: Iterable[tuple[str, Problem]] = ()) -> None:
        """A worker has written articles of `files`, apart from those `refused`, and with them all that it told."""
        for key, problem in refused:
            self._refused.setdefault(key, []).append(problem)
        complete = set()
        for record, shares in self._told.pop(worker, []):
            parts = self._parts.setdefault(record.key, [])
            parts.append(record)
            if len(parts) == shares:
                self._done.append(_leave_out(_join(parts), self._refused.pop(record.key, [])))
                del self._parts[record.key]
                self._begun.discard(record.key)
                complete.add(record.key)
        self._begun.update(key for key in files if key not in complete)

    def add(self, record: FileRecord) -> None:
        """A file is dealt with, and nothing was read of it."""
        self._done.append(record)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing for a commit to say."""
        return not self._done and not self._begun

    def take(self) -> list[FileRecord]:
        """What the next commit says: files done since the last one, and files begun and not done."""
        done, self._done = self._done, []
        begun = [
            FileRecord(
                key=key,
                path=key,
                size=UNFINISHED,
                mtime_ns=0,
                status=Status.FAILED,
                reading=FileReading(self._asked.get(key, DETECT)),
            )
            for key in sorted(self._begun)
        ]
        return [*done, *begun]


def _join(parts: list[FileRecord]) -> FileRecord:
    """The record of a file out of those of its shares."""
    if len(parts) == 1:
        return parts[0]
    statuses = {part.status for part in parts}
    status = next(each for each in (Status.FAILED, Status.READ, Status.SKIPPED) if each in statuses)
    problems = join_problems(part.problems for part in parts)
    if status is Status.READ:
        problems = tuple(problem for problem in problems if problem.failed)
    readings = [part.reading for part in parts if part.reading]
    return dataclasses.replace(
        parts[0],
        status=status,
        size=min(part.size for part in parts),
        digest=next((part.digest for part in parts if part.digest is not None), None),
        articles=sum(part.articles for part in parts),
        problems=problems,
        reading=functools.reduce(FileReading.join, readings) if readings else None,
    )


def _leave_out(record: FileRecord, refused: list[Problem]) -> FileRecord:
    """The record of a file some of whose articles could not be written."""
    if not refused:
        return record
    articles = record.articles - sum(problem.count for problem in refused)
    return dataclasses.replace(record, articles=max(0, articles), problems=join_problems([record.problems, refused]))
