"""Is the index in a good place? Rights, room, the kind of disk, and programs that would copy it behind its back."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from newsgrep.cli.setup_findings import Level, Point
from newsgrep.cli.wording import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.cli.setup_findings import Situation

    Found = Iterator[tuple[Level, str, str]]

LEAST_ROOM = 16 << 20
"""Bytes without which no update can be relied on."""
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "fuse.glusterfs", "fuse.rclone"}
IN_MEMORY = {"tmpfs", "ramfs", "rootfs"}
SYNCHRONISED = (
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "icloud drive",
    "mobile documents",
    "cloudstorage",
    "nextcloud",
    "owncloud",
    "pclouddrive",
    "yandex.disk",
    "seafile",
    "box sync",
)
"""Folders that services keep the same on several machines, as their programs name them."""
_MOUNTS = "/proc/self/mountinfo"
_OCTAL = re.compile(r"\\([0-7]{3})")


def look_at_rights(situation: Situation) -> Found:
    """May this user read it and write it, and who else may?"""
    folder = situation.index
    if folder is None:
        return
    is_sound = True
    if not os.access(folder, os.R_OK | os.X_OK):
        yield (
            Level.WRONG,
            f"{folder} cannot be read by you",
            "Give yourself the right to read it, or search as its owner.",
        )
        return
    unreadable = [entry.name for entry in sorted(folder.iterdir()) if entry.is_file() and not os.access(entry, os.R_OK)]
    if unreadable:
        is_sound = False
        what = f"{len(unreadable)} of its files cannot be read by you: {', '.join(unreadable[:3])}"
        yield Level.WRONG, what, f"chmod -R u+rwX {folder}, as their owner"
    status = folder.stat()
    if not os.access(folder, os.W_OK):
        is_sound = False
        yield Level.NOTE, f"{folder} cannot be written by you: it can be searched, not updated", ""
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        is_sound = False
        what = f"{folder} belongs to {_name_user(status.st_uid)}, and you are {_name_user(os.geteuid())}"
        yield Level.NOTE, what, "Whoever updates it owns what is new in it: update it as one user always."
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not status.st_mode & stat.S_ISVTX:
        is_sound = False
        who = "everyone" if status.st_mode & stat.S_IWOTH else "its group"
        what = f"{folder} can be written by {who}: what you read may have been put there by others"
        yield Level.NOTE, what, f"chmod go-w {folder}"
    if is_sound:
        yield Level.SOUND, "yours to read and write, and nobody else's to write", ""


def _name_user(uid: int) -> str:
    try:
        import pwd

        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return f"user {uid}"


def look_at_room(situation: Situation) -> Found:
    """Free disk space against what a rebuild, or a merge of everything, writes beside the index."""
    import shutil

    from newsgrep.archive.location import index_bytes

    if situation.index is None:
        return
    free, size = shutil.disk_usage(situation.index).free, index_bytes(situation.index)
    told = f"{size_of(free)} free, the index takes {size_of(size)}"
    nodes = os.statvfs(situation.index) if hasattr(os, "statvfs") else None
    if free < LEAST_ROOM:
        yield Level.WRONG, f"the disk is full: {told}", "Make room: an update is given up where the disk is full."
    elif nodes and nodes.f_files and not nodes.f_favail:
        yield (
            Level.WRONG,
            "the disk can hold no more files, however small",
            "Remove some: it is out of inodes (df -i).",
        )
    elif free < size:
        yield Level.NOTE, f"too little room for a rebuild or a large merge: {told}", f"Make room for {size_of(size)}."
    else:
        yield Level.SOUND, told, ""


def look_at_disk(situation: Situation) -> Found:
    """What kind of file system it is on."""
    folder = situation.index
    if folder is None:
        return
    kind = find_file_system(os.path.realpath(folder), _read_mounts())
    if kind in NETWORK:
        what = f"it is on a network disk ({kind}): locks may not hold between machines, and reading is slower"
        yield Level.NOTE, what, "Update it from one machine only; a copy on a local disk is searched faster."
    elif kind in IN_MEMORY:
        what = f"it is in memory ({kind}): it is gone when the machine starts anew"
        yield Level.NOTE, what, "Keep it on a disk, if that is not what you want."
    elif os.path.exists(folder / "MANIFEST.SQLITE"):
        what = f"{kind or 'its file system'} does not tell capitals from small letters"
        yield Level.NOTE, what, "Of files whose names differ in nothing else, only one is there."
    else:
        yield Level.SOUND, kind or "its file system is not known", ""


def find_file_system(path: str, mounts: str) -> str | None:
    """The kind of file system that a path without links is on, from lines as in proc(5); None where none fits."""
    best, kind = -1, None
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        if len(fields.split()) < 5 or not rest.split():
            continue
        # A blank is written as \040.
        place = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields.split()[4])
        is_below = path == place or path.startswith(place.rstrip("/") + "/")
        if is_below and len(place) >= best:  # Of two on one place, the later covers the earlier.
            best, kind = len(place), rest.split()[0]
    return kind


def _read_mounts() -> str:
    try:
        return Path(_MOUNTS).read_text(errors="surrogateescape")
    except OSError:
        return ""


def look_at_synchronisation(situation: Situation) -> Found:
    """Whether a service copies it while it is written: half a commit is no index."""
    if situation.index is None:
        return
    path = Path(os.path.realpath(situation.index))
    for folder in (path, *path.parents):
        name = folder.name.lower()
        is_named = any(name == each or name.startswith((f"{each} ", f"{each}-")) for each in SYNCHRONISED)
        if is_named or (folder / ".stfolder").exists():
            what = f"it is in {folder}, which a service keeps the same on several machines: it may copy half an update"
            yield Level.NOTE, what, "Keep the index elsewhere (--index DIR); the articles may stay."
            return
    yield Level.SOUND, "in no folder that is known to be synchronised", ""


GROUP = "Place of the index"
POINTS = (
    Point("rights", GROUP, look_at_rights),
    Point("room", GROUP, look_at_room),
    Point("disk", GROUP, look_at_disk),
    Point("synchronised", GROUP, look_at_synchronisation),
)
