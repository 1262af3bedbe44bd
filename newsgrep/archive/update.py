"""Bring an index up to date with its files: read what is new or changed, drop what is gone.

The only place where files, understanding and the index meet. A file's articles are replaced whole; the manifest and
the index are committed together, on the way too, so that a long build that is stopped keeps what it has done.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import time
from typing import TYPE_CHECKING

from newsgrep.archive.local_engine import LocalEngine, erase_index
from newsgrep.archive.location import index_bytes, is_index
from newsgrep.archive.manifest import FileRecord, Manifest, Status
from newsgrep.archive.plan import Plan
from newsgrep.archive.report import Problem, Progress, UpdateSummary
from newsgrep.archive.schema import article_id
from newsgrep.errors import FileUnreadable, IndexUnusable, SourceMissing
from newsgrep.extract.article import extract_article
from newsgrep.sources.formats import read_file
from newsgrep.sources.outcome import BrokenRecord, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from newsgrep.archive.engine import Engine
    from newsgrep.archive.report import OnProblem, OnProgress
    from newsgrep.sources.walk import FoundFile

COMMIT_BYTES = 64 << 20
"""Bytes of files read between two commits of a long build: what a crash may cost."""
COMMIT_FILES = 20_000

_UNFINISHED = -1
"""A size that no file has: the next run reads the file again, whatever it finds."""


def update_index(
    folder: Path,
    sources: Iterable[str | os.PathLike[str]],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    rebuild: bool = False,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
    on_problem: OnProblem | None = None,
) -> UpdateSummary:
    """Bring the index in `folder` up to date with files and folders; see `Archive.update`.

    A KeyboardInterrupt that `on_progress` raises commits what was read so far before it goes on; at any other moment
    it leaves the last commit as it is.
    Raises SourceMissing, IndexBusy, IndexUnusable.
    """
    started = time.perf_counter()
    names = [os.fspath(source) for source in sources]
    for name in names:
        if not os.path.lexists(name):
            raise SourceMissing(f"there is no file or folder {name}", hint="Give the folder that holds the articles.")
    problems: list[Problem] = []

    def report(problem: Problem) -> None:
        problems.append(problem)
        if on_problem is not None:
            on_problem(problem)

    def make_plan(known: Mapping[str, tuple[int, int]]) -> Plan:
        plan = Plan({} if rebuild else known)
        for name in names:
            plan.walk(name, include, exclude, report)
        return plan

    run: _Run | None = None
    if dry_run:
        plan, articles = _preview(folder, make_plan)
    else:
        engine, manifest = _open_index(folder, rebuild)
        with contextlib.closing(engine), manifest:
            run = _Run(engine, manifest, report, on_progress or _ignore, replace=rebuild)
            plan = run.execute(make_plan)
            engine.refresh()
            articles = engine.count()
    return UpdateSummary(
        index=os.fspath(folder),
        articles=articles,
        added=run.added if run else 0,
        removed=run.removed if run else 0,
        files=plan.files,
        files_read=len(plan.to_read),
        files_unchanged=plan.unchanged,
        files_gone=len(plan.gone),
        problems=tuple(problems),
        bytes_read=sum(file.size for file in plan.to_read),
        index_bytes=index_bytes(folder),
        seconds=round(time.perf_counter() - started, 3),
        dry_run=dry_run,
    )


def _open_index(folder: Path, rebuild: bool) -> tuple[LocalEngine, Manifest]:
    """Open or make the index; one that cannot be used gives way to a rebuild."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        engine = LocalEngine(folder, create=True)
        try:
            return engine, Manifest(folder, engine.generation)
        except BaseException:
            engine.close()
            raise
    except IndexUnusable:
        if not rebuild:
            raise
        erase_index(folder)
        engine = LocalEngine(folder, create=True)
        return engine, Manifest(folder, engine.generation)


def _preview(folder: Path, make_plan: Callable[[Mapping[str, tuple[int, int]]], Plan]) -> tuple[Plan, int]:
    """What an update would do, and how many articles there are now."""
    if not is_index(folder):
        return make_plan({}), 0
    with (
        contextlib.closing(LocalEngine(folder)) as engine,
        Manifest(folder, engine.generation, readonly=True) as manifest,
    ):
        known = {record.key: (record.size, record.mtime_ns) for record in manifest.iter_records()}
        return make_plan(known), engine.count()


def _ignore(_: object) -> None:
    """Report to nobody."""


