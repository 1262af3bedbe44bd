"""Whoosh's readers of a segment: its terms with their postings, and what it keeps per document."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from whoosh.codec.base import FieldCursor, PerDocumentReader, TermsReader
from whoosh.reading import TermInfo, TermNotFound
from whoosh.util.numeric import byte_to_length

from newsgrep.codec.lengths import length_table
from newsgrep.codec.payloads import Payloads
from newsgrep.codec.vectors import Vectors
from newsgrep.codec.whoosh_columns import read_column
from newsgrep.codec.whoosh_matchers import PostingsMatcher, VectorMatcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray
    from whoosh.columns import Column, ColumnReader
    from whoosh.fields import FieldType
    from whoosh.formats import Format
    from whoosh.scoring import BaseScorer

    from newsgrep.codec.pickled import ArraySegment
    from newsgrep.codec.segment import SegmentData
    from newsgrep.codec.terms import FieldTerms


class _Field:
    """A field of a segment: its dictionary, payloads and lengths."""

    def __init__(self, data: SegmentData, name: str, terms: FieldTerms) -> None:
        self.terms = terms
        self.payloads = Payloads(data.file, name, terms)
        self.lengths = data.lengths(name)
        # Whoosh looks every term of a query up several times.
        self.find = lru_cache(maxsize=4096)(terms.find)

    def info(self, ordinal: int) -> ArrayTermInfo:
        """What is known of the term at a place."""
        return ArrayTermInfo(self, ordinal)

    def weight(self, ordinal: int) -> float:
        """The sum of a term's weights."""
        weights = self.payloads.weights(ordinal)
        return float(self.terms.cfs[ordinal]) if weights is None else float(weights.sum(dtype="f8"))


class ArrayTermInfo(TermInfo):  # type: ignore[misc]  # Whoosh is untyped
    """Statistics of a term. Those that take its postings are made when they are asked for."""

    # The base class answers from attributes of these names; Whoosh adds to the last two when it joins segments.

    def __init__(self, field: _Field, ordinal: int) -> None:
        self._field = field
        self._ordinal = ordinal
        self._weight = field.weight(ordinal)
        self._df = int(field.terms.dfs[ordinal])

    @cached_property
    def _docnums(self) -> NDArray[np.int32]:
        return self._field.terms.docnums(self._ordinal)

    @cached_property
    def _length_bounds(self) -> tuple[int, int]:
        if self._field.lengths is None:
            return 0, 0
        codes = self._field.lengths[self._docnums]
        codes = codes[codes > 0]
        return (int(length_table()[codes.min()]), int(length_table()[codes.max()])) if len(codes) else (0, 0)

    @cached_property
    def _minlength(self) -> int:
        return self._length_bounds[0]

    @cached_property
    def _maxlength(self) -> int:
        return self._length_bounds[1]

    @cached_property
    def _maxweight(self) -> float:
        weights = self._field.payloads.weights(self._ordinal)
        if weights is None:
            return float(self._field.terms.docnums_and_freqs(self._ordinal)[1].max())
        return float(weights.max())

    @cached_property
    def _minid(self) -> int:
        return int(self._docnums[0])

    @cached_property
    def _maxid(self) -> int:
        return int(self._docnums[-1])


