"""What the operating system refused, as one message: which file, why, and what to do about it."""

from __future__ import annotations

import errno
import os

_RIGHTS = "Ask as the user whom it belongs to, or let its owner give you the right (ls -ld shows whose it is)."
_AGAIN = "then run the same command again. What was done before is kept."
_ROOM = f"Make room on that disk, {_AGAIN}"
_FILES = "Close other programs, or allow more: ulimit -n 4096"
_HINTS = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: f"Make that disk writable, {_AGAIN}",
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "That is larger than the disk, or a limit (ulimit -f), allows a file to be.",
    errno.ENOENT: "Look whether the name is right, and whether it is still there.",
    errno.ENOTDIR: "A part of this path is a file: look whether the name is right.",
    errno.EISDIR: "That is a directory: name a file.",
    errno.EEXIST: "Something else has that name: choose another one.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.ELOOP: "Symbolic links lead back to themselves there: name the file itself.",
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOMEM: "Close other programs, or allow more memory.",
    errno.EIO: f"That disk, or the network that it is behind, does not work as it should: see to it, {_AGAIN}",
    errno.ESTALE: "The network share was mounted anew: run the command again.",
}


def describe_disk_error(error: OSError) -> str:
    """The file, the reason and, where there is something to do, a second line that says what."""
    name = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) and error.filename else ""
    reason = f"{name}{error.strerror or error}"
    hint = _HINTS.get(error.errno) if error.errno is not None else None
    return f"{reason}\n{hint}" if hint else reason
