"""Cues: a set of words and phrases that is looked up in a line at the price of splitting it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from newsgrep.extract.clean_text import CJK

_UNSPACED = re.compile(f"[{CJK}]")
_EDGE = " \t\u00a00123456789:：>»→›|.…-–—*•#+!?()[]{}'\"“”„«»=<↓↑▶►"
_LETTER = re.compile(r"[^\W\d_]")
_KEPT = b"'.-"
_MARKS = bytes(byte if byte > 127 or chr(byte).isalnum() or byte in _KEPT else 32 for byte in range(256))
"""Marks to blanks, in UTF-8."""
_WIDE_MARKS = "“”„«»…–—©：，、。（）"
_LONGEST_LINE = 60


def fold(text: str) -> str:
    """Case-fold a line for the lookup of cues, with curly apostrophes and hard blanks made plain."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return folded.replace("’", "'").replace("ı", "i").replace("\u00a0", " ")


class Cues:
    """A set of cue words and phrases, written with commas between them; `*` is whatever may follow one on its line."""

    def __init__(self, words: str) -> None:
        self._phrases = frozenset(folded for word in words.split(",") if (folded := fold(" ".join(word.split()))))

    @cached_property
    def _alone(self) -> CueIndex:
        return CueIndex(self)

    @property
    def phrases(self) -> frozenset[str]:
        """The cues, folded."""
        return self._phrases

    @cached_property
    def _openers(self) -> tuple[str, ...]:
        return tuple(phrase[:-1] for phrase in self._phrases if phrase.endswith("*"))

    def inside(self, folded: str) -> bool:
        """Whether a folded text holds one of the cues as whole words."""
        return self._alone.find(folded)[0]

    def is_line(self, folded: str) -> bool:
        """Whether a short folded line is one of the cues, but for marks around it."""
        return len(folded) <= _LONGEST_LINE and folded.strip(_EDGE) in self._phrases

    def opens(self, folded: str) -> bool:
        """Whether a folded line is one of the cues, or is opened by one and a colon."""
        if self.is_line(folded) or folded.lstrip(_EDGE).startswith(self._openers):
            return True
        head = folded[:_LONGEST_LINE]
        if "：" in head:
            head = head.replace("：", ":")
        return ":" in head and head.partition(":")[0].strip(_EDGE) in self._phrases


class CueIndex:
    """Several sets of cues looked up at once, at the price of splitting the line."""

    def __init__(self, *cues: Cues) -> None:
        self._cues = cues

    @cached_property
    def _tables(self) -> _Tables:
        spaced: dict[bytes, list[tuple[str, bytes, int]]] = {}
        unspaced = []
        for number, one in enumerate(self._cues):
            for phrase in one.phrases:
                words = _words(phrase)
                if _UNSPACED.search(phrase) or not _LETTER.search(phrase):
                    unspaced.append((phrase, number))
                elif words:
                    longest = max(words, key=len)
                    spaced.setdefault(longest, []).append((phrase, phrase.encode(), number))
        leads = bytes({phrase.encode()[0] for phrase, _ in unspaced})
        return _Tables(spaced, frozenset(spaced), unspaced, leads)

    def find(self, folded: str) -> list[bool]:
        """For each set of cues, whether a folded text holds one of them as whole words."""
        spaced, keys, unspaced, leads = self._tables
        found = [False] * len(self._cues)
        if not folded:
            return found
        for word in keys.intersection(_words(folded)):
            for phrase, alone, number in spaced[word]:
                if word == alone or phrase in folded:
                    found[number] = True
        if unspaced and not folded.isascii():
            data = folded.encode(errors="replace")
            if len(data.translate(None, leads)) != len(data):
                for phrase, number in unspaced:
                    if phrase in folded:
                        found[number] = True
        return found


class _Tables(NamedTuple):
    """How cues are looked up."""

    spaced: dict[bytes, list[tuple[str, bytes, int]]]
    """The phrases by their longest word."""
    keys: frozenset[bytes]
    """Those words."""
    unspaced: list[tuple[str, int]]
    """The phrases that stand in text without blanks."""
    leads: bytes
    """The bytes that such phrases open with."""


def _words(folded: str) -> list[bytes]:
    """The words of a folded text in UTF-8, without the marks around them."""
    if not folded.isascii():
        for mark in _WIDE_MARKS:
            if mark in folded:
                folded = folded.replace(mark, " ")
    # A full stop, an apostrophe and a hyphen belong to the words that have them inside.
    return folded.encode(errors="replace").translate(_MARKS).replace(b". ", b" ").rstrip(b".").split()
