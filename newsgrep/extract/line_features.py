"""What a line of a page looks like, as numbers: how much it reads as prose, as a label, as a link or as furniture."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from newsgrep.extract import cue_words
from newsgrep.extract.clean_text import CJK
from newsgrep.extract.cues import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.text_lines import Line

_CJK = re.compile(f"[{CJK}]")
_ENDS = re.compile(r"[.!?…。！？؟।][\"”’'»“)\]）」』*]*$")
_STOPS = re.compile(r"[.!?]['\"”’»“)]*\s+[^\Wa-z\d_]|[。！？]")
_QUOTES = re.compile(r"[\"“”„«»「『]")
_ADDRESS = re.compile(r"https?://|www\.|@\w+\.\w|\.(?:com|org|net)\b")
_BARS = re.compile(r"[|»›>→·•/]")
_DIGIT = re.compile(r"\d")
_LAST = frozenset(".!?…。！？؟।\"”’'»“)]）」』*")
_MOST_WORDS = 60
"""Words of a line that are looked at one by one."""
_AROUND = 4
"""Lines looked at on each side."""
_CUE_LENGTH = 300
"""Characters of a line that are searched for cue words."""

NAMES = (
    "bias",
    "words",
    "words_5",
    "words_12",
    "words_30",
    "ends",
    "ends_short",
    "colon",
    "stops",
    "commas",
    "lower",
    "small",
    "small_long",
    "caps",
    "digits",
    "item",
    "item_long",
    "gap",
    "heading",
    "furniture",
    "furniture_long",
    "credit",
    "credit_ends",
    "teaser",
    "end_cue",
    "byline",
    "quote",
    "address",
    "bars",
    "repeated",
    "ellipsis",
    "prose_before",
    "prose_after",
    "prose_least",
    "prose_next",
    "prose_previous",
    "teaser_before",
    "seen_prose",
)
"""The features of `describe`, in order."""


def count_units(text: str) -> float:
    """The length of a text in words; of Chinese and Japanese, a word is taken as two characters."""
    if text.isascii():
        return len(text.split())
    cjk = len(_CJK.findall(text))
    return len(text.split()) + cjk / 2 if cjk else len(text.split())


def is_prose(text: str, units: float) -> bool:
    """Whether a line is surely running text."""
    return units >= 12 and text[-1] in _LAST and bool(_ENDS.search(text[-12:])) and not (_ADDRESS.search(text) and units < 20)


def describe(lines: Sequence[Line]) -> list[list[float]]:
    """The features of each line, in the order of `NAMES`."""
    sizes = [count_units(line.text) for line in lines]
    folded = [fold(line.text[:_CUE_LENGTH]) for line in lines]
    counts = Counter(folded)
    prose = [
        size if size >= 12 and not line.item and is_prose(line.text, size) else 0.0
        for line, size in zip(lines, sizes, strict=True)
    ]
    total = sum(prose) or 1.0
    sums = list(accumulate((min(mass, 60.0) for mass in prose), initial=0.0))
    rows: list[list[float]] = []
    seen = 0.0
    teaser_before = 0.0
    for at, line in enumerate(lines):
        row = _own(line, sizes[at], folded[at], counts[folded[at]])
        before = sums[at] - sums[max(0, at - _AROUND)]
        after = sums[min(at + 1 + _AROUND, len(lines))] - sums[at + 1]
        row += (
            math.log1p(before),
            math.log1p(after),
            math.log1p(min(before, after)),
            1.0 if at + 1 < len(prose) and prose[at + 1] else 0.0,
            1.0 if at and prose[at - 1] else 0.0,
            teaser_before,
            seen / total,
        )
        seen += prose[at]
        teaser_before = row[23]
        rows.append(row)
    return rows


def _own(line: Line, size: float, folded: str, count: int) -> list[float]:
    text = line.text
    words = text.split()
    number = len(words)
    if size < 1.3 * number:
        looked = words if number <= _MOST_WORDS else words[:_MOST_WORDS]
        part = 1.0 / len(looked)
        lowers = [word for word in looked if word.islower()]
        lower = len(lowers) * part
        small = sum([len(word) <= 3 for word in lowers]) * part
        caps = sum([word.isupper() for word in looked if len(word) > 1]) * part
    else:
        lower, small, caps = 0.6, 0.25, 0.0
    last = text[-1]
    ends = 1.0 if last in _LAST and _ENDS.search(text[-12:]) else 0.0
    short = size <= 25
    spoken = words_of(folded)
    furniture = 1.0 if cue_words.FURNITURE.inside(folded, spoken) else 0.0
    credit = 1.0 if cue_words.CREDIT.inside(folded, spoken) else 0.0
    start = text[:200]
    return [
        1.0,
        math.log1p(size),
        size / 5.0 if size < 5.0 else 1.0,
        0.0 if size < 5.0 else (size - 5.0) / 7.0 if size < 12.0 else 1.0,
        0.0 if size < 12.0 else (size - 12.0) / 18.0 if size < 30.0 else 1.0,
        ends,
        ends if size < 8 else 0.0,
        1.0 if last in ":：" else 0.0,
        float(min(len(_STOPS.findall(text[:600])), 3)) if size >= 4 else 0.0,
        float(min(text.count(",") + text.count("、") + text.count("，") + text.count("،"), 4)),
        lower,
        small,
        small if size >= 8 else 0.0,
        caps,
        sum([char.isdigit() for char in start]) / len(start) if _DIGIT.search(start) else 0.0,
        1.0 if line.item else 0.0,
        1.0 if line.item and size >= 12 else 0.0,
        1.0 if line.gap else 0.0,
        1.0 if line.heading else 0.0,
        furniture,
        furniture if size > 15 else 0.0,
        credit,
        credit * ends,
        1.0 if short and cue_words.TEASER.opens(folded) else 0.0,
        1.0 if short and cue_words.END.is_line(folded) else 0.0,
        1.0 if short and cue_words.BYLINE.match(folded) else 0.0,
        1.0 if _QUOTES.search(text) else 0.0,
        1.0 if "." in text and _ADDRESS.search(text) else 0.0,
        1.0 if short and _BARS.search(text) else 0.0,
        (count - 1) / 3.0 if count < 4 else 1.0,
        1.0 if last == "…" or text.endswith("...") else 0.0,
    ]
