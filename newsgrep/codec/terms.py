"""The term dictionary of a field: a term in, its postings out.

    Writer: `terms_writer.FieldTermsWriter`, run by run -> sections of a segment file
    Reader: `FieldTerms` over those sections

Sections of field F, each named `terms/F/` and what stands here, for n terms in the order of their UTF-8 bytes, in
blocks of 64 (the last one short):

| section    | dtype           | holds                                                                          |
|------------|-----------------|--------------------------------------------------------------------------------|
| text       | bytes           | the terms, one after the other                                                 |
| ends       | (n,) u32        | where each term ends in the text                                               |
| heads      | bytes           | every 1024th term from the first on, one after the other; which page to look on |
| head_ends  | (heads,) u32    | where each head ends                                                           |
| dfs        | (n,) u32        | documents per term                                                             |
| cfs        | (n,) u32        | occurrences per term; absent for a field without frequencies                   |
| kinds      | (n,) u8         | which docs stream the term is in (0, 1, 2 for docs1, docs2, docs4)             |
| extra_ends | (n,) u32        | where each term's extras end, counted in extras                                |
| bases      | (blocks, 5) u64 | where each block begins: docs1, docs2, docs4 in values, freqs in bytes, positions |
| docs1 and so on |            | the streams of `postings`                                                      |

A term within a block is found by adding up what stands before it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec import postings as codes
from newsgrep.codec.dictionary import TermDictionary
from newsgrep.codec.phrases import POSITION_BITS
from newsgrep.codec.posting_codes import BLOCK, CAP1, CAP_EXTRA, CAP_FREQ, DOCS1, DOCS2, DOCS4

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from newsgrep.codec.dictionary import TermEntry

STREAMS = ("docs1", "docs2", "docs4", "freqs", "positions", "extras")
ARRAYS = (("ends", "<u4"), ("dfs", "<u4"), ("cfs", "<u4"), ("kinds", "u1"), ("extra_ends", "<u4"), ("bases", "<u8"))


@dataclass(frozen=True, slots=True)
class Run:
    """The postings of terms that follow each other."""

    dfs: NDArray[np.int64]  # (n_terms,)
    docnums: NDArray[np.int64]  # (sum of dfs,), rising within each term
    freqs: NDArray[np.int64] | None  # (sum of dfs,)
    gaps: codes.Gaps | None  # (sum of freqs,): of the positions


class FieldTerms(TermDictionary):
    """The terms of one field of an open segment, as arrays."""

    def _array(self, array: str, dtype: str) -> NDArray[np.generic]:
        return np.frombuffer(self._segment.read(f"{self._name}/{array}"), dtype)

    @cached_property
    def ends(self) -> NDArray[np.uint32]:
        """(n_terms,): where each term ends in the text."""
        return self._array("ends", "<u4")  # type: ignore[return-value]

    @cached_property
    def dfs(self) -> NDArray[np.uint32]:
        """(n_terms,): documents per term, deleted ones included."""
        dfs = self._array("dfs", "<u4")
        # Arrays are made by these numbers before a posting is read.
        width = {"docs1": 1, "docs2": 2, "docs4": 4}
        postings = sum(self._segment.length(f"{self._name}/{stream}") // width[stream] for stream in width)
        if len(dfs) and (int(dfs.sum(dtype=np.uint64)) > postings or int(dfs.max()) > self._documents):
            raise self._segment.damaged(f"{self._name} cannot have so many postings")
        return dfs  # type: ignore[return-value]

    @cached_property
    def cfs(self) -> NDArray[np.uint32]:
        """(n_terms,): occurrences per term; documents per term for a field without frequencies."""
        return self._array("cfs", "<u4") if self.has_freqs else self.dfs  # type: ignore[return-value]

    @cached_property
    def _kinds(self) -> NDArray[np.uint8]:
        return self._array("kinds", "u1")  # type: ignore[return-value]

    @cached_property
    def _extra_ends(self) -> NDArray[np.uint32]:
        return self._array("extra_ends", "<u4")  # type: ignore[return-value]

    @cached_property
    def _bases(self) -> NDArray[np.uint64]:
        return self._array("bases", "<u8").reshape(-1, 5)  # type: ignore[return-value]

    def iter_terms(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """Terms from `first` up to but not including `last`, in order."""
        last = self.n_terms if last is None else last
        start = int(self.ends[first - 1]) if first else 0
        for at in range(first, last, 4096):
            ends = self.ends[at : min(at + 4096, last)].tolist()
            text = bytes(self._segment.read(f"{self._name}/text", start, ends[-1]))
            base = start
            for end in ends:
                yield text[start - base : end - base]
                start = end

    def texts(self, first: int, last: int) -> tuple[bytes, NDArray[np.int64]]:
        """The terms `first` up to but not including `last`, one after the other, and where each ends, (n,) int64."""
        start = int(self.ends[first - 1]) if first else 0
        ends = self.ends[first:last].astype(np.int64) - start
        stop = start + int(ends[-1]) if last > first else start
        return bytes(self._segment.read(f"{self._name}/text", start, stop)), ends

    def _extras(self, first: int, last: int) -> NDArray[np.uint16]:
        start = int(self._extra_ends[first - 1]) if first else 0
        stop = int(self._extra_ends[last - 1]) if last else 0
        if start == stop:
            return np.zeros(0, np.uint16)
        return np.frombuffer(self._stream("extras", 2 * start, 2 * stop), "<u2")

    def _docs_start(self, ordinal: int, kind: int) -> int:
        """Where the documents of a term would begin in the stream of one kind, in values."""
        first = ordinal - ordinal % BLOCK
        before = self.dfs[first:ordinal][self._kinds[first:ordinal] == kind]
        return int(self._bases[ordinal // BLOCK, kind]) + int(before.sum())

    def docnums(self, ordinal: int) -> NDArray[np.int32]:
        """The documents of a term, (df,) int32, rising."""
        return self._docnums(ordinal)[0]

    def _docnums(self, ordinal: int) -> tuple[NDArray[np.int32], NDArray[np.uint16], int]:
        entry = self.entry(ordinal)
        width = 1 << entry.kind
        data = self._stream(STREAMS[entry.kind], width * entry.docs, width * (entry.docs + entry.df))
        extras = self._entry_extras(entry)
        docnums, taken = codes.decode_docnums(entry.kind, data, extras)
        self._check_docnums(docnums.view(np.uint32))
        return docnums, extras, taken

    def _check_docnums(self, docnums: NDArray[np.unsignedinteger[Any]]) -> None:
        """Raises SegmentDamaged for documents that there are not; negative ones are large as unsigned numbers."""
        if len(docnums) and int(docnums.max()) >= self._documents:
            raise self._segment.damaged(f"{self._name} has postings of documents that there are not")

    def _check_freqs(self, freqs: NDArray[np.integer[Any]], occurrences: int) -> None:
        """Raises SegmentDamaged for frequencies that are not those of so many occurrences."""
        if int(freqs.sum(dtype=np.int64)) != occurrences or (len(freqs) and int(freqs.min()) < 1):
            raise self._segment.damaged(f"{self._name} has frequencies that do not add up")

    def docnums_and_freqs(self, ordinal: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The documents of a term and how often it stands in each, (df,) int32 both."""
        docnums, extras, taken = self._docnums(ordinal)
        return docnums, self._freqs(ordinal, extras, taken)[0]

    def _freqs(self, ordinal: int, extras: NDArray[np.uint16], taken: int) -> tuple[NDArray[np.int32], int]:
        entry = self.entry(ordinal)
        if entry.cf == entry.df:
            return np.ones(entry.df, np.int32), taken
        freqs, taken = codes.decode_freqs(self._freq_halves(entry), entry.skip, entry.df, extras, taken)
        self._check_freqs(freqs, entry.cf)
        return freqs, taken

    def _freq_halves(self, entry: TermEntry) -> memoryview:
        """The bytes that hold a term's frequencies."""
        return self._stream("freqs", entry.freqs, entry.freqs + (entry.skip + entry.df + 1) // 2)

    def _entry_extras(self, entry: TermEntry) -> NDArray[np.uint16]:
        start, stop = entry.extras
        if start == stop:
            return np.zeros(0, np.uint16)
        return np.frombuffer(self._stream("extras", 2 * start, 2 * stop), "<u2")

    def freqs_at(self, ordinal: int, places: NDArray[np.intp]) -> NDArray[np.int32]:
        """How often a term stands in some of its documents: those at `places` of `docnums`."""
        entry = self.entry(ordinal)
        if entry.cf == entry.df:
            return np.ones(len(places), np.int32)
        halves = places + entry.skip
        freqs = np.frombuffer(self._freq_halves(entry), np.uint8).take(halves >> 1) >> ((halves & 1) << 2) & CAP_FREQ
        if (freqs == CAP_FREQ).any():
            return self.docnums_and_freqs(ordinal)[1].take(places)
        return freqs.astype(np.int32)

    def occurrence_ends(self, ordinal: int) -> NDArray[np.int32]:
        """(df,): how often a term stands in its documents up to and with each."""
        entry = self.entry(ordinal)
        extras = self._entry_extras(entry)
        taken = 0
        if len(extras) and entry.kind == DOCS1:
            small = np.frombuffer(self._stream("docs1", entry.docs, entry.docs + entry.df), np.uint8)
            taken = int(np.count_nonzero(small == CAP1))
        return np.cumsum(self._freqs(ordinal, extras, taken)[0], dtype=np.int32)

    def occurrences_at(
        self, ordinal: int, places: NDArray[np.intp], ends: NDArray[np.int32] | None = None
    ) -> NDArray[np.int64]:
        """Where a term stands in some of its documents, those at `places`, rising, of `docnums`.

        Each occurrence is the rank of its document among these, shifted by `POSITION_BITS`, plus its position: numbers
        that rise with document and position. `ends` are the term's `occurrence_ends`, if they are known.
        """
        if not len(places):
            return np.zeros(0, np.int64)
        if ends is None:
            ends = self.occurrence_ends(ordinal)
        starts = ends.take(np.maximum(places - 1, 0))
        if not places[0]:
            starts[0] = 0
        freqs = ends.take(places) - starts
        before = np.cumsum(freqs, dtype=np.int64) - freqs
        # Whatever is said per document is looked up by this: quicker than to repeat each.
        ranks = np.repeat(np.arange(len(places)), freqs)
        index = (starts - before).take(ranks)
        index += np.arange(len(index))
        small = np.frombuffer(self._position_bytes(ordinal), np.uint8)
        gaps = small.take(index).astype(np.int64)
        mine = np.flatnonzero(gaps == CAP1)
        if len(mine):
            over = np.flatnonzero(small == CAP1)
            # Those of positions stand last.
            values = codes.join_extras(self._entry_extras(self.entry(ordinal)))
            values = values[len(values) - len(over) :]
            gaps[mine] += values[over.searchsorted(index[mine])]
        found = np.cumsum(gaps)
        # Sums begin anew with each document.
        bases = np.arange(len(places), dtype=np.int64) << POSITION_BITS
        bases[1:] -= found.take(before[1:] - 1)
        found += bases.take(ranks)
        return found

    def _position_bytes(self, ordinal: int) -> memoryview:
        entry = self.entry(ordinal)
        return self._stream("positions", entry.positions, entry.positions + entry.cf)

    def postings(self, ordinal: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Documents and frequencies, (df,) int32 both, and positions, (cf,) int32, document after document."""
        docnums, extras, taken = self._docnums(ordinal)
        freqs, taken = self._freqs(ordinal, extras, taken)
        return docnums, freqs, codes.decode_positions(self._position_bytes(ordinal), freqs, extras, taken)

    def run(self, first: int, last: int, *, positions: bool = True) -> Run:
        """The postings of terms `first` up to but not including `last`, read together."""
        dfs = self.dfs[first:last].astype(np.int64)
        deltas, over_docs = self._run_deltas(first, last, dfs)
        term_of_posting = np.repeat(np.arange(last - first), dfs)
        targets = [(deltas, over_docs, term_of_posting[over_docs])]
        freqs = small = None
        wide = np.zeros(0, np.int64)
        if self.has_freqs:
            freqs = self._run_freqs(first, last, dfs)
            over_freqs = np.flatnonzero(freqs == CAP_FREQ)
            targets.append((freqs, over_freqs, term_of_posting[over_freqs]))
            # Position extras follow the true frequencies, so those come first.
        extras = codes.join_extras(self._extras(first, last))
        if freqs is not None and self.has_positions:
            ends = np.cumsum(self.cfs[first:last], dtype=np.int64)
            begin = first - first % BLOCK
            start = int(self._bases[first // BLOCK, 4]) + int(self.cfs[begin:first].sum()) if last > first else 0
            stop = start + (int(ends[-1]) if last > first else 0)
            small = np.frombuffer(self._stream("positions", start, stop), np.uint8)
            over_gaps = np.flatnonzero(small == CAP1)
            wide = np.zeros(len(over_gaps), np.int64)
            targets.append((wide, np.arange(len(wide)), ends.searchsorted(over_gaps, side="right")))
        codes.spread_extras(extras, targets)
        docnums = codes.add_up(deltas, dfs)
        self._check_docnums(docnums.view(np.uint64))
        if freqs is not None:
            self._check_freqs(freqs, int(self.cfs[first:last].sum(dtype=np.int64)))
        return Run(dfs, docnums, freqs, codes.Gaps(small, wide) if small is not None and positions else None)

    def _run_deltas(self, first: int, last: int, dfs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """Differences of documents, and the places of those that lack an extra."""
        kind_of_posting = np.repeat(self._kinds[first:last], dfs)
        deltas = np.empty(len(kind_of_posting), np.int64)
        for kind in (DOCS1, DOCS2, DOCS4):
            mine = kind_of_posting == kind
            count, width = int(np.count_nonzero(mine)), 1 << kind
            if count:
                start = self._docs_start(first, kind)
                data = self._stream(STREAMS[kind], width * start, width * (start + count))
                deltas[mine] = np.frombuffer(data, f"<u{width}")
        return deltas, np.flatnonzero((deltas == CAP1) & (kind_of_posting == DOCS1))

    def run_documents(self, first: int, last: int, *, freqs: bool = True) -> Run:
        """As `run` without positions, nor the cost of reading past them; frequencies where wanted and kept."""
        dfs = self.dfs[first:last].astype(np.int64)
        extras = self._extras(first, last)
        if (extras == CAP_EXTRA).any():
            return self.run(first, last, positions=False)
        ends = self._extra_ends[first:last].astype(np.int64)
        before = int(self._extra_ends[first - 1]) if first else 0
        # Where in `extras` each term's next one is; those of documents come first, then those of frequencies.
        places = ends - np.diff(ends, prepend=before) - before
        term_ends = np.cumsum(dfs)
        deltas, over = self._run_deltas(first, last, dfs)
        places += _add_term_extras(deltas, over, term_ends, extras, places)
        counts = None
        if freqs and self.has_freqs:
            counts = self._run_freqs(first, last, dfs)
            _add_term_extras(counts, np.flatnonzero(counts == CAP_FREQ), term_ends, extras, places)
        docnums = codes.add_up(deltas, dfs)
        self._check_docnums(docnums.view(np.uint64))
        return Run(dfs, docnums, counts, None)

    def _run_freqs(self, first: int, last: int, dfs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Frequencies of a run of terms as they stand in their four bits."""
        if first == last:
            return np.zeros(0, np.int64)
        blocks = range(first // BLOCK, (last - 1) // BLOCK + 1)
        starts = np.maximum(np.arange(blocks.start, blocks.stop) * BLOCK, first) - first
        counts = np.add.reduceat(dfs, starts)
        # In halves: blocks begin at whole bytes, the first term of the run somewhere within its block.
        places = self._bases[blocks.start : blocks.stop, 3].astype(np.int64) * 2
        places[0] += int(self.dfs[blocks.start * BLOCK : first].sum())
        start = int(places[0]) // 2
        data = self._stream("freqs", start, (int(places[-1] + counts[-1]) + 1) // 2)
        halves = codes.unpack_halves(data)
        places -= 2 * start
        parts = [halves[at : at + n] for at, n in zip(places.tolist(), counts.tolist(), strict=True)]
        return np.concatenate(parts).astype(np.int64)


def _add_term_extras(
    values: NDArray[np.int64],
    over: NDArray[np.intp],
    term_ends: NDArray[np.int64],
    extras: NDArray[np.uint16],
    places: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Add the extras that values of several terms lack; returns how many each term took.

    over: which values lack one; term_ends: where each term's values end; places: each term's first extra.
    """
    term = term_ends.searchsorted(over, side="right")
    taken = np.bincount(term, minlength=len(term_ends))
    rank = np.arange(len(over)) - (np.cumsum(taken) - taken)[term]
    values[over] += extras[places[term] + rank]
    return taken
