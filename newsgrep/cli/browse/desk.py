"""Where questions are answered beside the screen, each in a thread of its own: the newest overtakes those before it.

A search cannot be stopped halfway, but it can be left behind: nobody is told its answer. An archive is used by one
thread at a time, so each thread takes one that is at rest, or opens another. Threads do not keep the program
from ending.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.errors import IndexUnusable, NewsgrepError

if TYPE_CHECKING:
    from newsgrep.api import Archive

MOST_THREADS = 3
"""Questions that are worked on at the same time; the newest of those that wait is asked next."""

Job = Callable[["Archive"], Iterator[object]]
"""What answers a question, part by part."""


@dataclass(eq=False, slots=True)
class Ticket:
    """A question that was asked."""

    lane: str
    overtaken: bool = False
    """Whether a newer question of the same lane was asked, so that the answer is of no use any more."""
    answered: bool = False
    """Whether all that there is to answer was told, or nobody wants it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no answer."""

    error: NewsgrepError


class Desk:
    """Answers questions about an archive."""

    def __init__(self, open_archive: Callable[[], Archive], deliver: Callable[[Ticket, object], None]) -> None:
        """`open_archive` opens the index once more; `deliver` is told each part of an answer, in any thread."""
        self._open_archive = open_archive
        self._deliver = deliver
        self._lock = threading.Lock()
        self._places = threading.Semaphore(MOST_THREADS)
        self._newest: dict[str, Ticket] = {}
        self._at_rest: list[Archive] = []
        self._closed = False

    def ask(self, lane: str, job: Job) -> Ticket:
        """Answer a question, and let it overtake the one before it in the same lane."""
        ticket = Ticket(lane)
        with self._lock:
            if before := self._newest.get(lane):
                before.overtaken = True
            self._newest[lane] = ticket
        threading.Thread(target=self._answer, args=(ticket, job), name=f"browse-{lane}", daemon=True).start()
        return ticket

    def drop(self, lane: str) -> None:
        """Take back what was asked last in a lane."""
        with self._lock:
            if ticket := self._newest.pop(lane, None):
                ticket.overtaken = True

    def close(self) -> None:
        """Release the archives that are at rest; those at work go with their threads."""
        with self._lock:
            self._closed = True
            for ticket in self._newest.values():
                ticket.overtaken = True
            archives, self._at_rest = self._at_rest, []
        for archive in archives:
            archive.close()

    def _answer(self, ticket: Ticket, job: Job) -> None:
        with self._places:
            try:
                if not ticket.overtaken:
                    self._work(ticket, job)
            except NewsgrepError as error:
                self._tell(ticket, Failed(error))
            except Exception as error:
                self._tell(ticket, Failed(NewsgrepError(f"this is a fault of newsgrep itself: {error!r}")))
            finally:
                ticket.answered = True

    def _work(self, ticket: Ticket, job: Job) -> None:
        archive = self._take()
        try:
            archive.follow()
            try:
                self._tell_all(ticket, job(archive))
            except IndexUnusable:
                # Perhaps it took the place of another in between: what is there now may well be whole.
                archive.close()
                self._tell_all(ticket, job(archive))
        finally:
            self._give_back(archive)

    def _tell_all(self, ticket: Ticket, parts: Iterator[object]) -> None:
        for part in parts:
            self._tell(ticket, part)
            if ticket.overtaken:
                return

    def _tell(self, ticket: Ticket, part: object) -> None:
        if not ticket.overtaken:
            # Whoever asked may be gone by now.
            with suppress(RuntimeError):
                self._deliver(ticket, part)

    def _take(self) -> Archive:
        with self._lock:
            if self._at_rest:
                return self._at_rest.pop()
        return self._open_archive()

    def _give_back(self, archive: Archive) -> None:
        with self._lock:
            if not self._closed:
                self._at_rest.append(archive)
                return
        archive.close()
