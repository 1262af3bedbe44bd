"""What a look at the set-up found: points, findings on them, and the looking itself, which never fails nor hangs."""

from __future__ import annotations

import _thread
import enum
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import click

    from newsgrep.archive.glance import Sources
    from newsgrep.archive.opensearch.address import IndexUrl
    from newsgrep.cli.config_command import Overview

LONGEST = 2.0
"""Seconds that one point may take: a disk that is away answers never."""


class Level(enum.StrEnum):
    """How good or bad it is."""

    SOUND = "ok"
    NOTE = "note"
    """Worth knowing: it works, and may surprise."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one point."""

    level: Level
    point: str
    message: str
    advice: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something that is looked at."""

    name: str
    group: str
    """The heading it stands under."""
    look: Callable[[Situation], Iterable[tuple[Level, str, str]]]
    """Gives levels, messages and advice; changes nothing."""


@dataclass(frozen=True)
class Situation:
    """What is looked at, and what is read once for several points."""

    root: click.Context
    """Of the program, whose commands have settings."""
    given: str | None
    """The index that was named on the command line."""
    environment: Mapping[str, str]

    @cached_property
    def overview(self) -> Overview:
        """All settings."""
        from newsgrep.cli.config_command import collect

        return collect(self.root, self.given)

    @cached_property
    def named(self) -> str | None:
        """The index that commands would use, as it is named."""
        from newsgrep.cli.config import locate_indexes, read_user_file

        named = self.given or self.environment.get("NEWSGREP_INDEX", "").strip("\n")
        # Of several, the command has said that it looks at one.
        chosen = (named,) if named else locate_indexes(read_user_file())
        return chosen[0] if chosen else None

    @cached_property
    def is_remote(self) -> bool:
        """Whether that is an address on a cluster, or meant as one."""
        from newsgrep.archive.location import is_address

        return self.named is not None and is_address(self.named)

    @cached_property
    def url(self) -> IndexUrl | None:
        """The address; None for an index in a folder. Raises OptionError for what is none."""
        from newsgrep.archive.opensearch.address import parse_index_url

        return parse_index_url(self.named) if self.named and self.is_remote else None

    @cached_property
    def folder(self) -> Path | None:
        """The directory of the index that commands would use, whether or not there is one in it."""
        from pathlib import Path

        return Path(self.named) if self.named and not self.is_remote else None

    @cached_property
    def watches(self) -> Path | None:
        """The directory of its standing searches."""
        from newsgrep.archive.location import find_watches
        from newsgrep.errors import OptionError

        try:
            return find_watches(self.url) if self.url else self.index
        except OptionError:
            return None

    @cached_property
    def index(self) -> Path | None:
        """The same where there is an index in it."""
        from newsgrep.archive.location import is_index

        try:
            return self.folder if self.folder is not None and is_index(self.folder) else None
        except OSError:
            return None

    @cached_property
    def sources(self) -> Sources | None:
        """What the manifest of the index says; None where it cannot be read, or not without a change."""
        from newsgrep.archive.glance import read_sources

        return read_sources(self.index) if self.index else None


def examine(points: Iterable[Point], situation: Situation, *, longest: float = LONGEST) -> Iterator[Finding]:
    """Look at each point in turn; what fails or does not answer is a finding too.

    After a point that does not answer, the others of its group are left out: they would wait for the same disk.
    """
    silent: set[str] = set()
    for point in points:
        if point.group in silent:
            continue
        found: list[tuple[Level, str, str]] = []
        done = threading.Event()
        try:
            # A thread that waits for a disk cannot be ended, and this kind does not keep the process. `threading` would
            # wait for it to begin, which it never does where memory is too short for its first step.
            _thread.start_new_thread(_look, (point, situation, found, done))
        except RuntimeError:  # There is no memory for one, which a point of its own tells.
            _look(point, situation, found, done)
        if not done.wait(longest):
            from newsgrep.archive.opensearch.address import hide_password

            silent.add(point.group)
            where = f" ({hide_password(situation.given)})" if situation.given else ""
            found = [
                (
                    Level.WRONG,
                    f"no answer within {longest:g} seconds{where}: the rest of this group is left out",
                    "Is a network disk away? `df` on the folders in question shows whether it answers.",
                )
            ]
        for level, message, advice in found:
            yield Finding(level, point.name, message, advice)


def _look(point: Point, situation: Situation, found: list[tuple[Level, str, str]], done: threading.Event) -> None:
    gathered: list[tuple[Level, str, str]] = []
    try:
        gathered.extend(point.look(situation))
    except Exception as error:  # whatever a set-up does to a look at it is worth telling, not worth ending for
        what = f"it could not be looked at: {type(error).__name__}: {error}"
        gathered.append((Level.NOTE, what, ""))
    found.extend(gathered)
    done.set()
