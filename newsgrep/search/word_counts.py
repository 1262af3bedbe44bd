"""How often words and pairs of words stand in two sets of articles.

Words of many articles are counted on the postings of the index, words of few and pairs by reading the texts. Both
count the same: the index words of title and body, a hyphenated word in its parts and as a whole. A *pair* is two words
that follow each other in a title or body, whatever signs stand between them, as a search for the phrase finds them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from newsgrep.codec.vocabulary import Vocabulary
from newsgrep.errors import QueryTooCostly
from newsgrep.search.terms import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from newsgrep.archive.engine import Engine

MOST_READ = 200_000
"""Articles whose texts one comparison may read."""
TEXT_COST = 10
"""Articles of the index whose postings are counted in the time that reading the text of one takes."""
_BATCH = 1_000
"""Articles read together."""
_HELD_PAIRS = 1 << 21
"""Pairs that may wait to be added up."""
_PAIR_BITS = 32

OnProgress = Callable[[int, int], None]
"""Told how many of how many articles are counted."""


class Counts(NamedTuple):
    """Words or pairs in two sets of articles; the columns of arrays are the sets."""

    name: Callable[[int], tuple[str, ...]]
    """The stem in a row, or the two stems of a pair."""
    documents: NDArray[np.int64]
    """(n, 2): articles that have it."""
    occurrences: NDArray[np.int64]
    """(n, 2): how often it stands in them."""
    totals: tuple[int, int]
    """Words, or pairs, of all texts of each set, those included that have no row."""


def count_words(engine: Engine, sides: Sequence[NDArray[np.int64]], on_progress: OnProgress | None = None) -> Counts:
    """Count the words of two sets of articles, given by their references, rising."""
    if sum(map(len, sides)) * TEXT_COST < engine.count():
        return read_words(engine, sides, on_progress)
    found = engine.count_terms([name for name, _ in TEXT_FIELDS], sides, on_progress)
    return _counts_of(found.terms, found.documents, found.occurrences)


def _counts_of(terms: Sequence[str], documents: NDArray[np.int64], occurrences: NDArray[np.int64]) -> Counts:
    a, b = occurrences.sum(axis=0).tolist()
    return Counts(lambda row: (terms[row],), documents, occurrences, (a, b))


def read_words(engine: Engine, sides: Sequence[NDArray[np.int64]], on_progress: OnProgress | None = None) -> Counts:
    """As `count_words`, by reading the texts. Raises QueryTooCostly for more than `MOST_READ`."""
    vocabulary = Vocabulary(stemmed=True)
    documents, occurrences = _Table(), _Table()
    for batch in _iter_batches(engine, sides, vocabulary, on_progress):
        n_terms = len(vocabulary.terms)
        occurrences.add(batch.terms * 2 + batch.sides.take(batch.articles), n_terms)
        keys = np.unique(batch.articles * n_terms + batch.terms)
        documents.add(keys % n_terms * 2 + batch.sides.take(keys // n_terms), n_terms)
    terms = vocabulary.terms
    return _counts_of(terms, documents.rows(len(terms)), occurrences.rows(len(terms)))


class _Table:
    """Counts of words by set, for a vocabulary that grows."""

    def __init__(self) -> None:
        self._cells = np.zeros(0, np.int64)

    def add(self, cells: NDArray[np.int64], n_terms: int) -> None:
        counts = np.bincount(cells, minlength=2 * n_terms)
        counts[: len(self._cells)] += self._cells
        self._cells = counts

    def rows(self, n_terms: int) -> NDArray[np.int64]:
        """(n_terms, 2)."""
        cells = np.zeros(2 * n_terms, np.int64)
        cells[: len(self._cells)] = self._cells
        return cells.reshape(-1, 2)


def read_pairs(
    engine: Engine,
    sides: Sequence[NDArray[np.int64]],
    left_out: Collection[str] = (),
    on_progress: OnProgress | None = None,
) -> Counts:
    """Count the pairs of words of two sets of articles; those with a word of `left_out` get no row.

    Raises QueryTooCostly for more than `MOST_READ`.
    """
    vocabulary = Vocabulary(stemmed=True)
    table = _PairTable()
    totals = np.zeros(2, np.int64)
    for batch in _iter_batches(engine, sides, vocabulary, on_progress):
        # A whole stands at the position of its last part, behind it.
        same_text = np.diff(batch.texts) == 0
        is_whole = np.zeros(len(batch.terms), np.bool_)
        is_whole[1:] = same_text & (np.diff(batch.positions) == 0)
        terms, texts, articles = (each[~is_whole] for each in (batch.terms, batch.texts, batch.articles))
        joined = np.flatnonzero(np.diff(texts) == 0)
        totals += np.bincount(batch.sides.take(articles[joined]), minlength=2)
        if left_out:
            dropped = np.fromiter((term in left_out for term in vocabulary.terms), np.bool_)
            joined = joined[~(dropped.take(terms[joined]) | dropped.take(terms[joined + 1]))]
        table.add((terms[joined] << _PAIR_BITS) | terms[joined + 1], articles[joined], batch.sides)
    keys, counts = table.finish()
    names = vocabulary.terms
    mask = (1 << _PAIR_BITS) - 1
    a, b = totals.tolist()
    return Counts(
        lambda row: (names[int(keys[row]) >> _PAIR_BITS], names[int(keys[row]) & mask]),
        counts[:, :2].astype(np.int64),
        counts[:, 2:].astype(np.int64),
        (a, b),
    )


class _PairTable:
    """Pairs, their articles and their occurrences in each set."""

    def __init__(self) -> None:
        self._keys = [np.zeros(0, np.int64)]
        self._counts = [np.zeros((0, 4), np.int32)]

    def add(self, keys: NDArray[np.int64], articles: NDArray[np.int64], sides: NDArray[np.int64]) -> None:
        """Add the pairs of some articles: for each the article, and for each article its set."""
        found, rows = np.unique(keys, return_inverse=True)
        counts = np.zeros((len(found), 4), np.int32)
        once = np.unique(rows * len(sides) + articles)
        of_articles = np.bincount(once // len(sides) * 2 + sides.take(once % len(sides)), minlength=2 * len(found))
        counts[:, :2] = of_articles.reshape(-1, 2)
        counts[:, 2:] = np.bincount(rows * 2 + sides.take(articles), minlength=2 * len(found)).reshape(-1, 2)
        self._keys.append(found)
        self._counts.append(counts)
        if sum(map(len, self._keys[1:])) > max(_HELD_PAIRS, len(self._keys[0])):
            self.finish()

    def finish(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The pairs, (n,), and their counts, (n, 4): articles, then occurrences, of each set."""
        keys, counts = np.concatenate(self._keys), np.concatenate(self._counts)
        if len(keys):
            order = np.argsort(keys, kind="stable")
            keys = keys[order]
            firsts = np.flatnonzero(np.diff(keys, prepend=-1))
            keys, counts = keys[firsts], np.add.reduceat(counts[order], firsts, dtype=np.int32)
        self._keys, self._counts = [keys], [counts]
        return keys, counts


