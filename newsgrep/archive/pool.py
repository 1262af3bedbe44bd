"""Several processes that read files into segments, for updates that are worth the start of them.

Tasks go to a worker in small batches and events come back, both pickled over a pipe; the segments themselves are
written to the index directory by the workers, so that nothing large crosses. A worker is this module run as a program,
not a copy of the calling one: a script that uses the library needs no guard around its main part.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsgrep.archive.ingest import Ingest
from newsgrep.errors import WorkerLost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgrep.archive.events import Event, Task

BATCH_FILES = 64
BATCH_BYTES = 4 << 20
_AHEAD = 2
"""Batches that a worker has: one to read, one waiting, so that it never waits for more."""


class Pool:
    """Worker processes. Use as a context manager."""

    def __init__(self, jobs: int, folder: Path, index_name: str, memory: int) -> None:
        """`memory` is in bytes, for the documents of one worker's unfinished segment."""
        self._workers = [_Worker(folder, index_name, memory) for _ in range(jobs)]
        self.is_stopping = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exc: object) -> None:
        for worker in self._workers:
            worker.end()

    def stop(self) -> None:
        """Let the workers finish what they are at, and no more."""
        self.is_stopping = True
        for worker in self._workers:
            worker.stop()

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Event]]:
        """Read files; yields each event with the number of its worker. Raises WorkerLost when a worker dies."""
        batches = deque(_batch(tasks))
        busy = list(self._workers)
        for _ in range(_AHEAD):
            for worker in busy:
                self._feed(worker, batches)
        while busy:
            for connection in wait([worker.connection for worker in busy]):
                worker = next(each for each in busy if each.connection is connection)
                try:
                    event = worker.connection.recv()
                except (EOFError, ConnectionError) as error:
                    raise WorkerLost(
                        f"a worker process ended before its work was done (exit code {worker.wait()})",
                        hint="If memory ran out: --jobs 1, or a smaller --memory. What was committed before is kept.",
                    ) from error
                worker.is_listening = True
                if self.is_stopping:
                    worker.stop()
                if event == _NEXT:
                    self._feed(worker, batches)
                elif event == _DONE:
                    busy.remove(worker)
                else:
                    yield self._workers.index(worker), event

    def _feed(self, worker: _Worker, batches: deque[list[Task]]) -> None:
        worker.send(batches.popleft() if batches and not self.is_stopping else None)


_NEXT = "next"
_DONE = "done"


class _Worker:
    """One worker process, seen from the parent."""

    def __init__(self, folder: Path, index_name: str, memory: int) -> None:
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
        self.send((os.fspath(folder.absolute()), index_name, memory))

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
        """Ask it to stop between two records.

        Before its first word it has not learnt to listen yet, and the signal would end it.
        """
        if self.is_listening and self._process.poll() is None:
            self._process.send_signal(signal.SIGUSR1)

    def wait(self) -> int:
        return self._process.wait()

    def end(self) -> None:
        """End it, done or not."""
        self.connection.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
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

    signal.signal(signal.SIGUSR1, stop)
    folder, index_name, memory = connection.recv()
    ingest = Ingest(Path(folder), index_name, memory, lambda: stopped)
    try:
        while (batch := connection.recv()) is not None:
            for event in ingest.run(batch):
                connection.send(event)
            connection.send(_NEXT)
        connection.send(ingest.flush())
        connection.send(_DONE)
    except (EOFError, ConnectionError):
        # The parent is gone: nothing of this is wanted any more.
        ingest.close()


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])))
