"""Where the news of watches go: a stream, a file that is appended to, a file that is replaced, or a command.

Each writes down what it is about to tell, tells it, and marks it told, in this order (`search/watching.py`).
"""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from newsgrep.cli import streams
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsgrep.search.watches import News
    from newsgrep.search.watching import Watches


def tell_stream(watches: Watches, news: Sequence[News], write: Callable[[], None]) -> None:
    """Write news to stdout, as `write` does it. Raises ReaderGone, or OptionError where there is no stdout."""
    if sys.stdout is None:
        raise OptionError("stdout is closed: nobody would be told", hint="Name a file: --to FILE")
    batch = watches.begin(news)
    write()
    watches.finish(batch)


def tell_appended(watches: Watches, news: Sequence[News], path: str, output: bytes) -> None:
    """Append news to a file, on a line of their own. Raises OSError or OptionError."""
    from newsgrep.archive.delivered_file import AppendedFile

    with AppendedFile(path) as file:
        if file.ends_within_a_line():
            output = b"\n" + output
        batch = watches.begin(news, file.place, output)
        file.append(output)
    watches.finish(batch)


def tell_replaced(watches: Watches, news: Sequence[News], path: str, output: bytes) -> None:
    """Give a file a new content that has the news. Raises OSError."""
    from newsgrep.archive.delivered_file import Place, replace_file

    batch = watches.begin(news, Place(os.path.realpath(path), replaced=True), output)
    replace_file(path, output)
    watches.finish(batch)


def tell_command(watches: Watches, news: Sequence[News], command: str, output: bytes) -> None:
    """Run a command of the shell with the news on its stdin. Raises OptionError where it fails: that is not told."""
    import subprocess

    batch = watches.begin(news)
    ended = subprocess.run(["/bin/sh", "-c", command], input=output, check=False)  # noqa: S603  # the user's own
    if ended.returncode:
        raise OptionError(
            f"the command of --pipe ended with {ended.returncode}: {command}", hint="The next run tells it again."
        )
    watches.finish(batch)


def find_appended_stdout() -> str | None:
    """The regular file that stdout is appended to, as by `>> FILE`; None where it is anything else."""
    try:
        import fcntl

        descriptor = sys.stdout.fileno()
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        here, there = os.fstat(descriptor), os.stat(path)
        appends = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_APPEND
    except (OSError, ValueError, AttributeError, ImportError):
        return None
    is_same = stat.S_ISREG(here.st_mode) and (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)
    return path if is_same and appends and os.access(path, os.R_OK | os.W_OK) else None


def write_pieces(pieces: Sequence[str], *, is_data: bool) -> None:
    """Write news to stdout, for a program or for eyes. Raises ReaderGone."""
    if is_data:
        streams.write_data(pieces)
    else:
        streams.write_view(pieces)
