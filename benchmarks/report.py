"""A run as tables in Markdown, for people, and as JSON, for whoever compares runs."""

from __future__ import annotations

import dataclasses
import json
import statistics
from typing import TYPE_CHECKING

from benchmarks.latency import summarize
from benchmarks.query_log import KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.latency import Latency
    from benchmarks.query_log import LoggedQuery
    from benchmarks.results import EngineResult, Run, SizeResult

_MB = 1e6
_SAME_MEANING = tuple(kind for kind in KINDS if kind != "prefix")
"""Kinds that mean the same to every engine; a prefix does not, where the index has stems."""
_OURS = "newsgrep"


def render_json(run: Run) -> str:
    """Everything that was measured."""

    def encode(value: dt.date) -> str:
        return value.isoformat()

    return json.dumps(dataclasses.asdict(run), ensure_ascii=False, indent=1, default=encode) + "\n"


def render_markdown(run: Run) -> str:
    """The tables, and the ratios between newsgrep and each other engine."""
    machine = run.machine
    parts = [
        f"# Benchmark of {run.date}",
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gib} GiB, {machine.system}, Python {machine.python}. "
        f"Articles: {run.corpus}. Indexing on {_count(run.jobs, 'core')}. How it is measured stands in "
        "`benchmarks/__init__.py`.",
    ]
    for size in run.sizes:
        parts += _render_size(size)
    parts.append("## Whole commands without a search")
    rows = [[name, f"{timing.best_ms:.0f}", f"{timing.median_ms:.0f}"] for name, timing in run.baselines.items()]
    if run.unchanged is not None:
        timing = run.unchanged.timing
        name = f"newsgrep index, {_count(run.unchanged.files, 'file')}, none changed"
        rows.append([name, f"{timing.best_ms:.0f}", f"{timing.median_ms:.0f}"])
    parts.append(_table(["command (OPENBLAS_NUM_THREADS=1 for the plain ones)", "best ms", "median ms"], rows))
    return "\n\n".join(parts) + "\n"


def _render_size(size: SizeResult) -> list[str]:
    parts = [f"## {size.articles:,} articles, {size.text_bytes / _MB:.1f} MB of text, {len(size.log)} queries"]
    if size.left_out:
        parts.append("Left out: " + "; ".join(f"{name} ({why})" for name, why in sorted(size.left_out.items())) + ".")
    if not size.engines:
        return parts
    parts += ["### Writing", _render_writing(size), "### Searching, ms in a warm process: p50 / p95 / p99"]
    parts += [_render_searching(size), "### Cold commands, ms: best / median", _render_cold(size)]
    ours = next((result for result in size.engines if result.engine == _OURS), None)
    if ours is not None and len(size.engines) > 1:
        parts += ["### newsgrep against each: above 1, newsgrep is so many times better", _render_ratios(size, ours)]
        parts += ["### Totals against newsgrep's, prefixes left out", _render_agreement(size, ours)]
    return parts


def _render_writing(size: SizeResult) -> str:
    rows = []
    for result in size.engines:
        build = result.build
        rows.append([
            f"{result.engine} ({result.version})",
            f"{build.seconds:.1f}",
            f"{size.text_bytes / _MB / build.seconds:.2f}",
            f"{build.index_bytes / size.text_bytes:.2f}",
            f"{build.peak_bytes / _MB:.0f}",
            f"{build.anonymous_bytes / _MB:.0f}",
            "-" if result.add_seconds is None else f"{result.add_seconds:.2f}",
        ])  # fmt: skip
    heads = ["engine", "seconds", "MB/s of text", "index / text", "peak MB", "of it no file's"]
    return _table([*heads, f"{_count(size.added, 'article')} more, s"], rows)


