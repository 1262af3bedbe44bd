"""Passages of an article that show a query's words, cut from its body: which lines would a person quote?

Work is bounded by the marks and the width, not by the text: only the surroundings of marks are read.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec.sentences import iter_sentences
from newsgrep.search.results import Snippet, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.search.highlights import Mark

_LEAST_WIDTH = 20
_MOST_ANCHORS = 400
_LONGEST_WORD = 40
"""Characters without a blank after which a cut may fall inside a word."""
_LONGEST_CLUSTER = 32
_SAME_SHARE = 0.8
"""Share of common words from which two passages say the same."""

_ELLIPSIS = "…"
_BLANKS = re.compile(r"\s{2,}|[\t-\r\x1c-\x1f\x85\u2028\u2029]")
_BLANK = re.compile(r"\s")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n|\u2029")
_WORD = re.compile(r"\w+")


class _Passage(NamedTuple):
    """A stretch of text to quote, and what speaks for it."""

    start: int
    end: int
    terms: frozenset[int] = frozenset()
    together: bool = False
    """Holds a phrase, or different words side by side."""
    cut_before: bool = False
    cut_after: bool = False
    sentences: tuple[Sequence[Span], int, int] | None = None
    """The sentences around, the first and the last of the passage; None where a sentence had to be cut."""


def build_snippets(text: str, marks: Sequence[Mark], *, count: int, width: int = 240) -> tuple[Snippet, ...]:
    """Cut at most `count` passages of about `width` characters out of a body, in the order of the text.

    Passages with words not shown yet come first, then those with more different words, with words together, and
    earlier ones. A passage is made of whole sentences; one longer than `width` is cut at words, with an ellipsis at
    the cut edge. Blanks and line breaks are one space. Without marks, the first sentences are the one passage.
    A width under 20 counts as 20; a mark longer than the width is shown, and highlighted, in part.
    """
    if count < 1:
        return ()
    width = max(width, _LEAST_WIDTH)
    cutter = _Cutter(text, _tidy(text, marks), width)
    passages = cutter.choose(count) if cutter.marks else cutter.find_lead()
    return tuple(cutter.build(passage) for passage in passages)


def _tidy(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """Marks of words, in order, inside the text and not overlapping; of two that overlap, the earlier stays."""
    tidy: list[Mark] = []
    free = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        inside = free <= mark.start < mark.end <= len(text)
        if inside and not text[mark.start].isspace() and not text[mark.end - 1].isspace():
            tidy.append(mark)
            free = mark.end
    return tidy


class _Cutter:
    """One text with its marks, to be cut."""

    def __init__(self, text: str, marks: list[Mark], width: int) -> None:
        self.text = text
        self.marks = marks
        self.width = width
        self._starts = [mark.start for mark in marks]

    def choose(self, count: int) -> list[_Passage]:
        """The best passages, none overlapping or saying the same as another, in the order of the text."""
        candidates = list({(each.start, each.end): each for each in self._iter_candidates()}.values())
        chosen: list[_Passage] = []
        said: list[frozenset[str]] = []
        shown: set[int] = set()
        while candidates and len(chosen) < count:
            best = max(
                candidates, key=lambda each: (len(each.terms - shown), len(each.terms), each.together, -each.start)
            )
            words = frozenset(_WORD.findall(self.text[best.start : best.end].casefold()))
            if any(_say_the_same(words, other) for other in said):
                candidates.remove(best)
                continue
            said.append(words)
            chosen.append(best)
            shown |= best.terms
            candidates = [each for each in candidates if each.end <= best.start or best.end <= each.start]
        chosen.sort()
        for i, passage in enumerate(chosen):
            after = chosen[i + 1].start if i + 1 < len(chosen) else len(self.text)
            chosen[i] = self._fill(passage, chosen[i - 1].end if i else 0, after)
        return chosen

    def find_lead(self) -> list[_Passage]:
        """The first sentences that fit."""
        first_word = re.search(r"\S", self.text)
        if first_word is None:
            return []
        sentences = list(iter_sentences(self.text, first_word.start(), first_word.start() + 4 * self.width))
        start, end = sentences[0]
        if end - start > self.width:
            cut = self._snap_end(start + self.width - 1, start + 1, end)
            return [_Passage(start, cut, cut_after=cut < end)]
        for _, later in sentences[1:]:
            if later - start > self.width:
                break
            end = later
        return [_Passage(start, end)]

    def build(self, passage: _Passage) -> Snippet:
        """The passage as it is shown, and where its marks stand in that."""
        text = _ELLIPSIS if passage.cut_before else ""
        highlights: list[Span] = []
        done = passage.start
        for mark in self._marks_between(passage.start, passage.end):
            text += _BLANKS.sub(" ", self.text[done : mark.start])
            begin = len(text)
            done = min(mark.end, passage.end)
            text += _BLANKS.sub(" ", self.text[mark.start : done])
            highlights.append((begin, len(text)))
        text += _BLANKS.sub(" ", self.text[done : passage.end])
        return Snippet("body", text + _ELLIPSIS if passage.cut_after else text, tuple(highlights))

    def _marks_between(self, start: int, end: int) -> list[Mark]:
        return self.marks[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _iter_candidates(self) -> Iterator[_Passage]:
        every_term = {mark.term for mark in self.marks}
        for anchors, sentences in self._iter_regions():
            last = -1
            ends = [end for _, end in sentences]
            for anchor in anchors:
                index = bisect_left(ends, anchor.start + 1)
                start, end = sentences[index]
                if end - start > self.width:
                    yield self._cut_around(anchor, start, end)
                elif index != last:
                    yield from self._grow(sentences, index, len(every_term))
                last = index

    def _iter_regions(self) -> Iterator[tuple[list[Mark], list[Span]]]:
        """The surroundings of marks, as sentences.

        They reach so far that no passage around a mark comes to their edge, where a sentence is not whole.
        """
        reach = 4 * self.width
        group: list[Mark] = []
        end = 0
        for mark in self._choose_anchors():
            if group and mark.start - reach > end:
                yield group, self._split(group[0].start - reach, end)
                group = []
            group.append(mark)
            end = min(mark.end, mark.start + self.width) + reach
        yield group, self._split(group[0].start - reach, end)

    def _choose_anchors(self) -> list[Mark]:
        """The marks to look for passages at: all, or the first of each word where there are too many."""
        if len(self.marks) <= _MOST_ANCHORS:
            return self.marks
        share = max(1, _MOST_ANCHORS // len({mark.term for mark in self.marks}))
        taken: dict[int, int] = {}
        anchors: list[Mark] = []
        for mark in self.marks:
            taken[mark.term] = taken.get(mark.term, 0) + 1
            if taken[mark.term] <= share:
                anchors.append(mark)
        return anchors

    def _split(self, start: int, end: int) -> list[Span]:
        """Sentences, with those joined that a mark runs through."""
        sentences: list[Span] = []
        for sentence in iter_sentences(self.text, max(0, start), end):
            if sentences:
                before = self._marks_between(sentences[-1][0], sentence[0])
                if before and before[-1].end > sentences[-1][1]:
                    sentences[-1] = (sentences[-1][0], sentence[1])
                    continue
            sentences.append(sentence)
        return sentences

    def _grow(self, sentences: Sequence[Span], first: int, most_terms: int) -> Iterator[_Passage]:
        """The sentence, and longer passages from it where the next sentences add words and fit."""
        start = sentences[first][0]
        shown = 0
        for last in range(first, len(sentences)):
            end = sentences[last][1]
            if end - start > self.width:
                return
            passage = self._weigh(_Passage(start, end, sentences=(sentences, first, last)))
            if len(passage.terms) > shown:
                shown = len(passage.terms)
                yield passage
                if shown == most_terms:
                    return

    def _weigh(self, passage: _Passage) -> _Passage:
        marks = self._marks_between(passage.start, passage.end)
        together = any(mark.phrase for mark in marks) or any(
            one.term != other.term and other.start - one.end <= 1 for one, other in pairwise(marks)
        )
        return passage._replace(terms=frozenset(mark.term for mark in marks), together=together)

    def _cut_around(self, anchor: Mark, start: int, end: int) -> _Passage:
        """Part of a sentence that is too long, from before the mark to after those that fit with it."""
        room = self.width - 2 * len(_ELLIPSIS)
        first, last = anchor.start, min(anchor.end, anchor.start + room)
        terms = {anchor.term}
        for mark in self._marks_between(anchor.start + 1, min(end, anchor.start + room)):
            if mark.end - first <= room and (mark.term not in terms or mark.end - first <= room // 2):
                last = mark.end
                terms.add(mark.term)
        left = max(start, first - (room - (last - first)) // 2)
        right = min(end, left + room)
        left = max(start, right - room)
        if left > start:
            left = self._snap_start(left, first, start)
        if right < end:
            right = self._snap_end(right, last, end)
        return self._weigh(_Passage(left, right, cut_before=left > start, cut_after=right < end))

    def _snap_start(self, place: int, latest: int, earliest: int) -> int:
        """The first place from `place` on where a passage may start: a word, or a character if words are too long."""
        before = self._marks_between(earliest, place)
        if before and place < before[-1].end <= latest:
            place = before[-1].end
        if blank := _BLANK.search(self.text, place - 1, min(latest, place + _LONGEST_WORD)):
            place = blank.end()
        while place < latest and (self.text[place].isspace() or not _is_apart(self.text, place)):
            place += 1
        earliest = max(earliest, place - _LONGEST_CLUSTER)
        while place > earliest and not _is_apart(self.text, place):
            place -= 1
        return place

    def _snap_end(self, place: int, earliest: int, latest: int) -> int:
        """The last place up to `place` where a passage may end."""
        inside = self._marks_between(earliest, place)
        if inside and inside[-1].end > place:
            place = inside[-1].start
        for near in range(place, max(earliest, place - _LONGEST_WORD) - 1, -1):
            if self.text[near].isspace():
                place = near
                break
        while place > earliest and (self.text[place - 1].isspace() or not _is_apart(self.text, place)):
            place -= 1
        latest = min(latest, place + _LONGEST_CLUSTER)
        while place < latest and not _is_apart(self.text, place):
            place += 1
        return place

    def _fill(self, passage: _Passage, before: int, after: int) -> _Passage:
        """Add neighbours from the paragraph to a passage too short to be understood."""
        if passage.sentences is None:
            return passage
        sentences, first, last = passage.sentences
        start, end = passage.start, passage.end
        while end - start < self.width // 3:
            if last + 1 < len(sentences) and self._may_join(end, sentences[last + 1], start, after):
                last += 1
                end = sentences[last][1]
            elif first > 0 and sentences[first - 1][0] >= before and self._may_join(start, sentences[first - 1], end):
                first -= 1
                start = sentences[first][0]
            else:
                break
        return passage._replace(start=start, end=end)

    def _may_join(self, edge: int, sentence: Span, far: int, limit: int | None = None) -> bool:
        """Whether a neighbour of a passage fits: `edge` is the passage's end next to it, `far` the other."""
        low, high = min(far, sentence[0]), max(far, sentence[1])
        if high - low > self.width or (limit is not None and high > limit):
            return False
        gap = sorted((edge, sentence[0] if sentence[0] >= edge else sentence[1]))
        return _PARAGRAPH.search(self.text, *gap) is None


def _say_the_same(words: frozenset[str], others: frozenset[str]) -> bool:
    return len(words & others) >= _SAME_SHARE * len(words | others)


def _is_apart(text: str, place: int) -> bool:
    """Whether a text may be cut here: not before a combining mark, inside an emoji sequence or a surrogate pair."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if before == "\u200d":
        return False
    if after < "\u0300":
        return True
    if after == "\u200d" or unicodedata.category(after).startswith("M") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return False
    if "\U0001f1e6" <= after <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff":
        return False
    return not ("\udc00" <= after <= "\udfff" and "\ud800" <= before <= "\udbff")
