"""What an update has to do: the files that a walk finds, against those the manifest holds."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from newsgrep.archive.report import Problem
from newsgrep.sources.walk import walk_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from newsgrep.archive.report import OnProblem
    from newsgrep.sources.walk import FoundFile, Unreadable


_STEP = 64
"""Files after which the walk may be stopped."""


class Plan:
    """Files sorted into new or changed, unchanged and gone."""

    def __init__(self, known: Mapping[str, tuple[int, int]]) -> None:
        """`known` is the manifest's size and mtime of each file, by absolute path."""
        self._known = known
        self.to_read: list[FoundFile] = []
        self.unchanged = 0
        self._found: set[str] = set()
        self._unknown: list[str] = []
        self._roots: list[str] = []

    @property
    def files(self) -> int:
        """How many files were found."""
        return len(self._found)

    def walk(
        self,
        source: str,
        include: Sequence[str],
        exclude: Sequence[str],
        on_problem: OnProblem,
        on_step: Callable[[], None],
    ) -> None:
        """Add the files beneath one argument; what cannot be looked at is reported. `on_step` is called as it goes."""

        def note(unreadable: Unreadable) -> None:
            self._unknown.append(unreadable.key)
            on_problem(Problem(unreadable.path, unreadable.reason))

        self._roots.append(os.path.abspath(source))
        known, found = self._known, self._found
        for file in walk_files(source, include=include, exclude=exclude, on_unreadable=note):
            if file.key in found:
                continue
            found.add(file.key)
            if len(found) % _STEP == 0:
                on_step()
            if known.get(file.key) == (file.size, file.mtime_ns):
                self.unchanged += 1
            else:
                self.to_read.append(file)

    def is_known(self, key: str) -> bool:
        """Whether the index may hold articles of this file."""
        return key in self._known

    @functools.cached_property
    def gone(self) -> list[str]:
        """Known files beneath what was walked that are no longer there.

        Not those that this run's patterns leave out, nor those in folders that could not be looked at.
        """
        missing = (key for key in self._known if key not in self._found and _is_beneath(key, self._roots))
        return [key for key in missing if not _is_beneath(key, self._unknown) and not os.path.lexists(key)]


def _is_beneath(key: str, folders: Iterable[str]) -> bool:
    return any(key == folder or key.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)
