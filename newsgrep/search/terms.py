"""From one typed word or phrase to the Whoosh query that looks for it, field by field."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from whoosh import query as wq

from newsgrep.archive.schema import TITLE_WEIGHT
from newsgrep.codec.pickled import fold_label
from newsgrep.codec.queries import AnyField
from newsgrep.codec.words import Word, fold_word, iter_words, stem

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT_FIELDS = (("title", TITLE_WEIGHT), ("body", 1.0))
"""Where free text is looked for, and how much a match there weighs."""


class Kind(enum.Enum):
    """How the values of a field are compared."""

    TEXT = enum.auto()
    """Stemmed words of running text."""
    NAMES = enum.auto()
    """Words as spelt."""
    LABEL = enum.auto()
    """The whole value, in any case."""
    NUMBER = enum.auto()
    DATE = enum.auto()


FIELDS = {
    "title": Kind.TEXT,
    "body": Kind.TEXT,
    "section": Kind.LABEL,
    "author": Kind.NAMES,
    "source": Kind.LABEL,
    "url": Kind.NAMES,
    "lang": Kind.LABEL,
    "words": Kind.NUMBER,
    "date": Kind.DATE,
}
"""The fields that a query may name."""


def _in_fields(field: str | None, build: Callable[[str, float], wq.Query | None]) -> wq.Query | None:
    """Build a query for one field, or for all text fields together."""
    if field is not None:
        return build(field, 1.0)
    queries = [query for name, weight in TEXT_FIELDS if (query := build(name, weight)) is not None]
    return AnyField(wq.Or(queries)) if queries else None


def _split(field: str | None, text: str) -> tuple[list[Word], list[Word]]:
    """The words of a text as a field knows them: those that stand one after the other, and the wholes beside them."""
    stemmed = field is None or FIELDS[field] is Kind.TEXT
    words = list(iter_words(text, stemmed=stemmed))
    return [word for word in words if not word.whole], [word for word in words if word.whole]


def build_word(field: str | None, text: str) -> wq.Query | None:
    """A query for one word as typed; None where nothing of it is a word.

    What is typed as one word and reads as several (`Deir-Ezzor`, `park.bench`) is looked for as a phrase, and as the
    whole that the index keeps for a hyphenated word.
    """
    if field is not None and FIELDS[field] is Kind.LABEL:
        return wq.Term(field, fold_label(text))
    words, wholes = _split(field, text)
    if not words:
        return None
    whole = next((w for w in wholes if (w.start, w.end) == (words[0].start, words[-1].end)), None)

    def build(name: str, weight: float) -> wq.Query:
        if len(words) == 1:
            if len(text) == 1 and not text.isascii() and text.isalpha():
                # One character of an unspaced script: pairs that begin with it, or it alone at the end of a run.
                return wq.Prefix(name, words[0].term, boost=weight)
            return wq.Term(name, words[0].term, boost=weight)
        parts = wq.Phrase(name, [word.term for word in words], boost=weight)
        if whole is None:
            return parts
        return wq.Or([parts, wq.Term(name, whole.term, boost=weight)])

    return _in_fields(field, build)


def build_phrase(field: str | None, text: str, slop: int = 1) -> wq.Query | None:
    """A query for words that stand together in this order; None where nothing of the text is a word."""
    if field is not None and FIELDS[field] is Kind.LABEL:
        return wq.Term(field, fold_label(text))
    words, _ = _split(field, text)
    if len(words) < 2:
        return build_word(field, text)
    terms = [word.term for word in words]
    return _in_fields(field, lambda name, weight: wq.Phrase(name, terms, slop=slop, boost=weight))


def build_pattern(field: str | None, text: str) -> wq.Query | None:
    """A query for words that fit a pattern of `*` (any characters) and `?` (one character)."""
    label = field is not None and FIELDS[field] is Kind.LABEL
    pattern = fold_label(text) if label else fold_word(text)
    start = pattern.rstrip("*")
    is_prefix = "*" not in start and "?" not in start

    def build(name: str, weight: float) -> wq.Query:
        if not is_prefix:
            return wq.Wildcard(name, pattern, boost=weight)
        prefix = wq.Prefix(name, start, boost=weight)
        if label or FIELDS[name] is not Kind.TEXT or stem(start) == start:
            return prefix
        # The index keeps stems: `relations*` must reach `relation`, whose stem is shorter than what was typed.
        return wq.Or([prefix, wq.Term(name, stem(start), boost=weight)])

    return _in_fields(field, build)


def build_fuzzy(field: str | None, text: str, distance: int) -> wq.Query | None:
    """A query for a word with up to `distance` letters wrong; the first letter must be right."""
    words, _ = _split(field, text)
    if len(words) != 1:
        return build_word(field, text)
    term = words[0].term
    return _in_fields(
        field, lambda name, weight: wq.FuzzyTerm(name, term, boost=weight, maxdist=distance, prefixlength=1)
    )
