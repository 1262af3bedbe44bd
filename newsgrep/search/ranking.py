"""What a question is ranked by, beside what it asks for: stop words do not count, words near each other do."""

from __future__ import annotations

from newsgrep.codec import plain_query as plain
from newsgrep.search.stop_words import stop_words

UNRANKED = 2.0**-20
"""What a stop word scores: what matches by nothing else still has a score, and no sum of others changes its order."""


def build_ranked(query: plain.PlainQuery) -> plain.PlainQuery:
    """The question that is ranked: it matches what `query` matches."""
    words = _read_words(query)
    if len(words) < 2:
        return query
    content = [(word, at) for at, word in enumerate(words) if word is not None and not _is_stop(word)]
    if not content:
        return query
    ranked = _silence(query)
    # A word that is asked for twice stands next to itself nowhere.
    pairs = [each for at, each in enumerate(content) if not at or each[0] != content[at - 1][0]]
    return plain.Rescored(ranked, pairs) if len(pairs) > 1 else ranked


def _read_words(query: plain.PlainQuery) -> list[plain.AnyField | None]:
    """The words of free text in a query, in the order in which they were typed; None for anything else."""
    if isinstance(query, plain.And | plain.Or):
        return [word for part in query.subqueries for word in _read_words(part)]
    return [query if isinstance(query, plain.AnyField) and _is_word(query) else None]


def _is_word(query: plain.AnyField) -> bool:
    return all(isinstance(part, plain.Term) for part in plain.iter_parts(query.child))


def _is_stop(query: plain.AnyField) -> bool:
    terms = plain.iter_parts(query.child)
    return all(isinstance(term, plain.Term) and term.text in stop_words() for term in terms)


def _silence(query: plain.PlainQuery) -> plain.PlainQuery:
    """The query with stop words that do not score."""
    if isinstance(query, plain.And | plain.Or):
        return type(query)(map(_silence, query.subqueries))
    if isinstance(query, plain.AnyField) and _is_word(query) and _is_stop(query):
        return plain.ConstantScoreQuery(query, UNRANKED)
    return query
