"""How often every term stands in groups of articles, counted by reading them: a cluster adds up no postings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.term_counts import TermCounts
from newsgrep.codec.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from newsgrep.article import Article

_TOGETHER = 500
"""Articles that are read at a time; as many are fetched meanwhile."""


def count_terms(
    fetch: Callable[[Sequence[int]], list[Article]],
    fields: Sequence[str],
    groups: Sequence[NDArray[np.int64]],
    on_progress: Callable[[int, int], None] | None = None,
) -> TermCounts:
    """Count the terms of `title` and `body`, or of one of them, in groups of documents; see `Engine.count_terms`."""
    references = np.concatenate([*groups, np.zeros(0, np.int64)])
    group_of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    batches = [slice(first, first + _TOGETHER) for first in range(0, len(references), _TOGETHER)]
    vocabulary = Vocabulary(stemmed=True)
    documents, occurrences = _Table(len(groups)), _Table(len(groups))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(fetch, references[batches[0]].tolist()) if batches else None
        for number, batch in enumerate(batches):
            if on_progress:
                on_progress(batch.start, len(references))
            articles = waiting.result() if waiting is not None else []
            if number + 1 < len(batches):
                waiting = pool.submit(fetch, references[batches[number + 1]].tolist())
            _count_texts(vocabulary, articles, fields, group_of[batch], documents, occurrences)
    if on_progress:
        on_progress(len(references), len(references))
    terms = vocabulary.terms
    rows = occurrences.rows(len(terms))
    there = np.flatnonzero(rows.any(axis=1))
    return TermCounts([terms[row] for row in there.tolist()], documents.rows(len(terms))[there], rows[there])


def _count_texts(
    vocabulary: Vocabulary,
    articles: Sequence[Article],
    fields: Sequence[str],
    groups: NDArray[np.int64],
    documents: _Table,
    occurrences: _Table,
) -> None:
    texts = [getattr(article, field) for article in articles for field in fields]
    pieces, counts = vocabulary.read_texts(texts)
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    terms, _, word_starts = vocabulary.expand(pieces, starts)
    numbers = terms.astype(np.int64)
    of_article = np.repeat(np.arange(len(texts)), np.diff(word_starts)) // max(1, len(fields))
    occurrences.add(numbers, groups.take(of_article))
    n_terms = len(vocabulary.terms)
    once = np.unique(of_article * n_terms + numbers)
    documents.add(once % n_terms, groups.take(once // n_terms))


class _Table:
    """Counts of terms by group, for a vocabulary that grows."""

    def __init__(self, n_groups: int) -> None:
        self._n_groups = n_groups
        self._cells = np.zeros(0, np.int64)

    def add(self, terms: NDArray[np.int64], groups: NDArray[np.int64]) -> None:
        """Count each of some terms once, in the group that stands beside it."""
        counts = np.bincount(terms * self._n_groups + groups, minlength=len(self._cells))
        counts[: len(self._cells)] += self._cells
        self._cells = counts

    def rows(self, n_terms: int) -> NDArray[np.int64]:
        """(n_terms, n_groups)."""
        cells = np.zeros(n_terms * self._n_groups, np.int64)
        cells[: len(self._cells)] = self._cells
        return cells.reshape(-1, self._n_groups)
