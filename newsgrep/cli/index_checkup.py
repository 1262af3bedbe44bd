"""Is there an index, the one that is meant, and are its parts there? Opened only: `newsgrep check` reads every byte."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from newsgrep.cli.findings import Level, Point
from newsgrep.cli.wording import count_of, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.cli.findings import Situation

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
        if not os.access(folder, os.X_OK) and os.path.lexists(folder):
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


def _list_near() -> list[Path]:
    """Every index/ here or in a parent folder. Raises FileNotFoundError where the folder was removed meanwhile."""
    from newsgrep.archive.location import DEFAULT_NAME, is_index

    here = Path.cwd()
    return [folder / DEFAULT_NAME for folder in (here, *here.parents) if is_index(folder / DEFAULT_NAME)]


def _is_same(folder: Path, other: Path) -> bool:
    return os.path.realpath(folder) == os.path.realpath(other)


def look_at_format(situation: Situation) -> Found:
    """Whether this newsgrep can read it: versions, table of contents, list of files."""
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
    if situation.is_manifest_torn:
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
    from newsgrep.codec.segment_file import SUFFIX, SegmentDamaged, SegmentFile

    if situation.index is None or situation.toc is None:
        return
    is_whole = True
    for entry in situation.toc.segments:
        path = situation.index / f"{entry.name}{SUFFIX}"
        trouble = ""
        try:
            file = SegmentFile(path)
            documents = file.facts.get("documents")
            file.close()
            if documents != entry.n_documents:
                trouble = f"it has {documents} articles, and the table of contents says {entry.n_documents}"
        except FileNotFoundError:
            trouble = "it is missing"
        except SegmentDamaged as error:
            trouble = str(error).removeprefix(f"{path}: ")
        except OSError as error:
            trouble = error.strerror or str(error)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            trouble = f"it is damaged ({type(error).__name__})"
        if trouble:
            is_whole = False
            yield Level.WRONG, f"{path}: {trouble}", CHECK
    number = len(situation.toc.segments)
    if number > MANY_SEGMENTS:
        what = f"{number} segments: every search looks into each"
        yield Level.NOTE, what, "Build it anew when there is time: newsgrep index DIR --rebuild"
    if is_whole:
        yield Level.SOUND, f"{count_of(number, 'segment')}, all there; newsgrep check reads every byte of them", ""


def look_at_agreement(situation: Situation) -> Found:
    """Whether the list of files and the table of contents count the same articles."""
    sources, toc = situation.sources, situation.toc
    if sources is None or toc is None or not sources.is_all or sources.unfinished:
        return
    there = sum(entry.n_documents - len(entry.deleted) for entry in toc.segments)
    if there != sources.articles and not _is_being_written(situation):
        what = f"the list of files counts {count_of(sources.articles, 'article')}, the segments hold {there:,}"
        yield Level.WRONG, what, CHECK
    else:
        yield Level.SOUND, f"{count_of(there, 'article')} of {count_of(sources.files, 'file')}", ""


def look_at_lock(situation: Situation) -> Found:
    """Who is writing the index, and since when."""
    import datetime as dt

    from newsgrep.archive.write_lock import read_holder

    if situation.index is None:
        return
    holder = read_holder(situation.index)
    if not _is_being_written(situation):
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


def _is_being_written(situation: Situation) -> bool:
    """Whether somebody holds the lock, asked without taking it for more than a moment."""
    from newsgrep.archive.write_lock import LOCK_NAME

    if situation.index is None:
        return False
    try:
        import fcntl

        # A pipe of this name would be waited for.
        descriptor = os.open(situation.index / LOCK_NAME, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (ImportError, OSError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


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
    from newsgrep.archive.own_files import REPAIR_NAME, REPLACEMENT_NAME
    from newsgrep.codec.segment_file import SUFFIX
    from newsgrep.codec.toc import NAME, toc_path

    if situation.index is None or situation.toc is None or _is_being_written(situation):
        return
    named = {f"{entry.name}{SUFFIX}" for entry in situation.toc.segments}
    named.add(toc_path(situation.index, situation.toc.generation).name)
    left, size = [], 0
    with os.scandir(situation.index) as entries:
        for entry in entries:
            is_segment = entry.name.startswith(f"{NAME}_") and entry.name.endswith(SUFFIX)
            is_toc = entry.name.startswith(f"_{NAME}_") and ".toc" in entry.name
            is_cut_off = entry.name in (REPLACEMENT_NAME, REPAIR_NAME) or entry.name.endswith(".sqlite-journal")
            if (is_segment or is_toc or is_cut_off) and entry.name not in named:
                with contextlib.suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_size
                    left.append(entry.name)
    if left:
        what = (
            f"{count_of(len(left), 'file')} of a run that was cut off ({size_of(size)}): {', '.join(sorted(left)[:3])}"
        )
        yield Level.NOTE, what, "Nothing is lost by it. The next newsgrep index goes on from there and takes them away."
    else:
        yield Level.SOUND, "none", ""


def look_at_watches(situation: Situation) -> Found:
    """Whether the standing searches can tell what they find."""
    from newsgrep.archive.watch_store import STORE_NAME, WatchStore
    from newsgrep.errors import NewsgrepError

    if situation.index is None:
        return
    path = situation.index / STORE_NAME
    if not path.is_file():
        yield Level.SOUND, "none", ""
        return
    if path.with_name(f"{STORE_NAME}-journal").exists():
        # Opening it would undo what was left half done.
        yield Level.NOTE, "a run of the watches is at work or was cut off", "The next newsgrep watch run completes it."
        return
    try:
        with WatchStore(situation.index, readonly=True) as store:
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