class _Batch(NamedTuple):
    """The words of some articles."""

    terms: NDArray[np.int64]
    """(n_words,): their numbers in the vocabulary."""
    positions: NDArray[np.int32]
    """(n_words,): in their text."""
    texts: NDArray[np.int64]
    """(n_words,): which text each stands in, of two an article."""
    sides: NDArray[np.int64]
    """(n_articles,): which set each article is of."""

    @property
    def articles(self) -> NDArray[np.int64]:
        """(n_words,): which article each word stands in."""
        return self.texts // 2


def _iter_batches(
    engine: Engine, sides: Sequence[NDArray[np.int64]], vocabulary: Vocabulary, on_progress: OnProgress | None
) -> Iterator[_Batch]:
    """The words of two sets of articles, in the order in which their texts are stored."""
    total = sum(map(len, sides))
    if total > MOST_READ:
        raise QueryTooCostly(
            f"the text of more than {MOST_READ:,} articles would have to be read",
            hint="Add a word, a date or a section.",
        )
    references = np.concatenate(sides)
    side_of = np.repeat(np.arange(len(sides)), [len(side) for side in sides])
    order = np.argsort(references)
    references, side_of = references[order], side_of[order]
    for first in range(0, total, _BATCH):
        if on_progress:
            on_progress(first, total)
        articles = engine.fetch(references[first : first + _BATCH].tolist())
        texts = [text for article in articles for text in (article.title, article.body)]
        pieces, counts = vocabulary.read_texts(texts)
        starts = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(counts, out=starts[1:])
        terms, positions, word_starts = vocabulary.expand(pieces, starts)
        of_text = np.repeat(np.arange(len(texts)), np.diff(word_starts))
        yield _Batch(terms.astype(np.int64), positions, of_text, side_of[first : first + _BATCH])
