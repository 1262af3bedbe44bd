"""One commit of a local index, open for questions.

A question of a few postings is answered without NumPy, any other on arrays. The answers are the same, so what decides
is only which comes sooner.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from newsgrep.archive.engine import Beginning, Found, Scan
from newsgrep.archive.schema import BM25_B, BM25_K1, SIGNED_FIELD, TIE_COLUMN
from newsgrep.codec import plain_query as plain
from newsgrep.codec.segment import Part, SegmentData
from newsgrep.codec.segment_file import SUFFIX, SegmentDamaged
from newsgrep.codec.small_evaluator import SmallEvaluator
from newsgrep.codec.toc import read_toc
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from whoosh.index import FileIndex
    from whoosh.query import Query

    from newsgrep.archive.engine import Order
    from newsgrep.codec.evaluator import Evaluator
    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.small_terms import SmallTerms
    from newsgrep.codec.term_counts import TermCounts
    from newsgrep.codec.toc import Toc

SMALL_BEFORE = 750_000
"""Work, in postings decoded, that takes as long without NumPy as loading it."""
SMALL_BESIDE = 300
"""The same once NumPy is there: what arrays cost to set up."""
_FEW_TERMS = 64
"""Terms that are looked up one by one rather than in one go."""
_ASKED = 20_000
"""What one more question without NumPy counts for, beside its work."""


_DATES = frozenset({"published", "captured"})


class Snapshot:
    """The segments of one commit."""

    def __init__(self, folder: Path, toc: Toc, open_index: Callable[[], FileIndex]) -> None:
        """Open a commit, or the one after it that has taken its place.

        `open_index` opens the index with Whoosh, for what only Whoosh knows. Raises IndexUnusable, or TocDamaged.
        """
        self._folder = folder
        self._open_index = open_index
        while True:
            try:
                self._open_parts(toc)
                break
            except FileNotFoundError as error:
                # A writer merged the segments away between the reading of the table of contents and their opening.
                latest = read_toc(folder)
                if latest.generation == toc.generation:
                    raise IndexUnusable(
                        f"a segment of the index is missing: {error.filename}", hint=REBUILD_HINT
                    ) from error
                toc = latest
        self._begin()

    def _begin(self) -> None:
        self._small = SmallEvaluator(self._schema, self.parts, BM25_K1, BM25_B, tie=TIE_COLUMN)
        self._whole: Snapshot | None = None
        self._evaluator: Evaluator | None = None
        self._knows_whoosh = False
        self._searcher: Any = None
        self._spent = 0.0

    def _open_parts(self, toc: Toc) -> None:
        self._schema = toc.schema
        self.parts: list[Part] = []
        self._bases: list[int] = []
        self._segments = toc.segments
        self.n_documents = 0
        base = 0
        for segment in toc.segments:
            try:
                data = SegmentData(self._folder / f"{segment.name}{SUFFIX}")
            except SegmentDamaged as error:
                raise IndexUnusable(str(error), hint=REBUILD_HINT) from error
            if data.n_documents != segment.n_documents:
                found = data.file.damaged(f"it has {data.n_documents} articles, not {segment.n_documents}")
                raise IndexUnusable(str(found), hint=REBUILD_HINT)
            left_out = segment.deleted | segment.hidden
            self.parts.append(Part(data, left_out, base))
            self._bases.append(base)
            base += segment.n_documents
            self.n_documents += segment.n_documents - len(left_out)

    def with_hidden(self) -> Snapshot:
        """The same commit with its hidden documents, on the same open files."""
        if not any(segment.hidden for segment in self._segments):
            return self
        if self._whole is None:
            whole = self._whole = copy.copy(self)
            whole.parts = [
                part._replace(deleted=segment.deleted) for part, segment in zip(self.parts, self._segments, strict=True)
            ]
            whole.n_documents = sum(part.data.n_documents - len(part.deleted) for part in whole.parts)
            whole._begin()
        return self._whole

    def run(
        self,
        query: plain.PlainQuery | Query,
        accept: plain.PlainQuery | Query | None,
        *,
        order: Order | None,
        offset: int,
        limit: int,
    ) -> Found:
        """Answer a query; see `Engine.run`. Raises SegmentDamaged."""
        if self._is_small(query, accept):
            if order is None:
                return Found(*self._small.search(query, accept, offset=offset, limit=limit))
            descending = order.newest_first
            return Found(
                *self._small.search_by(
                    query, accept, column="published", descending=descending, offset=offset, limit=limit
                )
            )
        evaluator, (query, accept) = self._prepare(query, accept)
        if order is None:
            top = evaluator.search(query, accept, offset=offset, limit=limit)
        else:
            top = evaluator.search_by(
                query, accept, column="published", descending=order.newest_first, offset=offset, limit=limit
            )
        return Found(top.total, tuple(zip(top.docnums.tolist(), top.scores.tolist(), strict=True)))

    def count(self, query: plain.PlainQuery | Query, accept: plain.PlainQuery | Query | None = None) -> int:
        """How many documents match. Raises SegmentDamaged."""
        if self._is_small(query, accept):
            return self._small.count(query, accept)
        evaluator, (query, accept) = self._prepare(query, accept)
        return evaluator.count(query, accept)

    def scan(
        self,
        query: plain.PlainQuery | Query,
        accept: plain.PlainQuery | Query | None = None,
        columns: Sequence[str] = (),
    ) -> Scan:
        """All documents that match; see `Engine.scan`. Raises SegmentDamaged."""
        evaluator, (query, accept) = self._prepare(query, accept)
        from newsgrep.archive.day_counts import check_dates
        from newsgrep.codec.whole_answers import take_column

        found = evaluator.scan(query, accept, scored="score" in columns)
        values = {
            name: take_column(self.parts, name, self._schema[name], found.docnums)
            for name in columns
            if name != "score"
        }
        for name in _DATES & values.keys():
            check_dates(values[name])
        if found.scores is not None:
            values["score"] = found.scores
        return Scan(found.docnums, values)

    def facet(
        self, query: plain.PlainQuery | Query, accept: plain.PlainQuery | Query | None, fields: Sequence[str]
    ) -> list[dict[str, int]]:
        """How many matching documents carry each label; see `Engine.facet`. Raises SegmentDamaged."""
        evaluator, (query, accept) = self._prepare(query, accept)
        docnums = evaluator.scan(query, accept).docnums
        return [evaluator.count_labels(field, docnums) for field in fields]

    def at_address(self, key: int) -> list[int]:
        """The documents of an address; see `Engine.at_address`. Raises SegmentDamaged."""
        return [
            part.base + docnum
            for part in self.parts
            for docnum in part.data.find_equal("url_key", key)
            if docnum not in part.deleted
        ]

    def signatures(self, docnums: NDArray[np.int64]) -> NDArray[np.uint16]:
        """(n, SLOTS): signatures of documents; see `Engine.signatures`. Raises SegmentDamaged."""
        from newsgrep.codec.whole_answers import take_signatures

        return take_signatures(self.parts, SIGNED_FIELD, docnums)

    def explain(self, query: plain.PlainQuery | Query, docnum: int) -> list[Contribution]:
        """What makes up the score of a document that a query matches. Raises SegmentDamaged."""
        evaluator, (query,) = self._prepare(query)
        return evaluator.explain(query, docnum)

    def spellings(self, fields: Sequence[str], term: str, count: int) -> list[tuple[str, int]]:
        """Terms of some fields that are spelt nearly like one; see `find_spellings`."""
        from newsgrep.codec.spelling import find_spellings

        return find_spellings(self.parts, fields, term, count)

    def labels(self, field: str) -> list[str]:
        """Every term of a field."""
        import numpy as np

        from newsgrep.codec.live import alive_mask, live_frequencies

        found: set[str] = set()
        for part in self.parts:
            terms = part.data.terms(field)
            if terms is not None:
                dfs = live_frequencies(terms, np.arange(terms.n_terms), alive_mask(part))
                found.update(term.decode() for term, df in zip(terms.iter_terms(), dfs.tolist(), strict=True) if df)
        return sorted(found)

    def terms_from(self, field: str, start: str, at_most: int) -> list[Beginning]:
        """The terms of a field that begin with a text; see `Engine.terms_from`."""
        found: dict[str, Beginning] = {}
        for part in self.parts:
            dictionary = part.data.small_terms(field)
            low, high = dictionary.prefix_range(start.encode()) if dictionary is not None else (0, 0)
            if high - low > at_most:
                return []
            if dictionary is None or low == high:
                continue
            gone = frozenset(part.deleted)
            for place, term in enumerate(dictionary.terms_between(low, high), low):
                text, documents = term.decode(), dictionary.df(place)
                if gone and documents <= _FEW_TERMS and gone.issuperset(dictionary.docnums(place)):
                    continue
                before = found.get(text) or Beginning(text, 0, part.base + dictionary.first(place))
                found[text] = before._replace(documents=before.documents + documents)
        return [found[text] for text in sorted(found)] if len(found) <= at_most else []

    def known(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        """Those of some terms that stand in any of some fields, each with its documents."""
        found = self._count_few(fields, terms) if len(terms) <= _FEW_TERMS else self._count_many(fields, terms)
        return {term: found[term] for term in terms if found.get(term)}

    def _count_few(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        """How many documents have each of some terms; what is looked up here is known when the question is asked."""
        work = sum(self._small.counting_work(field, term) for field in fields for term in terms)
        in_arrays = self._evaluator is not None or work > SMALL_BEFORE
        frequency = self._prepare()[0].frequency if in_arrays else self._small.frequency
        return {term: sum(frequency(field, term) for field in fields) for term in terms}

    def _count_many(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        """The same for many terms, of which most may be nowhere."""
        texts = [term.encode() for term in terms]
        found: dict[str, int] = {}
        for part in self.parts:
            for field in fields:
                dictionary = part.data.small_terms(field)
                if dictionary is None:
                    continue
                places = dictionary.find_all(texts)
                if len(part.deleted):
                    dfs = self._count_live(part, field, dictionary, list(places.values()))
                else:
                    dfs = [dictionary.df(place) for place in places.values()]
                for text, df in zip(places, dfs, strict=True):
                    found[text.decode()] = found.get(text.decode(), 0) + df
        return found

    def _count_live(self, part: Part, field: str, dictionary: SmallTerms, places: Sequence[int]) -> list[int]:
        """How many documents of a part that are not deleted have the terms at some places."""
        work = sum(map(dictionary.df, places))
        terms = (
            part.data.terms(field) if self._evaluator is not None or work > SMALL_BEFORE // len(self.parts) else None
        )
        if terms is None:
            return [len(set(dictionary.docnums(place)).difference(part.deleted)) for place in places]
        from newsgrep.codec.live import alive_mask, live_frequency

        alive = alive_mask(part)
        return [live_frequency(terms, place, alive) for place in places]

    def alike(self, fields: Sequence[str], skeletons: Collection[str], initials: str, longest: int) -> dict[str, int]:
        """Terms with the consonants of some skeletons, and their documents; see `find_alike`."""
        from newsgrep.codec.skeletons import find_alike

        return find_alike(self.parts, fields, skeletons, initials, longest)

    def count_terms(
        self,
        fields: Sequence[str],
        groups: Sequence[NDArray[np.int64]],
        on_progress: Callable[[int, int], None] | None,
    ) -> TermCounts:
        """How often every term stands in groups of documents; see `Engine.count_terms`. Raises SegmentDamaged."""
        from newsgrep.codec.term_counts import count_terms

        total = sum(part.data.n_documents for part in self.parts)
        on_part = (lambda done: on_progress(done, total)) if on_progress else None
        return count_terms(self.parts, fields, groups, on_part)

    def _is_small(self, query: Any, accept: Any) -> bool:
        """Whether an answer without NumPy comes sooner."""
        if not isinstance(query, plain.PlainQuery) or not isinstance(accept, plain.PlainQuery | None):
            return False
        cost = self._small.work(query, accept).cost
        if self._evaluator is not None:
            return cost <= SMALL_BESIDE
        # Who asks again and again is better served by arrays: no more is spent without them than they take to load.
        if self._spent + cost > SMALL_BEFORE:
            return False
        self._spent += cost + _ASKED
        return True

    def _prepare(self, *queries: Any) -> tuple[Evaluator, tuple[Any, ...]]:
        """The evaluator on arrays, and queries in the form in which it knows them."""
        whoosh = any(
            query is not None and (not isinstance(query, plain.PlainQuery) or plain.needs_whoosh(query))
            for query in queries
        )
        if whoosh:
            queries = tuple(map(_known, queries))
        if self._evaluator is None or (whoosh and not self._knows_whoosh):
            from newsgrep.codec.evaluator import Evaluator

            # Whoosh's own schema answers for queries of its classes, the plain one for the records in their place.
            schema = self._open_index().schema if whoosh else self._schema
            self._evaluator = Evaluator(schema, self.parts, BM25_K1, BM25_B, tie=TIE_COLUMN, fallback=self._match)
            self._knows_whoosh = whoosh
        return self._evaluator, queries

    def stored(self, docnum: int) -> dict[str, Any]:
        """The stored values of a document."""
        place = bisect_right(self._bases, docnum) - 1
        return self.parts[place].data.store.values(docnum - self._bases[place])

    def _match(self, query: Query, part: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """What Whoosh's own matchers find in one segment: for queries that the evaluator does not know."""
        import numpy as np

        if self._searcher is None:
            from whoosh.scoring import BM25F

            self._searcher = self._open_index().searcher(weighting=BM25F(B=BM25_B, K1=BM25_K1))
        searcher, _ = self._searcher.leaf_searchers()[part]
        matcher = query.matcher(searcher, searcher.context())
        docnums, scores = [], []
        while matcher.is_active():
            docnums.append(matcher.id())
            scores.append(matcher.score())
            matcher.next()
        return np.array(docnums, np.int32), np.array(scores, np.float32)

    def close(self) -> None:
        """Release the files."""
        if self._searcher is not None:
            self._searcher.close()
        for part in self.parts:
            part.data.close()
        # The evaluators know this snapshot, and it them: what they keep would stay until Python looks for such circles.
        self._evaluator = self._whole = None
        self.parts = []


def _known(query: Any) -> Any:
    """A query as the evaluator on arrays knows it: of Whoosh's classes where it must be."""
    if not isinstance(query, plain.PlainQuery) or not plain.needs_whoosh(query):
        return query
    if isinstance(query, plain.Rescored):
        return plain.Rescored(_known(query.query), query.words, query.also)
    from newsgrep.codec.queries import build_query

    return build_query(query)
