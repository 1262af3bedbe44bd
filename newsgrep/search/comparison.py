"""What two sets of articles say differently: the words, or pairs of words, that set them apart.

What is counted are stems, as the index has them, so that `attack` and `attacks` are one; they are shown as they are
most often spelt. An article in both sets says nothing of their difference and is left out of both.
"""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.search.association import log_likelihood
from newsgrep.search.filters import build_filter
from newsgrep.search.stop_words import stop_words
from newsgrep.search.understanding import understand
from newsgrep.search.word_counts import count_words, read_pairs
from newsgrep.search.word_spellings import find_spellings

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from newsgrep.archive.engine import Engine
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.search.request import Request
    from newsgrep.search.results import Expansion
    from newsgrep.search.word_counts import Counts, OnProgress

LEAST_G2 = 6.63
"""What chance alone exceeds once in a hundred words (chi-squared, one degree of freedom): below it, no difference."""
_ABSENT = 0.5
"""What a frequency of 0 counts for in a ratio."""


class Unit(enum.StrEnum):
    """What words are ranked by."""

    WORDS = "words"
    """How often they stand in the texts."""
    ARTICLES = "articles"
    """In how many articles they stand, so that no long article decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRequest:
    """Two sets of articles, and what of their words is asked."""

    a: Request
    b: Request
    rest: bool = False
    """Whether the second set is without the articles of the first: what else there is."""
    pairs: bool = False
    """Two words that follow each other in place of single ones."""
    stop_words: bool = False
    """Whether words that say nothing count too."""
    by: Unit = Unit.WORDS
    limit: int = 25
    """Words of each set."""
    min_count: int = 5
    """How often a word must stand in both sets together."""
    min_articles: int = 3
    """In how many articles of the set whose word it is; in all, where that set has fewer."""


@dataclass(frozen=True, slots=True)
class ComparedSet:
    """One of the two sets, as it was counted."""

    query: str
    """As understood; empty for all articles."""
    articles: int
    words: int
    """Words of their titles and bodies; pairs, where pairs are compared."""


@dataclass(frozen=True, slots=True)
class Use:
    """How one set uses a word."""

    count: int
    per_million: float
    """Occurrences in a million words."""
    articles: int
    """Articles that have it."""


@dataclass(frozen=True, slots=True)
class ComparedWord:
    """A word, or pair, and how both sets use it."""

    word: str
    """As it is most often spelt."""
    stem: str
    """What was counted; the two stems of a pair with a blank between them."""
    a: Use
    b: Use
    g2: float
    """How sure the difference is: Dunning's log-likelihood of the occurrences."""
    log_ratio: float
    """How large it is: the binary logarithm of the ratio of frequencies, positive for the first set's words."""
    articles_g2: float
    """As `g2`, of the articles that have the word."""
    articles_log_ratio: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets, and the words that set them apart, the surest first."""

    a: ComparedSet
    b: ComparedSet
    in_both: int
    """Articles that match both, which are counted in neither."""
    words_a: tuple[ComparedWord, ...]
    words_b: tuple[ComparedWord, ...]
    notes: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()


def compare(
    engine: Engine, asked: ComparisonRequest, *, today: dt.date, on_progress: OnProgress | None = None
) -> Comparison:
    """Find the words that set two sets of articles apart, from all their words.

    Raises QueryError, FilterError, or QueryTooCostly for pairs of too many articles.
    """
    read_a, read_b = understand(engine, asked.a, today=today), understand(engine, asked.b, today=today)
    a = _find(engine, read_a.query, asked.a)
    b = _find(engine, read_b.query, asked.b)
    both = np.intersect1d(a, b, assume_unique=True)
    b = np.setdiff1d(b, both, assume_unique=True)
    if asked.rest:
        both = both[:0]
    a = np.setdiff1d(a, both, assume_unique=True)
    left_out = frozenset() if asked.stop_words else stop_words()
    if asked.pairs:
        counts = read_pairs(engine, (a, b), left_out, on_progress)
    else:
        counts = count_words(engine, (a, b), on_progress)
    sizes = (len(a), len(b))
    apart = _Apart(counts, sizes)
    rows_a, rows_b = (apart.choose(side, asked, left_out) for side in (0, 1))
    spelt_a, spelt_b = (
        find_spellings(engine, [counts.name(row) for row in rows], side.tolist())
        for rows, side in ((rows_a, a), (rows_b, b))
    )
    return Comparison(
        ComparedSet(read_a.parsed.text if read_a.parsed else "", sizes[0], counts.totals[0]),
        ComparedSet(read_b.parsed.text if read_b.parsed else "", sizes[1], counts.totals[1]),
        len(both),
        tuple(apart.describe(row, spelt_a[counts.name(row)]) for row in rows_a),
        tuple(apart.describe(row, spelt_b[counts.name(row)]) for row in rows_b),
        tuple(dict.fromkeys(read_a.notes + read_b.notes)),
        tuple(dict.fromkeys(read_a.expansions + read_b.expansions)),
    )


def _find(engine: Engine, query: PlainQuery, request: Request) -> NDArray[np.int64]:
    """The references of the articles that match, rising."""
    return engine.scan(query, build_filter(request.filters)).references


def log_ratio(a: NDArray[np.integer], b: NDArray[np.integer], total_a: int, total_b: int) -> NDArray[np.float64]:
    """(n,): the binary logarithm of the ratio of relative frequencies; 1 is twice as often, -1 half as often.

    A frequency of 0 counts as 0.5. Source: A. Hardie, "Log Ratio: an informal introduction", ESRC Centre for Corpus
    Approaches to Social Science, Lancaster University, 2014.
    """
    share_a = np.where(a > 0, a, _ABSENT) / max(1, total_a)
    share_b = np.where(b > 0, b, _ABSENT) / max(1, total_b)
    ratios: NDArray[np.float64] = np.log2(share_a / share_b)
    return ratios


class _Apart:
    """How far every word is apart in two sets."""

    def __init__(self, counts: Counts, sizes: tuple[int, int]) -> None:
        self._counts = counts
        self._sizes = sizes
        self._tables = {Unit.WORDS: (counts.occurrences, counts.totals), Unit.ARTICLES: (counts.documents, sizes)}
        self._g2 = {}
        self._ratio = {}
        for unit, (table, totals) in self._tables.items():
            a, b = table[:, 0], table[:, 1]
            self._g2[unit] = log_likelihood(a, b, *totals)
            self._ratio[unit] = log_ratio(a, b, *totals)

    def choose(self, side: int, asked: ComparisonRequest, left_out: frozenset[str]) -> list[int]:
        """The rows of the words that one set uses more, the surest difference first."""
        if not all(self._sizes):
            return []
        table, totals = self._tables[asked.by]
        g2, name = self._g2[asked.by], self._counts.name
        kept = table[:, side] * totals[1 - side] > table[:, 1 - side] * totals[side]
        kept &= g2 >= LEAST_G2
        kept &= self._counts.occurrences.sum(axis=1) >= asked.min_count
        kept &= self._counts.documents[:, side] >= min(asked.min_articles, self._sizes[side])
        rows = sorted(np.flatnonzero(kept).tolist(), key=lambda row: (-round(float(g2[row]), 6), name(row)))
        if asked.stop_words:
            return rows[: asked.limit]
        said = (row for row in rows if not any(_says_nothing(stem, left_out) for stem in name(row)))
        return list(itertools.islice(said, asked.limit))

    def describe(self, row: int, spelt: str) -> ComparedWord:
        """A word as it is reported."""
        a, b = (
            Use(
                int(self._counts.occurrences[row, side]),
                round(1e6 * int(self._counts.occurrences[row, side]) / max(1, self._counts.totals[side]), 2),
                int(self._counts.documents[row, side]),
            )
            for side in (0, 1)
        )
        return ComparedWord(
            spelt,
            " ".join(self._counts.name(row)),
            a,
            b,
            round(float(self._g2[Unit.WORDS][row]), 2),
            round(float(self._ratio[Unit.WORDS][row]), 2),
            round(float(self._g2[Unit.ARTICLES][row]), 2),
            round(float(self._ratio[Unit.ARTICLES][row]), 2),
        )


def _says_nothing(stem: str, left_out: frozenset[str]) -> bool:
    """Whether a word is a stop word, or a single letter of Latin script or digit: a rest of `isn't` or `J. Smith`."""
    return stem in left_out or (len(stem) == 1 and stem.isascii())
