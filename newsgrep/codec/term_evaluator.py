"""Terms, phrases and runs of terms against one segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec import hits as sets
from newsgrep.codec.hits import NOTHING, Dense, Found, Hits, Sparse, find_places
from newsgrep.codec.lengths import length_table
from newsgrep.codec.phrases import POSITION_BITS, find_phrases, rank_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from newsgrep.codec.array_cache import ArrayCache
    from newsgrep.codec.explanation import TermFacts
    from newsgrep.codec.hits import Docnums, Scores
    from newsgrep.codec.scoring import Statistics
    from newsgrep.codec.segment import SegmentData
    from newsgrep.codec.terms import FieldTerms

_FEW = 16
"""Candidates are so few when a term has this many times their number of documents: only they are scored."""
_ARRAY_BELOW = 5000
_ARRAY_FROM = 1024
"""In segments of at most so many documents, or for so many terms, Whoosh does not score what asks for a constant."""
_RUN_GAP = 8
"""Terms so near to each other are decoded in one go with those between them."""


class TermEvaluator:
    """Evaluates queries for terms against one segment."""

    def __init__(self, number: int, data: SegmentData, statistics: Statistics, cache: ArrayCache) -> None:
        """`number` is the segment's place in the index."""
        self._number = number
        self._data = data
        self._statistics = statistics
        self._cache = cache
        self._n = data.n_documents

    def find(self, field: str, text: Any) -> tuple[FieldTerms, int, float] | None:
        """A term's dictionary, its place there and its idf; None where the segment does not have it."""
        schema = self._statistics.schema
        if field not in schema:
            return None
        try:
            term = schema[field].to_bytes(text)
        except ValueError:
            return None
        terms = self._data.terms(field)
        known = self._statistics.term(field, term)
        place = known.places[self._number]
        return None if terms is None or place < 0 else (terms, place, known.idf)

    def frequency(self, query: Any) -> int:
        """How many documents have the term of a `Term`."""
        found = self.find(query.fieldname, query.text)
        return found[0].entry(found[1]).df if found else 0

    # One term.

    def hits(self, field: str, text: Any, boost: float, *, scored: bool) -> Hits:
        """The documents that have a term."""
        found = self.find(field, text)
        if found is None:
            return NOTHING
        terms, place, idf = found
        if not scored:
            return Sparse(self.docnums(terms, field, place), 0.0)
        return sets.scale(self._scored(terms, field, place, idf), boost)

    def look(self, field: str, text: Any, candidates: Docnums, *, scored: bool) -> Found:
        """Which candidates have a term."""
        found = self.find(field, text)
        if found is None:
            return sets.look_up(NOTHING, candidates, self._n)
        terms, place, idf = found
        if not scored:
            return sets.look_up(Sparse(self.docnums(terms, field, place), 1.0), candidates, self._n)
        few = len(candidates) * _FEW < terms.entry(place).df
        if not few or self._cache.get((self._number, field, place, "scores")) is not None:
            return sets.look_up(self._scored(terms, field, place, idf), candidates, self._n)
        places, present = find_places(self.docnums(terms, field, place), candidates)
        scores = np.zeros(len(candidates), np.float32)
        chosen = np.flatnonzero(present)
        freqs = terms.freqs_at(place, places.take(chosen))
        scores[chosen] = self._score(field, candidates.take(chosen), freqs, idf)
        return Found(present, scores)

    def docnums(self, terms: FieldTerms, field: str, place: int) -> Docnums:
        """The documents of a term, kept for the next query."""
        key = (self._number, field, place, "docnums")
        held = self._cache.get(key)
        if held is None:
            held = self._cache.get((self._number, field, place, "scores"))
            if held is None or len(held) < 2:
                held = (terms.docnums(place),)
                self._cache.put(key, *held)
        return held[0]

    def docnums_and_freqs(self, terms: FieldTerms, field: str, place: int) -> tuple[Docnums, NDArray[np.int32]]:
        """The documents of a term, kept for the next query, and how often it stands in each."""
        docnums, freqs = terms.docnums_and_freqs(place)
        self._cache.put((self._number, field, place, "docnums"), docnums)
        return docnums, freqs

    def _scored(self, terms: FieldTerms, field: str, place: int, idf: float) -> Hits:
        key = (self._number, field, place, "scores")
        held = self._cache.get(key)
        if held is not None:
            return Dense(None, held[0]) if len(held) == 1 else Sparse(held[0], held[1])
        docnums, freqs = self._docnums_and_freqs(terms, place)
        scores = self._score(field, docnums, freqs, idf)
        if isinstance(scores, float):
            return Sparse(docnums, scores)
        if len(docnums) * 2 < self._n or scores.min() <= 0:
            self._cache.put(key, docnums, scores)
            return Sparse(docnums, scores)
        # A list of so many documents would take more memory than an array over all, and be slower to add.
        dense = np.zeros(self._n, np.float32)
        np.add.at(dense, docnums, scores)
        self._cache.put(key, dense)
        return Dense(None, dense)

    def _docnums_and_freqs(self, terms: FieldTerms, place: int) -> tuple[Docnums, NDArray[np.int32] | None]:
        entry = terms.entry(place)
        if entry.cf == entry.df:
            return terms.docnums(place), None
        return terms.docnums_and_freqs(place)

    def _score(self, field: str, docnums: Docnums, freqs: NDArray[Any] | None, idf: float | NDArray[Any]) -> Scores:
        scoring = self._statistics.field(field)
        if not scoring.scorable:
            return scoring.count(freqs)
        scores = scoring.weigh(freqs, self._lengths(field, docnums))
        scores *= np.float32(idf) if isinstance(idf, float) else idf
        return scores

    def _lengths(self, field: str, docnums: Docnums) -> NDArray[np.uint8]:
        lengths = self._data.lengths(field)
        return np.zeros(len(docnums), np.uint8) if lengths is None else lengths.take(docnums)

    # Phrases.

    def _find_words(self, query: Any) -> list[tuple[FieldTerms, int, float]] | None:
        """The words of a phrase; None where the segment lacks one."""
        found = [self.find(query.fieldname, word) for word in query.words]
        return None if None in found else [each for each in found if each]

    def phrase_frequency(self, query: Any) -> int:
        """How many documents have the rarest word of a phrase."""
        words = self._find_words(query)
        return min((terms.entry(place).df for terms, place, _ in words), default=0) if words else 0

    def phrase(self, query: Any, candidates: Docnums | None, *, scored: bool) -> Hits:
        """The documents, of the candidates if there are any, that have a phrase."""
        field = query.fieldname
        words = self._find_words(query)
        if not words:
            return NOTHING
        terms = words[0][0]
        places = [place for _, place, _ in words]
        docnums = self._intersect(terms, field, set(places), candidates)
        if not len(docnums):
            return NOTHING
        if len(places) > 1:
            occurrences = {}
            for place in set(places):
                of_word = sets.places_of(self.docnums(terms, field, place), docnums, self._n)
                occurrences[place] = terms.occurrences_at(place, of_word)
            docnums = docnums.take(find_phrases([occurrences[place] for place in places], query.slop))
        if not scored or not len(docnums):
            return Sparse(docnums, 1.0)
        total: Scores = 0.0
        for word in query.words:
            total = sets.add(total, self.look(field, word, docnums, scored=True).scores)
        return sets.scale(Sparse(docnums, total), query.boost)

    def _intersect(self, terms: FieldTerms, field: str, places: set[int], candidates: Docnums | None) -> Docnums:
        """Documents that have all of some terms."""
        for place in sorted(places, key=lambda place: terms.entry(place).df):
            docnums = self.docnums(terms, field, place)
            if candidates is None:
                candidates = docnums
            elif len(candidates):
                candidates = candidates.compress(sets.look_up(Sparse(docnums, 1.0), candidates, self._n).present)
        return NOTHING.docnums if candidates is None else candidates

    def facts(self, field: str, text: Any, docnum: int) -> TermFacts | None:
        """What the score of a term in a document is made of; None where the document does not have it."""
        from newsgrep.codec.explanation import TermFacts

        found = self.find(field, text)
        if found is None:
            return None
        terms, place, idf = found
        places, present = find_places(self.docnums(terms, field, place), np.array([docnum], np.int32))
        if not present[0]:
            return None
        length = None
        if (lengths := self._data.lengths(field)) is not None:
            length = int(length_table()[lengths[docnum]])
        return TermFacts(int(terms.freqs_at(place, places)[0]) if terms.has_freqs else 1, float(idf), length)

    # Places.

    def places(self, field: str, text: Any, docnums: Docnums) -> NDArray[np.int64]:
        """Where a term stands in some documents, rising: numbers as `FieldTerms.occurrences_at` gives them."""
        found = self.find(field, text)
        return self._places(found[0], field, found[1], docnums) if found else np.zeros(0, np.int64)

    def _places(self, terms: FieldTerms, field: str, place: int, docnums: Docnums) -> NDArray[np.int64]:
        of_term = self.docnums(terms, field, place)
        present = sets.look_up(Sparse(of_term, 1.0), docnums, self._n).present
        members = sets.places_of(of_term, docnums.compress(present), self._n)
        found = terms.occurrences_at(place, members, self._ends(terms, field, place) if len(members) else None)
        return rank_places(found, np.flatnonzero(present))

    def _ends(self, terms: FieldTerms, field: str, place: int) -> NDArray[np.int32]:
        key = (self._number, field, place, "ends")
        held = self._cache.get(key)
        if held is None:
            held = (terms.occurrence_ends(place),)
            self._cache.put(key, *held)
        return held[0]

    def expanded_places(self, query: Any, docnums: Docnums) -> Iterator[NDArray[np.int64]]:
        """Where the terms that a query means stand in some documents, as `places`, some terms at a time."""
        terms, places = self._expand(query)
        if terms is None or not len(places):
            return
        rank_of = np.full(self._n, -1, np.int64)
        rank_of[docnums] = np.arange(len(docnums))
        cuts = np.flatnonzero(np.diff(places) > _RUN_GAP) + 1
        for group in np.split(places, cuts):
            for at in range(0, len(group), _PLACED_TERMS):
                wanted = group[at : at + _PLACED_TERMS]
                first, last = int(wanted[0]), int(wanted[-1]) + 1
                if len(wanted) == 1:
                    yield self._places(terms, query.fieldname, first, docnums)
                    continue
                run = terms.run(first, last)
                if run.freqs is None or run.gaps is None:
                    return
                is_wanted = np.zeros(last - first, np.bool_)
                is_wanted[wanted - first] = True
                ranks = np.where(np.repeat(is_wanted, run.dfs), rank_of.take(run.docnums), -1)
                of_place = np.repeat(ranks, run.freqs)
                kept = of_place >= 0
                positions = run.gaps.positions(run.freqs)
                yield np.sort((of_place.compress(kept) << POSITION_BITS) + positions.compress(kept))

    # Queries that mean many terms.

    def _expand(self, query: Any) -> tuple[FieldTerms | None, NDArray[np.intp]]:
        return self._data.terms(query.fieldname), self._statistics.expansion(query)[self._number]

    def expanded_frequency(self, query: Any) -> int:
        """The documents of all terms that a query means, added up."""
        terms, places = self._expand(query)
        return 0 if terms is None else int(terms.dfs.take(places).sum())

    def expanded(self, query: Any, *, scored: bool) -> Hits:
        """The documents that have any of the terms that a query means."""
        terms, places = self._expand(query)
        if terms is None or not len(places):
            return NOTHING
        field = query.fieldname
        if len(places) == 1:
            return self.hits(field, terms.term(int(places[0])), query.boost, scored=scored)
        if not scored or self._is_constant(query):
            return self._any_of(terms, places)
        if not getattr(query, "constantscore", False) and self._statistics.means_many(query, _ARRAY_FROM):
            return sets.scale(self._any_of(terms, places), query.boost)
        idfs = self._statistics.expanded_idfs(query, self._number)
        return sets.scale(self._sum_of(terms, field, places, idfs), query.boost)

    def _is_constant(self, query: Any) -> bool:
        """Whether Whoosh does not score the terms that a query means, as they are in this segment."""
        if not getattr(query, "constantscore", False):
            return False
        n_terms = self._statistics.count_expanded(query, self._number)
        return n_terms > 2 and (n_terms >= _ARRAY_FROM or self._statistics.parts[self._number].n_live <= _ARRAY_BELOW)

    def _any_of(self, terms: FieldTerms, places: NDArray[np.intp]) -> Hits:
        if int(terms.dfs.take(places).sum()) * 64 < self._n:
            runs = [docnums for docnums, _, _ in self._runs(terms, places, freqs=False)]
            return Sparse(np.unique(np.concatenate(runs)).astype(np.int32), 1.0)
        mask = np.zeros(self._n, np.bool_)
        for docnums, _, _ in self._runs(terms, places, freqs=False):
            mask[docnums] = True
        return Dense(mask, 1.0)

    def _sum_of(self, terms: FieldTerms, field: str, places: NDArray[np.intp], idfs: NDArray[np.float32]) -> Hits:
        total = np.zeros(self._n, np.float32)
        for docnums, freqs, of_term in self._runs(terms, places, freqs=True):
            scores = self._score(field, docnums, freqs, idfs.take(of_term))
            np.add.at(total, docnums, scores)
        return Dense(None, total)

    def _runs(
        self, terms: FieldTerms, places: NDArray[np.intp], *, freqs: bool
    ) -> Iterator[tuple[NDArray[Any], NDArray[Any] | None, NDArray[np.intp]]]:
        """Postings of many terms: documents, frequencies, and which of the terms each belongs to."""
        cuts = np.flatnonzero(np.diff(places) > _RUN_GAP) + 1
        first_of_run = 0
        for wanted in np.split(places, cuts):
            first, last = int(wanted[0]), int(wanted[-1]) + 1
            if len(wanted) == 1:
                docnums, counts = terms.docnums_and_freqs(first) if freqs else (terms.docnums(first), None)
                yield docnums, counts, np.full(len(docnums), first_of_run, np.intp)
                first_of_run += 1
                continue
            run = terms.run_documents(first, last, freqs=freqs)
            of_term = np.full(last - first, -1, np.intp)
            of_term[wanted - first] = np.arange(first_of_run, first_of_run + len(wanted))
            first_of_run += len(wanted)
            of_posting = np.repeat(of_term, run.dfs)
            if len(wanted) == last - first:
                yield run.docnums, run.freqs, of_posting
                continue
            chosen = of_posting >= 0
            run_freqs = None if run.freqs is None else run.freqs[chosen]
            yield run.docnums[chosen], run_freqs, of_posting[chosen]

    def having_field(self, field: str) -> Hits:
        """The documents that have any term of a field."""
        terms = self._data.terms(field)
        if terms is None or not terms.n_terms:
            return NOTHING
        lengths = self._data.lengths(field)
        if lengths is not None:
            return Dense(lengths > 0, 1.0)
        mask = np.zeros(self._n, np.bool_)
        for first in range(0, terms.n_terms, _EVERY_TERMS):
            run = terms.run_documents(first, min(first + _EVERY_TERMS, terms.n_terms), freqs=False)
            mask[run.docnums] = True
        return Dense(mask, 1.0)


_PLACED_TERMS = 512
"""Terms whose positions are decoded at once."""
_EVERY_TERMS = 4096
"""Terms decoded at once where all of a field are wanted."""
