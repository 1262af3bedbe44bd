"""`python -m benchmarks relevance FOLDER...`: how well judged articles are found, held against pinned floors.

A FOLDER is a collection: `docs.jsonl` (a record an article, with its `id`), `queries*.tsv` (an id and a text a line)
and `qrels.txt` (TREC's judgements: query, 0, article, grade); or it holds such folders. Without one, the environment
variable NEWSGREP_RELEVANCE names it.

Everything goes through the command line: `newsgrep index` reads the articles, each query is a `newsgrep search --any
--json`, and the hits, in their order, are the run (`--runs DIR` keeps it as TREC's run file). Printed are nDCG@10,
average precision and recall at 100 (means over queries that have a relevant article; one without hits scores 0), and
the CPU time of a query in a process that is warm. The floors of nDCG@10 stand in `relevance_floors.json`; the exit code
is 1 below one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from newsgrep.cli.commands import newsgrep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FLOORS = Path(__file__).with_name("relevance_floors.json")
DEPTH = 100
"""Hits asked for a query."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the queries of one file."""

    queries: int
    ndcg: float
    average_precision: float
    recall: float
    milliseconds: float
    """CPU time a query."""


def main(arguments: list[str]) -> int:
    """Measure collections; returns the exit code: 1 below a floor, 2 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks relevance", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="collections, or folders of them")
    parser.add_argument("--runs", type=Path, help="folder for TREC run files")
    parser.add_argument("--all", action="store_true", help="ask with the default, all words, instead of --any")
    parser.add_argument("--cluster", metavar="URL", help="index in a cluster of OpenSearch, for comparison")
    options = parser.parse_args(arguments)
    given = options.folders or [Path(each) for each in (os.environ.get("NEWSGREP_RELEVANCE"),) if each]
    collections = sorted({docs.parent for folder in given for docs in folder.glob("**/docs.jsonl")})
    if not collections:
        print("no collection: name a folder with docs.jsonl, queries.tsv and qrels.txt", file=sys.stderr)
        return 2
    figures: dict[str, Figures] = {}
    print(f"{'':<40}{'queries':>8}{'nDCG@10':>9}{'AP':>8}{'R@100':>8}{'ms':>7}")
    for folder in collections:
        for name, measured in measure_collection(
            folder, options.runs, "--all" if options.all else "--any", options.cluster
        ):
            figures[name] = measured
            values = f"{measured.ndcg:>9.4f}{measured.average_precision:>8.4f}{measured.recall:>8.4f}"
            print(f"{name:<40}{measured.queries:>8}{values}{measured.milliseconds:>7.1f}", flush=True)
    missed = [] if options.all else list(iter_missed(figures, json.loads(FLOORS.read_text("utf-8"))))
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


def measure_collection(
    folder: Path, runs: Path | None, mode: str, cluster: str | None = None
) -> Iterator[tuple[str, Figures]]:
    """Index a collection and ask it each file of queries; yields their names and figures.

    With the URL of a `cluster`, the index `newsgrep-relevance-NAME` there is made anew; it stays.
    """
    judged = read_judgements(folder / "qrels.txt")
    with tempfile.TemporaryDirectory(prefix="newsgrep-relevance-") as made:
        work = f"{cluster}/newsgrep-relevance-{folder.name.lower()}" if cluster else made
        call(["index", str(folder / "docs.jsonl"), "--index", work, *(["--rebuild"] if cluster else [])])
        for queries in sorted(folder.glob("queries*.tsv")):
            texts = read_queries(queries, judged)
            started = time.process_time()
            run = {query: find(text, work, mode) for query, text in texts.items()}
            seconds = time.process_time() - started
            name = f"{folder.name}/{queries.stem}"
            if runs is not None:
                write_run(runs / f"{folder.name}-{queries.stem}.run", run)
            yield name, score_run(run, judged, 1000 * seconds / max(1, len(run)))


def find(text: str, index: str, mode: str) -> list[str]:
    """The ids of a query's hits, best first."""
    options = ["--json", "--limit", str(DEPTH), "--snippets", "0", "--index", index]
    output = call(["search", mode, *options, "--", text])
    return [hit["record"] for hit in json.loads(output)["hits"]]


def call(arguments: list[str]) -> str:
    """What a command prints. Raises RuntimeError where it fails."""
    ran = CliRunner().invoke(newsgrep, arguments)
    if ran.exception is not None:
        raise RuntimeError(f"newsgrep {' '.join(arguments)}: {ran.exception}") from ran.exception
    return ran.stdout


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Query to article to grade, for queries that have a relevant article."""
    judged: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text("utf-8").splitlines():
        query, _, article, grade = line.split()
        judged[query][article] = int(grade)
    return {query: grades for query, grades in judged.items() if max(grades.values()) > 0}


def read_queries(path: Path, judged: Mapping[str, object]) -> dict[str, str]:
    """Query to text, for queries that were judged."""
    pairs = (line.split("\t", 1) for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return {query: text for query, text in pairs if query in judged}


def write_run(path: Path, run: Mapping[str, Sequence[str]]) -> None:
    """Write TREC's run file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        f"{query} Q0 {article} {rank} {-rank} newsgrep\n"
        for query, articles in run.items()
        for rank, article in enumerate(articles, start=1)
    )
    path.write_text("".join(lines), "utf-8")


def score_run(
    run: Mapping[str, Sequence[str]], judged: Mapping[str, Mapping[str, int]], milliseconds: float
) -> Figures:
    """Means over the queries of a run."""
    scores = [score_query(articles, judged[query]) for query, articles in run.items()]
    ndcg, precision, recall = (sum(each) / max(1, len(scores)) for each in zip(*scores, strict=True))
    return Figures(len(run), ndcg, precision, recall, milliseconds)


def score_query(articles: Sequence[str], grades: Mapping[str, int]) -> tuple[float, float, float]:
    """NDCG@10 (gain is the grade, discount the logarithm to base 2 of the rank plus 1), average precision, recall."""
    relevant = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    gains = [max(0, grades.get(article, 0)) for article in articles]
    found = 0
    precision = 0.0
    for rank, gain in enumerate(gains, start=1):
        if gain:
            found += 1
            precision += found / rank
    return _dcg(gains) / _dcg(relevant), precision / len(relevant), found / len(relevant)


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains[:10], start=1))


def iter_missed(figures: Mapping[str, Figures], floors: Mapping[str, float]) -> Iterator[str]:
    """Each figure below its floor."""
    for name, floor in floors.items():
        if name in figures and round(figures[name].ndcg, 4) < floor:
            yield f"{name}: nDCG@10 {figures[name].ndcg:.4f} is below its floor {floor}"
