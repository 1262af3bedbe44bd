"""How an update tells what it is doing: a bar on a terminal, now and then a line elsewhere.

Everything goes to stderr. Files that could not be read are named as they are met, the first
`NAMED` of them, so that a folder of broken files does not bury the rest.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Protocol, Self

from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.streams import say
from newsgrep.cli.wording import count_of, whole_seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from newsgrep.archive.report import Problem, Progress

NAMED = 20
"""Problems named in a run without --verbose."""

LINE_SECONDS = 5.0
"""Least time between two plain lines: a cron mail or a build log stays short."""

BAR_SECONDS = 0.1
"""Least time between two updates of the bar; more often is not seen and costs time per file."""


class Meter(Protocol):
    """Something that shows how far an update has come; a context manager around the run."""

    def show(self, progress: Progress) -> None:
        """Show where the update is."""

    def tell(self, message: str) -> None:
        """Print a line that stays."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(self, *exc: object) -> None:
        """Leave the terminal as it was."""


class SilentMeter:
    """Shows nothing but the lines that stay."""

    def show(self, progress: Progress) -> None:
        """Show nothing."""

    def tell(self, message: str) -> None:
        """Print a line."""
        say(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


class LineMeter(SilentMeter):
    """Prints a line from time to time, for logs and mails."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = self._last = clock()

    def show(self, progress: Progress) -> None:
        """Print a line if the last one is long enough ago."""
        now = self._clock()
        if now - self._last >= LINE_SECONDS:
            self._last = now
            self.tell(f"newsgrep: {progress_line(progress, now - self._started)}")


class ReadingMeter:
    """Says now and then how many articles a question has read: for questions that read all that match."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()

    def show(self, done: int, total: int) -> None:
        """Say how many of how many, if the last time is long enough ago."""
        now = self._clock()
        if now - self._last >= LINE_SECONDS:
            self._last = now
            say(f"newsgrep: {done:,} of {count_of(total, 'article')} read")


class BarMeter:
    """A bar on the terminal: files, articles, files a second, time left. It is gone when the run ends."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._bar: RichProgress = RichProgress(
            # Short of 80 columns: on a full line, the ^C that a terminal shows would begin a new one.
            BarColumn(bar_width=10),
            TaskProgressColumn(),
            TextColumn("{task.fields[facts]}", markup=False),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("", total=None, facts="")
        self._started = self._last = time.monotonic()

    def show(self, progress: Progress) -> None:
        """Move the bar."""
        now = time.monotonic()
        if now - self._last < BAR_SECONDS and progress.files_done < progress.files_total:
            return
        self._last = now
        done, total = _share(progress)
        facts = progress_line(progress, now - self._started)
        self._bar.update(self._task, completed=done, total=total, facts=facts)

    def tell(self, message: str) -> None:
        """Print a line above the bar."""
        from rich.text import Text

        self._bar.console.print(Text(message), soft_wrap=True)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()


class ProblemTeller:
    """Names the files that gave no article, while the run goes on."""

    def __init__(self, meter: Meter, *, verbose: bool) -> None:
        self._meter = meter
        self._verbose = verbose
        self._named = 0
        self._unnamed = 0

    def tell(self, problem: Problem) -> None:
        """Name one: every one with `verbose`, else only failures, and only the first of them."""
        if not self._verbose and not problem.failed:
            return
        if not self._verbose and self._named == NAMED:
            self._unnamed += problem.count
            return
        self._named += 1
        place = f"{problem.path}: {problem.position}" if problem.position else problem.path
        kind = "warning" if problem.failed else "skipped"
        reason = f"and {problem.count:,} more: {problem.reason}" if problem.count > 1 else problem.reason
        self._meter.tell(f"newsgrep: {kind}: {clean_line(place)}: {clean_line(reason)}")

    def finish(self) -> None:
        """Say how many were not named."""
        if self._unnamed:
            self._meter.tell(f"newsgrep: and {self._unnamed:,} more; --verbose lists all")
            self._unnamed = 0


class WaitingTeller:
    """Says once what an update waits for, and once that it goes on."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._is_told = False

    def show(self, progress: Progress) -> None:
        """Say it if it has not been said."""
        if bool(progress.waiting) != self._is_told:
            self._is_told = bool(progress.waiting)
            self._meter.tell(f"newsgrep: {clean_line(progress.waiting) or 'going on'}")


def open_meter(*, quiet: bool) -> Meter:
    """The meter that fits where stderr goes."""
    if quiet:
        return SilentMeter()
    if sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}:
        return BarMeter()
    return LineMeter()


def progress_line(progress: Progress, seconds: float) -> str:
    """Say how far the update has come, how fast it goes, how long it will take."""
    facts = [
        f"{progress.files_done:,}/{count_of(progress.files_total, 'file')}",
        count_of(progress.articles, "article"),
    ]
    done, total = _share(progress)
    if seconds > 0 and progress.files_done:
        facts.append(f"{progress.files_done / seconds:,.0f} files/s")
        if 0 < done < total:
            facts.append(f"{whole_seconds_of(seconds * (total - done) / done)} left")
    if progress.files_done == progress.files_total:
        facts.append("writing the index")
    return ", ".join(facts)


def _share(progress: Progress) -> tuple[int, int]:
    # Bytes tell the time left better than files do: one file may be an archive of gigabytes.
    if progress.bytes_total:
        return progress.bytes_done, progress.bytes_total
    return progress.files_done, progress.files_total
