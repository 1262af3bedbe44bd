"""Ctrl-C while an index is written: the run stops between two files, so that what was read can be kept.

Raised anywhere, a KeyboardInterrupt would leave half an article in what is about to be committed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from newsgrep.cli.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_CLEAR_LINE = "\r\x1b[K"
_SHOW_CURSOR = "\x1b[?25h"


class Interrupt:
    """A context manager that remembers Ctrl-C instead of raising it at once.

    The second Ctrl-C ends the process on the spot: like a power cut, it loses what was not committed and nothing else.
    """

    def __init__(self, stop_at_once: Callable[[int], object] = os._exit) -> None:
        self._stop_at_once = stop_at_once
        self._pressed = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if Ctrl-C was pressed; call it where stopping is safe."""
        if self._pressed:
            raise KeyboardInterrupt

    def __enter__(self) -> Self:
        # Python takes signals in its main thread only; elsewhere there is no Ctrl-C to keep back.
        self._is_main = threading.current_thread() is threading.main_thread()
        if self._is_main:
            self._previous = signal.signal(signal.SIGINT, self._remember)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._is_main:
            signal.signal(signal.SIGINT, self._previous)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self._pressed:
            _write("", controls=_CLEAR_LINE + _SHOW_CURSOR)
            self._stop_at_once(INTERRUPTED)
        self._pressed = True
        _write("newsgrep: stopping after this file; Ctrl-C again stops at once\n", controls=_CLEAR_LINE)


def _write(message: str, *, controls: str) -> None:
    """Write to stderr past Python's and Rich's buffers: a signal may come while these are in use."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            text = controls + message if sys.stderr.isatty() else message
            os.write(sys.stderr.fileno(), text.encode())
