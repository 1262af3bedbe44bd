"""One run of the benchmark: every size, every engine, one process at a time."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import copy_lines
from benchmarks.engines import EngineMissingError, load_engine
from benchmarks.processes import Memory, ProcessFailedError, Timing, run_measured, time_command
from benchmarks.query_log import read_log
from benchmarks.results import BuildResult, EngineResult, Run, SizeResult, Unchanged, describe_machine
from benchmarks.worker import Job, command_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.query_log import LoggedQuery

ADDED = 100
"""Further articles that each index is given."""
_ROOT = Path(__file__).parent.parent
_BASELINES = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "python -c 'import click, numpy'": (sys.executable, "-c", "import click, numpy"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure."""

    sizes: Sequence[int]
    engines: Sequence[str]
    largest: dict[str, int] = field(default_factory=dict)
    """For some engines the number of articles beyond which they are left out."""
    queries: int = 300
    jobs: int = 1
    cold_runs: int = 9
    """How often each cold command is timed."""
    files: int = 0
    """How many files to update from when none has changed."""
    corpus: Path | None = None
    """Articles to take instead of made ones."""


def run_benchmark(plan: Plan, work: Path, tell: Callable[[str], None]) -> Run:
    """Measure everything, with files in the empty folder `work`; `tell` hears how far it is.

    Raises ProcessFailedError when the corpus or the log cannot be made; an engine that fails is left out.
    """
    return _Runner(plan, work, tell).run()


