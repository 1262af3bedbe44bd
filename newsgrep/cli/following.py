"""Folders that are followed: when is it time to index them again?

The system tells of changes (watchfiles, by inotify and its relatives); they are collected until nothing has changed for
a moment, so that a crawl or a copy of many files makes a few updates and not thousands.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newsgrep.errors import ExtraMissing, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUIET_MS = 1_000
"""How long nothing is to change before an update."""
LONGEST_MS = 30_000
"""After which an update comes anyway, however busy the folder is."""
_TIMEOUT_MS = 1_000


def follow(sources: Sequence[str], index: str) -> Iterator[bool]:
    """First False, when changes begin to be noticed; then True when it is time for an update, False while it is not.

    Changes of the index itself, should it lie among the sources, do not count. Raises ExtraMissing without watchfiles,
    and OptionError where the system cannot follow so many folders.
    """
    try:
        from watchfiles import Change, watch
    except ImportError:
        raise ExtraMissing("following folders needs watchfiles", hint="pip install 'newsgrep[follow]'") from None

    own = os.path.realpath(index)
    files = {os.path.abspath(source) for source in sources if not os.path.isdir(source)}
    folders = [os.path.realpath(source) for source in sources if os.path.isdir(source)]

    def counts(change: Change, path: str) -> bool:
        del change
        real = os.path.realpath(path)
        if _is_within(real, own):
            return False
        return os.path.abspath(path) in files or any(_is_within(real, folder) for folder in folders)

    # A file that is replaced by another one of its name is noticed by the folder it is in.
    places = dict.fromkeys([*folders, *(os.path.dirname(file) for file in files)])
    watched = watch(
        *places,
        watch_filter=counts,
        debounce=LONGEST_MS,
        step=QUIET_MS,
        rust_timeout=_TIMEOUT_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    try:
        for changes in watched:
            yield bool(changes)
    except OSError as error:
        raise OptionError(
            f"the folders cannot be followed: {error.strerror or error}",
            hint="Allow more watches (fs.inotify.max_user_watches), or set WATCHFILES_FORCE_POLLING=1.",
        ) from None


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
