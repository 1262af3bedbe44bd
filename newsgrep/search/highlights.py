"""Where a query's words and phrases stand in a text: which characters of a hit made it a hit?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.search.placed_query import iter_text_leaves
from newsgrep.search.placed_text import CountTest, TextTest, find_stretches, mark_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.query import Query

_Words = Iterable[tuple[str, int, int, int] | tuple[str, int, int, int, bool]]
Analyzer = Callable[[str], _Words]
"""A text to its words: the term as indexed, its position, its first character, one past its last.

What an analyzer says beyond that of a word (`newsgrep.codec.words.Word`) is not looked at.
"""
PartialAnalyzer = Callable[[str, frozenset[str]], _Words]
"""The same for a text and characters: words whose terms begin with none of these may be left out."""

_CACHED_TERMS = 50_000


class WantedWord(NamedTuple):
    """One way to fill a place: a word of the query."""

    name: tuple[object, ...]
    """What makes two query words the same word, whatever their field and boost."""
    terms: Iterable[str]
    """The terms that it stands for."""
    test: Callable[[str], bool] | None = None
    """Tells the others that it stands for, where a list of them would be the index's own."""


class Wanted(NamedTuple):
    """A word or phrase that the query asks of one field."""

    fieldname: str
    places: tuple[tuple[WantedWord, ...], ...]
    """For each word of the phrase, what may stand there; one place for a word on its own."""
    slop: int = 1
    ordered: bool = True


class WantedPlaces(NamedTuple):
    """Words that the query asks of one field in certain places."""

    fieldname: str
    query: plain.PlainQuery


def name_term(text: str) -> WantedWord:
    """The query word that is one term."""
    return WantedWord(("term", text), (text,))


class Mark(NamedTuple):
    """A stretch of text that the query asks for."""

    start: int
    end: int
    term: int
    """Which word or phrase of the query it is; the same in every field."""
    phrase: bool
    """Whether it stands where a phrase asks for it."""


class _Phrase(NamedTuple):
    term: int
    slots: tuple[int, ...]
    slop: int
    ordered: bool


class _FieldWords:
    """What the query asks of one field. A slot is a place for one word: a query word or one word of a phrase."""

    def __init__(self) -> None:
        self.exact: dict[str, tuple[int, ...]] = {}
        """Term to the slots that it fills."""
        self.tests: list[tuple[int, Callable[[str], bool]]] = []
        """Slots that a pattern fills."""
        self.terms: dict[int, int] = {}
        """Slots that are a query word on their own, with its number."""
        self.phrases: list[_Phrase] = []
        self.placed: list[plain.PlainQuery] = []
        self.numbers: dict[plain.PlainQuery, int] = {}
        """Words and phrases of the placed ones, with their numbers."""
        self.decided: dict[str, tuple[int, ...]] = {}
        self._slots = 0

    @property
    def initials(self) -> frozenset[str]:
        """The first characters of the terms asked for."""
        return frozenset(term[:1] for term in self.exact)

    def find_slots(self, term: str) -> tuple[int, ...]:
        """The slots that a term fills; each distinct term meets the patterns once."""
        found = self.decided.get(term)
        if found is None:
            found = self.exact.get(term, ()) + tuple(slot for slot, test in self.tests if test(term))
            if len(self.decided) >= _CACHED_TERMS:
                self.decided.clear()
            self.decided[term] = found
        return found

    def add_slot(self, words: Iterable[WantedWord]) -> int:
        """Make a place that any of some query words fills."""
        slot = self._slots
        self._slots += 1
        for word in words:
            for term in word.terms:
                self.exact[term] = (*self.exact.get(term, ()), slot)
            if word.test is not None:
                self.tests.append((slot, word.test))
        return slot


