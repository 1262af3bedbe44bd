"""The body of a page saved as text: the run of lines that adds up to most prose, less what is strewn into it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING

from newsgrep.extract.line_features import OWN_NAMES, PROSE_AFTER, describe
from newsgrep.extract.line_weights import TEXT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.line_features import Look
    from newsgrep.extract.text_lines import Line

_SHIFT = 1.0
"""Added to each score before the run is sought, so that a run bridges what stands inside an article."""
_FLOOR = -0.8
"""No line, however unlike prose, costs the run more than this times its weight."""
_CEILING = 4.0
_DROP = -0.8
"""Lines inside the run that score below this are not the article's."""
FAR_SCORE = -5.0
"""The score of a line that stands too far from running text to be looked at."""
_LONGEST = 60.0
"""Words beyond which a line weighs no more."""
_CUT = 2.0
"""What a line costs more that parts two articles: a heading of comments, an opener of teasers that no text follows."""
_STAMP_CUT = 1.0
"""What a date line costs more: an article has one, before its body."""
_STAMP_WORDS = 12
_CONTEXT_WEIGHTS = TEXT_WEIGHTS[len(OWN_NAMES) :]


@dataclass(frozen=True, slots=True)
class Body:
    """Where the body is: the lines `start` up to `end` hold it, and `kept` of them are it."""

    start: int
    end: int
    kept: tuple[int, ...]
    scores: tuple[float, ...]
    """How much each line of the page reads as part of an article; above zero is more likely than not."""
    looks: Sequence[Look]
    """What each line tells by itself; nothing of a line far from running text."""


def find_body(lines: Sequence[Line]) -> Body:
    """Find the article's own lines among the lines of a page."""
    rows, looks = describe(lines)
    scores = tuple(
        [
            look.score + sum(map(mul, _CONTEXT_WEIGHTS, row)) if row else FAR_SCORE
            for look, row in zip(looks, rows, strict=True)
        ]
    )
    start, end = best_run(gains(scores, looks, rows))
    return Body(start, end, tuple([at for at in range(start, end) if scores[at] > _DROP]), scores, looks)


def gains(scores: Sequence[float], looks: Sequence[Look], rows: Sequence[Sequence[float] | None]) -> list[float]:
    """What each line adds to a run or costs it: its score, by its length, and more where it parts two articles."""
    found = []
    for score, look, row in zip(scores, looks, rows, strict=True):
        if row is None:
            found.append(_FLOOR)
            continue
        units = look.units
        score = _CEILING if score > _CEILING else score
        value = (score + _SHIFT) / 3 * math.sqrt(units if units < _LONGEST else _LONGEST)
        value = _FLOOR if value < _FLOOR else value
        if look.end or (look.teaser and score < -1 and not row[PROSE_AFTER]):
            value -= _CUT
        if look.stamp and units < _STAMP_WORDS:
            value -= _STAMP_CUT
        found.append(value)
    return found


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
