"""Is an index whole? Every checksum of every file, and the manifest held against the articles that are there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.archive.faults import MEANINGLESS
from newsgrep.archive.location import MANIFEST_NAME
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.own_files import find_strangers
from newsgrep.archive.schema import file_key
from newsgrep.archive.versions import find_live
from newsgrep.archive.watch_store import STORE_NAME, find_store_faults
from newsgrep.codec.array_cache import ArrayCache
from newsgrep.codec.segment import Part, SegmentData
from newsgrep.codec.segment_file import SUFFIX, SegmentDamaged
from newsgrep.codec.toc import Toc, TocDamaged, latest_generation, read_toc, toc_path
from newsgrep.codec.whole_answers import count_labels
from newsgrep.errors import IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsgrep.codec.toc import SegmentEntry

OnChecked = Callable[[str, int, int], None]
"""Called with the name of a file that is checked next, and how many bytes of how many are done."""


_NOT_MENDED = "what watches have told stands in no source: move the file away, and add them anew"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of an index that is not as it was written, or not as other parts of it say."""

    path: str
    """The file of the index, or the source file whose articles are not all there."""
    what: str
    kind: str
    """`toc`, `segment`, `manifest`, `watches`; `stranger` for what has the name of a part of an index and is a link or
    a device; or `articles` where the manifest says something else of a file than is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found."""

    index: str
    articles: int
    """That can be read; older versions included."""
    files: int
    """Source files that the manifest knows."""
    unfinished: int
    """Of these, files that an interrupted update has not read to their end: the next one does."""
    segments: int
    bytes: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many articles of each source file there are, by `file_key`, in the segments that can be read."""

    articles: dict[str, int]
    damaged: tuple[str, ...]
    """Names of the segments that cannot."""


def check_index(folder: Path, on_checked: OnChecked | None = None) -> Checked:
    """Read every byte of the index and say what is wrong with it. Changes nothing. Raises OSError."""
    faults = [
        Fault(os.fspath(path), f"it is {kind}, which no index of newsgrep has there", "stranger")
        for path, kind in find_strangers(folder)
    ]
    if faults:
        return Checked(
            index=os.fspath(folder), articles=0, files=0, unfinished=0, segments=0, bytes=0, faults=tuple(faults)
        )
    faults += [
        Fault(os.fspath(folder / STORE_NAME), f"{fault}; {_NOT_MENDED}", "watches")
        for fault in find_store_faults(folder)
    ]
    toc = _check_toc(folder, faults)
    segments = toc.segments if toc else ()
    paths = [folder / f"{segment.name}{SUFFIX}" for segment in segments]
    sizes = [path.stat().st_size if path.exists() else 0 for path in paths]
    counted = count_articles(folder, segments, faults, on_checked)
    manifest = folder / MANIFEST_NAME
    generation = toc.generation if toc else 0
    known, found = _check_manifest(folder, generation)
    if found:
        # SQLite takes bytes that a disk did not give once for damage; what is damaged is so the second time too.
        known, found = _check_manifest(folder, generation)
    faults += found
    if known is not None and toc is not None and not counted.damaged:
        faults += _compare(known, counted.articles)
    return Checked(
        index=os.fspath(folder),
        articles=sum(counted.articles.values()),
        files=len(known or ()),
        unfinished=sum(articles is None for articles in (known or {}).values()),
        segments=len(segments),
        bytes=sum(sizes) + (manifest.stat().st_size if manifest.exists() else 0),
        faults=tuple(faults),
    )


def _check_toc(folder: Path, faults: list[Fault]) -> Toc | None:
    try:
        return read_toc(folder)
    except FileNotFoundError:
        faults.append(Fault(os.fspath(folder), "there is no table of contents", "toc"))
    except TocDamaged as error:
        path = os.fspath(toc_path(folder, latest_generation(folder)))
        faults.append(Fault(path, str(error).removeprefix(f"{path}: "), "toc"))
    return None


def count_articles(
    folder: Path, segments: tuple[SegmentEntry, ...], faults: list[Fault], on_checked: OnChecked | None = None
) -> Counted:
    """Check each segment, adding to `faults`, and count the articles of those that are whole by their file."""
    paths = [folder / f"{segment.name}{SUFFIX}" for segment in segments]
    total = sum(path.stat().st_size for path in paths if path.exists())
    done = 0
    articles: dict[str, int] = {}
    damaged: list[str] = []
    for segment, path in zip(segments, paths, strict=True):
        if on_checked is not None:
            on_checked(path.name, done, total)
        try:
            for key, count in _count_segment(path, segment):
                articles[key] = articles.get(key, 0) + count
            done += path.stat().st_size
        except FileNotFoundError:
            damaged.append(segment.name)
            faults.append(Fault(os.fspath(path), "it is missing", "segment"))
        except SegmentDamaged as error:
            damaged.append(segment.name)
            faults.append(Fault(os.fspath(path), str(error).removeprefix(f"{path}: "), "segment"))
        except MEANINGLESS as error:
            damaged.append(segment.name)
            faults.append(Fault(os.fspath(path), f"it makes no sense ({type(error).__name__}: {error})", "segment"))
    if on_checked is not None:
        on_checked("", total, total)
    return Counted(articles, tuple(damaged))


def _count_segment(path: Path, segment: SegmentEntry) -> Iterator[tuple[str, int]]:
    data = SegmentData(path)
    try:
        data.file.check()
        if data.n_documents != segment.n_documents:
            raise data.file.damaged(f"it has {data.n_documents} articles, not {segment.n_documents}")
        part = Part(data, segment.deleted, 0)
        yield from count_labels([part], "file", find_live([part]), ArrayCache(0)).items()
    finally:
        data.close()


def _check_manifest(folder: Path, generation: int) -> tuple[dict[str, int | None] | None, list[Fault]]:
    """How many articles the manifest says each file has, by its path, None where it cannot be read; and its faults.

    Of a file that an update did not finish, it does not say.
    """
    path = os.fspath(folder / MANIFEST_NAME)
    try:
        with Manifest(folder, generation, readonly=True) as manifest:
            faults = [Fault(path, fault, "manifest") for fault in manifest.find_faults()]
            records = list(manifest.iter_records())
    except IndexUnusable as error:
        return None, [Fault(path, error.message.removeprefix(f"{path}: "), "manifest")]
    except (sqlite3.Error, ValueError) as error:
        return None, [Fault(path, str(error), "manifest")]
    return {record.key: record.articles if record.is_finished else None for record in records}, faults


def _compare(known: dict[str, int | None], there: dict[str, int]) -> Iterator[Fault]:
    """Where the manifest and the articles do not agree."""
    there = dict(there)
    for path, articles in known.items():
        found = there.pop(file_key(path), 0)
        if articles is not None and found != articles:
            yield Fault(path, f"{articles:,} articles were indexed, {found:,} are there", "articles")
    if there:
        count = sum(there.values())
        yield Fault(MANIFEST_NAME, f"{count:,} articles are of files that it does not know", "articles")
