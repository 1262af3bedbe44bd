"""A pager for what does not fit on the screen: `less`, or the program that the user prefers.

Text is held back until it is longer than the screen: what fits is printed as it is, and a program is started for the
rest only. NEWSGREP_PAGER, then PAGER name the program; `cat` or nothing turns it off.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLES = ("NEWSGREP_PAGER", "PAGER")
LESS = "FRX"
"""What `less` is asked for, where LESS does not say otherwise: to end at once where all fits after all, to pass colours
on, to leave the text on the screen at the end."""

_ESCAPE = re.compile(rb"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")


def find_pager() -> list[str]:
    """The program and its arguments; empty where none is wanted."""
    for name in VARIABLES:
        if name in os.environ:
            try:
                command = shlex.split(os.environ[name])
            except ValueError:  # An open quotation mark names no program.
                return []
            return [] if command == ["cat"] else command
    return ["less"]


class Pager:
    """Holds text back until it is longer than a screen, then passes it on to a program."""

    def __init__(self, command: list[str], write: Callable[[bytes], None]) -> None:
        """Take the program, and what writes to the screen where it is not needed."""
        self._command = command
        self._print = write
        self._width, self._height = shutil.get_terminal_size()
        self._held: list[bytes] = []
        self._rows = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._pass_on: Callable[[bytes], object] | None = None
        """What takes the text, once it is held back no longer."""

    def write(self, piece: bytes) -> None:
        """Take some text. Raises BrokenPipeError when the person has left the program."""
        if self._pass_on:
            self._pass_on(piece)
            return
        self._held.append(piece)
        self._rows += self._count_rows(piece)
        if self._rows >= self._height:
            self._release(self._start())

    def close(self) -> None:
        """Print what was held back, or wait until the person has read."""
        if self._pass_on is None:
            self._release(self._print)
        if self._process is None:
            return
        with suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.close()
        while True:
            # Ctrl-C means something to the pager, which is still there.
            with suppress(KeyboardInterrupt):
                self._process.wait()
                return

    def _start(self) -> Callable[[bytes], object]:
        environment = {**os.environ, "LESS": os.environ.get("LESS", LESS)}
        try:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=environment)  # noqa: S603
        except OSError:  # A program that is not there costs nobody the text.
            return self._print
        assert self._process.stdin  # noqa: S101  # it was asked for as a pipe
        return self._process.stdin.write

    def _release(self, pass_on: Callable[[bytes], object]) -> None:
        self._pass_on = pass_on
        held, self._held = self._held, []
        for piece in held:
            pass_on(piece)

    def _count_rows(self, piece: bytes) -> int:
        lines = _ESCAPE.sub(b"", piece).decode(errors="replace").split("\n")
        return sum(max(1, -(-len(line) // self._width)) for line in lines) - 1
