"""The walk over a directory: which files are there to read?

Always the same order: depth first, names in code point order; folders that are reached by a symbolic link come after
everything else, so that a folder keeps its own path when a link to it appears. Left out are names that begin with a
dot, newsgrep's own index, and everything that is neither a file nor a folder (FIFOs, sockets, devices). What the
argument names itself is always taken, hidden or not; and of a Maildir the folders in it, whose names begin with a dot
(Maildir++), but not its `tmp`, where mails stand that are still being delivered. Patterns are matched with what lies
beneath the argument, or with the bare name of a file given as the argument. A file is read when no `exclude` pattern
meets it or a folder above it, and some `include` pattern does (if there are any); `globs` says what patterns mean.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.errors import SourceMissing
from newsgrep.sources.globs import Globs, parse_globs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class FoundFile(NamedTuple):
    """A file to read. A tuple, because a walk makes hundreds of thousands."""

    path: str
    """The argument joined with the way from there; undecodable bytes of names are surrogates (PEP 383)."""
    key: str
    """The absolute path, symbolic links kept: the same file by whatever argument it was found."""
    size: int
    """Bytes."""
    mtime_ns: int
    """When it was last written, in nanoseconds since 1970; of absurd times the next that 64 bits hold."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder, link or file that could not be looked at: what lies there is unknown, not gone."""

    path: str
    """As the walk found it."""
    key: str
    """The absolute path."""
    reason: str


OnUnreadable = Callable[[Unreadable], None]

_TOC = re.compile(r"_.+_\d+\.toc")
_MANIFEST = "manifest.sqlite"
_LAST_TIME = (1 << 63) - 1
_MAILDIR = frozenset({"cur", "new", "tmp"})


@dataclass(frozen=True, slots=True)
class _Folder:
    path: str
    key: str
    relative: str
    """Below the argument, with `/` at its end; empty for the argument itself."""
    included: bool


def walk_files(
    argument: str | os.PathLike[str],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    on_unreadable: OnUnreadable | None = None,
) -> Iterator[FoundFile]:
    """Find the files beneath a folder, or the one file named; the module says which and in what order.

    Raises SourceMissing when there is nothing of that name.
    """
    top = os.fspath(argument)
    report = on_unreadable or _ignore
    try:
        found = os.stat(top)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in (errno.ENOENT, errno.ENOTDIR):
            report(Unreadable(top, os.path.abspath(top), _describe(error)))
            return
        message = f"There is no file or folder {top!r}."
        raise SourceMissing(message, hint="Give a folder of saved articles, or one file.") from error
    wanted, unwanted = parse_globs(include), parse_globs(exclude)
    key = os.path.abspath(top)
    if stat.S_ISDIR(found.st_mode):
        walk = _Walk(wanted, unwanted, report, (found.st_dev, found.st_ino))
        yield from walk.run(_Folder(top, key, "", not wanted))
        return
    name = os.path.basename(top)
    if not stat.S_ISREG(found.st_mode):
        report(Unreadable(top, key, "Not a regular file"))
    elif not unwanted.match(name, name) and (not wanted or wanted.match(name, name)):
        yield FoundFile(top, key, found.st_size, _bound_time(found.st_mtime_ns))


