"""`python -m benchmarks`: measure, print the tables, and keep them. `python -m benchmarks extraction`: how well pages
are understood. `python -m benchmarks relevance`: how well judged articles are found. `python -m benchmarks similar`:
how well articles like a given one are. `python -m benchmarks copies`: how well copies of articles are told from others.
`python -m benchmarks analysis`: how long timelines, facets and stories of many hits take.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.engines import LARGEST, MODULES
from benchmarks.processes import ProcessFailedError
from benchmarks.report import render_json, render_markdown
from benchmarks.results import count_cores
from benchmarks.run import Plan, run_benchmark

SIZES = (26_000, 100_000, 1_000_000)
RESULTS = Path(__file__).parent / "results"


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; returns the exit code: 2 when it could not be run."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["extraction"]:
        from benchmarks import extraction

        return extraction.main(given[1:])
    if given[:1] == ["relevance"]:
        from benchmarks import relevance

        return relevance.main(given[1:])
    if given[:1] == ["similar"]:
        from benchmarks import similar

        return similar.main(given[1:])
    if given[:1] == ["copies"]:
        from benchmarks import copies

        return copies.main(given[1:])
    if given[:1] == ["analysis"]:
        from benchmarks import analysis

        return analysis.main(given[1:])
    options = _build_parser().parse_args(given)
    plan = Plan(
        sizes=options.sizes,
        engines=options.engines,
        largest={**LARGEST, **dict(options.largest)},
        queries=options.queries,
        jobs=options.jobs,
        files=options.files,
        corpus=options.corpus.absolute() if options.corpus else None,
    )
    try:
        with tempfile.TemporaryDirectory(prefix="newsgrep-benchmark-", dir=options.work) as work:
            run = run_benchmark(plan, Path(work).absolute(), lambda text: print(text, file=sys.stderr, flush=True))
    except (ProcessFailedError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    tables = render_markdown(run)
    out = options.out or RESULTS / f"{run.date}-{run.machine.slug}"
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.md").write_text(tables, "utf-8")
    (out / "results.json").write_text(render_json(run), "utf-8")
    print(tables)
    print(f"kept in {out}", file=sys.stderr)
    return 0


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=_positive, nargs="+", default=SIZES, metavar="N", help="articles")
    parser.add_argument("--engines", nargs="+", choices=MODULES, default=list(MODULES), help="default: all")
    parser.add_argument("--jobs", type=_positive, default=count_cores(), help="cores to index on; default: all")
    parser.add_argument("--queries", type=_positive, default=300, help="length of the query log")
    parser.add_argument("--corpus", type=Path, help="JSON Lines to measure on, in place of made articles")
    parser.add_argument("--files", type=int, default=100_000, help="files of the update in which none has changed")
    parser.add_argument(
        "--largest",
        type=_engine_size,
        action="append",
        default=[],
        metavar="ENGINE=N",
        help="leave an engine out beyond N articles; default: "
        + " ".join(f"{name}={size}" for name, size in LARGEST.items()),
    )
    parser.add_argument(
        "--work", type=Path, help="folder for corpora and indexes while it runs (about 6 times the text)"
    )
    parser.add_argument("--out", type=Path, help="folder for the results; default: benchmarks/results/DATE-MACHINE")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _engine_size(text: str) -> tuple[str, int]:
    name, _, size = text.partition("=")
    if name not in MODULES:
        raise argparse.ArgumentTypeError(f"there is no engine {name}")
    return name, _positive(size)


if __name__ == "__main__":
    sys.exit(main())
