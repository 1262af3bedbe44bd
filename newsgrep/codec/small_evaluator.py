"""The evaluator for small questions: the same answers as `evaluator`, without NumPy.

Where the words of a query stand in few documents, loading NumPy takes longer than finding them. This evaluator reads
plain records (`plain_query`) and answers one posting at a time; `work` says beforehand what that would take, so that
the caller can choose. It knows terms, phrases, ranges of numbers, And, Or and Not; `work` is endless for the rest.
Documents, order and scores are those of `evaluator` to the last bit, so that it does not matter who answers: the same
clauses come first, and sums are rounded where arrays of 32-bit floats would round them.
"""

from __future__ import annotations

from bisect import bisect_right
from heapq import nsmallest
from operator import neg
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

    def __init__(self, schema: PlainSchema, parts: Sequence[Part], k1: float = 1.2, b: float = 0.75) -> None:
        """`parts` are in the order of their document numbers; k1 and b are BM25's constants."""
        self._parts = parts
        self._statistics = SmallStatistics(schema, parts, k1, b)

    def frequency(self, field: str, text: str) -> int:
        """How many documents have a term, deleted ones included. Raises SegmentDamaged."""
        return self._statistics.term(field, text).df

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
            best = nsmallest(wanted, zip(map(neg, hits.scores), hits.docnums, strict=True))
            found += ((score, part.base + docnum) for score, docnum in best)
        found.sort()
        if rescored:
            found = sorted(self._rescore(rescored, found[:DEPTH])) + found[DEPTH:]
        return SmallTop(total, tuple((docnum, -score) for score, docnum in found[offset : offset + limit]))

    def _rescore(self, query: plain.Rescored, found: list[tuple[float, int]]) -> list[tuple[float, int]]:
        """Documents, with the negative of their scores, to which is added what they gain; see `Rescored`."""
        bases = [part.base for part in self._parts]
        of_part: dict[int, list[tuple[int, float]]] = {}
        for score, docnum in found:
            of_part.setdefault(bisect_right(bases, docnum) - 1, []).append((docnum, score))
        rescored: list[tuple[float, int]] = []
        for number, documents in of_part.items():
            documents.sort()
            part = SmallPart(self._statistics, number, self._parts[number])
            local = [docnum - bases[number] for docnum, _ in documents]
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
        ordered: list[tuple[int, int]] = []
        without: list[int] = []
        for part, hits in self._each_part(query, accept, scored=False):
            facts = part.data.column_facts.get(column, {})
            if "dtype" not in facts:
                without += (part.base + docnum for docnum in hits.docnums)
                continue
            for docnum, value in zip(hits.docnums, read_column(part, column, hits.docnums), strict=True):
                if value == facts["default"]:
                    without.append(part.base + docnum)
                else:
                    ordered.append((-value if descending else value, part.base + docnum))
        ordered.sort()
        docnums = [docnum for _, docnum in ordered] + without
        return SmallTop(len(docnums), tuple((docnum, 0.0) for docnum in docnums[offset : offset + limit]))

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
