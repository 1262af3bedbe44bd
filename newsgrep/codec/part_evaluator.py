"""Queries against one segment: a node of a query tree in, the documents it matches and their scores out.

The tree is Whoosh's, or one of plain records, which have the names and attributes of Whoosh's classes: one method
answers both. Whoosh is imported when a node is no record.

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
best score of the same document, and nothing that is deleted matches. A query without `constantscore` for 1024 terms of
the index and more gives its boost to all that match: to tell so many words apart takes long and says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec import hits as sets
from newsgrep.codec import plain_query as plain
from newsgrep.codec.bounds import Budget
from newsgrep.codec.hits import NOTHING, Dense, Found, Hits, Sparse
from newsgrep.codec.joint_evaluator import JointEvaluator
from newsgrep.codec.ranges import column_range
from newsgrep.codec.spans import SpanEvaluator, loosen
from newsgrep.codec.term_evaluator import TermEvaluator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsgrep.codec.array_cache import ArrayCache
    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.hits import Docnums
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
        budget: Budget | None = None,
    ) -> None:
        """`number` is the segment's place in the index; `fallback` answers queries of unknown classes."""
        self._data = data
        self._schema = statistics.schema
        self._fallback = fallback
        self._terms = TermEvaluator(number, data, statistics, cache)
        self.joint = JointEvaluator(number, data, statistics, cache, self, self._terms)
        self._spans = SpanEvaluator(self, self._terms, data, budget or Budget())
        self.n_documents = data.n_documents

    # How many documents a query may match: what decides which clause of an `And` comes first.

    def estimate(self, query: Any) -> int:
        """An upper bound, mostly, of how many documents a query matches."""
        method = _find_method(_ESTIMATE, query)
        return self.n_documents if method is None else min(self.n_documents, method(self, query))

    def _estimate_sum(self, query: Any) -> int:
        return sum(map(self.estimate, query.subqueries))

    def _estimate_least(self, query: Any) -> int:
        return min(map(self.estimate, query.subqueries), default=0)

    def _estimate_expanded(self, query: Any) -> int:
        return self.n_documents if _means_every_term(query) else self._terms.expanded_frequency(query)

    # Which documents match.

    def hits(self, query: Any, *, scored: bool) -> Hits:
        """The documents that match. Unscored, their scores mean nothing. Raises CannotEvaluate."""
        method = _find_method(_HITS, query)
        if method is None or not _is_plain(query):
            return self._ask_fallback(query)
        found: Hits = method(self, query, scored)
        return found

    def _ask_fallback(self, query: Any) -> Hits:
        if self._fallback is None:
            raise CannotEvaluate(f"queries of class {type(query).__name__} are not known here")
        docnums, scores = self._fallback(query)
        return Sparse(np.asarray(docnums, np.int32), np.asarray(scores, np.float32))

    def _expanded(self, query: Any, scored: bool) -> Hits:
        return self._every(query, scored) if _means_every_term(query) else self._terms.expanded(query, scored=scored)

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

        found: what they must be in beside, without scores. The order of the clauses depends on the segment, so sums
        of more than two are made in 64 bits, in which they are exact, and rounded once.
        """
        sizes = [(self.estimate(query), at) for at, (query, _) in enumerate(clauses)]
        is_wide = sum(scored for _, scored in clauses) > 2
        total: Any = 0.0
        for _, at in sorted(sizes):
            query, scored = clauses[at]
            if found is None:
                found = sets.as_sparse(self.hits(query, scored=scored))
                total = sets.widen(found.scores, is_wide) if scored else 0.0
                continue
            if not len(found):
                return NOTHING
            looked = self.look(query, found.docnums, scored=scored)
            if scored:
                total = total + sets.widen(looked.scores, is_wide)
            found = sets.select(Sparse(found.docnums, total), looked.present)
            total = found.scores
        return NOTHING if found is None else Sparse(found.docnums, sets.narrow(total))

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
        return Sparse(found.docnums, sets.add(found.scores, sets.or_zero(looked)))

    def _not(self, query: Any, scored: bool) -> Hits:
        del scored
        return Dense(sets.without(self.hits(query.query, scored=False), self.n_documents), 1.0)

    def _every(self, query: Any, scored: bool) -> Hits:
        del scored
        if query.fieldname is None:
            return Dense(np.ones(self.n_documents, np.bool_), float(query.boost or 1.0))
        return sets.with_score(self._terms.having_field(query.fieldname), query.boost)

    def _constant(self, query: Any, scored: bool) -> Hits:
        del scored
        return sets.with_score(self.hits(query.child, scored=False), query.score)

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
        method = _find_method(_LOOK, query)
        if method is None or not _is_plain(query):
            return self._align(self.hits(query, scored=scored), candidates)
        found: Found = method(self, query, candidates, scored)
        return found

    def _align(self, hits: Hits, candidates: Docnums) -> Found:
        return sets.look_up(hits, candidates, self.n_documents)

    def _look_term(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        found = self._terms.look(query.fieldname, query.text, candidates, scored=scored)
        return sets.scale_found(found, query.boost) if scored else found

    def _look_phrase(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        if not self._keeps_positions(query):
            return self._align(self._ask_fallback(query), candidates)
        return self._align(self._terms.phrase(query, candidates, scored=scored), candidates)

    def explain(self, query: Any, docnum: int) -> list[Contribution]:
        """What makes up the score of a document that a query matches."""
        from newsgrep.codec.explanation import Explainer

        return Explainer(self, self._terms).explain(query, docnum)

    def _look_or(self, query: Any, candidates: Docnums, scored: bool) -> Found:
        if not query.subqueries:
            return self._align(NOTHING, candidates)
        first, *others = (self.look(each, candidates, scored=scored) for each in query.subqueries)
        if not others:
            return first
        present, total = first.present, sets.or_zero(first) if scored else 0.0
        for found in others:
            present = present | found.present
            if scored:
                total = sets.add(total, sets.or_zero(found))
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
    return not (getattr(query, "scale", None) and len(query.subqueries) > 1)


def _means_every_term(query: Any) -> bool:
    from newsgrep.codec.expansion import means_every_term

    return means_every_term(query)


_Method = Callable[..., Any]

_ESTIMATE: dict[type, _Method] = {
    plain.Term: lambda self, query: self._terms.frequency(query),
    plain.AnyField: lambda self, query: self.estimate(query.child),
    plain.Rescored: lambda self, query: self.estimate(query.query),
    plain.ConstantScoreQuery: lambda self, query: self.estimate(query.child),
    plain.Or: PartEvaluator._estimate_sum,
    plain.And: PartEvaluator._estimate_least,
    plain.Phrase: lambda self, query: self._terms.phrase_frequency(query),
    plain.Nothing: lambda self, query: 0,  # noqa: ARG005
    **dict.fromkeys((plain.Near, plain.First, plain.AtLeast), lambda self, query: self.estimate(loosen(query))),
}
"""What is not here, as what has to be confirmed, comes last."""

_HITS: dict[type, _Method] = {
    plain.Term: PartEvaluator._term,
    plain.And: PartEvaluator._and,
    plain.Or: PartEvaluator._or,
    plain.Not: PartEvaluator._not,
    plain.Phrase: PartEvaluator._phrase,
    plain.NumericRange: PartEvaluator._range,
    plain.Every: PartEvaluator._every,
    plain.ConstantScoreQuery: PartEvaluator._constant,
    plain.AnyField: lambda self, query, scored: self.joint.hits(query, scored=scored),
    plain.Rescored: lambda self, query, scored: self.hits(query.query, scored=scored),
    plain.Nothing: PartEvaluator._nothing,
    **dict.fromkeys(plain.POSITIONAL, lambda self, query, scored: self._spans.hits(query, None, scored=scored)),
}

_LOOK: dict[type, _Method] = {
    plain.Term: PartEvaluator._look_term,
    plain.And: PartEvaluator._look_and,
    plain.Or: PartEvaluator._look_or,
    plain.Not: PartEvaluator._look_not,
    plain.Phrase: PartEvaluator._look_phrase,
    plain.NumericRange: PartEvaluator._look_range,
    plain.Every: PartEvaluator._look_every,
    plain.ConstantScoreQuery: PartEvaluator._look_constant,
    plain.AnyField: lambda self, query, candidates, scored: self.joint.look(query, candidates, scored=scored),
    plain.Rescored: lambda self, query, candidates, scored: self.look(query.query, candidates, scored=scored),
    **dict.fromkeys(plain.POSITIONAL, lambda self, *query: self._spans.look(*query)),
}


def _find_method(table: dict[type, _Method], query: Any) -> _Method | None:
    """What answers a query of a class; None where nothing does."""
    method = table.get(type(query))
    if method is None and not isinstance(query, plain.PlainQuery):
        _add_whoosh()
        method = table.get(type(query))
    return method


@cache
def _add_whoosh() -> None:
    """Let the tables know Whoosh's classes beside the records of the same names, and those that have no record."""
    from whoosh import query as wq
    from whoosh.query.qcore import _NullQuery

    from newsgrep.codec.expansion import EXPANDED
    from newsgrep.codec.queries import AnyField, Positional

    named = (plain.Term, plain.Phrase, plain.And, plain.Or, plain.Not, plain.NumericRange, plain.Every)
    same: dict[type, type] = {record: getattr(wq, record.__name__) for record in (*named, plain.ConstantScoreQuery)}
    same |= {plain.AnyField: AnyField, plain.Nothing: _NullQuery}
    for table in (_ESTIMATE, _HITS, _LOOK):
        table.update({same[record]: method for record, method in list(table.items()) if record in same})
    _ESTIMATE.update(
        {
            wq.DisjunctionMax: PartEvaluator._estimate_sum,
            wq.Require: PartEvaluator._estimate_least,
            wq.AndNot: lambda self, query: self.estimate(query.a),
            wq.AndMaybe: lambda self, query: self.estimate(query.a),
            **dict.fromkeys(EXPANDED, PartEvaluator._estimate_expanded),
        }
    )
    _HITS.update(
        {
            wq.AndNot: PartEvaluator._and_not,
            wq.AndMaybe: PartEvaluator._and_maybe,
            wq.Require: PartEvaluator._require,
            wq.DisjunctionMax: PartEvaluator._disjunction_max,
            wq.DateRange: PartEvaluator._range,
            **dict.fromkeys(EXPANDED, PartEvaluator._expanded),
        }
    )
    _LOOK[wq.DateRange] = PartEvaluator._look_range
    _ESTIMATE[Positional] = lambda self, query: self.estimate(query.record)
    _HITS[Positional] = lambda self, query, scored: sets.scale(self.hits(query.record, scored=scored), query.boost)
    _LOOK[Positional] = lambda self, query, candidates, scored: sets.scale_found(
        self.look(query.record, candidates, scored=scored), query.boost
    )
