"""The steps of a benchmark, each run in a process of its own: `python -m benchmarks.worker JOB RESULT`.

JOB is a `Job` as JSON; RESULT is the file that the step's outcome is written to, as JSON.
"""

from __future__ import annotations

import dataclasses
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import SEED, read_corpus, text_bytes, write_corpus, write_tree
from benchmarks.engines import load_engine
from benchmarks.processes import high_water_bytes
from benchmarks.query_log import LoggedQuery, build_log, read_log, write_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.engines.engine import Search

_PASSES = 3
_BUDGET = 60.0
"""Seconds after which no further pass over a log is begun."""
_HITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One step and what it needs."""

    step: str
    engine: str = ""
    corpus: str = ""
    folder: str = ""
    log: str = ""
    count: int = 0
    jobs: int = 1


def run_job(job: Job) -> dict[str, Any]:
    """Do one step."""
    corpus, folder = Path(job.corpus), Path(job.folder)
    match job.step:
        case "corpus":
            write_corpus(corpus, job.count, seed=SEED)
            return {}
        case "tree":
            return {"files": write_tree(corpus, folder, job.count)}
        case "log":
            try:
                write_log(Path(job.log), build_log(corpus, job.count))
            except ValueError as error:
                sys.exit(str(error))
            return {}
        case "survey":
            sizes = [text_bytes(record) for record in read_corpus(corpus)]
            return {"articles": len(sizes), "text_bytes": sum(sizes)}
        case "version":
            return {"version": load_engine(job.engine).version}
        case "build" | "add":
            return _write(job, corpus, folder)
        case "search":
            return _search(job, folder)
    raise ValueError(f"there is no step {job.step}")


def _write(job: Job, corpus: Path, folder: Path) -> dict[str, Any]:
    engine = load_engine(job.engine)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: job.jobs])
    started = time.perf_counter()
    if job.step == "build":
        engine.build(corpus, folder, job.jobs)
    else:
        engine.add(corpus, folder)
    return {"seconds": round(time.perf_counter() - started, 3)}


def _search(job: Job, folder: Path) -> dict[str, Any]:
    engine = load_engine(job.engine)
    queries = read_log(Path(job.log))
    latencies: dict[str, list[float]] = {}
    totals: list[int] = []
    for mode in engine.modes:
        with engine.open(folder, mode) as search:
            totals = totals or [search(query, _HITS) for query in queries]
            latencies[mode] = _time_queries(search, queries)
    return {"latencies": latencies, "totals": totals}


def _time_queries(search: Search, queries: Sequence[LoggedQuery]) -> list[float]:
    """For each query the median milliseconds of a few passes, after one that warms up."""
    started = time.perf_counter()
    for query in queries:
        search(query, _HITS)
    passes: list[list[float]] = []
    while not passes or (len(passes) < _PASSES and time.perf_counter() - started < _BUDGET):
        times: list[float] = []
        for query in queries:
            before = time.perf_counter()
            search(query, _HITS)
            times.append((time.perf_counter() - before) * 1000)
        passes.append(times)
    return [round(statistics.median(times), 4) for times in zip(*passes, strict=True)]


def command_for(job: Job, result: Path) -> list[str]:
    """The command that does a step."""
    return [sys.executable, "-m", "benchmarks.worker", json.dumps(dataclasses.asdict(job)), str(result)]


def main() -> None:
    """Do the step that the command line names."""
    job = Job(**json.loads(sys.argv[1]))
    outcome = run_job(job)
    Path(sys.argv[2]).write_text(json.dumps({**outcome, "high_water_bytes": high_water_bytes()}), "utf-8")


if __name__ == "__main__":
    main()
