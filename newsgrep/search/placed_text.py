"""Where a positional question stands in one text: for what the index does not keep, and to highlight what matched.

The records are those of `codec.plain_query`. Places mean what they mean in `codec.spans`: first and last word, by their
positions.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.bounds import TooCostly
from newsgrep.codec.plain_query import SENTENCE_WORDS, ExactForm, SameUnit
from newsgrep.codec.sentences import PARAGRAPH_END, iter_sentences
from newsgrep.codec.words import iter_words, read_form
from newsgrep.search.placed_query import iter_text_leaves
from newsgrep.search.some_words import analyze_some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from newsgrep.codec.words import Word

Place = tuple[int, int]
"""Positions of the first and of the last word."""

MOST_PAIRS = 20_000
"""Pairs of places that are looked at in one text."""


@dataclass(frozen=True, slots=True)
class TextTest:
    """Whether a positional query of one field stands in the stored text: the test of a `Confirmed`."""

    fieldname: str
    query: plain.PlainQuery

    def __call__(self, stored: Mapping[str, Any]) -> bool:
        """Whether the query stands in the field."""
        text = stored.get(self.fieldname) or ""
        if isinstance(self.query, ExactForm) and (stands := _stands(self.query, text)) is not None:
            return stands
        return PlacedText(text, find_terms(self.query)).stands(self.query)

    def count_in(self, text: str) -> int:
        """How many places there are, by their first words."""
        return len({start for start, _ in PlacedText(text, find_terms(self.query)).places(self.query)})


@dataclass(frozen=True, slots=True)
class CountTest:
    """Whether queries of several fields stand often enough in the stored texts together."""

    parts: tuple[TextTest, ...]
    count: int

    def __call__(self, stored: Mapping[str, Any]) -> bool:
        """Whether there are enough places."""
        return sum(part.count_in(stored.get(part.fieldname) or "") for part in self.parts) >= self.count


def build_test(query: plain.PlainQuery) -> Callable[[Mapping[str, Any]], bool]:
    """The test of a positional query, for an index that cannot tell by itself whether it stands."""
    if isinstance(query, plain.AtLeast):
        return CountTest(tuple(TextTest(_field_of(part), part) for part in query.subqueries), query.count)
    return TextTest(_field_of(query), query)


def _field_of(query: plain.PlainQuery) -> str:
    leaf: Any = next(iter_text_leaves(query))
    return str(leaf.fieldname)


def _stands(query: ExactForm, text: str) -> bool | None:
    """Whether one word stands in a text in its form; None where all words have to be read to know."""
    form = query.forms[0]
    if len(query.forms) != 1 or not form.isascii() or not form.isalnum():
        return None
    terms = find_terms(query.candidates).exact
    plainly, at_all = _compile_form(form, query.cased, form.lower() in terms)
    if plainly.search(text):
        return True
    # Letters beyond ASCII may fold to those of the word.
    if not (text.isascii() or _TYPOGRAPHIC.sub("", text).isascii()):
        return None
    for match in at_all.finditer(text):
        # Words never reach over a blank: what stands around the letters is all that decides.
        begin = max(text.rfind(" ", 0, match.start()), text.rfind("\n", 0, match.start())) + 1
        rest = _BLANK.search(text, match.end())
        around = text[begin : rest.start() if rest else len(text)]
        for word in iter_words(around):
            if word.term in terms and read_form(around[word.start : word.end], cased=query.cased) == form:
                return True
    return False


_BLANK = re.compile(r"\s")
_TYPOGRAPHIC = re.compile("[\u2010-\u2027\u2030-\u205e\u00a0\u00ab\u00bb€£]+")


@functools.lru_cache(maxsize=64)
def _compile_form(form: str, cased: bool, is_stem: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A word between signs that join no words, and its letters in order with any signs between them."""
    flags = re.NOFLAG if cased else re.IGNORECASE
    # An acronym with dots is its own stem.
    dotted = rf"|{re.escape('.'.join(form))}\.?" if is_stem and 1 < len(form) < 6 and form.isalpha() else ""
    plainly = re.compile(rf"""(?:^|[\s("“])(?:{form}{dotted})(?=$|[\s");:!?”]|[.,](?:\s|$))""", flags)
    return plainly, re.compile(r"[^\w\s]*_*".join(form), flags)


class Terms(NamedTuple):
    """How the words of a query are told in a text."""

    exact: frozenset[str]
    tests: tuple[tuple[plain.PlainQuery, Callable[[str], bool]], ...]


