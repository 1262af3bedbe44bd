"""The pieces of sentences that a dumper left where it broke the line at every link, joined to sentences again."""

from __future__ import annotations

import math
import re
from collections import Counter
from operator import mul
from typing import TYPE_CHECKING

from newsgrep.extract.bylines import read_byline
from newsgrep.extract.line_weights import PIECE_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsgrep.extract.text_lines import Line

_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’'»“)\]]*$")
_STOP = re.compile(r"[.!?…。！？][\"”’'»“)\]]* ")
_GOES_ON = re.compile(r"[,;.!?)\]”»…](?:\s|$|[\"”’])|[a-zà-öø-ÿа-яёα-ωšžčřěůőűłńśźżąęğışđ]|['’]s\b")
_CLOSING = frozenset(",;.!?)]”»…’'")
_CLOSING_ALONE = re.compile(r"[,;.!?)\]”»…](?:\s|$|[\"”’])")
_COLONS = ":："
_OPENING = "([„«"
_PARTICLES = frozenset("はがをにのでともへや")
"""The characters that open what stands behind a Japanese noun."""
_WIDE_FROM = "\u2fff"
"""The last character before those of Chinese and Japanese."""
_LONG = 40
"""Characters of a line that may be running text: of a pair of lines, one is, or the line after them."""
_SHORT_LINK, _NAME = 40, 30
_LONGEST_COMMON, _COMMONEST = 5, 25
_LONGEST_BYLINE, _BY = 80, 8
_ENDING = 6
"""Characters at the end of a line in which its full stop is sought."""

PIECE_NAMES = (
    "bias",
    "goes_on",
    "closing",
    "words",
    "long",
    "stop_inside",
    "colon",
    "last_capital",
    "next_short",
    "next_ends",
    "after_goes_on",
    "after_closing",
    "starts_lower",
    "ended_before",
    "rest",
    "name_then_lower",
    "particle",
    "wide",
    "ends",
    "bracket_open",
    "digit_last",
    "digit_first",
    "next_single",
    "joined",
    "mostly_lower",
    "after_ends",
    "open_then_goes_on",
    "last_common",
    "name_then_sentence",
)


def is_cut_at_links(lines: Sequence[Line]) -> bool:
    """Whether every piece of text between two tags has a line of its own, so that sentences are cut at links."""
    cut = sum(1 for line in lines if _GOES_ON.match(line.text))
    return (
        len(lines) > 10
        and sum(line.gap for line in lines) < 0.1 * len(lines)
        and cut >= 3
        and not any(line.item for line in lines[:200:7])
    )


def join_pieces(lines: Sequence[Line]) -> list[Line]:
    """Join each line to the one before it that is more likely than not its sentence's next piece."""
    return join_by(lines, lambda row, _text, _following: sum(map(mul, PIECE_WEIGHTS, row)) > 0)


def join_by(lines: Sequence[Line], is_piece: Callable[[list[float], str, str], bool]) -> list[Line]:
    """Join lines where `is_piece` says so of a pair's features, in the order of `PIECE_NAMES`, and of its texts."""
    texts = [line.text for line in lines]
    long = [len(text) > _LONG or text[0] > _WIDE_FROM for text in texts]
    afters = [*texts, ""][1:]
    long_afters = [*long, False][1:]
    common = _common_words(texts)
    joined: list[Line] = []
    text = before = ""
    is_long = has_joined = False
    ended: bool | None = None
    for line, following, next_long, after, after_long in zip(lines, texts, long, afters, long_afters, strict=True):
        if text and following[0] in _CLOSING and not line.gap and _CLOSING_ALONE.match(following):
            text += following
            joined[-1] = joined[-1]._replace(text=text)
            ended, has_joined = None, True
            continue
        if (is_long or next_long or after_long) and text and not line.gap:
            if ended is None:
                ended = _ends(text)
            if not ended or following[0] in _PARTICLES or _GOES_ON.match(following):
                row = _piece_features(before, text, following, after, common, ended=ended, joined=has_joined)
                if is_piece(row, text, following) and not _is_byline(following, after):
                    text += following if _is_tight(text, following) else f" {following}"
                    joined[-1] = joined[-1]._replace(text=text)
                    ended, has_joined, is_long = None, True, is_long or next_long or len(text) > _LONG
                    continue
        before, text = text, following
        ended, has_joined, is_long = None, False, next_long
        joined.append(line)
    return joined


