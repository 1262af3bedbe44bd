"""Mending an index from its sources: what is damaged is given up, and the files that it held are read again.

Only segments that are damaged go; what is in the others stays. Which files are to be read again, the manifest tells:
those of which it knows more articles, or fewer, than are there. A damaged manifest is written anew from the articles;
without a table of contents the index is built anew from the files that the manifest names.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.archive.check import check_index, count_articles
from newsgrep.archive.faults import MEANINGLESS
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.location import MANIFEST_NAME, sync_folder
from newsgrep.archive.manifest import UNFINISHED, FileRecord, Manifest, Status
from newsgrep.archive.own_files import REPAIR_NAME, require_own_files
from newsgrep.archive.schema import file_key
from newsgrep.archive.update import Options, update_index
from newsgrep.codec.disk_errors import naming
from newsgrep.codec.segment import SegmentData
from newsgrep.codec.segment_file import SUFFIX, SegmentDamaged
from newsgrep.codec.toc import read_toc
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newsgrep.archive.check import Checked, OnChecked
    from newsgrep.archive.report import OnProblem, OnProgress, UpdateSummary
    from newsgrep.codec.toc import SegmentEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What was wrong, and what became of it."""

    before: Checked
    after: Checked
    read_again: int
    """Source files that were read again."""
    lost: tuple[str, ...]
    """Source files that are not there any more, with articles that the index has lost."""
    unknown: tuple[str, ...]
    """Damaged segments of which no one knows whether their articles were read again: the manifest is damaged too."""
    summary: UpdateSummary | None
    """Of the reading; None where nothing was to be read."""


def repair_index(
    folder: Path,
    *,
    on_checked: OnChecked | None = None,
    on_progress: OnProgress | None = None,
    on_problem: OnProblem | None = None,
) -> Repaired:
    """Check an index and mend it from its sources.

    Raises IndexBusy, IndexUnusable where nothing tells which files those are, or OSError where a disk is full or fails.
    """
    require_own_files(folder)
    with naming(folder):
        return _repair(folder, on_checked, on_progress, on_problem)


def _repair(
    folder: Path, on_checked: OnChecked | None, on_progress: OnProgress | None, on_problem: OnProblem | None
) -> Repaired:
    before = check_index(folder, on_checked)
    # What a watch has told stands in no source.
    kinds = {fault.kind for fault in before.faults} - {"watches"}
    if not kinds:
        # A repair, or an update, that was ended before it had read all.
        names = _list_unfinished(folder)
        if not names:
            return Repaired(before=before, after=before, read_again=0, lost=(), unknown=(), summary=None)
    elif "toc" in kinds:
        names = _read_sources(folder)
    else:
        if "manifest" in kinds:
            _write_manifest_anew(folder)
        names = _give_up_damaged(folder)
    there = list(filter(_is_source, names))
    lost = tuple(name for name in names if not _is_source(name))
    summary = None
    if there or "toc" in kinds:
        options = Options(rebuild="toc" in kinds)
        summary = update_index(folder, there, options, on_progress=on_progress, on_problem=on_problem)
    after = check_index(folder, on_checked)
    damaged = tuple(fault.path for fault in before.faults if fault.kind == "segment")
    return Repaired(
        before=before,
        after=after,
        read_again=len(there),
        lost=lost,
        unknown=damaged if "manifest" in kinds and "toc" not in kinds else (),
        summary=summary,
    )


def _is_source(name: str) -> bool:
    """Whether there is a file of this name. A folder is none: an index that names one would have all in it read."""
    return os.path.lexists(name) and not os.path.isdir(name)


def _give_up_damaged(folder: Path) -> list[str]:
    """Take damaged segments out of the index, and note that their files are to be read; returns the files."""
    with contextlib.closing(LocalEngine(folder)) as engine, contextlib.closing(engine.open_writer()) as writer:
        counted = count_articles(folder, read_toc(folder).segments, [])
        writer.drop_segments(counted.damaged)
        with Manifest(folder, writer.generation - 1) as manifest:
            manifest.sweep()
            incomplete = [
                record
                for record in manifest.iter_records()
                if not record.is_finished or counted.articles.get(file_key(record.key), 0) != record.articles
            ]
            manifest.write(writer.generation, map(_to_be_read, incomplete), {})
            writer.commit()
    return [record.key for record in incomplete]


def _list_unfinished(folder: Path) -> list[str]:
    with contextlib.closing(LocalEngine(folder)) as engine, Manifest(folder, engine.generation) as manifest:
        return [record.key for record in manifest.iter_records() if not record.is_finished]


def _to_be_read(record: FileRecord) -> FileRecord:
    return dataclasses.replace(record, size=UNFINISHED, digest=None, status=Status.FAILED)


def _write_manifest_anew(folder: Path) -> None:
    """A manifest that knows of the files only that they have articles: each is to be read again."""
    with contextlib.closing(LocalEngine(folder)) as engine, contextlib.closing(engine.open_writer()) as writer:
        paths = read_paths(folder, read_toc(folder).segments)
        aside = folder / REPAIR_NAME
        aside.mkdir()
        records = [
            FileRecord(key=key, path=path, size=UNFINISHED, mtime_ns=0, status=Status.FAILED)
            for key, path in sorted(paths.items())
        ]
        with Manifest(aside, 0) as manifest:
            manifest.write(writer.generation - 1, records, {})
        # What a writer of the damaged one left to be undone is not to be done to this one.
        for journal in folder.glob(f"{MANIFEST_NAME}-*"):
            journal.unlink()
        os.replace(aside / MANIFEST_NAME, folder / MANIFEST_NAME)
        aside.rmdir()
        sync_folder(folder)


def read_paths(folder: Path, segments: Iterable[SegmentEntry]) -> dict[str, str]:
    """The absolute paths of the files that the articles of whole segments came from, and how the walk found them.

    A path that was given relative to another directory than this one is left out, since no one can tell to which.
    """
    paths: dict[str, str] = {}
    for segment in segments:
        with contextlib.suppress(SegmentDamaged, FileNotFoundError, *MEANINGLESS):
            data = SegmentData(folder / f"{segment.name}{SUFFIX}")
            with contextlib.closing(data):
                data.file.check()
                terms = data.terms("file")
                if terms is None:
                    continue
                for ordinal, key in enumerate(terms.iter_terms()):
                    path = data.store.values(int(terms.docnums(ordinal)[0]))["path"]
                    if file_key(path).encode() == key:
                        paths[os.path.abspath(path)] = path
    return paths


def _read_sources(folder: Path) -> list[str]:
    """The files of an index without a table of contents. Raises IndexUnusable."""
    try:
        with Manifest(folder, _ALL, readonly=True) as manifest:
            if not manifest.find_faults():
                return [record.key for record in manifest.iter_records()]
    except (IndexUnusable, sqlite3.Error, ValueError):
        pass
    raise IndexUnusable("neither the table of contents nor the manifest can be read", hint=REBUILD_HINT)


_ALL = 1 << 62
"""A generation after every one: rows of the manifest that no commit stands behind name files too."""
