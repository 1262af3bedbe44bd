"""Cues: a set of words and phrases that is looked up in a line at the price of splitting it."""

from __future__ import annotations

import re
from functools import cached_property

from newsgrep.extract.clean_text import CJK

_UNSPACED = re.compile(f"[{CJK}]")
_EDGE = " \t\u00a00123456789:：>»→›|.…-–—*•#+!?()[]{}'\"“”„«»=<↓↑▶►"
_WORDS = re.compile(r"[^\W\d_]+(?:['.-][^\W_]+)*")
_LONGEST_LINE = 60


def fold(text: str) -> str:
    """Case-fold a line for the lookup of cues, with curly apostrophes and hard blanks made plain."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return folded.replace("’", "'").replace("ı", "i").replace("\u00a0", " ")


def words_of(folded: str) -> list[str]:
    """The words of a folded text, as cues are looked up."""
    return _WORDS.findall(folded)


class Cues:
    """A set of cue words and phrases, written with commas between them; `*` is whatever may follow one on its line."""

    def __init__(self, words: str) -> None:
        self._phrases = frozenset(folded for word in words.split(",") if (folded := fold(" ".join(word.split()))))

    @cached_property
    def _by_first_word(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for phrase in self._phrases:
            if not _UNSPACED.search(phrase) and (first := _WORDS.search(phrase)):
                found.setdefault(first[0], []).append(phrase)
        return {word: tuple(phrases) for word, phrases in found.items()}

    @cached_property
    def _unspaced(self) -> re.Pattern[str]:
        unspaced = (
            re.escape(phrase) for phrase in self._phrases if _UNSPACED.search(phrase) or not _WORDS.search(phrase)
        )
        return re.compile("|".join(unspaced) or "(?!)")

    @cached_property
    def _first_words(self) -> frozenset[str]:
        return frozenset(self._by_first_word)

    @cached_property
    def _openers(self) -> tuple[str, ...]:
        return tuple(phrase[:-1] for phrase in self._phrases if phrase.endswith("*"))

    def inside(self, folded: str, words: list[str] | None = None) -> bool:
        """Whether a folded text holds one of the cues as whole words; `words` are its words, where they are at hand."""
        if words is None:
            words = words_of(folded)
        if not self._first_words.isdisjoint(words):
            known = self._by_first_word
            for word in words:
                for phrase in known.get(word, ()):
                    if phrase == word or phrase in folded:
                        return True
        return not folded.isascii() and bool(self._unspaced.search(folded))

    def is_line(self, folded: str) -> bool:
        """Whether a short folded line is one of the cues, but for marks around it."""
        return len(folded) <= _LONGEST_LINE and folded.strip(_EDGE) in self._phrases

    def opens(self, folded: str) -> bool:
        """Whether a folded line is one of the cues, or is opened by one and a colon."""
        if self.is_line(folded) or folded.lstrip(_EDGE).startswith(self._openers):
            return True
        head, colon, _ = folded[:_LONGEST_LINE].replace("：", ":").partition(":")
        return bool(colon) and head.strip(_EDGE) in self._phrases
