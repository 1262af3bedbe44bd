"""The bulk builder: documents in, one segment out, without a Python step per word occurrence.

Texts are cut at blanks; each distinct piece is analysed once and is a number from then on, so that a batch of texts is
an array of numbers (`vocabulary`). At the end the words of a field are sorted by term, and
the sorted arrays are its postings. What comes out holds what Whoosh's own writer would make of the same documents.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from newsgrep.codec.columns import Column, sortable_numbers
from newsgrep.codec.doc_store import DocStoreWriter, encode_stored
from newsgrep.codec.lengths import NO_LENGTHS, describe_lengths, encode_lengths
from newsgrep.codec.pickled import Labels, PlainWords, SignedWords, StemmedWords, fold_label
from newsgrep.codec.segment_file import SegmentFileWriter
from newsgrep.codec.signatures import SLOTS, build_signatures, term_hashes
from newsgrep.codec.sorting import iter_sorted_runs
from newsgrep.codec.terms_writer import FieldTermsWriter
from newsgrep.codec.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.fields import FieldType, Schema

WORD_BYTES = 30
"""Memory that a word occurrence takes until its segment is written: 25 on wire stories, and what malloc keeps."""
SIGNED_WORDS = 1 << 18
"""Words whose documents get their signatures together."""
MOST_KNOWN = 10_000
"""Distinct texts of labels that are remembered."""
BATCH_CHARACTERS = 1 << 18
"""Texts of so many characters are looked up together: array operations want many, caches and memory few."""
_BLANK = re.compile("[\x00-\x20]")
"""What parts the pieces of a text; see `Vocabulary.read_texts`."""


class SegmentBuilder:
    """Collects documents, then writes them as one segment.

    Fields may have the analyzers of `pickled`, be of type ID, or be numbers; TypeError for any other.
    """

    def __init__(self, schema: Schema, folder: Path, vocabulary: Vocabulary | None = None) -> None:
        """`folder` is where unfinished parts wait, in files without a name.

        Builders that follow each other may share a vocabulary of stemmed words, so that each word is analysed once.
        """
        self._folder = folder
        self._vocabulary = vocabulary if vocabulary is not None else Vocabulary(stemmed=True)
        self._stored = frozenset(schema.stored_names())
        self._fields = {
            name: _make_field(name, field, self._vocabulary) for name, field in schema.items() if field.indexed
        }
        self._columns = {name: Column(field) for name, field in schema.items() if field.column_type}
        self._takers = {
            name: [part.add for part in (self._fields.get(name), self._columns.get(name)) if part]
            for name in schema.names()
        }
        self._store = DocStoreWriter(folder)
        self.n_documents = 0

    @property
    def memory(self) -> int:
        """About how many bytes the documents added take, and will take until they are written."""
        words = sum(field.n_words for field in self._fields.values())
        return WORD_BYTES * words + self._vocabulary.memory

    def add(self, values: Mapping[str, Any]) -> None:
        """Add a document. Raises KeyError for a field that the schema lacks."""
        docnum = self.n_documents
        for name, value in values.items():
            for take in self._takers[name]:
                take(docnum, value)
        self._store.add(encode_stored({name: value for name, value in values.items() if name in self._stored}))
        self.n_documents += 1

    def write(self, path: Path) -> None:
        """Write the segment file, durably, and let go of everything collected."""
        facts: dict[str, Any] = {"documents": self.n_documents, "fields": {}, "columns": {}}
        with SegmentFileWriter(path) as segment:
            for name, field in self._fields.items():
                field_facts = field.write(segment, self._folder, self.n_documents)
                if field_facts is not None:
                    facts["fields"][name] = field_facts
            for name, column in self._columns.items():
                if column.values:
                    facts["columns"][name] = column.facts
                    segment.add(f"column/{name}", column.build(self.n_documents).data)
            self._store.finish(segment)
            segment.facts = facts

    def close(self) -> None:
        """Let go of what was not written."""
        self._store.close()


def _make_field(name: str, field: FieldType, vocabulary: Vocabulary) -> _Field:
    from whoosh.fields import ID, NUMERIC

    analyzer = field.analyzer
    if isinstance(analyzer, StemmedWords):
        return _Texts(name, vocabulary, signed=isinstance(analyzer, SignedWords))
    if isinstance(analyzer, PlainWords):
        return _Lines(name)
    if isinstance(analyzer, Labels):
        return _Labels(name)
    if isinstance(field, ID):
        return _Keys(name)
    if isinstance(field, NUMERIC):
        return _Numbers(name, field)
    raise TypeError(f"field {name}: the bulk builder does not know its analyzer {analyzer!r}")


class _Words(NamedTuple):
    """All words of a field."""

    terms: list[bytes]
    """In any order, perhaps with some that no document has."""
    numbers: NDArray[np.int32]
    """(n_words,): the number of each word's term."""
    positions: NDArray[np.int32] | None
    """(n_words,): the place of each word in its document."""
    starts: NDArray[np.int64]
    """(n_documents + 1,): where the words of each document with a value begin, and the end."""


