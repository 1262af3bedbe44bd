"""What one page may cost, and what was seen of it: an eye on a page while it is understood.

Pages come from anywhere, and some are broken or built to be slow: megabytes of script, a million empty tags. What a
page may hold is bounded before it is parsed (`bounds`); here its time is, between the steps of its understanding.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from newsgrep.errors import FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.notes import Notes

MOST_SECONDS = 10.0
"""Seconds of this thread's CPU time that a page may take; pages as they are take some thousandths of one."""

MOST_BLOCKS = 20_000
"""Blocks or lines of a page that are looked at; pages as they are have some hundreds, long live blogs thousands."""

T = TypeVar("T")


class Watch:
    """Watches one page. `notes`, where given, are filled with what was seen on the way."""

    __slots__ = ("_ends", "_seconds", "notes", "warnings")

    def __init__(self, *, seconds: float = MOST_SECONDS, notes: Notes | None = None) -> None:
        self._seconds = seconds
        self._ends = time.thread_time() + seconds
        self.notes = notes
        self.warnings: list[str] = []
        """What was not looked at, for the user."""

    def check(self) -> None:
        """Raises FileUnreadable when the page has had its time."""
        if time.thread_time() > self._ends:
            raise FileUnreadable(
                f"Took more than {self._seconds:g} s to understand", hint="Is it one article, or a whole archive?"
            )

    def warn(self, message: str) -> None:
        """Note what was not looked at."""
        self.warnings.append(message)

    def first(self, blocks: Sequence[T]) -> Sequence[T]:
        """As many blocks of a page as are looked at; the page is warned of where there are more."""
        if len(blocks) <= MOST_BLOCKS:
            return blocks
        self.warn(f"Read in part: only the first {MOST_BLOCKS:,} of {len(blocks):,} paragraphs and labels")
        return blocks[:MOST_BLOCKS]
