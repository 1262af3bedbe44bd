"""BM25 scores of postings, as Whoosh's BM25F gives them, from tables.

Source of the formulas: whoosh.scoring (`WeightingModel.idf`, `bm25`). Statistics are those of the whole index without
its deleted documents, as Whoosh's top-level searcher gives them when these are merged away. The length of a field in a
document is known in one byte, most frequencies are small: the part of a score that depends on the document is one
look-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec.joint import joint_idf, joint_norms, read_joint
from newsgrep.codec.lengths import length_table
from newsgrep.codec.live import alive_mask, live_frequencies, live_frequency
from newsgrep.codec.plain_scoring import inverse_document_frequency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsgrep.codec.hits import Scores
    from newsgrep.codec.joint import JointQuery, JointWord
    from newsgrep.codec.segment import Part
    from newsgrep.codec.terms import FieldTerms

_TABLED = 32
"""Frequencies below this are scored from a table."""
_KNOWN_TERMS = 1 << 16
_KNOWN_EXPANSIONS = 16
_KNOWN_QUERIES = 256


@dataclass(frozen=True, slots=True)
class TermPlaces:
    """Where a term stands in each segment's dictionary of its field, and what it weighs."""

    places: tuple[int, ...]
    """One a segment; -1 where it does not have the term."""
    idf: float
    df: int
    """Documents that have it and are not deleted."""


