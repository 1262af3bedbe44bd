"""What a line of a page looks like, as numbers: how much it reads as prose, as a label, as a link or as furniture."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, NamedTuple, Protocol

from newsgrep.extract import cue_words
from newsgrep.extract.cues import CueIndex, fold
from newsgrep.extract.line_weights import TEXT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_CJK_BYTES = bytes(range(0xE3, 0xEA))
"""The bytes that open a character of Chinese or Japanese in UTF-8, and no other."""
_DIGITS = b"0123456789"
_STAMP = re.compile(r"\b(?:19|20)\d\d\b|\b[0-2]?\d[:.][0-5]\d\b|\b\d\d?[./]\d\d?[./]\d\d")
_STAMP_LENGTH = 60
_CLOSERS = "\"”’'»“)]）」』*"
_ENDERS = frozenset(".!?…。！？؟।")
_LAST = _ENDERS | frozenset(_CLOSERS)
_IS_LOWER, _IS_UPPER = str.islower, str.isupper
_BARS = frozenset("|•·›→»/>")
_MOST_WORDS = 50
"""Words of a line that are looked at one by one."""
_AROUND = 4
"""Lines looked at on each side."""
_WIDE = 16
"""Lines looked at on each side for the page's large parts."""
_FAR = 25
"""Lines from the nearest running text beyond which no line is looked at."""
_OPENING = 40
"""Characters by which two lines are held to say the same."""
_CUE_LENGTH = 300
"""Characters of a line that are searched for cue words."""
_SHORT = 100
"""Characters up to which a line may come again on the next page, as menus and labels do, so that it is remembered."""
_LEAST_PROSE = 24
"""Characters that twelve words have at least."""
_CUES = CueIndex(cue_words.FURNITURE, cue_words.CREDIT, cue_words.ADDRESSED)

OWN_NAMES = (
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
    "ellipsis",
    "long_prose",
    "stamp",
    "addressed",
    "doubled",
    "dash",
)
"""The features of a line alone."""
CONTEXT_NAMES = (
    "item",
    "item_long",
    "gap",
    "heading",
    "repeated",
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
    "stamp_above",
    "end_above",
    "credit_below",
    "credit_above",
    "echo",
    "echo_far",
    "prose",
    "prose_long",
    "picture",
    "items_around",
)
"""The features of a line among the others."""
NAMES = (*OWN_NAMES, *CONTEXT_NAMES)
PROSE, PROSE_AFTER, REPEATED = (CONTEXT_NAMES.index(name) for name in ("prose", "prose_after", "repeated"))
_STOPS_AT, _STAMP_AT = (OWN_NAMES.index(name) for name in ("stops", "stamp"))


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


class Look(NamedTuple):
    """What a text alone tells."""

    units: float
    folded: str
    """Its first characters, as cues are looked up."""
    furniture: bool
    credit: bool
    teaser: bool
    end: bool
    byline: bool
    stamp: bool
    row: tuple[float, ...]
    """The features of `OWN_NAMES`."""
    score: float
    """Their part of a text page's score."""


def ends_sentence(text: str) -> bool:
    """Whether a line ends as sentences do, quotation marks and parentheses apart."""
    return text.rstrip(_CLOSERS)[-1:] in _ENDERS


def count_units(text: str) -> float:
    """The length of a text in words; of Chinese and Japanese, a word is taken as two characters."""
    words = len(text.split())
    if text.isascii():
        return words
    data = text.encode(errors="replace")
    return words + (len(data) - len(data.translate(None, _CJK_BYTES))) / 2


def is_prose(text: str, units: float) -> bool:
    """Whether a line is surely running text."""
    return units >= 12 and text[-1] in _LAST and ends_sentence(text) and not (units < 20 and _has_address(text))


def _has_quote(text: str) -> bool:
    """Whether a text has a quotation mark other than the plain one."""
    # Spelled out: a mark is found faster than a loop is begun.
    return "“" in text or "”" in text or "„" in text or "«" in text or "»" in text or "「" in text or "『" in text


def _has_address(text: str) -> bool:
    if "." not in text:
        return False
    if "://" in text or "www." in text or ".com" in text or ".org" in text or ".net" in text:
        return True
    at = text.find("@")
    return 0 < at < len(text) - 3 and " " not in text[at - 1 : at + 3] and "." in text[at:]


