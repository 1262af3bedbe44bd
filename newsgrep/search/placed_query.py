"""Positional questions of a query that only a text can answer, and what an index can say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain
from newsgrep.codec.plain_query import SENTENCE_WORDS, ExactForm, SameUnit

if TYPE_CHECKING:
    from collections.abc import Iterator


def needs_text(query: plain.PlainQuery) -> bool:
    """Whether only the text says if a positional query matches."""
    return isinstance(query, ExactForm | SameUnit) or any(map(needs_text, plain.iter_parts(query)))


def loosen_for_index(query: plain.PlainQuery) -> plain.PlainQuery:
    """A query that the index can answer, and that matches wherever a positional one does."""
    if not needs_text(query):
        return query
    match query:
        case ExactForm():
            return query.candidates
        case plain.Near() | SameUnit():
            left, right = loosen_for_index(query.left), loosen_for_index(query.right)
            if query.negated:
                return left
            if _has_no_place(query):
                return plain.And([left, right])
            if isinstance(query, SameUnit):
                return plain.Near(left, right, SENTENCE_WORDS)
            return plain.Near(left, right, query.distance, ordered=query.ordered)
        case plain.First():
            inner = loosen_for_index(query.query)
            return inner if _has_no_place(query) else plain.First(inner, query.count)
        case plain.Weighted():
            return loosen_for_index(query.query)
        case _:
            return plain.Or([loosen_for_index(part) for part in plain.iter_parts(query)])


def _has_no_place(query: plain.PlainQuery) -> bool:
    """Whether a query loosens to one that has no place: a paragraph may be of any length."""
    is_paragraph = isinstance(query, SameUnit) and query.unit == "p" and not query.negated
    return is_paragraph or any(map(_has_no_place, plain.iter_parts(query)))


def iter_text_leaves(query: plain.PlainQuery, *, negated: bool = False) -> Iterator[plain.PlainQuery]:
    """The words, phrases, patterns and exact forms of a positional query; with `negated` all of them."""
    if isinstance(query, plain.Near | SameUnit) and query.negated and not negated:
        yield from iter_text_leaves(query.left)
    elif parts := plain.iter_parts(query):
        for part in parts:
            yield from iter_text_leaves(part, negated=negated)
    else:
        yield query
