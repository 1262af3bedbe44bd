"""Near-duplicate signatures: which documents are copies of one text, edited and cut?

    terms' hashes -> `build_signatures` -> one row of SLOTS numbers a document -> `group_alike` -> groups

**What a document is here**: the set of pairs of words that stand next to each other or one apart, in either order,
once the short words are left out. Such pairs outlive a cut at either end; one edited word costs four of them.

**The signature** is a MinHash by one permutation (Li, Owen, Zhang: One Permutation Hashing, 2012; Broder: On the
resemblance and containment of documents, 1997), with maxima in place of minima: a pair's hash says which of SLOTS slots
it falls into and its value there, from 1 on; the slot keeps the largest. A slot that no pair falls into is 0. Empty
slots are not filled up with those of their neighbours: they say that the document is short, and of short documents the
slots hold almost every pair.

**Likeness.** Of two documents, a slot where both have the same value was drawn from what they share; where one has the
larger value, from what only this one has. So the slots are a sample of the union of both texts, and tell how much each
has that the other lacks. What tells copies apart from other texts on the same matter is
`equal / (equal + fewer + LONGER * more)`, where `fewer` and `more` are the smaller and the larger of what each has
alone (Tversky: Features of similarity, 1977): a text that was cut in half lacks much, but has little of its own.

**Groups** are formed around a centre, the document that others resemble most, and all of a group are like the centre. A
chain of documents, each somewhat like the next, is not a group, nor does a digest join the stories that it is made of.

docs/stories.md says what was measured.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

SLOTS = 64
LEAST_WORDS = 12
"""Words, without the short ones, below which a document has no signature."""
LIKE = 0.56
"""From this likeness on, two documents are copies; short ones must be more alike."""
MARGIN = 0.1
"""How much less than the document that it is most like a centre may be like a member of its group."""
SURE = 0.75
"""From this likeness on, that does not matter."""
LONGER = 0.1
"""What counts of that which only the longer of two documents has."""

_SHORT_LETTERS = 3
_SHORT_BYTES = 6
_FIRST_UNSPACED = "\u0e00"
_LEAST_BANDS = 3
"""Pairs of slots that two documents must agree in to be compared; copies have more."""
_DOCUMENT_BITS = np.uint64(32)
_DOCUMENT_MASK = np.uint64(0xFFFFFFFF)
_FEW, _ENOUGH = 16, 36
"""Filled slots of two documents: with so few they must be the same to be copies, from so many on LIKE will do."""
_CHUNK = 1 << 12
"""Rows that are handled at once, so that they stay in the cache."""
_MOST_ROUNDS = 64
"""Centres that a set of documents that hang together may have; what is left after them is alone."""


def term_hashes(terms: Sequence[bytes]) -> NDArray[np.uint64]:
    """(n_terms,): a hash of each term, the same in every run and on every machine; 0 for terms that say little.

    Those are words of at most three letters: on the whole the commonest words of a language, whichever it is. Numbers
    count, and so do the short words of scripts that are written without blanks.
    """
    hashes = np.fromiter(map(zlib.crc32, terms), np.uint64, len(terms))
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    for number in np.flatnonzero(lengths <= _SHORT_BYTES).tolist():
        if _is_short(terms[number]):
            hashes[number] = 0
    # SplitMix64's finaliser (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014); 0 stays 0.
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return hashes


def _is_short(term: bytes) -> bool:
    text = term.decode("utf-8", "replace")
    return len(text) <= _SHORT_LETTERS and text.isalpha() and max(text) < _FIRST_UNSPACED


def build_signatures(hashes: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint16]:
    """(n_documents, SLOTS): the signatures of documents; a row of zeros for one of fewer than LEAST_WORDS words.

    hashes: (n_words,) of `term_hashes`, in the order of the words; starts: (n_documents + 1,) where each document
    begins.
    """
    n_documents = len(starts) - 1
    signatures = np.zeros(n_documents * SLOTS, np.uint16)
    counted = hashes != 0
    documents = np.repeat(np.arange(n_documents, dtype=np.int64), np.diff(starts))[counted]
    words = hashes[counted]
    for gap in (1, 2):
        # The sum of two hashes is a hash of the pair, in either order.
        pairs = words[gap:] + words[:-gap]
        inside = documents[gap:] == documents[:-gap]
        places = documents[gap:] * SLOTS + (pairs >> np.uint64(58)).astype(np.int64)
        values = np.maximum((pairs >> np.uint64(42)).astype(np.uint16), 1)
        np.maximum.at(signatures, places[inside], values[inside])
    rows = signatures.reshape(n_documents, SLOTS)
    rows[np.bincount(documents, minlength=n_documents) < LEAST_WORDS] = 0
    return rows


def group_alike(signatures: NDArray[np.uint16]) -> NDArray[np.int64]:
    """(n,): the number of each document's group; copies of one text have the same, documents without copies their own.

    signatures: (n, SLOTS). The groups do not depend on the order of the documents. Those without a signature are alone.
    """
    groups = np.arange(len(signatures), dtype=np.int64)
    signed = np.flatnonzero(signatures.any(axis=1))
    if len(signed) < 2:
        return groups
    # Equal rows are one from here on, in an order that their content gives.
    _, firsts, places = np.unique(_hash_rows(signatures[signed]), return_index=True, return_inverse=True)
    rows = signatures[signed[firsts]]
    left, right = _find_pairs(rows)
    likeness, needed = measure_likeness(rows, left, right)
    alike = likeness >= needed
    linked, ends = np.unique(np.concatenate([left[alike], right[alike]]), return_inverse=True)
    left, right = np.split(ends, 2)
    centres = np.arange(len(rows), dtype=np.int64)
    centres[linked] = linked[_gather_around_centres(rows[linked], left, right, likeness[alike])]
    groups[signed] = signed[firsts[centres[places]]]
    return groups


def are_copies(signatures: NDArray[np.uint16], left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n_pairs,): whether the documents of each pair are copies of each other, whatever others there are.

    left, right: (n_pairs,) the rows of each pair's documents.
    """
    likeness, needed = measure_likeness(signatures, left, right)
    return likeness >= needed


