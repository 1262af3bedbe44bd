"""The problems of a file and of a run, however many there are: the first one by one, the others counted by reason.

A table of a few megabytes can hold a million broken rows, and a mistaken `--format` makes every line of an archive one.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from newsgrep.archive.report import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

TOLD = 100
"""Failures of one file that are told with their places, and as many parts that were skipped."""
REASONS = 20
"""Reasons by which the others are counted."""
LISTED = 10_000
"""Problems of a run that are kept; from then on, one for all failures of a file."""
OTHER_REASONS = "for other reasons"

_DIGITS = re.compile(r"\d+")


class FileProblems:
    """The problems of one file, or of a share of it."""

    def __init__(self, path: str, shares: int = 1) -> None:
        """`shares` is how many read the file together."""
        self._path = path
        self._left = {failed: max(1, TOLD // shares) for failed in (True, False)}
        self._told: list[Problem] = []
        self._counted: dict[tuple[str, bool], Problem] = {}

    def add(self, reason: str, position: str | None = None, *, failed: bool = True) -> Problem | None:
        """Note one; returned if it is among those that are told one by one."""
        problem = Problem(self._path, reason, position, failed)
        if self._left[failed]:
            self._left[failed] -= 1
            self._told.append(problem)
            return problem
        if (reason, failed) not in self._counted and len(self._counted) >= REASONS:
            problem = dataclasses.replace(problem, reason=OTHER_REASONS)
        _count(self._counted, problem)
        return None

    @property
    def counted(self) -> tuple[Problem, ...]:
        """Those that are not told one by one: one for each reason, with how many there are."""
        return tuple(self._counted.values())

    @property
    def all(self) -> tuple[Problem, ...]:
        """Those told one by one, and those counted."""
        return (*self._told, *self.counted)


def join_problems(parts: Iterable[Iterable[Problem]]) -> tuple[Problem, ...]:
    """The problems of a file out of those of its shares, in the order of their places."""
    told: dict[tuple[str, str | None], Problem] = {}
    counted: dict[tuple[str, bool], Problem] = {}
    for part in parts:
        for problem in part:
            if problem.count > 1:
                _count(counted, problem)
            else:
                told[problem.reason, problem.position] = problem
    return (*sorted(told.values(), key=_place), *counted.values())


class RunProblems:
    """The problems of all files of a run."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Keep one; those of one file come one after the other."""
        last = self._listed[-1] if self._listed else None
        if (
            last is None
            or len(self._listed) < LISTED
            or (last.path, last.failed) != (problem.path, problem.failed)
        ):  # fmt: skip
            self._listed.append(problem)
            return
        reason = problem.reason if problem.reason == last.reason else OTHER_REASONS
        self._listed[-1] = dataclasses.replace(last, reason=reason, position=None, count=last.count + problem.count)

    @property
    def all(self) -> tuple[Problem, ...]:
        """What is kept, in order."""
        return tuple(self._listed)


def _count(counted: dict[tuple[str, bool], Problem], problem: Problem) -> None:
    """Add a problem to those of the same reason."""
    key = problem.reason, problem.failed
    if (before := counted.get(key)) is not None:
        problem = dataclasses.replace(before, position=None, count=before.count + problem.count)
    counted[key] = problem


def _place(problem: Problem) -> int:
    found = _DIGITS.search(problem.position or "")
    return int(found[0]) if found else 0
