"""Are the articles' own files still there, as they were read? A sample of them is looked at."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from newsgrep.cli.setup_findings import Level, Point
from newsgrep.cli.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.archive.glance import Source
    from newsgrep.cli.setup_findings import Situation

    Found = Iterator[tuple[Level, str, str]]


def look_at_files(situation: Situation) -> Found:
    """Whether the files that were read are there, and have not changed."""
    sources = situation.sources
    if sources is None or not sources.sample:
        return
    gone: list[Source] = []
    closed: list[Source] = []
    changed: list[Source] = []
    for source in sources.sample:
        try:
            status = os.stat(source.path)
        except PermissionError:
            closed.append(source)
        except OSError:
            gone.append(source)
        else:
            if (status.st_size, status.st_mtime_ns) != (source.size, source.mtime_ns):
                changed.append(source)
    number = len(sources.sample)
    looked = f"{count_of(number, 'file')} looked at"
    if len(gone) == number:
        what = f"none of {looked} is there any more: {gone[0].path}"
        advice = "Is their disk mounted? Articles can be searched, not opened; an update now would drop them."
        yield Level.WRONG, what, advice
    elif gone:
        what = f"gone: {len(gone)} of {looked}, such as {gone[0].path}"
        yield Level.NOTE, what, "newsgrep index DIR drops their articles, if they are not to come back."
    if closed:
        what = f"closed to you: {len(closed)} of {looked}, such as {closed[0].path}"
        yield Level.WRONG, what, "Give yourself the right to read them and the folders they are in."
    if changed:
        what = f"changed since: {len(changed)} of {looked}, such as {changed[0].path}"
        yield Level.NOTE, what, "newsgrep index DIR reads them again."
    if not (gone or closed or changed):
        yield Level.SOUND, f"{looked}: as they were read", ""


def look_at_unreadable(situation: Situation) -> Found:
    """Files that could not be read the last time."""
    sources = situation.sources
    if sources is None:
        return
    of = count_of(sources.files, "file") if sources.is_all else f"the first {count_of(sources.files, 'file')}"
    if sources.failed:
        number = len(sources.failed)
        what = f"not readable, or not as a whole: {number:,} of {of}, such as {sources.failed[0]}"
        yield Level.NOTE, what, "newsgrep extract FILE says why."
    else:
        yield Level.SOUND, f"{of}: all could be read", ""


def look_at_unfinished(situation: Situation) -> Found:
    """Files that an update was interrupted in."""
    sources = situation.sources
    if sources is None:
        return
    if sources.unfinished:
        files = count_of(sources.unfinished, "file is", "files are")
        what = f"{files} not in the index to the end: an update was interrupted"
        yield Level.NOTE, what, "The same newsgrep index goes on from there."
    else:
        yield Level.SOUND, "every file was read to its end", ""


def look_at_age(situation: Situation) -> Found:
    """When it was last updated."""
    sources = situation.sources
    if sources is None:
        return
    if sources.updated is None:
        yield Level.NOTE, "nothing was ever read into it", "newsgrep index DIR"
        return
    days = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(sources.updated)).days
    yield Level.SOUND, f"{sources.updated} ({count_of(max(0, days), 'day')} ago)", ""


def look_at_nesting(situation: Situation) -> Found:
    """Whether the index lies among the files that were read into it."""
    sources = situation.sources
    if sources is None or situation.index is None:
        return
    own = os.path.realpath(situation.index)
    beside = [
        source.path for source in sources.sample if own.startswith(os.path.dirname(source.path).rstrip("/") + "/")
    ]
    inside = [source.path for source in sources.sample if source.path.startswith(f"{own}/")]
    if inside:
        what = f"files of the index directory itself were indexed: {inside[0]}"
        yield Level.WRONG, what, "Keep articles and index in folders of their own, and build it anew."
    elif beside:
        what = f"the index lies in a folder of articles ({os.path.dirname(beside[0])}): newsgrep passes over it"
        yield Level.NOTE, what, "Other programs do not: back-ups and synchronisation of that folder copy it too."
    else:
        yield Level.SOUND, "the index and the articles have folders of their own", ""


GROUP = "Articles"
POINTS = (
    Point("source files", GROUP, look_at_files),
    Point("unreadable files", GROUP, look_at_unreadable),
    Point("unfinished files", GROUP, look_at_unfinished),
    Point("last update", GROUP, look_at_age),
    Point("folders", GROUP, look_at_nesting),
)
