"""Bring an index up to date with its files: read what is new or changed, drop what is gone.

The only place where files, understanding and the index meet. A file's articles are replaced whole; the manifest and
the index are committed together, on the way too, so that a long build that is stopped keeps what it has done.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.archive.budget import DEFAULT_MEMORY, Budget, share_memory
from newsgrep.archive.events import FileDone, SegmentMade, Task
from newsgrep.archive.file_reading import make_wish, outdated_check
from newsgrep.archive.ledger import Ledger
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.location import index_bytes, is_index
from newsgrep.archive.manifest import UNFINISHED, FileRecord, Manifest, Status
from newsgrep.archive.meter import Meter
from newsgrep.archive.plan import Plan
from newsgrep.archive.problem_list import RunProblems
from newsgrep.archive.replacement import open_for_update
from newsgrep.archive.report import UpdateSummary
from newsgrep.codec.disk_errors import naming
from newsgrep.codec.segment_file import SegmentDamaged
from newsgrep.errors import REBUILD_HINT, IndexUnusable, SourceMissing
from newsgrep.sources.read_options import DETECT, build_options
from newsgrep.sources.share import WHOLE, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newsgrep.archive.file_reading import Wish
    from newsgrep.archive.ingest import Inline
    from newsgrep.archive.pool import Pool
    from newsgrep.archive.report import OnProblem, OnProgress, Problem
    from newsgrep.archive.write_lock import OnWait
    from newsgrep.sources.read_options import ReadOptions
    from newsgrep.sources.walk import FoundFile

_POOL_BYTES = 8 << 20
_POOL_FILES = 1_000
"""From when on several processes are worth their start, which takes a quarter of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an update is to be done; see `Archive.update`."""

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    rebuild: bool = False
    dry_run: bool = False
    jobs: int | None = None
    memory: int = DEFAULT_MEMORY
    date_from_mtime: bool = False
    source_format: str | None = None
    mapping: Mapping[str, str] = dataclasses.field(default_factory=dict)
    on_wait: OnWait | None = None

    @property
    def wish(self) -> Wish:
        """What readers are told this time. Raises OptionError."""
        build_options(self.source_format, self.mapping)
        return make_wish(self.source_format, self.mapping)

    @property
    def budget(self) -> Budget:
        """How many processes may read, and in which memory. Raises OptionError."""
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        return share_memory(self.memory, self.jobs or len(cores))

    def is_shared(self, file: FoundFile, reading: ReadOptions) -> bool:
        """Whether several processes are to read this file together, each its share of the records."""
        if self.budget.processes < 2 or file.size < _POOL_BYTES:
            return False
        from newsgrep.sources.formats import can_share

        return can_share(file.path, reading)

    def open_reader(
        self, folder: Path, index_name: str, tasks: Sequence[Task], is_interrupted: Callable[[], bool]
    ) -> Pool | Inline:
        """Worker processes for work that is worth their start, else this process; `is_interrupted` stops them."""
        # Imported here: with them come NumPy and the parsers, which an update without news does not need.
        from newsgrep.archive.pool import Pool
        from newsgrep.sources.formats import list_formats

        budget = self.budget
        total = sum(task.file.size // task.share.of for task in tasks)
        jobs = min(budget.processes, len(tasks))
        if jobs > 1 and (total >= _POOL_BYTES or len(tasks) >= _POOL_FILES):
            # A package whose formats do not load is told here by its name; a worker would end without a word.
            list_formats()
            return Pool(jobs, folder, index_name, share_memory(self.memory, jobs).segment_bytes, is_interrupted)
        return self.open_one_reader(folder, index_name, is_interrupted)

    def open_one_reader(self, folder: Path, index_name: str, is_interrupted: Callable[[], bool]) -> Inline:
        """This process."""
        from newsgrep.archive.ingest import Inline

        return Inline(folder, index_name, share_memory(self.memory, 1).segment_bytes, is_interrupted)


def update_index(
    folder: Path,
    sources: Iterable[str | os.PathLike[str]],
    options: Options,
    *,
    on_progress: OnProgress | None = None,
    on_problem: OnProblem | None = None,
) -> UpdateSummary:
    """Bring the index in `folder` up to date with files and folders; see `Archive.update`.

    A KeyboardInterrupt that `on_progress` raises commits what was read so far before it goes on; at any other moment
    it leaves the last commit as it is. `on_progress` is called several times a second (see `meter`).
    Raises SourceMissing, OptionError, IndexBusy, IndexUnusable, WorkerLost, or OSError where a disk is full or fails.
    """
    started = time.perf_counter()
    names = [os.fspath(source) for source in sources]
    for name in names:
        if not os.path.lexists(name):
            shown = name or "with an empty name"
            raise SourceMissing(f"there is no file or folder {shown}", hint="Give the folder that holds the articles.")
    # Checked before anything is done.
    is_outdated, _ = outdated_check(options.wish), options.budget
    problems = RunProblems()
    meter = Meter(on_progress or _ignore)

    def report(problem: Problem) -> None:
        problems.add(problem)
        if on_problem is not None:
            on_problem(problem)

    def make_plan(known: Mapping[str, tuple[int, int]]) -> Plan:
        plan = Plan({} if options.rebuild else known)
        for name in names:
            plan.walk(name, options.include, options.exclude, report, lambda: meter.look(plan))
        return plan

    run: _Run | None = None
    if options.dry_run:
        plan, articles = _preview(folder, make_plan, is_outdated)
    else:
        # Files without a name of their own, in which work waits, are in the folder too.
        opened = open_for_update(folder, rebuild=options.rebuild, on_wait=options.on_wait)
        with naming(folder), opened as (engine, manifest):
            run = _Run(engine, manifest, options, report, meter)
            try:
                plan = run.execute(make_plan, is_outdated)
            except SegmentDamaged as error:
                raise IndexUnusable(str(error), hint=REBUILD_HINT) from error
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
        problems=problems.all,
        bytes_read=sum(file.size for file in plan.to_read),
        index_bytes=index_bytes(folder),
        seconds=round(time.perf_counter() - started, 3),
        dry_run=options.dry_run,
    )


def _preview(
    folder: Path,
    make_plan: Callable[[Mapping[str, tuple[int, int]]], Plan],
    is_outdated: Callable[[str | None], bool],
) -> tuple[Plan, int]:
    """What an update would do, and how many articles there are now."""
    if not is_index(folder):
        return make_plan({}), 0
    with (
        contextlib.closing(LocalEngine(folder)) as engine,
        Manifest(folder, engine.generation, readonly=True) as manifest,
    ):
        return make_plan(manifest.stamps(is_outdated)), engine.count()


def _ignore(_: object) -> None:
    """Report to nobody."""


class _Run:
    """One update while it writes."""

    def __init__(
        self,
        engine: LocalEngine,
        manifest: Manifest,
        options: Options,
        on_problem: OnProblem,
        meter: Meter,
    ) -> None:
        """Take the index's lock. Raises IndexBusy."""
        self._manifest = manifest
        self._options = options
        self._wish = options.wish
        self._on_problem = on_problem
        self._meter = meter
        self._writer = engine.open_writer(replace=options.rebuild, on_wait=options.on_wait)
        # Another process may have committed between the opening of the index and the lock.
        manifest.committed = self._writer.generation - 1
        self._ledger = Ledger()
        self._replaced: set[str] = set()
        self.added = 0
        self.removed = 0

    def execute(
        self,
        make_plan: Callable[[Mapping[str, tuple[int, int]]], Plan],
        is_outdated: Callable[[str | None], bool],
    ) -> Plan:
        """Do what the plan says, committing on the way; an interrupt keeps what was done."""
        with contextlib.closing(self._writer):
            self._manifest.sweep()
            plan = make_plan(self._manifest.stamps(is_outdated))
            if self._options.rebuild:
                self._forget_all()
            else:
                for key in plan.gone:
                    self._drop(key)
            self._read(plan)
            if self._meter.interrupt is None or not self._options.rebuild:
                self._finish()
        if self._meter.interrupt is not None:
            raise self._meter.interrupt
        return plan

    def _finish(self) -> None:
        if not self._ledger.is_empty or self._options.rebuild:
            self._commit()

    def _forget_all(self) -> None:
        """Count every file as gone; the segments, damaged ones too, stay unread until the commit replaces them."""
        for record in self._manifest.iter_records():
            self.removed += record.articles
            self._ledger.add(dataclasses.replace(record, status=Status.GONE))

    def _drop(self, key: str) -> None:
        self.removed += self._writer.delete_file(key)
        self._ledger.add(FileRecord(key=key, path=key, size=0, mtime_ns=0, status=Status.GONE))

    def _read(self, plan: Plan) -> None:
        """Read what the plan asks for, until there is no more or the user wants to stop."""
        if not plan.to_read:
            return
        self._meter.begin(plan)
        tasks = [task for file in plan.to_read for task in self._make_tasks(file, plan)]
        self._run_tasks(self._options.open_reader(*self._place, tasks, self._meter.is_interrupted), tasks, plan)
        shared = [task for task in tasks if task.share.of > 1 and task.share.number == 0]
        if self._meter.interrupt is None and shared and self._writer.has_duplicates():
            # Shares of a file, not knowing of each other, gave two records the same key.
            for task in shared:
                self.added -= self._writer.delete_file(task.file.key)
            again = [dataclasses.replace(task, share=WHOLE) for task in shared]
            self._run_tasks(self._options.open_one_reader(*self._place, self._meter.is_interrupted), again, plan)

    @property
    def _place(self) -> tuple[Path, str]:
        return self._writer.folder, self._writer.index_name

    def _run_tasks(self, reader: Pool | Inline, tasks: Sequence[Task], plan: Plan) -> None:
        with reader:
            for worker, event in reader.run(tasks):
                if isinstance(event, SegmentMade):
                    self._take_segment(worker, event, plan)
                elif isinstance(event, FileDone):
                    self._take_file(worker, event, plan)
                self._meter.count(event)
                if self._meter.is_interrupted():
                    if self._options.rebuild:
                        # Nothing of it will be kept.
                        return
                    reader.stop()

    def _make_tasks(self, file: FoundFile, plan: Plan) -> Iterator[Task]:
        previous = self._manifest.record(file.key) if plan.is_known(file.key) else None
        # Of a file that was stopped in, the digest is that of the whole, the articles are not.
        is_read = previous is not None and previous.is_finished and previous.status is not Status.FAILED
        digest = previous.digest if previous and is_read else None
        reading = previous.reading if previous else None
        options = self._wish.apply(reading.options if reading else DETECT)
        self._ledger.ask(file.key, options)
        if reading and self._wish.is_outdated(reading):
            digest = None
        shares = self._options.budget.processes if self._options.is_shared(file, options) else 1
        if shares > 1 or self._options.date_from_mtime:
            # The same content may have another date now; and no share sees the whole of it.
            digest = None
        for share in range(shares):
            yield Task(
                file,
                digest,
                Share(share, shares),
                date_from_mtime=self._options.date_from_mtime,
                options=options,
            )

    def _take_file(self, worker: int, event: FileDone, plan: Plan) -> None:
        """Note what became of a file, or of a share of it."""
        for problem in event.problems:
            self._on_problem(problem)
        file, articles, status, problems = event.file, event.articles, event.status, event.problems
        reading = event.reading
        size = file.size
        previous = self._manifest.record(file.key) if plan.is_known(file.key) else None
        if event.unchanged and previous is not None:
            articles, status, problems = previous.articles, previous.status, previous.problems
            reading = previous.reading
        elif status is Status.FAILED or not event.finished:
            size = UNFINISHED
            if previous is not None and not articles:
                articles = previous.articles
        elif previous is not None and not articles:
            self._replace_articles(file.key)
        if not event.unchanged:
            self.added += event.articles
        record = FileRecord(
            key=file.key,
            path=file.path,
            size=size,
            mtime_ns=file.mtime_ns,
            digest=event.digest,
            status=status,
            articles=articles,
            problems=problems,
            reading=reading,
        )
        self._ledger.tell(worker, record, event.share.of)

    def _replace_articles(self, key: str) -> None:
        """Delete the articles that a file had before this run, once."""
        if key not in self._replaced:
            self._replaced.add(key)
            self.removed += self._writer.delete_file(key)

    def _take_segment(self, worker: int, event: SegmentMade, plan: Plan) -> None:
        """Take in a segment, and commit it with the files that it completes."""
        for key in event.files:
            if plan.is_known(key):
                self._replace_articles(key)
        self._ledger.confirm(worker, event.files)
        if event.segment is not None:
            self._writer.add_segment(event.segment)
            if not self._options.rebuild:
                self._commit()

    def _commit(self) -> None:
        """Publish what was written: the manifest first, then the index, whose rename is the commit point."""
        generation = self._writer.generation
        facts = {"updated": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}
        self._manifest.write(generation, self._ledger.take(), facts)
        self._writer.commit(self._meter.is_interrupted)
        self._manifest.committed = generation
