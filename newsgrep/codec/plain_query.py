"""Queries as plain records: Whoosh's query tree in all but its import.

Each record has the name, the attributes and the meaning of a class of `whoosh.query`; `queries.build_query` makes that
class of it. They exist because importing Whoosh's classes takes longer than finding a rare word in a million documents:
a parser makes records, the evaluators read both kinds, and Whoosh is loaded for what only it can answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SENTENCE_WORDS = 200
"""Words in one sentence are no farther apart: what goes on longer without a stop is a list or a table. It lets an
index tell which texts to look at."""


class PlainQuery:
    """Base of the records, which do not change. Two are equal when they are of one class and say the same."""

    __slots__: tuple[str, ...] = ()

    def _values(self) -> tuple[Any, ...]:
        names = (name for kind in type(self).__mro__ for name in getattr(kind, "__slots__", ()))
        return (type(self), *(getattr(self, name) for name in names))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlainQuery) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._values()[1:]!r}"


class _Word(PlainQuery):
    """One word of one field, or one way to mean many."""

    __slots__ = ("boost", "fieldname", "text")

    def __init__(self, fieldname: str, text: str, boost: float = 1.0) -> None:
        self.fieldname = fieldname
        self.text = text
        self.boost = boost


class Term(_Word):
    """Documents that have a term."""

    __slots__ = ()


class Prefix(_Word):
    """Documents that have a term that begins so."""

    __slots__ = ()


class Wildcard(_Word):
    """Documents that have a term that fits a pattern of `*` and `?`."""

    __slots__ = ()


class FuzzyTerm(_Word):
    """Documents that have a term at most `maxdist` edits away, the first `prefixlength` letters the same."""

    __slots__ = ("maxdist", "prefixlength")

    def __init__(self, fieldname: str, text: str, boost: float = 1.0, *, maxdist: int, prefixlength: int) -> None:
        super().__init__(fieldname, text, boost)
        self.maxdist = maxdist
        self.prefixlength = prefixlength


class Phrase(PlainQuery):
    """Documents that have words in order, each at most `slop` positions behind the one before it."""

    __slots__ = ("boost", "fieldname", "slop", "words")

    def __init__(self, fieldname: str, words: Iterable[str], slop: int = 1, boost: float = 1.0) -> None:
        self.fieldname = fieldname
        self.words = tuple(words)
        self.slop = slop
        self.boost = boost


class _Compound(PlainQuery):
    __slots__ = ("subqueries",)
    boost = 1.0

    def __init__(self, subqueries: Iterable[PlainQuery]) -> None:
        self.subqueries = tuple(subqueries)


class And(_Compound):
    """Documents that match all."""

    __slots__ = ()


class Or(_Compound):
    """Documents that match any."""

    __slots__ = ()
    scale = None


class Not(PlainQuery):
    """Documents that do not match."""

    __slots__ = ("query",)
    boost = 1.0

    def __init__(self, query: PlainQuery) -> None:
        self.query = query


class AnyField(PlainQuery):
    """One word or phrase, looked for in several fields at once; the child is an `Or` with one query a field.

    It scores as one: see `joint`. An `Or` of several words of each field is a word in several forms.
    """

    __slots__ = ("child",)
    boost = 1.0

    def __init__(self, child: Or) -> None:
        self.child = child


class Rescored(PlainQuery):
    """Documents that match a query; the best of them are ranked anew.

    words: what the query looks for, in its order, each with its position in the query: those near each other score, see
    `proximity`; also: what adds to the score of a document that matches it. Only a whole question is rescored:
    elsewhere the record means its query.
    """

    __slots__ = ("also", "query", "words")
    boost = 1.0

    def __init__(self, query: Any, words: Iterable[tuple[AnyField, int]], also: Iterable[AnyField] = ()) -> None:
        self.query = query
        self.words = tuple(words)
        self.also = tuple(also)


class NumericRange(PlainQuery):
    """Documents with a number from `start` to `end`, both included."""

    __slots__ = ("end", "fieldname", "start")
    boost = 1.0
    startexcl = endexcl = False
    constantscore = True

    def __init__(self, fieldname: str, start: int, end: int) -> None:
        self.fieldname = fieldname
        self.start = start
        self.end = end


class ConstantScoreQuery(PlainQuery):
    """Documents that match, each with one score, which is not 0."""

    __slots__ = ("child", "score")

    def __init__(self, child: PlainQuery, score: float = 1.0) -> None:
        self.child = child
        self.score = score


class Every(PlainQuery):
    """All documents, or those that have a field."""

    __slots__ = ("fieldname",)
    boost = 1.0

    def __init__(self, fieldname: str | None = None) -> None:
        self.fieldname = fieldname


class Nothing(PlainQuery):
    """No document; Whoosh's `NullQuery`."""

    __slots__ = ()
    boost = 1.0


