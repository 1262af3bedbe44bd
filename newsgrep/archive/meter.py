"""How far an update has come: counted from what its readers tell, for `on_progress`, which may interrupt the update.

It is asked several times a second, at moments at which stopping loses nothing: while files are looked for, between two
articles, while several processes are waited for, and between two steps of a merge.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from newsgrep.archive.events import FileDone, FileSoFar, Waiting
from newsgrep.archive.report import Progress

if TYPE_CHECKING:
    from newsgrep.archive.events import Event
    from newsgrep.archive.plan import Plan
    from newsgrep.archive.report import OnProgress

PAUSE = 0.1
"""Seconds after which `on_progress` is asked again although there is nothing new."""


class Meter:
    """Counts what was read, and keeps the interrupt that `on_progress` may raise."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._asked_at = time.monotonic()
        self._files = 0
        self._bytes = 0
        self._files_done = 0.0
        self._bytes_done = 0.0
        self._articles = 0
        self._path = ""
        self._waiting = ""
        self.interrupt: KeyboardInterrupt | None = None

    def look(self, plan: Plan) -> None:
        """Tell now and then how many files were found to read. Raises what `on_progress` raises."""
        if time.monotonic() - self._asked_at >= PAUSE:
            self._files = len(plan.to_read)
            self._tell()

    def begin(self, plan: Plan) -> None:
        """Begin to read what was found."""
        self._files = len(plan.to_read)
        self._bytes = sum(file.size for file in plan.to_read)

    def count(self, event: Event) -> None:
        """Count an event and tell it."""
        if isinstance(event, FileDone):
            self._files_done += 1 / event.share.of
            self._bytes_done += event.file.size / event.share.of
        elif isinstance(event, Waiting):
            self.wait_for(event.reason)
            return
        elif not isinstance(event, FileSoFar):
            return
        self._articles += event.new_articles
        self._path = event.file.path
        self._ask()

    def wait_for(self, reason: str) -> None:
        """Tell what is waited for; an empty reason: it goes on."""
        self._waiting = reason
        self._ask()

    def is_interrupted(self) -> bool:
        """Whether the user wants to stop; to be asked as often as you like."""
        if self.interrupt is None and time.monotonic() - self._asked_at >= PAUSE:
            self._ask()
        return self.interrupt is not None

    def _ask(self) -> None:
        if self.interrupt is not None:
            return
        try:
            self._tell()
        except KeyboardInterrupt as interrupt:
            self.interrupt = interrupt

    def _tell(self) -> None:
        self._asked_at = time.monotonic()
        done, read = round(self._files_done, 6), round(self._bytes_done)
        told = Progress(self._path, int(done), self._files, read, self._bytes, self._articles, self._waiting)
        self._on_progress(told)