def look_at(text: str) -> Look:
    """What a line tells by itself; what short lines tell is remembered, since menus and labels stand on every page."""
    return _remembered(text) if len(text) <= _SHORT else _look(text)


def _look(text: str) -> Look:
    words = text.split()
    number = len(words)
    start = text[:200]
    ascii_only = text.isascii()
    data = start.encode(errors="replace")
    size: float = number
    spaced = True
    if not ascii_only:
        whole = data if len(text) <= 200 else text.encode(errors="replace")
        wide = len(whole) - len(whole.translate(None, _CJK_BYTES))
        if wide:
            size += wide / 2
            spaced = size < 1.3 * number
    if spaced:
        looked = words if number <= _MOST_WORDS else words[:_MOST_WORDS]
        part = 1.0 / len(looked)
        lower = sum(map(_IS_LOWER, looked)) * part
        lengths = list(map(len, looked))
        small = (lengths.count(1) + lengths.count(2) + lengths.count(3)) * part
        caps = sum(map(_IS_UPPER, looked)) * part if lower < 0.9 else 0.0
    else:
        lower, small, caps = 0.6, 0.25, 0.0
    last = text[-1]
    ends = 1.0 if last in _LAST and (last in _ENDERS or ends_sentence(text)) else 0.0
    short = size <= 25
    folded = fold(text if len(text) <= _CUE_LENGTH else text[:_CUE_LENGTH])
    furniture, credit, addressed = _CUES.find(folded)
    # Each mark is sought alone before it is with what stands beside it, which takes ten times as long.
    full_stops = text.count(". ") if "." in text else 0
    address = ":" in text or "@" in text or text.count(".") > full_stops + (last == ".")
    stops = 0
    if size >= 4:
        stops = full_stops + (text.count("? ") if "?" in text else 0)
        stops += text.count("! ") if "!" in text else 0
    commas = text.count(",")
    quote = '"' in text
    if not ascii_only:
        if size >= 4:
            stops += text.count("。") + (text.count(".” ") if "”" in text else 0)
            stops += text.count(".“ ") if "“" in text else 0
        commas += text.count("、") + text.count("，") + text.count("،")
        quote = quote or _has_quote(text)
    digits = (len(data) - len(data.translate(None, _DIGITS))) / len(start)
    teaser = short and cue_words.TEASER.opens(folded)
    end = short and cue_words.END.is_line(folded)
    byline = short and cue_words.BYLINE.match(folded) is not None
    row = (
        size,
        1.0,
        math.log1p(size),
        size / 5.0 if size < 5.0 else 1.0,
        0.0 if size < 5.0 else (size - 5.0) / 7.0 if size < 12.0 else 1.0,
        0.0 if size < 12.0 else (size - 12.0) / 18.0 if size < 30.0 else 1.0,
        ends,
        ends if size < 8 else 0.0,
        1.0 if last in ":：" else 0.0,
        float(stops) if stops < 3 else 3.0,
        float(commas) if commas < 4 else 4.0,
        lower,
        small,
        small if size >= 8 else 0.0,
        caps,
        digits,
        1.0 if furniture else 0.0,
        1.0 if furniture and size > 15 else 0.0,
        1.0 if credit else 0.0,
        ends if credit else 0.0,
        1.0 if teaser else 0.0,
        1.0 if end else 0.0,
        1.0 if byline else 0.0,
        1.0 if quote else 0.0,
        1.0 if address and _has_address(text) else 0.0,
        1.0 if short and not _BARS.isdisjoint(text) else 0.0,
        1.0 if last == "…" or text.endswith("...") else 0.0,
        ends * lower if size >= 20 else 0.0,
        1.0 if digits and len(folded) <= _STAMP_LENGTH and _STAMP.search(folded) else 0.0,
        1.0 if addressed and size >= 4 and not quote else 0.0,
        1.0 if size >= 6 and _is_doubled(folded) else 0.0,
        1.0 if text[0] in "-–—" else 0.0,
    )
    return Look(
        size, folded, furniture, credit, teaser, end, byline, row[_STAMP_AT] > 0, row, sum(map(mul, TEXT_WEIGHTS, row))
    )


_remembered = functools.lru_cache(maxsize=16_384)(_look)


