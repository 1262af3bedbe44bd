"""Files that appear whole or not at all: written aside, and renamed when they are done.

A run that is stopped, or fails, leaves under the names that were asked for what was there before.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from newsgrep.cli.aside import MARK, open_aside
from newsgrep.errors import OptionError, OutputExists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FORCE = "Replace it: --force"


@contextmanager
def open_output(path: str, *, force: bool) -> Iterator[BinaryIO]:
    """Open a file to be written, which takes its name when the block ends without an error.

    One that is there is only replaced with `force`; a pipe or a device is written to as it is.
    Raises OutputExists, OptionError or OSError.
    """
    mode = _find_mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        if stat.S_ISDIR(mode):
            raise OptionError(f"{path} is a directory, where a file is to be written", hint="Name a file within it.")
        with _naming(path), open(path, "wb") as file:
            yield file
        return
    # Of a symbolic link, the file that it leads to is replaced.
    target = Path(os.path.realpath(path))
    _check_free(target, path, force=force)
    _check_folder(target.parent)
    with _naming(path), open_aside(target.parent) as aside:
        written = aside / "file"
        with written.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            written.chmod(stat.S_IMODE(mode))
        _check_free(target, path, force=force)
        written.replace(target)


@contextmanager
def open_folder(path: str, *, force: bool) -> Iterator[Callable[[str, bytes], bool]]:
    """Open a directory to be filled; the block is given a function that writes one file by its bare name.

    The files are in their place when the block ends without an error, others that are there stay. The function
    returns False for a name that it has written already. Raises OutputExists for one that was there before, unless
    `force` is given, OptionError or OSError.
    """
    target = Path(os.path.realpath(path))
    mode = _find_mode(path)
    if mode is not None and not stat.S_ISDIR(mode):
        raise OptionError(f"{path} is a file, where a directory is to be written", hint="Name another place.")
    # Within a directory that is there: what is beside it may be another disk.
    place = target if mode is not None else target.parent
    _check_folder(place)
    with _naming(path), open_aside(place) as aside:
        files = aside / "files"
        files.mkdir()

        def write(name: str, content: bytes) -> bool:
            if name != os.path.basename(name) or name in {"", ".", ".."}:
                raise ValueError(f"not a bare name: {name!r}")
            if mode is not None:
                _check_free(target / name, os.path.join(path, name), force=force)
            try:
                with (files / name).open("xb") as file:
                    file.write(content)
            except FileExistsError:
                return False
            return True

        yield write
        if mode is None:
            files.rename(target)
        else:
            for name in sorted(os.listdir(files)):
                (files / name).replace(target / name)


@contextmanager
def _naming(path: str) -> Iterator[None]:
    """Let an error of the disk name the place that was asked for: a full disk names none, others the file aside."""
    try:
        yield
    except OSError as error:
        if error.filename is None or MARK in str(error.filename):
            error.filename = path
        raise


def _find_mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _check_free(target: Path, shown: str, *, force: bool) -> None:
    if not force and os.path.lexists(target):
        raise OutputExists(f"{shown} exists already", hint=_FORCE)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        from shlex import quote

        raise OptionError(
            f"there is no directory {folder} to write in", hint=f"Make it first: mkdir -p {quote(str(folder))}"
        )
