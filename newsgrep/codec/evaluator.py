"""The evaluator: a Whoosh query and open segments in, the exact total and the best documents out.

Equal to Whoosh's own matchers under `whoosh.scoring.BM25F` in documents, order and scores, at array speed; what
deliberately differs, and what Whoosh does not let one expect, stands in `part_evaluator`. What Whoosh has no word for
scores as `joint` says, and is ranked as `proximity` says.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec import hits as sets
from newsgrep.codec import plain_query as plain
from newsgrep.codec.array_cache import ArrayCache
from newsgrep.codec.bounds import Budget
from newsgrep.codec.hits import Dense, Hits, Sparse
from newsgrep.codec.part_evaluator import PartEvaluator
from newsgrep.codec.proximity import DEPTH, PlacedWord, nearness
from newsgrep.codec.scoring import Statistics
from newsgrep.codec.spans import reads_texts
from newsgrep.codec.ties import Ties
from newsgrep.codec.whole_answers import Labels, count_labels, read_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.segment import Part

CACHE_BYTES = 64 << 20
"""Decoded postings, scores and filters kept between queries."""

_FILTER_FIRST = 128
"""A filter goes first when it lets through this many times fewer documents than the query matches."""


@dataclass(frozen=True, slots=True)
class Top:
    """An answer: how many documents match, and those of the page asked for, best first."""

    total: int
    docnums: NDArray[np.int64]  # (n_hits,), in the index
    scores: NDArray[np.float32]  # (n_hits,); 0 where the order is not by score


@dataclass(frozen=True, slots=True)
class Scanned:
    """All documents that match."""

    docnums: NDArray[np.int64]  # (n_matches,), rising
    scores: NDArray[np.float32] | None  # (n_matches,)


class Evaluator:
    """Answers queries over the segments of an index, as they were when it was made."""

    def __init__(
        self,
        schema: Any,
        parts: Sequence[Part],
        k1: float = 1.2,
        b: float = 0.75,
        *,
        tie: str | None = None,
        fallback: Callable[[Any, int], tuple[NDArray[Any], NDArray[Any]]] | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        """Prepare to answer.

        schema: Whoosh's; parts: in the order of their document numbers; k1, b: BM25's constants; tie: the column whose
        least values come first among equals, without one document numbers decide; fallback: answers a query of a class
        unknown here for one part, given by its place: document numbers within the part, rising, without the deleted
        ones, and scores.
        """
        self._parts = parts
        self._ties = Ties(parts, tie)
        self._cache = ArrayCache(cache_bytes)
        self._labels: dict[str, Labels] = {}
        self._budget = Budget()
        self._statistics = statistics = Statistics(schema, parts, k1, b)
        self._evaluators = [
            PartEvaluator(number, part.data, statistics, self._cache, _for_part(fallback, number), self._budget)
            for number, part in enumerate(parts)
        ]

    def search(self, query: Any, accept: Any | None = None, *, offset: int = 0, limit: int = 10) -> Top:
        """The best documents that match a query, and a filter if there is one; equal scores as `tie` says.

        Raises CannotEvaluate for a query of an unknown class without a fallback.
        """
        rescored = query if isinstance(query, plain.Rescored) else None
        wanted = max(offset + limit, DEPTH) if rescored else offset + limit
        total = 0
        docnums: list[NDArray[np.int64]] = []
        scores: list[NDArray[np.float32]] = []
        for part, hits in self._each_part(query, accept, scored=True):
            total += sets.count(hits)
            best = self._best(part, hits, wanted)
            docnums.append(best.docnums + np.int64(part.base))
            scores.append(sets.spread(best.scores, len(best)))
        all_docnums, all_scores = _joined(docnums, np.int64), _joined(scores, np.float32)
        if rescored:
            order = self._ties.order(all_scores, all_docnums)[:wanted]
            all_docnums, all_scores = all_docnums[order], all_scores[order]
            self._rescore(rescored, all_docnums[:DEPTH], all_scores[:DEPTH])
        order = self._ties.order(all_scores, all_docnums)[offset : offset + limit]
        return Top(total, all_docnums[order], all_scores[order])

    def _best(self, part: Part, hits: Hits, wanted: int) -> Sparse:
        """The best documents of a part, not in order where all have one score."""
        if isinstance(hits, Dense):
            if hits.mask is None and not isinstance(hits.scores, float):
                places = self._ties.best(part, hits.scores, wanted)
                scores = hits.scores.take(places)
                return sets.select(Sparse(places.astype(np.int32), scores), scores > 0)
            hits = sets.as_sparse(hits)
        if isinstance(hits.scores, float):
            return Sparse(self._ties.first(part, hits.docnums, wanted), hits.scores)
        places = self._ties.best(part, hits.scores, wanted, hits.docnums)
        return Sparse(hits.docnums.take(places), hits.scores.take(places))

    def _rescore(self, query: plain.Rescored, docnums: NDArray[np.int64], scores: NDArray[np.float32]) -> None:
        """Add to the scores of documents what they gain; see `plain_query.Rescored`."""
        bases = np.array([part.base for part in self._parts], np.int64)
        numbers = bases.searchsorted(docnums, side="right") - 1
        for number in np.unique(numbers).tolist():
            # Postings are read in the order of documents.
            mine = np.flatnonzero(numbers == number)
            mine = mine[np.argsort(docnums[mine])]
            local = (docnums[mine] - bases[number]).astype(np.int32)
            scores[mine] = self._add_nearness(number, query, local, scores[mine])
            for each in query.also:
                scores[mine] += sets.or_zero(self._evaluators[number].look(each, local, scored=True))

    def _add_nearness(
        self, number: int, query: plain.Rescored, docnums: NDArray[np.int32], scores: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The scores of documents of one part, with what they gain by words near each other."""
        joint = self._evaluators[number].joint
        words = [(word, at) for each, at in query.words if (word := joint.read_word(each)) is not None]
        if len(words) < 2:
            return scores
        placed = [PlacedWord(at, joint.idf(word)) for word, at in words]
        names = [name for name, _ in words[0][0].fields]
        of_words = [joint.positions(word, names, docnums) for word, _ in words]
        gained = []
        for at, score in enumerate(scores.tolist()):
            fields = [[fields[at] for fields in of_field] for of_field in zip(*of_words, strict=True)]
            gained.append(score + nearness(placed, fields))
        return np.array(gained, np.float32)

    def search_by(
        self,
        query: Any,
        accept: Any | None = None,
        *,
        column: str,
        descending: bool,
        offset: int = 0,
        limit: int = 10,
    ) -> Top:
        """The documents that match, in the order of a numeric column, equal values as `tie` says.

        Documents without a value come last in both directions. Raises CannotEvaluate.
        """
        wanted = offset + limit
        total = 0
        keys: list[NDArray[Any]] = []
        docnums: list[NDArray[np.int64]] = []
        without: list[NDArray[np.int64]] = []
        for part, hits in self._each_part(query, accept, scored=False):
            found = sets.as_sparse(hits).docnums
            total += len(found)
            values = part.data.column(column)
            if values is None:
                without.append(self._ties.first(part, found, wanted) + np.int64(part.base))
                continue
            values = values.take(found)
            missing = values == part.data.column_facts[column]["default"]
            if missing.any():
                without.append(self._ties.first(part, found.compress(missing), wanted) + np.int64(part.base))
                found, values = found.compress(~missing), values.compress(~missing)
            # The complement turns the order of integers round without overflow.
            values = values if descending else ~values
            places = self._ties.best(part, values, wanted, found)
            keys.append(values.take(places))
            docnums.append(found.take(places) + np.int64(part.base))
        ordered = [_joined(docnums, np.int64), _joined(without, np.int64)]
        if keys:
            ordered[0] = ordered[0].take(self._ties.order(np.concatenate(keys), ordered[0]))
        ordered[1] = ordered[1].take(self._ties.order(np.zeros(len(ordered[1])), ordered[1]))
        page = np.concatenate(ordered)[offset:wanted]
        return Top(total, page, np.zeros(len(page), np.float32))

    def count(self, query: Any, accept: Any | None = None) -> int:
        """How many documents match. Raises CannotEvaluate."""
        return sum(sets.count(hits) for _, hits in self._each_part(query, accept, scored=False))

    def frequency(self, field: str, text: str) -> int:
        """How many documents have a term."""
        return self._statistics.frequency(field, text)

    def scan(self, query: Any, accept: Any | None = None, *, scored: bool = False) -> Scanned:
        """All documents that match; nearness of words, which ranks the best, is not scored. Raises CannotEvaluate."""
        if isinstance(query, plain.Rescored):
            query = query.query
        docnums: list[NDArray[np.int64]] = []
        scores: list[NDArray[np.float32]] = []
        for part, hits in self._each_part(query, accept, scored=scored):
            found = sets.as_sparse(hits)
            docnums.append(found.docnums + np.int64(part.base))
            if scored:
                scores.append(sets.spread(found.scores, len(found)))
        return Scanned(_joined(docnums, np.int64), _joined(scores, np.float32) if scored else None)

    def count_labels(self, field: str, docnums: NDArray[np.int64]) -> dict[str, int]:
        """How many of some documents, in rising order, have each term of a field."""
        labels = self._labels.get(field)
        if labels is None:
            labels = self._labels[field] = read_labels(self._parts, field)
        return count_labels(self._parts, field, docnums, self._cache, labels)

    def matching(self, query: Any, part: int) -> NDArray[np.int32]:
        """The documents of one part that match, by their numbers within it, rising. Raises CannotEvaluate."""
        return sets.as_sparse(self._hits(part, query, None, scored=False)).docnums

    def explain(self, query: Any, docnum: int) -> list[Contribution]:
        """What makes up the score of a document that a query matches. Raises CannotEvaluate."""
        self._budget.renew()
        number = bisect_right([part.base for part in self._parts], docnum) - 1
        return self._evaluators[number].explain(query, docnum - self._parts[number].base)

    def _each_part(self, query: Any, accept: Any | None, *, scored: bool) -> Iterable[tuple[Part, Hits]]:
        self._budget.renew()
        for number, part in enumerate(self._parts):
            if part.n_live:
                yield part, self._hits(number, query, accept, scored=scored)

    def _hits(self, number: int, query: Any, accept: Any | None, *, scored: bool) -> Hits:
        """What matches in a part and is not deleted."""
        evaluator = self._evaluators[number]
        alive = self._statistics.alive[number]
        hits = evaluator.hits(query, scored=scored) if accept is None else self._filtered(number, query, accept, scored)
        return hits if alive is None else sets.keep(hits, alive)

    def _filtered(self, number: int, query: Any, accept: Any, scored: bool) -> Hits:
        evaluator = self._evaluators[number]
        expected = evaluator.estimate(query)
        if expected * 16 < evaluator.n_documents:
            hits = sets.as_sparse(evaluator.hits(query, scored=scored))
            return sets.select(hits, evaluator.look(accept, hits.docnums, scored=False).present) if len(hits) else hits
        mask = self._filter(number, accept)
        if np.count_nonzero(mask) * _FILTER_FIRST > expected and not reads_texts(query):
            return sets.keep(evaluator.hits(query, scored=scored), mask)
        candidates = np.flatnonzero(mask).astype(np.int32)
        if not len(candidates):
            return sets.NOTHING
        found = evaluator.look(query, candidates, scored=scored)
        return sets.select(Sparse(candidates, found.scores), found.present)

    def _filter(self, number: int, accept: Any) -> NDArray[np.bool_]:
        """A filter as a mask over a part."""
        key = (number, accept)
        held = self._cache.get(key)
        if held is None:
            evaluator = self._evaluators[number]
            held = (sets.mask_of(evaluator.hits(accept, scored=False), evaluator.n_documents),)
            self._cache.put(key, *held)
        return held[0]


def _for_part(
    fallback: Callable[[Any, int], tuple[NDArray[Any], NDArray[Any]]] | None, number: int
) -> Callable[[Any], tuple[NDArray[Any], NDArray[Any]]] | None:
    return None if fallback is None else lambda query: fallback(query, number)


def _joined(arrays: list[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype)
