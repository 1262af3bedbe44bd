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
from newsgrep.extract.line_features import count_units, look_at
from newsgrep.extract.line_weights import STAMP_THRESHOLD, STAMP_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.text_lines import Line

_ABOVE = 100
"""Lines above the title in which the stamp may stand."""
_DIGIT = re.compile(r"\d")
_LONGEST = 140
"""Characters of a line that may be a stamp."""
_LEAST_LIKELY = 0.5
"""How likely a date must be the publication's to be given: a wrong one is worse than none."""
_MOST_WORDS = 9
"""Words of a stamp beside its date; more make it a sentence."""
_TIME_FIRST = re.compile(r"\W*(?:kl\.?\s*|um\s+|at\s+|à\s+)?[0-2]?\d[:.h][0-5]\d|\W*(?:1[6-9]|20)\d\d\b")
_SHORT = 60
"""Characters of a line that hardly holds a sentence."""
_FIRST_SENTENCE = re.compile(r"[^.]{1,60}\d{4}\.(?=\s)")
_GLUED = re.compile(r"([^\W\d_A-Z])([A-Z][a-z]{2,8}\.? \d{1,2}, (?:19|20)\d\d)(\d?)(?!\d)")
"""A date glued to the word before it, and a count to the date, where a dumper left no blank between two elements."""
_SHORT_YEAR = re.compile(r"^(\W*(?:[^\W\d_]{2,12}\W{1,3})?)(\d\d?)\.(\d\d?)\.(\d\d)(?![\d.])")
_AGES = """
    min minute minutes minuten minuto minuti hour hours hrs stunde stunden uur heure heures hora horas ora ore time
    timer timme timmar tunti tuntia godzin hodin часа часов часов минут годин години saat dakika
"""
_AGE = rf"\d+\s*(?:{'|'.join(_AGES.split())})"
_RECENT = re.compile(
    r"\W*(?:[^\W\d_]+\W{1,3})?[0-2]?\d[:.][0-5]\d(?:\s*(?:uhr|h|am|pm|edt|est|gmt|cet))?\W*$"
    rf"|.{{0,40}}\b{_AGE}\s+(?:ago|geleden|fa|siden|sedan|sitten|temu|назад|тому|önce)\b"
    rf"|.{{0,40}}\b(?:vor|il y a|hace|há)\s+{_AGE}\b",
    re.IGNORECASE,
)
"""A time without a day, or an age in hours: the day of the page's making is meant."""
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
    second: bool = False
    """Another date stands before it on its line."""


def find_stamps(
    lines: Sequence[Line], wanted: range, *, today: dt.date | None = None, month_first: bool = False
) -> list[Stamp]:
    """The short lines of `wanted` that are dates, alone or with a few words beside them."""
    stamps: list[Stamp] = []
    for at in wanted:
        text = lines[at].text
        if len(text) > _LONGEST:
            # "By Ann Lee on 21/02/2021. Filed under ..." below an article goes on for some sentences.
            end = _FIRST_SENTENCE.match(text)
            if end is None or not look_at(text).byline:
                continue
            text = end[0]
        elif not _DIGIT.search(text):
            continue
        if ", 19" in text or ", 20" in text:
            text = _GLUED.sub(r"\1 \2 \3", text)
        if len(text) < _SHORT:
            text = _SHORT_YEAR.sub(_pad, text)
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
            if count_units(beside) > (_MOST_WORDS if own > _SHORT else _MOST_WORDS + 3) and not (
                cue_words.PUBLISHED.inside(fold(text[:40]))
            ):
                continue
            lead = fold(text[previous_end : found.start])
            previous_end = found.end
            told = lead if re.search(r"\w{2}", lead) else before
            behind = fold(text[found.end : found.end + 14])
            published = cue_words.PUBLISHED.inside(told) or (
                not told and bool(re.match(r"\W*(?:公開|配信|发布|掲載)", behind))
            )
            updated = cue_words.UPDATED.inside(told) or bool(re.match(r"\W*(?:更新|güncelle)", behind))
            second = bool(stamps) and stamps[-1].line == at
            stamps.append(Stamp(at, found.value, updated and not published, published, count_units(beside), second))
    return stamps


def _pad(match: re.Match[str]) -> str:
    """Two digits for the day and the month of a date that is all that a line says."""
    return f"{match[1]}{match[2]:0>2}.{match[3]:0>2}.{match[4]}"


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
    "second",
    "sentence",
    "near_title",
    "recent",
)


def stamp_features(
    lines: Sequence[Line], stamps: Sequence[Stamp], scores: Sequence[float], title: int, start: int, end: int
) -> list[list[float]]:
    """The features of each stamp, in the order of `STAMP_NAMES`."""
    counts = Counter([lines[stamp.line].text for stamp in stamps])
    first_below = next((stamp.line for stamp in stamps if stamp.line >= title), -1)
    first_above = next((stamp.line for stamp in reversed(stamps) if stamp.line < title), -1)
    days = sorted({_day(stamp.value) for stamp in stamps if title - 20 <= stamp.line <= end + 30})
    recent = any(
        len(lines[at].text) < _SHORT and _DIGIT.search(lines[at].text) and _RECENT.match(lines[at].text)
        for at in range(max(0, title - 4), min(len(lines), title + 10))
    )
    rows = []
    for stamp in stamps:
        at = stamp.line
        top = at < 40 and at < title - 3
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
                        len(lines[index].text) < 100 and look_at(lines[index].text).byline
                        for index in range(max(0, at - 3), min(len(lines), at + 4))
                    )
                ),
                float(title <= at < start),
                float(len(days) > 1 and _day(stamp.value) == days[-1]),
                max(-4.0, min(4.0, scores[at])) / 4.0,
                float(stamp.second),
                float(stamp.beside >= 4 and lines[at].text[-1] in ".。"),
                float(title - 4 <= at <= title + 6),
                float(top and recent),
            ]
        )
    return rows


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def choose_stamp(
    lines: Sequence[Line], stamps: Sequence[Stamp], scores: Sequence[float], title: int, start: int, end: int
) -> tuple[Stamp, float] | None:
    """The publication's stamp and how likely it is to be it; None where no date line is more likely than not.

    What stands against a stamp is that another one of another day is the publication's, and that none is.
    """
    near = [stamp for stamp in stamps if title - _ABOVE <= stamp.line]
    if not near:
        return None
    rows = stamp_features(lines, near, scores, title, start, end)
    found = [sum(map(mul, STAMP_WEIGHTS, row)) - STAMP_THRESHOLD for row in rows]
    best = max(found)
    chosen = near[found.index(best)]
    others = [score for stamp, score in zip(near, found, strict=True) if _day(stamp.value) != _day(chosen.value)]
    against = math.exp(-best) + (math.exp(max(others) - best) if others else 0.0)
    likely = 1.0 / (1.0 + against)
    return (chosen, likely) if likely >= _LEAST_LIKELY else None