class Marker:
    """Finds the words of one query in texts. Make it once per query with `build_marker`."""

    def __init__(self, fields: dict[str, _FieldWords], analyze: Analyzer, analyze_some: PartialAnalyzer | None) -> None:
        self._fields = fields
        self._analyze = analyze
        self._analyze_some = analyze_some

    def spans(self, fieldname: str, text: str, *, whole: bool = False) -> tuple[Mark, ...]:
        """Where the words that the query asks of this field stand: in order, not overlapping.

        With `whole`, words that are asked for near each other are one stretch, from the first of them to the last.
        """
        asked = self._fields.get(fieldname)
        if asked is None:
            return ()
        find = asked.find_slots if asked.tests else asked.exact.get
        terms = asked.terms
        marks: list[Mark] = []
        places: dict[int, dict[int, tuple[int, int]]] = {}
        # A pattern may ask for any word.
        some = None if asked.tests else self._analyze_some
        for placed in asked.placed:
            for start, end, leaf in mark_places(placed, text):
                marks.append(Mark(start, end, asked.numbers[leaf], phrase=True))
            if whole:
                number = min(asked.numbers[leaf] for leaf in iter_text_leaves(placed))
                marks += [Mark(start, end, number, phrase=True) for start, end in find_stretches(placed, text)]
        if not asked.exact and not asked.tests:
            return _merge(marks)
        for word in some(text, asked.initials) if some else self._analyze(text):
            slots = find(word[0])
            if not slots:
                continue
            _, position, start, end = word[:4]
            for slot in slots:
                if slot in terms:
                    marks.append(Mark(start, end, terms[slot], phrase=False))
                else:
                    places.setdefault(slot, {}).setdefault(position, (start, end))
        for phrase in asked.phrases:
            of_slots = [places.get(slot, {}) for slot in phrase.slots]
            marks.extend(_mark_phrase(phrase, of_slots))
            if whole and phrase.ordered and phrase.slop > 1:
                marks.extend(_join_phrase(phrase, of_slots))
        return _merge(marks)


def build_marker(
    query: plain.PlainQuery | Query, analyze: Analyzer, analyze_some: PartialAnalyzer | None = None
) -> Marker:
    """Prepare a query, of plain records or of Whoosh's classes, for marking.

    analyze: says which words a text has; analyze_some: the same, quicker, where only some words are of interest.

    A word or phrase of one field marks that field only; words under Not mark nothing; a word of a phrase is marked
    only where the phrase stands. A query class that is not known here marks the words it names.
    """
    fields: dict[str, _FieldWords] = {}
    numbers: dict[object, int] = {}
    for wanted in _iter_wanted(query):
        _add_wanted(fields, numbers, wanted)
    return Marker(fields, analyze, analyze_some)


def _iter_wanted(query: plain.PlainQuery | Query) -> Iterator[Wanted | WantedPlaces]:
    if isinstance(query, plain.PlainQuery):
        return _iter_plain(query)
    from newsgrep.search.whoosh_marks import iter_wanted

    return iter_wanted(query)


def _iter_plain(query: plain.PlainQuery) -> Iterator[Wanted | WantedPlaces]:
    """The words and phrases that a document has to hold, or may."""
    match query:
        case plain.Term():
            yield Wanted(query.fieldname, ((name_term(query.text),),))
        case plain.Phrase():
            yield Wanted(query.fieldname, tuple((name_term(word),) for word in query.words), query.slop)
        case plain.Confirmed() if isinstance(query.test, TextTest):
            yield from _iter_placed(query.test.query)
        case plain.Confirmed() if isinstance(query.test, CountTest):
            for each in query.test.parts:
                yield from _iter_placed(each.query)
        case plain.Near() | plain.First():
            yield from _iter_placed(query)
        case plain.Prefix() | plain.Wildcard() | plain.FuzzyTerm():
            from newsgrep.codec.queries import build_query
            from newsgrep.search.whoosh_marks import iter_wanted

            yield from iter_wanted(build_query(query))
        case plain.Not():
            pass
        case _:
            for part in plain.iter_parts(query):
                yield from _iter_plain(part)


def _iter_placed(query: plain.PlainQuery) -> Iterator[WantedPlaces]:
    names = {leaf.fieldname for leaf in iter_text_leaves(query) if hasattr(leaf, "fieldname")}
    yield from (WantedPlaces(name, query) for name in sorted(names))