class _Run:
    """One update while it writes."""

    def __init__(
        self,
        engine: Engine,
        manifest: Manifest,
        on_problem: OnProblem,
        on_progress: OnProgress,
        *,
        replace: bool,
    ) -> None:
        """Take the index's lock. Raises IndexBusy."""
        self._manifest = manifest
        self._on_problem = on_problem
        self._on_progress = on_progress
        self._replace = replace
        self._writer = engine.open_writer()
        # Another process may have committed between the opening of the index and the lock.
        manifest.committed = self._writer.generation - 1
        self._records: list[FileRecord] = []
        self._pending_bytes = 0
        self.added = 0
        self.removed = 0

    def execute(self, make_plan: Callable[[Mapping[str, tuple[int, int]]], Plan]) -> Plan:
        """Do what the plan says, committing on the way; an interrupt keeps what was done."""
        with contextlib.closing(self._writer):
            self._manifest.sweep()
            stamps = self._manifest.stamps()
            plan = make_plan(stamps)
            self._drop(stamps if self._replace else plan.gone)
            self._read(plan)
            self._finish()
        return plan

    def _finish(self) -> None:
        if self._records or self._replace:
            self._commit()

    def _drop(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.removed += self._writer.delete_file(key)
            self._records.append(FileRecord(key=key, path=key, size=0, mtime_ns=0, status=Status.GONE))

    def _read(self, plan: Plan) -> None:
        total_bytes = sum(file.size for file in plan.to_read)
        done_bytes = 0
        for done, file in enumerate(plan.to_read, start=1):
            self._records.append(self._read_file(file, known=plan.is_known(file.key)))
            self._pending_bytes += file.size
            done_bytes += file.size
            try:
                self._on_progress(Progress(file.path, done, len(plan.to_read), done_bytes, total_bytes, self.added))
            except KeyboardInterrupt:
                # Between two files everything is whole; in the midst of one, Whoosh's open segment may not be.
                if not self._replace:
                    self._finish()
                raise
            full = self._pending_bytes >= COMMIT_BYTES or len(self._records) >= COMMIT_FILES
            if full and not self._replace and done < len(plan.to_read):
                self._commit()

    def _read_file(self, file: FoundFile, *, known: bool) -> FileRecord:
        """Write one file's articles in place of those it had; a file that gives nothing now keeps those it had."""
        problems: list[Problem] = []
        status, written, digest = Status.READ, 0, None

        def note(reason: str, position: str | None = None, *, failed: bool = True) -> None:
            problems.append(Problem(file.path, reason, position, failed))
            self._on_problem(problems[-1])

        previous = self._manifest.record(file.key) if known else None
        try:
            digest = _digest(file.path)
            if previous and previous.digest == digest and previous.status != Status.FAILED:
                return _record(
                    file, previous.status, digest=digest, articles=previous.articles, problems=previous.problems
                )
            for outcome in read_file(file.path):
                if isinstance(outcome, Skipped):
                    status = Status.SKIPPED
                    note(outcome.reason, failed=False)
                    continue
                if isinstance(outcome, BrokenRecord):
                    note(outcome.reason, outcome.position)
                    continue
                article = extract_article(outcome, article_id(file.key, outcome.key))
                if not written and previous:
                    self.removed += self._writer.delete_file(file.key)
                self._writer.add(article)
                written += 1
        except FileUnreadable as error:
            status = Status.FAILED
            note(error.message, error.position)
        except OSError as error:
            status = Status.FAILED
            note(error.strerror or str(error))
        self.added += written
        if previous and not written:
            if status is Status.FAILED:
                written = previous.articles
            else:
                self.removed += self._writer.delete_file(file.key)
        size = _UNFINISHED if status is Status.FAILED else file.size
        return _record(file, status, size=size, digest=digest, articles=written, problems=tuple(problems))

    def _commit(self) -> None:
        """Publish what was written: the manifest first, then the index, whose rename is the commit point."""
        generation = self._writer.generation
        facts = {"updated": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}
        self._manifest.write(generation, self._records, facts)
        self._writer.commit(replace=self._replace)
        self._manifest.committed = generation
        self._records = []
        self._pending_bytes = 0


def _record(
    file: FoundFile,
    status: Status,
    *,
    size: int | None = None,
    digest: bytes | None = None,
    articles: int = 0,
    problems: tuple[Problem, ...] = (),
) -> FileRecord:
    return FileRecord(
        key=file.key,
        path=file.path,
        size=file.size if size is None else size,
        mtime_ns=file.mtime_ns,
        digest=digest,
        status=status,
        articles=articles,
        problems=problems,
    )


def _digest(path: str) -> bytes:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()
