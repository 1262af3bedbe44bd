"""Typing errors in a query: words that no article has, and the words of the archive that were meant by them.

Only what the index does not know is touched, and only where it was typed as a plain word: not in phrases, patterns,
exact forms, excluded words or numbers. What was meant is the word that is likeliest by itself (how it is misspelt, how
many articles have it) and beside the other words of the query (how many articles have both).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.spelling import count_edits
from newsgrep.codec.words import fold_word, iter_words, stem
from newsgrep.search.misspellings import find_splits, iter_one_edit, penalty_of
from newsgrep.search.results import Correction
from newsgrep.search.terms import TEXT_FIELDS
from newsgrep.search.word_forms import anywhere, find_forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.archive.engine import Engine
    from newsgrep.search.results import Span

MOST_CORRECTED = 6
"""Words of a query that are corrected: one with more is in a language that the archive does not have."""
SHORTEST = 4
"""Letters below which nearly any word is near."""
LONGEST = 30
"""Letters from which a word is data."""
LONG = 6
"""Letters from which a word may have two letters wrong."""
MOST_EDITS = 2
CANDIDATES = 8
"""Spellings that are looked at beside the other words of the query."""
OTHERS = 4
"""Words of the query that they are looked at beside, the rarest first."""
ATTESTED = 3
"""Spellings of which it is looked up how articles have them."""
ARTICLES = 3
"""Articles that are read for each."""
UNATTESTED = 5.0
"""How unlikely a form is that none of these has, as a logarithm."""
SMOOTHING = 5.0
"""Articles as the whole archive has them that a word's own are mixed with, so that few articles do not say much."""

_FIELDS = [name for name, _ in TEXT_FIELDS]


class Replacement(NamedTuple):
    """What stands in a query's text in place of a stretch of it."""

    start: int
    end: int
    text: str


class _Typed(NamedTuple):
    """A word of a query's text, and its term."""

    start: int
    end: int
    text: str
    """As typed."""
    term: str
    is_alone: bool
    """Whether it is all that was typed between blanks."""

    @property
    def is_correctable(self) -> bool:
        return SHORTEST <= len(self.text) <= LONGEST and self.text.isalpha()


class _Candidate(NamedTuple):
    text: str
    query: plain.PlainQuery
    articles: int
    penalty: float
    term: str = ""
    """Its stem; empty for two words."""

    @property
    def likelihood(self) -> float:
        return math.log(max(1, self.articles)) - self.penalty


def find_corrections(engine: Engine, text: str, spans: Sequence[Span]) -> tuple[Replacement, ...]:
    """What to put in place of misspelt words of a query's text, in order. `spans`: where its plain words stand."""
    words = list(_iter_typed(text, spans))
    known = engine.known(_FIELDS, [word.term for word in words])
    unknown = [word for word in words if word.term not in known and word.is_correctable]
    if not unknown:
        return ()
    joined = _join(engine, text, words, known)
    found = {each.start: each for each in joined}
    others = sorted({word.term for word in words if word.term in known}, key=lambda term: (known[term], term))[:OTHERS]
    for word in unknown[:MOST_CORRECTED]:
        if any(each.start <= word.start < each.end for each in joined):
            continue
        candidates = list(_iter_candidates(engine, word))
        best = _choose(engine, fold_word(word.text), candidates, {term: known[term] for term in others})
        if best is not None:
            found[word.start] = Replacement(word.start, word.end, best)
    return tuple(found[start] for start in sorted(found))


def apply_corrections(text: str, replacements: Sequence[Replacement]) -> str:
    """A query's text with its misspelt words replaced."""
    for each in reversed(replacements):
        text = text[: each.start] + each.text + text[each.end :]
    return text


def describe_corrections(text: str, replacements: Sequence[Replacement]) -> tuple[Correction, ...]:
    """What was typed, and what was searched in its place."""
    return tuple(Correction(text[each.start : each.end], each.text.strip('"')) for each in replacements)


def _iter_typed(text: str, spans: Sequence[Span]) -> Iterator[_Typed]:
    """The words of plain words: a hyphenated one has several."""
    for start, end in spans:
        words = list(iter_words(text[start:end]))
        single = [word for word in words if not word.whole]
        for word in single:
            typed = text[start + word.start : start + word.end]
            yield _Typed(start + word.start, start + word.end, typed, word.term, len(single) == 1)


