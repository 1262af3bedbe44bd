"""The forms in which articles have a word: the index keeps its stem only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain
from newsgrep.search.some_words import analyze_some
from newsgrep.search.terms import TEXT_FIELDS

if TYPE_CHECKING:
    from newsgrep.archive.engine import Engine


def anywhere(term: str) -> plain.PlainQuery:
    """The articles that have a term in title or body."""
    return plain.AnyField(plain.Or([plain.Term(name, term) for name, _ in TEXT_FIELDS]))


def find_forms(engine: Engine, term: str, *, articles: int = 1) -> list[str]:
    """A term as a few articles spell it, in lower case, the form that is met first ahead."""
    found = engine.run(anywhere(term), None, order=None, offset=0, limit=articles)
    initials = frozenset(term[:1])
    forms: dict[str, None] = {}
    for article in engine.fetch([reference for reference, _ in found.documents]):
        for text in (article.title, article.body):
            for word in analyze_some(text, initials):
                if word.term == term:
                    forms[text[word.start : word.end].lower()] = None
    return list(forms)
