"""Article text made harmless for a terminal: nothing in it can move, colour or reorder.

Titles, bodies and file names come from strangers. Control characters become visible pictures (ESC
is shown as ␛). Characters that reorder or hide text are dropped, and so are marks that pile up on
one letter until they cover the lines around it; whoever lit words in the text gets the places of
those words back. Data formats (JSON, CSV) carry the text untouched instead.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.search.results import Span

_LINE_BREAKS = "\n\r\v\f\x85\u2028\u2029"

_PICTURES = (
    {code: 0x2400 + code for code in range(0x20)}
    | {0x7F: 0x2421}
    | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
    | {ord(character): ord(" ") for character in "\t" + _LINE_BREAKS}
)
"""One visible character for each control character, so that offsets stay."""

_PICTURES_IN_BLOCK = _PICTURES | {ord("\n"): ord("\n")}

_SURROGATE = re.compile("[\ud800-\udfff]")

_HIDDEN = re.compile(
    "["
    "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # invisible
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # reorders text (bidirectional controls)
    "\ufff9-\ufffb"  # interlinear annotation
    "\U000e0000-\U000e007f"  # tags: invisible ASCII
    "]"
)

_JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")
"""Joiners beside ASCII only hide things; between letters of Persian or Hindi and inside emoji they mean something."""

_MARKS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u0f71-\u0f84\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
MAX_MARKS = 8
"""Marks on one letter; Hebrew with vowels and accents, Tibetan stacks and phonetic script have up to six."""
_FLOOD = re.compile(f"{_MARKS}(?<={_MARKS}{{{MAX_MARKS + 1}}}){_MARKS}*")
"""The ninth mark in a row and those that follow it."""


def clean_line(text: str) -> str:
    """Make a text harmless and one line: line breaks and tabs become spaces."""
    return _clean(text, _PICTURES)


def clean_block(text: str) -> str:
    """Make a text of several lines harmless; only its line feeds stay."""
    return _clean(text, _PICTURES_IN_BLOCK)


def clean_line_with_highlights(text: str, highlights: Iterable[Span]) -> tuple[str, tuple[Span, ...]]:
    """Like `clean_line`, and move the highlights to where their words stand now."""
    return _clean_with_highlights(text, highlights, _PICTURES)


def clean_block_with_highlights(text: str, highlights: Iterable[Span]) -> tuple[str, tuple[Span, ...]]:
    """Like `clean_block`, and move the highlights to where their words stand now."""
    return _clean_with_highlights(text, highlights, _PICTURES_IN_BLOCK)


def _clean(text: str, pictures: dict[int, int]) -> str:
    if not text.isprintable():
        text = _JOINERS.sub("", _HIDDEN.sub("", _replace(text, pictures)))
    return text if text.isascii() else _FLOOD.sub("", text)


def _replace(text: str, pictures: dict[int, int]) -> str:
    return _SURROGATE.sub("\ufffd", text.translate(pictures))


def _clean_with_highlights(
    text: str, highlights: Iterable[Span], pictures: dict[int, int]
) -> tuple[str, tuple[Span, ...]]:
    spans = list(highlights)
    patterns = [] if text.isascii() else [_FLOOD]
    if not text.isprintable():
        text = _replace(text, pictures)
        patterns = [_HIDDEN, _JOINERS, _FLOOD]
    for pattern in patterns:
        if dropped := [place for match in pattern.finditer(text) for place in range(*match.span())]:
            spans = [(start - bisect_left(dropped, start), end - bisect_left(dropped, end)) for start, end in spans]
            text = pattern.sub("", text)
    return text, tuple((start, end) for start, end in spans if start < end)
