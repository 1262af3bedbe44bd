"""An index at a glance: what can be said of its parts and of its source files without reading them, or changing any.

`check` reads every byte and takes its time; this opens files, and asks of a sample.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.archive.location import MANIFEST_NAME
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.own_files import REPAIR_NAME, REPLACEMENT_NAME
from newsgrep.archive.write_lock import LOCK_NAME
from newsgrep.codec.segment_file import SUFFIX, SegmentDamaged, SegmentFile
from newsgrep.codec.toc import NAME, Toc, TocDamaged, latest_generation, read_toc, toc_path
from newsgrep.errors import NewsgrepError

if TYPE_CHECKING:
    from pathlib import Path

    from newsgrep.archive.manifest import FileRecord

MOST_RECORDS = 20_000
"""Source files that are looked up in the manifest."""
SAMPLE = 64
"""Of how many of them the file is to be looked at, and less than twice as many."""


class Parts(NamedTuple):
    """The segments of the last commit."""

    segments: int
    articles: int
    """As the table of contents counts them, older versions included."""
    faults: tuple[tuple[str, str], ...]
    """Paths of segments that are not as they should be, and what is wrong with each."""


class Source(NamedTuple):
    """A source file as the manifest has it."""

    path: str
    """Absolute."""
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the manifest says of the source files: of all, or of the first MOST_RECORDS."""

    files: int
    is_all: bool
    articles: int
    unfinished: int
    failed: tuple[str, ...]
    """Paths of those that could not be read, as a whole or in part."""
    lacking: frozenset[str]
    """Modules that were not installed when they were read."""
    sample: tuple[Source, ...]
    """Some of those that were read to their end, from first to last."""
    updated: str | None
    """When the last commit was made: ISO 8601, UTC."""


def open_parts(folder: Path) -> Parts | None:
    """Open each segment and see whether it is what the table of contents says; None where that cannot be read."""
    toc = _try_toc(folder)
    if toc is None:
        return None
    faults = []
    for entry in toc.segments:
        path = folder / f"{entry.name}{SUFFIX}"
        if fault := _find_fault(path, entry.n_documents):
            faults.append((os.fspath(path), fault))
    articles = sum(entry.n_documents - len(entry.deleted) for entry in toc.segments)
    return Parts(len(toc.segments), articles, tuple(faults))


def _try_toc(folder: Path) -> Toc | None:
    try:
        return read_toc(folder)
    except (TocDamaged, OSError):
        return None


def _find_fault(path: Path, documents: int) -> str | None:
    try:
        file = SegmentFile(path)
        there = file.facts.get("documents")
        file.close()
    except FileNotFoundError:
        return "it is missing"
    except SegmentDamaged as error:
        return str(error).removeprefix(f"{path}: ")
    except OSError as error:
        return error.strerror or str(error)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"it is damaged ({type(error).__name__})"
    return None if there == documents else f"it has {there} articles, and the table of contents says {documents}"


def is_being_written(folder: Path) -> bool:
    """Whether somebody holds the write lock, asked without keeping it for more than a moment."""
    try:
        import fcntl

        # Somebody may have put a pipe there, which would be waited for.
        descriptor = os.open(folder / LOCK_NAME, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (ImportError, OSError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def is_half_written(folder: Path, name: str = MANIFEST_NAME) -> bool:
    """Whether a run is writing a database of the index, or was cut off in it: to open it would undo that."""
    return os.path.lexists(folder / f"{name}-journal")


def find_leftovers(folder: Path) -> list[tuple[str, int]]:
    """Names and bytes of what no commit names; while the index is written, that is work in progress. Raises OSError."""
    toc = _try_toc(folder)
    if toc is None:
        return []
    named = {f"{entry.name}{SUFFIX}" for entry in toc.segments}
    named.add(toc_path(folder, toc.generation).name)
    left = []
    with os.scandir(folder) as entries:
        for entry in entries:
            is_segment = entry.name.startswith(f"{NAME}_") and entry.name.endswith(SUFFIX)
            is_toc = entry.name.startswith(f"_{NAME}_") and ".toc" in entry.name
            is_unfinished = entry.name in (REPLACEMENT_NAME, REPAIR_NAME) or entry.name.endswith(".sqlite-journal")
            if (is_segment or is_toc or is_unfinished) and entry.name not in named:
                with contextlib.suppress(FileNotFoundError):
                    left.append((entry.name, entry.stat(follow_symlinks=False).st_size))
    return sorted(left)


def read_sources(folder: Path) -> Sources | None:
    """What the manifest says; None where it cannot be read, or not without a change."""
    if is_half_written(folder):
        return None
    try:
        with Manifest(folder, max(0, latest_generation(folder)), readonly=True) as manifest:
            records = list(itertools.islice(manifest.iter_records(), MOST_RECORDS + 1))
            return summarize_sources(records, manifest.fact("updated"))
    except (NewsgrepError, OSError, ValueError, sqlite3.Error):
        return None


def summarize_sources(records: list[FileRecord], updated: str | None) -> Sources:
    """What records say together; one more than MOST_RECORDS tells that there are more."""
    known = records[:MOST_RECORDS]
    finished = [record for record in known if record.is_finished]
    readings = [record.reading for record in known if record.reading]
    chosen = finished[:: max(1, len(finished) // SAMPLE)]
    return Sources(
        files=len(known),
        is_all=len(records) <= MOST_RECORDS,
        articles=sum(record.articles for record in known),
        unfinished=len(known) - len(finished),
        failed=tuple(record.key for record in known if any(problem.failed for problem in record.problems)),
        lacking=frozenset(module for reading in readings for module in reading.lacking),
        sample=tuple(Source(record.key, record.size, record.mtime_ns) for record in chosen),
        updated=updated,
    )
