"""Whoosh's writers of a segment, for whatever goes through Whoosh's own IndexWriter.

Whoosh writes documents first, reads their lengths back, then writes fields. So the per-document writer leaves a
segment file that has documents but no terms, `SEGMENT.docs.seg`; the field writer makes `SEGMENT.seg` of its terms and
of those documents, and removes the first file. Either is complete when it gets its last byte, and neither is part of
the index before Whoosh's table of contents names the segment.
"""

from __future__ import annotations

from array import array
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.codec.base import FieldWriter, OutOfOrderError, PerDocumentWriter
from whoosh.formats import Existence, Frequency, Positions
from whoosh.system import unpack_uint
from whoosh.util.numeric import length_to_byte

from newsgrep.codec.doc_store import DocStoreWriter, encode_stored
from newsgrep.codec.lengths import NO_LENGTHS, describe_lengths
from newsgrep.codec.payloads import PayloadsWriter
from newsgrep.codec.postings import BLOCK, encode_gaps
from newsgrep.codec.segment import SegmentData
from newsgrep.codec.segment_file import SUFFIX, SegmentFileWriter
from newsgrep.codec.terms import Run
from newsgrep.codec.terms_writer import FieldTermsWriter
from newsgrep.codec.vectors import VectorsWriter
from newsgrep.codec.whoosh_columns import open_column

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from whoosh.columns import Column
    from whoosh.fields import FieldType
    from whoosh.formats import Format

    from newsgrep.codec.pickled import ArraySegment
    from newsgrep.codec.whoosh_columns import NumericColumnWriter, WhooshColumnWriter

DOCUMENTS_SUFFIX = ".docs" + SUFFIX
"""Of a segment whose terms are still to come."""

_LAST_POSITION = (1 << 31) - 1


class _Lengths:
    """The lengths of one field, in Whoosh's one-byte code."""

    def __init__(self) -> None:
        self._codes = bytearray()
        self._total = 0

    def put(self, docnum: int, length: int) -> None:
        """Say how many words the field has in a document."""
        if docnum >= len(self._codes):
            self._codes.extend(bytes(docnum + 1 - len(self._codes)))
        if not self._codes[docnum]:
            self._total += length
        self._codes[docnum] = length_to_byte(length)

    def finish(self, segment: SegmentFileWriter, name: str, n_documents: int) -> dict[str, int]:
        """Write the section; returns the facts of the field."""
        codes = self._codes + bytes(max(0, n_documents - len(self._codes)))
        segment.add(f"lengths/{name}", codes)
        return {**describe_lengths(np.frombuffer(codes, np.uint8)), "length_total": self._total}


