"""Words near each other: which documents have them, by the places of words in a segment.

A *place* is a stretch of words of one field of one document, from the first word to the last: two numbers, each of
a document and a position, as `FieldTerms.occurrences_at` joins them. A word is a place of its own, a phrase or a pair
of words near each other is one place. Every pairing counts, so that chains mean what they say whatever their order.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from newsgrep.codec import hits as sets
from newsgrep.codec import plain_query as plain
from newsgrep.codec.bounds import MOST_PLACES, TooCostly
from newsgrep.codec.hits import NOTHING, Found, Hits, Sparse
from newsgrep.codec.lengths import length_table
from newsgrep.codec.phrases import POSITION_BITS, POSITION_MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from newsgrep.codec.bounds import Budget
    from newsgrep.codec.hits import Docnums, Scores
    from newsgrep.codec.part_evaluator import PartEvaluator
    from newsgrep.codec.segment import SegmentData
    from newsgrep.codec.term_evaluator import TermEvaluator

_CHUNK_WORDS = 1_000_000
"""Words of the documents that are looked at together."""
_UNKNOWN_LENGTH = 1_000
_PATTERNS = plain.Prefix | plain.Wildcard | plain.FuzzyTerm


class Places(NamedTuple):
    """Places, rising by their ends."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    """The last word of each, not one past it."""


class SpanEvaluator:
    """Evaluates the records of `plain_query.POSITIONAL` against one segment."""

    def __init__(self, part: PartEvaluator, terms: TermEvaluator, data: SegmentData, budget: Budget) -> None:
        self._part = part
        self._terms = terms
        self._data = data
        self._budget = budget
        self._lengths = length_table()

    def hits(self, query: plain.PlainQuery, candidates: Docnums | None, *, scored: bool) -> Hits:
        """The documents, of the candidates if there are any, that match. Raises TooCostly."""
        if isinstance(query, plain.Confirmed):
            return self._confirm(query, candidates, scored)
        docnums = self._narrow(loosen(query), candidates, scored=False).docnums
        if len(docnums):
            docnums = docnums.take(self._match(query, docnums))
        if not scored or not len(docnums):
            return Sparse(docnums, 1.0)
        total: Scores = 0.0
        for leaf in iter_leaves(query):
            found = self._part.look(_known(leaf), docnums, scored=True)
            score = found.scores
            total = sets.add(total, np.multiply(found.present, score) if isinstance(score, float) else score)
        return Sparse(docnums, total if isinstance(total, float) else total.astype(np.float32))

    def look(self, query: plain.PlainQuery, candidates: Docnums, scored: bool) -> Found:
        """Which candidates match. Raises TooCostly."""
        return sets.look_up(self.hits(query, candidates, scored=scored), candidates, self._part.n_documents)

    def _narrow(self, query: plain.PlainQuery, candidates: Docnums | None, *, scored: bool) -> Sparse:
        known = _known(query)
        if candidates is None:
            return sets.as_sparse(self._part.hits(known, scored=scored))
        if not len(candidates):
            return NOTHING
        found = self._part.look(known, candidates, scored=scored)
        return sets.select(Sparse(candidates, found.scores), found.present)

    def _confirm(self, query: plain.Confirmed, candidates: Docnums | None, scored: bool) -> Hits:
        found = self._narrow(query.query, candidates, scored=scored)
        self._budget.confirm(len(found))
        values = self._data.store.values
        passed = (query.test(values(docnum)) for docnum in found.docnums.tolist())
        return sets.select(found, np.fromiter(passed, np.bool_, len(found)))

    def _match(self, query: plain.PlainQuery, docnums: Docnums) -> NDArray[np.intp]:
        """Which of some documents match, by their ranks among these."""
        patterns: dict[plain.PlainQuery, NDArray[np.int64]] = {}
        for leaf in iter_leaves(query, negated=True):
            if isinstance(leaf, _PATTERNS) and leaf not in patterns:
                patterns[leaf] = self._pattern_places(leaf, docnums)
        matching = []
        for first, last in self._chunks(query, docnums):
            reader = _Reader(self._terms, docnums[first:last], first, patterns, self._budget)
            matching.append(reader.match(query) + first)
        return np.concatenate(matching)

    def _pattern_places(self, leaf: plain.PlainQuery, docnums: Docnums) -> NDArray[np.int64]:
        runs = []
        held = 0
        for run in self._terms.expanded_places(_known(leaf), docnums):
            runs.append(run)
            held += len(run)
            if held > MOST_PLACES:
                raise TooCostly(f"a pattern of this query stands in more than {MOST_PLACES:,} places")
        return np.unique(np.concatenate(runs)) if runs else np.zeros(0, np.int64)

    def _chunks(self, query: plain.PlainQuery, docnums: Docnums) -> Iterator[tuple[int, int]]:
        """Runs of documents of some total length."""
        fields = {leaf.fieldname for leaf in iter_leaves(query) if hasattr(leaf, "fieldname")}
        words = np.zeros(len(docnums), np.int64)
        for field in sorted(fields):
            lengths = self._data.lengths(field)
            words += _UNKNOWN_LENGTH if lengths is None else self._lengths.take(lengths.take(docnums))
        number = np.cumsum(words) // _CHUNK_WORDS
        cuts = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(docnums)]
        yield from pairwise(cuts)


class _Reader:
    """The places of queries in some documents; documents are counted by their ranks among these."""

    def __init__(
        self,
        terms: TermEvaluator,
        docnums: Docnums,
        first: int,
        patterns: dict[plain.PlainQuery, NDArray[np.int64]],
        budget: Budget,
    ) -> None:
        """`patterns` has the places of patterns in more documents: these are some of them, from rank `first` on."""
        self._terms = terms
        self._docnums = docnums
        self._first = first
        self._patterns = patterns
        self._budget = budget

    def match(self, query: plain.PlainQuery) -> NDArray[np.intp]:
        """The ranks of the documents that match, rising."""
        if isinstance(query, plain.AtLeast):
            counts = np.zeros(len(self._docnums), np.int64)
            for part in query.subqueries:
                starts = np.unique(self.places(part).starts)
                counts += np.bincount(starts >> POSITION_BITS, minlength=len(counts))
            return np.flatnonzero(counts >= query.count)
        if isinstance(query, plain.Near) and not query.negated:
            # Which pairs there are does not matter, only whether there is one.
            left, right = self.places(query.left), self.places(query.right)
            ranks = right.starts.compress(_count_before(left, right.starts, query.distance) > 0) >> POSITION_BITS
            if not query.ordered:
                other = left.starts.compress(_count_before(right, left.starts, query.distance) > 0) >> POSITION_BITS
                ranks = np.concatenate([ranks, other])
            return np.unique(ranks).astype(np.intp)
        return np.unique(self.places(query).starts >> POSITION_BITS).astype(np.intp)

    def places(self, query: plain.PlainQuery) -> Places:
        """Where a query stands."""
        match query:
            case plain.Term():
                return _words(self._terms.places(query.fieldname, query.text, self._docnums))
            case plain.Prefix() | plain.Wildcard() | plain.FuzzyTerm():
                return _words(self._cut(self._patterns[query]))
            case plain.Phrase():
                return self._phrase(query)
            case plain.Or():
                return _unite([self.places(each) for each in query.subqueries])
            case plain.Weighted():
                return self.places(query.query)
            case plain.First():
                found = self.places(query.query)
                return _select(found, (found.ends & POSITION_MASK) < query.count)
            case plain.Near():
                return self._near(query)
            case _:
                return _words(np.zeros(0, np.int64))

    def _cut(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those places of more documents that are in these."""
        begin, end = self._first << POSITION_BITS, (self._first + len(self._docnums)) << POSITION_BITS
        return places[int(places.searchsorted(begin)) : int(places.searchsorted(end))] - begin

    def _phrase(self, query: plain.Phrase) -> Places:
        found: Places | None = None
        for word in query.words:
            places = _words(self._terms.places(query.fieldname, word, self._docnums))
            found = places if found is None else self._pair(found, places, query.slop)
        return _words(np.zeros(0, np.int64)) if found is None else found

    def _near(self, query: plain.Near) -> Places:
        left, right = self.places(query.left), self.places(query.right)
        if query.negated:
            lonely = _count_after(right, left.ends, query.distance) == 0
            if not query.ordered:
                lonely &= _count_before(right, left.starts, query.distance) == 0
            return _select(left, lonely)
        after = self._pair(left, right, query.distance)
        return after if query.ordered else _unite([after, self._pair(right, left, query.distance)])

    def _pair(self, left: Places, right: Places, distance: int) -> Places:
        """All pairs of a place and one that begins after it, `distance` words at most, as places."""
        first, last = _bounds_before(left, right.starts, distance)
        counts = last - first
        total = int(counts.sum())
        self._budget.pair(total)
        of_right = np.repeat(np.arange(len(counts)), counts)
        of_left = np.arange(total) - np.repeat(np.cumsum(counts) - counts - first, counts)
        return _ordered(left.starts.take(of_left), right.ends.take(of_right))


