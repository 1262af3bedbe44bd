"""Other spellings of a name that are in the archive: who else is Gaddafi?

A word or phrase is taken for a name made of parts, each with an article before it or not (`ez-Zor`). For each part the
index gives the words with the same consonants (`codec.skeletons`), of which those are kept that sound alike
(`transliteration`). What is left must stand in articles, written as a name is: with a capital where its script has any.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import fold_word, iter_words, stem
from newsgrep.search.highlights import build_marker
from newsgrep.search.some_words import analyze_some
from newsgrep.search.terms import TEXT_FIELDS
from newsgrep.search.transliteration import (
    count_consonants,
    find_forms,
    find_skeletons,
    measure_difference,
    split_sounds,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsgrep.archive.engine import Engine

MOST_VARIANTS = 12
"""Variants of one name: those that sound nearest."""
MOST_LOOKED_AT = 16
"""Words of the index that are looked up in articles, for one part of a name."""
MOST_PHRASES = 48
"""Ways to put the parts of a name together that are tried."""
MOST_RATED = 1_500
"""Words with the same consonants that are compared by sound: the most frequent."""
SAMPLE = 3
"""Articles that are asked how a word is written."""
MOST_PARTS = 4
NAMED = 0.6
"""Share of a word's occurrences that have a capital, for a name."""

_OF_ARTICLE = 0.12
"""How much more a word with a joined article may differ: by the vowel of that."""
_LONGEST_ACRONYM = 3
_ROUGH = 0.1
"""How much more a stem may differ than the word it was made of."""
_ARTICLES = ("al", "el", "ul", "il")
_ARTICLE = re.compile("[aeiu](?:l|[b-df-hj-np-tv-z]{1,2})")
_JOINED_ARTICLE = re.compile("[aeiu](?:l(?=[^aeiou])|(?P<first>[dtzsrn]|sh|ch|dh|th)(?=(?P=first)))(?P<core>.{3,})")
_FIELDS = tuple(name for name, _ in TEXT_FIELDS)


class Variant(NamedTuple):
    """One way in which a name is spelt in the archive."""

    text: str
    """As an article has it."""
    terms: tuple[str, ...]
    """The index words, one after the other."""
    articles: int


class _Core(NamedTuple):
    """A word that may be a part of the name, as the index has it, and how differently it sounds."""

    term: str
    difference: float


def most_difference(word: str) -> float:
    """How differently a spelling of a folded name may sound: little for a short one, which has many neighbours."""
    sounds = split_sounds(word)
    consonants = count_consonants(sounds) + (len(word) > 2 and word[0] == "y")
    return (0.0, 0.0, 0.2, 0.33, 0.5, 0.7)[min(consonants, 5)]


def rank_alike(
    word: str, candidates: Iterable[str], most: float | None = None, *, stemmed: bool = False
) -> list[tuple[str, float]]:
    """Of some folded words, or stems of such, those that sound like one, with how much they differ, the nearest first.

    `most` is how much they may differ, by default `most_difference`.
    """
    most = most_difference(word) if most is None else most
    forms = find_forms(word) if stemmed else (word,)
    rated = ((each, min(measure_difference(form, each, most) for form in forms)) for each in candidates)
    return sorted((pair for pair in rated if pair[1] <= most), key=lambda pair: (pair[1], pair[0]))


def phrase_of(terms: Sequence[str], field: str, weight: float = 1.0) -> plain.PlainQuery:
    """The query for index words that stand one after the other, in one field."""
    return plain.Term(field, terms[0], weight) if len(terms) == 1 else plain.Phrase(field, terms, boost=weight)


