"""What scores depend on beyond a document, and where terms stand, over all segments of an index: without NumPy."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

from newsgrep.codec.joint import SmallJointScoring, joint_idf
from newsgrep.codec.plain_scoring import PlainFieldScoring, inverse_document_frequency

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsgrep.codec import plain_query as plain
    from newsgrep.codec.joint import JointWord
    from newsgrep.codec.plain_schema import PlainSchema
    from newsgrep.codec.segment import Part

_KNOWN_TERMS = 1 << 14
_FEW = 16
"""Bytes of so few documents are read one by one rather than with all between them."""


class SmallTerm(NamedTuple):
    """Where a term stands in each segment's dictionary."""

    places: tuple[int, ...]
    """-1 where it is not there."""
    df: int
    """Documents that have it, deleted ones included."""


class SmallStatistics:
    """The segments of an index together; `scoring.Statistics` is the same on arrays."""

    def __init__(self, schema: PlainSchema, parts: Sequence[Part], k1: float, b: float) -> None:
        self._schema = schema
        self._parts = parts
        self._k1 = k1
        self._b = b
        self._terms: dict[tuple[str, str], SmallTerm] = {}
        self._frequencies: dict[tuple[str, str], int] = {}
        self._scorings: dict[str, PlainFieldScoring] = {}
        self._joints: dict[tuple[tuple[str, int], ...], SmallJointScoring] = {}
        self.n_documents = sum(part.n_live for part in parts)

    def term(self, field: str, text: str) -> SmallTerm:
        """Where a term stands in each segment."""
        known = self._terms.get((field, text))
        if known is None:
            if len(self._terms) >= _KNOWN_TERMS:
                self._terms.clear()
            places = []
            term = self._encode(field, text)
            df = 0
            for part in self._parts:
                terms = part.data.small_terms(field)
                place = -1 if terms is None or term is None else terms.find(term)
                if terms is not None and place >= 0:
                    df += terms.df(place)
                places.append(place)
            known = self._terms[field, text] = SmallTerm(tuple(places), df)
        return known

    def frequency(self, field: str, text: str) -> int:
        """How many documents that are not deleted have a term."""
        known = self._frequencies.get((field, text))
        if known is None:
            if len(self._frequencies) >= _KNOWN_TERMS:
                self._frequencies.clear()
            term = self.term(field, text)
            known = term.df
            for part, place in zip(self._parts, term.places, strict=True):
                terms = part.data.small_terms(field)
                if terms is not None and place >= 0 and len(part.deleted):
                    known -= len(frozenset(part.deleted).intersection(terms.docnums(place)))
            self._frequencies[field, text] = known
        return known

    def idf(self, field: str, text: str) -> float:
        """How much a term weighs."""
        return inverse_document_frequency(self.frequency(field, text), self.n_documents)

    def _encode(self, field: str, text: str) -> bytes | None:
        if field not in self._schema:
            return None
        try:
            return self._schema[field].to_bytes(text)
        except ValueError:
            return None

    def _scoring(self, field: str) -> PlainFieldScoring:
        if field not in self._scorings:
            words = sum(part.live_length(field) for part in self._parts)
            average = words / (self.n_documents or 1)
            self._scorings[field] = PlainFieldScoring(self._schema[field], average, self._k1, self._b)
        return self._scorings[field]

    def score(
        self, part: Part, field: str, docnums: Sequence[int], freqs: Iterable[int], idf: float, boost: float
    ) -> list[float]:
        """The scores of postings of one term in one part."""
        scoring = self._scoring(field)
        lengths = self.read_lengths(part, field, docnums) if scoring.scorable else bytes(len(docnums))
        return scoring.score(freqs, lengths, idf, boost)

    def is_scored(self, field: str) -> bool:
        """Whether a field keeps what BM25 needs."""
        return field in self._schema and bool(self._schema[field].scorable)

    def joint(self, fields: tuple[tuple[str, int], ...]) -> SmallJointScoring:
        """The scoring of several fields together: names and weights."""
        if fields not in self._joints:
            words = sum(weight * part.live_length(name) for part in self._parts for name, weight in fields)
            self._joints[fields] = SmallJointScoring(words / (self.n_documents or 1), self._k1, self._b)
        return self._joints[fields]

    def joint_idf(self, word: JointWord) -> float:
        """The inverse document frequency of a word of several fields."""
        return joint_idf(((term.field, self.frequency(term.field, term.text)) for term in word.terms), self.n_documents)

    def read_lengths(self, part: Part, field: str, docnums: Sequence[int]) -> Sequence[int]:
        """The lengths of a field in some documents, in one-byte code; 0 where the field keeps none."""
        if f"lengths/{field}" in part.data.file:
            return read_values(part, f"lengths/{field}", "B", 1, docnums)
        return bytes(len(docnums))

    def bounds(self, query: plain.NumericRange) -> tuple[int, int]:
        """The ends of a range as its column has them."""
        field = self._schema[query.fieldname]
        return field.to_sortable(query.start), field.to_sortable(query.end)

    def keeps_positions(self, field: str) -> bool:
        """Whether a field knows where its words stand."""
        kept = self._schema[field].format if field in self._schema else None
        return kept is not None and kept.supports("positions")

    def is_ranged(self, field: str) -> bool:
        """Whether a range of a field can be told by its column in every segment."""
        return field in self._schema and all(
            "dtype" in part.data.column_facts.get(field, ()) for part in self._parts if part.data.n_documents
        )


_Code = Literal["B", "b", "H", "h", "I", "i", "Q", "q"]
_CODES: dict[str, tuple[_Code, int]] = {
    "|u1": ("B", 1),
    "|i1": ("b", 1),
    "<u2": ("H", 2),
    "<i2": ("h", 2),
    "<u4": ("I", 4),
    "<i4": ("i", 4),
    "<u8": ("Q", 8),
    "<i8": ("q", 8),
}
"""NumPy's names of integers, as `memoryview` has them, and their bytes."""


def read_column(part: Part, name: str, docnums: Sequence[int]) -> Sequence[int]:
    """The values of a numeric column for some documents."""
    return read_values(part, f"column/{name}", *_CODES[part.data.column_facts[name]["dtype"]], docnums)


def read_values(part: Part, section: str, code: _Code, width: int, docnums: Sequence[int]) -> Sequence[int]:
    """The values of a section with one of `width` bytes a document, for some documents."""
    if len(docnums) < _FEW:
        read = part.data.file.read
        return [read(section, width * at, width * at + width).cast(code)[0] for at in docnums]
    chosen: Sequence[int] = itemgetter(*docnums)(part.data.file.read(section).cast(code))
    return chosen