def measure_likeness(
    signatures: NDArray[np.uint16], left: NDArray[np.int64], right: NDArray[np.int64], *, longer: float = LONGER
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How alike the documents of each pair are, from 0 to 1, and from where on they are copies: (n_pairs,) each.

    left, right: (n_pairs,) the rows of each pair's documents; longer: what counts of that which only the longer one
    has. With 1 it is how much of both is in both (Jaccard's index).
    """
    likeness, needed = np.empty(len(left)), np.empty(len(left))
    for first in range(0, len(left), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        ours, theirs = signatures[left[chunk]], signatures[right[chunk]]
        more, fewer = _count(ours > theirs), _count(ours < theirs)
        empty = _count((ours | theirs) == 0)
        equal = SLOTS - more - fewer - empty
        more, fewer = np.maximum(more, fewer), np.minimum(more, fewer)
        likeness[chunk] = equal / np.maximum(equal + fewer + longer * more, 1)
        missing = np.clip((_ENOUGH - SLOTS + empty) / (_ENOUGH - _FEW), 0, 1)
        needed[chunk] = LIKE + (1 - LIKE) * missing
    return likeness, needed


def _count(marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(n,): how many of each row's SLOTS marks are set."""
    # Eight marks are the bytes of one number, and a product adds its bytes up.
    eights = marks.view(np.uint64)
    sums = eights[:, 0].copy()
    for column in range(1, SLOTS // 8):
        sums += eights[:, column]
    return ((sums * np.uint64(0x0101010101010101)) >> np.uint64(56)).astype(np.int64)


def _hash_rows(signatures: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """(n,): a hash of each row."""
    words = np.ascontiguousarray(signatures).view(np.uint64)
    hashes = np.zeros(len(words), np.uint64)
    for column in range(words.shape[1]):
        hashes = (hashes ^ words[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes


def _find_pairs(rows: NDArray[np.uint16]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs of documents worth comparing: several times, they agree in two slots that follow each other.

    Of the documents that do, each is paired with the one before it and with the first: enough for what hangs together
    to be found together, however many they are.
    """
    found = []
    for keys in _iter_bands(rows):
        keys.sort()
        seconds = np.flatnonzero((keys[1:] ^ keys[:-1]) <= _DOCUMENT_MASK) + 1
        documents = keys[seconds] & _DOCUMENT_MASK
        before = keys[seconds - 1] & _DOCUMENT_MASK
        opens = np.diff(seconds, prepend=-1) != 1
        firsts = before[opens][np.cumsum(opens) - 1]
        later = np.flatnonzero(~opens)
        found.append((firsts << _DOCUMENT_BITS) | documents)
        found.append((before[later] << _DOCUMENT_BITS) | documents[later])
    pairs = np.concatenate(found)
    pairs.sort()
    last = max(0, len(pairs) - _LEAST_BANDS + 1)
    pairs = pairs[:last][pairs[:last] == pairs[_LEAST_BANDS - 1 :]]
    pairs = pairs[np.diff(pairs, prepend=_DOCUMENT_MASK) != 0]
    return (pairs >> _DOCUMENT_BITS).astype(np.int64), (pairs & _DOCUMENT_MASK).astype(np.int64)


def _iter_bands(rows: NDArray[np.uint16]) -> Iterator[NDArray[np.uint64]]:
    """For each two slots that follow each other, (n,) their values and, behind them, the document's number."""
    columns = np.empty((SLOTS, len(rows)), np.uint16)
    for first in range(0, len(rows), _CHUNK):
        columns[:, first : first + _CHUNK] = rows[first : first + _CHUNK].T
    # An empty slot takes the value of the next one that is not: so short documents have as many bands as long ones.
    for slot in range(2 * SLOTS - 1, -1, -1):
        column = columns[slot % SLOTS]
        np.copyto(column, columns[(slot + 1) % SLOTS], where=column == 0)
    numbers = np.arange(len(rows), dtype=np.uint64)
    for slot in range(SLOTS):
        keys = columns[slot].astype(np.uint64)
        keys <<= np.uint64(16)
        keys |= columns[(slot + 1) % SLOTS]
        keys <<= _DOCUMENT_BITS
        keys |= numbers
        yield keys


def _gather_around_centres(
    rows: NDArray[np.uint16], left: NDArray[np.int64], right: NDArray[np.int64], likeness: NDArray[np.float64]
) -> NDArray[np.int64]:
    """(n,): the centre of each document's group.

    left, right: (n_pairs,) documents that are alike, and how much. In each round, every set of documents that hang
    together gives up its centre with those that belong to it; the others are looked at anew.
    """
    n = len(rows)
    centres = np.arange(n, dtype=np.int64)
    is_free = np.ones(n, np.bool_)
    best = np.zeros(n)
    np.maximum.at(best, left, likeness)
    np.maximum.at(best, right, likeness)
    enough = np.minimum(best - MARGIN, SURE)
    # A digest has a little of many documents, a text and its copies have much of each other.
    resemblance = measure_likeness(rows, left, right, longer=1.0)[0] ** 2
    for _ in range(_MOST_ROUNDS):
        kept = is_free[left] & is_free[right]
        left, right, resemblance = left[kept], right[kept], resemblance[kept]
        if not len(left):
            break
        parts = _find_parts(n, left, right)
        links = np.bincount(left, resemblance, n) + np.bincount(right, resemblance, n)
        members = np.flatnonzero(links)
        # The centre of each part comes first.
        order = np.lexsort((members, -links[members], parts[members]))
        members = members[order]
        part = parts[members]
        opens = np.flatnonzero(np.append(True, part[1:] != part[:-1]))
        heads = np.repeat(members[opens], np.diff(np.append(opens, len(members))))
        likeness, needed = measure_likeness(rows, heads, members)
        joins = (heads == members) | (likeness >= np.maximum(needed, enough[members]))
        centres[members[joins]] = heads[joins]
        is_free[members[joins]] = False
    return centres


def _find_parts(n: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,): the least number of all documents that each hangs together with."""
    parts = np.arange(n, dtype=np.int64)
    while True:
        lower = np.minimum(parts[left], parts[right])
        after = parts.copy()
        np.minimum.at(after, parts[left], lower)
        np.minimum.at(after, parts[right], lower)
        after = after[after]
        if np.array_equal(after, parts):
            return parts
        parts = after
