"""Words of an index that are spelt nearly like another: what may have been meant by a word that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.codec.fuzzy import find_close

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsgrep.codec.segment import SegmentData

LONG = 5
"""Letters from which a word may have two letters wrong; shorter ones may have one."""
SHORTEST = 3
"""Letters below which nearly any word is near."""


def find_spellings(
    segments: Iterable[SegmentData], fields: Sequence[str], term: str, count: int
) -> list[tuple[str, int]]:
    """Terms near to one, the nearest and then the most frequent first, with their documents in all fields added up."""
    if len(term) < SHORTEST:
        return []
    most = 2 if len(term) >= LONG else 1
    distances: dict[bytes, int] = {}
    frequencies: dict[bytes, int] = {}
    for segment in segments:
        for field in fields:
            terms = segment.terms(field)
            if terms is None:
                continue
            text, ends = terms.texts(0, terms.n_terms)
            for distance in range(most, 0, -1):
                for place in find_close(term, text, ends, distance).tolist():
                    spelt = terms.term(place)
                    distances[spelt] = distance
                    if distance == most:
                        frequencies[spelt] = frequencies.get(spelt, 0) + terms.df(place)
    order = sorted(frequencies, key=lambda spelt: (distances[spelt], -frequencies[spelt], spelt))
    return [(spelt.decode(), frequencies[spelt]) for spelt in order[:count] if spelt != term.encode()]
