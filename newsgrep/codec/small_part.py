"""Plain records against one segment, one posting at a time: which documents match, and their scores.

`part_evaluator` says what each record means; here the same clauses come first, and sums are rounded where arrays of
32-bit floats would round them, so that scores are the same to the last bit.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress
from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain
from newsgrep.codec.plain_scoring import round_scores
from newsgrep.codec.small_hits import SmallFound, SmallHits, align, select
from newsgrep.codec.small_joint import SmallJoint
from newsgrep.codec.small_statistics import read_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.codec.joint import JointWord
    from newsgrep.codec.segment import Part
    from newsgrep.codec.small_statistics import SmallStatistics
    from newsgrep.codec.small_terms import SmallPostings, SmallTerms

_SEARCH_BELOW = 8
"""Candidates are searched for where the list is this many times longer, else looked up in a table of it."""


class SmallPart:
    """Evaluates plain records against one segment."""

    def __init__(self, statistics: SmallStatistics, number: int, part: Part) -> None:
        """`number` is the segment's place in the index."""
        self._statistics = statistics
        self._number = number
        self._part = part
        self._opened: dict[tuple[str, int], SmallPostings] = {}
        self.joint = SmallJoint(statistics, part, self)

    def _find(self, field: str, text: str) -> int:
        """A term's place in the dictionary, -1 where there is none."""
        return self._statistics.term(field, text).places[self._number]

    def _open(self, field: str, place: int) -> SmallPostings:
        key = (field, place)
        if key not in self._opened:
            self._opened[key] = self._dictionary(field).open(place)
        return self._opened[key]

    def _dictionary(self, field: str) -> SmallTerms:
        terms = self._part.data.small_terms(field)
        if terms is None:
            raise KeyError(field)
        return terms

    def estimate(self, query: plain.PlainQuery) -> int:
        """An upper bound, mostly, of how many documents match: what decides which clause comes first."""
        n = self._part.data.n_documents
        match query:
            case plain.Term():
                return self._frequency(query.fieldname, query.text)
            case plain.AnyField() | plain.ConstantScoreQuery():
                return self.estimate(query.child)
            case plain.Rescored():
                return self.estimate(query.query)
            case plain.Or():
                return min(n, sum(map(self.estimate, query.subqueries)))
            case plain.And():
                return min(map(self.estimate, query.subqueries), default=0)
            case plain.Phrase():
                return min(n, min((self._frequency(query.fieldname, word) for word in query.words), default=0))
            case plain.Nothing():
                return 0
            case _:
                return n

    def _frequency(self, field: str, text: str) -> int:
        place = self._find(field, text)
        return self._dictionary(field).entry(place).df if place >= 0 else 0

    def frequencies(self, word: JointWord, docnums: Sequence[int]) -> list[int]:
        """How often a word of several fields stands in some documents, weighed by fields."""
        freqs = [0] * len(docnums)
        for field, text, weight in word.terms:
            place = self._find(field, text)
            if place < 0:
                continue
            postings = self._open(field, place)
            for at, found in enumerate(_places(postings.docnums, docnums)):
                if found >= 0:
                    freqs[at] += weight * postings.freqs[found]
        return freqs

    def positions(self, field: str, text: str, docnums: Sequence[int]) -> list[list[int]]:
        """Where a term stands in some documents, rising."""
        found: list[list[int]] = [[] for _ in docnums]
        place = self._find(field, text)
        if place >= 0:
            postings = self._open(field, place)
            places = _places(postings.docnums, docnums)
            chosen = [at for at, found_at in enumerate(places) if found_at >= 0]
            for at, positions in zip(chosen, postings.positions([places[at] for at in chosen]), strict=True):
                found[at] = positions
        return found

    # Which documents match.

    def hits(self, query: plain.PlainQuery, *, scored: bool) -> SmallHits:
        """The documents that match. Unscored, their scores mean nothing."""
        match query:
            case plain.Term():
                return self._term_hits(query, scored)
            case plain.Phrase():
                return self._phrase(query, None, scored)
            case plain.AnyField():
                return self.joint.hits(query, scored=scored)
            case plain.Rescored():
                return self.hits(query.query, scored=scored)
            case plain.Or():
                return self._unite([self.hits(each, scored=scored) for each in query.subqueries], scored)
            case plain.And() if query.subqueries:
                return self._intersect(query.subqueries, None, scored)
            case plain.And() | plain.Nothing():
                return SmallHits([], [])
            case _:
                everything = list(range(self._part.data.n_documents))
                found = self.look(query, everything, scored=scored) if everything else SmallFound([], [])
                return select(SmallHits(everything, found.scores), found.present)

    def _term_hits(self, query: plain.Term, scored: bool) -> SmallHits:
        place = self._find(query.fieldname, query.text)
        if place < 0:
            return SmallHits([], [])
        postings = self._open(query.fieldname, place)
        docnums = postings.docnums
        if not scored:
            return SmallHits(docnums, [0.0] * len(docnums))
        idf = self._statistics.idf(query.fieldname, query.text)
        scores = self._statistics.score(self._part, query.fieldname, docnums, postings.freqs, idf, query.boost)
        return SmallHits(docnums, scores)

    def _unite(self, sets: list[SmallHits], scored: bool) -> SmallHits:
        sets = [hits for hits in sets if hits.docnums]
        if len(sets) < 2:
            return sets[0] if sets else SmallHits([], [])
        total: dict[int, float] = {}
        for hits in sets:
            if scored and total:
                sums = round_scores(
                    total.get(docnum, 0.0) + score for docnum, score in zip(hits.docnums, hits.scores, strict=True)
                )
                total.update(zip(hits.docnums, sums, strict=True))
            else:
                total.update(zip(hits.docnums, hits.scores, strict=True))
        docnums = sorted(total)
        return SmallHits(docnums, [total[docnum] for docnum in docnums])

    def _intersect(self, clauses: Sequence[plain.PlainQuery], found: SmallHits | None, scored: bool) -> SmallHits:
        # Sums are exact until they are rounded in the end: the order of the clauses depends on the segment.
        for _, at in sorted((self.estimate(clause), at) for at, clause in enumerate(clauses)):
            if found is None:
                found = self.hits(clauses[at], scored=scored)
                continue
            if not found.docnums:
                break
            looked = self.look(clauses[at], found.docnums, scored=scored)
            scores = list(map(float.__add__, found.scores, looked.scores)) if scored else found.scores
            found = select(SmallHits(found.docnums, scores), looked.present)
        return SmallHits(found.docnums, round_scores(found.scores)) if found else SmallHits([], [])

    # Which candidates match.

    def look(self, query: plain.PlainQuery, candidates: list[int], *, scored: bool) -> SmallFound:
        """Which candidates (rising, at least one) match, and their scores."""
        n = len(candidates)
        match query:
            case plain.Term():
                return self._look_term(query.fieldname, query.text, candidates, query.boost, scored)
            case plain.Phrase():
                return align(self._phrase(query, candidates, scored), candidates)
            case plain.AnyField():
                return self.joint.look(query, candidates, scored=scored)
            case plain.Rescored():
                return self.look(query.query, candidates, scored=scored)
            case plain.ConstantScoreQuery():
                present = self.look(query.child, candidates, scored=False).present
                return SmallFound(present, round_scores(query.score * each for each in present))
            case plain.Or():
                return self._look_any(query.subqueries, candidates, scored)
            case plain.And() if len(query.subqueries) == 1:
                return self.look(query.subqueries[0], candidates, scored=scored)
            case plain.And() if query.subqueries:
                return align(self._intersect(query.subqueries, SmallHits(candidates, [0.0] * n), scored), candidates)
            case plain.Not():
                present = [not each for each in self.look(query.query, candidates, scored=False).present]
                return SmallFound(present, [1.0] * n)
            case plain.NumericRange():
                return self._look_range(query, candidates)
            case plain.Every():
                return SmallFound([True] * n, [1.0] * n)
            case _:
                return SmallFound([False] * n, [0.0] * n)

    def _look_term(self, field: str, text: str, candidates: list[int], boost: float, scored: bool) -> SmallFound:
        place = self._find(field, text)
        if place < 0:
            return SmallFound([False] * len(candidates), [0.0] * len(candidates))
        postings = self._open(field, place)
        places = _places(postings.docnums, candidates)
        present = [place >= 0 for place in places]
        scores = [0.0] * len(candidates)
        if scored and any(present):
            docnums = list(compress(candidates, present))
            freqs = [postings.freqs[place] for place in places if place >= 0]
            idf = self._statistics.idf(field, text)
            mine = iter(self._statistics.score(self._part, field, docnums, freqs, idf, boost))
            scores = [next(mine) if each else 0.0 for each in present]
        return SmallFound(present, scores)

    def _look_any(self, queries: Sequence[plain.PlainQuery], candidates: list[int], scored: bool) -> SmallFound:
        present, total = [False] * len(candidates), [0.0] * len(candidates)
        for query in queries:
            found = self.look(query, candidates, scored=scored)
            if scored:
                scores = (score if here else 0.0 for score, here in zip(found.scores, found.present, strict=True))
                total = round_scores(map(float.__add__, total, scores))
            present = [one or other for one, other in zip(present, found.present, strict=True)]
        return SmallFound(present, total)

    def _look_range(self, query: plain.NumericRange, candidates: list[int]) -> SmallFound:
        low, high = self._statistics.bounds(query)
        missing = self._part.data.column_facts[query.fieldname]["default"]
        values = read_column(self._part, query.fieldname, candidates)
        return SmallFound([low <= value <= high and value != missing for value in values], [1.0] * len(candidates))

    # Phrases.

    def _phrase(self, query: plain.Phrase, candidates: list[int] | None, scored: bool) -> SmallHits:
        field = query.fieldname
        of_words = [self._find(field, word) for word in query.words]
        if not of_words or min(of_words) < 0:
            return SmallHits([], [])
        for place in sorted(set(of_words), key=lambda place: self._dictionary(field).entry(place).df):
            docnums = self._open(field, place).docnums
            if candidates is None:
                candidates = docnums
            elif candidates:
                candidates = list(compress(candidates, (at >= 0 for at in _places(docnums, candidates))))
        docnums = candidates or []
        if len(of_words) > 1 and docnums:
            positions = {}
            for place in set(of_words):
                postings = self._open(field, place)
                positions[place] = postings.positions(_places(postings.docnums, docnums))
            stand = (_stands(words, query.slop) for words in zip(*(positions[each] for each in of_words), strict=True))
            docnums = list(compress(docnums, stand))
        total = [0.0 if scored else 1.0] * len(docnums)
        if scored and docnums:
            for word in query.words:
                scores = self._look_term(field, word, docnums, 1.0, scored=True).scores
                total = round_scores(map(float.__add__, total, scores))
            if query.boost != 1.0:
                (boost,) = round_scores([query.boost])
                total = round_scores(score * boost for score in total)
        return SmallHits(docnums, total)


def _stands(words: Sequence[list[int]], slop: int) -> bool:
    """Whether words follow each other, each at most `slop` positions behind where the words before it end."""
    ends = words[0]
    for positions in words[1:]:
        reached = []
        for position in positions:
            before = bisect_left(ends, position) - 1
            if before >= 0 and position - ends[before] <= slop:
                reached.append(position)
        ends = reached
    return bool(ends)


def _places(docnums: list[int], candidates: Sequence[int]) -> list[int]:
    """Where candidates (rising) stand in a list of documents; -1 where they do not."""
    at, n = 0, len(docnums)
    if len(candidates) * _SEARCH_BELOW > n:
        place_of = dict(zip(docnums, range(n), strict=True)).get
        return [place_of(candidate, -1) for candidate in candidates]
    places = []
    for candidate in candidates:
        at = bisect_left(docnums, candidate, at)
        places.append(at if at < n and docnums[at] == candidate else -1)
    return places