def _piece_features(
    before: str, text: str, following: str, after: str, common: frozenset[str], *, ended: bool, joined: bool
) -> list[float]:
    """Of a text, the line that may be its next piece, the line before and the line after the two."""
    first, last_word = following[0], text.rsplit(None, 1)[-1]
    size, next_size = len(text), len(following)
    words = text.split(None, 20)
    goes_on = _GOES_ON.match(following) is not None
    after_goes_on = bool(after) and _GOES_ON.match(after) is not None
    next_ends = _ends(following) or following[-1] in _COLONS
    return [
        1.0,
        1.0 if goes_on else 0.0,
        1.0 if first in _CLOSING else 0.0,
        math.log(size) / 4,
        1.0 if size > 80 else 0.0,
        1.0 if _STOP.search(text) else 0.0,
        1.0 if text[-1] in _COLONS else 0.0,
        1.0 if last_word[0].isupper() else 0.0,
        1.0 if next_size <= _SHORT_LINK else 0.0,
        1.0 if next_ends else 0.0,
        1.0 if after_goes_on else 0.0,
        1.0 if after and after[0] in _CLOSING else 0.0,
        1.0 if text[0].islower() else 0.0,
        1.0 if len(before) > _LONG and _ends(before) else 0.0,
        1.0 if joined and not ended else 0.0,
        1.0 if goes_on and size < _NAME and text[0].isupper() else 0.0,
        1.0 if first in _PARTICLES else 0.0,
        1.0 if first > _WIDE_FROM and not ended else 0.0,
        1.0 if ended else 0.0,
        1.0 if "(" in text and text.count("(") > text.count(")") else 0.0,
        1.0 if last_word[-1].isdigit() else 0.0,
        1.0 if first.isdigit() else 0.0,
        1.0 if next_size == 1 else 0.0,
        1.0 if joined else 0.0,
        1.0 if not ended and size > _NAME and sum([word[0].islower() for word in words]) > 0.6 * len(words) else 0.0,
        1.0 if after and (after[-1] in _COLONS or _ends(after)) else 0.0,
        1.0 if after_goes_on and not next_ends else 0.0,
        1.0 if last_word.casefold() in common else 0.0,
        1.0 if size < _NAME and next_size > _LONG and first.islower() else 0.0,
    ]


def _is_byline(text: str, after: str) -> bool:
    """Whether a line is a byline, or the word before one: either may stand right below a title."""
    return len(text) <= _LONGEST_BYLINE and bool(
        read_byline(text) or (len(text) <= _BY and read_byline(f"{text} {after}"))
    )


def _ends(text: str) -> bool:
    return _SENTENCE_END.search(text[-_ENDING:]) is not None


def _is_tight(text: str, following: str) -> bool:
    """Whether no blank stood between two pieces."""
    first, last = following[0], text[-1]
    drop_cap = len(text) == 1 and text.isupper() and first.islower() and len(following) > _LONG
    return drop_cap or first in _CLOSING or last in _OPENING or (first > _WIDE_FROM and last > _WIDE_FROM)


def _common_words(texts: Sequence[str]) -> frozenset[str]:
    """The page's commonest short words, which no phrase ends in."""
    words = " ".join([text for text in texts if len(text) > _LONG]).split()
    counts = Counter([word for word in words if len(word) <= _LONGEST_COMMON and word.islower() and word.isalpha()])
    return frozenset([word for word, times in counts.most_common(_COMMONEST) if times > 1])
