"""What is looked for in several fields at once, read as words that are scored as one: BM25F.

A word of the title and the same word of the body are evidence for one thing: their frequencies are added, each weighed
by its field, before the sum is put through BM25's saturation. (Adding up a score for each field counts a word that
stands in both twice.) Source of the formula: Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted
fields", 2004. How rare a word is follows Lucene's form of the inverse document frequency, which is never negative.
"""

from __future__ import annotations

from bisect import bisect_left
from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.plain_scoring import read_length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class FieldTerm(NamedTuple):
    """A term of a field."""

    field: str
    text: str
    weight: int
    """What one occurrence counts for."""


class JointWord(NamedTuple):
    """Terms that are one word: in several fields, or in several forms."""

    terms: tuple[FieldTerm, ...]

    @property
    def fields(self) -> tuple[tuple[str, int], ...]:
        """The fields and their weights."""
        return tuple(sorted({(term.field, term.weight) for term in self.terms}))


class JointQuery(NamedTuple):
    """Words of which the scores are added, for documents that match."""

    words: tuple[JointWord, ...]
    factor: float
    """What scores are multiplied by."""
    is_word: bool
    """Whether the documents that match are those that have the one word."""


def read_joint(child: Any, is_scored: Callable[[str], bool]) -> JointQuery | None:
    """The words of an `Or` of one query a field, a record or Whoosh's; None where their scores can only be added up.

    is_scored: whether a field keeps what BM25 needs.
    """
    try:
        leaves = [list(_iter_leaves(part)) for part in child.subqueries]
    except _HasNoWords:
        return None
    weights = [leaf[2] for of_field in leaves for leaf in of_field]
    least = min(weights, default=0.0)
    if least <= 0 or not all((weight / least).is_integer() for weight in weights):
        return None
    if not all(is_scored(leaf[0]) for of_field in leaves for leaf in of_field):
        return None
    is_word = all(type(part).__name__ == "Term" for part in child.subqueries)
    if is_word:
        groups: list[tuple[tuple[str, str, float], ...]] = [tuple(leaf for (leaf,) in leaves)]
    elif len(set(map(len, leaves))) == 1:
        # What is built for each field of one typed thing has the same words in the same order.
        groups = list(zip(*leaves, strict=True))
    else:
        return None
    words = tuple(
        JointWord(tuple(dict.fromkeys(FieldTerm(field, text, int(weight / least)) for field, text, weight in group)))
        for group in groups
    )
    if any(len({field for field, _ in word.fields}) < len(word.fields) for word in words):
        return None
    return JointQuery(words, least * child.boost, is_word)


class _HasNoWords(Exception):
    """A query is made of something else than words and phrases."""


def _iter_leaves(query: Any) -> Iterator[tuple[str, str, float]]:
    # Records and Whoosh's classes have the same names and attributes.
    match type(query).__name__:
        case "Term":
            yield query.fieldname, query.text, query.boost
        case "Phrase":
            yield from ((query.fieldname, word, query.boost) for word in query.words)
        case "Or" if query.boost == 1.0 and getattr(query, "scale", None) is None:
            for part in query.subqueries:
                yield from _iter_leaves(part)
        case "Positional" if query.boost == 1.0:
            yield from _iter_leaves(query.record)
        case "Near" if not query.negated:
            yield from _iter_leaves(query.left)
            yield from _iter_leaves(query.right)
        case "Near":
            yield from _iter_leaves(query.left)
        case "First" | "AtLeast" | "Confirmed":
            for part in plain.iter_parts(query):
                yield from _iter_leaves(part)
        case _:
            raise _HasNoWords


def joint_idf(document_frequencies: Iterable[tuple[str, int]], n_documents: int) -> float:
    """How much a word weighs, by the frequencies of its terms: fields and how many documents have a term there.

    Documents with the word are counted where most have it: its forms of one field add up, its fields overlap.
    """
    of_field: dict[str, int] = {}
    for field, frequency in document_frequencies:
        of_field[field] = of_field.get(field, 0) + frequency
    df = min(n_documents, max(of_field.values(), default=0))
    return log(1 + (n_documents - df + 0.5) / (df + 0.5))


class SmallJointScoring:
    """How frequencies that are added up over fields are scored, one at a time; `scoring.JointScoring` has arrays."""

    def __init__(self, average_length: float, k1: float, b: float) -> None:
        """`average_length` is the joint one, over all documents of the index."""
        self._k1 = k1
        self._norms = joint_norms(average_length, k1, b)
        self._lengths = [read_length(code) for code in range(256)]

    def read(self, code: int) -> int:
        """The length that a one-byte code stands for."""
        return self._lengths[code]

    def weigh(self, freq: int, length: int) -> float:
        """The part of BM25 that depends on the document, not yet rounded to 32 bits; `length` in words."""
        # The code of a length is the first that stands for as much or more.
        code = min(bisect_left(self._lengths, length), 255)
        return freq * (self._k1 + 1) / (freq + self._norms[code])


def joint_norms(average_length: float, k1: float, b: float) -> list[float]:
    """What a frequency saturates against, by the one-byte code of a document's joint length: 256 values."""
    average = average_length or 1.0
    return [k1 * (1 - b + b * read_length(code) / average) for code in range(256)]
