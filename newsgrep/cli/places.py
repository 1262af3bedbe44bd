"""Places to read: paths of hits and articles such that they, and the links made of them, lead there from here."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newsgrep.article import Article
    from newsgrep.search.results import Hit

    Locate = Callable[[Article], str]


def lead_there(article: Article, locate: Locate) -> Article:
    """The article with a path that leads to its file, as `locate` finds it."""
    # Nearly always it does already, and to find out for certain takes longer than to print it.
    if os.path.exists(article.path):
        return article
    return dataclasses.replace(article, path=locate(article))


def lead_hits(hits: Iterable[Hit], locate: Locate) -> tuple[Hit, ...]:
    """Hits with paths that lead to their files."""
    return tuple(dataclasses.replace(hit, article=lead_there(hit.article, locate)) for hit in hits)