@functools.lru_cache(maxsize=256)
def find_terms(query: plain.PlainQuery) -> Terms:
    """The terms that a positional query looks at, and tests for its patterns."""
    exact: set[str] = set()
    tests: dict[plain.PlainQuery, Callable[[str], bool]] = {}
    for leaf in iter_text_leaves(query, negated=True):
        match leaf:
            case plain.Term():
                exact.add(leaf.text)
            case plain.Phrase():
                exact.update(leaf.words)
            case ExactForm():
                exact |= find_terms(leaf.candidates).exact
            case plain.Prefix() | plain.Wildcard() | plain.FuzzyTerm():
                from newsgrep.codec.queries import build_query
                from newsgrep.search.whoosh_marks import read_word

                if (test := read_word(build_query(leaf)).test) is not None:
                    tests[leaf] = test
            case _:
                pass
    return Terms(frozenset(exact), tuple(tests.items()))


class PlacedText:
    """The words of one text that a query looks at, by their positions."""

    def __init__(self, text: str, terms: Terms) -> None:
        self._text = text
        self._at: dict[str, list[int]] = {}
        self._fitting: dict[plain.PlainQuery, list[int]] = {}
        self.characters: dict[int, tuple[int, int]] = {}
        """First character and one past the last of the word at a position."""
        self._surfaces: dict[int, list[tuple[int, int]]] = {}
        """The same for all words at a position: a hyphenated word's last part, and the whole."""
        initials = frozenset(term[:1] for term in terms.exact)
        words: Iterable[Word] = iter_words(text) if terms.tests else analyze_some(text, initials)
        decided: dict[str, list[plain.PlainQuery]] = {}
        for word in words:
            term = word.term
            if term in terms.exact:
                self._at.setdefault(term, []).append(word.position)
            elif not terms.tests:
                continue
            if term not in decided:
                decided[term] = [leaf for leaf, test in terms.tests if test(term)]
            for leaf in decided[term]:
                self._fitting.setdefault(leaf, []).append(word.position)
            self._surfaces.setdefault(word.position, []).append((word.start, word.end))
            if not word.whole or word.position not in self.characters:
                self.characters[word.position] = (word.start, word.end)
        self._units: dict[str, list[int]] = {}
        self._pairs = 0

    def places(self, query: plain.PlainQuery) -> list[Place]:
        """Where a query stands, in order, without repeats. Raises TooCostly."""
        match query:
            case plain.Term():
                return [(at, at) for at in sorted(set(self._at.get(query.text, ())))]
            case plain.Phrase():
                return self._phrase(query.words, query.slop)
            case plain.Prefix() | plain.Wildcard() | plain.FuzzyTerm():
                return [(at, at) for at in sorted(set(self._fitting.get(query, ())))]
            case ExactForm():
                return [place for place in self.places(query.candidates) if self._has_form(query, place)]
            case plain.First():
                return [place for place in self.places(query.query) if place[1] < query.count]
            case plain.Near():
                return self._near(query)
            case SameUnit():
                return self._same_unit(query)
            case _:
                return sorted({place for part in plain.iter_parts(query) for place in self.places(part)})

    def _phrase(self, words: tuple[str, ...], slop: int) -> list[Place]:
        found = self.places(plain.Term("", words[0])) if words else []
        for word in words[1:]:
            found = self._pair(found, self.places(plain.Term("", word)), slop)
        return found

    def _has_form(self, query: ExactForm, place: Place) -> bool:
        start, end = place
        if end - start + 1 != len(query.forms):
            return False
        return all(
            any(read_form(self._text[first:last], cased=query.cased) == form for first, last in self._surfaces[at])
            for at, form in enumerate(query.forms, start)
        )

    def stands(self, query: plain.PlainQuery) -> bool:
        """Whether there is any place; cheaper than to find all. Raises TooCostly."""
        match query:
            case plain.Near() if not query.negated:
                left, right = self.places(query.left), self.places(query.right)
                after = _find_followed(left, right, query.distance)
                return bool(after or (not query.ordered and _find_followed(right, left, query.distance)))
            case SameUnit() if not query.negated:
                return next(self._iter_same_unit(query), None) is not None
            case _:
                return bool(self.places(query))

    def _near(self, query: plain.Near) -> list[Place]:
        left, right = self.places(query.left), self.places(query.right)
        if query.negated:
            near = _find_followed(left, right, query.distance)
            if not query.ordered:
                near |= _find_preceded(left, right, query.distance)
            return [a for a in left if a not in near]
        after = self._pair(left, right, query.distance)
        return after if query.ordered else sorted({*after, *self._pair(right, left, query.distance)})

    def _pair(self, left: list[Place], right: list[Place], distance: int) -> list[Place]:
        """All pairs of a place and one that begins after it, `distance` words at most."""
        right = sorted(right)
        starts = [start for start, _ in right]
        found: set[Place] = set()
        for start, end in left:
            near = right[bisect_right(starts, end) : bisect_left(starts, end + distance + 1)]
            self._spend(len(near))
            found.update((start, other) for _, other in near)
        return sorted(found)

    def renew(self) -> None:
        """Let as many pairs be looked at again."""
        self._pairs = 0

    def _spend(self, pairs: int) -> None:
        self._pairs += pairs
        if self._pairs > MOST_PAIRS:
            raise TooCostly(f"words of this query stand together in more than {MOST_PAIRS:,} ways in one article")

    def _same_unit(self, query: SameUnit) -> list[Place]:
        if not query.negated:
            return sorted(set(self._iter_same_unit(query)))
        joined = self._by_unit(query)
        left = self.places(query.left)
        return [a for a in left if not any(self._apart(a, b, query) for b in joined.get(self._unit(a, query.unit), ()))]

    def _by_unit(self, query: SameUnit) -> dict[int, list[Place]]:
        """The places on the right, by the sentence or paragraph that they stand in."""
        found: dict[int, list[Place]] = {}
        for place in self.places(query.right):
            if (unit := self._unit(place, query.unit)) >= 0:
                found.setdefault(unit, []).append(place)
        return found

    def _iter_same_unit(self, query: SameUnit) -> Iterator[Place]:
        joined = self._by_unit(query)
        for a in self.places(query.left):
            for b in joined.get(self._unit(a, query.unit), ()):
                if self._apart(a, b, query):
                    yield min(a[0], b[0]), max(a[1], b[1])

    def _apart(self, one: Place, other: Place, query: SameUnit) -> bool:
        self._spend(1)
        most = SENTENCE_WORDS if query.unit == "s" else len(self._text)
        return 0 < other[0] - one[1] <= most or 0 < one[0] - other[1] <= most

    def _unit(self, place: Place, unit: str) -> int:
        """Which sentence or paragraph a place stands in; -1 where it stands in several."""
        if unit not in self._units:
            if unit == "s":
                starts = [start for start, _ in iter_sentences(self._text)]
            else:
                starts = [0, *(match.end() for match in PARAGRAPH_END.finditer(self._text))]
            self._units[unit] = starts
        starts = self._units[unit]
        first = bisect_right(starts, self.characters[place[0]][0])
        return first if bisect_right(starts, self.characters[place[1]][0]) == first else -1