def loosen(query: plain.PlainQuery) -> plain.PlainQuery:
    """A query that documents match wherever they match this one: its words, whatever their places."""
    match query:
        case plain.Near():
            left = loosen(query.left)
            return left if query.negated else plain.And([left, loosen(query.right)])
        case plain.First() | plain.Weighted():
            return loosen(query.query)
        case plain.AtLeast() | plain.Or():
            return plain.Or([loosen(part) for part in query.subqueries])
        case _:
            return query


def iter_leaves(query: plain.PlainQuery, *, negated: bool = False) -> Iterator[Any]:
    """The words, phrases and patterns of a query; with `negated` those also that are not to be near."""
    match query:
        case plain.Near():
            yield from iter_leaves(query.left, negated=negated)
            if negated or not query.negated:
                yield from iter_leaves(query.right, negated=negated)
        case plain.First() | plain.AtLeast() | plain.Or():
            for part in plain.iter_parts(query):
                yield from iter_leaves(part, negated=negated)
        case plain.Weighted() if negated:
            yield from iter_leaves(query.query, negated=True)
        case _:
            yield query


def reads_texts(query: Any) -> bool:
    """Whether a question reads stored texts: then it pays to know first which documents may match at all."""
    if isinstance(query, plain.PlainQuery):
        return isinstance(query, plain.Confirmed) or any(map(reads_texts, plain.iter_parts(query)))
    record = getattr(query, "record", None)
    return reads_texts(record) if record is not None else any(map(reads_texts, query.children()))


