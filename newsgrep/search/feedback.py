"""Words that the best hits have in common: what else a question is about, to rank its hits by.

Pseudo-relevance feedback after Lavrenko and Croft, "Relevance-based language models", 2001: the five best hits are
taken for relevant, and the ten words that are most theirs add an eighth to what hits are ranked by. It can only be as
good as these five, so it is for who asks for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import iter_words
from newsgrep.search.stop_words import stop_words
from newsgrep.search.terms import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article

ARTICLES = 5
"""Hits that are taken for relevant."""
_WORDS = 10
_SHARE = 0.125
"""What the words weigh together, beside the question as 1. Evidence: with more, judged collections lose."""
_LOOKED_UP = 60
"""Words whose rarity is asked for."""
_TEXT = 4_000
"""Characters of an article that are read: its first screens say what it is about."""
_LEAST_LETTERS = 3
_STEPS = 64
"""Weights are multiples of one of so many parts, so that fields stay multiples of each other."""


class Feedback(NamedTuple):
    """Words that hits are ranked by beside the question's own."""

    words: tuple[str, ...]
    """As an article has them."""
    queries: tuple[plain.AnyField, ...]


def find_feedback(engine: Engine, query: plain.PlainQuery, articles: Iterable[Article]) -> Feedback:
    """The words that are most those of some articles and not the question's."""
    asked = set(_iter_terms(query))
    shares: defaultdict[str, float] = defaultdict(float)
    forms: dict[str, str] = {}
    for article in articles:
        text = f"{article.title}\n{article.body[:_TEXT]}"
        counts: Counter[str] = Counter()
        for word in iter_words(text):
            form = text[word.start : word.end]
            if word.whole or len(form) < _LEAST_LETTERS or not form.isalpha() or word.term in stop_words():
                continue
            counts[word.term] += 1
            forms.setdefault(word.term, form)
        total = counts.total() or 1
        for term, count in counts.items():
            shares[term] += count / total
    likely = sorted((term for term in shares if term not in asked), key=lambda term: (-shares[term], term))[:_LOOKED_UP]
    n = engine.count()
    found = engine.known([name for name, _ in TEXT_FIELDS], likely)
    weights = {term: shares[term] * log(1 + n / df) for term, df in found.items()}
    best = sorted(weights, key=lambda term: (-weights[term], term))[:_WORDS]
    together = sum(weights[term] for term in best) or 1.0
    # The question's words weigh 1 each.
    scale = _SHARE * max(1, len(asked)) * _STEPS / together
    steps = {term: max(1, round(weights[term] * scale)) for term in best}
    return Feedback(tuple(forms[term] for term in best), tuple(_weigh(term, steps[term] / _STEPS) for term in best))


def _weigh(term: str, weight: float) -> plain.AnyField:
    return plain.AnyField(plain.Or(plain.Term(name, term, field * weight) for name, field in TEXT_FIELDS))


def _iter_terms(query: plain.PlainQuery) -> Iterable[str]:
    if isinstance(query, plain.Term):
        yield query.text
    elif isinstance(query, plain.Phrase):
        yield from query.words
    for part in plain.iter_parts(query):
        yield from _iter_terms(part)
