"""The evaluator for small questions: the same answers as `evaluator`, without NumPy.

Where the words of a query stand in few documents, loading NumPy takes longer than finding them. This evaluator reads
plain records (`plain_query`) and answers one posting at a time; `work` says beforehand what that would take, so that
the caller can choose. It knows terms, phrases, ranges of numbers, And, Or and Not; `work` is endless for the rest.
Documents, order and scores are those of `evaluator` to the last bit, so that it does not matter who answers: the same
clauses come first, and sums are rounded where arrays of 32-bit floats would round them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from heapq import nsmallest
from itertools import pairwise
from operator import itemgetter, neg
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.plain_scoring import round_scores
from newsgrep.codec.proximity import DEPTH, PlacedWord, nearness
from newsgrep.codec.small_hits import select
from newsgrep.codec.small_part import SmallPart
from newsgrep.codec.small_statistics import SmallStatistics, read_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.codec.plain_schema import PlainSchema
    from newsgrep.codec.segment import Part
    from newsgrep.codec.small_hits import SmallHits

ENDLESS = float("inf")

_READ = 1.0
_SCORED = 10.0
_PLACED = 60.0
"""What a posting costs to decode, to score, and to find in a phrase, by the first of these."""


class Work(NamedTuple):
    """What answering a query would take."""

    cost: float
    """In postings decoded."""
    matches: int
    """An upper bound of the documents that match."""


class SmallTop(NamedTuple):
    """An answer: how many documents match, and those of the page asked for, best first."""

    total: int
    documents: tuple[tuple[int, float], ...]
    """Numbers in the index, and scores; 0 where the order is not by score."""


class SmallEvaluator:
    """Answers small queries over the segments of an index, as they were when it was made."""

    def __init__(
        self, schema: PlainSchema, parts: Sequence[Part], k1: float = 1.2, b: float = 0.75, *, tie: str | None = None
    ) -> None:
        """As for `Evaluator`: `parts` in the order of their document numbers, BM25's constants, the column for ties."""
        self._parts = parts
        self._bases = [part.base for part in parts]
        self._tie = tie
        self._statistics = SmallStatistics(schema, parts, k1, b)

    def frequency(self, field: str, text: str) -> int:
        """How many documents have a term. Raises SegmentDamaged."""
        return self._statistics.frequency(field, text)

    def counting_work(self, field: str, text: str) -> float:
        """What it would take to say how many documents have a term, in postings decoded."""
        return self._statistics.term(field, text).df if any(len(part.deleted) for part in self._parts) else 0

    # What it would take.

    def work(self, query: plain.PlainQuery, accept: plain.PlainQuery | None = None) -> Work:
        """What answering would take; endless for what is not known here. Raises SegmentDamaged."""
        work = self._work(query)
        if accept is None or work.cost == ENDLESS:
            return work
        return Work(work.cost + self._look_cost(accept, work.matches), work.matches)

    def _work(self, query: plain.PlainQuery) -> Work:
        match query:
            case plain.Term():
                df = self._statistics.term(query.fieldname, query.text).df
                return Work((_READ + _SCORED) * df, df)
            case plain.Phrase() if self._statistics.keeps_positions(query.fieldname):
                dfs = [self._statistics.term(query.fieldname, word).df for word in query.words]
                rarest = min(dfs, default=0)
                return Work(2 * _READ * sum(dfs) + len(dfs) * _PLACED * rarest, rarest)
            case plain.AnyField():
                return self._work(query.child)
            case plain.Rescored():
                work = self._work(query.query)
                few = min(DEPTH, work.matches)
                gained = len(query.words) * _PLACED * few + sum(self._look_cost(each, few) for each in query.also)
                return Work(work.cost + gained, work.matches)
            case plain.Or():
                each = [self._work(part) for part in query.subqueries]
                return Work(sum(work.cost for work in each), sum(work.matches for work in each))
            case plain.And() if query.subqueries:
                each = [self._work(part) for part in query.subqueries]
                first = min(range(len(each)), key=lambda at: each[at])
                # Where another clause comes first, in a part where all of them match everything, it costs no more.
                others = (part for at, part in enumerate(query.subqueries) if at != first)
                matches = each[first].matches
                return Work(each[first].cost + sum(self._look_cost(part, matches) for part in others), matches)
            case plain.Nothing():
                return Work(0, 0)
            case _:
                return Work(ENDLESS, self._statistics.n_documents)

    def _look_cost(self, query: plain.PlainQuery, candidates: int) -> float:
        """What it would take to say which of so many documents match."""
        match query:
            case plain.Term():
                return _READ * self._statistics.term(query.fieldname, query.text).df + _SCORED * candidates
            case plain.AnyField() | plain.Or() | plain.And() | plain.Not() | plain.ConstantScoreQuery():
                return sum(self._look_cost(part, candidates) for part in plain.iter_parts(query))
            case plain.NumericRange():
                return _READ * candidates if self._statistics.is_ranged(query.fieldname) else ENDLESS
            case plain.Every():
                return 0 if query.fieldname is None else ENDLESS
            case _:
                return self._work(query).cost

    # Answers.

    def search(
        self, query: plain.PlainQuery, accept: plain.PlainQuery | None = None, *, offset: int = 0, limit: int = 10
    ) -> SmallTop:
        """As `Evaluator.search`. Raises SegmentDamaged."""
        rescored = query if isinstance(query, plain.Rescored) else None
        wanted = max(offset + limit, DEPTH) if rescored else offset + limit
        total = 0
        found: list[tuple[float, int]] = []
        for part, hits in self._each_part(query, accept, scored=True):
            total += len(hits.docnums)
            found += _reaching(list(zip(map(neg, hits.scores), hits.docnums, strict=True)), wanted, part.base)
        found = self._first(found, wanted)
        if rescored:
            found = self._first(self._rescore(rescored, found[:DEPTH]), DEPTH) + found[DEPTH:]
        return SmallTop(total, tuple((docnum, -score) for score, docnum in found[offset : offset + limit]))

    def _rescore(self, query: plain.Rescored, found: list[tuple[float, int]]) -> list[tuple[float, int]]:
        """Documents, with the negative of their scores, to which is added what they gain; see `Rescored`."""
        of_part: dict[int, list[tuple[int, float]]] = {}
        for score, docnum in found:
            of_part.setdefault(bisect_right(self._bases, docnum) - 1, []).append((docnum, score))
        rescored: list[tuple[float, int]] = []
        for number, documents in of_part.items():
            documents.sort()
            part = SmallPart(self._statistics, number, self._parts[number])
            local = [docnum - self._bases[number] for docnum, _ in documents]
            scores = self._add_nearness(part, query, local, [-score for _, score in documents])
            for each in query.also:
                scores = round_scores(map(float.__add__, scores, part.look(each, local, scored=True).scores))
            rescored += ((-score, docnum) for score, (docnum, _) in zip(scores, documents, strict=True))
        return rescored

    def _add_nearness(
        self, part: SmallPart, query: plain.Rescored, docnums: list[int], scores: list[float]
    ) -> list[float]:
        """The scores of documents of one part, with what they gain by words near each other."""
        words = [(word, at) for each, at in query.words if (word := part.joint.read_word(each)) is not None]
        if len(words) < 2:
            return scores
        placed = [PlacedWord(at, part.joint.idf(word)) for word, at in words]
        names = [name for name, _ in words[0][0].fields]
        of_words = [part.joint.positions(word, names, docnums) for word, _ in words]
        gained = []
        for at, score in enumerate(scores):
            fields = [[fields[at] for fields in of_field] for of_field in zip(*of_words, strict=True)]
            gained.append(score + nearness(placed, fields))
        return round_scores(gained)

    def search_by(
        self,
        query: plain.PlainQuery,
        accept: plain.PlainQuery | None = None,
        *,
        column: str,
        descending: bool,
        offset: int = 0,
        limit: int = 10,
    ) -> SmallTop:
        """As `Evaluator.search_by`. Raises SegmentDamaged."""
        total = 0
        ordered: list[tuple[float, int]] = []
        without: list[tuple[float, int]] = []
        for part, hits in self._each_part(query, accept, scored=False):
            facts = part.data.column_facts.get(column, {})
            total += len(hits.docnums)
            if "dtype" not in facts:
                without += ((0.0, part.base + docnum) for docnum in hits.docnums)
                continue
            for docnum, value in zip(hits.docnums, read_column(part, column, hits.docnums), strict=True):
                if value == facts["default"]:
                    without.append((0.0, part.base + docnum))
                else:
                    ordered.append((-value if descending else value, part.base + docnum))
        wanted = offset + limit
        found = self._first(_reaching(ordered, wanted), wanted)
        found += self._first(_reaching(without, wanted - len(found)), wanted - len(found))
        return SmallTop(total, tuple((docnum, 0.0) for _, docnum in found[offset:]))

    def _first(self, found: list[tuple[float, int]], wanted: int) -> list[tuple[float, int]]:
        """The first of documents of the index, each after its rank, equal ranks as `tie` says."""
        found.sort()
        if self._tie is not None:
            # Keys are read where they decide.
            start = 0
            while start < min(wanted, len(found)):
                rank, stop = found[start][0], start + 1
                while stop < len(found) and found[stop][0] == rank:
                    stop += 1
                if stop > start + 1:
                    docnums = [docnum for _, docnum in found[start:stop]]
                    keyed = sorted(zip(self._keys(docnums), docnums, strict=True))
                    found[start:stop] = [(rank, docnum) for _, docnum in keyed]
                start = stop
        return found[: max(0, wanted)]

    def _keys(self, docnums: list[int]) -> list[int]:
        """What orders documents (rising) that are equally good."""
        keys: list[int] = []
        starts = [*(bisect_left(docnums, base) for base in self._bases), len(docnums)]
        for part, (start, stop) in zip(self._parts, pairwise(starts), strict=True):
            local = [docnum - part.base for docnum in docnums[start:stop]]
            if not local:
                continue
            has_keys = self._tie is not None and "dtype" in part.data.column_facts.get(self._tie, ())
            keys += read_column(part, str(self._tie), local) if has_keys else [0] * len(local)
        return keys

    def count(self, query: plain.PlainQuery, accept: plain.PlainQuery | None = None) -> int:
        """How many documents match. Raises SegmentDamaged."""
        return sum(len(hits.docnums) for _, hits in self._each_part(query, accept, scored=False))

    def _each_part(
        self, query: plain.PlainQuery, accept: plain.PlainQuery | None, *, scored: bool
    ) -> Iterator[tuple[Part, SmallHits]]:
        """What matches in each part and is not deleted."""
        for number, part in enumerate(self._parts):
            evaluator = SmallPart(self._statistics, number, part)
            hits = evaluator.hits(query, scored=scored)
            if accept is not None and hits.docnums:
                hits = select(hits, evaluator.look(accept, hits.docnums, scored=False).present)
            if part.deleted and hits.docnums:
                hits = select(hits, [docnum not in part.deleted for docnum in hits.docnums])
            yield part, hits


def _reaching(found: list[tuple[float, int]], wanted: int, base: int = 0) -> list[tuple[float, int]]:
    """Of documents, each after its rank, the best, and all that are as good as the last of them; `base` is added."""
    if wanted <= 0:
        return []
    if len(found) > wanted:
        border = nsmallest(wanted, map(itemgetter(0), found))[-1]
        found = [each for each in found if each[0] <= border]
    return [(rank, base + docnum) for rank, docnum in found] if base else found
