"""What a search answers: results, hits, snippets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsgrep.article import Article

Span = tuple[int, int]
"""Where something stands in a text: first character, one past the last."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of one field, and where the query's words stand in it."""

    field: str
    """`title` or `body`."""
    text: str
    highlights: tuple[Span, ...]
    """In order, not overlapping, offsets into `text`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. `article.body` is empty: a hit shows snippets, `get` gives the whole article."""

    rank: int
    """1-based, over all pages of results."""
    score: float
    article: Article
    title_highlights: tuple[Span, ...]
    """Where the query's words stand in the title."""
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer, with the exact total."""

    query: str
    """The query as understood."""
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
