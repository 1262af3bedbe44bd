"""Positional questions of a query: records for what only a text can answer, and what an index can say of them.

The records are those of `codec.plain_query` that `Near` takes, and the two that are here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterator

SENTENCE_WORDS = 200
"""Words in one sentence are no farther apart: what goes on longer without a stop is a list or a table. It lets the
index tell which texts to look at."""

_NO_LETTER = re.compile(r"[\W_]+")


class ExactForm(plain.PlainQuery):
    """A word or phrase as typed: its very form, with `cased` its capitals and accents too."""

    __slots__ = ("candidates", "cased", "fieldname", "forms")

    def __init__(self, fieldname: str, forms: tuple[str, ...], candidates: plain.PlainQuery, *, cased: bool) -> None:
        """`forms` as `read_form` gives them; `candidates` finds the same words in any form."""
        self.fieldname = fieldname
        self.forms = forms
        self.candidates = candidates
        self.cased = cased


class SameUnit(plain.PlainQuery):
    """A place where two queries stand in one sentence or paragraph.

    Negated, it is a place of `left` that has no `right` in the same one.
    """

    __slots__ = ("left", "negated", "right", "unit")

    def __init__(self, left: plain.PlainQuery, right: plain.PlainQuery, unit: str, *, negated: bool = False) -> None:
        """`unit` is `s` or `p`."""
        self.left = left
        self.right = right
        self.unit = unit
        self.negated = negated


def read_form(surface: str, *, cased: bool) -> str:
    """A word as it is compared: without the signs within it; folded unless its capitals count."""
    plain_form = _NO_LETTER.sub("", unicodedata.normalize("NFC", surface))
    return plain_form if cased else fold_word(plain_form)


def iter_operands(query: plain.PlainQuery) -> tuple[plain.PlainQuery, ...]:
    """As `plain_query.iter_parts`, for the records of this module too."""
    return (query.left, query.right) if isinstance(query, SameUnit) else plain.iter_parts(query)


def needs_text(query: plain.PlainQuery) -> bool:
    """Whether only the text says if a positional query matches."""
    return isinstance(query, ExactForm | SameUnit) or any(map(needs_text, iter_operands(query)))


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
            return plain.Or([loosen_for_index(part) for part in iter_operands(query)])


def _has_no_place(query: plain.PlainQuery) -> bool:
    """Whether a query loosens to one that has no place: a paragraph may be of any length."""
    is_paragraph = isinstance(query, SameUnit) and query.unit == "p" and not query.negated
    return is_paragraph or any(map(_has_no_place, iter_operands(query)))


def iter_text_leaves(query: plain.PlainQuery, *, negated: bool = False) -> Iterator[plain.PlainQuery]:
    """The words, phrases, patterns and exact forms of a positional query; with `negated` all of them."""
    if isinstance(query, plain.Near | SameUnit) and query.negated and not negated:
        yield from iter_text_leaves(query.left)
    elif parts := iter_operands(query):
        for part in parts:
            yield from iter_text_leaves(part, negated=negated)
    else:
        yield query
