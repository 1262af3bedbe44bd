"""Whoosh's matchers over arrays: one posting after the other, for whatever the evaluator does not know.

`PostingsMatcher` walks the documents of a term, `VectorMatcher` the terms of a document.
"""

from __future__ import annotations

import copy
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.formats import Positions
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.system import pack_uint

from newsgrep.codec.lengths import length_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from numpy.typing import NDArray
    from whoosh.formats import Format
    from whoosh.scoring import BaseScorer

    from newsgrep.codec.payloads import Payloads
    from newsgrep.codec.terms import FieldTerms

BLOCK_POSTINGS = 128
"""Postings that share one bound on their scores, as in Whoosh's own codec."""

_POSITIONS = Positions()


class _ArrayMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh is untyped
    """Walks a sorted sequence of ids."""

    _ids: Sequence[Any]

    def __init__(self, term: tuple[str, bytes] | None, format_: Format, scorer: BaseScorer | None) -> None:
        self._term = term
        self.format = format_
        self.scorer = scorer
        self._i = 0

    def is_active(self) -> bool:
        return self._i < len(self._ids)

    def reset(self) -> None:
        self._i = 0

    def copy(self) -> Self:
        return copy.copy(self)

    def id(self) -> Any:
        try:
            return self._ids[self._i]
        except IndexError:
            # Whoosh's AndNot asks a matcher that is at its end, and expects the last id.
            return self._ids[-1]

    def all_ids(self) -> Iterator[Any]:
        return iter(self._ids[self._i :])

    def all_items(self) -> Iterator[tuple[Any, bytes]]:
        while self.is_active():
            yield self.id(), self.value()
            self.next()

    def next(self) -> bool:
        """Go to the next posting; says whether it is in another block."""
        if not self.is_active():
            raise ReadTooFar
        self._i += 1
        return not self._i % BLOCK_POSTINGS or not self.is_active()

    def skip_to(self, target: Any) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._i = bisect_left(self._ids, target, self._i)

    def weight(self) -> float:
        raise NotImplementedError

    def value(self) -> bytes:
        raise NotImplementedError

    def score(self) -> float:
        return float(self.scorer.score(self)) if self.scorer else self.weight()


class PostingsMatcher(_ArrayMatcher):
    """The postings of one term in one segment."""

    def __init__(
        self,
        terms: FieldTerms,
        payloads: Payloads,
        ordinal: int,
        lengths: NDArray[np.uint8] | None,
        *,
        term: tuple[str, bytes],
        format_: Format,
        scorer: BaseScorer | None,
    ) -> None:
        super().__init__(term, format_, scorer)
        self._terms = terms
        self._payloads = payloads
        self._ordinal = ordinal
        self._lengths = lengths
        self._docnums, self._freqs = terms.docnums_and_freqs(ordinal)
        # Views give Python's own numbers, and give them faster than arrays do.
        self._ids = self._docnums.data
        self._weight_array = weights if (weights := payloads.weights(ordinal)) is not None else self._freqs
        self._weights = self._weight_array.data

    def weight(self) -> float:
        """The weight of the term in the current document."""
        return float(self._weights[self._i])

    @cached_property
    def _positions(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """All positions, and where those of each document end."""
        return self._terms.postings(self._ordinal)[2], np.cumsum(self._freqs, dtype=np.int64)

    def _position_list(self) -> list[int]:
        positions, ends = self._positions
        end = int(ends[self._i])
        found: list[int] = positions[end - int(self._freqs[self._i]) : end].tolist()
        return found

    def _payload(self) -> bytes | None:
        if not self._payloads.has_values:
            return None
        return self._payloads.value(self._payloads.first_posting(self._ordinal) + self._i)

    def value(self) -> bytes:
        """What the field's format made of the current posting."""
        payload = self._payload()
        if payload is not None:
            return payload
        if self._terms.has_positions:
            encoded: bytes = _POSITIONS.encode(self._position_list())
            return encoded
        packed: bytes = pack_uint(int(self._freqs[self._i])) if self._terms.has_freqs else b""
        return packed

    def value_as(self, astype: str) -> Any:
        """The value of the current posting, decoded."""
        if astype == "positions" and self._terms.has_positions and self._payload() is None:
            return self._position_list()
        return super().value_as(astype)

    @cached_property
    def _bounds(self) -> tuple[list[float], list[int]]:
        """The highest weight and the smallest length of each block."""
        starts = np.arange(0, len(self._docnums), BLOCK_POSTINGS)
        weights = np.maximum.reduceat(self._weight_array, starts)
        if self._lengths is None:
            return weights.tolist(), [0] * len(starts)
        codes = self._lengths[self._docnums]
        return weights.tolist(), length_table()[np.minimum.reduceat(codes, starts)].tolist()

    def block_max_weight(self) -> float:
        """The highest weight in the current block."""
        return self._bounds[0][self._i // BLOCK_POSTINGS]

    def block_min_length(self) -> int:
        """The smallest field length in the current block."""
        return self._bounds[1][self._i // BLOCK_POSTINGS]

    def block_max_length(self) -> int:
        """The largest field length in the current block."""
        if self._lengths is None:
            return 0
        start = self._i - self._i % BLOCK_POSTINGS
        return int(length_table()[self._lengths[self._docnums[start : start + BLOCK_POSTINGS]].max()])

    def skip_to_quality(self, minquality: float) -> int:
        """Leave out blocks that cannot score above `minquality`; says how many."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._i += BLOCK_POSTINGS - self._i % BLOCK_POSTINGS
            skipped += 1
        return skipped


class VectorMatcher(_ArrayMatcher):
    """The terms of one document in one field."""

    def __init__(self, items: tuple[list[str], list[float], list[bytes]], format_: Format) -> None:
        super().__init__(None, format_, None)
        self._ids, self._weights, self._values = items

    def weight(self) -> float:
        """The weight of the current term."""
        return self._weights[self._i]

    def value(self) -> bytes:
        """What the vector's format made of the current term."""
        return self._values[self._i]
