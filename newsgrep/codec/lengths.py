"""Field lengths in Whoosh's one-byte code, so that scores are Whoosh's."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.plain_scoring import read_length

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_LENGTHS: dict[str, int] = {"length_total": 0, "length_coded": 0, "length_min": 0, "length_max": 0}
"""What a segment says of a field that keeps none."""


@cache
def length_table() -> NDArray[np.int64]:
    """(256,): the length that each code stands for."""
    return np.array([read_length(code) for code in range(256)], np.int64)


def describe_lengths(codes: NDArray[np.uint8]) -> dict[str, int]:
    """What a segment says of the lengths of a field: codes of all documents; `segment` says what the facts mean."""
    coded = int(length_table() @ np.bincount(codes, minlength=256))
    low, high = (int(codes.min()), int(codes.max())) if len(codes) else (0, 0)
    return {"length_coded": coded, "length_min": low, "length_max": high}


def encode_lengths(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The code of each length: the first that stands for as much or more, as whoosh.util.numeric.length_to_byte."""
    return np.minimum(np.searchsorted(length_table(), lengths, side="left"), 255).astype(np.uint8)