class ArrayFieldCursor(FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field, as text."""

    def __init__(self, field: _Field | None, fieldobj: FieldType) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._n_terms = field.terms.n_terms if field else 0
        self._at = 0

    def first(self) -> Any:
        """Go to the first term."""
        self._at = 0
        return self.text()

    def find(self, string: str | bytes) -> Any:
        """Go to the first term that is not before `string`."""
        if self._field:
            term = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
            self._at = self._field.terms.lower_bound(term)
        return self.text()

    def next(self) -> Any:
        """Go to the next term."""
        self._at = min(self._at + 1, self._n_terms)
        return self.text()

    def text(self) -> Any:
        """The current term; None past the last."""
        if self._field is None or not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._field.terms.term(self._at))

    def term_info(self) -> ArrayTermInfo | None:
        """What is known of the current term."""
        return self._field.info(self._at) if self._field and self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether there is a current term."""
        return self._at < self._n_terms


class ArrayTermsReader(TermsReader):  # type: ignore[misc]
    """The terms and postings of a segment."""

    def __init__(self, data: SegmentData) -> None:
        self._data: SegmentData | None = data
        self._fields: dict[str, _Field] = {}
        self._names = sorted(name for name in data.field_facts if (terms := data.terms(name)) and terms.n_terms)

    def _get(self, fieldname: str) -> _Field | None:
        if fieldname not in self._fields and self._data is not None:
            terms = self._data.terms(fieldname)
            if terms is None:
                return None
            self._fields[fieldname] = _Field(self._data, fieldname, terms)
        return self._fields.get(fieldname)

    def _find(self, fieldname: str, text: bytes) -> tuple[_Field, int] | None:
        field = self._get(fieldname)
        ordinal = field.find(text) if field else -1
        return (field, ordinal) if field and ordinal >= 0 else None

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) is not None

    def indexed_field_names(self) -> list[str]:
        """The fields that have terms."""
        return self._names

    def cursor(self, fieldname: str, fieldobj: FieldType) -> ArrayFieldCursor:
        """A cursor at the first term of a field."""
        return ArrayFieldCursor(self._get(fieldname), fieldobj)

    def _iter_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes, _Field, int]]:
        for name in self._names[self._names.index(fieldname) :] if fieldname in self._names else ():
            field = self._get(name)
            if field is not None:
                first = field.terms.lower_bound(prefix) if name == fieldname else 0
                for ordinal, text in enumerate(field.terms.iter_terms(first), first):
                    yield name, text, field, ordinal

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Every term, field by field."""
        return self.terms_from(self._names[0], b"") if self._names else iter(())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Every term that is not before the given one, in this field and in those after it."""
        return ((name, text) for name, text, _, _ in self._iter_from(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], ArrayTermInfo]]:
        """Every term and what is known of it."""
        return self.items_from(self._names[0], b"") if self._names else iter(())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], ArrayTermInfo]]:
        """As `terms_from`, with what is known of each term."""
        return (
            ((name, text), field.info(ordinal)) for name, text, field, ordinal in self._iter_from(fieldname, prefix)
        )

    def term_info(self, fieldname: str, text: bytes) -> ArrayTermInfo:
        """What is known of a term. Raises Whoosh's TermNotFound."""
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return found[0].info(found[1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The sum of a term's weights. Raises KeyError where there is no such term, as Whoosh expects."""
        found = self._find(fieldname, text)
        if found is None:
            raise KeyError((fieldname, text))
        return found[0].weight(found[1])

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many documents have a term, deleted ones included. Raises KeyError where there is no such term."""
        found = self._find(fieldname, text)
        if found is None:
            raise KeyError((fieldname, text))
        return int(found[0].terms.dfs[found[1]])

    def matcher(
        self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None
    ) -> PostingsMatcher:
        """The postings of a term. Raises Whoosh's TermNotFound."""
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        field, ordinal = found
        return PostingsMatcher(
            field.terms,
            field.payloads,
            ordinal,
            field.lengths,
            term=(fieldname, text),
            format_=format_,
            scorer=scorer,
        )

    def close(self) -> None:
        """Let go of the segment; matchers made before stay good."""
        self._data = None
        self._fields = {}


class ArrayPerDocumentReader(PerDocumentReader):  # type: ignore[misc]
    """Counts, deletions, lengths, columns, vectors and stored values of a segment's documents."""

    def __init__(self, data: SegmentData, segment: ArraySegment) -> None:
        self._data = data
        self._segment = segment
        self._lengths: dict[str, NDArray[np.uint8] | None] = {}
        self._vectors: dict[str, Vectors] = {}

    def close(self) -> None:
        """Let go of the segment; columns and vectors read before stay good."""
        self.__dict__.pop("_data", None)

    def doc_count(self) -> int:
        """How many documents are not deleted."""
        return self._data.n_documents - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        """How many documents there are."""
        return self._data.n_documents

    def has_deletions(self) -> bool:
        """Whether any document is deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents, in no order."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Yes."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether any document has a value in a column."""
        return fieldname in self._data.column_facts

    def list_columns(self) -> list[str]:
        """The names of all columns."""
        return list(self._data.column_facts)

    def column_reader(self, fieldname: str, column: Column) -> ColumnReader:
        """Open a column. Raises KeyError if there is none of this name."""
        return read_column(self._data, fieldname, column)

    def _codes(self, fieldname: str) -> NDArray[np.uint8] | None:
        if fieldname not in self._lengths:
            self._lengths[fieldname] = self._data.lengths(fieldname)
        return self._lengths[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """How many words a field of a document has, to the precision of Whoosh's one-byte code."""
        codes = self._codes(fieldname)
        if codes is None:
            return default
        code = codes.item(docnum)
        return byte_to_length(code) if code else default

    def doc_field_length_reader(self, fieldname: str, default: int = 0) -> Callable[[int], int]:
        """`doc_field_length` for one field."""
        codes = self._codes(fieldname)
        if codes is None:
            return lambda _docnum: default
        code = codes.item
        return lambda docnum: byte_to_length(found) if (found := code(docnum)) else default

    def _fact(self, fieldname: str, fact: str) -> int:
        return self._data.field_facts.get(fieldname, {}).get(fact, 0)

    def field_length(self, fieldname: str) -> int:
        """How many words a field has in all documents."""
        return self._fact(fieldname, "length_total")

    def min_field_length(self, fieldname: str) -> int:
        """The smallest length of a field; 0 if any document lacks it."""
        return int(length_table()[self._fact(fieldname, "length_min")])

    def max_field_length(self, fieldname: str) -> int:
        """The largest length of a field."""
        return int(length_table()[self._fact(fieldname, "length_max")])

    def _find_vector(self, docnum: int, fieldname: str) -> tuple[Vectors, int]:
        if fieldname not in self._vectors:
            self._vectors[fieldname] = Vectors(self._data.file, fieldname)
        vectors = self._vectors[fieldname]
        return vectors, vectors.find(docnum)

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """Whether a document has a vector in a field."""
        return self._find_vector(docnum, fieldname)[1] >= 0

    def vector(self, docnum: int, fieldname: str, format_: Format) -> VectorMatcher:
        """The terms of a document. Raises KeyError if it has no vector in this field."""
        vectors, place = self._find_vector(docnum, fieldname)
        if place < 0:
            raise KeyError(f"document {docnum} has no vector in field {fieldname}")
        return VectorMatcher(vectors.items(place), format_)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored values of a document."""
        return self._data.store.values(docnum)
