"""How rare a word is in several collections together: what makes scores of different engines comparable.

Each engine weighs a word by how rare it is in its own collection, so that an article of a collection in which the word
is rare would score more for the same words. Queries are sent to each engine with weights that undo this: the inverse
document frequency in all collections, by that in the engine's own. What is left different is the mean length of
articles, which each engine takes from its own collection, and the words that a pattern stands for.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.joint import joint_idf, read_joint
from newsgrep.codec.plain_scoring import inverse_document_frequency

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.archive.engine import Engine

_SCORED = frozenset({"title", "body", "author", "url"})
"""Fields whose words score by how rare they are."""
_JOINT = frozenset({"title", "body"})
"""Those that are scored as one where a word is looked for in both."""
_NEGLIGIBLE = 0.001
"""Weights nearer to 1 than this are none: a query that is as it was may have been answered before."""


class Frequencies(NamedTuple):
    """What one engine knows of the words of a query."""

    articles: int
    of_word: dict[tuple[str, str], int]
    """How many articles have a word in a field."""
    ranked_field: str | None = None
    """See `Member.ranked_field`."""


def read_words(query: Any) -> tuple[tuple[str, str], ...]:
    """The fields and words of a query that score by how rare they are, each once."""
    return tuple(dict.fromkeys(_iter_words(query)))


def count_words(
    engine: Engine, articles: int, words: Sequence[tuple[str, str]], ranked_field: str | None = None
) -> Frequencies:
    """Ask an engine, which has so many articles, for the frequencies of words."""
    if ranked_field:
        words = [*words, *dict.fromkeys((ranked_field, word) for field, word in words if field in _JOINT)]
    of_word: dict[tuple[str, str], int] = {}
    for field in dict.fromkeys(field for field, _ in words):
        known = engine.known([field], [word for its_field, word in words if its_field == field])
        of_word.update({(field, word): count for word, count in known.items()})
    return Frequencies(articles, of_word, ranked_field)


def add_up(frequencies: Sequence[Frequencies]) -> Frequencies:
    """What several engines know together."""
    of_word: dict[tuple[str, str], int] = {}
    for each in frequencies:
        for word, count in each.of_word.items():
            of_word[word] = of_word.get(word, 0) + count
    return Frequencies(sum(each.articles for each in frequencies), of_word)


def weigh(query: Any, own: Frequencies, of_all: Frequencies) -> Any:
    """The query with weights that make the engine, whose own frequencies are given, score by those of all."""
    match query:
        case plain.Rescored():
            also = [weigh(each, own, of_all) for each in query.also]
            return plain.Rescored(weigh(query.query, own, of_all), query.words, also)
        case plain.And() | plain.Or():
            return type(query)([weigh(each, own, of_all) for each in query.subqueries])
    leaves = tuple(_iter_leaves(query))
    if not leaves or not own.articles:
        return query
    factor = _idf(query, of_all) / _idf(query, own)
    if abs(factor - 1) < _NEGLIGIBLE:
        return query
    # A word is scored as one where the weights of its fields are multiples of each other, to the last bit: a number of
    # 24 bits can be multiplied by a small one without loss.
    least = min(leaf.boost for leaf in leaves)
    return _scale(query, least, array("f", [least * factor])[0])


def _idf(query: plain.PlainQuery, known: Frequencies) -> float:
    """The inverse document frequencies of the words of what is scored as one, added up."""
    joint = read_joint(query.child, _SCORED.__contains__) if isinstance(query, plain.AnyField) else None
    if joint is None:
        idf = _lucene_idf if known.ranked_field else inverse_document_frequency
        return sum(idf(known.of_word.get(word, 0), known.articles) for word in _iter_words(query))
    if field := known.ranked_field:
        texts = [{term.text for term in word.terms} for word in joint.words]
        return sum(
            _lucene_idf(max(known.of_word.get((field, text), 0) for text in each), known.articles) for each in texts
        )
    return sum(
        joint_idf([(term.field, known.of_word.get((term.field, term.text), 0)) for term in word.terms], known.articles)
        for word in joint.words
    )


def _lucene_idf(document_frequency: int, n_documents: int) -> float:
    return joint_idf([("", document_frequency)], n_documents)


def _iter_words(query: Any) -> Iterator[tuple[str, str]]:
    for leaf in _iter_leaves(query):
        for word in leaf.words if isinstance(leaf, plain.Phrase) else (leaf.text,):
            yield leaf.fieldname, word


def _iter_leaves(query: Any) -> Iterator[plain.Term | plain.Phrase]:
    """The words and phrases that score by how rare they are."""
    match query:
        case plain.Term() | plain.Phrase():
            if query.fieldname in _SCORED:
                yield query
        case plain.Rescored():
            for each in (query.query, *query.also):
                yield from _iter_leaves(each)
        case plain.Near() if query.negated:
            yield from _iter_leaves(query.left)
        case plain.And() | plain.Or() | plain.AnyField() | plain.Near() | plain.First() | plain.AtLeast():
            for part in plain.iter_parts(query):
                yield from _iter_leaves(part)
        case plain.Confirmed():
            yield from _iter_leaves(query.query)


def _scale(query: Any, least: float, new_least: float) -> Any:
    """A query with other weights: `new_least` for `least`, all others in proportion."""
    match query:
        case plain.Term() if query.fieldname in _SCORED:
            return plain.Term(query.fieldname, query.text, query.boost / least * new_least)
        case plain.Phrase() if query.fieldname in _SCORED:
            return plain.Phrase(query.fieldname, query.words, query.slop, query.boost / least * new_least)
        case plain.And() | plain.Or():
            return type(query)([_scale(part, least, new_least) for part in query.subqueries])
        case plain.AnyField():
            return plain.AnyField(_scale(query.child, least, new_least))
        case plain.Near():
            left, right = _scale(query.left, least, new_least), _scale(query.right, least, new_least)
            return plain.Near(left, right, query.distance, ordered=query.ordered, negated=query.negated)
        case plain.First():
            return plain.First(_scale(query.query, least, new_least), query.count)
        case plain.AtLeast():
            return plain.AtLeast([_scale(part, least, new_least) for part in query.subqueries], query.count)
        case plain.Confirmed():
            return plain.Confirmed(_scale(query.query, least, new_least), query.test, query.asked)
    return query
