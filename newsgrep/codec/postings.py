"""Postings as arrays, and as the bytes of a segment.

    Writer: `encode_postings` -> EncodedPostings (streams of bytes, and what the term dictionary keeps of each term)
    Reader: `decode_docnums`, `decode_freqs`, `decode_positions`; `Gaps` for positions of many terms

Per field there is one stream of each kind for all terms, in the order of the terms:

| stream    | holds                                                                                        |
|-----------|----------------------------------------------------------------------------------------------|
| docs1     | document numbers as differences (the first as it is), one byte each; from 255 on 255 and an extra |
| docs2     | the same in two bytes, for terms whose differences are too large for docs1                   |
| docs4     | the same in four bytes                                                                       |
| freqs     | frequencies in four bits, low half first; from 15 on 15 and an extra                         |
| positions | per document the first position, then differences, one byte each; from 255 on 255 and an extra |
| extras    | what is missing to the values above, two bytes each; from 65535 on 65535 and four bytes      |

The freqs of each block of terms are padded to a whole byte. A term's extras are first those of its documents, then of
its frequencies, then of its positions.

Worked example: a term in document 7 (at positions 3 and 10), 8 (at position 0) and 300 (at position 260) gives
docs1 = 07 01 FF, freqs = 12 01 (2 low and 1 high, 1 low), positions = 03 07 00 FF, and
extras = 25 00 (300 - 8 - 255 = 37), 05 00 (260 - 255).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from newsgrep.codec.posting_codes import BLOCK as BLOCK
from newsgrep.codec.posting_codes import CAP1, CAP_EXTRA, CAP_FREQ
from newsgrep.codec.posting_codes import DOCS1 as DOCS1
from newsgrep.codec.posting_codes import DOCS2 as DOCS2
from newsgrep.codec.posting_codes import DOCS4 as DOCS4

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Int = TypeVar("Int", np.int32, np.int64)

_LOW_HIGH = (np.arange(256, dtype=np.uint16) & 15) | ((np.arange(256, dtype=np.uint16) >> 4) << 8)
"""A byte of two frequencies to two bytes of one each (little-endian)."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Positions of postings as a segment has them: what is moved from segment to segment without being decoded."""

    small: NDArray[np.uint8]  # (n_words,): CAP1 where the gap is that or more
    wide: NDArray[np.int64]  # (as many as CAP1 in small,): what each of those gaps has beyond CAP1

    def positions(self, freqs: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n_words,): the positions of postings with these frequencies."""
        gaps = self.small.astype(np.int64)
        gaps[self.small == CAP1] += self.wide
        return add_up(gaps, freqs)

    def take(self, places: NDArray[np.int64]) -> Gaps:
        """The gaps at other places: (n,) where each comes from, none twice."""
        small = self.small.take(places)
        before = np.flatnonzero(self.small == CAP1)
        return Gaps(small, self.wide.take(before.searchsorted(places[small == CAP1])))

    def compress(self, kept: NDArray[np.bool_]) -> Gaps:
        """The gaps that are kept: (n_words,)."""
        return Gaps(self.small[kept], self.wide[kept[self.small == CAP1]])

    def split(self, at: int) -> tuple[Gaps, Gaps]:
        """The first `at` gaps, and the others."""
        n_wide = int(np.count_nonzero(self.small[:at] == CAP1))
        return Gaps(self.small[:at], self.wide[:n_wide]), Gaps(self.small[at:], self.wide[n_wide:])


def encode_gaps(positions: NDArray[np.int32] | NDArray[np.int64], freqs: NDArray[np.int64]) -> Gaps:
    """Positions (sum of freqs,), not falling within each posting, as gaps."""
    gaps = _differences(positions, np.cumsum(freqs) - freqs)
    return Gaps(np.minimum(gaps, CAP1).astype(np.uint8), gaps[gaps >= CAP1] - CAP1)


def join_gaps(parts: Sequence[Gaps]) -> Gaps:
    """The gaps of several, one after the other."""
    return Gaps(np.concatenate([part.small for part in parts]), np.concatenate([part.wide for part in parts]))


@dataclass(frozen=True, slots=True)
class EncodedPostings:
    """The postings of a run of terms as bytes, and what each term adds to its dictionary entry."""

    kinds: NDArray[np.uint8]  # (n_terms,): which docs stream
    extras_per_term: NDArray[np.int64]  # (n_terms,): how many two-byte extras
    docs1: NDArray[np.uint8]
    docs2: NDArray[np.uint16]
    docs4: NDArray[np.uint32]
    freqs: NDArray[np.uint8]  # two a byte; empty for a field without frequencies
    positions: NDArray[np.uint8]  # empty for a field without positions
    extras: NDArray[np.uint16]


def encode_postings(
    dfs: NDArray[np.int64],
    docnums: NDArray[np.int64],
    freqs: NDArray[np.int64] | None,
    gaps: Gaps | None,
) -> EncodedPostings:
    """Encode a run of terms.

    dfs: (n_terms,) documents per term, each at least 1; docnums: (sum of dfs,), rising within each term;
    freqs: (sum of dfs,), each at least 1, or None; gaps: (sum of freqs,) of the positions, or None. All terms of a run
    but the last run of a field come in whole blocks of `BLOCK` terms.
    """
    n_terms = len(dfs)
    starts = np.cumsum(dfs) - dfs
    term_of_posting = np.repeat(np.arange(n_terms), dfs)
    deltas = _differences(docnums, starts)
    over = deltas >= CAP1
    largest = np.maximum.reduceat(deltas, starts) if n_terms else deltas
    n_over = np.add.reduceat(over, starts, dtype=np.int64) if n_terms else deltas
    kinds = np.full(n_terms, DOCS4, np.uint8)
    kinds[largest < 1 << 16] = DOCS2
    # Cheaper in one byte with extras than in two or four, and no extra needs the escape.
    fits = (largest < CAP1 + CAP_EXTRA) & (dfs + 2 * n_over < dfs * np.where(largest < 1 << 16, 2, 4))
    kinds[fits] = DOCS1
    kind_of_posting = np.repeat(kinds, dfs)
    in1 = kind_of_posting == DOCS1
    over &= in1
    extra_values = [deltas[over] - CAP1]
    extra_terms = [term_of_posting[over]]
    freq_bytes = np.zeros(0, np.uint8)
    if freqs is not None:
        freq_bytes = _pack_freqs(freqs, dfs)
        over = freqs >= CAP_FREQ
        extra_values.append(freqs[over] - CAP_FREQ)
        extra_terms.append(term_of_posting[over])
    position_bytes = np.zeros(0, np.uint8)
    if gaps is not None and freqs is not None:
        position_bytes = gaps.small
        extra_values.append(gaps.wide)
        word_ends = np.cumsum(freqs)[starts + dfs - 1]
        extra_terms.append(word_ends.searchsorted(np.flatnonzero(gaps.small == CAP1), side="right"))
    extras, per_term = _order_extras(extra_values, extra_terms, n_terms)
    return EncodedPostings(
        kinds=kinds,
        extras_per_term=per_term,
        docs1=np.minimum(deltas[in1], CAP1).astype(np.uint8),
        docs2=deltas[kind_of_posting == DOCS2].astype(np.uint16),
        docs4=deltas[kind_of_posting == DOCS4].astype(np.uint32),
        freqs=freq_bytes,
        positions=position_bytes,
        extras=extras,
    )


def _differences(values: NDArray[np.int32] | NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each value less the one before it; the first of each run, which begins at `starts`, as it is."""
    deltas = values.astype(np.int64)
    deltas[1:] -= values[:-1]
    deltas[starts] = values[starts]
    return deltas


