"""Is there an index, the one that is meant, and are its parts there? Opened only: `newsgrep check` reads every byte."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from newsgrep.cli.setup_findings import Level, Point
from newsgrep.cli.wording import count_of, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.cli.setup_findings import Situation

    Found = Iterator[tuple[Level, str, str]]

CHECK = "newsgrep check tells all that is wrong, newsgrep check --repair reads the damaged parts again."
MANY_SEGMENTS = 60
"""Merging keeps them to some ten a power of ten of the articles; more make every search slower."""


def look_at_choice(situation: Situation) -> Found:
    """Which index commands use here, and why that one."""
    from newsgrep.archive.location import DEFAULT_NAME, ENVIRONMENT
    from newsgrep.errors import REBUILD_HINT

    named = situation.environment.get(ENVIRONMENT)
    try:
        near = _list_near()
    except FileNotFoundError:
        near = []
        yield Level.WRONG, "the folder that you are in was removed", "Go to another one: cd"
    if situation.is_remote:
        yield from _look_at_address(situation)
        return
    folder = situation.folder
    if folder is None:
        what = f"there is none: no {DEFAULT_NAME}/ here or in a parent folder, none named by {ENVIRONMENT} or settings"
        yield Level.NOTE, what, "Build one: newsgrep index DIR"
        return
    if situation.given:
        why = "--index names it"
    elif named:
        why = f"{ENVIRONMENT} names it"
    elif any(_is_same(folder, each) for each in near):
        why = f"the nearest {DEFAULT_NAME}/ from here"
    else:
        why = "your settings name it; there is none near"
    if situation.index is None:
        if folder.exists() and not folder.is_dir():
            what, advice = "which is no folder", "Name the directory of an index."
        elif not os.access(folder, os.X_OK) and os.path.lexists(folder):
            advice = "Give yourself the right to enter it, or search as its owner."
            what = "which cannot be entered by you"
        elif not folder.exists():
            what, advice = (
                "which is not there",
                f"Is its disk mounted? Else build it: newsgrep index DIR --index {folder}",
            )
        elif any(folder.glob("_MAIN_*.toc")):
            what, advice = "where the list of files (manifest.sqlite) is missing", REBUILD_HINT
        else:
            what, advice = "where there is none", f"Name another one, or build it: newsgrep index DIR --index {folder}"
        yield Level.WRONG, f"{folder} is to be the index ({why}), {what}", advice
        return
    yield Level.SOUND, f"{folder}: {why}", ""
    others = [os.fspath(each) for each in near if not _is_same(folder, each)]
    if others and not situation.given:
        what = f"{folder} is used ({why}), and there is {' and '.join(others)} too"
        yield Level.NOTE, what, "If another one is meant, name it: --index DIR"


def _look_at_address(situation: Situation) -> Found:
    """An index on a cluster: whether it is an address, and why that one."""
    from newsgrep.archive.location import ENVIRONMENT
    from newsgrep.errors import OptionError

    named = situation.environment.get(ENVIRONMENT)
    why = "--index names it" if situation.given else f"{ENVIRONMENT} names it" if named else "your settings name it"
    try:
        yield Level.SOUND, f"{situation.url}: {why}", ""
    except OptionError as error:
        yield Level.WRONG, f"{error.message} ({why})", error.hint or ""


def _list_near() -> list[Path]:
    """Every index/ here or in a parent folder. Raises FileNotFoundError where the folder was removed meanwhile."""
    from newsgrep.archive.location import DEFAULT_NAME, is_index

    here = Path.cwd()
    return [folder / DEFAULT_NAME for folder in (here, *here.parents) if is_index(folder / DEFAULT_NAME)]


def _is_same(folder: Path, other: Path) -> bool:
    return os.path.realpath(folder) == os.path.realpath(other)


def look_at_format(situation: Situation) -> Found:
    """Whether this newsgrep can read it: versions, table of contents, list of files."""
    from newsgrep.archive.glance import is_half_written
    from newsgrep.archive.local_engine import LocalEngine
    from newsgrep.archive.manifest import Manifest
    from newsgrep.archive.schema import FORMAT_VERSION
    from newsgrep.errors import NewsgrepError

    if situation.index is None:
        return
    try:
        with contextlib.closing(LocalEngine(situation.index)) as engine:
            generation = engine.generation
    except NewsgrepError as error:
        # Its message tells of the other version too, where that is what is wrong.
        yield Level.WRONG, error.message, error.hint or CHECK
        return
    told = f"version {FORMAT_VERSION}, which this newsgrep reads; commit {generation}"
    if is_half_written(situation.index):
        what = "a run is writing the list of files, or was cut off in it: it is not looked at, nor the articles' files"
        yield Level.NOTE, what, "The next newsgrep index undoes what was left half done."
        return
    try:
        with Manifest(situation.index, generation, readonly=True):
            pass
    except NewsgrepError as error:
        yield Level.WRONG, error.message, f"{CHECK} {error.hint or ''}".strip()
    else:
        yield Level.SOUND, told, ""


def look_at_strangers(situation: Situation) -> Found:
    """Whether its parts are files of its own: links and pipes in a folder that somebody sent lead out of it."""
    from newsgrep.archive.own_files import find_strangers

    if situation.index is None:
        return
    found = find_strangers(situation.index)
    for path, kind in found:
        what = f"{path} is {kind}, which no index of newsgrep has there"
        yield Level.WRONG, what, "Remove it, and check who gave you the folder."
    if not found:
        yield Level.SOUND, "plain files of its own", ""


def look_at_segments(situation: Situation) -> Found:
    """Whether each is there, has the length that it says, and as many articles as the table of contents says."""
    from newsgrep.archive.glance import open_parts

    parts = open_parts(situation.index) if situation.index else None
    if parts is None:
        return
    for path, fault in parts.faults:
        yield Level.WRONG, f"{path}: {fault}", CHECK
    if parts.segments > MANY_SEGMENTS:
        what = f"{parts.segments} segments: every search looks into each"
        yield Level.NOTE, what, "Build it anew when there is time: newsgrep index DIR --rebuild"
    if not parts.faults:
        yield Level.SOUND, f"{count_of(parts.segments, 'segment')}, all there; newsgrep check reads all of them", ""


def look_at_agreement(situation: Situation) -> Found:
    """Whether the list of files and the table of contents count the same articles."""
    from newsgrep.archive.glance import is_being_written, open_parts

    sources = situation.sources
    if situation.index is None or sources is None or not sources.is_all or sources.unfinished:
        return
    parts = open_parts(situation.index)
    if parts is None:
        return
    if parts.articles != sources.articles and not is_being_written(situation.index):
        what = f"the list of files counts {count_of(sources.articles, 'article')}, the segments hold {parts.articles:,}"
        yield Level.WRONG, what, CHECK
    else:
        yield Level.SOUND, f"{count_of(parts.articles, 'article')} of {count_of(sources.files, 'file')}", ""


def look_at_lock(situation: Situation) -> Found:
    """Who is writing the index, and since when."""
    import datetime as dt

    from newsgrep.archive.glance import is_being_written
    from newsgrep.archive.write_lock import LOCK_NAME, read_holder

    if situation.index is None:
        return
    # Somebody may have put a pipe there, which would be waited for.
    holder = read_holder(situation.index) if (situation.index / LOCK_NAME).is_file() else None
    if not is_being_written(situation.index):
        yield Level.SOUND, f"nobody is writing{f'; the last was {holder}' if holder else ''}", ""
        return
    advice = "Searches see the last commit. To update when it is done: newsgrep index --wait"
    if holder is None:
        yield Level.NOTE, "it is being written by another process", advice
        return
    if not _is_running(holder.pid):
        advice = "No such process is seen here: it runs on another machine, or in another container."
    elif dt.datetime.now(dt.UTC) - holder.since.astimezone() > dt.timedelta(days=1):
        advice = f"That is long. If it hangs, end it: kill {holder.pid}; what it has committed is kept."
    yield Level.NOTE, f"it is being written by {holder}", advice


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def look_at_leftovers(situation: Situation) -> Found:
    """What runs that were killed have left: it is taken away by the next one."""
    from newsgrep.archive.glance import find_leftovers, is_being_written

    if situation.index is None or is_being_written(situation.index):
        return
    left = find_leftovers(situation.index)
    if left:
        size = size_of(sum(size for _, size in left))
        names = ", ".join(name for name, _ in left[:3])
        what = f"{count_of(len(left), 'file')} of a run that was cut off ({size}): {names}"
        yield Level.NOTE, what, "Nothing is lost by it. The next newsgrep index goes on from there and takes them away."
    else:
        yield Level.SOUND, "none", ""


def look_at_watches(situation: Situation) -> Found:
    """Whether the standing searches can tell what they find."""
    from newsgrep.archive.glance import is_half_written
    from newsgrep.archive.watch_store import STORE_NAME, WatchStore
    from newsgrep.errors import NewsgrepError

    folder = situation.watches
    if folder is None:
        return
    path = folder / STORE_NAME
    if not path.is_file():
        yield Level.SOUND, "none", ""
        return
    if is_half_written(folder, STORE_NAME):
        yield Level.NOTE, "a run of the watches is at work or was cut off", "The next newsgrep watch run completes it."
        return
    try:
        with WatchStore(folder, readonly=True) as store:
            number, unfinished = len(store.watches()), store.unfinished()
    except NewsgrepError as error:
        yield Level.WRONG, error.message, error.hint or ""
        return
    for batch in unfinished:
        if batch.place is None:
            yield Level.NOTE, "a run of the watches was cut off", "The next newsgrep watch run tells it again, marked."
        elif _can_be_written(batch.place.path):
            what = f"a run of the watches was cut off while it wrote {batch.place.path}"
            yield Level.NOTE, what, "The next newsgrep watch run completes the file."
        else:
            what = f"{batch.place.path}, which a watch has yet to be told in, cannot be written"
            yield Level.WRONG, what, "Make its folder writable or mount its disk; the next newsgrep watch run goes on."
    if not os.access(path, os.W_OK):
        yield Level.WRONG, f"{path} cannot be written: no watch can be run", "Give yourself the right to write it."
    yield Level.SOUND, count_of(number, "watch", "watches"), ""


def _can_be_written(path: str) -> bool:
    return os.access(path, os.W_OK) if os.path.exists(path) else os.access(os.path.dirname(path), os.W_OK | os.X_OK)


GROUP = "Index"
POINTS = (
    Point("which index", GROUP, look_at_choice),
    Point("own files", GROUP, look_at_strangers),
    Point("format", GROUP, look_at_format),
    Point("segments", GROUP, look_at_segments),
    Point("agreement", GROUP, look_at_agreement),
    Point("write lock", GROUP, look_at_lock),
    Point("left-overs", GROUP, look_at_leftovers),
    Point("watches", GROUP, look_at_watches),
)
