"""Words of several fields against one segment, scored as one; see `joint`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec import hits as sets
from newsgrep.codec.hits import NOTHING, Dense, Found, Hits, Sparse, find_places
from newsgrep.codec.lengths import encode_lengths, length_table
from newsgrep.codec.phrases import POSITION_BITS, POSITION_MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsgrep.codec.array_cache import ArrayCache
    from newsgrep.codec.explanation import TermFacts
    from newsgrep.codec.hits import Docnums, Scores
    from newsgrep.codec.joint import JointQuery, JointWord
    from newsgrep.codec.part_evaluator import PartEvaluator
    from newsgrep.codec.proximity import Positions
    from newsgrep.codec.scoring import Statistics
    from newsgrep.codec.segment import SegmentData
    from newsgrep.codec.term_evaluator import TermEvaluator
    from newsgrep.codec.terms import FieldTerms

_FEW = 16
"""Candidates are so few when a word has this many times their number of documents: only they are scored."""

_NOWHERE = np.zeros(0, np.int64)
Fields = tuple[tuple[str, int], ...]


class JointEvaluator:
    """Evaluates `AnyField` against one segment."""

    def __init__(
        self,
        number: int,
        data: SegmentData,
        statistics: Statistics,
        cache: ArrayCache,
        part: PartEvaluator,
        terms: TermEvaluator,
    ) -> None:
        """`number` is the segment's place in the index."""
        self._number = number
        self._data = data
        self._statistics = statistics
        self._cache = cache
        self._part = part
        self._terms = terms

    def read(self, query: Any) -> JointQuery | None:
        """The words of an `AnyField`; None where its fields' scores add up."""
        return self._statistics.read_joint(query)

    def read_word(self, query: Any) -> JointWord | None:
        """The one word of an `AnyField`; None where it is no single word."""
        joint = self.read(query)
        return joint.words[0] if joint and joint.is_word else None

    def idf(self, word: JointWord) -> float:
        """How much a word weighs."""
        return self._statistics.joint_idf(word)

    def hits(self, query: Any, *, scored: bool) -> Hits:
        """The documents that match an `AnyField`."""
        joint = self.read(query) if scored else None
        if joint is None:
            return self._part.hits(query.child, scored=scored)
        if joint.is_word:
            return sets.scale(self._scored(joint.words[0]), joint.factor)
        docnums = sets.as_sparse(self._part.hits(query.child, scored=False)).docnums
        return sets.scale(Sparse(docnums, self._score(joint.words, docnums)), joint.factor)

    def look(self, query: Any, candidates: Docnums, *, scored: bool) -> Found:
        """Which candidates match an `AnyField`."""
        joint = self.read(query) if scored else None
        if joint is None:
            return self._part.look(query.child, candidates, scored=scored)
        if joint.is_word:
            return sets.scale_found(self._look(joint.words[0], candidates), joint.factor)
        present = self._part.look(query.child, candidates, scored=False).present
        scores = np.zeros(len(candidates), np.float32)
        scores[present] = self._score(joint.words, candidates.compress(present))
        return sets.scale_found(Found(present, scores), joint.factor)

    def _score(self, words: tuple[JointWord, ...], docnums: Docnums) -> NDArray[np.float32]:
        total: Scores = np.zeros(len(docnums), np.float32)
        if len(docnums):
            for word in words:
                total = sets.add(total, sets.or_zero(self._look(word, docnums)))
        return sets.spread(total, len(docnums))

    def _look(self, word: JointWord, candidates: Docnums) -> Found:
        held = self._cache.get((self._number, word))
        postings = self._postings(word)
        few = len(candidates) * _FEW < sum(terms.entry(place).df for _, terms, place, _ in postings)
        if held is not None or not few:
            return sets.look_up(self._scored(word), candidates, self._data.n_documents)
        freqs = self.frequencies(word, candidates)
        present = freqs > 0
        scores = np.zeros(len(candidates), np.float32)
        scores[present] = self._weigh(word, candidates.compress(present), freqs.compress(present))
        return Found(present, scores)

    def frequencies(self, word: JointWord, docnums: Docnums) -> NDArray[np.int32]:
        """(n_docnums,): how often a word stands in some documents, weighed by fields."""
        freqs = np.zeros(len(docnums), np.int32)
        for field, terms, place, weight in self._postings(word):
            places, present = find_places(self._terms.docnums(terms, field, place), docnums)
            chosen = np.flatnonzero(present)
            freqs[chosen] += terms.freqs_at(place, places.take(chosen)).astype(np.int32) * np.int32(weight)
        return freqs

    def _postings(self, word: JointWord) -> list[tuple[str, FieldTerms, int, int]]:
        found = ((self._terms.find(term.field, term.text), term) for term in word.terms)
        return [(term.field, known[0], known[1], term.weight) for known, term in found if known is not None]

    def _scored(self, word: JointWord) -> Hits:
        key = (self._number, word)
        held = self._cache.get(key)
        if held is not None:
            return Dense(None, held[0]) if len(held) == 1 else Sparse(held[0], held[1])
        docnums, freqs = self._add_up(word)
        if not len(docnums):
            return NOTHING
        scores = self._weigh(word, docnums, freqs)
        n = self._data.n_documents
        if len(docnums) * 2 < n:
            self._cache.put(key, docnums, scores)
            return Sparse(docnums, scores)
        # A list of so many documents would take more memory than an array over all, and be slower to add.
        dense = np.zeros(n, np.float32)
        dense[docnums] = scores
        self._cache.put(key, dense)
        return Dense(None, dense)

    def _add_up(self, word: JointWord) -> tuple[Docnums, NDArray[np.int32]]:
        """The documents of a word, and how often it stands there, weighed by fields."""
        lists = []
        for field, terms, place, weight in self._postings(word):
            docnums, freqs = self._terms.docnums_and_freqs(terms, field, place)
            lists.append((docnums, freqs * np.int32(weight)))
        if not lists:
            return NOTHING.docnums, np.zeros(0, np.int32)
        lists.sort(key=lambda each: -len(each[0]))
        total, freqs = lists[0]
        for docnums, weighed in lists[1:]:
            places, present = find_places(total, docnums)
            freqs[places.compress(present)] += weighed.compress(present)
            if not present.all():
                missing = docnums.compress(~present)
                places = total.searchsorted(missing)
                total = np.insert(total, places, missing)
                freqs = np.insert(freqs, places, weighed.compress(~present))
        return total, freqs

    def _weigh(self, word: JointWord, docnums: Docnums, freqs: NDArray[np.int32]) -> NDArray[np.float32]:
        scoring = self._statistics.joint(word.fields)
        scores = scoring.weigh(freqs, self._codes(word.fields).take(docnums))
        scores *= np.float32(self._statistics.joint_idf(word))
        return scores

    def _codes(self, fields: Fields) -> NDArray[np.uint8]:
        """(n_documents,): the joint lengths of fields, in one-byte code."""
        key = (self._number, fields, "lengths")
        held = self._cache.get(key)
        if held is None:
            total = np.zeros(self._data.n_documents, np.int64)
            for field, weight in fields:
                lengths = self._data.lengths(field)
                if lengths is not None:
                    total += length_table().take(lengths) * weight
            held = (encode_lengths(total),)
            self._cache.put(key, *held)
        return held[0]

    def positions(self, word: JointWord, fields: Sequence[str], docnums: Docnums) -> list[list[Positions]]:
        """Where a word stands in some documents: for each field, for each document.

        Raises SegmentDamaged.
        """
        of_fields = []
        ends = np.arange(1, len(docnums) + 1, dtype=np.int64) << POSITION_BITS
        for field in fields:
            found = [self._terms.places(field, term.text, docnums) for term in word.terms if term.field == field]
            places = found[0] if len(found) == 1 else np.sort(np.concatenate([_NOWHERE, *found]))
            positions = (places & POSITION_MASK).tolist()
            starts = [0, *places.searchsorted(ends).tolist()]
            of_fields.append([positions[start:stop] for start, stop in pairwise(starts)])
        return of_fields

    def facts(self, word: JointWord, docnum: int) -> TermFacts:
        """What the score of a word in a document is made of."""
        from newsgrep.codec.explanation import TermFacts

        (frequency,) = self.frequencies(word, np.array([docnum], np.int32)).tolist()
        length = int(length_table()[self._codes(word.fields)[docnum]])
        return TermFacts(frequency, self._statistics.joint_idf(word), length)

    def score_word(self, word: JointWord, docnum: int) -> float:
        """What a word scores a document with; 0 where it is not there."""
        return float(sets.or_zero(self._look(word, np.array([docnum], np.int32)))[0])  # type: ignore[index]