class _Field:
    """What the documents have in one field; subclasses say how values become words."""

    has_freqs = True
    has_positions = True
    has_lengths = True

    def __init__(self, name: str) -> None:
        self._name = name
        self._docs = array("i")
        self._doc_ends = array("q")
        self.n_words = 0

    def add(self, docnum: int, value: Any) -> None:
        """Take in the value of the next document that has one."""
        raise NotImplementedError

    def _gather(self) -> _Words:
        raise NotImplementedError

    def write(self, segment: SegmentFileWriter, folder: Path, n_documents: int) -> dict[str, int] | None:
        """Write the field's sections and return its facts; None where no document has a word in it."""
        if not self._docs:
            return None
        terms, numbers, positions, starts = self._gather()
        if not len(numbers):
            return None
        counts = np.diff(starts)
        docs = np.frombuffer(self._docs, np.int32)
        facts = NO_LENGTHS
        if self.has_lengths:
            lengths = np.zeros(n_documents, np.int64)
            lengths[docs] = counts
            codes = encode_lengths(lengths)
            segment.add(f"lengths/{self._name}", codes.data)
            facts = {**describe_lengths(codes), "length_total": int(counts.sum())}
        self._sign(segment, _Words(terms, numbers, positions, starts), docs, n_documents)
        order = np.flatnonzero(np.bincount(numbers, minlength=len(terms))).tolist()
        order.sort(key=terms.__getitem__)
        ranks = np.empty(len(terms), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        runs = iter_sorted_runs(ranks[numbers], np.repeat(docs, counts), positions, len(order), freqs=self.has_freqs)
        # Only what the sorting holds itself is needed from here on.
        del numbers, positions, starts, counts, ranks
        writer = FieldTermsWriter(self._name, folder, freqs=self.has_freqs, positions=self.has_positions)
        try:
            for first, last, run in runs:
                writer.add_run([terms[number] for number in order[first:last]], run)
            writer.finish(segment)
        finally:
            writer.close()
        return facts

    def _sign(self, segment: SegmentFileWriter, words: _Words, docs: NDArray[np.int32], n_documents: int) -> None:
        """Write the signatures of the documents, where the field has them."""


class _Texts(_Field):
    """Running text: the bulk of everything."""

    def __init__(self, name: str, vocabulary: Vocabulary, *, signed: bool) -> None:
        super().__init__(name)
        self._signed = signed
        self._vocabulary = vocabulary
        self._pieces: list[NDArray[np.int32]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._waiting: list[str] = []
        self._waiting_characters = 0

    def add(self, docnum: int, value: str) -> None:
        self._docs.append(docnum)
        if len(value) > BATCH_CHARACTERS:
            self._read()
            self._read_long(value)
            return
        self._waiting.append(value)
        self._waiting_characters += len(value)
        if self._waiting_characters >= BATCH_CHARACTERS:
            self._read()

    def _read(self) -> None:
        pieces, counts = self._vocabulary.read_texts(self._waiting)
        self._pieces.append(pieces)
        self._counts.append(counts)
        self.n_words += len(pieces)
        self._waiting = []
        self._waiting_characters = 0

    def _read_long(self, text: str) -> None:
        """Read one text in parts: no piece reaches over a blank.

        Where there is none for long, a word may be cut in two, which matters less than the memory of all of it.
        """
        count = start = 0
        while start < len(text):
            least = start + BATCH_CHARACTERS
            blank = _BLANK.search(text, least, least + BATCH_CHARACTERS)
            stop = blank.start() if blank else least
            pieces, _ = self._vocabulary.read_texts([text[start:stop]])
            self._pieces.append(pieces)
            count += len(pieces)
            start = stop
        self._counts.append(np.array([count], np.int64))
        self.n_words += count

    def _gather(self) -> _Words:
        self._read()
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate(self._counts))])
        pieces = np.concatenate(self._pieces)
        self._pieces = []
        words, positions, word_starts = self._vocabulary.expand(pieces, starts)
        return _Words([term.encode() for term in self._vocabulary.terms], words, positions, word_starts)

    def _sign(self, segment: SegmentFileWriter, words: _Words, docs: NDArray[np.int32], n_documents: int) -> None:
        if not self._signed:
            return
        hashes = term_hashes(words.terms)
        signatures = np.zeros((n_documents, SLOTS), "<u2")
        first, starts = 0, words.starts
        while first < len(docs):
            last = max(first + 1, int(np.searchsorted(starts, starts[first] + SIGNED_WORDS, side="right")) - 1)
            numbers = words.numbers[starts[first] : starts[last]]
            signatures[docs[first:last]] = build_signatures(hashes[numbers], starts[first : last + 1] - starts[first])
            first = last
        segment.add(f"signatures/{self._name}", signatures.data)


