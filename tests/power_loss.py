"""A disk that loses power: what a recorded run may leave of its files, and folders made to look so.

Only what was asked for is certain: a file's bytes by a sync of the file, names by a sync of their folder. All other
changes are kept or lost each by itself, in any order, and of what was written any sector may be missing. A rename is
one change of two names. Calls that this model does not know are refused.
"""

from __future__ import annotations

import itertools
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.traced_calls import STRING, Call, unhex

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""
_FOLDER = 0
"""The number of the folder that the recording is about."""


@dataclass(slots=True)
class File:
    """A file or folder: bytes that are certain, and what was written since."""

    is_folder: bool = False
    certain: bytes = b""
    since: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Where, and what; None for what was cut off there."""

    @property
    def content(self) -> bytes:
        data = bytearray(self.certain)
        for at, piece in self.since:
            _change(data, at, piece)
        return bytes(data)

    def sync(self) -> None:
        self.certain, self.since = self.content, []


@dataclass(slots=True)
class NameChange:
    """Names given and taken: (folder, name) to a file's number, or None."""

    names: dict[tuple[int, str], int | None]
    is_certain: bool = False


@dataclass(slots=True)
class _Open:
    """An open file description."""

    number: int
    at: int = 0
    appends: bool = False


@dataclass(frozen=True)
class Tree:
    """A folder as it is found after a loss of power."""

    files: Mapping[str, tuple[int, bytes | None]]
    """By relative path: the number, and the bytes of a file."""

    def __hash__(self) -> int:
        return hash(frozenset(self.files.items()))

    def write(self, folder: Path, kept: Mapping[int, Path] | None = None) -> None:
        """Make a folder look so. Files that are `kept` elsewhere become hard links to there, and so stay the same."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, (number, content) in sorted(self.files.items()):
            path = folder / name
            if content is None:
                path.mkdir()
            elif kept and number in kept:
                kept[number].write_bytes(content)
                os.link(kept[number], path)
            else:
                path.write_bytes(content)


class Disk:
    """A folder on a disk, and what has become of it so far."""

    def __init__(self, folder: Path) -> None:
        """A disk on which the folder is as it is now, durably."""
        self._root = os.path.realpath(folder)
        self.files: dict[int, File] = {_FOLDER: File(is_folder=True)}
        self.changes: list[NameChange] = []
        self._descriptors: dict[int, _Open] = {}
        self._first: dict[tuple[int, str], int] = {}
        numbers = {self._root: _FOLDER}
        for parent, folders, names in os.walk(self._root):
            for name in sorted((*folders, *names)):
                path = os.path.join(parent, name)
                is_folder = os.path.isdir(path)
                number = numbers[path] = self._add(File(is_folder, b"" if is_folder else Path(path).read_bytes()))
                self._first[numbers[parent], name] = number
        self._names = dict(self._first)

    def _add(self, file: File) -> int:
        number = len(self.files)
        self.files[number] = file
        return number

    def number(self, path: Path) -> int:
        """The number of a file that is there now."""
        place = self._find(os.fspath(path))
        assert place
        return self._names[place]

    def apply(self, call: Call) -> bool:
        """Do what a call did; whether the disk has changed or more of it is certain."""
        act = getattr(self, f"_do_{call.name}", None)
        if act is None:
            assert not self.concerns(call), f"no one knows what {call} leaves of a file"
            return False
        return bool(act(call))

    def concerns(self, call: Call) -> bool:
        """Whether a call that is not applied yet is about a file of the folder, or the folder."""
        descriptors = {int(each) for each in call.arguments if each.isdecimal()} & self._descriptors.keys()
        paths = [unhex(text) for each in call.arguments for text in STRING.findall(each)]
        return bool(descriptors) or any(path.startswith(os.fsencode(self._root)) for path in paths)

    def _find(self, path: str, folder: str = "AT_FDCWD") -> tuple[int, str] | None:
        """The folder's number and the name that a path means; None for what is elsewhere."""
        if not path.startswith("/"):
            opened = self._descriptors.get(int(folder)) if folder != "AT_FDCWD" else None
            if opened is None:
                return None
            at, parts = opened.number, path.split("/")
        else:
            path = os.path.normpath(path)
            if path == self._root or not path.startswith(self._root + "/"):
                return None
            at, parts = _FOLDER, path[len(self._root) + 1 :].split("/")
        for part in parts[:-1]:
            if (at, part) not in self._names:
                return None
            at = self._names[at, part]
        return at, parts[-1]

    def _rename(self, names: dict[tuple[int, str], int | None]) -> bool:
        self.changes.append(NameChange(names))
        for place, number in names.items():
            if number is None:
                del self._names[place]
            else:
                self._names[place] = number
        return True

    def _do_openat(self, call: Call, at: int = 1) -> bool:
        path, flags = call.path(at), call.arguments[at + 1].split("|")
        place = self._find(path, call.arguments[0] if at else "AT_FDCWD")
        if os.path.normpath(path) == self._root:
            number, changed = _FOLDER, False
        elif place is None:
            return False
        elif "O_TMPFILE" in flags:
            number, changed = self._add(File()), False
        else:
            changed = place not in self._names
            if changed:
                assert "O_CREAT" in flags
                self._rename({place: self._add(File())})
            number = self._names[place]
        if "O_TRUNC" in flags and self.files[number].content:
            self.files[number].since.append((0, None))
            changed = True
        self._descriptors[call.result] = _Open(number, appends="O_APPEND" in flags)
        return changed

    def _do_open(self, call: Call) -> bool:
        return self._do_openat(call, at=0)

    def _do_close(self, call: Call) -> bool:
        self._descriptors.pop(call.number(0), None)
        return False

    def _do_dup(self, call: Call) -> bool:
        self._descriptors.pop(call.result, None)
        if call.number(0) in self._descriptors:
            self._descriptors[call.result] = self._descriptors[call.number(0)]
        return False

    _do_dup2 = _do_dup3 = _do_dup

    def _do_fcntl(self, call: Call) -> bool:
        return self._do_dup(call) if call.arguments[1].startswith("F_DUPFD") else False

    def _do_lseek(self, call: Call) -> bool:
        if opened := self._descriptors.get(call.number(0)):
            opened.at = call.result
        return False

    def _do_read(self, call: Call) -> bool:
        if opened := self._descriptors.get(call.number(0)):
            opened.at += call.result
        return False

    _do_readv = _do_read

    def _do_pread64(self, _: Call) -> bool:
        return False

    _do_preadv = _do_pread64

    def _do_write(self, call: Call) -> bool:
        opened = self._descriptors.get(call.number(0))
        if opened is None:
            return False
        file = self.files[opened.number]
        if opened.appends:
            opened.at = len(file.content)
        file.since.append((opened.at, call.bytes()[: call.result]))
        opened.at += call.result
        return True

    _do_writev = _do_write

    def _do_pwrite64(self, call: Call) -> bool:
        opened = self._descriptors.get(call.number(0))
        if opened is not None:
            self.files[opened.number].since.append((call.number(3), call.bytes()[: call.result]))
        return opened is not None

    _do_pwritev = _do_pwrite64

    def _do_ftruncate(self, call: Call) -> bool:
        opened = self._descriptors.get(call.number(0))
        if opened is not None:
            file, length = self.files[opened.number], call.number(1)
            now = len(file.content)
            file.since.append((length, None) if length <= now else (now, bytes(length - now)))
        return opened is not None

    def _do_fsync(self, call: Call) -> bool:
        opened = self._descriptors.get(call.number(0))
        if opened is None:
            return False
        self.files[opened.number].sync()
        for change in self.changes:
            change.is_certain |= any(folder == opened.number for folder, _ in change.names)
        return True

    _do_fdatasync = _do_fsync

    def _do_rename(self, call: Call) -> bool:
        at = (0, 1) if call.name == "rename" else (1, 3)
        folders = (call.arguments[0], call.arguments[2]) if at[0] else ("AT_FDCWD", "AT_FDCWD")
        source, target = (self._find(call.path(each), folder) for each, folder in zip(at, folders, strict=True))
        assert (source is None) == (target is None), f"{call} moves a file from one disk to another"
        return bool(source and target) and self._rename({target: self._names[source], source: None})  # type: ignore[index,dict-item]

    _do_renameat = _do_renameat2 = _do_rename

    def _do_link(self, call: Call) -> bool:
        source, target = (self._find(call.path(each)) for each in (0, 1))
        return bool(source and target) and self._rename({target: self._names[source]})  # type: ignore[index,dict-item]

    def _do_unlink(self, call: Call) -> bool:
        place = self._find(call.path(0))
        return place is not None and self._rename({place: None})

    _do_rmdir = _do_unlink

    def _do_unlinkat(self, call: Call) -> bool:
        place = self._find(call.path(1), call.arguments[0])
        return place is not None and self._rename({place: None})

    def _do_mkdir(self, call: Call) -> bool:
        place = self._find(call.path(0))
        return place is not None and self._rename({place: self._add(File(is_folder=True))})

    def _do_mmap(self, call: Call) -> bool:
        is_written = "PROT_WRITE" in call.arguments[2] and "MAP_SHARED" in call.arguments[3]
        assert not is_written or int(call.arguments[4]) not in self._descriptors, f"{call} writes past this model"
        return False

    def is_as(self, folder: Path) -> bool:
        """Whether a folder looks as this disk does while there is power."""
        every = set(range(len(self.changes)))
        tree = self.leave(every, {number: file.content for number, file in self.files.items()})
        found = {os.path.relpath(path, folder): path for path in folder.rglob("*")}
        return found.keys() == tree.files.keys() and all(
            content is None or found[name].read_bytes() == content for name, (_, content) in tree.files.items()
        )

    def leave(self, names: set[int], contents: Mapping[int, bytes]) -> Tree:
        """What is found after a loss of power that kept some changes of names, by their place in `changes`, and of
        some files other contents than the certain ones."""
        kept = dict[tuple[int, str], int | None](self._first)
        for place, change in enumerate(self.changes):
            if change.is_certain or place in names:
                kept |= change.names
        children: dict[int, list[tuple[str, int]]] = {}
        for (folder, name), number in kept.items():
            if number is not None:
                children.setdefault(folder, []).append((name, number))
        files: dict[str, tuple[int, bytes | None]] = {}
        waiting = [("", _FOLDER)]
        while waiting:
            path, folder = waiting.pop()
            for name, number in children.get(folder, ()):
                file = self.files[number]
                if file.is_folder:
                    waiting.append((f"{path}{name}/", number))
                files[path + name] = (number, None if file.is_folder else contents.get(number, file.certain))
        return Tree(files)

    def losses(self, chance: random.Random, count: int) -> Iterator[tuple[str, Tree]]:
        """States after a loss of power at this moment, each with a word on it: the extremes, and `count` by chance."""
        doubtful = [place for place, change in enumerate(self.changes) if not change.is_certain]
        written = {number: file for number, file in self.files.items() if file.since}
        everything = {number: file.content for number, file in written.items()}
        yield "nothing more than was synced", self.leave(set(), {})
        yield "everything", self.leave(set(doubtful), everything)
        yield "names without data", self.leave(set(doubtful), {})
        yield "data without names", self.leave(set(), everything)
        for number in range(count):
            # Most file systems keep the order of changes of names, and none must.
            in_order = number % 2 == 0
            names = doubtful[: chance.randint(0, len(doubtful))] if in_order else doubtful
            kept = {place for place in names if in_order or chance.random() < 0.5}
            contents = {number: tear(file, chance) for number, file in written.items()}
            yield f"names {sorted(kept)} of {doubtful}, torn writes", self.leave(kept, contents)


