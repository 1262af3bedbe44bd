"""A hash table of short byte strings on arrays: thousands of pieces of text looked up in a few array operations.

A piece of up to 16 bytes is two 64-bit numbers, the bytes past its end zero; the table is those numbers and a code in
open addressing with linear probing, so that a lookup is a multiplication and a comparison of columns. No piece is
empty and none begins with the byte zero, so that zero marks a free place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 16
"""Bytes of the longest piece that the table takes."""
UNKNOWN = -(2**31)
"""The code of a piece that was just added."""

_PLACE_BYTES = 20
_FIRST_BITS = 12
_MASKS = tuple(
    np.array(
        [int.from_bytes((b"\xff" * n + bytes(LONGEST))[at : at + 8], "little") for n in range(LONGEST + 1)], np.uint64
    )
    for at in (0, 8)
)
"""For each of the two numbers, (LONGEST + 1,): what of it belongs to a piece of so many bytes."""
# Odd constants with well-mixed bits: multiplicative hashing (Knuth, The Art of Computer Programming, 6.4).
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


class PieceTable:
    """Pieces of text to codes."""

    def __init__(self) -> None:
        self._bits = _FIRST_BITS
        self._clear()
        self.n_pieces = 0

    def _clear(self) -> None:
        self._keys = [np.zeros(1 << self._bits, np.uint64) for _ in _FACTORS]
        self.codes = np.full(1 << self._bits, UNKNOWN, np.int32)
        """(places,): the code of the piece at each place."""

    @property
    def memory(self) -> int:
        """Bytes that the table takes."""
        return _PLACE_BYTES << self._bits

    def find(self, data: NDArray[np.uint8], starts: NDArray[np.intp], lengths: NDArray[np.intp]) -> NDArray[np.intp]:
        """(n_pieces,): the place of each piece, those added that were not there, with the code UNKNOWN.

        data: bytes with at least LONGEST more after the last piece; starts, lengths: (n_pieces,) each from 1 to
        LONGEST. Places hold until the next call.
        """
        words = np.ndarray((len(data) - 7,), "<u8", data.data, strides=(1,))
        keys = [words[starts] & _MASKS[0].take(lengths), words[starts + 8] & _MASKS[1].take(lengths)]
        places, missing = self._probe(keys)
        if 2 * (self.n_pieces + len(missing)) > 1 << self._bits:
            self._grow(self.n_pieces + len(missing))
            places, missing = self._probe(keys)
        places[missing] = self._insert([key[missing] for key in keys])
        return places

    def _slots(self, keys: list[NDArray[np.uint64]]) -> NDArray[np.intp]:
        mixed = keys[0] * _FACTORS[0] ^ keys[1] * _FACTORS[1]
        mixed ^= mixed >> np.uint64(29)
        mixed *= _FACTORS[0]
        return (mixed >> np.uint64(64 - self._bits)).astype(np.intp)

    def _is_at(self, places: NDArray[np.intp], keys: list[NDArray[np.uint64]]) -> NDArray[np.bool_]:
        same: NDArray[np.bool_] = self._keys[0].take(places) == keys[0]
        same &= self._keys[1].take(places) == keys[1]
        return same

    def _probe(self, keys: list[NDArray[np.uint64]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The place of each piece, and which pieces are not there: theirs is the free place that ended the search."""
        places = self._slots(keys)
        pending = np.flatnonzero(~self._is_at(places, keys))
        missing = []
        last = (1 << self._bits) - 1
        while len(pending):
            free = self._keys[0][places[pending]] == 0
            missing.append(pending[free])
            pending = pending[~free]
            places[pending] = (places[pending] + 1) & last
            pending = pending[~self._is_at(places[pending], [key[pending] for key in keys])]
        return places, np.concatenate(missing) if missing else pending

    def _insert(self, keys: list[NDArray[np.uint64]]) -> NDArray[np.intp]:
        """Add pieces that are not there, some perhaps twice; their places."""
        places = self._slots(keys)
        pending = np.arange(len(places))
        last = (1 << self._bits) - 1
        while len(pending):
            at = places[pending]
            free = self._keys[0][at] == 0
            # Of several pieces that claim a free place the first has it, and the others go on.
            claims = pending[free]
            if len(claims):
                claimed, owners = np.unique(places[claims], return_index=True)
                owners = claims[owners]
                for column, key in zip(self._keys, keys, strict=True):
                    column[claimed] = key[owners]
                self.codes[claimed] = UNKNOWN
                self.n_pieces += len(claimed)
            pending = pending[~self._is_at(at, [key[pending] for key in keys])]
            places[pending] = (places[pending] + 1) & last
        return places

    def _grow(self, n_pieces: int) -> None:
        taken = np.flatnonzero(self._keys[0])
        keys, codes = [key[taken] for key in self._keys], self.codes[taken]
        while 4 * n_pieces > 1 << self._bits:
            self._bits += 1
        self._clear()
        self.n_pieces = 0
        self.codes[self._insert(keys)] = codes
