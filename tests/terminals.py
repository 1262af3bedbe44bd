"""A real terminal for tests: a command in a pseudo-terminal of its own session, and what it printed there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEWSGREP = (sys.executable, "-m", "newsgrep")
_LONGEST = 60.0


@dataclass(frozen=True)
class Shown:
    """What became of a command."""

    code: int
    """Exit code; negative for a signal."""
    text: str
    """All that it wrote, escapes among it, lines ended by line feeds."""


def run_in_terminal(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    columns: int = 80,
    rows: int = 24,
    keys: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
) -> Shown:
    """Run a command in a terminal; each of `keys` is typed once, when its text has been printed."""
    child, screen = pty.fork()
    if not child:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if cwd is not None:
            os.chdir(cwd)
        os.execvpe(command[0], list(command), dict(environment or os.environ))
    waiting = dict(keys or {})
    printed = b""
    until = time.monotonic() + _LONGEST
    while True:
        ready, _, _ = select.select([screen], [], [], max(until - time.monotonic(), 0))
        if not ready:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise TimeoutError(printed.decode(errors="replace"))
        try:
            piece = os.read(screen, 1 << 16)
        except OSError:  # The end of a pseudo-terminal, as Linux says it.
            piece = b""
        if not piece:
            break
        printed += piece
        for text in [text for text in waiting if text.encode() in printed]:
            os.write(screen, waiting.pop(text).encode())
    os.close(screen)
    _, status = os.waitpid(child, 0)
    return Shown(os.waitstatus_to_exitcode(status), printed.decode(errors="replace").replace("\r\n", "\n"))
