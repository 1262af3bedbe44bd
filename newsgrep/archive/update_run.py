"""One update while it writes: what is gone is taken out, what is new or changed is read, and committed on the way."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from newsgrep.archive.events import FileDone, Task, Written
from newsgrep.archive.ledger import Ledger
from newsgrep.archive.manifest import UNFINISHED, FileRecord, Status
from newsgrep.sources.read_options import DETECT
from newsgrep.sources.share import WHOLE, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from newsgrep.archive.ingest import Inline
    from newsgrep.archive.meter import Meter
    from newsgrep.archive.plan import Plan
    from newsgrep.archive.pool import Pool
    from newsgrep.archive.report import OnProblem
    from newsgrep.archive.update import Options
    from newsgrep.archive.writing import Writer
    from newsgrep.sources.walk import FoundFile


class UpdateRun:
    """One update while it writes."""

    def __init__(
        self,
        writer: Writer,
        options: Options,
        on_problem: OnProblem,
        meter: Meter,
    ) -> None:
        self._writer = writer
        self._options = options
        self._wish = options.wish
        self._on_problem = on_problem
        self._meter = meter
        self._ledger = Ledger()
        self._replaced: set[str] = set()
        self.added = 0
        self._shared: dict[str, int] = {}
        """How many articles each file gave that several read together."""
        self._forgotten = 0

    @property
    def removed(self) -> int:
        """How many articles of earlier updates were taken out."""
        return self._writer.removed + self._forgotten

    def execute(
        self,
        make_plan: Callable[[Mapping[str, tuple[int, int]]], Plan],
        is_outdated: Callable[[str | None], bool],
    ) -> Plan:
        """Do what the plan says, committing on the way; an interrupt keeps what was done."""
        with contextlib.closing(self._writer):
            plan = make_plan(self._writer.begin(is_outdated, self._meter))
            if self._options.rebuild:
                self._forget_all()
            else:
                for key in plan.gone:
                    self._drop(key)
            self._read(plan)
            if self._meter.interrupt is None or not self._options.rebuild:
                self._finish()
                self._writer.finish()
        if self._meter.interrupt is not None:
            raise self._meter.interrupt
        return plan

    def _finish(self) -> None:
        if not self._ledger.is_empty or self._options.rebuild:
            self._commit()

    def _forget_all(self) -> None:
        """Count every file as gone; what is there, damaged or not, stays unread until the commit replaces it."""
        for record in self._writer.iter_records():
            self._forgotten += record.articles
            self._ledger.add(dataclasses.replace(record, status=Status.GONE))

    def _drop(self, key: str) -> None:
        self._writer.replace_file(key)
        self._ledger.add(FileRecord(key=key, path=key, size=0, mtime_ns=0, status=Status.GONE))

    def _read(self, plan: Plan) -> None:
        """Read what the plan asks for, until there is no more or the user wants to stop."""
        if not plan.to_read:
            return
        self._meter.begin(plan)
        self._writer.begin_reading([file.key for file in plan.to_read if plan.is_known(file.key)])
        tasks = [task for file in plan.to_read for task in self._make_tasks(file, plan)]
        place, is_interrupted = self._writer.place, self._meter.is_interrupted
        self._run_tasks(self._options.open_reader(place, tasks, is_interrupted), tasks, plan)
        shared = [task for task in tasks if task.share.of > 1 and task.share.number == 0]
        if self._meter.interrupt is None and self._writer.take_back(self._shared):
            # Shares of a file, not knowing of each other, gave two records the same key.
            self.added -= sum(self._shared.values())
            again = [dataclasses.replace(task, share=WHOLE) for task in shared]
            self._run_tasks(self._options.open_one_reader(place, is_interrupted), again, plan)

    def _run_tasks(self, reader: Pool | Inline, tasks: Sequence[Task], plan: Plan) -> None:
        with reader:
            for worker, event in reader.run(tasks):
                self._writer.check()
                if isinstance(event, Written):
                    self._take_written(worker, event, plan)
                elif isinstance(event, FileDone):
                    self._take_file(worker, event, plan)
                self._meter.count(event)
                if self._meter.is_interrupted():
                    if self._options.rebuild:
                        # Nothing of it will be kept.
                        return
                    reader.stop()

    def _make_tasks(self, file: FoundFile, plan: Plan) -> Iterator[Task]:
        previous = self._writer.record(file.key) if plan.is_known(file.key) else None
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
        previous = self._writer.record(file.key) if plan.is_known(file.key) else None
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
        if event.share.of > 1:
            self._shared[file.key] = self._shared.get(file.key, 0) + event.articles
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
            self._writer.replace_file(key)

    def _take_written(self, worker: int, event: Written, plan: Plan) -> None:
        """Take in what a worker has written, and commit it with the files that it completes."""
        for key in event.files:
            if plan.is_known(key):
                self._replace_articles(key)
        for key, problem in event.refused:
            self._on_problem(problem)
            self.added -= problem.count
            if key in self._shared:
                self._shared[key] -= problem.count
        self._ledger.confirm(worker, event.files, event.refused)
        if event.parcel is not None:
            self._writer.take(event.parcel)
            if not self._options.rebuild:
                self._commit()

    def _commit(self) -> None:
        """Publish what was written, and what became of the files."""
        self._writer.commit(self._ledger.take())
