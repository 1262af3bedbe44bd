"""Postings of a few terms, decoded by the standard library: for answers that come before NumPy would be loaded.

The bytes are those that `terms` and `postings` show; their readers there decode the same on arrays.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from newsgrep.codec.dictionary import TermDictionary
from newsgrep.codec.posting_codes import CAP1, CAP_EXTRA, CAP_FREQ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.codec.dictionary import TermEntry

_DOCS: tuple[tuple[str, Literal["B", "H", "I"]], ...] = (("docs1", "B"), ("docs2", "H"), ("docs4", "I"))
_LOW = bytes(byte & 15 for byte in range(256))
_HIGH = bytes(byte >> 4 for byte in range(256))


class SmallTerms(TermDictionary):
    """The terms of one field of an open segment, with their postings as lists."""

    def open(self, place: int) -> SmallPostings:
        """The postings of the term at a place."""
        entry = self.entry(place)
        extras = self._extras(entry)
        deltas, taken = self._deltas(entry, extras)
        freqs: Sequence[int] = b"\x01" * entry.df
        if entry.cf != entry.df:
            packed = bytes(self._stream("freqs", entry.freqs, entry.freqs + (entry.skip + entry.df + 1) // 2))
            halves = bytearray(2 * len(packed))
            halves[0::2] = packed.translate(_LOW)
            halves[1::2] = packed.translate(_HIGH)
            freqs, taken = _complete(bytes(halves[entry.skip : entry.skip + entry.df]), CAP_FREQ, extras, taken)
            if sum(freqs) != entry.cf:
                raise self._segment.damaged(f"{self._name} has frequencies that do not add up")
        return SmallPostings(self, entry, self._add_up(deltas), freqs, extras[taken:])

    def docnums(self, place: int) -> list[int]:
        """The documents of the term at a place, rising."""
        entry = self.entry(place)
        return self._add_up(self._deltas(entry, self._extras(entry))[0])

    def _add_up(self, deltas: Sequence[int]) -> list[int]:
        docnums = list(accumulate(deltas))
        if docnums[-1] >= self._documents:
            raise self._segment.damaged(f"{self._name} has postings of documents that there are not")
        return docnums

    def first(self, place: int) -> int:
        """The first document of the term at a place, however many it has."""
        entry = self.entry(place)
        return self._deltas(entry._replace(df=1), self._extras(entry))[0][0]

    def _deltas(self, entry: TermEntry, extras: list[int]) -> tuple[Sequence[int], int]:
        """Differences of documents, and how many of the extras they take."""
        stream, code = _DOCS[entry.kind]
        width = 1 << entry.kind
        docs = self._stream(stream, width * entry.docs, width * (entry.docs + entry.df))
        if code == "B":
            return _complete(bytes(docs), CAP1, extras, 0) if extras else (bytes(docs), 0)
        return docs.cast(code), 0

    def _extras(self, entry: TermEntry) -> list[int]:
        start, stop = entry.extras
        if start == stop:
            return []
        units = self._stream("extras", 2 * start, 2 * stop).cast("H").tolist()
        if CAP_EXTRA not in units:
            return units
        values = []
        at = 0
        while at < len(units):
            value = units[at]
            at += 1
            if value == CAP_EXTRA:
                value = units[at] | units[at + 1] << 16
                at += 2
            values.append(value)
        return values

    def read_gaps(self, entry: TermEntry) -> bytes:
        """Differences of positions, as their stream has them."""
        return bytes(self._stream("positions", entry.positions, entry.positions + entry.cf))


class SmallPostings:
    """Where one term stands."""

    def __init__(
        self, terms: SmallTerms, entry: TermEntry, docnums: list[int], freqs: Sequence[int], extras: list[int]
    ) -> None:
        self._terms = terms
        self._entry = entry
        self._extras = extras
        """Those of positions."""
        self.docnums = docnums
        """Rising."""
        self.freqs = freqs
        """How often it stands in each document."""

    def positions(self, places: Sequence[int]) -> list[list[int]]:
        """The positions in some of the documents, those at `places` of `docnums`; not falling in each."""
        gaps = self._terms.read_gaps(self._entry)
        ends = list(accumulate(self.freqs))
        found = []
        for place in places:
            stop = ends[place]
            start = stop - self.freqs[place]
            mine: Sequence[int] = gaps[start:stop]
            if self._extras and CAP1 in mine:
                mine, _ = _complete(gaps[start:stop], CAP1, self._extras, gaps.count(CAP1, 0, start))
            found.append(list(accumulate(mine)))
        return found


def _complete(values: bytes, cap: int, extras: list[int], taken: int) -> tuple[Sequence[int], int]:
    """Values with the extras added that those at the cap lack, and the place of the next extra."""
    at = values.find(cap)
    if at < 0:
        return values, taken
    completed = list(values)
    while at >= 0:
        completed[at] += extras[taken]
        taken += 1
        at = values.find(cap, at + 1)
    return completed, taken
