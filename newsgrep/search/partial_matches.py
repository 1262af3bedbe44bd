"""Which words of a query an article lacks that need not have all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import iter_words
from newsgrep.search.highlights import build_marker
from newsgrep.search.some_words import analyze_some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsgrep.article import Article
    from newsgrep.search.highlights import Mark, Marker
    from newsgrep.search.parsed_query import Parsed

_FIELDS = ("title", "body")


class Alternative(NamedTuple):
    """One of the words of a query that need not all match."""

    text: str
    marker: Marker
    is_word: bool
    """Whether it is wherever its words are: no phrase or place."""


def build_alternatives(parts: Iterable[Parsed]) -> tuple[Alternative, ...]:
    """Prepare the words of a query to be looked for in articles, each once."""
    texts = {part.text: part.asked for part in parts}
    return tuple(
        Alternative(text, build_marker(asked, iter_words, analyze_some), _is_word(asked))
        for text, asked in texts.items()
    )


def find_missing(
    alternatives: Sequence[Alternative], article: Article, marks: dict[str, Sequence[Mark]]
) -> tuple[str, ...]:
    """Those that an article lacks. `marks`: what the whole query marks of its title and its body."""
    texts = {"title": article.title, "body": article.body}
    # All that words can be found in is what is marked, a fraction of the text.
    marked = {name: " ".join(texts[name][mark.start : mark.end] for mark in marks[name]) for name in _FIELDS}
    return tuple(
        each.text
        for each in alternatives
        if not any(each.marker.spans(name, (marked if each.is_word else texts)[name]) for name in _FIELDS)
    )


def _is_word(query: plain.PlainQuery) -> bool:
    match query:
        case plain.Term() | plain.Prefix() | plain.Wildcard() | plain.FuzzyTerm():
            return True
        case plain.Or() | plain.AnyField() | plain.Weighted():
            return all(_is_word(part) for part in plain.iter_parts(query))
        case _:
            return False