def _pack_freqs(freqs: NDArray[np.int64], dfs: NDArray[np.int64]) -> NDArray[np.uint8]:
    per_block = np.add.reduceat(dfs, np.arange(0, len(dfs), BLOCK)) if len(dfs) else dfs
    padding = np.cumsum(per_block & 1) - (per_block & 1)
    halves = np.zeros(int(per_block.sum() + (per_block & 1).sum()), np.uint8)
    halves[np.arange(len(freqs)) + np.repeat(padding, per_block)] = np.minimum(freqs, CAP_FREQ)
    return halves[0::2] | (halves[1::2] << np.uint8(4))


def _order_extras(
    values: list[NDArray[np.int64]], terms: list[NDArray[np.int64]], n_terms: int
) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    value, term = np.concatenate(values), np.concatenate(terms)
    order = np.argsort(term, kind="stable")
    value, term = value[order], term[order]
    if not len(value) or value.max() < CAP_EXTRA:
        return value.astype(np.uint16), np.bincount(term, minlength=n_terms)
    width = np.where(value >= CAP_EXTRA, 3, 1)
    at = np.cumsum(width) - width
    extras = np.zeros(int(width.sum()), np.uint16)
    extras[at] = np.minimum(value, CAP_EXTRA)
    wide = value >= CAP_EXTRA
    extras[at[wide] + 1] = value[wide] & 0xFFFF
    extras[at[wide] + 2] = value[wide] >> 16
    return extras, np.bincount(term, weights=width, minlength=n_terms).astype(np.int64)


