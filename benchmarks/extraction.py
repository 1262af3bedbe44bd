"""`python -m benchmarks extraction [SET]`: how well pages are understood, held against pinned floors.

SET is a folder with `manifest.jsonl`, a page a line: `file`, `kind` (html or text), `dumper`, and the truth: `title`,
`date`, `authors`, `section`, `body`; where known `title_alts`, `section_alts`, and `visible`, the fields that a text
dump shows. Without SET, the environment variable NEWSGREP_EVAL names the folder.

Printed are the measures of `extraction_score` by kind and by dumper, and pages per second of CPU time. The floors stand
in `extraction_floors.json`; a figure below its floor is named, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.extraction_score import MEASURES, mean_scores, read_truth, score_page
from newsgrep.archive.extraction import Explanation, extract_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FLOORS = Path(__file__).with_name("extraction_floors.json")
SPEED = "pages_per_second"
_HEADS = {"date_precision": "date prec", SPEED: "pages/s"}


@dataclass(slots=True)
class Group:
    """The pages of one kind, or of one dumper."""

    scores: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0

    def figures(self) -> dict[str, float]:
        """The mean of each measure, and the speed."""
        return {**mean_scores(self.scores), SPEED: len(self.scores) / max(self.seconds, 1e-9)}


def main(arguments: list[str]) -> int:
    """Measure a set; returns the exit code: 1 below a floor, 2 when there is no set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks extraction", description=__doc__)
    parser.add_argument("set", nargs="?", type=Path, help="folder of an evaluation set; default: $NEWSGREP_EVAL")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name the N pages with the worst bodies")
    options = parser.parse_args(arguments)
    folder = options.set or (Path(os.environ["NEWSGREP_EVAL"]) if os.environ.get("NEWSGREP_EVAL") else None)
    if folder is None or not (folder / "manifest.jsonl").is_file():
        print(f"there is no manifest.jsonl in {folder}" if folder else "no set: name its folder", file=sys.stderr)
        return 2
    pages = list(iter_scored(folder))
    figures = {name: group.figures() for name, group in group_pages(pages).items()}
    print("\n".join(render_figures(figures)))
    for row in sorted(pages, key=lambda page: page.scores["body_f1"])[: options.worst]:
        print(f"{row.scores['body_f1']:.3f}  {row.file}")
    missed = list(iter_missed(figures, read_floors()["set"]))
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


@dataclass(frozen=True, slots=True)
class ScoredPage:
    """One page of a set, measured."""

    file: str
    groups: tuple[str, ...]
    scores: dict[str, float]
    seconds: float
    """CPU time from the file to the article."""


def iter_scored(folder: Path) -> Iterator[ScoredPage]:
    """Read, understand and measure each page of a set."""
    with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    for row in rows:
        started = time.process_time()
        given = [one for one in extract_files([str(folder / row["file"])]) if isinstance(one, Explanation)]
        seconds = time.process_time() - started
        scores = score_page(read_truth(row), given[0].article if given else None)
        groups = [f"{row['kind']}/all"]
        if row["kind"] == "text":
            groups.append(f"text/{row.get('dumper') or '?'}")
        yield ScoredPage(row["file"], tuple(groups), scores, seconds)


def group_pages(pages: list[ScoredPage]) -> dict[str, Group]:
    """Pages by kind, and text pages by dumper."""
    groups: defaultdict[str, Group] = defaultdict(Group)
    for page in pages:
        for name in page.groups:
            groups[name].scores.append(page.scores)
            groups[name].seconds += page.seconds
    return {name: groups[name] for name in sorted(groups, key=lambda name: (name[:4], "/all" not in name, name))}


def read_floors() -> dict[str, dict[str, dict[str, float]]]:
    """The floors: of an evaluation set, and of the project's own samples."""
    floors: dict[str, dict[str, dict[str, float]]] = json.loads(FLOORS.read_text("utf-8"))
    return floors


def iter_missed(figures: Mapping[str, Mapping[str, float]], floors: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Each figure below its floor, and each floor whose figure was not measured though its group was."""
    for name, wanted in floors.items():
        for measure, floor in wanted.items() if name in figures else ():
            figure = figures[name].get(measure)
            if figure is None:
                yield f"{name} {measure}: not measured, floor {floor}"
            elif round(figure, 4) < floor:
                yield f"{name} {measure}: {figure:.4f} is below its floor {floor}"


def render_figures(figures: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """A table, a group a line."""
    columns = (*MEASURES, SPEED)
    heads = [_HEADS.get(name, name.replace("_", " ")) for name in columns]
    yield f"{'':<18}" + "".join(f"{head:>10}" for head in heads)
    for name, values in figures.items():
        cells = (
            f"{'-':>10}"
            if (value := values.get(column)) is None
            else f"{value:>10.0f}"
            if column == SPEED
            else f"{value:>10.3f}"
            for column in columns
        )
        yield f"{name:<18}" + "".join(cells)