class ArrayPerDocumentWriter(PerDocumentWriter):  # type: ignore[misc]  # Whoosh is untyped
    """Writes lengths, columns, vectors and stored values."""

    def __init__(self, folder: Path, segment: ArraySegment) -> None:
        self._folder = folder
        self._segment = segment
        self._store = DocStoreWriter(folder)
        self._lengths: dict[str, _Lengths] = {}
        self._columns: dict[str, NumericColumnWriter | WhooshColumnWriter] = {}
        self._vectors: dict[str, VectorsWriter] = {}
        self._n_documents = 0
        self._in_document = False
        self._begin()
        self.is_closed = False

    def _begin(self) -> None:
        """Nothing of a document is kept for good before it is finished, since Whoosh may cancel it."""
        self._new_stored: dict[str, Any] = {}
        self._new_lengths: list[tuple[str, int]] = []
        self._new_values: list[tuple[str, Column, Any]] = []
        self._new_vectors: list[tuple[str, list[tuple[str, float, bytes]]]] = []

    def start_doc(self, docnum: int) -> None:
        """Begin the next document. Raises ValueError if it is not the next."""
        if self._in_document or docnum != self._n_documents:
            raise ValueError(f"document {docnum} is begun, but {self._n_documents} is to come or not finished")
        self._in_document = True
        self._begin()

    def add_field(self, fieldname: str, fieldobj: FieldType, value: Any, length: int | None) -> None:  # noqa: ARG002
        """Give the value to store, if any, and the number of words, if it counts."""
        if value is not None:
            self._new_stored[fieldname] = value
        if length:
            self._new_lengths.append((fieldname, length))

    def add_column_value(self, fieldname: str, columnobj: Column, value: Any) -> None:
        """Give the value to sort and group by."""
        self._new_values.append((fieldname, columnobj, value))

    def add_vector_items(
        self,
        fieldname: str,
        fieldobj: FieldType,  # noqa: ARG002
        items: Iterable[tuple[str, float, bytes]],
    ) -> None:
        """Give the terms of a field, sorted, with weights and values."""
        vector = list(items)
        if vector:
            self._new_vectors.append((fieldname, vector))

    def finish_doc(self) -> None:
        """End the document. Raises TypeError or OverflowError for a value that cannot be kept; no other may follow."""
        docnum = self._n_documents
        stored = encode_stored(self._new_stored)
        for name, column, value in self._new_values:
            if name not in self._columns:
                self._columns[name] = open_column(column, self._folder)
            self._columns[name].add(docnum, value)
        for name, vector in self._new_vectors:
            if name not in self._vectors:
                self._vectors[name] = VectorsWriter(name, self._folder)
            self._vectors[name].add(docnum, vector)
        for name, length in self._new_lengths:
            self._lengths.setdefault(name, _Lengths()).put(docnum, length)
        self._store.add(stored)
        self._n_documents += 1
        self._in_document = False

    def cancel_doc(self) -> None:
        """Forget the document that was begun."""
        self._in_document = False

    def close(self) -> None:
        """Write the documents that are finished, durably."""
        try:
            with SegmentFileWriter(self._folder / self._segment.make_filename(DOCUMENTS_SUFFIX)) as segment:
                self._write(segment)
        finally:
            self._discard()

    def _discard(self) -> None:
        for part in (self._store, *self._columns.values(), *self._vectors.values()):
            part.close()
        self.is_closed = True

    def __del__(self) -> None:
        # Whoosh does not close its writers when a commit fails.
        if not getattr(self, "is_closed", True):
            self._discard()

    def _write(self, segment: SegmentFileWriter) -> None:
        self._store.finish(segment)
        segment.facts = {
            "documents": self._n_documents,
            "fields": {
                name: lengths.finish(segment, name, self._n_documents) for name, lengths in self._lengths.items()
            },
            "columns": {name: column.facts for name, column in self._columns.items()},
        }
        for name, column in self._columns.items():
            column.finish(segment, f"column/{name}", self._n_documents)
        for vectors in self._vectors.values():
            vectors.finish(segment)