def decode_docnums(kind: int, data: memoryview, extras: NDArray[np.uint16]) -> tuple[NDArray[np.int32], int]:
    """Document numbers of a term, rising, (df,) int32; and how many of its extras they took."""
    if kind == DOCS1:
        small = np.frombuffer(data, np.uint8)
        if not len(extras):
            return np.cumsum(small, dtype=np.int32), 0
        over = np.flatnonzero(small == CAP1)
        deltas = small.astype(np.int32)
        values, taken = _take_extras(extras, 0, len(over))
        deltas[over] += values
        return np.cumsum(deltas, dtype=np.int32), taken
    return np.cumsum(np.frombuffer(data, "<u2" if kind == DOCS2 else "<u4"), dtype=np.int32), 0


def decode_freqs(
    data: memoryview, skip: int, count: int, extras: NDArray[np.uint16], taken: int
) -> tuple[NDArray[np.int32], int]:
    """Frequencies of a term, (count,) int32, from bytes in which `skip` (0 or 1) halves belong to another term."""
    halves = unpack_halves(data)[skip : skip + count]
    freqs = halves.astype(np.int32)
    if taken < len(extras):
        over = np.flatnonzero(halves == CAP_FREQ)
        values, taken = _take_extras(extras, taken, len(over))
        freqs[over] += values
    return freqs, taken


def unpack_halves(data: memoryview) -> NDArray[np.uint8]:
    """The values of four bits that bytes hold, low half first."""
    return _LOW_HIGH[np.frombuffer(data, np.uint8)].view(np.uint8)


def decode_positions(
    data: memoryview, freqs: NDArray[np.int32], extras: NDArray[np.uint16], taken: int
) -> NDArray[np.int32]:
    """Positions of a term, (sum of freqs,) int32, document after document, not falling within each."""
    small = np.frombuffer(data, np.uint8)
    gaps = small.astype(np.int32)
    if taken < len(extras):
        over = np.flatnonzero(small == CAP1)
        gaps[over] += _take_extras(extras, taken, len(over))[0]
    return add_up(gaps, freqs)


def _take_extras(extras: NDArray[np.uint16], start: int, count: int) -> tuple[NDArray[np.int32], int]:
    """`count` extras from place `start` on, and the place after them."""
    plain = extras[start : start + count]
    if not (plain == CAP_EXTRA).any():
        return plain.astype(np.int32), start + count
    values = np.empty(count, np.int32)
    at = start
    for i in range(count):
        value = int(extras[at])
        at += 1
        if value == CAP_EXTRA:
            value = int(extras[at]) | int(extras[at + 1]) << 16
            at += 2
        values[i] = value
    return values, at


def add_up(deltas: NDArray[Int], counts: NDArray[Int]) -> NDArray[Int]:
    """Undo `_differences`: sums that begin anew with each run; `counts` is the length of the runs, each at least 1.

    Sums over many runs may overflow, and come right again in the difference.
    """
    total = np.cumsum(deltas, dtype=deltas.dtype)
    ends = np.cumsum(counts)
    before = np.zeros(len(counts), deltas.dtype)
    before[1:] = total[ends[:-1] - 1]
    total -= np.repeat(before, counts)
    return total


def join_extras(extras: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Extras as values: those of four bytes put together."""
    if not (extras == CAP_EXTRA).any():
        return extras.astype(np.int64)
    values = []
    at = 0
    while at < len(extras):
        value = int(extras[at])
        at += 1
        if value == CAP_EXTRA:
            value = int(extras[at]) | int(extras[at + 1]) << 16
            at += 2
        values.append(value)
    return np.array(values, np.int64)


def spread_extras(
    extras: NDArray[np.int64], targets: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]
) -> None:
    """Add the extras of a run of terms to the values that they complete.

    targets: for documents, frequencies, positions: the values, the places that lack an extra, and the term of each
    place. Extras stand per term, and per term in this order.
    """
    order = np.argsort(np.concatenate([terms for _, _, terms in targets]), kind="stable")
    values = np.empty(len(order), np.int64)
    values[order] = extras
    at = 0
    for array, places, _ in targets:
        array[places] += values[at : at + len(places)]
        at += len(places)