@dataclass(frozen=True, slots=True)
class Loss:
    """What is found after a loss of power."""

    told: str
    """When it was, and what of it is there."""
    tree: Tree
    is_over: bool
    """Whether the run had come to its end."""


def iter_losses(disk: Disk, calls: Sequence[Call], chance: random.Random, count: int) -> Iterator[Loss]:
    """Losses of power after each call that changes the disk, `count` by chance at each; no state twice."""
    known: set[Tree] = set()
    for place, call in enumerate(calls):
        is_over = place == len(calls) - 1
        if disk.apply(call) or is_over:
            for told, tree in disk.losses(chance, count):
                if is_over or tree not in known:
                    known.add(tree)
                    yield Loss(f"after call {place}, {call.name}: {told}", tree, is_over)


def tear(file: File, chance: random.Random) -> bytes:
    """A file as it may be found: of what was not synced, some is there and some is not."""
    data = bytearray(file.certain)
    for at, piece in file.since:
        fate = chance.choice(("whole", "lost", "torn", "begun", "empty"))
        if fate == "lost":
            continue
        if piece is None or fate == "whole":
            _change(data, at, piece)
            continue
        # The length may be there before the data is.
        data.extend(bytes(max(0, at + len(piece) - len(data))))
        edges = [at, *range(at - at % SECTOR + SECTOR, at + len(piece), SECTOR), at + len(piece)]
        last = chance.choice(edges)
        for start, end in itertools.pairwise(edges):
            if end <= last if fate == "begun" else fate == "torn" and chance.random() < 0.5:
                data[start:end] = piece[start - at : end - at]
    return bytes(data)


def _change(data: bytearray, at: int, piece: bytes | None) -> None:
    if piece is None:
        del data[at:]
        return
    data.extend(bytes(max(0, at - len(data))))
    data[at : at + len(piece)] = piece
