"""The terms of a field one by one: where a term stands in the dictionary, and where its postings stand in the streams.

Nothing is read but what a term needs, since every page that is touched is checked first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from struct import unpack
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec.posting_codes import BLOCK, DOCS4

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.codec.segment_file import SegmentFile

_KNOWN_ENTRIES = 1 << 12
HEAD_EVERY = 1024
"""Terms from one head to the next: the heads of a million terms lie on one page or two, those terms on few more."""
_PAGE = 32
"""Terms that are read together where many are looked for."""


class TermEntry(NamedTuple):
    """What the dictionary says of a term, and where its postings begin."""

    df: int
    """Documents that have it, deleted ones included."""
    cf: int
    """Occurrences; as many as documents for a field without frequencies."""
    kind: int
    """Which docs stream."""
    docs: int
    """First of its values in that stream."""
    freqs: int
    """First of its bytes in the stream of frequencies."""
    skip: int
    """Halves of that byte that belong to another term: 0 or 1."""
    positions: int
    """First of its bytes in the stream of positions."""
    extras: tuple[int, int]
    """First of its extras, and one past the last."""


class TermDictionary:
    """The sorted terms of one field of an open segment; `terms` shows the bytes."""

    def __init__(self, segment: SegmentFile, name: str) -> None:
        self._segment = segment
        self._name = f"terms/{name}"
        self.has_freqs = f"{self._name}/cfs" in segment
        self.has_positions = segment.length(f"{self._name}/positions") > 0
        self.n_terms = segment.length(f"{self._name}/ends") // 4
        self._entries: dict[int, TermEntry] = {}
        self._documents: int = segment.facts.get("documents", 0)

    def _stream(self, stream: str, start: int = 0, stop: int | None = None) -> memoryview:
        return self._segment.read(f"{self._name}/{stream}", start, stop)

    def _numbers(self, array: str, first: int, last: int) -> tuple[int, ...]:
        return unpack(f"<{last - first}I", self._stream(array, 4 * first, 4 * last))

    def term(self, ordinal: int) -> bytes:
        """The term at a place in the dictionary."""
        start, stop = self._numbers("ends", ordinal - 1, ordinal + 1) if ordinal else (0, *self._numbers("ends", 0, 1))
        return bytes(self._stream("text", start, stop))

    def lower_bound(self, term: bytes) -> int:
        """The place of the first term that is not before `term`."""
        low, high = 0, self.n_terms
        if high > HEAD_EVERY:
            head = self._count_heads_before(term)
            low, high = max(0, head - 1) * HEAD_EVERY, min(high, head * HEAD_EVERY)
        while low < high:
            middle = (low + high) // 2
            if self.term(middle) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def _count_heads_before(self, term: bytes) -> int:
        ends, text = self._stream("head_ends").cast("I"), self._stream("heads")
        low, high = 0, len(ends)
        while low < high:
            middle = (low + high) // 2
            if text[ends[middle - 1] if middle else 0 : ends[middle]].tobytes() < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int:
        """The place of a term; -1 where there is none."""
        at = self.lower_bound(term)
        return at if at < self.n_terms and self.term(at) == term else -1

    def find_all(self, terms: Iterable[bytes]) -> dict[bytes, int]:
        """The places of those of many terms that are there: quicker than one by one, the nearer they stand together."""
        if not self.n_terms:
            return {}
        pages: dict[int, list[bytes]] = {}

        def page(number: int) -> list[bytes]:
            if number not in pages:
                first = number * _PAGE
                pages[number] = self.terms_between(first, min(first + _PAGE, self.n_terms))
            return pages[number]

        last = (self.n_terms - 1) // _PAGE
        heads: list[bytes] = []
        if self.n_terms > HEAD_EVERY:
            ends, text = self._stream("head_ends").cast("I"), bytes(self._stream("heads"))
            heads = [text[ends[at - 1] if at else 0 : end] for at, end in enumerate(ends)]
        found = {}
        for term in terms:
            low, high = 0, last
            if heads:
                head = bisect_right(heads, term)
                low = max(0, head - 1) * HEAD_EVERY // _PAGE
                high = min(last, head * HEAD_EVERY // _PAGE)
            while low < high:
                middle = (low + high + 1) // 2
                if page(middle)[0] <= term:
                    low = middle
                else:
                    high = middle - 1
            at = bisect_left(page(low), term)
            if at < len(page(low)) and page(low)[at] == term:
                found[term] = low * _PAGE + at
        return found

    def terms_between(self, first: int, last: int) -> list[bytes]:
        """The terms at the places `first` up to but not including `last`."""
        *starts, end = self._numbers("ends", max(0, first - 1), last)
        if not first:
            starts.insert(0, 0)
        text = bytes(self._stream("text", starts[0], end))
        return [text[a - starts[0] : b - starts[0]] for a, b in zip(starts, [*starts[1:], end], strict=True)]

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """The places of the terms that begin with `prefix`: first, and one past the last."""
        low = self.lower_bound(prefix)
        stop = bytearray(prefix)
        while stop and stop[-1] == 0xFF:
            stop.pop()
        if not stop:
            return low, self.n_terms
        stop[-1] += 1
        return low, self.lower_bound(bytes(stop))

    def df(self, ordinal: int) -> int:
        """In how many documents the term at a place stands, deleted ones included."""
        return self._numbers("dfs", ordinal, ordinal + 1)[0]

    def entry(self, ordinal: int) -> TermEntry:
        """What is known of the term at a place."""
        known = self._entries.get(ordinal)
        if known is None:
            if len(self._entries) >= _KNOWN_ENTRIES:
                self._entries.clear()
            known = self._entries[ordinal] = self._read_entry(ordinal)
        return known

    def _read_entry(self, ordinal: int) -> TermEntry:
        first = ordinal - ordinal % BLOCK
        bases = unpack("<5Q", self._stream("bases", 40 * (ordinal // BLOCK), 40 * (ordinal // BLOCK) + 40))
        kinds = bytes(self._stream("kinds", first, ordinal + 1))
        kind = kinds[-1]
        *before, df = self._numbers("dfs", first, ordinal + 1)
        *cfs_before, cf = self._numbers("cfs", first, ordinal + 1) if self.has_freqs else (*before, df)
        extras = (
            self._numbers("extra_ends", ordinal - 1, ordinal + 1)
            if ordinal
            else (0, *self._numbers("extra_ends", 0, 1))
        )
        if not 0 < df <= min(cf, self._documents) or kind > DOCS4:
            raise self._segment.damaged(f"term {ordinal} of {self._name} cannot have {df} documents")
        skipped = sum(before)
        return TermEntry(
            df=df,
            cf=cf,
            kind=kind,
            docs=bases[kind] + sum(df for df, of in zip(before, kinds, strict=False) if of == kind),
            freqs=bases[3] + skipped // 2,
            skip=skipped & 1,
            positions=bases[4] + sum(cfs_before),
            extras=(extras[0], extras[1]),
        )
