"""Fits the weights by which the extractor tells the lines of a page apart, on a set of pages with known articles.

    python -m benchmarks.extraction_fit SET STAGE

SET is a folder with `manifest.jsonl`: one JSON object a page, with `file`, `kind` (html or text), `publisher`, `title`,
`title_alts`, `date`, `body` (paragraphs parted by blank lines) and `visible` (which of the fields the page shows).
STAGE is one of pieces, text, html, title, stamp; each rewrites its table in `newsgrep/extract/line_weights.py`. The
title's and the stamp's features rest on the body that the text's weights find, and this on the joined pieces, so the
order is: pieces, text, html, stamp, title. For pieces, `dumper` and `page` name the dump and what it is a dump of.

Two models: a logistic regression of "this line is the article's" (text, html), and a conditional logit of "this of the
page's lines is it" (title, stamp; for the stamp, "none" is an answer too). Publishers with many pages count for less
than the sum of their pages, all weights are drawn to a prior (zero, or what is known of dates in general), and a date's
weights may not have the wrong sign: a set of some hundred publishers would otherwise teach their habits.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from newsgrep.extract import line_weights
from newsgrep.extract.clean_text import CJK
from newsgrep.extract.html_blocks import read_blocks, strip_junk
from newsgrep.extract.html_body import HTML_NAMES, html_features
from newsgrep.extract.line_features import NAMES, count_units, describe
from newsgrep.extract.text_body import find_body
from newsgrep.extract.text_dates import STAMP_NAMES, find_stamps, stamp_features
from newsgrep.extract.text_lines import read_lines, unwrap_lines
from newsgrep.extract.text_pieces import PIECE_NAMES, is_cut_at_links, join_by
from newsgrep.extract.text_title import TITLE_NAMES, find_title, title_candidates, title_features

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from newsgrep.extract.line_features import LineLike, Look
    from newsgrep.extract.text_body import Body
    from newsgrep.extract.text_dates import Stamp
    from newsgrep.extract.text_lines import Line

    Floats = NDArray[np.float64]
_WEIGHTS = Path(line_weights.__file__)
_TOKEN = re.compile(f"[{CJK}]|[^\\W_{CJK}]+")
_SHINGLE = 4
_PIECE_PULL, _TEXT_PULL, _HTML_PULL, _TITLE_PULL, _STAMP_PULL = 3.0, 30.0, 15.0, 1.5, 8.0
"""How strongly the weights are drawn to their prior."""
_PAIR = 6
"""Words on each side by which a pair of lines is sought in another dump."""
_WHOLE = frozenset(("resiliparse",))
"""Dumpers that keep a paragraph on one line."""
_MENU_COUNT = 0.2
"""What a pair of lines counts that is one line, but not the article's."""
_LENIENT = 1.0
"""Added to the score of each pair: a sentence cut in two costs more than two lines too many in one."""
_SHORTENED = frozenset(("bs4", "inscriptis", "lynx"))
"""Dumpers whose pages are also taken with a shortened article."""
_USUAL_PAGES = 5
"""Pages of a publisher that count fully."""
_HEADER_ABOVE, _BELOW = 110, 30
_STAMP_PRIOR = {
    "published": 1.0,
    "updated": -2.0,
    "sentence": -1.5,
    "second": -1.0,
    "recent": 1.5,
    "near_title": 1.0,
    "page_top": -0.5,
    "lines_above": -0.3,
    "lines_below": -0.3,
    "prose_below": -0.3,
    "byline_near": 0.5,
    "last_of_header": 0.5,
}
_STAMP_FOR = "published clock first_below byline_near last_of_header near_title recent"
_STAMP_AGAINST = """
    updated lines_below prose_below lines_above lines_after words_beside repeated second sentence page_top item
    line_score
"""
_STAMP_POSITIVE = frozenset(_STAMP_FOR.split())
_STAMP_NEGATIVE = frozenset(_STAMP_AGAINST.split())


@dataclass(frozen=True, slots=True)
class Example:
    """The rows of one page, which of them are right, and what each counts."""

    publisher: str
    rows: Floats
    right: Floats
    counts: Floats


