"""Labels as articles spell them: the index compares sections, publications and names in any case, people read them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain
from newsgrep.codec.labels import fold_label

if TYPE_CHECKING:
    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article


_LOOKED_AT = 3
"""Articles whose spellings are compared: most archives spell a label in one way."""


def spell_label(engine: Engine, field: str, label: str) -> str:
    """A folded label of `section`, `source`, `byline` or `lang`, as articles that carry it spell it."""
    return count_spelt(engine, field, label)[0]


def count_spelt(engine: Engine, field: str, label: str) -> tuple[str, int]:
    """A folded label as articles that carry it spell it, and how many carry it.

    Of several spellings the commonest of some articles, then the one nearest to a capital a word: a name, no shout.
    """
    carriers = plain.ConstantScoreQuery(plain.Term(field, label))
    found = engine.run(carriers, None, order=None, offset=0, limit=_LOOKED_AT)
    spellings = Counter(
        spelling
        for article in engine.fetch([reference for reference, _ in found.documents])
        for spelling in labels_of(article, field)
        if fold_label(spelling) == label
    )
    best = min(spellings, key=lambda each: (-spellings[each], _measure_shouting(each), each), default=label)
    return best, found.total


def _measure_shouting(label: str) -> int:
    """How far a label is from one capital a word."""
    return abs(sum(map(str.isupper, label)) - len(label.split()))


def labels_of(article: Article, field: str) -> tuple[str, ...]:
    """The labels that an article carries in a field of the index."""
    match field:
        case "section":
            return article.section
        case "byline":
            return article.authors
        case "source":
            return (article.source,) if article.source else ()
        case _:
            return (article.lang,) if article.lang else ()
