"""What a query of Whoosh's classes wants marked: `highlights` asks for it where a query is no plain record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from whoosh import query as wq
from whoosh.query import spans as wspans
from whoosh.support.levenshtein import damerau_levenshtein

from newsgrep.search.highlights import Wanted, WantedWord, name_term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def iter_wanted(query: wq.Query) -> Iterator[Wanted]:
    """The words and phrases that a document has to hold, or may; see `highlights.build_marker`."""
    waiting = [query]
    while waiting:
        node = waiting.pop()
        if isinstance(node, wq.Phrase):
            places = tuple((name_term(word),) for word in node.words if word is not None)
            yield Wanted(node.fieldname, places, node.slop)
        elif near := _read_near(node):
            words = tuple(tuple(map(read_word, place)) for place in near)
            yield Wanted(near[0][0].fieldname, words, node.slop, node.ordered)
        elif isinstance(node, _WORDS):
            yield Wanted(node.fieldname, ((read_word(node),),))
        else:
            waiting.extend(reversed(_find_children(node)))


_WORDS = (wq.Term, wq.Prefix, wq.Wildcard, wq.Regex, wq.FuzzyTerm, wq.Variations, wq.TermRange)


def _find_children(node: wq.Query) -> list[wq.Query]:
    """The parts of a query that a document has to hold, or may."""
    if isinstance(node, wq.Not):
        return []
    if isinstance(node, wq.AndNot | wspans.SpanNot):
        return [node.a]
    if children := list(node.children()):
        return children
    # Whoosh's span queries keep the query that they narrow in `q`, and do not call it a child.
    if isinstance(inner := getattr(node, "q", None), wq.Query):
        return [inner]
    if node.is_leaf() and node.has_terms():
        return [wq.Term(name, text) for name, text in node.terms(phrases=True)]
    return []


def _read_near(node: wq.Query) -> list[list[wq.Query]] | None:
    """The words of a query for words near each other, if it is one of plain words or patterns in one field."""
    if isinstance(node, wq.Sequence) and not isinstance(node, wq.Ordered):
        parts = list(node.subqueries)
    elif isinstance(node, wspans.SpanNear2):
        parts = list(node.qs)
    elif isinstance(node, wspans.SpanNear):
        parts = [node.a, node.b]
    else:
        return None
    places = [list(part.subqueries) if isinstance(part, wq.Or) else [part] for part in parts]
    words = [word for place in places for word in place]
    if not words or not all(isinstance(word, _WORDS) for word in words) or not all(places):
        return None
    return places if len({word.fieldname for word in words}) == 1 else None


def read_word(word: wq.Query) -> WantedWord:
    """What a word or pattern of a query stands for."""
    return WantedWord(_name_word(word), *_compile_word(word))


def _name_word(word: wq.Query) -> tuple[object, ...]:
    """What makes two query words the same word, whatever their field and boost."""
    if isinstance(word, wq.TermRange):
        return (wq.TermRange, word.start, word.end, word.startexcl, word.endexcl)
    if isinstance(word, wq.FuzzyTerm):
        return (wq.FuzzyTerm, word.text, word.maxdist, word.prefixlength)
    return ("term", word.text) if isinstance(word, wq.Term) else (type(word), word.text)


def _compile_word(word: wq.Query) -> tuple[Iterable[str], Callable[[str], bool] | None]:
    """The terms that a query word stands for: as a list, or as a test where the list would be the index's own."""
    if isinstance(word, wq.TermRange):
        return (), _compile_range(word)
    text = word.text
    # A term of a numeric field is bytes; an empty pattern and a lone star ask for any word at all.
    if not isinstance(text, str) or text in ("", "*", ".*"):
        return (), None
    if isinstance(word, wq.Prefix):
        return (), lambda term: term.startswith(text)
    if isinstance(word, wq.FuzzyTerm):
        return (), _compile_fuzzy(text, word.maxdist, text[: word.prefixlength])
    if isinstance(word, wq.Variations):
        from whoosh.lang.morph_en import variations

        return set(variations(text)), None
    if isinstance(word, wq.Wildcard | wq.Regex):
        try:
            pattern = re.compile(word._get_pattern())
        except re.error:
            return (), None
        return (), lambda term: pattern.match(term) is not None
    return (text,), None


def _compile_range(word: wq.Query) -> Callable[[str], bool] | None:
    start, end, startexcl, endexcl = word.start, word.end, word.startexcl, word.endexcl
    if not all(bound is None or isinstance(bound, str) for bound in (start, end)) or (not start and not end):
        return None

    def test(term: str) -> bool:
        after = start is None or term > start or (term == start and not startexcl)
        return after and (end is None or term < end or (term == end and not endexcl))

    return test


def _compile_fuzzy(text: str, distance: int, prefix: str) -> Callable[[str], bool]:
    def test(term: str) -> bool:
        if abs(len(term) - len(text)) > distance or not term.startswith(prefix):
            return False
        return bool(damerau_levenshtein(term, text, limit=distance) <= distance)

    return test
