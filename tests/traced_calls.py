"""What a process asked of the system, as strace records it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS = (
    "openat,open,creat,close,dup,dup2,dup3,fcntl,lseek,read,readv,pread64,preadv,write,writev,pwrite64,pwritev,pwritev2,"
    "ftruncate,truncate,fallocate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,"
    "unlinkat,mkdir,mkdirat,rmdir,sendfile,copy_file_range,splice,mmap,msync,io_uring_enter"
)
"""What strace is to record."""
STRACE = ("-xx", "-s", "100000000", "-e", f"trace={CALLS}", "-e", "signal=none")
"""Its options; `-o` and a file are to follow."""

_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the system that succeeded."""

    name: str
    arguments: tuple[str, ...]
    result: int
    count: int
    """The how manyth of this name it is, from 1; those that failed count too."""

    def number(self, place: int) -> int:
        return int(self.arguments[place], 0)

    def bytes(self) -> bytes:
        """All strings of the call, one after the other."""
        return b"".join(unhex(text) for argument in self.arguments for text in STRING.findall(argument))

    def path(self, place: int) -> str:
        found = STRING.fullmatch(self.arguments[place])
        assert found, f"{self} has no whole path"
        return os.fsdecode(unhex(found[1]))


def can_trace() -> bool:
    """Whether strace is there, and may trace."""
    strace = shutil.which("strace")
    return bool(strace) and not subprocess.run([strace or "", "-qq", "true"], capture_output=True).returncode


def read_trace(text: str) -> Iterator[Call]:
    """The calls that succeeded, as strace recorded them of one process with the options `STRACE`."""
    counts = Counter[str]()
    for line in text.splitlines():
        assert "<unfinished" not in line, f"two threads at once are not understood: {line[:200]}"
        found = _CALL.match(line)
        if found:
            counts[found[1]] += 1
            if not found[3].startswith("-"):
                yield Call(found[1], _split(found[2]), int(found[3], 0), counts[found[1]])


def _split(arguments: str) -> tuple[str, ...]:
    """Arguments apart; structures stay whole."""
    parts, depth = [""], 0
    for piece in re.split(r"([\[\]{}]|, )", arguments):
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        if piece == ", " and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(parts)


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
