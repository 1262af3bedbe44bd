"""Ctrl-C and the other signals that end a program: what each command does at one, so that nothing is left behind.

SIGTERM (`kill`, `timeout`, a service that is stopped) and SIGHUP (a terminal that is closed) do what Ctrl-C does. A
command that only reads ends at once, by KeyboardInterrupt, and removes what it had begun to write. While an index is
written, `Interrupt` lets the run stop between two articles instead, so that what was read can be kept: raised
anywhere, a KeyboardInterrupt would leave half an article in what is about to be committed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from newsgrep.cli.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ONE_PRESS = 0.3
"""Seconds within which two signals are one: a key that is held down, or `timeout`, which signals a process and then
its group.
"""

_SOON = 0.005
"""Seconds after which a signal that was lost on its way is raised again."""

_CLEAR_LINE = "\r\x1b[K"
_SHOW_CURSOR = "\x1b[?25h"


class Stopped(KeyboardInterrupt):
    """A signal that asks the program to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def code_of(stop: KeyboardInterrupt) -> int:
    """The exit code of a run that was interrupted."""
    return 128 + stop.number if isinstance(stop, Stopped) else INTERRUPTED


def take_signals() -> None:
    """Let each of the signals raise Stopped, for the whole process; those that it was started to ignore stay ignored.

    Another one that comes while the first is dealt with is taken for the same press.
    """
    last, pressed = -ONE_PRESS, signal.SIGINT

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal last, pressed
        del frame
        now = time.monotonic()
        if now - last >= ONE_PRESS:
            last, pressed = now, signal.Signals(number)
            raise Stopped(number)

    def stop_again(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise Stopped(pressed)

    def note_lost(lost: sys.UnraisableHookArgs) -> None:
        # Python drops what is raised within a callback of its own, of a weak reference for one.
        if isinstance(lost.exc_value, Stopped):
            signal.setitimer(signal.ITIMER_REAL, _SOON)
        else:
            sys.__unraisablehook__(lost)

    for each in _taken():
        signal.signal(each, stop)
    signal.signal(signal.SIGALRM, stop_again)
    sys.unraisablehook = note_lost


def ignore_signals() -> None:
    """Let nothing break off the last steps of a process."""
    for number in (*SIGNALS, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)


def _taken() -> list[signal.Signals]:
    # `nohup`, or a shell that started this in the background.
    return [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


class Interrupt:
    """A context manager that remembers a signal instead of raising it at once.

    The second one is raised where it comes: what was not committed is lost, as with any error, and nothing is left
    behind. The third ends the process on the spot, like a power cut.
    """

    def __init__(
        self, stop_at_once: Callable[[int], object] = os._exit, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stop_at_once = stop_at_once
        self._clock = clock
        self._presses = 0
        self._last = -ONE_PRESS
        self._number = int(signal.SIGINT)

    def check(self) -> None:
        """Raise KeyboardInterrupt if a signal came; call it where stopping is safe."""
        if self._presses:
            raise Stopped(self._number)

    def __enter__(self) -> Self:
        # Python takes signals in its main thread only; elsewhere there is no Ctrl-C to keep back.
        is_main = threading.current_thread() is threading.main_thread()
        self._previous = {number: signal.signal(number, self._remember) for number in (_taken() if is_main else ())}
        return self

    def __exit__(self, *exc: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        del frame
        now = self._clock()
        if now - self._last < ONE_PRESS:
            return
        self._last = now
        self._presses += 1
        if self._presses == 1:
            self._number = number
            _write("newsgrep: stopping; Ctrl-C again stops at once\n", controls=_CLEAR_LINE)
        elif self._presses == 2:
            raise Stopped(number)
        else:
            _write("", controls=_CLEAR_LINE + _SHOW_CURSOR)
            self._stop_at_once(128 + number)


def _write(message: str, *, controls: str) -> None:
    """Write to stderr past Python's and Rich's buffers: a signal may come while these are in use."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            text = controls + message if sys.stderr.isatty() else message
            os.write(sys.stderr.fileno(), text.encode())
