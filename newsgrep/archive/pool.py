"""Several processes that read files, for updates that are worth the start of them.

Tasks go to a worker in small batches and events come back, both pickled over a pipe; each worker writes the articles
by a sink of its own, so that nothing large crosses. A worker is this module run as a program, not a copy of the calling
one: a script that uses the library needs no guard around its main part.

Signals are the parent's business: a worker ignores those that ask a process to end, and ends when its parent has, or
has closed the pipe between them, whatever it is at.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import TYPE_CHECKING, Any

from newsgrep.archive.ingest import Ingest
from newsgrep.archive.writing import IndexNotWritten
from newsgrep.errors import NewsgrepError, WorkerLost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsgrep.archive.events import Event, Task
    from newsgrep.archive.writing import SinkPlace

BATCH_FILES = 64
BATCH_BYTES = 4 << 20
_AHEAD = 2
"""Batches that a worker has: one to read, one waiting, so that it never waits for more."""


class Pool:
    """Worker processes. Use as a context manager."""

    def __init__(
        self, jobs: int, place: SinkPlace, memory: int, is_interrupted: Callable[[], bool] = lambda: False
    ) -> None:
        """`memory` is in bytes, for the articles that one worker has not written yet.

        `is_interrupted` is asked several times a second.
        """
        self._is_interrupted = is_interrupted
        self.is_stopping = False
        self._workers: list[_Worker] = []
        try:
            for _ in range(jobs):
                self._workers.append(_Worker(place, memory))
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exc: object) -> None:
        for worker in self._workers:
            worker.end()

    def stop(self) -> None:
        """Let the workers finish the article that they are at, and no more."""
        if not self.is_stopping:
            self.is_stopping = True
            for worker in self._workers:
                worker.stop()

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Event]]:
        """Read files; yields each event with the number of its worker. Raises WorkerLost when a worker dies,
        OSError or NewsgrepError when it cannot write."""
        batches = deque(_batch(tasks))
        for _ in range(_AHEAD):
            for worker in self._workers:
                if not worker.is_done:
                    self._feed(worker, batches)
        while busy := [worker for worker in self._workers if not worker.is_done]:
            ready = wait([worker.connection for worker in busy], _PAUSE)
            if self._is_interrupted():
                self.stop()
            for worker in busy:
                if worker.connection not in ready or worker.is_done:
                    continue
                try:
                    event = worker.connection.recv()
                except (EOFError, ConnectionError) as error:
                    if -worker.wait() in _ENDING:
                        # Whoever sent it sends it to the parent too: a service is stopped with all its processes.
                        time.sleep(2 * _PAUSE)
                        if self._is_interrupted():
                            self.stop()
                    if self.is_stopping:
                        # Ended by the same hand; what it had not written is read by the next run.
                        worker.end()
                        continue
                    raise WorkerLost(
                        f"a worker process ended before its work was done ({_describe(worker.wait())})",
                        hint="If memory ran out: --jobs 1, or a smaller --memory. What was committed before is kept.",
                    ) from error
                if isinstance(event, OSError | NewsgrepError):
                    raise event
                if event == _READY:
                    worker.is_listening = True
                elif event == _NEXT:
                    self._feed(worker, batches)
                elif event == _DONE:
                    worker.is_done = True
                else:
                    yield self._workers.index(worker), event

    def _feed(self, worker: _Worker, batches: deque[list[Task]]) -> None:
        worker.send(batches.popleft() if batches and not self.is_stopping else None)


_READY = "ready"
_NEXT = "next"
_DONE = "done"
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PAUSE = 0.1
"""Seconds without a word from any worker after which the parent looks up."""


def _describe(code: int) -> str:
    """How a process ended, for eyes."""
    if code < 0:
        return f"killed by {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"signal {-code}"
    return f"exit code {code}"


class _Worker:
    """One worker process, seen from the parent."""

    def __init__(self, place: SinkPlace, memory: int) -> None:
        self.connection, far_end = Pipe()
        number = far_end.fileno()
        self._process = subprocess.Popen(  # noqa: S603  # this very program
            [sys.executable, "-m", "newsgrep.archive.pool", str(number)],
            pass_fds=[number],
            stdin=subprocess.DEVNULL,
            # Ctrl-C is for the parent, which then asks its workers to stop.
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        far_end.close()
        self._ended = False
        self.is_listening = False
        self.is_done = False
        self.send((place, memory))

    def send(self, message: object) -> None:
        """Send a batch, or None when there are no more; nothing after that."""
        if self._ended:
            return
        self._ended = message is None
        try:
            self.connection.send(message)
        except ConnectionError:
            # It died; `recv` tells the same and is where it is dealt with.
            self._ended = True

    def stop(self) -> None:
        """Ask it to stop between two records; one that has not begun yet is ended."""
        if self.is_listening or self.connection.poll():
            self._process.send_signal(signal.SIGUSR1)
        elif not self.is_done:
            self.end()

    def wait(self) -> int:
        return self._process.wait()

    def end(self) -> None:
        """End it, done or not."""
        if not self.is_done:
            self._process.kill()
            self.is_done = True
        self.connection.close()
        self._process.wait()


def _batch(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    batch: list[Task] = []
    size = 0
    for task in tasks:
        if batch and (len(batch) >= BATCH_FILES or size + task.file.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(task)
        size += task.file.size
    if batch:
        yield batch


def _serve(connection: Connection[Any, Any]) -> None:
    """What a worker process does: read batches until there are none, then write what is left."""
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, stop)
    threading.Thread(target=_end_with_parent, args=(connection.fileno(),), daemon=True).start()
    try:
        connection.send(_READY)
        place, memory = connection.recv()
        ingest = Ingest(place, memory, lambda: stopped)
        while (batch := connection.recv()) is not None:
            for event in ingest.run(batch):
                connection.send(event)
            connection.send(_NEXT)
        for event in ingest.flush():
            connection.send(event)
        connection.send(_DONE)
    except IndexNotWritten as failure:
        with suppress(ConnectionError):
            connection.send(failure.error)
    except (EOFError, ConnectionError):
        # The parent is gone: nothing of this is wanted any more.
        os._exit(0)
    except (OSError, NewsgrepError) as error:
        # A disk that is full, or fails, a cluster that is gone: the parent tells it.
        ingest.close()
        connection.send(error)


def _end_with_parent(descriptor: int) -> None:
    """Wait until the other end of the pipe is closed, by the parent or because it is dead, and end the process."""
    poll = select.poll()
    poll.register(descriptor, 0)
    poll.poll()
    os._exit(0)


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])))
