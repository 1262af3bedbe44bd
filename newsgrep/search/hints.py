"""Why nothing was found: words that no article has, filters that let nothing through."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import iter_words
from newsgrep.search.filters import build_filter
from newsgrep.search.request import Filters
from newsgrep.search.results import Hint
from newsgrep.search.terms import TEXT_FIELDS
from newsgrep.search.word_forms import anywhere, find_forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.archive.engine import Engine

MOST_WORDS = 8
"""Words of a query that are looked into."""
PROPOSALS = 3
RARE = 10
"""Articles up to which a word may be misspelt itself."""
LIKELIER = 20
"""So many times more articles must have the word that may be meant."""

_FILTER_NAMES = {
    "since": "--since",
    "until": "--until",
    "undated": "--undated",
    "sections": "--section",
    "not_sections": "--not-section",
    "authors": "--author",
    "sources": "--source",
    "langs": "--lang",
}


def find_hints(engine: Engine, query: plain.PlainQuery, text: str, filters: Filters) -> tuple[Hint, ...]:
    """What keeps a query from finding anything, the likeliest reason first. `text` is what was typed."""
    missing = tuple(_find_missing(engine, query, text))
    if missing:
        return missing
    if filters != Filters() and (hints := tuple(_find_filters(engine, query, filters))):
        return hints
    return tuple(_find_parts(engine, query, text))


def _iter_terms(query: plain.PlainQuery) -> Iterator[plain.Term]:
    """The words that an article has to have, or may."""
    match query:
        case plain.Term():
            yield query
        case plain.Phrase():
            yield from (plain.Term(query.fieldname, word) for word in query.words)
        case plain.Not():
            pass
        case plain.Near() if query.negated:
            yield from _iter_terms(query.left)
        case _:
            for part in plain.iter_parts(query):
                yield from _iter_terms(part)


def _count_words(engine: Engine, query: plain.PlainQuery, text: str) -> Iterator[tuple[str, plain.Term, int]]:
    """Each word of a query as typed, its term, and how many articles have it in the fields that are asked."""
    typed: dict[str, str] = {}
    for stemmed in (True, False):
        for word in iter_words(text, stemmed=stemmed):
            typed.setdefault(word.term, text[word.start : word.end])
    fields: dict[str, dict[str, plain.Term]] = {}
    for term in _iter_terms(query):
        fields.setdefault(term.text, {})[term.fieldname] = term
    for term_text, terms in list(fields.items())[:MOST_WORDS]:
        first = next(iter(terms.values()))
        yield typed.get(term_text, term_text), first, engine.count(plain.Or(terms.values()))


def _find_missing(engine: Engine, query: plain.PlainQuery, text: str) -> Iterator[Hint]:
    names = [name for name, _ in TEXT_FIELDS]
    wholes = {word.term for word in iter_words(text) if word.whole}
    for word, term, count in _count_words(engine, query, text):
        if count or term.text in wholes:
            continue
        if term.fieldname not in names:
            yield Hint(f"no article has {term.fieldname}:{word}", word=word)
            continue
        near = [form for each, _ in _spellings(engine, term.text) for form in find_forms(engine, each)[:1]]
        proposals = tuple(dict.fromkeys(near))
        meant = f": did you mean {', '.join(proposals)}?" if proposals else ""
        where = f" in {term.fieldname}:" if engine.count(anywhere(term.text)) else ""
        yield Hint(f"no article has the word {word}{where}{meant}", word=word, proposals=proposals)


def _spellings(engine: Engine, term: str) -> list[tuple[str, int]]:
    return engine.spellings([name for name, _ in TEXT_FIELDS], term, PROPOSALS)


def _find_filters(engine: Engine, query: plain.PlainQuery, filters: Filters) -> Iterator[Hint]:
    def count(chosen: Filters) -> int:
        return engine.run(query, build_filter(chosen), order=None, offset=0, limit=1).total

    without = count(Filters())
    if not without:
        return
    unset = Filters()
    alone = []
    for name, option in _FILTER_NAMES.items():
        if getattr(filters, name) != getattr(unset, name):
            let_in = count(dataclasses.replace(filters, **{name: getattr(unset, name)}))
            alone.append(option)
            if let_in:
                yield Hint(f"without {option} there are {let_in:,}", filter=option, articles=let_in)
    if len(alone) > 1:
        yield Hint(f"without {', '.join(alone)} there are {without:,}", articles=without)


def _find_parts(engine: Engine, query: plain.PlainQuery, text: str) -> Iterator[Hint]:
    counts = list(_count_words(engine, query, text))
    for word, term, count in counts:
        if count <= RARE and term.fieldname in dict(TEXT_FIELDS):
            likelier = [each for each, n in _spellings(engine, term.text) if n >= LIKELIER * count]
            spelt = [form for each in likelier for form in find_forms(engine, each)[:1]]
            if proposals := tuple(dict.fromkeys(spelt)):
                message = f"only {count:,} articles have the word {word}: did you mean {', '.join(proposals)}?"
                yield Hint(message, word=word, proposals=proposals, articles=count)
    if len(counts) > 1:
        each = ", ".join(f"{word} in {count:,}" for word, _, count in counts)
        together = engine.count(plain.And([anywhere(term.text) for _, term, _ in counts]))
        if together:
            yield Hint(
                f"the words stand in {together:,} articles together, but not as asked ({each})", articles=together
            )
        else:
            yield Hint(f"every word is there, but not in one article ({each})")