def _known(query: plain.PlainQuery) -> Any:
    """A query as the evaluator knows it: of Whoosh's classes where it must be."""
    if not plain.needs_whoosh(query):
        return query
    from newsgrep.codec.queries import build_query

    return build_query(query)


def _words(places: NDArray[np.int64]) -> Places:
    return Places(places, places)


def _select(places: Places, chosen: NDArray[np.bool_]) -> Places:
    return Places(places.starts.compress(chosen), places.ends.compress(chosen))


def _unite(each: list[Places]) -> Places:
    """Places that are in any of some lists, without repeats."""
    each = [places for places in each if len(places.starts)]
    if len(each) == 1:
        return each[0]
    if not each:
        return _words(np.zeros(0, np.int64))
    return _ordered(np.concatenate([p.starts for p in each]), np.concatenate([p.ends for p in each]))


def _ordered(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Places:
    order = np.lexsort((starts, ends))
    starts, ends = starts.take(order), ends.take(order)
    new = np.ones(len(starts), np.bool_)
    new[1:] = (np.diff(starts) != 0) | (np.diff(ends) != 0)
    return Places(starts.compress(new), ends.compress(new))


def _bounds_before(left: Places, starts: NDArray[np.int64], distance: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each start, which of the places on the left end before it, `distance` words at most: first, one past."""
    document = starts & ~POSITION_MASK
    return left.ends.searchsorted(np.maximum(starts - distance, document)), left.ends.searchsorted(starts)


def _count_before(left: Places, starts: NDArray[np.int64], distance: int) -> NDArray[np.intp]:
    first, last = _bounds_before(left, starts, distance)
    counts: NDArray[np.intp] = last - first
    return counts


def _count_after(right: Places, ends: NDArray[np.int64], distance: int) -> NDArray[np.intp]:
    """For each end, how many places on the right begin after it, `distance` words at most."""
    starts = np.sort(right.starts)
    last_of_document = ends | POSITION_MASK
    reached = starts.searchsorted(np.minimum(ends + distance, last_of_document), side="right")
    counts: NDArray[np.intp] = reached - starts.searchsorted(ends, side="right")
    return counts
