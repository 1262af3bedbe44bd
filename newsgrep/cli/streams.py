"""The standard streams: data on stdout, everything else on stderr.

stdout is written as bytes, in UTF-8 whatever the locale says, and a reader that goes away (`| head`)
is told apart from every other failure. Rich is asked for text and never writes here itself: its
console wraps at 80 columns off a terminal and ends the process its own way on a closed pipe.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from newsgrep.cli.safe_text import clean_block, clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from newsgrep.cli.pager import Pager

# A surrogate that does not stand for a byte of a file name.
_NOT_A_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")

DUMB = ("dumb", "unknown")
"""What TERM says of a terminal that can show nothing but lines of text: those of editors and screen readers."""

_STDOUT = "stdout"
"""What errors of it name."""

_pager: Pager | None = None


class ReaderGone(Exception):
    """Whoever read stdout has closed it."""


def hold_closed() -> None:
    """Point closed standard streams (`2>&-`) at nothing: the next file that is opened would take their place."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest that is free, which is this one.
            os.open(os.devnull, os.O_RDWR)


def open_stdin() -> BinaryIO:
    """The bytes of stdin. Raises OptionError where it was closed."""
    if sys.stdin is None:
        from newsgrep.errors import OptionError

        raise OptionError("stdin is closed: there is nothing to read for -", hint="Name a file in place of -.")
    return sys.stdin.buffer


def is_terminal_output() -> bool:
    """Whether stdout is a terminal, where text is for eyes."""
    return sys.stdout is not None and sys.stdout.isatty()


def is_styled(color: str) -> bool:
    """Whether results are laid out by Rich: on a terminal that is able to, or where colour was asked for."""
    if color in ("plain", "always"):
        return color == "always"
    if color == "auto" and os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal_output() and os.environ.get("TERM") not in DUMB


@contextmanager
def paged(color: str) -> Iterator[None]:
    """Show text for eyes in a pager where it is longer than the terminal; what fits is printed as ever."""
    global _pager
    if color == "plain" or not is_terminal_output() or os.environ.get("TERM") in DUMB:
        yield
        return
    from newsgrep.cli.pager import Pager, find_pager

    if command := find_pager():
        _pager = Pager(command, lambda piece: write_bytes([piece]))
    try:
        yield
    finally:
        pager, _pager = _pager, None
        if pager:
            pager.close()


def open_console(color: str) -> Console:
    """Open a Rich console for text that ends up on stdout; print to it only inside `capture()`.

    NO_COLOR, TERM=dumb and COLUMNS are Rich's own business.
    """
    from rich.console import Console

    if color == "never":
        return Console(color_system=None, highlight=False, markup=False, emoji=False)
    return Console(force_terminal=True if color == "always" else None, highlight=False, markup=False, emoji=False)


def write_data(pieces: Iterable[str]) -> None:
    """Write machine output to stdout: UTF-8, and the bytes of file names that are not.

    On a terminal, control characters are made visible: data is for programs, eyes see it safely.
    Raises ReaderGone.
    """
    if is_terminal_output():
        write_bytes(_encode_view(_clean_keeping_tabs(piece) for piece in pieces))
    else:
        write_bytes(encode_text(piece) for piece in pieces)


def write_paths(paths: Iterable[str], *, end: str) -> None:
    """Write paths to stdout as the bytes that name the files on disk, `end` after each. Raises ReaderGone."""
    if is_terminal_output():
        write_bytes(_encode_view(clean_line(path) + end.replace("\0", "\n") for path in paths))
    else:
        write_bytes(_encode_path(path) + end.encode() for path in paths)


def write_view(pieces: Iterable[str]) -> None:
    """Write text for eyes, already harmless, to stdout or to a pager. Raises ReaderGone."""
    encoded = _encode_view(pieces)
    if _pager is None:
        write_bytes(encoded)
        return
    try:
        for piece in encoded:
            _pager.write(piece)
    except BrokenPipeError as error:
        raise ReaderGone from error


def write_bytes(pieces: Iterable[bytes]) -> None:
    """Write bytes to stdout and flush them. Raises ReaderGone."""
    if sys.stdout is None:
        return
    stdout = sys.stdout.buffer
    for piece in pieces:
        try:
            stdout.write(piece)
        except BrokenPipeError as error:
            raise ReaderGone from error
        except OSError as error:
            error.filename = _STDOUT
            raise
    flush_stdout()


def flush_stdout() -> None:
    """Send what is still buffered for stdout. Raises ReaderGone."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise ReaderGone from error
    except OSError as error:
        error.filename = _STDOUT
        raise


def is_reader_gone() -> bool:
    """Whether stdout is a pipe that nobody reads: tells its breaking from that of a pipe between our own processes."""
    import select

    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), select.POLLOUT)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (OSError, ValueError, AttributeError):
        return False


def abandon_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush is silent."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def say(message: str) -> None:
    """Tell the user something on stderr. Never fails: a message is not worth losing the work over."""
    if sys.stderr is None:
        return
    with suppress(OSError):
        sys.stderr.write(clean_block(message) + "\n")
        sys.stderr.flush()


def encode_text(text: str) -> bytes:
    """Write a text as UTF-8; the escaped bytes of a file name become those bytes again."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _NOT_A_BYTE.sub("\ufffd", text).encode("utf-8", "surrogateescape")


def _encode_view(pieces: Iterable[str]) -> Iterator[bytes]:
    encoding = sys.stdout.encoding or "utf-8" if is_terminal_output() else "utf-8"
    return (piece.encode(encoding, "replace") for piece in pieces)


def _encode_path(path: str) -> bytes:
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:
        return encode_text(path)


def _clean_keeping_tabs(text: str) -> str:
    return "\t".join(clean_block(part) for part in text.split("\t"))
