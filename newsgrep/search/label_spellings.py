"""Labels as articles spell them: the index compares sections, publications and names in any case, people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain
from newsgrep.codec.labels import fold_label

if TYPE_CHECKING:
    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article


def spell_label(engine: Engine, field: str, label: str) -> str:
    """A folded label of `section`, `source`, `byline` or `lang`, as the first article that carries it spells it."""
    return count_spelt(engine, field, label)[0]


def count_spelt(engine: Engine, field: str, label: str) -> tuple[str, int]:
    """A folded label as the first article that carries it spells it, and how many carry it."""
    carriers = plain.ConstantScoreQuery(plain.Term(field, label))
    found = engine.run(carriers, None, order=None, offset=0, limit=1)
    for article in engine.fetch([reference for reference, _ in found.documents]):
        for spelling in labels_of(article, field):
            if fold_label(spelling) == label:
                return spelling, found.total
    return label, found.total


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
