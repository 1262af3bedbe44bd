"""The members of an archive, whatever its kind: which are read, under which name, and within which limits.

Nothing is written to disk: a name is a name only. Left out without a word are folders and what a walk over the unpacked
archive would leave out (names that begin with a dot) or never see (`__MACOSX`). The address of a member is
`path#member`, of a record in it `path#member#record`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.errors import FileUnreadable
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from newsgrep.sources.opened_file import OpenedFile

MAX_MEMBERS = 500_000
MAX_FAILURES = 1000
"""Members that fail and are named one by one; more are told once for each reason."""
MAX_NAME = 4096
"""Characters, as of a path on most systems."""

_STRIDE = 8
"""Members that follow each other and belong to the same share."""
_REASONS = 64
_OUTSIDE = re.compile(r"/|[a-zA-Z]:|(?:.*/)?\.\.(?:/|$)", re.DOTALL)
_HIDDEN = re.compile(r"(?:.*/)?(?:\.|__MACOSX/)", re.DOTALL)


class Member(NamedTuple):
    """A file in an archive."""

    name: str
    open: Callable[[], BinaryIO]
    """The content, until the next member is asked for. Raises FileUnreadable."""
    size: int
    """Bytes, as the archive says."""


def read_members(file: OpenedFile, members: Iterable[Member]) -> Iterator[Outcome]:
    """What the members hold, each by the format that it has; a member that fails costs itself only."""
    keys = RecordKeys()
    skips, failures = Skips(), Skips()
    failed = number = 0
    try:
        for number, member in enumerate(members, 1):
            if number > MAX_MEMBERS:
                if file.share.number == 0:
                    hint = "the rest was not read; unpack the archive and index the folder"
                    yield BrokenRecord(f"member {number:,}", f"More than {MAX_MEMBERS:,} members: {hint}")
                break
            name = member.name.removeprefix("./")[:MAX_NAME]
            # Every share takes every key, so that all agree which of two members of the same name has it.
            key = keys.take(name, number)
            if not file.share.has(number, _STRIDE):
                continue
            if _HIDDEN.match(name) and not _OUTSIDE.match(name):
                continue
            for outcome in _read_member(file, member, name, key):
                if isinstance(outcome, Skipped) and outcome.position == name:
                    skips.add(outcome.reason, name)
                elif isinstance(outcome, BrokenRecord) and outcome.position == name and failed >= MAX_FAILURES:
                    failures.add(outcome.reason, name)
                else:
                    failed += isinstance(outcome, BrokenRecord)
                    yield outcome
            if file.budget.left < 0:
                yield BrokenRecord(f"member {number + 1:,}", "Nothing from here on was read: too much to unpack before")
                break
    except FileUnreadable as error:
        if not number:
            raise
        yield BrokenRecord(f"member {number + 1:,}", error.message)
    if not number:
        yield Skipped("an archive without files")
    yield from (BrokenRecord(each.position or "", each.reason) for each in failures.tell())
    yield from skips.tell()


def _read_member(file: OpenedFile, member: Member, name: str, key: str) -> Iterator[Outcome]:
    if fault := _find_fault(name):
        yield BrokenRecord(name, fault)
        return
    if not member.size:
        yield Skipped("empty", name)
        return
    try:
        content = member.open()
    except FileUnreadable as error:
        yield BrokenRecord(name, error.message)
        return
    yield from file.read_part(name, content, key=key)


def _find_fault(name: str) -> str | None:
    if len(name) >= MAX_NAME:
        return f"A name of {MAX_NAME:,} characters or more"
    return "A path that leads out of the archive" if _OUTSIDE.match(name) or "\0" in name else None


class Skips:
    """Parts of a file that hold no articles, told once for each reason."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, reason: str, name: str) -> None:
        """Note a part."""
        if reason not in self._names and len(self._names) >= _REASONS:
            reason = "for other reasons"
        self._names.setdefault(reason, name)
        self._counts[reason] = self._counts.get(reason, 0) + 1

    def tell(self) -> Iterator[Skipped]:
        """One outcome for each reason, with the first part and how many more there are."""
        for reason, name in self._names.items():
            more = self._counts[reason] - 1
            yield Skipped(reason, f"{name} and {more:,} more" if more else name)