class _Counted(_Field):
    """Short values, taken in word by word."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._numbers: dict[bytes, int] = {}
        self._words = array("i")

    def _number(self, term: bytes) -> int:
        return self._numbers.setdefault(term, len(self._numbers))

    def _close(self, docnum: int) -> None:
        self._docs.append(docnum)
        self._doc_ends.append(len(self._words))
        self.n_words = len(self._words)

    def _gather(self) -> _Words:
        starts = np.concatenate([np.zeros(1, np.int64), np.frombuffer(self._doc_ends, np.int64)])
        return _Words(list(self._numbers), np.frombuffer(self._words, np.int32), None, starts)


class _Lines(_Counted):
    """Names and addresses, one a line, a gap between the lines."""

    _analyze = PlainWords()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._positions = array("i")

    def add(self, docnum: int, value: str) -> None:
        for token in self._analyze(value, positions=True):
            self._words.append(self._number(token.text.encode()))
            self._positions.append(token.pos)
        self._close(docnum)

    def _gather(self) -> _Words:
        return super()._gather()._replace(positions=np.frombuffer(self._positions, np.int32))


class _Labels(_Counted):
    """Folded labels, one a line: terms without positions."""

    has_positions = False
    has_lengths = False

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._known: dict[str, list[int]] = {}

    def add(self, docnum: int, value: str) -> None:
        words = self._known.get(value)
        if words is None:
            words = [self._number(label.encode()) for label in map(fold_label, value.split("\n")) if label]
            if len(self._known) < MOST_KNOWN:
                self._known[value] = words
        self._words.extend(words)
        self._close(docnum)


class _Keys(_Field):
    """Ids: a value is a term."""

    has_freqs = has_positions = has_lengths = False

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._numbers: dict[str, int] = {}
        self._words = array("i")

    def add(self, docnum: int, value: str) -> None:
        numbers = self._numbers
        self._words.append(numbers.setdefault(value, len(numbers)))
        self._docs.append(docnum)
        self.n_words += 1

    def _gather(self) -> _Words:
        starts = np.arange(len(self._docs) + 1, dtype=np.int64)
        return _Words([key.encode() for key in self._numbers], np.frombuffer(self._words, np.int32), None, starts)


class _Numbers(_Field):
    """Numbers: a term for each, and for each of the coarser steps that the field has."""

    has_freqs = has_positions = has_lengths = False

    def __init__(self, name: str, field: FieldType) -> None:
        super().__init__(name)
        self._field = field
        self._values: list[Any] = []

    def add(self, docnum: int, value: Any) -> None:
        self._values.append(value)
        self._docs.append(docnum)
        self.n_words += 1

    def _gather(self) -> _Words:
        field = self._field
        shifts = range(0, field.bits, field.shift_step) if field.shift_step else (0,)
        sortable = sortable_numbers(field, self._values)
        words = np.empty((len(self._docs), len(shifts)), np.int32)
        terms: list[bytes] = []
        for column, shift in enumerate(shifts):
            distinct, words[:, column] = np.unique(sortable >> np.uint64(shift), return_inverse=True)
            words[:, column] += len(terms)
            terms += [field.sortable_to_bytes(number << shift, shift) for number in distinct.tolist()]
        starts = np.arange(len(self._docs) + 1, dtype=np.int64) * len(shifts)
        return _Words(terms, words.ravel(), None, starts)