class FieldScoring:
    """How postings of one field are scored."""

    def __init__(self, field: Any, average_length: float, k1: float, b: float) -> None:
        """`field` is Whoosh's field type, `average_length` in words over all documents of the index."""
        self.scorable: bool = field.scorable
        self._weight = float(getattr(field.format, "field_boost", 1.0))
        self._k1 = k1
        lengths = length_table().astype(np.float64)
        # Whoosh takes a document whose length is not known for one word.
        lengths[0] = 1.0
        self._norms = k1 * (1 - b + b * lengths / (average_length or 1.0))
        weights = np.arange(_TABLED, dtype=np.float64)[:, None] * self._weight
        self._table = (weights * (k1 + 1) / (weights + self._norms)).astype(np.float32).ravel()
        self._once = self._table[256:512].copy()

    def weigh(self, freqs: NDArray[np.integer[Any]] | None, lengths: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The part of BM25 that depends on the document. Without frequencies every one is 1.

        freqs: (n,), at least 1; lengths: (n,), in one-byte code.
        """
        if freqs is None:
            return self._once.take(lengths)
        index = freqs.astype(np.uint16) << 8
        index |= lengths
        if int(freqs.max(initial=0)) < _TABLED:
            return self._table.take(index)
        weighed = self._table.take(index, mode="clip")
        large = np.flatnonzero(freqs >= _TABLED)
        weights = freqs.take(large) * self._weight
        weighed[large] = weights * (self._k1 + 1) / (weights + self._norms.take(lengths.take(large)))
        return weighed

    def count(self, freqs: NDArray[np.integer[Any]] | None) -> Scores:
        """The scores of a field without lengths: its weights."""
        return self._weight if freqs is None else freqs.astype(np.float32) * np.float32(self._weight)


class JointScoring:
    """How frequencies that are added up over fields are scored; see `joint`."""

    def __init__(self, average_length: float, k1: float, b: float) -> None:
        """`average_length` is the joint one, over all documents of the index."""
        self._k1 = k1
        self._norms = np.array(joint_norms(average_length, k1, b))
        self._table = self._of(np.arange(_TABLED)[:, None], self._norms).ravel()

    def _of(self, freqs: NDArray[np.integer[Any]], norms: NDArray[np.float64]) -> NDArray[np.float32]:
        return (freqs * (self._k1 + 1) / (freqs + norms)).astype(np.float32)

    def weigh(self, freqs: NDArray[np.int32], lengths: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The part of BM25 that depends on the document.

        freqs: (n,), at least 1; lengths: (n,), in one-byte code.
        """
        weighed = self._table.take((freqs << 8) | lengths, mode="clip")
        large = np.flatnonzero(freqs >= _TABLED)
        if len(large):
            weighed[large] = self._of(freqs.take(large), self._norms.take(lengths.take(large)))
        return weighed


class Statistics:
    """What scores depend on beyond the document, over all segments of an index."""

    def __init__(self, schema: Any, parts: Sequence[Part], k1: float, b: float) -> None:
        self.schema = schema
        self.parts = parts
        self._segments = [part.data for part in parts]
        self.alive = [alive_mask(part) for part in parts]
        """For each part which of its documents are not deleted; None where none is."""
        self._k1 = k1
        self._b = b
        self._fields: dict[str, FieldScoring] = {}
        self._terms: dict[tuple[str, bytes], TermPlaces] = {}
        self._expansions: dict[Any, list[NDArray[np.intp]]] = {}
        self._expanded_idfs: dict[Any, list[NDArray[np.float32]]] = {}
        self._many: dict[Any, bool] = {}
        self._joints: dict[tuple[tuple[str, int], ...], JointScoring] = {}
        self._joint_idfs: dict[JointWord, float] = {}
        self._joint_queries: dict[Any, JointQuery | None] = {}
        self.n_documents = sum(part.n_live for part in parts)

    def field(self, name: str) -> FieldScoring:
        """The scoring of one field of the schema."""
        if name not in self._fields:
            words = sum(part.live_length(name) for part in self.parts)
            average = words / (self.n_documents or 1)
            self._fields[name] = FieldScoring(self.schema[name], average, self._k1, self._b)
        return self._fields[name]

    def is_scored(self, name: str) -> bool:
        """Whether a field keeps what BM25 needs."""
        return name in self.schema and bool(self.schema[name].scorable)

    def read_joint(self, query: Any) -> JointQuery | None:
        """The words of an `AnyField`; None where its fields' scores add up."""
        if query not in self._joint_queries:
            if len(self._joint_queries) >= _KNOWN_QUERIES:
                self._joint_queries.clear()
            self._joint_queries[query] = read_joint(query.child, self.is_scored)
        return self._joint_queries[query]

    def joint(self, fields: tuple[tuple[str, int], ...]) -> JointScoring:
        """The scoring of several fields together: names and weights."""
        if fields not in self._joints:
            words = sum(weight * part.live_length(name) for part in self.parts for name, weight in fields)
            self._joints[fields] = JointScoring(words / (self.n_documents or 1), self._k1, self._b)
        return self._joints[fields]

    def joint_idf(self, word: JointWord) -> float:
        """The inverse document frequency of a word of several fields."""
        known = self._joint_idfs.get(word)
        if known is None:
            if len(self._joint_idfs) >= _KNOWN_TERMS:
                self._joint_idfs.clear()
            dfs = [(term.field, self.frequency(term.field, term.text)) for term in word.terms]
            known = self._joint_idfs[word] = joint_idf(dfs, self.n_documents)
        return known

    def frequency(self, field: str, text: str) -> int:
        """How many documents that are not deleted have a term."""
        if field not in self.schema:
            return 0
        try:
            term = self.schema[field].to_bytes(text)
        except ValueError:
            return 0
        return self.term(field, term).df

    def idf(self, document_frequency: int) -> float:
        """The inverse document frequency of a term."""
        return inverse_document_frequency(document_frequency, self.n_documents)

    def term(self, field: str, text: bytes) -> TermPlaces:
        """Where a term stands in each segment."""
        known = self._terms.get((field, text))
        if known is None:
            if len(self._terms) >= _KNOWN_TERMS:
                self._terms.clear()
            places = []
            frequency = 0
            for segment, alive in zip(self._segments, self.alive, strict=True):
                terms = segment.terms(field)
                place = -1 if terms is None else terms.find(text)
                if terms is not None and place >= 0:
                    frequency += live_frequency(terms, place, alive)
                places.append(place)
            known = self._terms[field, text] = TermPlaces(tuple(places), self.idf(frequency), frequency)
        return known

    def expansion(self, query: Any) -> list[NDArray[np.intp]]:
        """Which terms a query for many means, in each segment's dictionary of its field."""
        known = self._expansions.get(query)
        if known is None:
            from newsgrep.codec.expansion import expand

            if len(self._expansions) >= _KNOWN_EXPANSIONS:
                self._expansions.clear()
            known = []
            for segment in self._segments:
                terms = segment.terms(query.fieldname) if query.fieldname in self.schema else None
                known.append(
                    np.zeros(0, np.intp) if terms is None else expand(query, self.schema[query.fieldname], terms)
                )
            self._expansions[query] = known
        return known

    def count_expanded(self, query: Any, number: int) -> int:
        """How many terms that a query means stand in documents of one part that are not deleted."""
        return len(self._live_places(query, number))

    def means_many(self, query: Any, most: int) -> bool:
        """Whether a query means `most` terms or more of those that stand in documents that are not deleted."""
        expansion = self.expansion(query)
        if sum(map(len, expansion)) < most:
            return False
        known = self._many.get(query)
        if known is None:
            if len(self._many) >= _KNOWN_EXPANSIONS:
                self._many.clear()
            live = [self._live_places(query, number) for number in range(len(expansion))]
            known = max(map(len, live)) >= most
            if not known:
                texts: set[bytes] = set()
                for segment, places in zip(self._segments, live, strict=True):
                    terms = segment.terms(query.fieldname)
                    if terms is not None and len(places):
                        texts.update(_term_texts(terms, places))
                known = len(texts) >= most
            self._many[query] = known
        return known

    def _live_places(self, query: Any, number: int) -> NDArray[np.intp]:
        places, alive = self.expansion(query)[number], self.alive[number]
        terms = self._segments[number].terms(query.fieldname)
        return places if terms is None or alive is None else places[live_frequencies(terms, places, alive) > 0]

    def expanded_idfs(self, query: Any, number: int) -> NDArray[np.float32]:
        """The inverse document frequencies of the terms that a query means in one segment."""
        known = self._expanded_idfs.get(query)
        if known is None:
            if len(self._expanded_idfs) >= _KNOWN_EXPANSIONS:
                self._expanded_idfs.clear()
            counts = self._count_terms(query)
            n = max(1, self.n_documents)
            known = [(np.log(n / (dfs + 1.0)) + 1).astype(np.float32) for dfs in counts]
            self._expanded_idfs[query] = known
        return known[number]

    def _count_terms(self, query: Any) -> list[NDArray[np.integer[Any]]]:
        """For each segment, how many documents of the index have each of the terms that a query means there."""
        expansion = self.expansion(query)
        counts: list[NDArray[np.integer[Any]]] = []
        texts: list[list[bytes]] = []
        in_several = sum(len(places) > 0 for places in expansion) > 1
        frequencies: dict[bytes, int] = {}
        for segment, places, alive in zip(self._segments, expansion, self.alive, strict=True):
            terms = segment.terms(query.fieldname)
            if terms is None or not len(places):
                counts.append(np.zeros(0, np.int64))
                texts.append([])
                continue
            counts.append(live_frequencies(terms, places, alive))
            texts.append(_term_texts(terms, places) if in_several else [])
            for text, df in zip(texts[-1], counts[-1].tolist(), strict=False):
                frequencies[text] = frequencies.get(text, 0) + df
        if not in_several:
            return counts
        return [np.array([frequencies[text] for text in each], np.int64) for each in texts]


def _term_texts(terms: FieldTerms, places: NDArray[np.intp]) -> list[bytes]:
    first, last = int(places[0]), int(places[-1]) + 1
    if last - first > 4 * len(places):
        return [terms.term(place) for place in places.tolist()]
    texts = list(terms.iter_terms(first, last))
    return [texts[place - first] for place in places.tolist()]
