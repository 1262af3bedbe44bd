"""Queries against one segment: a node of Whoosh's query tree in, the documents it matches and their scores out.

Two questions are asked of every node: which documents match (`hits`), and which of some candidates do (`look`). An
`And` asks the first of its rarest clause and the second of the others, so that what common clauses cost depends on
the rare one. Deleted documents are matched like others; the caller leaves them out at the end.

Scores are those of Whoosh's matchers. Some follow from how these work rather than from what a query says, and are
kept so that both agree:

- a clause that excludes (`Not`) adds 1 to the scores of an `And`;
- a score or boost of 0 of `ConstantScoreQuery` or `Every` counts as 1;
- a compound with one clause loses its own boost;
- a query for many terms with `constantscore` gives 1 only in segments of at most 5000 documents or for 1024 and more
  terms, and only if more than two terms match; else the terms' scores add up as in an `Or`.

Where Whoosh's matchers contradict their own documentation the documentation is followed: `DisjunctionMax` takes the
best score of the same document, and nothing that is deleted matches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query as wq
from whoosh.query.qcore import _NullQuery

from newsgrep.codec import hits as sets
from newsgrep.codec.expansion import EXPANDED, means_every_term
from newsgrep.codec.hits import NOTHING, Dense, Found, Hits, Sparse
from newsgrep.codec.queries import AnyField
from newsgrep.codec.ranges import column_range
from newsgrep.codec.term_evaluator import TermEvaluator

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from newsgrep.codec.array_cache import ArrayCache
    from newsgrep.codec.hits import Docnums, Scores
    from newsgrep.codec.scoring import Statistics
    from newsgrep.codec.segment import SegmentData


class CannotEvaluate(Exception):
    """A query is of a class that the evaluator does not know, and nobody was named who does."""


class PartEvaluator:
    """Evaluates queries against one segment."""

    def __init__(
        self,
        number: int,
        data: SegmentData,
        statistics: Statistics,
        cache: ArrayCache,
        fallback: Callable[[Any], tuple[NDArray[Any], NDArray[Any]]] | None,
    ) -> None:
        """`number` is the segment's place in the index; `fallback` answers queries of unknown classes."""
        self._data = data
        self._schema = statistics.schema
        self._fallback = fallback
        self._terms = TermEvaluator(number, data, statistics, cache)
        self.n_documents = data.n_documents

    # How many documents a query may match: what decides which clause of an `And` comes first.

    def estimate(self, query: Any) -> int:
        """An upper bound, mostly, of how many documents a query matches."""
        kind = type(query)
        n = self.n_documents
        if kind is wq.Term:
            return self._terms.frequency(query)
        if kind is AnyField or kind is wq.ConstantScoreQuery:
            return self.estimate(query.child)
        if kind is wq.Or or kind is wq.DisjunctionMax:
            return min(n, sum(map(self.estimate, query.subqueries)))
        if kind is wq.And or kind is wq.Require:
            return min(map(self.estimate, query.subqueries), default=0)
        if kind is wq.AndNot or kind is wq.AndMaybe:
            return self.estimate(query.a)
        if kind is wq.Phrase:
            return min(n, self._terms.phrase_frequency(query))
        if kind in EXPANDED and not means_every_term(query):
            return min(n, self._terms.expanded_frequency(query))
        if kind is _NullQuery:
            return 0
        return n

    # Which documents match.

    def hits(self, query: Any, *, scored: bool) -> Hits:
        """The documents that match. Unscored, their scores mean nothing. Raises CannotEvaluate."""
        if type(query) in EXPANDED:
            if means_every_term(query):
                return self._every(query, scored)
            return self._terms.expanded(query, scored=scored)
        method = _HITS.get(type(query))
        if method is None or not _is_plain(query):
            return self._ask_fallback(query)
        return method(self, query, scored)

    def _ask_fallback(self, query: Any) -> Hits:
        if self._fallback is None:
            raise CannotEvaluate(f"queries of class {type(query).__name__} are not known here")
        docnums, scores = self._fallback(query)
        return Sparse(np.asarray(docnums, np.int32), np.asarray(scores, np.float32))

    def _term(self, query: Any, scored: bool) -> Hits:
        return self._terms.hits(query.fieldname, query.text, query.boost, scored=scored)

    def _phrase(self, query: Any, scored: bool) -> Hits:
        if not self._keeps_positions(query):
            return self._ask_fallback(query)
        return self._terms.phrase(query, None, scored=scored)

    def _keeps_positions(self, query: Any) -> bool:
        if query.fieldname not in self._schema:
            return True
        kept = self._schema[query.fieldname].format
        return bool(kept and kept.supports("positions"))

    def _wrapped(self, query: Any, scored: bool) -> Hits:
        return self.hits(query.child, scored=scored)

    def _or(self, query: Any, scored: bool) -> Hits:
        found = [self.hits(each, scored=scored) for each in query.subqueries]
        united = sets.unite(found, self.n_documents, scored=scored)
        return sets.scale(united, _boost(query)) if scored else united

    def _disjunction_max(self, query: Any, scored: bool) -> Hits:
        if not scored or len(query.subqueries) < 2:
            return self._or(query, scored)
        found = [self.hits(each, scored=True) for each in query.subqueries]
        return sets.scale(sets.unite_best(found, self.n_documents), _boost(query))

    def _and(self, query: Any, scored: bool) -> Hits:
        if not query.subqueries:
            return NOTHING
        if len(query.subqueries) == 1:
            return self.hits(query.subqueries[0], scored=scored)
        found = self._intersect([(each, scored) for each in query.subqueries], None)
        return sets.scale(found, query.boost) if scored else found

    def _intersect(self, clauses: list[tuple[Any, bool]], found: Sparse | None) -> Sparse:
        """Documents that match all clauses, scores of the scored ones added.

        found: what they must be in beside, with its scores.
        """
        sizes = [(self.estimate(query), at) for at, (query, _) in enumerate(clauses)]
        total: Scores = 0.0 if found is None else found.scores
        for _, at in sorted(sizes):
            query, scored = clauses[at]
            if found is None:
                found = sets.as_sparse(self.hits(query, scored=scored))
                total = found.scores if scored else 0.0
                continue
            if not len(found):
                return NOTHING
            looked = self.look(query, found.docnums, scored=scored)
            if scored:
                total = sets.add(total, looked.scores)
            found = sets.select(Sparse(found.docnums, total), looked.present)
            total = found.scores
        return NOTHING if found is None else Sparse(found.docnums, total)

    def _require(self, query: Any, scored: bool) -> Hits:
        return self._intersect([(query.a, scored), (query.b, False)], None)

    def _and_not(self, query: Any, scored: bool) -> Hits:
        found = self.hits(query.a, scored=scored)
        if isinstance(found, Dense):
            return sets.keep(found, sets.without(self.hits(query.b, scored=False), self.n_documents))
        if not len(found):
            return found
        return sets.select(found, ~self.look(query.b, found.docnums, scored=False).present)

    def _and_maybe(self, query: Any, scored: bool) -> Hits:
        found = self.hits(query.a, scored=scored)
        if not scored:
            return found
        found = sets.as_sparse(found)
        if not len(found):
            return found
        looked = self.look(query.b, found.docnums, scored=True)
        return Sparse(found.docnums, sets.add(found.scores, _or_zero(looked)))

    def _not(self, query: Any, scored: bool) -> Hits:
        del scored
        return Dense(sets.without(self.hits(query.query, scored=False), self.n_documents), 1.0)

    def _every(self, query: Any, scored: bool) -> Hits:
        del scored
        if query.fieldname is None:
            return Dense(np.ones(self.n_documents, np.bool_), float(query.boost or 1.0))
        return _with_score(self._terms.having_field(query.fieldname), query.boost)

    def _constant(self, query: Any, scored: bool) -> Hits:
        del scored
        return _with_score(self.hits(query.child, scored=False), query.score)

    def _range(self, query: Any, scored: bool) -> Hits:
        bounds = column_range(query, self._schema, self._data)
        if bounds is None:
            return self.hits(self._compiled(query), scored=scored)
        return Dense(bounds.mask(self._data), float(query.boost or 1.0))

    def _compiled(self, query: Any) -> Any:
        """A numeric range as a query for the field's terms."""
        return query._compile_query(self)

    @property
    def schema(self) -> Any:
        """The schema: all that Whoosh asks of a reader to compile a numeric range."""
        return self._schema

    def _nothing(self, query: Any, scored: bool) -> Hits:
        del query, scored
        return NOTHING

    # Which candidates match.

    def look(self, query: Any, candidates: Docnums, *, scored: bool) -> Found:
        """Which candidates (rising, at least one) match, and their scores. Raises CannotEvaluate."""
        method = _LOOK.get(type(query))
        if method is None or not _is_plain(query):
            return self._align(self.hits(query, scored=scored), candidates)
        return method(self, query, candidates, scored)

    def _align(self, hits: Hits, candidates: Docnums) -> Found:
        return sets.look_up(hits, candidates, self.n_documents)

    def _look_term(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        found = self._terms.look(query.fieldname, query.text, candidates, scored=scored)
        return sets.scale_found(found, query.boost) if scored else found

    def _look_phrase(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        if not self._keeps_positions(query):
            return self._align(self._ask_fallback(query), candidates)
        return self._align(self._terms.phrase(query, candidates, scored=scored), candidates)

    def _look_wrapped(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        return self.look(query.child, candidates, scored=scored)

    def _look_or(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        if not query.subqueries:
            return self._align(NOTHING, candidates)
        first, *others = (self.look(each, candidates, scored=scored) for each in query.subqueries)
        if not others:
            return first
        present, total = first.present, _or_zero(first) if scored else 0.0
        for found in others:
            present = present | found.present
            if scored:
                total = sets.add(total, _or_zero(found))
        return sets.scale_found(Found(present, total), _boost(query)) if scored else Found(present, 1.0)

    def _look_and(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        if len(query.subqueries) < 2:
            return (
                self._align(NOTHING, candidates)
                if not query.subqueries
                else self.look(query.subqueries[0], candidates, scored=scored)
            )
        found = self._intersect([(each, scored) for each in query.subqueries], Sparse(candidates, 0.0))
        found_boosted = sets.scale(found, query.boost) if scored else found
        return self._align(found_boosted, candidates)

    def _look_not(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        del scored
        return Found(~self.look(query.query, candidates, scored=False).present, 1.0)

    def _look_constant(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        del scored
        return Found(self.look(query.child, candidates, scored=False).present, float(query.score or 1.0))

    def _look_every(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        if query.fieldname is None:
            return Found(np.ones(len(candidates), np.bool_), float(query.boost or 1.0))
        return self._align(self._every(query, scored), candidates)

    def _look_range(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        bounds = column_range(query, self._schema, self._data)
        if bounds is None:
            return self.look(self._compiled(query), candidates, scored=scored)
        return Found(bounds.look(self._data, candidates), float(query.boost or 1.0))


def _boost(query: Any) -> float:
    """The boost of a compound; one with a single clause loses it."""
    return float(query.boost) if len(query.subqueries) > 1 else 1.0


def _is_plain(query: Any) -> bool:
    """Whether a query is without the options that only Whoosh's matchers know."""
    return not (type(query) is wq.Or and query.scale and len(query.subqueries) > 1)


def _or_zero(found: Found) -> Scores:
    """Scores as an array that is 0 for candidates that are not in the set."""
    if isinstance(found.scores, float):
        return np.multiply(found.present, found.scores, dtype=np.float32)
    return found.scores


def _with_score(hits: Hits, score: float) -> Hits:
    """A set with one score for all; 0 counts as 1."""
    if isinstance(hits, Sparse):
        return Sparse(hits.docnums, float(score or 1.0))
    return Dense(sets.mask_of(hits, 0), float(score or 1.0))


_HITS: dict[type, Callable[[PartEvaluator, Any, bool], Hits]] = {
    wq.Term: PartEvaluator._term,
    wq.And: PartEvaluator._and,
    wq.Or: PartEvaluator._or,
    wq.Not: PartEvaluator._not,
    wq.AndNot: PartEvaluator._and_not,
    wq.AndMaybe: PartEvaluator._and_maybe,
    wq.Require: PartEvaluator._require,
    wq.DisjunctionMax: PartEvaluator._disjunction_max,
    wq.Phrase: PartEvaluator._phrase,
    wq.NumericRange: PartEvaluator._range,
    wq.DateRange: PartEvaluator._range,
    wq.Every: PartEvaluator._every,
    wq.ConstantScoreQuery: PartEvaluator._constant,
    AnyField: PartEvaluator._wrapped,
    _NullQuery: PartEvaluator._nothing,
}

_LOOK: dict[type, Callable[[PartEvaluator, Any, Any, bool], Found]] = {
    wq.Term: PartEvaluator._look_term,
    wq.And: PartEvaluator._look_and,
    wq.Or: PartEvaluator._look_or,
    wq.Not: PartEvaluator._look_not,
    wq.Phrase: PartEvaluator._look_phrase,
    wq.NumericRange: PartEvaluator._look_range,
    wq.DateRange: PartEvaluator._look_range,
    wq.Every: PartEvaluator._look_every,
    wq.ConstantScoreQuery: PartEvaluator._look_constant,
    AnyField: PartEvaluator._look_wrapped,
}
