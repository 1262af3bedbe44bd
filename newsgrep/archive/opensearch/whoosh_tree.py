"""Whoosh's own query classes as plain records, for a cluster to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsgrep.archive.opensearch.translation import CannotTranslate
from newsgrep.codec import plain_query as plain

if TYPE_CHECKING:
    from collections.abc import Callable


def read_tree(query: Any) -> plain.PlainQuery:
    """The record that says what a query says, of Whoosh's classes or a record already.

    Raises CannotTranslate for a class that OpenSearch has no equal for.
    """
    if isinstance(query, plain.PlainQuery):
        return query
    # Records and Whoosh's classes have the same names.
    read = _READERS.get(type(query).__name__)
    if read is None:
        raise CannotTranslate(f"OpenSearch has nothing like Whoosh's {type(query).__name__}")
    record = read(query)
    boost = getattr(query, "boost", 1.0)
    return record if boost == 1.0 or getattr(record, "boost", 1.0) == boost else plain.Weighted(record, boost)


def _read_range(query: Any) -> plain.PlainQuery:
    if query.startexcl or query.endexcl or not isinstance(query.start, int) or not isinstance(query.end, int):
        raise CannotTranslate("only ranges of whole numbers with both ends included are known here")
    return plain.NumericRange(query.fieldname, query.start, query.end)


def _read_parts(query: Any) -> list[plain.PlainQuery]:
    return [read_tree(part) for part in query.subqueries]


_READERS: dict[str, Callable[[Any], plain.PlainQuery]] = {
    "Term": lambda q: plain.Term(q.fieldname, q.text, q.boost),
    "Prefix": lambda q: plain.Prefix(q.fieldname, q.text, q.boost),
    "Wildcard": lambda q: plain.Wildcard(q.fieldname, q.text, q.boost),
    "FuzzyTerm": lambda q: plain.FuzzyTerm(
        q.fieldname, q.text, q.boost, maxdist=q.maxdist, prefixlength=q.prefixlength
    ),
    "Phrase": lambda q: plain.Phrase(q.fieldname, q.words, q.slop, q.boost),
    "And": lambda q: plain.And(_read_parts(q)),
    "Or": lambda q: plain.Or(_read_parts(q)),
    "Not": lambda q: plain.Not(read_tree(q.query)),
    "AndNot": lambda q: plain.And([read_tree(q.a), plain.Not(read_tree(q.b))]),
    "AnyField": lambda q: plain.AnyField(plain.Or(_read_parts(q.child))),
    "NumericRange": _read_range,
    "ConstantScoreQuery": lambda q: plain.ConstantScoreQuery(read_tree(q.child), q.score),
    "Every": lambda q: plain.Every(q.fieldname),
    "_NullQuery": lambda _: plain.Nothing(),
    "Positional": lambda q: q.record,
}
