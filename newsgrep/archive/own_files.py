"""What an index directory may hold: plain files and folders of its own, nothing that leads out of it.

A folder that somebody sent may hold links to files of the reader, which a writer would write through, or pipes and
devices, which would never end. Links beside an index are left alone; none of them is opened.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from newsgrep.archive.refusals import REFUSALS
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from pathlib import Path

REPLACEMENT_NAME = "rebuild.unfinished"
"""The directory within the index directory in which a new index is built."""
REPAIR_NAME = "manifest.unfinished"
"""The same for a new manifest."""

_FILE = re.compile(r"_?MAIN_.*|(manifest|watches)\.sqlite(-journal|-wal|-shm)?|watches\.lock", re.DOTALL)
_FOLDERS = frozenset({REPLACEMENT_NAME, REPAIR_NAME})
_KINDS = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder", stat.S_IFREG: "a file", stat.S_IFIFO: "a pipe"}


def find_strangers(folder: Path) -> list[tuple[Path, str]]:
    """What has the name of a part of an index without being one, and what it is instead. Raises OSError."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in _FOLDERS:
                is_own = entry.is_dir(follow_symlinks=False)
            elif _FILE.fullmatch(entry.name):
                is_own = entry.is_file(follow_symlinks=False)
            else:
                continue
            if not is_own:
                kind = stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)
                found.append((folder / entry.name, _KINDS.get(kind, "a device")))
    return found


def require_own_files(folder: Path) -> None:
    """Raises IndexUnusable where a part of an index leads elsewhere. A folder that is not there holds none."""
    try:
        for path, kind in find_strangers(folder):
            raise IndexUnusable(
                f"{path} is {kind}, which no index of newsgrep has there",
                hint="An index is made of plain files; remove this, and check who gave you the folder.",
            )
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno in REFUSALS:
            raise
        raise IndexUnusable(f"{folder}: {error.strerror or error}", hint=REBUILD_HINT) from error


def remove_strangers(folder: Path) -> None:
    """Remove such links, pipes and devices themselves, never what they lead to. Raises OSError."""
    for path, kind in find_strangers(folder):
        if kind not in ("a folder", "a file"):
            path.unlink(missing_ok=True)