def describe(
    lines: Sequence[LineLike], unlike: Sequence[bool] | None = None
) -> tuple[list[list[float] | None], list[Look]]:
    """What each line tells among the others, in the order of `CONTEXT_NAMES`, and what it tells by itself; None and an
    empty look for lines that stand far from any running text, and for those that `unlike` says are no text's.
    """
    texts = [line.text for line in lines]
    looks = [_UNSEEN] * len(lines)
    prose = [0.0] * len(lines)
    for at, text in enumerate(texts):
        if len(text) >= _LEAST_PROSE and text[-1] in _LAST and not lines[at].item:
            look = looks[at] = look_at(text)
            if look.units >= 12 and is_prose(text, look.units):
                prose[at] = look.units
    for at, near in enumerate(_near_prose(prose)):
        if not near or (unlike is not None and unlike[at]):
            looks[at] = _UNSEEN
        elif looks[at] is _UNSEEN:
            looks[at] = look_at(texts[at])
    counts = Counter(texts)
    total = sum(prose) or 1.0
    count = len(lines)
    # With as many lines before and after as are looked at, no window need be cut.
    sums = list(accumulate([mass if mass < 60.0 else 60.0 for mass in prose], initial=0.0))
    sums = [0.0] * _WIDE + sums + sums[-1:] * _WIDE
    items = list(accumulate([line.item for line in lines], initial=0))
    starts = [look.folded[:_OPENING] if look.units >= 4 else "" for look in looks]
    start_counts = Counter(starts)
    log1p = math.log1p
    rows: list[list[float] | None] = []
    seen = teaser_before = ended = 0.0
    last_stamp = -9
    credit_above = False
    for at, (line, look) in enumerate(zip(lines, looks, strict=True)):
        if look is _UNSEEN:
            rows.append(None)
            credit_above = False
            continue
        size, _, _, credit, teaser, end_cue, _, stamp, own, _ = look
        mass = prose[at]
        opening = starts[at]
        text, item, gap, heading = line.text, line.item, line.gap, line.heading
        here, there = sums[at + _WIDE], sums[at + 1 + _WIDE]
        before, after = here - sums[at + _WIDE - _AROUND], sums[at + 1 + _WIDE + _AROUND] - there
        wide_before, wide_after = here - sums[at], sums[at + 1 + 2 * _WIDE] - there
        log_before, log_after = log1p(before) if before else 0.0, log1p(after) if after else 0.0
        times = counts[text]
        echo = echo_far = 0.0
        if opening and start_counts[opening] > 1:
            echo_far = 1.0
            if opening in starts[max(0, at - 2) : at] or opening in starts[at + 1 : at + 3]:
                echo = 1.0
        first, end = at - _AROUND if at > _AROUND else 0, at + 1 + _AROUND if at + 1 + _AROUND < count else count
        held = items[end] - items[first]
        is_last = at + 1 == count
        rows.append(
            [
                1.0 if item else 0.0,
                1.0 if item and size >= 12 else 0.0,
                1.0 if gap else 0.0,
                1.0 if heading else 0.0,
                0.0 if times == 1 else (times - 1) / 3.0 if times < 4 else 1.0,
                log_before,
                log_after,
                log_before if log_before < log_after else log_after,
                0.0 if is_last or not prose[at + 1] else 1.0,
                1.0 if at and prose[at - 1] else 0.0,
                teaser_before,
                seen / 500.0 if seen < 500.0 else 1.0,
                log1p(total - seen),
                log1p(wide_before) if wide_before else 0.0,
                log1p(wide_after) if wide_after else 0.0,
                1.0 if at - last_stamp <= 3 else 0.0,
                ended,
                0.0 if is_last or not looks[at + 1].credit else 1.0,
                1.0 if credit_above else 0.0,
                echo,
                echo_far,
                1.0 if mass else 0.0,
                own[_STOPS_AT] if mass and size >= 25 else 0.0,
                1.0 if line.picture else 0.0,
                held / (end - first) if held else 0.0,
            ]
        )
        seen += mass
        teaser_before = 1.0 if teaser else 0.0
        ended = 1.0 if end_cue else ended * 0.9
        credit_above = credit
        if stamp:
            last_stamp = at
    return rows, looks


_UNSEEN = Look(0.0, "", False, False, False, False, False, False, (), 0.0)
"""Of a line that is not looked at."""


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
    return folded[:4] == folded[-half:].lstrip()[:4] and folded[:half].strip() == folded[-half:].strip()
