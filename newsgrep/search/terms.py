"""From one typed word or phrase to the query that looks for it, field by field."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import NamedTuple

from newsgrep.archive.schema import TITLE_WEIGHT
from newsgrep.codec import plain_query as plain
from newsgrep.codec.labels import fold_label
from newsgrep.codec.words import Word, fold_word, iter_words, stem

TEXT_FIELDS = (("title", TITLE_WEIGHT), ("body", 1.0))
"""Where free text is looked for, and how much a match there weighs."""

LEAD_WORDS = 60
"""Words of the body that are its lead: a first paragraph of a news story, and a place that is there in texts that have
lost their paragraphs too."""


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
    "lead": Kind.TEXT,
    "hlead": Kind.TEXT,
    "section": Kind.LABEL,
    "author": Kind.NAMES,
    "source": Kind.LABEL,
    "url": Kind.NAMES,
    "lang": Kind.LABEL,
    "words": Kind.NUMBER,
    "date": Kind.DATE,
    "on": Kind.DATE,
    "last": Kind.DATE,
    "since": Kind.DATE,
    "until": Kind.DATE,
    "after": Kind.DATE,
    "before": Kind.DATE,
}
"""The fields that a query may name."""

Build = Callable[[str, float], plain.PlainQuery | None]
"""Makes the query for one field of the index, with a weight; None where nothing of what was typed is a word."""


class _Target(NamedTuple):
    fieldname: str
    weight: float
    first: int | None = None
    """How many words of the field count, from its beginning."""


_TARGETS = {
    None: tuple(_Target(*each) for each in TEXT_FIELDS),
    "lead": (_Target("body", 1.0, LEAD_WORDS),),
    "hlead": (_Target("title", TITLE_WEIGHT), _Target("body", 1.0, LEAD_WORDS)),
}


def in_scope(
    field: str | None, build: Build, finish: Callable[[str, plain.PlainQuery], plain.PlainQuery] | None = None
) -> plain.PlainQuery | None:
    """Build a query for the fields that a name in a query stands for; without a name, for all text fields together.

    finish: what is still done to the query of each field of the index, given its name.
    """
    queries = []
    targets = _TARGETS.get(field) or (_Target(field or "", 1.0),)
    for target in targets:
        query = build(target.fieldname, target.weight)
        if query is None:
            continue
        if target.first is not None:
            query = plain.First(query, target.first)
        queries.append(finish(target.fieldname, query) if finish else query)
    if not queries:
        return None
    return plain.AnyField(plain.Or(queries)) if len(targets) > 1 else queries[0]


def is_text(field: str) -> bool:
    """Whether a field of the index holds stemmed words of running text."""
    return FIELDS[field] is Kind.TEXT


def _split(field: str, text: str) -> tuple[list[Word], list[Word]]:
    """The words of a text as a field knows them: those that stand one after the other, and the wholes beside them."""
    words = list(iter_words(text, stemmed=is_text(field)))
    return [word for word in words if not word.whole], [word for word in words if word.whole]


def word_in(field: str, weight: float, text: str) -> plain.PlainQuery | None:
    """A query for one word as typed, in one field of the index; None where nothing of it is a word.

    What is typed as one word and reads as several (`Deir-Ezzor`, `park.bench`) is looked for as a phrase, and as the
    whole that the index keeps for a hyphenated word.
    """
    if FIELDS[field] is Kind.LABEL:
        return plain.Term(field, fold_label(text))
    words, wholes = _split(field, text)
    if not words:
        return None
    if len(words) == 1:
        if len(text) == 1 and not text.isascii() and text.isalpha():
            # One character of an unspaced script: pairs that begin with it, or it alone at the end of a run.
            return plain.Prefix(field, words[0].term, boost=weight)
        return plain.Term(field, words[0].term, boost=weight)
    whole = next((w for w in wholes if (w.start, w.end) == (words[0].start, words[-1].end)), None)
    parts = plain.Phrase(field, [word.term for word in words], boost=weight)
    if whole is None:
        return parts
    return plain.Or([parts, plain.Term(field, whole.term, boost=weight)])


def phrase_in(field: str, weight: float, text: str, slop: int = 1) -> plain.PlainQuery | None:
    """A query for words that stand together in this order, in one field of the index; None for no word."""
    if FIELDS[field] is Kind.LABEL:
        return plain.Term(field, fold_label(text))
    words, _ = _split(field, text)
    if len(words) < 2:
        return word_in(field, weight, text)
    return plain.Phrase(field, [word.term for word in words], slop=slop, boost=weight)


def pattern_in(field: str, weight: float, text: str) -> plain.PlainQuery:
    """A query for words that fit a pattern of `*` (any characters) and `?` (one), in one field of the index."""
    label = FIELDS[field] is Kind.LABEL
    pattern = fold_label(text) if label else fold_word(text)
    start = pattern.rstrip("*")
    if "*" in start or "?" in start:
        return plain.Wildcard(field, pattern, boost=weight)
    prefix = plain.Prefix(field, start, boost=weight)
    if label or not is_text(field) or stem(start) == start:
        return prefix
    # The index keeps stems: `relations*` must reach `relation`, whose stem is shorter than what was typed.
    return plain.Or([prefix, plain.Term(field, stem(start), boost=weight)])


def fuzzy_in(field: str, weight: float, text: str, distance: int) -> plain.PlainQuery | None:
    """A query for a word with up to `distance` letters wrong, the first one right, in one field of the index."""
    words, _ = _split(field, text)
    if len(words) != 1:
        return word_in(field, weight, text)
    return plain.FuzzyTerm(field, words[0].term, boost=weight, maxdist=distance, prefixlength=1)


def build_phrase(field: str | None, text: str, slop: int = 1) -> plain.PlainQuery | None:
    """A query for words that stand together in this order; None where nothing of the text is a word."""
    return in_scope(field, lambda name, weight: phrase_in(name, weight, text, slop))