def read_set(folder: Path, kind: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The pages of a kind: what is known of each, and its text."""
    with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            truth = json.loads(line)
            if truth["kind"] == kind:
                data = (folder / truth["file"]).read_bytes()
                if truth["file"].endswith(".gz"):
                    data = gzip.decompress(data)
                yield truth, data.decode("utf-8", "replace")


def split_tokens(text: str) -> tuple[str, ...]:
    """The words of a text, alike in all that spelling and marks may change."""
    return tuple(_TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()))


def mark_lines(lines: Sequence[LineLike], body: str) -> Floats:
    """For each line, whether most of it is part of a body: by runs of four words, a shorter one as a paragraph."""
    words = split_tokens(body)
    known = {words[at : at + _SHINGLE] for at in range(len(words) - _SHINGLE + 1)}
    paragraphs = {split_tokens(paragraph) for paragraph in body.split("\n\n")}
    marks = []
    for line in lines:
        own = split_tokens(line.text)
        if len(own) < _SHINGLE:
            marks.append(float(bool(own) and own in paragraphs))
            continue
        runs = [own[at : at + _SHINGLE] for at in range(len(own) - _SHINGLE + 1)]
        marks.append(float(sum(run in known for run in runs) > len(runs) / 2))
    return np.array(marks)


def _line_example(
    truth: dict[str, Any], lines: Sequence[LineLike], rows: Sequence[Sequence[float] | None], looks: Sequence[Look]
) -> Example:
    marks = mark_lines(lines, truth["body"])
    # Lines far from running text have no features, and no weight can help them.
    used = [at for at, row in enumerate(rows) if row is not None]
    table = [[*looks[at].row, *(rows[at] or ())] for at in used]
    counts = [1.0 + min(count_units(lines[at].text), 60.0) / 8.0 for at in used]
    return Example(truth["publisher"], np.array(table), marks[used], np.array(counts))


def text_examples(folder: Path) -> list[Example]:
    """The lines of the text pages; and, since short articles are many and sets have few, of pages with most of the
    article cut out.
    """
    draw = random.Random(5)
    found, short = [], []
    for truth, text in read_set(folder, "text"):
        if lines := read_lines(text):
            found.append(_line_example(truth, lines, *describe(lines)))
            if truth.get("dumper") in _SHORTENED and (kept := _shorten(lines, truth["body"], draw)):
                short.append(_line_example(truth, kept, *describe(kept)))
    return [example for example in [*found, *short] if len(example.rows)]


def _shorten(lines: Sequence[Line], body: str, draw: random.Random) -> list[Line]:
    """The page with the article's first line and two to six others of it; nothing where it has hardly more."""
    own = np.flatnonzero(mark_lines(lines, body)).tolist()
    wanted = draw.randint(2, 6)
    if len(own) <= wanted + 2:
        return []
    gone = {*own[1:]} - {*draw.sample(own[1:], wanted)}
    return [line for at, line in enumerate(lines) if at not in gone]


@dataclass(slots=True)
class PieceTeacher:
    """Tells which pairs of lines are pieces of one sentence, and takes down what it was asked."""

    whole: str
    """The page's lines from a dump that is not cut, a line's words between blanks."""
    body: str
    rows: list[list[float]] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    counts: list[float] = field(default_factory=list)

    def __call__(self, row: list[float], text: str, following: str) -> bool:
        """Whether two lines are one in the other dump."""
        pair = f" {' '.join([*split_tokens(text)[-_PAIR:], *split_tokens(following)[:_PAIR]])} "
        right = pair in self.whole
        self.rows.append(row)
        self.right.append(float(right))
        # That a menu's words are one line elsewhere is of little interest; that a paragraph is, of much.
        self.counts.append(_MENU_COUNT if right and pair not in self.body else 1.0)
        return right


def _spell(paragraphs: Sequence[str]) -> str:
    return "\n".join([f" {' '.join(split_tokens(paragraph))} " for paragraph in paragraphs])


def piece_examples(folder: Path) -> list[Example]:
    """The pairs of lines of dumps that are cut at links, told by another dump of the same page."""
    whole: dict[str, str] = {}
    cut = []
    for truth, text in read_set(folder, "text"):
        lines = unwrap_lines(text)
        if is_cut_at_links(lines):
            cut.append((truth, lines))
        elif truth.get("dumper") in _WHOLE:
            whole[truth["page"]] = _spell([line.text for line in lines])
    found = []
    for truth, lines in cut:
        if truth["page"] in whole:
            teacher = PieceTeacher(whole[truth["page"]], _spell(truth["body"].split("\n\n")))
            join_by(lines, teacher)
            if teacher.rows:
                rows, right, counts = map(np.array, (teacher.rows, teacher.right, teacher.counts))
                found.append(Example(truth["publisher"], rows, right, counts))
    return found


def html_examples(folder: Path) -> list[Example]:
    """The blocks of the HTML pages."""
    found = []
    for truth, html in read_set(folder, "html"):
        tree = LexborHTMLParser(html)
        strip_junk(tree)
        if tree.body is not None and (blocks := read_blocks(tree.body)):
            found.append(_line_example(truth, blocks, *html_features(blocks)))
    return [example for example in found if len(example.rows)]


def _read_page(text: str) -> tuple[list[Line], Body, list[Stamp]]:
    lines = read_lines(text)
    body = find_body(lines)
    window = range(max(0, body.start - _HEADER_ABOVE), min(len(lines), body.end + _BELOW))
    return lines, body, find_stamps(lines, window)


def title_examples(folder: Path) -> list[Example]:
    """The lines that may be the title, of the pages where one of them is."""
    found = []
    for truth, text in read_set(folder, "text"):
        lines, body, stamps = _read_page(text)
        candidates = title_candidates(lines, body)
        if not candidates:
            continue
        rows = title_features(lines, body, candidates, frozenset(stamp.line for stamp in stamps))
        good = {split_tokens(title) for title in [truth["title"], *(truth.get("title_alts") or [])] if title}
        right = np.array([float(split_tokens(lines[at].text) in good) for at in candidates])
        if right.any():
            found.append(Example(truth["publisher"], np.array(rows), right, np.ones(len(rows))))
    return found


def stamp_examples(folder: Path) -> list[Example]:
    """The stamps of the pages, and a last row of nothing but the bias' counterpart: that none is the publication's."""
    found = []
    for truth, text in read_set(folder, "text"):
        lines, body, stamps = _read_page(text)
        title = find_title(lines, body, frozenset(stamp.line for stamp in stamps)) if lines else None
        top = title if title is not None else body.start
        near = [stamp for stamp in stamps if top - 100 <= stamp.line]
        if not near:
            continue
        rows = np.array(stamp_features(lines, near, body.scores, top, body.start, body.end))
        day = (truth["date"] or "")[:10]
        right = np.array([float(_iso_day(stamp.value) == day) for stamp in near])
        if not right.any() and "date" in truth["visible"]:
            continue
        rows = np.vstack([np.hstack([rows, np.ones((len(rows), 1))]), np.zeros((1, rows.shape[1] + 1))])
        right = np.append(right, 0.0 if right.any() else 1.0)
        found.append(Example(truth["publisher"], rows, right, np.ones(len(rows))))
    return found


def _iso_day(value: dt.date) -> str:
    return value.isoformat()[:10]


def _shares(examples: Sequence[Example]) -> list[float]:
    """What each page counts: of a publisher with many pages, less."""
    pages = Counter(example.publisher for example in examples)
    return [(_USUAL_PAGES / pages[example.publisher]) ** 0.5 for example in examples]


def fit_lines(examples: Sequence[Example], pull: float) -> Floats:
    """Weights of lines; the first feature, the length, is for the run only."""
    plain = [Example(example.publisher, example.rows[:, 1:], example.right, example.counts) for example in examples]
    return np.concatenate([[0.0], fit_yes(plain, pull)])


def fit_yes(examples: Sequence[Example], pull: float) -> Floats:
    """Weights of a logistic regression, by Newton's steps."""
    rows = np.vstack([example.rows for example in examples])
    right = np.concatenate([example.right for example in examples])
    shares = _shares(examples)
    counts = np.concatenate([example.counts * share for example, share in zip(examples, shares, strict=True)])
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        likely = 1.0 / (1.0 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (right - likely)) - pull * weights
        curve = (rows * (counts * likely * (1.0 - likely) + 1e-9)[:, None]).T @ rows + pull * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def fit_choice(
    examples: Sequence[Example], pull: float, prior: Floats | None = None, signs: Floats | None = None
) -> Floats:
    """Weights of a conditional logit; `signs` are 1 or -1 where a weight may have no other sign, else 0."""
    size = examples[0].rows.shape[1]
    prior = np.zeros(size) if prior is None else prior
    signs = np.zeros(size) if signs is None else signs
    shares = _shares(examples)
    free = np.ones(size, dtype=bool)
    weights = np.zeros(size)
    for _ in range(6):
        weights = np.zeros(size)
        for _ in range(40):
            slope, curve = -pull * (weights - prior), pull * np.eye(size)
            for example, share in zip(examples, shares, strict=True):
                rows = example.rows
                scores = rows @ weights
                likely = np.exp(scores - scores.max())
                likely /= likely.sum()
                wanted = (likely + 1e-12) * example.right
                wanted /= wanted.sum()
                mean = likely @ rows
                slope += share * (rows.T @ (wanted - likely))
                curve += share * ((rows * likely[:, None]).T @ rows - np.outer(mean, mean))
            step = np.zeros(size)
            step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
            weights = weights + np.clip(step, -1.0, 1.0)
            if np.abs(step).max() < 1e-3:
                break
        wrong = free & (weights * signs < 0)
        if not wrong.any():
            break
        free &= ~wrong
    return weights


def write_table(name: str, names: Sequence[str], weights: Sequence[float], path: Path = _WEIGHTS) -> None:
    """Put a table of weights in the place of the one of this name."""
    table = "".join(f"    {weight:.2f},  # {label}\n" for label, weight in zip(names, weights, strict=True))
    pattern = re.compile(rf"^{name}: tuple\[float, \.\.\.\] = \(\n.*?^\)\n", re.DOTALL | re.MULTILINE)
    text, count = pattern.subn(f"{name}: tuple[float, ...] = (\n{table})\n", path.read_text("utf-8"))
    if count != 1:
        raise ValueError(f"{path} has no table {name}")
    path.write_text(text, "utf-8")


def fit_pieces(folder: Path) -> None:
    """Fit and write the weights of pairs of lines."""
    weights = fit_yes(piece_examples(folder), _PIECE_PULL)
    weights[0] += _LENIENT
    write_table("PIECE_WEIGHTS", PIECE_NAMES, weights.tolist())


def fit_stamp(folder: Path) -> None:
    """Fit and write the weights of stamps, and the threshold, which is what speaks for none."""
    prior = np.array([_STAMP_PRIOR.get(name, 0.0) for name in STAMP_NAMES] + [0.0])
    signs = np.array([float(name in _STAMP_POSITIVE) - float(name in _STAMP_NEGATIVE) for name in STAMP_NAMES] + [0.0])
    weights = fit_choice(stamp_examples(folder), _STAMP_PULL, prior, signs)
    write_table("STAMP_WEIGHTS", STAMP_NAMES, weights[:-1].tolist())
    text = _WEIGHTS.read_text("utf-8")
    threshold = f"STAMP_THRESHOLD = {-weights[-1]:.2f}"
    _WEIGHTS.write_text(re.sub(r"STAMP_THRESHOLD = \S+", threshold, text), "utf-8")


STAGES: dict[str, Callable[[Path], None]] = {
    "pieces": fit_pieces,
    "text": lambda folder: write_table("TEXT_WEIGHTS", NAMES, fit_lines(text_examples(folder), _TEXT_PULL).tolist()),
    "html": lambda folder: write_table(
        "HTML_WEIGHTS", HTML_NAMES, fit_lines(html_examples(folder), _HTML_PULL).tolist()
    ),
    "stamp": fit_stamp,
    "title": lambda folder: write_table(
        "TITLE_WEIGHTS", TITLE_NAMES, fit_choice(title_examples(folder), _TITLE_PULL).tolist()
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("stage", choices=list(STAGES))
    given = parser.parse_args(arguments)
    STAGES[given.stage](given.set)
    return 0


if __name__ == "__main__":
    sys.exit(main())