def _join(engine: Engine, text: str, words: list[_Typed], known: dict[str, int]) -> list[Replacement]:
    """Words that were typed in two."""
    pairs = [
        (left, right)
        for left, right in pairwise(words)
        if (left.term not in known or right.term not in known)
        and left.is_alone
        and right.is_alone
        and text[left.end : right.start].isspace()
        and f"{left.text}{right.text}".isalpha()
    ]
    terms = {pair: stem(fold_word(pair[0].text + pair[1].text)) for pair in pairs}
    whole = engine.known(_FIELDS, list(terms.values()))
    found: list[Replacement] = []
    for (left, right), term in terms.items():
        if term in whole and not (found and found[-1].end > left.start):
            found.append(Replacement(left.start, right.end, left.text + right.text))
    return found


def _iter_candidates(engine: Engine, word: _Typed) -> Iterator[_Candidate]:
    """What may have been meant by a word, none twice."""
    typed = fold_word(word.text)
    edits = dict(iter_one_edit(typed))
    terms: dict[str, str] = {}
    for edit in sorted(edits, key=lambda each: (edits[each], each)):
        terms.setdefault(stem(edit), edit)
    known = engine.known(_FIELDS, list(terms))
    for term, articles in known.items():
        yield _Candidate(terms[term], anywhere(term), articles, edits[terms[term]], term)
    if word.is_alone:
        for left, right in find_splits(typed):
            parts = [stem(left), stem(right)]
            if len(engine.known(_FIELDS, parts)) == len(set(parts)):
                query = plain.AnyField(plain.Or([plain.Phrase(name, parts) for name in _FIELDS]))
                if articles := engine.count(query):
                    yield _Candidate(f'"{left} {right}"', query, articles, penalty_of("split"))
    if not known and len(typed) >= LONG:
        # A slip may have changed what the stemmer takes for an ending.
        like = {spelt for each in {typed, stem(typed)} for spelt in engine.spellings(_FIELDS, each, CANDIDATES)}
        for term, articles in like:
            if term[0] == typed[0]:
                yield _Candidate(term, anywhere(term), articles, penalty_of("two edits"), term)


def _choose(engine: Engine, typed: str, candidates: list[_Candidate], others: dict[str, int]) -> str | None:
    """The likeliest candidate. `others`: words of the query, and how many articles have each."""
    likeliest = sorted(candidates, key=lambda each: (-each.likelihood, each.text))[:CANDIDATES]
    scored = [(each.likelihood, each) for each in likeliest]
    if len(likeliest) > 1 and others:
        total = max(1, engine.count())
        scored = [(score + _weigh_company(engine, each, others, total), each) for score, each in scored]
        scored.sort(key=lambda pair: (-pair[0], pair[1].text))
    forms = [(score, *_find_form(engine, typed, each)) for score, each in scored[:ATTESTED]]
    best = max(forms, key=lambda form: form[0] - form[1], default=None)
    return best[2] if best and best[1] < math.inf else None


def _find_form(engine: Engine, typed: str, candidate: _Candidate) -> tuple[float, str]:
    """A candidate as articles spell it, and what speaks against it where they spell it otherwise only.

    What one slip leads to may be no word though its stem is one: `coed` of `co`.
    """
    if not candidate.term:
        return 0.0, candidate.text
    forms = find_forms(engine, candidate.term, articles=ARTICLES)
    if candidate.text in forms:
        return 0.0, candidate.text
    nearest = min(forms, key=lambda form: count_edits(typed, form), default=candidate.text)
    edits = count_edits(typed, nearest)
    if candidate.penalty >= penalty_of("two edits"):
        return (0.0 if edits <= MOST_EDITS else math.inf), nearest
    if edits <= 1:
        return 0.0, nearest
    return UNATTESTED, nearest if candidate.text == candidate.term else candidate.text


def _weigh_company(engine: Engine, candidate: _Candidate, others: dict[str, int], total: int) -> float:
    """How likely the other words of the query are in articles that have a candidate, as a logarithm."""
    weight = 0.0
    for term, articles in others.items():
        together = engine.count(plain.And([candidate.query, anywhere(term)]))
        weight += math.log((together + SMOOTHING * articles / total) / (candidate.articles + SMOOTHING))
    return weight
