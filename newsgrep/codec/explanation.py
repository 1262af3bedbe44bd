"""How a document got its score: what each word of a query adds to it.

Lines follow the query tree and are weighed as `part_evaluator` weighs them. What is no word and no join of queries is
one line with the score that the evaluator gives it, so that lines add up whatever a query is made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from newsgrep.codec import plain_query as plain
from newsgrep.codec.spans import iter_leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.codec.hits import Docnums
    from newsgrep.codec.part_evaluator import PartEvaluator
    from newsgrep.codec.term_evaluator import TermEvaluator


class TermFacts(NamedTuple):
    """What BM25 knows of a term in a document."""

    frequency: int
    """How often it stands there."""
    idf: float
    length: int | None
    """Words of the field there, as precise as the index keeps it."""


class Contribution(NamedTuple):
    """One line of an explanation."""

    field: str
    """Empty where it is of no one field."""
    word: str
    """The term as the index has it, or what the line is for."""
    score: float
    facts: TermFacts | None = None
    weight: float = 1.0
    """What the word's own score was multiplied by."""


class Explainer:
    """Explains scores of one segment's documents."""

    def __init__(self, part: PartEvaluator, terms: TermEvaluator) -> None:
        self._part = part
        self._terms = terms

    def explain(self, query: Any, docnum: int) -> list[Contribution]:
        """What makes up the score of a document that a query matches."""
        return list(self._lines(query, np.array([docnum], np.int32), 1.0))

    def _score(self, query: Any, document: Docnums) -> float | None:
        """What a query scores the document with; None where it does not match."""
        found = self._part.look(query, document, scored=True)
        if not found.present[0]:
            return None
        return found.scores if isinstance(found.scores, float) else float(found.scores[0])

    def _lines(self, query: Any, document: Docnums, weight: float) -> Iterator[Contribution]:
        # Records and Whoosh's classes have the same names and attributes.
        match type(query).__name__:
            case "Term":
                yield from self._term(query.fieldname, query.text, document, weight * query.boost)
            case "Phrase":
                if self._score(query, document) is not None:
                    for word in query.words:
                        yield from self._term(query.fieldname, word, document, weight * query.boost)
            case "And" | "Or" if getattr(query, "scale", None) is None:
                own = query.boost if len(query.subqueries) > 1 else 1.0
                if self._score(query, document) is not None:
                    for part in query.subqueries:
                        yield from self._lines(part, document, weight * own)
            case "AnyField":
                yield from self._any_field(query, document, weight)
            case "Rescored":
                yield from self._lines(query.query, document, weight)
                for each in query.also:
                    yield from self._lines(each, document, weight)
            case "Positional":
                yield from self._lines(query.record, document, weight * query.boost)
            case "Near" | "First" | "AtLeast":
                if self._score(query, document) is not None:
                    for leaf in iter_leaves(query):
                        yield from self._lines(_known(leaf), document, weight)
            case "Confirmed":
                yield from self._lines(_known(query.query), document, weight)
            case _:
                score = self._score(query, document)
                if score is not None:
                    name = getattr(query, "text", None) or type(query).__name__
                    yield Contribution(getattr(query, "fieldname", "") or "", str(name), weight * score)

    def _any_field(self, query: Any, document: Docnums, weight: float) -> Iterator[Contribution]:
        joint = self._part.joint.read(query)
        if joint is None:
            yield from self._lines(query.child, document, weight)
        elif self._score(query, document) is not None:
            weight *= joint.factor
            for word in joint.words:
                score = self._part.joint.score_word(word, int(document[0]))
                if score:
                    texts = dict.fromkeys(term.text for term in word.terms)
                    facts = self._part.joint.facts(word, int(document[0]))
                    yield Contribution("", "|".join(texts), weight * score, facts, weight)

    def _term(self, field: str, text: str, document: Docnums, weight: float) -> Iterator[Contribution]:
        found = self._terms.look(field, text, document, scored=True)
        if found.present[0]:
            score = found.scores if isinstance(found.scores, float) else float(found.scores[0])
            facts = self._terms.facts(field, text, int(document[0]))
            yield Contribution(field, str(text), weight * score, facts, weight)


def _known(query: plain.PlainQuery) -> Any:
    if not plain.needs_whoosh(query):
        return query
    from newsgrep.codec.queries import build_query

    return build_query(query)