class _Postings:
    """Postings of up to a block of terms, as they come in."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.dfs = array("q")
        self.docnums = array("q")
        self.freqs = array("q")
        self.positions = array("q")
        self.weights = array("d")
        self.values: list[bytes | None] = []


class _Decoder:
    """What a field's format says of a posting's value."""

    def __init__(self, format_: Format) -> None:
        kind = type(format_)
        self._format = format_
        self._kind = kind if kind in (Existence, Frequency, Positions) else None
        self.freqs = bool(kind is not Existence and format_.supports("frequency"))
        self.positions = bool(self.freqs and format_.supports("positions"))

    def decode(self, value: bytes) -> tuple[int, list[int], bytes | None]:
        """Frequency, positions, and the value where it says more, or something else, than they do.

        Whoosh's formats answer a value that is none of theirs with all kinds of errors. It is kept as it is; arrays
        need something in its place: one occurrence, at position 0.
        """
        odd = 1, [0], value
        if self._kind is Existence:
            return 1, [], value or None
        try:
            if self.positions:
                positions = self._format.decode_positions(value)
                if not positions or positions[0] < 0 or sorted(positions) != positions:
                    return odd
                if positions[-1] > _LAST_POSITION:
                    return odd
                return len(positions), positions, None if self._kind else value
            if not self.freqs:
                return 1, [], value
            if self._kind is Frequency and len(value) != 4:
                return odd
            freq = unpack_uint(value)[0] if self._kind is Frequency else int(self._format.decode_frequency(value))
        except Exception:
            return odd
        return (freq, [], None if self._kind else value) if freq > 0 else odd


class ArrayFieldWriter(FieldWriter):  # type: ignore[misc]
    """Writes terms and postings. Holds the postings of a block of terms in memory."""

    def __init__(self, folder: Path, segment: ArraySegment) -> None:
        self._folder = folder
        self._segment = segment
        self._documents = folder / segment.make_filename(DOCUMENTS_SUFFIX)
        self._n_documents: int | None = None
        self._file: SegmentFileWriter | None = None
        self._facts: dict[str, Any] = {"documents": 0, "fields": {}, "columns": {}}
        self._lengths: dict[str, _Lengths] = {}
        self._last_field: str | None = None
        self._in_field = False
        self.is_closed = False

    def _open(self) -> SegmentFileWriter:
        if self._file is None:
            self._file = SegmentFileWriter(self._folder / self._segment.make_filename(SUFFIX))
            if self._documents.exists():
                self._facts = self._copy_documents(self._file)
                self._n_documents = self._facts["documents"]
        return self._file

    def _copy_documents(self, file: SegmentFileWriter) -> dict[str, Any]:
        data = SegmentData(self._documents)
        for name in data.file.names:
            file.add(name, data.file.read(name))
        return data.file.facts

    def start_field(self, fieldname: str, fieldobj: FieldType) -> None:
        """Begin a field. Raises OutOfOrderError unless its name is after the last one's."""
        if self._last_field is not None and fieldname <= self._last_field:
            raise OutOfOrderError(f"Field {self._last_field!r} .. {fieldname!r}")
        self._open()
        self._last_field = fieldname
        self._in_field = True
        self._decoder = _Decoder(fieldobj.format)
        self._terms = FieldTermsWriter(
            fieldname, self._folder, freqs=self._decoder.freqs, positions=self._decoder.positions
        )
        self._payloads = PayloadsWriter(fieldname, self._folder)
        self._postings = _Postings()
        self._has_terms = False
        self._last_text: bytes | None = None

    def start_term(self, text: bytes) -> None:
        """Begin a term. Raises OutOfOrderError unless it is after the last one."""
        if self._last_text is not None and text <= self._last_text:
            raise OutOfOrderError(f"Term {self._last_field}:{self._last_text!r} .. {self._last_field}:{text!r}")
        self._last_text = text
        self._last_docnum = -1
        self._df = 0

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int | None) -> None:
        """Add a posting. Raises OutOfOrderError for a document before the last one."""
        postings = self._postings
        if docnum <= self._last_docnum:
            if docnum < self._last_docnum:
                raise OutOfOrderError(f"Document {self._last_docnum} .. {docnum}")
            # Whoosh numbers all words of a spelling field as the first document's: a term is in it once.
            postings.weights[-1] += weight
            return
        if self._n_documents is not None:
            # Whoosh leaves postings of a document that it cancelled.
            if docnum >= self._n_documents:
                return
        elif length:
            self._lengths.setdefault(str(self._last_field), _Lengths()).put(docnum, length)
        freq, positions, value = self._decoder.decode(vbytes)
        postings.docnums.append(docnum)
        postings.freqs.append(freq)
        postings.positions.extend(positions)
        postings.weights.append(weight)
        postings.values.append(value)
        self._last_docnum = docnum
        self._df += 1

    def finish_term(self) -> None:
        """End the term."""
        if self._df and self._last_text is not None:
            self._has_terms = True
            self._postings.texts.append(self._last_text)
            self._postings.dfs.append(self._df)
            if len(self._postings.texts) == BLOCK:
                self._flush()

    def _flush(self) -> None:
        postings, self._postings = self._postings, _Postings()
        freqs = np.array(postings.freqs, np.int64) if self._decoder.freqs else None
        gaps = None
        if freqs is not None and self._decoder.positions:
            gaps = encode_gaps(np.array(postings.positions, np.int64), freqs)
        run = Run(np.array(postings.dfs, np.int64), np.array(postings.docnums, np.int64), freqs, gaps)
        self._terms.add_run(postings.texts, run)
        self._payloads.add_run(np.array(postings.weights, np.float32), freqs, postings.values)

    def finish_field(self) -> None:
        """End the field."""
        if self._postings.texts:
            self._flush()
        file = self._open()
        if self._has_terms:
            self._terms.finish(file)
            self._payloads.finish(file)
            name = str(self._last_field)
            self._facts["fields"].setdefault(name, NO_LENGTHS)
        self._close_field()

    def _close_field(self) -> None:
        self._terms.close()
        self._payloads.close()
        self._in_field = False

    def close(self) -> None:
        """Write the segment, durably. Within a field, when something went wrong, only let go of everything."""
        if self._in_field:
            self._discard()
            return
        file = self._open()
        try:
            for name, lengths in self._lengths.items():
                self._facts["fields"][name] = lengths.finish(file, name, 0)
            file.facts = self._facts
            file.close()
        except BaseException:
            self._discard()
            raise
        self.is_closed = True
        # Where a mapped file cannot be removed, it is swept once the segment is merged away.
        with suppress(OSError):
            self._documents.unlink()

    def _discard(self) -> None:
        if self._in_field:
            self._close_field()
        if self._file is not None:
            self._file.discard()
        self.is_closed = True

    def __del__(self) -> None:
        # Whoosh does not close its writers when a commit fails.
        if not getattr(self, "is_closed", True):
            self._discard()
