"""The body of a page saved as text: the run of lines that adds up to most prose, less what is strewn into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.extract.line_features import count_units, describe
from newsgrep.extract.line_weights import TEXT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.text_lines import Line

_SHIFT = 1.0
"""Added to each score before the run is sought, so that a run bridges what stands inside an article."""
_FLOOR = -1.0
"""No line, however unlike prose, costs the run more than this times its weight."""
_CEILING = 4.0
_DROP = -1.0
"""Lines inside the run that score below this are not the article's."""
_LONGEST = 60.0
"""Words beyond which a line weighs no more."""
_POWER = 0.5


@dataclass(frozen=True, slots=True)
class Body:
    """Where the body is: the lines `start` up to `end` hold it, and `kept` of them are it."""

    start: int
    end: int
    kept: tuple[int, ...]
    scores: tuple[float, ...]
    """How much each line of the page reads as part of an article; above zero is more likely than not."""


def find_body(lines: Sequence[Line]) -> Body:
    """Find the article's own lines among the lines of a page."""
    scores = tuple(sum(map(float.__mul__, TEXT_WEIGHTS, row)) for row in describe(lines))
    gains = [
        max(_FLOOR, (min(max(score, -_CEILING), _CEILING) + _SHIFT) / 3 * min(count_units(line.text), _LONGEST) ** _POWER)
        for line, score in zip(lines, scores, strict=True)
    ]
    start, end = best_run(gains)
    kept = tuple(at for at in range(start, end) if scores[at] > _DROP)
    return Body(start, end, kept, scores)


def best_run(gains: Sequence[float]) -> tuple[int, int]:
    """The start and end of the run of numbers with the largest sum; an empty run where none is above zero."""
    best = current = 0.0
    start = best_start = best_end = 0
    for at, gain in enumerate(gains):
        if current <= 0:
            current, start = 0.0, at
        current += gain
        if current > best:
            best, best_start, best_end = current, start, at + 1
    return best_start, best_end