def _find_followed(left: list[Place], right: list[Place], distance: int) -> set[Place]:
    """The places on the left that one on the right begins after, `distance` words at most."""
    starts = sorted(start for start, _ in right)
    return {a for a in left if bisect_right(starts, a[1]) < bisect_right(starts, a[1] + distance)}


def _find_preceded(left: list[Place], right: list[Place], distance: int) -> set[Place]:
    """The places on the left that one on the right ends before, `distance` words at most."""
    ends = sorted(end for _, end in right)
    return {a for a in left if bisect_left(ends, a[0] - distance) < bisect_left(ends, a[0])}


class PlacedMark(NamedTuple):
    """A word or phrase of a text that stands in a place that a query asks for."""

    start: int
    end: int
    leaf: plain.PlainQuery


def mark_places(query: plain.PlainQuery, text: str) -> list[PlacedMark]:
    """Where the words of a positional query stand in a text, as far as they make it match."""
    placed = PlacedText(text, find_terms(query))
    try:
        asked = placed.places(query)
    except TooCostly:
        # The words alone, wherever they stand.
        asked = [(0, len(text))]
    starts = [start for start, _ in asked]
    # The last place to end among those that begin no later than each.
    reach: list[int] = []
    for _, end in asked:
        reach.append(max(end, reach[-1]) if reach else end)
    marks = []
    placed.renew()
    for leaf in iter_text_leaves(query):
        try:
            places = placed.places(leaf)
        except TooCostly:
            continue
        for first, last in places:
            at = bisect_right(starts, first) - 1
            if at >= 0 and reach[at] >= last:
                marks.append(PlacedMark(placed.characters[first][0], placed.characters[last][1], leaf))
    return marks


MOST_STRETCH = 40
"""Words of the longest stretch that is shown as one: what is farther apart stands on its own."""


def find_stretches(query: plain.PlainQuery, text: str) -> list[tuple[int, int]]:
    """The places of a positional query in a text as characters, from the first word to the last.

    Of places within each other only the inner ones; none that is longer than `MOST_STRETCH` words, and none of words
    that need only be in one sentence or paragraph.
    """
    if _asks_for_unit(query):
        return []
    placed = PlacedText(text, find_terms(query))
    try:
        asked = placed.places(query)
    except TooCostly:
        return []
    found: list[Place] = []
    for place in sorted(asked, key=lambda place: (place[1], -place[0])):
        # Ends rise: a place that begins no later than one before it has that within it.
        if place[1] - place[0] < MOST_STRETCH and (not found or place[0] > found[-1][0]):
            found.append(place)
    return [(placed.characters[first][0], placed.characters[last][1]) for first, last in found]


def _asks_for_unit(query: plain.PlainQuery) -> bool:
    return isinstance(query, SameUnit) or any(map(_asks_for_unit, plain.iter_parts(query)))
