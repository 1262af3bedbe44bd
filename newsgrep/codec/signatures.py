"""Signatures of texts: a few numbers per document, alike where texts share many of their word pairs."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SLOTS = 64
"""Numbers of a signature, two bytes each."""


def term_hashes(terms: Sequence[bytes]) -> NDArray[np.uint64]:
    """(n_terms,): a number for each term, the same in every index."""
    return _mix(np.fromiter(map(zlib.crc32, terms), np.uint64, len(terms)))


def build_signatures(hashes: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint16]:
    """(n_documents, SLOTS): the signatures of documents; zeros for one of fewer than two words.

    hashes: (n_words,) of each word in turn; starts: (n_documents + 1,) where the words of each document begin.
    """
    n_documents = len(starts) - 1
    signatures = np.zeros((n_documents, SLOTS), np.uint16)
    counts = np.diff(starts)
    docs = np.repeat(np.arange(n_documents), counts)
    with np.errstate(over="ignore"):
        pairs = _mix(hashes[:-1] * np.uint64(3) + hashes[1:])
    inside = docs[:-1] == docs[1:]
    keys = (docs[:-1][inside] * SLOTS + (pairs[inside] >> np.uint64(58)).astype(np.int64)) << 16
    keys |= (pairs[inside] & np.uint64(0xFFFF)).astype(np.int64)
    keys.sort()
    slots = keys >> 16
    firsts = np.flatnonzero(np.diff(slots, prepend=-1))
    signatures.reshape(-1)[slots[firsts]] = np.maximum(keys[firsts] & 0xFFFF, 1)
    return signatures


def _mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers spread over all bits. Source: splitmix64."""
    with np.errstate(over="ignore"):
        mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
