"""Nodes that newsgrep adds to Whoosh's query tree, and plain records made into that tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh import query as wq
from whoosh.query import Or, Query
from whoosh.query.wrappers import WrappingQuery

from newsgrep.codec import plain_query as plain

if TYPE_CHECKING:
    from collections.abc import Callable


class AnyField(WrappingQuery):  # type: ignore[misc]  # Whoosh is untyped
    """One word or phrase, looked for in several fields at once.

    The child is an `Or` with one query a field. Whoosh's matchers run it as that `Or`; the node keeps together
    what was asked as one thing, so that it can be printed and scored as one.
    """

    def __init__(self, child: Query) -> None:
        super().__init__(child)
        self.boost = 1.0

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.child == other.child

    def __hash__(self) -> int:
        return hash((AnyField, self.child))

    def __str__(self) -> str:
        return f"any{self.child}"

    def normalize(self) -> Query:
        """Normalize the fields' queries, but keep them together."""
        alternatives = [query for query in (each.normalize() for each in self.child) if query]
        return AnyField(Or(alternatives)) if len(alternatives) > 1 else Or(alternatives).normalize()


class Positional(Query):  # type: ignore[misc]  # Whoosh is untyped
    """A record that Whoosh has no equal for (`plain_query.POSITIONAL`), in a tree of Whoosh's classes.

    Whoosh cannot answer it: the evaluator reads the record.
    """

    def __init__(self, record: plain.PlainQuery) -> None:
        self.record = record
        self.boost = 1.0

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and (self.record, self.boost) == (other.record, other.boost)

    def __hash__(self) -> int:
        return hash((Positional, self.record, self.boost))

    def __str__(self) -> str:
        return str(self.record)


def build_query(query: plain.PlainQuery) -> Query:
    """Whoosh's query that a plain record stands for; what Whoosh does not know of ranking is left out.

    Patterns score their terms: with `constantscore`, it would depend on the size of each segment whether they do.
    """
    return _BUILDERS[type(query)](query)


_BUILDERS: dict[type[plain.PlainQuery], Callable[[Any], Query]] = {
    plain.Term: lambda q: wq.Term(q.fieldname, q.text, boost=q.boost),
    plain.Prefix: lambda q: wq.Prefix(q.fieldname, q.text, boost=q.boost, constantscore=False),
    plain.Wildcard: lambda q: wq.Wildcard(q.fieldname, q.text, boost=q.boost, constantscore=False),
    plain.FuzzyTerm: lambda q: wq.FuzzyTerm(
        q.fieldname, q.text, boost=q.boost, maxdist=q.maxdist, prefixlength=q.prefixlength, constantscore=False
    ),
    plain.Phrase: lambda q: wq.Phrase(q.fieldname, list(q.words), slop=q.slop, boost=q.boost),
    plain.And: lambda q: wq.And([build_query(each) for each in q.subqueries]),
    plain.Or: lambda q: wq.Or([build_query(each) for each in q.subqueries]),
    plain.Not: lambda q: wq.Not(build_query(q.query)),
    plain.AnyField: lambda q: AnyField(build_query(q.child)),
    plain.Rescored: lambda q: build_query(q.query),
    plain.NumericRange: lambda q: wq.NumericRange(q.fieldname, q.start, q.end),
    plain.ConstantScoreQuery: lambda q: wq.ConstantScoreQuery(build_query(q.child), q.score),
    plain.Every: lambda q: wq.Every(q.fieldname),
    plain.Nothing: lambda _: wq.NullQuery,
    plain.Weighted: lambda q: build_query(q.query).with_boost(q.boost),
    **dict.fromkeys(plain.POSITIONAL, Positional),
}