class Weighted(PlainQuery):
    """A query with a boost in place of the one that it has; Whoosh's `with_boost`."""

    __slots__ = ("boost", "query")

    def __init__(self, query: PlainQuery, boost: float) -> None:
        self.query = query
        self.boost = boost


class Near(PlainQuery):
    """Documents with a place where one query stands near another, in one field.

    Both are words, patterns and phrases of one field, `Or`s of such, `Near`s and `First`s. They are near each other
    where the words from the end of one to the beginning of the other, that one counted, are `distance` at most; they
    do not overlap. `ordered` wants `left` first. With `negated` it is a place of `left` that has no `right` near.
    What a pair covers is one place, from the first word to the last: `Near`s can be joined to longer chains.
    Scores are those of all words asked for, added.
    """

    __slots__ = ("distance", "left", "negated", "ordered", "right")
    boost = 1.0

    def __init__(
        self, left: PlainQuery, right: PlainQuery, distance: int, *, ordered: bool = False, negated: bool = False
    ) -> None:
        self.left = left
        self.right = right
        self.distance = distance
        self.ordered = ordered
        self.negated = negated


class First(PlainQuery):
    """Documents with a place of a query, as `Near` takes it, that ends among the first `count` words of the field."""

    __slots__ = ("count", "query")
    boost = 1.0

    def __init__(self, query: PlainQuery, count: int) -> None:
        self.query = query
        self.count = count


class AtLeast(PlainQuery):
    """Documents with `count` places of queries, as `Near` takes them, each of one field, all fields together."""

    __slots__ = ("count", "subqueries")
    boost = 1.0

    def __init__(self, subqueries: Iterable[PlainQuery], count: int) -> None:
        self.subqueries = tuple(subqueries)
        self.count = count


class ExactForm(PlainQuery):
    """A word or phrase as typed: its very form, with `cased` its capitals and accents too. Only a text says so."""

    __slots__ = ("candidates", "cased", "fieldname", "forms")

    def __init__(self, fieldname: str, forms: tuple[str, ...], candidates: PlainQuery, *, cased: bool) -> None:
        """`forms` as `words.read_form` gives them; `candidates` finds the same words in any form."""
        self.fieldname = fieldname
        self.forms = forms
        self.candidates = candidates
        self.cased = cased


class SameUnit(PlainQuery):
    """A place where two queries stand in one sentence or paragraph. Only a text says so.

    Negated, it is a place of `left` that has no `right` in the same one.
    """

    __slots__ = ("left", "negated", "right", "unit")

    def __init__(self, left: PlainQuery, right: PlainQuery, unit: str, *, negated: bool = False) -> None:
        """`unit` is `s` or `p`."""
        self.left = left
        self.right = right
        self.unit = unit
        self.negated = negated


class Confirmed(PlainQuery):
    """Documents that match a query and whose stored values pass a test: for what an index does not keep.

    `test` is called with the stored values of each document that matches `query` (and the rest of the question, as far
    as that is cheaper to know): it must be quick, and equal to another one that asks the same. `asked` is what the test
    tells, for an index that keeps more.
    """

    __slots__ = ("asked", "query", "test")
    boost = 1.0

    def __init__(self, query: PlainQuery, test: Callable[[Mapping[str, Any]], bool], asked: PlainQuery) -> None:
        self.query = query
        self.test = test
        self.asked = asked


POSITIONAL = (Near, First, AtLeast, Confirmed)
"""Records that have no equal among Whoosh's classes."""


def iter_parts(query: PlainQuery) -> tuple[PlainQuery, ...]:
    """The queries that a query is made of."""
    if isinstance(query, _Compound | AtLeast):
        return query.subqueries
    if isinstance(query, Near | SameUnit):
        return (query.left, query.right)
    if isinstance(query, Not | Weighted | First | Confirmed | Rescored):
        return (query.query,)
    if isinstance(query, AnyField | ConstantScoreQuery):
        return (query.child,)
    return ()


def needs_whoosh(query: PlainQuery) -> bool:
    """Whether a query is, or has within it, one that only Whoosh's classes say how to answer."""
    return isinstance(query, Prefix | Wildcard | FuzzyTerm | Weighted) or any(map(needs_whoosh, iter_parts(query)))
