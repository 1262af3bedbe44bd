"""Words of an index that are spelt nearly like another: what may have been meant by a word that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from newsgrep.codec.segment import Part
    from newsgrep.codec.terms import FieldTerms

LONG = 5
"""Letters from which a word may have two letters wrong; shorter ones may have one."""
SHORTEST = 3
"""Letters below which nearly any word is near."""


def find_spellings(parts: Iterable[Part], fields: Sequence[str], term: str, count: int) -> list[tuple[str, int]]:
    """Terms near to one, the nearest and then the most frequent first, with their documents in all fields added up."""
    if len(term) < SHORTEST:
        return []
    most = 2 if len(term) >= LONG else 1
    distances: dict[str, int] = {}
    frequencies: dict[str, int] = {}
    from newsgrep.codec.live import alive_mask, live_frequency

    for part in parts:
        alive = alive_mask(part)
        for field in fields:
            terms = part.data.terms(field)
            for place, spelt in _iter_like(terms, term, most) if terms is not None else ():
                if spelt not in distances:
                    distances[spelt] = count_edits(term, spelt)
                if distances[spelt] <= most and terms is not None and (df := live_frequency(terms, place, alive)):
                    frequencies[spelt] = frequencies.get(spelt, 0) + df
    order = sorted(frequencies, key=lambda spelt: (distances[spelt], -frequencies[spelt], spelt))
    return [(spelt, frequencies[spelt]) for spelt in order if spelt != term][:count]


def count_edits(one: str, other: str) -> int:
    """Letters dropped, added, replaced or exchanged with the next, from one word to another.

    After Damerau (1964), as optimal string alignment: no letter is touched twice.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        above, row = row, [i + 1]
        for j, wanted in enumerate(other):
            cost = min(above[j] + (letter != wanted), above[j + 1] + 1, row[j] + 1)
            if i and j and letter == other[j - 1] and one[i - 1] == wanted:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before = above
    return row[-1]


def _iter_like(terms: FieldTerms, term: str, most: int) -> Iterator[tuple[int, str]]:
    """Terms, with their places, of nearly the letters of one: all that are `most` edits away, and more.

    An edit adds one letter at most to those of a word, and takes one away.
    """
    import numpy as np

    text, ends = terms.texts(0, terms.n_terms)
    encoded = term.encode()
    # A letter beyond ASCII is two bytes or more.
    bytes_a_letter = max(len(letter.encode()) for letter in term)
    lengths = np.diff(ends, prepend=0)
    kept = np.flatnonzero((lengths > 0) & (np.abs(lengths - len(encoded)) <= most * bytes_a_letter))
    if not len(kept):
        return
    # Each term's letters as bits of one number; `reduceat` goes from one start to the next.
    bits = np.uint32(1) << (np.frombuffer(text, np.uint8) & 31).astype(np.uint32)
    bounds = np.column_stack([ends[kept] - lengths[kept], ends[kept]]).ravel()
    masks = np.bitwise_or.reduceat(np.append(bits, np.uint32(0)), bounds)[::2]
    wanted = np.bitwise_or.reduce(np.uint32(1) << (np.frombuffer(encoded, np.uint8) & 31).astype(np.uint32))
    limit = most * bytes_a_letter
    like = (_count_bits(masks & ~wanted) <= limit) & (_count_bits(wanted & ~masks) <= limit)
    for place in kept[like].tolist():
        yield place, terms.term(place).decode()


def _count_bits(numbers: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """How many bits of each number are set, added up in pairs, fours and so on."""
    numbers = numbers - ((numbers >> 1) & 0x55555555)
    numbers = (numbers & 0x33333333) + ((numbers >> 2) & 0x33333333)
    numbers = (numbers + (numbers >> 4)) & 0x0F0F0F0F
    return (numbers * 0x01010101) >> 24