class VariantFinder:
    """Finds the variants of names in one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cores: dict[tuple[str, float], tuple[_Core, ...]] = {}
        self._seen: dict[tuple[str, ...], _Evidence] = {}

    def find(self, typed: str, *, asked: bool = False) -> tuple[Variant, ...]:
        """The variants of a word or phrase, the most frequent first.

        asked: whether this very word was asked for; otherwise what the archive does not write as a name has none.
        """
        words = [word for word in iter_words(typed, stemmed=False) if not word.whole]
        folded = [word.term for word in words]
        if not folded or any(term.isdigit() for term in folded):
            return ()
        own = tuple(stem(term) for term in folded)
        if not asked and (seen := self._look(own)).articles and not seen.is_name:
            return ()
        units = _split_units(folded)
        if len(units) > MOST_PARTS:
            return ()
        ways = self._put_together(units)
        if len(folded) > 1 and len(own) <= 3:
            joined = "".join(folded)
            ways += [((stem(joined),), 0.1), *(((core.term,), core.difference) for core in self._find_cores(joined))]
        found: dict[tuple[str, ...], Variant] = {}
        for terms, _ in sorted(ways, key=lambda way: way[1])[:MOST_PHRASES]:
            if terms == own or terms in found or len(found) >= MOST_VARIANTS:
                continue
            evidence = self._look(terms)
            if evidence.articles and evidence.is_name:
                found[terms] = Variant(evidence.text, terms, evidence.articles)
        for terms in [own, *found]:
            self._drop_what_is_within(terms, found)
        return tuple(sorted(found.values(), key=lambda each: (-each.articles, each.text)))

    def _drop_what_is_within(self, whole: tuple[str, ...], found: dict[tuple[str, ...], Variant]) -> None:
        """A hyphenated name is in the index as a whole and by its parts: keep of both what finds more."""
        for terms in [terms for terms in found if len(terms) > len(whole) == 1 and "".join(terms) == whole[0]]:
            both = self._engine.count(plain.And([_anywhere(whole), _anywhere(terms)]))
            if whole in found and both == found[whole].articles:
                del found[whole]
                return
            if both == found[terms].articles:
                del found[terms]

    def count(self, terms: tuple[str, ...]) -> int:
        """How many articles have index words that stand one after the other."""
        return self._engine.count(_anywhere(terms))

    def weigh(self, ways: Sequence[tuple[str, ...]]) -> list[float]:
        """What each of some alternatives has to be multiplied by, to count as much as the most frequent one.

        A spelling that is rare is no more telling than the usual one, but BM25 would take it so.
        """
        total = max(1, self._engine.count())
        rarities = []
        for terms in ways:
            dfs = [self._engine.count(_anywhere((term,))) for term in terms]
            rarities.append(sum(math.log(total / (df + 1)) + 1 for df in dfs))
        present = [rarity for terms, rarity in zip(ways, rarities, strict=True) if self._engine.count(_anywhere(terms))]
        least = min(present, default=1.0)
        return [min(1.0, max(0.05, least / rarity)) if rarity > 0 else 1.0 for rarity in rarities]

    def _put_together(self, units: list[_Unit]) -> list[tuple[tuple[str, ...], float]]:
        """The ways to spell a name, as index words one after the other, with how much they differ."""
        ways = [
            [(terms, difference) for terms, difference in self._spell(unit, alone=len(units) == 1)] for unit in units
        ]
        together = []
        for chosen in itertools.islice(itertools.product(*ways), 20_000):
            terms = tuple(term for part, _ in chosen for term in part)
            together.append((terms, sum(difference for _, difference in chosen)))
        together.sort(key=lambda way: way[1])
        return together

    def _spell(self, unit: _Unit, *, alone: bool) -> list[tuple[tuple[str, ...], float]]:
        """The ways to spell one part of a name, its own among them."""
        own = _Core(stem(unit.core), 0.0)
        cores = (own, *self._find_cores(unit.core))
        ways: list[tuple[tuple[str, ...], float]] = []
        if unit.article or unit.joined:
            for core in cores:
                for article in dict.fromkeys([unit.article or "al", *_articles_before(core.term)]):
                    ways += [((article, core.term), core.difference), ((article + core.term,), core.difference)]
                if not alone:
                    ways.append(((core.term,), core.difference + 0.1))
            joined = unit.joined or unit.article + unit.core
            for form in dict.fromkeys([joined, *(f"{article}{unit.core}" for article in _articles_before(unit.core))]):
                ways.append(((stem(form),), 0.0))
                if form == joined or form[0] == "e":
                    ways += [((core.term,), core.difference) for core in self._find_cores(form, slack=_OF_ARTICLE)]
        else:
            ways += [((core.term,), core.difference) for core in cores]
            ways += [((first, second), 0.1) for first, second in self._find_splits(unit.core)]
        known = {term for terms, _ in ways for term in terms if self._is_there(term)}
        kept = [(terms, difference) for terms, difference in ways if all(term in known for term in terms)]
        return list(dict(sorted(kept, key=lambda way: -way[1])).items())

    def _is_there(self, term: str) -> bool:
        return bool(self._engine.count(_anywhere((term,))))

    def _find_splits(self, word: str) -> list[tuple[str, str]]:
        """Two words that are written as one: Bin Laden, Binladen."""
        if not word.isalpha() or not 6 <= len(word) <= 20:
            return []
        pairs = [(stem(word[:at]), stem(word[at:])) for at in range(2, len(word) - 2)]
        return [pair for pair in pairs if self._is_there(pair[0]) and self._is_there(pair[1])]

    def _find_cores(self, word: str, slack: float = 0.0) -> tuple[_Core, ...]:
        """Words of the archive that sound like one, the nearest first."""
        key = (word, slack)
        if key not in self._cores:
            self._cores[key] = tuple(self._search_cores(word, most_difference(word) + slack))
        return self._cores[key]

    def _search_cores(self, word: str, most: float) -> Iterable[_Core]:
        skeletons: dict[str, None] = {}
        initials: set[str] = set()
        for form in find_forms(word):
            of_form, letters = find_skeletons(form)
            skeletons |= dict.fromkeys(each for each in of_form if len(each) > 1)
            initials |= set(letters)
        if not skeletons:
            return
        found = self._engine.alike(_FIELDS, list(skeletons), "".join(sorted(initials)), len(word) + 6)
        found.pop(stem(word), None)
        frequent = sorted(found, key=lambda term: (-found[term], term))[:MOST_RATED]
        for term, _ in rank_alike(word, frequent, most + _ROUGH, stemmed=True)[:MOST_LOOKED_AT]:
            surface = self._look((term,)).text
            difference = measure_difference(word, fold_word(surface)) if surface else math.inf
            if difference <= most:
                yield _Core(term, difference)

    def _look(self, terms: tuple[str, ...]) -> _Evidence:
        if terms not in self._seen:
            self._seen[terms] = _read_evidence(self._engine, terms)
        return self._seen[terms]


class _Evidence(NamedTuple):
    """How the archive writes a name."""

    text: str
    """Its most frequent form; empty where it is in no article."""
    articles: int
    is_name: bool


def _read_evidence(engine: Engine, terms: tuple[str, ...]) -> _Evidence:
    query = _anywhere(terms)
    found = engine.run(query, None, order=None, offset=0, limit=SAMPLE)
    if not found.total:
        return _Evidence("", 0, is_name=False)
    marker = build_marker(query, iter_words, analyze_some)
    forms: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for article in engine.fetch([reference for reference, _ in found.documents]):
        for field, text in (("title", article.title), ("body", article.body)):
            marks = [text[mark.start : mark.end] for mark in marker.spans(field, text)]
            shouts = text.isupper()
            if field == "title" and (shouts or text.istitle()):
                # Every word of such a headline has a capital.
                continue
            forms.update(marks)
            named.update(form for form in marks if _is_capital(form, shouts=shouts))
    if not forms:
        return _Evidence("", found.total, is_name=False)
    is_name = named.total() >= NAMED * forms.total()
    chosen = named if is_name else forms
    text = min(chosen, key=lambda form: (-chosen[form], form))
    return _Evidence(" ".join(text.split()), found.total, is_name)


def _is_capital(form: str, *, shouts: bool) -> bool:
    """Whether a name is written as one: its last word begins with a capital, or its script has none.

    A longer word all in capitals is an abbreviation or a heading, unless the whole text is (`shouts`).
    """
    words = re.findall(r"[^\W\d_]+", form)
    if not words or words[-1][0].islower():
        return False
    return shouts or len(words[-1]) <= _LONGEST_ACRONYM or not words[-1].isupper()


def _anywhere(terms: tuple[str, ...]) -> plain.PlainQuery:
    return plain.Or([phrase_of(terms, field) for field in _FIELDS])


class _Unit(NamedTuple):
    """One part of a name, folded."""

    core: str
    article: str = ""
    """What stands before it as a word of its own."""
    joined: str = ""
    """The part as typed, where an article may be joined to it."""


def _split_units(words: list[str]) -> list[_Unit]:
    units: list[_Unit] = []
    at = 0
    while at < len(words):
        word = words[at]
        if at + 1 < len(words) and _is_article(word, words[at + 1]):
            units.append(_Unit(words[at + 1], article=word))
            at += 2
            continue
        joined = _JOINED_ARTICLE.fullmatch(word)
        units.append(_Unit(joined["core"], joined=word) if joined else _Unit(word))
        at += 1
    return units


def _is_article(word: str, following: str) -> bool:
    """Whether a word is the Arabic article before another: al, or with the consonant that it takes from that one."""
    return word in _ARTICLES or (_ARTICLE.fullmatch(word) is not None and following.startswith(word[1:]))


def _articles_before(core: str) -> tuple[str, ...]:
    """The forms of the Arabic article before a word."""
    first = re.match("sh|dh|th|[dtzsrn]", core)
    assimilated = (f"{vowel}{sound}" for sound in {first[0], first[0][0]} for vowel in "aeu") if first else ()
    return (*_ARTICLES, *assimilated)
