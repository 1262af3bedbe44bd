"""The program `newsgrep`: signals first, then the command line, so that no moment is too early for Ctrl-C.

Nothing is imported here on the way in: what takes time is imported where an interrupt ends the program without a word.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line of this process, and leave."""
    try:
        from newsgrep.cli import interrupt

        interrupt.take_signals()
        code = run(sys.argv[1:])
        interrupt.ignore_signals()
    except KeyboardInterrupt as stop:
        from newsgrep.cli import interrupt

        interrupt.ignore_signals()
        code = interrupt.code_of(stop)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; see `commands.run`."""
    from newsgrep.cli import commands

    return commands.run(arguments)
