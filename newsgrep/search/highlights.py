"""Where a query's words and phrases stand in a text: which characters of a hit made it a hit?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from whoosh import query as wq
from whoosh.query import spans as wspans
from whoosh.support.levenshtein import damerau_levenshtein

Analyzer = Callable[[str], Iterable[tuple[str, int, int, int] | tuple[str, int, int, int, bool]]]
"""A text to its words: the term as indexed, its position, its first character, one past its last.

What an analyzer says beyond that of a word (`newsgrep.codec.words.Word`) is not looked at.
"""

_CACHED_TERMS = 50_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text that the query asks for."""

    start: int
    end: int
    term: int
    """Which word or phrase of the query it is; the same in every field."""
    phrase: bool
    """Whether it stands where a phrase asks for it."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    term: int
    slots: tuple[int, ...]
    slop: int
    ordered: bool


@dataclass(slots=True)
class _FieldWords:
    """What the query asks of one field. A slot is a place for one word: a query word or one word of a phrase."""

    exact: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Term to the slots that it fills."""
    tests: list[tuple[int, Callable[[str], bool]]] = field(default_factory=list)
    """Slots that a pattern fills."""
    terms: dict[int, int] = field(default_factory=dict)
    """Slots that are a query word on their own, with its number."""
    phrases: list[_Phrase] = field(default_factory=list)
    decided: dict[str, tuple[int, ...]] = field(default_factory=dict)
    slots: int = 0

    def find_slots(self, term: str) -> tuple[int, ...]:
        """The slots that a term fills; each distinct term meets the patterns once."""
        found = self.decided.get(term)
        if found is None:
            found = self.exact.get(term, ()) + tuple(slot for slot, test in self.tests if test(term))
            if len(self.decided) >= _CACHED_TERMS:
                self.decided.clear()
            self.decided[term] = found
        return found

    def add_slot(self, words: Iterable[wq.Query]) -> int:
        slot = self.slots
        self.slots += 1
        for word in words:
            exact, test = _compile_word(word)
            for term in exact:
                self.exact[term] = (*self.exact.get(term, ()), slot)
            if test is not None:
                self.tests.append((slot, test))
        return slot


class Marker:
    """Finds the words of one query in texts. Make it once per query with `build_marker`."""

    def __init__(self, fields: dict[str, _FieldWords], analyze: Analyzer) -> None:
        self._fields = fields
        self._analyze = analyze

    def spans(self, fieldname: str, text: str) -> tuple[Mark, ...]:
        """Where the words that the query asks of this field stand: in order, not overlapping."""
        asked = self._fields.get(fieldname)
        if asked is None:
            return ()
        find = asked.find_slots if asked.tests else asked.exact.get
        terms = asked.terms
        marks: list[Mark] = []
        places: dict[int, dict[int, tuple[int, int]]] = {}
        for word in self._analyze(text):
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
            marks.extend(_mark_phrase(phrase, [places.get(slot, {}) for slot in phrase.slots]))
        return _merge(marks)


def build_marker(query: wq.Query, analyze: Analyzer) -> Marker:
    """Prepare a query for marking.

    A word or phrase of one field marks that field only; words under Not mark nothing; a word of a phrase is marked
    only where the phrase stands. A query class that is not known here marks the words it names.
    """
    fields: dict[str, _FieldWords] = {}
    numbers: dict[object, int] = {}
    waiting = [query]
    while waiting:
        node = waiting.pop()
        if isinstance(node, wq.Phrase):
            words = [wq.Term(node.fieldname, word) for word in node.words if word is not None]
            _add_phrase(fields, numbers, node.fieldname, [[word] for word in words], node.slop)
        elif places := _read_near(node):
            _add_phrase(fields, numbers, places[0][0].fieldname, places, node.slop, ordered=node.ordered)
        elif isinstance(node, _WORDS):
            asked = fields.setdefault(node.fieldname, _FieldWords())
            asked.terms[asked.add_slot([node])] = numbers.setdefault(_name_word(node), len(numbers))
        else:
            waiting.extend(reversed(_find_children(node)))
    return Marker(fields, analyze)


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


def _add_phrase(
    fields: dict[str, _FieldWords],
    numbers: dict[object, int],
    fieldname: str,
    places: Sequence[Sequence[wq.Query]],
    slop: int,
    *,
    ordered: bool = True,
) -> None:
    if not places:
        return
    names = tuple(tuple(_name_word(word) for word in place) for place in places)
    number = numbers.setdefault(names[0][0] if len(names) == 1 == len(names[0]) else (names, slop), len(numbers))
    asked = fields.setdefault(fieldname, _FieldWords())
    slots = tuple(asked.add_slot(place) for place in places)
    if len(slots) == 1:
        asked.terms[slots[0]] = number
    else:
        asked.phrases.append(_Phrase(number, slots, slop, ordered))


def _name_word(word: wq.Query) -> tuple[object, ...]:
    """What makes two query words the same word, whatever their field and boost."""
    if isinstance(word, wq.TermRange):
        return (wq.TermRange, word.start, word.end, word.startexcl, word.endexcl)
    if isinstance(word, wq.FuzzyTerm):
        return (wq.FuzzyTerm, word.text, word.maxdist, word.prefixlength)
    return (type(word), word.text)


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