class _Walk:
    """One walk: the folders seen, by device and inode, and the linked folders still to do."""

    def __init__(self, include: Globs, exclude: Globs, report: OnUnreadable, top: tuple[int, int]) -> None:
        self.include = include
        self.exclude = exclude
        self.report = report
        self.seen = {top}
        self.linked: deque[tuple[tuple[int, int], _Folder]] = deque()

    def run(self, top: _Folder) -> Iterator[FoundFile]:
        yield from self._descend(top)
        while self.linked:
            identity, folder = self.linked.popleft()
            if identity not in self.seen:
                self.seen.add(identity)
                yield from self._descend(folder)

    def _descend(self, top: _Folder) -> Iterator[FoundFile]:
        # A stack, not recursion: folders may be nested deeper than Python's frames.
        stack = [(top, self._list(top))]
        while stack:
            folder, entries = stack[-1]
            prefix = folder.key if folder.key.endswith(os.sep) else folder.key + os.sep
            included = folder.included
            filtering = bool(self.exclude) or not included
            while entries:
                entry = entries.pop()
                name = entry.name
                try:
                    if entry.is_file(follow_symlinks=False):
                        status = entry.stat(follow_symlinks=False)
                    elif entry.is_dir(follow_symlinks=False):
                        below = self._enter(entry, folder, prefix + name)
                        if below:
                            stack.append((below, self._list(below)))
                            break
                        continue
                    elif entry.is_symlink():
                        status = entry.stat()
                        if stat.S_ISDIR(status.st_mode):
                            linked = self._choose(entry, folder, prefix + name)
                            if linked:
                                self.linked.append(((status.st_dev, status.st_ino), linked))
                            continue
                        if not stat.S_ISREG(status.st_mode):
                            continue
                    else:
                        continue
                except OSError as error:
                    self._fail(entry, prefix + name, error)
                    continue
                if filtering:
                    relative = folder.relative + name
                    if self.exclude.match(name, relative):
                        continue
                    if not included and not self.include.match(name, relative):
                        continue
                yield FoundFile(entry.path, prefix + name, status.st_size, _bound_time(status.st_mtime_ns))
            else:
                stack.pop()

    def _list(self, folder: _Folder) -> list[os.DirEntry[str]]:
        """What a folder holds, last name first; what was listed before a fault is kept."""
        entries: list[os.DirEntry[str]] = []
        try:
            with os.scandir(folder.path or os.curdir) as listing:
                entries.extend(listing)
        except OSError as error:
            self.report(Unreadable(folder.path, folder.key, _describe(error)))
        if _MAILDIR.issubset(map(_name, entries)):
            entries = [entry for entry in entries if entry.name != "tmp" and (entry.name[0] != "." or _is_mail(entry))]
        else:
            entries = [entry for entry in entries if entry.name[0] != "."]
        if folder.relative and _is_index(entries):
            return []
        entries.sort(key=_name, reverse=True)
        return entries

    def _enter(self, entry: os.DirEntry[str], parent: _Folder, key: str) -> _Folder | None:
        below = self._choose(entry, parent, key)
        if below:
            status = entry.stat(follow_symlinks=False)
            identity = (status.st_dev, status.st_ino)
            if identity in self.seen:
                return None
            self.seen.add(identity)
        return below

    def _choose(self, entry: os.DirEntry[str], parent: _Folder, key: str) -> _Folder | None:
        relative = parent.relative + entry.name
        if self.exclude and self.exclude.match(entry.name, relative, folder=True):
            return None
        included = parent.included or self.include.match(entry.name, relative, folder=True)
        return _Folder(entry.path, key, relative + "/", included)

    def _fail(self, entry: os.DirEntry[str], key: str, error: OSError) -> None:
        # What has gone since the folder was listed is no fault; a link that leads nowhere may be an unmounted disk.
        if error.errno != errno.ENOENT or os.path.islink(entry.path):
            self.report(Unreadable(entry.path, key, _describe(error)))


def _bound_time(mtime_ns: int) -> int:
    """A file system may tell times up to the year 2446, and a broken one any; 64 bits hold nanoseconds up to 2262."""
    return max(-_LAST_TIME, min(_LAST_TIME, mtime_ns))


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_mail(entry: os.DirEntry[str]) -> bool:
    """Whether what is in a Maildir is a folder of mails in it."""
    return all(os.path.isdir(os.path.join(entry.path, name)) for name in _MAILDIR)


def _is_index(entries: list[os.DirEntry[str]]) -> bool:
    names = [entry.name for entry in entries]
    return _MANIFEST in names and any(_TOC.fullmatch(name) for name in names)


def _describe(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _ignore(_: Unreadable) -> None:
    """Report to nobody."""
