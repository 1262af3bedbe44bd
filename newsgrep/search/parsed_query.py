"""A query as understood: the question for the index, and the text that says it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.plain_query import SameUnit
from newsgrep.search.placed_query import loosen_for_index, needs_text
from newsgrep.search.placed_text import TextTest
from newsgrep.search.ranking import is_stop_word, join_nation
from newsgrep.search.terms import in_scope

if TYPE_CHECKING:
    from whoosh.query import Query

    from newsgrep.search.query_tokens import NearOperator
    from newsgrep.search.results import Span
    from newsgrep.search.terms import Build


class Role(enum.Enum):
    """What a part of a query is where the words between which no operator stands are alternatives."""

    WORD = enum.auto()
    """One of them."""
    MUST = enum.auto()
    """A word that must be there all the same."""
    FILTER = enum.auto()
    """A date, a label and the like, or what must not be there: it is no word to have more or less of."""


MOST_WEIGHT = 1e6
"""Weights within weights, fifty deep, are still numbers."""


class Parsed(NamedTuple):
    """A query, and the text that says how it was understood."""

    asked: plain.PlainQuery
    text: str
    operator: str | None = None
    """What joins the text's parts, AND, OR or an operator for words near each other; None for a single value."""
    build: Build | None = None
    """Makes the query for one field of the index, of places, as an operand of `w/5`; None for what has no place."""
    field: str | None = None
    """The field that was named for it."""
    grouped: bool = False
    """Whether it stood in parentheses."""
    notes: tuple[str, ...] = ()
    """What may not have been meant so."""
    role: Role = Role.WORD
    spans: tuple[Span, ...] = ()
    """Where plain words stand in the query's text; not those that must not match."""
    alternatives: tuple[Parsed, ...] = ()
    """Words, phrases and the like that need not all match."""

    @property
    def query(self) -> Query:
        """The query as Whoosh's tree."""
        from newsgrep.codec.queries import build_query

        return build_query(self.asked)

    def beside(self, operator: str) -> str:
        """The text as an operand of an operator, in parentheses where it would be read otherwise."""
        return self.text if self.operator in (None, operator) else f"({self.text})"


def make_value(build: Build, field: str | None, text: str, *, places: bool = True) -> Parsed | None:
    """One word, phrase or pattern of a field; None where nothing of it is a word."""
    query = in_scope(field, build, _confirm)
    if query is None:
        return None
    return Parsed(query, f"{field}:{text}" if field else text, None, build if places else None, field)


def weigh(parsed: Parsed, boost: float) -> Parsed:
    """A query that counts more or less; `MOST_WEIGHT` times at most, which the text of the query says."""
    boost = min(boost, MOST_WEIGHT)
    inner = parsed.build
    return Parsed(
        plain.Weighted(parsed.asked, boost),
        f"{parsed.beside('^')}^{boost:g}",
        None,
        inner and (lambda name, weight: inner(name, weight * boost)),
        parsed.field,
        spans=parsed.spans,
    )


def negate(parsed: Parsed) -> Parsed:
    """What does not match a query."""
    return Parsed(plain.Not(parsed.asked), f"NOT {parsed.beside('NOT')}", role=Role.FILTER)


def join(parts: list[Parsed], operator: str) -> Parsed | None:
    """Parts of which all (AND) or any (OR) must match."""
    if len(parts) < 2:
        return parts[0] if parts else None
    kind = plain.And if operator == "AND" else plain.Or
    # What is joined by the same operator is one list, as its text reads.
    query = kind(
        asked
        for part in parts
        for asked in (
            part.asked.subqueries if part.operator == operator and isinstance(part.asked, kind) else [part.asked]
        )
    )
    text = f" {operator} ".join(part.beside(operator) for part in parts)
    builds = [part.build for part in parts if part.build]
    role = Role.FILTER if all(part.role is Role.FILTER for part in parts) else Role.WORD
    spans = tuple(span for part in parts for span in part.spans)
    if operator == "AND" or len(builds) < len(parts) or len({part.field for part in parts}) > 1:
        return Parsed(query, text, operator, role=role, spans=spans)

    def build(name: str, weight: float) -> plain.PlainQuery | None:
        built = [query for each in builds if (query := each(name, weight)) is not None]
        return plain.Or(built) if built else None

    return Parsed(query, text, operator, build, parts[0].field, role=role, spans=spans)


def join_any(parts: list[Parsed]) -> Parsed | None:
    """Parts of which any word will do, but what must match must."""
    filters = [part for part in parts if part.role is Role.FILTER]
    words = [part for part in parts if part.role is not Role.FILTER]
    needed = [part for part in words if part.role is Role.MUST]
    if len(words) < 2 or len(needed) == len(words):
        return join(parts, "AND")
    notes = []
    for at, part in enumerate(words):
        asked, also = join_nation(part.asked) if part.field is None else (part.asked, ())
        if also:
            notes.append(f"{part.text} also finds {', '.join(also)}; ={part.text} does not")
            words[at] = part._replace(asked=asked)
    # A stop word keeps its place, which says how far apart its neighbours are.
    stops = [part.role is Role.WORD and is_stop_word(part.asked) for part in words]
    content = [part for part, stop in zip(words, stops, strict=True) if not stop] or words
    if 0 < len(content) < len(words):
        words = [
            part._replace(asked=plain.Nothing()) if stop else part for part, stop in zip(words, stops, strict=True)
        ]
    any_word = join(words, "OR")
    if any_word and len(content) < len(words):
        text = " OR ".join(part.beside("OR") for part in content)
        any_word = any_word._replace(text=text, operator="OR" if len(content) > 1 else content[0].operator)
    # What must match counts for the order among the alternatives, once.
    constant = [part._replace(asked=plain.ConstantScoreQuery(part.asked), spans=()) for part in needed]
    joined = join([part for part in (any_word, *constant, *filters) if part], "AND")
    optional = tuple(part for part in content if part.role is Role.WORD)
    return joined and joined._replace(alternatives=optional, notes=tuple(notes))


def join_near(left: Parsed, right: Parsed, operator: NearOperator) -> Parsed:
    """Two parts that have places, near each other."""
    build_left, build_right = left.build, right.build
    if build_left is None or build_right is None:
        raise ValueError("an operand without a place")
    field = left.field or right.field

    def build(name: str, weight: float) -> plain.PlainQuery | None:
        first, second = build_left(name, weight), build_right(name, weight)
        if first is None or second is None:
            return None
        if operator.unit:
            return SameUnit(first, second, operator.unit, negated=operator.negated)
        return plain.Near(first, second, operator.distance, ordered=operator.ordered, negated=operator.negated)

    query = in_scope(field, build, _confirm)
    if query is None:
        raise ValueError("an operand without a word")
    # A chain is read from the left: only its first part may itself be one without parentheses.
    is_chain = left.operator is not None and left.operator not in ("AND", "OR")
    text = f"{left.text if is_chain else left.beside('w')} {operator.text} {right.beside('w')}"
    spans = left.spans if operator.negated else left.spans + right.spans
    return Parsed(query, text, operator.text, build, field, spans=spans)


def _confirm(name: str, query: plain.PlainQuery) -> plain.PlainQuery:
    """A query that the stored text confirms, where the index does not keep what it takes."""
    if not needs_text(query):
        return query
    return plain.Confirmed(loosen_for_index(query), TextTest(name, query), query)