def _render_searching(size: SizeResult) -> str:
    columns = [(result, mode) for result in size.engines for mode in result.latencies]
    heads = [result.engine if mode == "plain" else f"{result.engine}, {mode}" for result, mode in columns]
    rows = []
    for name, places in _groups(size.log):
        if not places:
            continue
        cells = [_cell(summarize(result.latencies[mode][at] for at in places)) for result, mode in columns]
        rows.append([f"{name} ({len(places)})", *cells])
    shares = [_filter_price(size.log, result.latencies[mode]) for result, mode in columns]
    rows.append(["time with a filter / without, median", *("-" if x is None else f"{x:.2f}" for x in shares)])
    return _table(["queries", *heads], rows)


def _groups(log: Sequence[LoggedQuery]) -> Iterator[tuple[str, list[int]]]:
    """The rows of the table of latencies: a name, and where in the log its queries stand."""
    yield "all", list(range(len(log)))
    for kind in KINDS:
        yield kind, [at for at, query in enumerate(log) if query.kind == kind and query.filter == "none"]
    for narrowed in ("date", "section"):
        yield f"any, within a {narrowed}", [at for at, query in enumerate(log) if query.filter == narrowed]


def _cell(latency: Latency | None) -> str:
    return "-" if latency is None else " / ".join(_milliseconds(ms) for ms in (latency.p50, latency.p95, latency.p99))


def _milliseconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _filter_price(log: Sequence[LoggedQuery], milliseconds: Sequence[float]) -> float | None:
    """How a filtered query's time compares with that of the same words unfiltered."""
    plain = {query.text: ms for query, ms in zip(log, milliseconds, strict=True) if query.filter == "none"}
    shares = [
        ms / plain[query.text] for query, ms in zip(log, milliseconds, strict=True) if query.filter != "none" and ms
    ]
    return statistics.median(shares) if shares else None


def _render_cold(size: SizeResult) -> str:
    asked = list(dict.fromkeys(name for result in size.engines for name in result.cold))
    rows = []
    for result in size.engines:
        cells = [
            f"{timing.best_ms:.0f} / {timing.median_ms:.0f}" if (timing := result.cold.get(name)) else "-"
            for name in asked
        ]
        peak = max((timing.peak_bytes for timing in result.cold.values()), default=0)
        rows.append([result.engine, *cells, f"{peak / _MB:.0f}" if peak else "-"])
    return _table(["command", *asked, "peak MB"], rows)


def _render_ratios(size: SizeResult, ours: EngineResult) -> str:
    mine = summarize(ours.latencies["plain"])
    rows = []
    for other in size.engines:
        theirs = summarize(other.latencies["plain"])
        if other is ours or mine is None or theirs is None:
            continue
        rows.append([
            other.engine,
            _ratio(other.build.seconds, ours.build.seconds),
            _ratio(other.build.index_bytes, ours.build.index_bytes),
            _ratio(other.build.peak_bytes, ours.build.peak_bytes),
            _ratio(theirs.p50, mine.p50),
            _ratio(theirs.p95, mine.p95),
            _ratio(theirs.p99, mine.p99),
            _ratio(other.add_seconds, ours.add_seconds),
        ])  # fmt: skip
    return _table(["engine", "throughput", "index", "memory", "p50", "p95", "p99", "articles added"], rows)


def _ratio(theirs: float | None, ours: float | None) -> str:
    if not theirs or not ours:
        return "-"
    return f"{theirs / ours:.3g}"


def _render_agreement(size: SizeResult, ours: EngineResult) -> str:
    """A check of the set-up: engines that cut words alike find alike, up to what each takes for a word."""
    compared = [at for at, query in enumerate(size.log) if query.kind in _SAME_MEANING]
    rows = []
    for other in size.engines:
        if other is ours or not compared:
            continue
        pairs = [(ours.totals[at], other.totals[at]) for at in compared]
        same = sum(mine == theirs for mine, theirs in pairs)
        near = sum(abs(mine - theirs) <= 0.02 * max(mine, theirs) for mine, theirs in pairs)
        rows.append([other.engine, str(len(pairs)), f"{same / len(pairs):.0%}", f"{near / len(pairs):.0%}"])
    return _table(["engine", "queries", "same total", "within 2 %"], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(heads), ["---"] + ["---:"] * (len(heads) - 1), *(list(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
