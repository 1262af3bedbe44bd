"""How far a run over many articles has come: a bar on a terminal, now and then a line elsewhere; all on stderr."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Self

from newsgrep.cli.progress import BAR_SECONDS, LINE_SECONDS
from newsgrep.cli.streams import say
from newsgrep.cli.wording import count_of, whole_seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.progress import Progress as RichProgress

    from newsgrep.article import Article

_BEFORE_BAR = 0.5
"""Seconds before a bar is shown: most runs are done by then."""


class ArticleMeter:
    """Counts the articles that pass; a context manager around the run."""

    def __init__(
        self, total: int, *, quiet: bool = False, bar: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`total` is how many will pass; `bar` asks for a bar where a line is the other choice."""
        self._total = total
        self._quiet = quiet
        self._clock = clock
        self._started = self._last = clock()
        self._shows_bar = bar
        self._bar: RichProgress | None = None

    def iter(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Let articles pass, and show how many have."""
        for done, article in enumerate(articles):
            if not self._quiet:
                self._show(done)
            yield article

    def _show(self, done: int) -> None:
        now = self._clock()
        if self._shows_bar:
            if self._bar is None and now - self._started >= _BEFORE_BAR:
                self._bar = _open_bar(self._total)
            if self._bar is not None and now - self._last >= BAR_SECONDS:
                self._last = now
                self._bar.update(self._bar.task_ids[0], completed=done, facts=self._say(done, now))
        elif now - self._last >= LINE_SECONDS:
            self._last = now
            say(f"newsgrep: {self._say(done, now)}")

    def _say(self, done: int, now: float) -> str:
        seconds = now - self._started
        text = f"{done:,}/{count_of(self._total, 'article')}"
        if not done or seconds <= 0:
            return text
        return f"{text}, {whole_seconds_of(seconds * (self._total - done) / done)} left"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def is_bar_wanted() -> bool:
    """Whether stderr is a terminal that can show a bar."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}


def _open_bar(total: int) -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    bar = Progress(
        BarColumn(bar_width=10),
        TaskProgressColumn(),
        TextColumn("{task.fields[facts]}", markup=False),
        console=Console(stderr=True, highlight=False, markup=False, emoji=False),
        transient=True,
    )
    bar.add_task("", total=total, facts="")
    bar.start()
    return bar