class _Runner:
    def __init__(self, plan: Plan, work: Path, tell: Callable[[str], None]) -> None:
        self._plan = plan
        self._work = work
        self._tell = tell
        self._missing: dict[str, str] = {}

    def run(self) -> Run:
        plan = self._plan
        for name in plan.engines:
            try:
                load_engine(name)
            except EngineMissingError as error:
                self._missing[name] = str(error)
                self._tell(f"{name} is missing and left out: {error}")
        articles = plan.corpus or self._make_corpus()
        baselines = {name: self._time(command, OPENBLAS_NUM_THREADS="1") for name, command in _BASELINES.items()}
        sizes: list[SizeResult] = []
        for size in sorted(set(plan.sizes)):
            sizes.append(self._measure_size(articles, size))
            if sizes[-1].articles < size:
                self._tell(f"the corpus has {sizes[-1].articles:,} articles; larger sizes are left out")
                break
        return Run(
            date=dt.date.today().isoformat(),
            machine=describe_machine(),
            corpus="given" if plan.corpus else "made by benchmarks/corpus.py",
            jobs=plan.jobs,
            baselines={name: timing for name, timing in baselines.items() if timing is not None},
            sizes=sizes,
            unchanged=self._measure_unchanged(articles, min(plan.files, max(size.articles for size in sizes))),
        )

    def _step(self, job: Job) -> tuple[dict[str, Any], Memory]:
        """Do a step in a process of its own. Raises ProcessFailedError."""
        result = self._work / "result.json"
        memory = run_measured(command_for(job, result), cwd=_ROOT)
        outcome: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return outcome, Memory(max(memory.peak_bytes, outcome["high_water_bytes"]), memory.anonymous_bytes)

    def _time(self, command: Sequence[str], **environment: str) -> Timing | None:
        try:
            # As installed packages start: from compiled modules, which the first run leaves behind.
            environment["PYTHONDONTWRITEBYTECODE"] = ""
            return time_command(command, cwd=_ROOT, runs=self._plan.cold_runs, environment=environment)
        except ProcessFailedError as error:
            self._tell(f"{' '.join(command[:3])} failed: {error}")
            return None

    def _make_corpus(self) -> Path:
        count = max(self._plan.sizes) + ADDED
        path = self._work / "made.jsonl"
        self._tell(f"making {count:,} articles")
        self._step(Job(step="corpus", corpus=str(path), count=count))
        return path

    def _measure_size(self, articles: Path, size: int) -> SizeResult:
        corpus, further, log = (self._work / name for name in ("corpus.jsonl", "further.jsonl", "log.jsonl"))
        copy_lines(articles, corpus, 0, size)
        added = copy_lines(articles, further, size, ADDED)
        survey, _ = self._step(Job(step="survey", corpus=str(corpus)))
        self._step(Job(step="log", corpus=str(corpus), log=str(log), count=self._plan.queries))
        queries = read_log(log)
        engines: list[EngineResult] = []
        left_out = dict(self._missing)
        for name in self._plan.engines:
            largest = self._plan.largest.get(name, size)
            if name in left_out:
                continue
            if size > largest:
                left_out[name] = f"not measured beyond {largest:,} articles"
                continue
            try:
                engines.append(self._measure_engine(name, corpus, further if added else None, log, queries))
            except ProcessFailedError as error:
                # The results name no folder of the machine that they come from.
                last = str(error).replace(str(self._work), "").splitlines()[-1:]
                left_out[name] = f"failed: {last[0] if last else 'without a word'}"
                self._tell(f"{name} failed: {error}")
            finally:
                shutil.rmtree(self._work / "index", ignore_errors=True)
        return SizeResult(
            articles=survey["articles"],
            text_bytes=survey["text_bytes"],
            added=added,
            log=queries,
            engines=engines,
            left_out=left_out,
        )

    def _measure_engine(
        self, name: str, corpus: Path, further: Path | None, log: Path, queries: Sequence[LoggedQuery]
    ) -> EngineResult:
        folder = self._work / "index"
        job = Job(step="build", engine=name, corpus=str(corpus), folder=str(folder), jobs=self._plan.jobs)
        self._tell(f"{name}: indexing")
        built, memory = self._step(job)
        index_bytes = _folder_bytes(folder)
        self._tell(f"{name}: indexed in {built['seconds']} s; searching")
        searched, _ = self._step(Job(step="search", engine=name, folder=str(folder), log=str(log)))
        version, _ = self._step(Job(step="version", engine=name))
        cold = {
            asked: timing
            for asked, text in _cold_texts(queries).items()
            if (timing := self._time(load_engine(name).cold_command(folder, text))) is not None
        }
        add_seconds = None
        if further is not None:
            job = Job(step="add", engine=name, corpus=str(further), folder=str(folder), jobs=self._plan.jobs)
            add_seconds = self._step(job)[0]["seconds"]
        return EngineResult(
            engine=name,
            version=version["version"],
            build=BuildResult(built["seconds"], memory.peak_bytes, memory.anonymous_bytes, index_bytes),
            latencies=searched["latencies"],
            totals=searched["totals"],
            add_seconds=add_seconds,
            cold=cold,
        )

    def _measure_unchanged(self, articles: Path, files: int) -> Unchanged | None:
        """Index files with newsgrep, then run the same command again."""
        if not files or "newsgrep" not in self._plan.engines:
            return None
        tree, folder = self._work / "tree", self._work / "index"
        self._tell(f"newsgrep: indexing {files:,} files, then none that has changed")
        try:
            self._step(Job(step="tree", corpus=str(articles), folder=str(tree), count=files))
            self._step(Job(step="build", engine="newsgrep", corpus=str(tree), folder=str(folder), jobs=self._plan.jobs))
            command = (sys.executable, "-m", "newsgrep", "index", str(tree), "--index", str(folder))
            timing = self._time(command)
        except ProcessFailedError as error:
            self._tell(f"newsgrep failed: {error}")
            return None
        return None if timing is None else Unchanged(files, timing)


def _cold_texts(queries: Sequence[LoggedQuery]) -> dict[str, str]:
    """What cold commands ask for: next to nothing, a usual question, and a great deal."""
    plain = [query for query in queries if query.filter == "none"]
    words = {kind: [query.text for query in plain if query.kind == kind] for kind in ("rare", "and", "common")}
    two = next((text for text in words["and"] if len(text.split()) == 2), words["and"][0])
    return {"rare word": words["rare"][0], "two words": two, "common OR common": " OR ".join(words["common"][:2])}


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
