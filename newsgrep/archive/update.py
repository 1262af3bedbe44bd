"""Bring an index up to date with its files: read what is new or changed, drop what is gone.

A file's articles are replaced whole; what became of files is committed together with their articles, on the way too,
so that a long build that is stopped keeps what it has done. The same for an index in a folder and for one on a cluster.
"""

from __future__ import annotations

import dataclasses
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.archive.budget import DEFAULT_MEMORY, Budget, share_memory
from newsgrep.archive.file_reading import make_wish, outdated_check
from newsgrep.archive.folder_target import FolderTarget
from newsgrep.archive.meter import Meter
from newsgrep.archive.plan import Plan
from newsgrep.archive.problem_list import RunProblems
from newsgrep.archive.report import UpdateSummary
from newsgrep.archive.update_run import UpdateRun
from newsgrep.errors import SourceMissing
from newsgrep.sources.read_options import build_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from newsgrep.archive.events import Task
    from newsgrep.archive.file_reading import Wish
    from newsgrep.archive.ingest import Inline
    from newsgrep.archive.opensearch.layout import Layout
    from newsgrep.archive.pool import Pool
    from newsgrep.archive.report import OnProblem, OnProgress, Problem
    from newsgrep.archive.write_lock import OnWait
    from newsgrep.archive.writing import SinkPlace, Target
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
    layout: Layout | None = None
    """How an index on a cluster is shared out over it."""

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

    def open_reader(self, place: SinkPlace, tasks: Sequence[Task], is_interrupted: Callable[[], bool]) -> Pool | Inline:
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
            return Pool(jobs, place, share_memory(self.memory, jobs).segment_bytes, is_interrupted)
        return self.open_one_reader(place, is_interrupted)

    def open_one_reader(self, place: SinkPlace, is_interrupted: Callable[[], bool]) -> Inline:
        """This process."""
        from newsgrep.archive.ingest import Inline

        return Inline(place, share_memory(self.memory, 1).segment_bytes, is_interrupted)


def update_index(
    folder: Path,
    sources: Iterable[str | os.PathLike[str]],
    options: Options,
    *,
    on_progress: OnProgress | None = None,
    on_problem: OnProblem | None = None,
) -> UpdateSummary:
    """Bring the index in `folder` up to date with files and folders; see `Archive.update`.

    Raises SourceMissing, OptionError, IndexBusy, IndexUnusable, WorkerLost, or OSError where a disk is full or fails.
    """
    return update(FolderTarget(folder), sources, options, on_progress=on_progress, on_problem=on_problem)


def update(
    target: Target,
    sources: Iterable[str | os.PathLike[str]],
    options: Options,
    *,
    on_progress: OnProgress | None = None,
    on_problem: OnProblem | None = None,
) -> UpdateSummary:
    """Bring an archive up to date with files and folders, wherever it is.

    A KeyboardInterrupt that `on_progress` raises commits what was read so far before it goes on; at any other moment
    it leaves the last commit as it is. `on_progress` is called several times a second (see `meter`).
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

    run: UpdateRun | None = None
    if options.dry_run:
        stamps, articles = target.look(is_outdated)
        plan = make_plan(stamps)
    else:
        with target.open(rebuild=options.rebuild, on_wait=options.on_wait) as writer:
            run = UpdateRun(writer, options, report, meter)
            plan = run.execute(make_plan, is_outdated)
            articles = writer.count()
    return UpdateSummary(
        index=target.name,
        articles=articles,
        added=run.added if run else 0,
        removed=run.removed if run else 0,
        files=plan.files,
        files_read=len(plan.to_read),
        files_unchanged=plan.unchanged,
        files_gone=len(plan.gone),
        problems=problems.all,
        bytes_read=sum(file.size for file in plan.to_read),
        index_bytes=target.measure(),
        seconds=round(time.perf_counter() - started, 3),
        dry_run=options.dry_run,
    )


def _ignore(_: object) -> None:
    """Report to nobody."""