def _add_wanted(fields: dict[str, _FieldWords], numbers: dict[object, int], wanted: Wanted | WantedPlaces) -> None:
    if isinstance(wanted, WantedPlaces):
        asked = fields.setdefault(wanted.fieldname, _FieldWords())
        asked.placed.append(wanted.query)
        for leaf in iter_text_leaves(wanted.query):
            asked.numbers[leaf] = numbers.setdefault(_name_leaf(leaf), len(numbers))
        return
    if not wanted.places:
        return
    names = tuple(tuple(word.name for word in place) for place in wanted.places)
    single = len(names) == 1 == len(names[0])
    number = numbers.setdefault(names[0][0] if single else (names, wanted.slop), len(numbers))
    asked = fields.setdefault(wanted.fieldname, _FieldWords())
    slots = tuple(asked.add_slot(place) for place in wanted.places)
    if len(slots) == 1:
        asked.terms[slots[0]] = number
    else:
        asked.phrases.append(_Phrase(number, slots, wanted.slop, wanted.ordered))


def _name_leaf(leaf: plain.PlainQuery) -> object:
    """What makes two words of places the same, whatever their field."""
    if isinstance(leaf, plain.Term):
        return name_term(leaf.text).name
    text = getattr(leaf, "text", None) or getattr(leaf, "words", None) or getattr(leaf, "forms", None)
    return (type(leaf), text)


def _mark_phrase(phrase: _Phrase, places: list[dict[int, tuple[int, int]]]) -> Iterable[Mark]:
    """Marks for every standing of a phrase; `places` maps position to characters, for each word of the phrase."""
    if not all(places):
        return
    # The words of an unordered phrase may stand in any turn, so the first and the last may be all others apart.
    slop = phrase.slop if phrase.ordered else phrase.slop * (len(places) - 1)
    kept = [sorted(place) for place in places]
    for i in range(1, len(kept)):
        kept[i] = [p for p in kept[i] if _has_near(kept[i - 1], p, -slop, phrase.ordered)]
    for i in range(len(kept) - 2, -1, -1):
        kept[i] = [p for p in kept[i] if _has_near(kept[i + 1], p, slop, phrase.ordered)]
    loose = [set(positions) for positions in kept]
    stand = [set(positions) for positions in kept]
    for first in kept[0]:
        if all(first + i in positions for i, positions in enumerate(stand)):
            standing = [place[first + i] for i, place in enumerate(places)]
            start, end = min(start for start, _ in standing), max(end for _, end in standing)
            yield Mark(start, end, phrase.term, phrase=True)
            for i, positions in enumerate(loose):
                positions.discard(first + i)
    for place, positions in zip(places, loose, strict=True):
        for position in positions:
            yield Mark(*place[position], phrase.term, phrase=True)


def _join_phrase(phrase: _Phrase, places: list[dict[int, tuple[int, int]]]) -> Iterable[Mark]:
    """Marks that reach from the first to the last word of a phrase whose words need not follow each other directly."""
    standing = [sorted(place) for place in places]
    for first in standing[0]:
        at = first
        for positions in standing[1:]:
            index = bisect_left(positions, at + 1)
            if index == len(positions) or positions[index] > at + phrase.slop:
                break
            at = positions[index]
        else:
            yield Mark(places[0][first][0], places[-1][at][1], phrase.term, phrase=True)


def _has_near(positions: list[int], place: int, slop: int, ordered: bool) -> bool:
    """Whether a position lies within `slop` of a place: after it, before it if negative, on both sides if unordered."""
    for reach in (slop,) if ordered else (slop, -slop):
        low, high = (place + 1, place + reach) if reach > 0 else (place + reach, place - 1)
        index = bisect_left(positions, low)
        if index < len(positions) and positions[index] <= high:
            return True
    return False


def _merge(marks: list[Mark]) -> tuple[Mark, ...]:
    """Put marks in order and join those that overlap; a phrase gives a joined mark its number, else the first word."""
    marks.sort(key=lambda mark: (mark.start, -mark.end, not mark.phrase, mark.term))
    merged: list[Mark] = []
    for mark in marks:
        if not merged or mark.start >= merged[-1].end:
            merged.append(mark)
            continue
        last = merged[-1]
        if mark.end > last.end or (mark.phrase and not last.phrase):
            named = mark if mark.phrase and not last.phrase else last
            merged[-1] = Mark(last.start, max(last.end, mark.end), named.term, named.phrase)
    return tuple(merged)
