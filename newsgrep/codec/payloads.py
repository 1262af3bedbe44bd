"""Payloads: weights and values of postings that documents, frequencies and positions do not give.

    Writer: `PayloadsWriter`, run by run -> sections of a segment file, none where nothing is out of the ordinary
    Reader: `Payloads` over those sections

Ordinarily a posting's weight is its frequency, and the value that Whoosh's format gives it says no more than frequency
and positions do. Boosts make other weights; formats such as Characters make other values. Sections of field F, for all
postings of the field, in the order of the terms:

| section            | dtype    | holds                                                                           |
|--------------------|----------|---------------------------------------------------------------------------------|
| terms/F/weights    | (n,) f32 | the weight of each posting; absent where all weights are frequencies            |
| terms/F/values     | bytes    | the values, each followed by a zero byte                                        |
| terms/F/value_ends | (n,) u64 | where each value ends; where the one before it ends: no value, the arrays say all |
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from newsgrep.codec.segment_file import SegmentFile, SegmentFileWriter
    from newsgrep.codec.terms import FieldTerms


class PayloadsWriter:
    """Collects the payloads of one field."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = f"terms/{name}"
        self._weights = Spool(folder)
        self._values = Spool(folder)
        self._value_ends = Spool(folder)
        self._weighted = False
        self._n_postings = 0

    def add_run(
        self, weights: NDArray[np.float32], freqs: NDArray[np.int64] | None, values: Sequence[bytes | None]
    ) -> None:
        """Add postings. Frequencies are None in a field without them; a value is None where the arrays say all."""
        if not self._weighted:
            self._weighted = bool((weights != (1 if freqs is None else freqs)).any())
        self._weights.write(weights.astype("<f4").data)
        if self._values.size or any(value is not None for value in values):
            if not self._values.size:
                self._value_ends.write(bytes(8 * self._n_postings))
            sizes = np.fromiter((0 if value is None else len(value) + 1 for value in values), np.int64, len(values))
            self._value_ends.write((np.cumsum(sizes) + self._values.size).astype("<u8").data)
            self._values.write(b"".join(value + b"\0" for value in values if value is not None))
        self._n_postings += len(values)

    def finish(self, segment: SegmentFileWriter) -> None:
        """Write the sections that are needed."""
        if self._weighted:
            self._weights.finish(segment, f"{self._name}/weights")
        if self._values.size:
            self._values.finish(segment, f"{self._name}/values")
            self._value_ends.finish(segment, f"{self._name}/value_ends")
        self.close()

    def close(self) -> None:
        """Let go of everything, written or not."""
        for spool in (self._weights, self._values, self._value_ends):
            spool.close()


class Payloads:
    """The payloads of one field of an open segment."""

    def __init__(self, segment: SegmentFile, name: str, terms: FieldTerms) -> None:
        self._segment = segment
        self._name = f"terms/{name}"
        self._terms = terms
        self.has_weights = f"{self._name}/weights" in segment
        self.has_values = f"{self._name}/values" in segment

    @cached_property
    def _posting_ends(self) -> NDArray[np.int64]:
        return np.cumsum(self._terms.dfs, dtype=np.int64)

    def first_posting(self, ordinal: int) -> int:
        """The place of a term's first posting among all of the field."""
        return int(self._posting_ends[ordinal - 1]) if ordinal else 0

    def weights(self, ordinal: int) -> NDArray[np.float32] | None:
        """(df,): the weights of a term's postings; None where they are its frequencies."""
        if not self.has_weights:
            return None
        data = self._segment.read(
            f"{self._name}/weights", 4 * self.first_posting(ordinal), 4 * int(self._posting_ends[ordinal])
        )
        return np.frombuffer(data, "<f4")

    def value(self, posting: int) -> bytes | None:
        """The value of the posting at a place; None where the arrays say all."""
        if not self.has_values:
            return None
        first = max(0, posting - 1)
        ends = np.frombuffer(
            self._segment.read(f"{self._name}/value_ends", 8 * first, 8 * (posting + 1)), "<u8"
        ).tolist()
        start, end = (ends[0], ends[1]) if posting else (0, ends[0])
        return bytes(self._segment.read(f"{self._name}/values", start, end - 1)) if end > start else None
