"""Words of a query that stand for more than was typed: variants of a name, and synonyms of the user's.

What is added is told: `Widener.expansions` has every word with what it also finds, and in how many articles.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.search.parsed_query import Parsed, make_value
from newsgrep.search.query_tokens import OPERATORS, TOKEN, read_near
from newsgrep.search.results import Expansion, Way
from newsgrep.search.synonyms import terms_of
from newsgrep.search.terms import FIELDS, Kind, in_scope, phrase_in

if TYPE_CHECKING:
    from newsgrep.archive.engine import Engine
    from newsgrep.search.synonyms import Synonyms
    from newsgrep.search.terms import Build

MOST_NAMES = 40
"""Words and phrases of one query that are looked for in other spellings."""
_PLAIN = re.compile(r"[\w][\w'’.&-]*")


class Widener:
    """What the words of one query stand for in one archive."""

    def __init__(self, engine: Engine, *, variants: bool = False, synonyms: Synonyms | None = None) -> None:
        """variants: whether every word is to reach its variants, marked or not."""
        from newsgrep.search.variants import VariantFinder

        self._finder = VariantFinder(engine)
        self._every = variants
        self._synonyms = synonyms
        self._found: dict[tuple[str, bool], tuple[_Alternative, ...]] = {}
        self._looked = 0
        self.expansions: list[Expansion] = []
        self.notes: list[str] = []

    def find(self, typed: str, *, marked: bool) -> tuple[_Alternative, ...]:
        """What a word or phrase of the text stands for, itself first; empty where it is for itself alone."""
        key = (" ".join(typed.split()), marked)
        if key not in self._found:
            self._found[key] = tuple(self._search(*key))
        return self._found[key]

    def _search(self, typed: str, marked: bool) -> list[_Alternative]:
        ways: dict[tuple[str, ...], str] = {}
        if self._synonyms and (others := self._synonyms.find(typed)):
            counted = [(each, terms_of(each)) for each in others]
            found = tuple(Way(each, self._finder.count(terms)) for each, terms in counted)
            self.expansions.append(Expansion(typed, "synonym", found))
            ways |= {terms: each for (each, terms), way in zip(counted, found, strict=True) if way.articles}
        if (marked or self._every) and self._may_look(typed):
            variants = [each for each in self._finder.find(typed, asked=marked) if each.terms not in ways]
            if variants or marked:
                shown = tuple(Way(each.text, each.articles) for each in variants)
                self.expansions.append(Expansion(typed, "variant", shown))
            ways |= {each.terms: each.text for each in variants}
        if not ways:
            return []
        own = terms_of(typed)
        weights = self._finder.weigh([own, *ways])
        if not self._finder.count(own):
            # Nothing is lost without it, and nobody is told that it is what keeps a query from finding anything.
            weights[0] = 0.0
        return [
            _Alternative(terms, text, weight)
            for terms, text, weight in zip([own, *ways], [typed, *ways.values()], weights, strict=True)
        ]

    def _may_look(self, typed: str) -> bool:
        self._looked += 1
        if self._looked == MOST_NAMES + 1:
            self.notes.append(f"only {MOST_NAMES} words were looked for in other spellings, those before {typed}")
        return self._looked <= MOST_NAMES

    def read_value(
        self, build: Build, field: str | None, typed: str, shown: str, *, marked: bool = False
    ) -> Parsed | None:
        """As `parsed_query.make_value` for a word or phrase of the text, and for what else it stands for."""
        ways = self.find(typed, marked=marked)
        if not ways:
            return make_value(build, field, shown)
        scale, others = ways[0].weight, ways[1:]
        builds: list[Build] = [each.build for each in others]
        if scale:
            builds.insert(0, lambda name, weight: build(name, weight * scale))
        return _join(builds, field, [shown, *(each.shown for each in others)])

    def read_run(self, text: str, at: int, field: str | None) -> tuple[Parsed, int] | None:
        """Several words that stand side by side and have synonyms together; and where they end."""
        if self._synonyms is None or self._synonyms.most_words < 2 or (field and FIELDS[field] is not Kind.TEXT):
            return None
        words: list[str] = []
        end = at
        best: tuple[Parsed, int] | None = None
        while len(words) < self._synonyms.most_words and (token := TOKEN.match(text, end)) is not None:
            word = token["word"]
            if not word or not _PLAIN.fullmatch(word) or word in OPERATORS or read_near(text, end):
                break
            words.append(word)
            end = token.end()
            following = TOKEN.match(text, end)
            is_bound = (following and following["word"] in OPERATORS) or read_near(text, end)
            if len(words) > 1 and not is_bound and self._synonyms.find(" ".join(words)):
                best = self._read_words(words, field), end
        return best

    def _read_words(self, words: list[str], field: str | None) -> Parsed:
        typed = " ".join(words)
        others = self.find(typed, marked=False)[1:]
        each_word = [query for word in words if (query := in_scope(field, partial(phrase_in, text=word))) is not None]
        text = " AND ".join(f"{field}:{word}" if field else word for word in words)
        if not others:
            return Parsed(plain.And(each_word), text, "AND", grouped=True)
        joined = _join([each.build for each in others], field, [each.shown for each in others])
        return Parsed(plain.Or([plain.And(each_word), joined.asked]), f"({text}) OR {joined.text}", "OR", grouped=True)


class _Alternative(NamedTuple):
    terms: tuple[str, ...]
    text: str
    weight: float

    @property
    def shown(self) -> str:
        """As it would be typed."""
        return f'"{self.text}"' if re.search(r"\s", self.text) else self.text

    def build(self, name: str, weight: float) -> plain.PlainQuery | None:
        """The query for one field."""
        if len(self.terms) == 1:
            return plain.Term(name, self.terms[0], weight * self.weight)
        return plain.Phrase(name, self.terms, boost=weight * self.weight)


def _join(builds: list[Build], field: str | None, shown: list[str]) -> Parsed:
    """Ways to say one thing: an article has to have any of them."""

    def build(name: str, weight: float) -> plain.PlainQuery | None:
        built = [query for each in builds if (query := each(name, weight)) is not None]
        return plain.Or(built) if built else None

    asked = [query for each in builds if (query := in_scope(field, each)) is not None]
    text = " OR ".join(dict.fromkeys(f"{field}:{each}" if field else each for each in shown))
    return Parsed(plain.Or(asked) if len(asked) > 1 else asked[0], text, "OR", build, field, grouped=True)
