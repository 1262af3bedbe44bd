"""What a line of a page looks like, as numbers: how much it reads as prose, as a label, as a link or as furniture."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from newsgrep.extract import cue_words
from newsgrep.extract.clean_text import CJK
from newsgrep.extract.cues import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_WIDE = 16
"""Lines looked at on each side for the page's large parts."""
_FAR = 25
"""Lines from the nearest running text beyond which no line is looked at."""
_STAMP = re.compile(r"\b(?:19|20)\d\d\b|\b[0-2]?\d[:.][0-5]\d\b|\b\d\d?[./]\d\d?[./]\d\d")
_STAMP_LENGTH = 60
_OPENING = 40
"""Characters by which two lines are held to say the same."""
_CUE_LENGTH = 300
"""Characters of a line that are searched for cue words."""

NAMES = (
    "units",
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
    "left_prose",
    "prose_wide_before",
    "prose_wide_after",
    "long_prose",
    "stamp",
    "stamp_above",
    "end_above",
    "addressed",
    "credit_below",
    "credit_above",
    "doubled",
    "echo",
    "echo_far",
    "prose",
    "prose_long",
    "picture",
)
"""The features of `describe`, in order."""


_STOPS_AT = NAMES.index("stops")


class LineLike(Protocol):
    """What a line of a text page and a block of an HTML page have in common."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def item(self) -> bool:
        """Whether it is an item of a list."""

    @property
    def gap(self) -> bool:
        """Whether it is set apart from what stands above it."""

    @property
    def heading(self) -> bool:
        """Whether it is marked as a heading."""

    @property
    def picture(self) -> bool:
        """Whether a picture stands right before it."""


def count_units(text: str) -> float:
    """The length of a text in words; of Chinese and Japanese, a word is taken as two characters."""
    if text.isascii():
        return len(text.split())
    cjk = len(_CJK.findall(text))
    return len(text.split()) + cjk / 2 if cjk else len(text.split())


def is_prose(text: str, units: float) -> bool:
    """Whether a line is surely running text."""
    return (
        units >= 12
        and text[-1] in _LAST
        and bool(_ENDS.search(text[-12:]))
        and not (_ADDRESS.search(text) and units < 20)
    )


def describe(lines: Sequence[LineLike]) -> list[list[float] | None]:
    """The features of each line, in the order of `NAMES`; None for lines that stand far from any running text."""
    sizes = [count_units(line.text) for line in lines]
    prose = [
        size if size >= 12 and not line.item and is_prose(line.text, size) else 0.0
        for line, size in zip(lines, sizes, strict=True)
    ]
    near = _near_prose(prose)
    folded = [fold(line.text[:_CUE_LENGTH]) if close else "" for line, close in zip(lines, near, strict=True)]
    counts = Counter([line.text for line in lines])
    total = sum(prose) or 1.0
    sums = list(accumulate([min(mass, 60.0) for mass in prose], initial=0.0))
    spoken = [words_of(text) for text in folded]
    credited = [cue_words.CREDIT.inside(text, words) for text, words in zip(folded, spoken, strict=True)]
    starts = [text[:_OPENING] if size >= 4 else "" for text, size in zip(folded, sizes, strict=True)]
    start_counts = Counter(starts)
    rows: list[list[float] | None] = []
    seen = 0.0
    teaser_before = ended = 0.0
    stamps = [0 < len(text) <= _STAMP_LENGTH and bool(_STAMP.search(text)) for text in folded]
    for at, line in enumerate(lines):
        if not near[at]:
            rows.append(None)
            continue
        row = _own(line, sizes[at], folded[at], counts[line.text], spoken[at], credited[at])
        opening = starts[at]
        before = sums[at] - sums[max(0, at - _AROUND)]
        after = sums[min(at + 1 + _AROUND, len(lines))] - sums[at + 1]
        row += (
            math.log1p(before),
            math.log1p(after),
            math.log1p(min(before, after)),
            1.0 if at + 1 < len(prose) and prose[at + 1] else 0.0,
            1.0 if at and prose[at - 1] else 0.0,
            teaser_before,
            min(seen / 500.0, 1.0),
            math.log1p(total - seen),
            math.log1p(sums[at] - sums[max(0, at - _WIDE)]),
            math.log1p(sums[min(at + 1 + _WIDE, len(lines))] - sums[at + 1]),
            row[6] * row[11] if sizes[at] >= 20 else 0.0,
            1.0 if stamps[at] else 0.0,
            1.0 if any(stamps[max(0, at - 3) : at]) else 0.0,
            ended,
            1.0 if sizes[at] >= 4 and not row[27] and cue_words.ADDRESSED.inside(folded[at], spoken[at]) else 0.0,
            1.0 if at + 1 < len(lines) and credited[at + 1] else 0.0,
            1.0 if at and credited[at - 1] else 0.0,
            1.0 if sizes[at] >= 6 and _is_doubled(folded[at]) else 0.0,
            1.0 if opening and (opening in starts[max(0, at - 2) : at] or opening in starts[at + 1 : at + 3]) else 0.0,
            1.0 if opening and start_counts[opening] > 1 else 0.0,
            1.0 if prose[at] else 0.0,
            row[_STOPS_AT] if sizes[at] >= 25 and prose[at] else 0.0,
            1.0 if line.picture else 0.0,
        )
        seen += prose[at]
        teaser_before = row[24]
        ended = 1.0 if row[25] else ended * 0.9
        rows.append(row)
    return rows


def _near_prose(prose: Sequence[float]) -> list[bool]:
    """Which lines have running text not far from them; all, where the page has none."""
    if not any(prose):
        return [True] * len(prose)
    near = [False] * len(prose)
    known = 0
    for at, mass in enumerate(prose):
        if mass:
            start, end = max(known, at - _FAR), min(len(prose), at + _FAR + 1)
            near[start:end] = [True] * (end - start)
            known = end
    return near


def _is_doubled(folded: str) -> bool:
    """Whether a line says the same twice, as a picture's text and its caption do."""
    half = len(folded) // 2
    return folded[:half].strip() == folded[-half:].strip()


def _own(line: LineLike, size: float, folded: str, count: int, spoken: list[str], has_credit: bool) -> list[float]:
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
    furniture = 1.0 if cue_words.FURNITURE.inside(folded, spoken) else 0.0
    credit = 1.0 if has_credit else 0.0
    start = text[:200]
    return [
        size,
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
        len(_DIGIT.findall(start)) / len(start),
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
