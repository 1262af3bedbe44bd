"""`python -m benchmarks analysis INDEX [QUERY...]`: how long timelines, facets and stories of many hits take.

Each is asked again and again in one process that is warm; printed are the hits of each query, and the median and the
95th percentile of the CPU time. Without queries some words of English are asked, from common to rare.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import newsgrep
from benchmarks.latency import summarize
from newsgrep.errors import NewsgrepError
from newsgrep.search.request import CopyMode, Match, Request
from newsgrep.search.trends import Split, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsgrep.api import Archive

QUERIES = ("world", "oil", "water", "goal", "harbour")

QUESTIONS: Mapping[str, Callable[[Archive, Request], object]] = {
    "timeline": lambda archive, request: archive.timeline(request, unit=Unit.MONTH),
    "split": lambda archive, request: archive.timeline(request, unit=Unit.MONTH, split_by=Split.SECTION),
    "facets": lambda archive, request: archive.facets(request),
    "stories": lambda archive, request: archive.search(request),
}
"""By month; by month and section; by all that facets count; the first ten of them."""


def main(arguments: list[str]) -> int:
    """Measure an index; returns the exit code: 2 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks analysis", description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("queries", nargs="*", default=QUERIES)
    parser.add_argument("--repeat", type=int, default=11, help="how often each is asked; default: 11")
    options = parser.parse_args(arguments)
    try:
        with newsgrep.open(options.index) as archive:
            print(f"{archive.info().articles:,} articles; CPU milliseconds in a warm process: p50 p95")
            print(f"{'query':<20}{'hits':>10}" + "".join(f"{name:>16}" for name in QUESTIONS))
            for query in options.queries:
                print(_row(archive, query, options.repeat), flush=True)
    except NewsgrepError as error:
        print(error)
        return 2
    return 0


def _row(archive: Archive, query: str, repeat: int) -> str:
    cells = []
    for name, ask in QUESTIONS.items():
        copies = CopyMode.GROUP if name == "stories" else CopyMode.SHOW
        latency = summarize(_measure(archive, Request(text=query, match=Match.ALL, copies=copies), ask, repeat))
        cells.append(f"{latency.p50:.0f} {latency.p95:.0f}" if latency else "")
    hits = archive.count(Request(text=query, match=Match.ALL))
    return f"{query:<20}{hits:>10,}" + "".join(f"{cell:>16}" for cell in cells)


def _measure(archive: Archive, request: Request, ask: Callable[[Archive, Request], object], repeat: int) -> list[float]:
    """Milliseconds of each asking but the first."""
    times = []
    for _ in range(repeat + 1):
        started = time.process_time()
        ask(archive, request)
        times.append((time.process_time() - started) * 1000)
    return times[1:]
