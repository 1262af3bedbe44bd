"""What is a format: a kind of file that can be read, with the way to tell it and the function that reads it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsgrep.sources.opened_file import OpenedFile
    from newsgrep.sources.outcome import Outcome


def is_installed(module: str) -> bool:
    """Whether a module can be imported; nothing is imported to find out."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        # The package around the module is missing, or lies there half installed.
        return False


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional part of the installation: `pip install "newsgrep[NAME]"`."""

    name: str
    module: str
    """The module that it brings."""

    @property
    def command(self) -> str:
        """What installs it."""
        return f'pip install "newsgrep[{self.name}]"'

    def is_installed(self) -> bool:
        """Whether its module can be imported; nothing is imported to find out."""
        return is_installed(self.module)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that can be read."""

    name: str
    """What `--format` calls it: lower case, `-` between words."""
    description: str
    detects: Callable[[str, bytes], bool]
    """Asked with the bare name in lower case, without `.gz` and the like, and the first bytes, unpacked; these are in
    UTF-8 if they were UTF-16, unless the format is `binary`."""
    read: Callable[[OpenedFile], Iterator[Outcome]]
    extra: Extra | None = None
    """What must be installed for it."""
    binary: bool = False
    """Detected by its raw bytes, before files of binary data are turned away."""
    shares: bool = False
    """`read` heeds `OpenedFile.share`, so that several processes can read one file together."""
    container: bool = False
    """An archive of files that have formats of their own."""
    mapped: bool = False
    """`read` heeds `ReadOptions.mapping`: it gives records to `ReadOptions.rename`."""
    suffixes: tuple[str, ...] = ()
    """How names of such files usually end; for people, detection does not read it."""
