"""The publication date of a page saved as text: the stamp by the title, never a date in the running text."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING

from newsgrep.extract import cue_words
from newsgrep.extract.cues import fold
from newsgrep.extract.dates import iter_dates
from newsgrep.extract.line_features import count_units
from newsgrep.extract.line_weights import STAMP_THRESHOLD, STAMP_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.text_lines import Line

_ABOVE = 100
"""Lines above the title in which the stamp may stand."""
_LONGEST = 140
"""Characters of a line that may be a stamp."""
_MOST_WORDS = 9
"""Words of a stamp beside its date; more make it a sentence."""
_TIME_FIRST = re.compile(r"\W*(?:kl\.?\s*|um\s+|at\s+|à\s+)?[0-2]?\d[:.h][0-5]\d|\W*(?:1[6-9]|20)\d\d\b")
_CONTINUES = re.compile(r"(?:\d\s*\.?|[,|–—-]|\b\w{3,9}\.?\s\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date line of a page."""

    line: int
    value: dt.date
    updated: bool
    """A word before it says that it is the date of a change."""
    published: bool
    """A word before it says that it is the date of publication."""
    beside: float
    """Words of the line beside the date."""


def find_stamps(
    lines: Sequence[Line], wanted: range, *, today: dt.date | None = None, month_first: bool = False
) -> list[Stamp]:
    """The short lines of `wanted` that are dates, alone or with a few words beside them."""
    stamps: list[Stamp] = []
    for at in wanted:
        text = lines[at].text
        if len(text) > _LONGEST or not any(map(str.isdigit, text)):
            continue
        own = len(text)
        following = lines[at + 1].text if at + 1 < len(lines) else ""
        if len(following) < 40 and _TIME_FIRST.match(following) and _CONTINUES.search(text):
            text = f"{text} {following}"
        previous_end = 0
        before = fold(lines[at - 1].text) if at and len(lines[at - 1].text) < 40 else ""
        for found in iter_dates(text, today=today, month_first=month_first):
            if found.start >= own:
                break
            beside = text[: found.start] + " " + text[found.end :]
            if count_units(beside) > _MOST_WORDS and not (cue_words.PUBLISHED.inside(fold(text[:40]))):
                continue
            lead = fold(text[previous_end : found.start])
            previous_end = found.end
            told = lead if re.search(r"\w{2}", lead) else before
            behind = fold(text[found.end : found.end + 14])
            published = cue_words.PUBLISHED.inside(told) or (
                not told and bool(re.match(r"\W*(?:公開|配信|发布|掲載)", behind))
            )
            updated = cue_words.UPDATED.inside(told) or bool(re.match(r"\W*(?:更新|güncelle)", behind))
            stamps.append(Stamp(at, found.value, updated and not published, published, count_units(beside)))
    return stamps


STAMP_NAMES = (
    "published",
    "updated",
    "clock",
    "below_title",
    "lines_below",
    "prose_below",
    "above_title",
    "lines_above",
    "after_body",
    "lines_after",
    "words_beside",
    "item",
    "first_below",
    "first_above",
    "page_top",
    "repeated",
    "byline_near",
    "last_of_header",
    "latest",
    "line_score",
)


def stamp_features(
    lines: Sequence[Line], stamps: Sequence[Stamp], scores: Sequence[float], title: int, start: int, end: int
) -> list[list[float]]:
    """The features of each stamp, in the order of `STAMP_NAMES`."""
    counts = Counter(lines[stamp.line].text for stamp in stamps)
    first_below = next((stamp.line for stamp in stamps if stamp.line >= title), -1)
    first_above = next((stamp.line for stamp in reversed(stamps) if stamp.line < title), -1)
    days = sorted({_day(stamp.value) for stamp in stamps if title - 20 <= stamp.line <= end + 30})
    rows = []
    for stamp in stamps:
        at = stamp.line
        prose = (
            sum(min(count_units(lines[index].text), 60) for index in range(title + 1, at) if scores[index] > 0)
            if at > title
            else 0.0
        )
        rows.append(
            [
                float(stamp.published),
                float(stamp.updated),
                float(isinstance(stamp.value, dt.datetime)),
                float(at >= title),
                math.log1p(max(0, at - title)),
                min(prose / 100.0, 5.0),
                float(at < title),
                math.log1p(max(0, title - at)),
                float(at >= end),
                math.log1p(max(0, at - end)),
                stamp.beside / 5.0,
                float(lines[at].item),
                float(at == first_below),
                float(at == first_above),
                float(at < 40 and at < title - 10),
                float(counts[lines[at].text] > 1),
                float(
                    any(
                        0 <= index < len(lines)
                        and len(lines[index].text) < 100
                        and cue_words.BYLINE.match(fold(lines[index].text))
                        for index in range(at - 3, at + 4)
                    )
                ),
                float(title <= at < start),
                float(len(days) > 1 and _day(stamp.value) == days[-1]),
                max(-4.0, min(4.0, scores[at])) / 4.0,
            ]
        )
    return rows


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def choose_stamp(
    lines: Sequence[Line], stamps: Sequence[Stamp], scores: Sequence[float], title: int, start: int, end: int
) -> Stamp | None:
    """The publication's stamp; None where no date line is likely enough to be it."""
    near = [stamp for stamp in stamps if title - _ABOVE <= stamp.line]
    best, best_score = None, STAMP_THRESHOLD
    for stamp, row in zip(near, stamp_features(lines, near, scores, title, start, end), strict=True):
        score = sum(map(mul, STAMP_WEIGHTS, row))
        if score > best_score:
            best, best_score = stamp, score
    return best
