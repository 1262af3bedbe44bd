"""Errors of a disk that say which file they are about: those of an open file do not by themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class naming:  # noqa: N801  # reads as what it does, like contextlib.suppress
    """A block whose OSErrors are about a file, or about files of a folder, unless they name another."""

    __slots__ = ("_path",)

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Complete an error."""
        if isinstance(error, OSError) and error.errno is not None and error.filename is None:
            error.filename = os.fspath(self._path)
