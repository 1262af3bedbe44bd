"""Runs of the command line that are killed, or interrupted, at a chosen moment: a process that makes processes.

Started as a program, it runs one command, so that all is imported; then each line on its stdin is a `Job`, for which it
forks a process that counts whatever the run does to files and pipes, and is sent SIGKILL, or another
signal, at the one that the job names.
"""

from __future__ import annotations

import base64
import builtins
import dataclasses
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOMENTS = ("before", "within")


@dataclass(frozen=True)
class Job:
    """One run."""

    arguments: Sequence[str]
    kill_at: int = 0
    """Which act it does not survive, from 1; 0 for none."""
    moment: str = "before"
    """`before` it, or `within` where bytes are written: half of them are."""
    stdout: str | None = None
    """A file that stdout is appended to; None for a pipe."""
    number: int = signal.SIGKILL
    """The signal."""
    stdin: str = os.devnull
    stderr: str = os.devnull
    """A file that stderr is written to."""
    waits: bool = False
    """Whether it begins only at SIGUSR1; its number is told before."""


@dataclass(frozen=True)
class Ended:
    """What became of a run."""

    code: int
    """Exit code; negative for a signal."""
    output: bytes
    """What came through the pipe."""


class Runner:
    """The process that makes the processes."""

    def __init__(self, *first: str) -> None:
        """Run a first command."""
        command = [sys.executable, __file__, *first]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(
        self,
        *arguments: str,
        kill_at: int = 0,
        moment: str = "before",
        stdout: Path | None = None,
        stderr: Path = Path(os.devnull),
    ) -> Ended:
        target = os.fspath(stdout) if stdout else None
        return self.run_job(Job(arguments, kill_at, moment, target, stderr=os.fspath(stderr)))

    def run_job(self, job: Job) -> Ended:
        self._send(job)
        return self._receive()

    def run_known(self, job: Job, know: Callable[[int], None]) -> Ended:
        """Run a job once somebody knows the number of its process."""
        self._send(dataclasses.replace(job, waits=True))
        assert self._process.stdout
        process = int(self._process.stdout.readline())
        know(process)
        os.kill(process, signal.SIGUSR1)
        return self._receive()

    def run_traced(self, *arguments: str, strace: Sequence[str], stderr: Path) -> Ended:
        """Run under strace with options of its own."""
        self._send(Job(arguments, stderr=os.fspath(stderr), waits=True))
        assert self._process.stdout
        process = int(self._process.stdout.readline())
        command = ["strace", "-f", *strace, "-p", str(process)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr
            told = ""
            while "attached" not in told:
                told = tracer.stderr.readline()
                assert told, f"{command} did not attach"
            os.kill(process, signal.SIGUSR1)
            ended = self._receive()
            tracer.stderr.read()
        return ended

    def _send(self, job: Job) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(dataclasses.asdict(job)).encode() + b"\n")
        self._process.stdin.flush()

    def _receive(self) -> Ended:
        assert self._process.stdout
        answer = json.loads(self._process.stdout.readline())
        return Ended(answer["code"], base64.b64decode(answer["output"]))

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


class Killer:
    """Counts writes, and ends the process at one of them."""

    def __init__(self, kill_at: int, moment: str, number: int = signal.SIGKILL) -> None:
        self.left = kill_at
        self.moment = moment
        self.number = number

    def reached(self) -> bool:
        self.left -= 1
        return self.left == 0

    def die(self) -> None:
        os.kill(os.getpid(), self.number)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, as one write."""

        def counted(*arguments: Any, **named: Any) -> Any:
            if self.moment == "before" and self.reached():
                self.die()
            return function(*arguments, **named)

        return counted

    def around_bytes(self, write: Callable[[int, bytes], int]) -> Callable[[int, bytes], int]:
        """A function that writes bytes to a descriptor, as one write that may be done by half."""

        def counted(descriptor: int, data: bytes) -> int:
            if self.reached():
                if self.moment == "within":
                    write(descriptor, data[: len(data) // 2])
                self.die()
            return write(descriptor, data)

        return counted


def patch(killer: Killer) -> None:
    """Let a killer count whatever reaches the disk or a pipe."""
    from newsgrep.cli import streams

    class Counted(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            act = super().execute
            return killer.around(act)(sql, *parameters) if sql == "COMMIT" else act(sql, *parameters)

    connect = sqlite3.connect
    sqlite3.connect = lambda *a, **named: connect(*a, **named, factory=Counted)  # type: ignore[assignment]
    write = os.write
    for name in ("fsync", "replace", "rename", "ftruncate", "pwrite", "unlink", "remove", "mkdir", "rmdir"):
        setattr(os, name, killer.around(getattr(os, name)))
    os.write = killer.around_bytes(write)  # type: ignore[assignment]
    opened = io.open

    class CountedFile(io.FileIO):
        def write(self, data: Any) -> int:
            return os.write(self.fileno(), bytes(data))

    def open_counted(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        """Open a file; bytes that are written go through `os.write`."""
        # A file with an opener has no name, and is gone with the process.
        if "b" not in mode or not set(mode) & set("wxa+") or "opener" in named:
            return opened(file, mode, *arguments, **named)
        raw = CountedFile(file, mode.replace("b", ""))
        return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

    io.open = builtins.open = killer.around(open_counted) if killer.moment == "before" else open_counted

    def write_bytes(pieces: Sequence[bytes]) -> None:
        killer.around_bytes(write)(1, b"".join(pieces))

    streams.write_bytes = write_bytes  # type: ignore[assignment]


def hear_signals() -> None:
    """Let a process hear the signals that end a program, though the tests may run where they are ignored (`nohup`)."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def run_child(job: Job, pipe: int) -> None:
    """Be the process of a job."""
    from newsgrep.cli.main import run

    hear_signals()

    target = os.open(job.stdout, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if job.stdout else pipe
    os.dup2(target, 1)
    os.dup2(os.open(job.stdin, os.O_RDONLY), 0)
    os.dup2(os.open(job.stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    if job.number != signal.SIGKILL:
        from newsgrep.cli.interrupt import take_signals

        signal.signal(signal.SIGINT, signal.default_int_handler)
        take_signals()
    if job.waits:
        # No other call of the system, so that a tracer counts the same ones each time.
        signal.sigwait({signal.SIGUSR1})
    if job.kill_at:
        patch(Killer(job.kill_at, job.moment, job.number))
    os._exit(run(job.arguments))


def serve(first: Sequence[str]) -> None:
    """Make a process for each job."""
    from newsgrep.cli.main import run

    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    run(first)
    for line in sys.stdin:
        job = Job(**json.loads(line))
        reading, writing = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        child = os.fork()
        if not child:
            run_child(job, writing)
        os.close(writing)
        if job.waits:
            os.write(answers, b"%d\n" % child)
        pieces = []
        while piece := os.read(reading, 1 << 16):
            pieces.append(piece)
        os.close(reading)
        _, status = os.waitpid(child, 0)
        answer = {"code": os.waitstatus_to_exitcode(status), "output": base64.b64encode(b"".join(pieces)).decode()}
        os.write(answers, json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    sys.path.insert(0, os.fspath(Path(__file__).parents[1]))
    serve(sys.argv[1:])
