"""Words of an index with the same consonants as another: the few among a million that may be one name spelt otherwise.

A *skeleton* is what is left of a word when vowels go, consonants that transliterations exchange count as one class, and
a class that follows itself counts once: `gaddafi`, `qaddafi`, `khadafy` and `каддафи` are all `KTB`. Only letters are
looked at; what they sound like in a name is for the caller to say.

| class | Latin                | Cyrillic  | Arabic, Persian       |
|-------|----------------------|-----------|-----------------------|
| B     | b p f v              | б п ф в   | ب پ ف                 |
| T     | d t z s x j, soft c  | д т з с ц ж ч ш щ ђ ћ џ ѕ ј | ت ث ج چ د ذ ز ژ س ش ص ض ط ظ |
| K     | g k q, hard c        | г ґ к х   | خ غ ق ك گ             |
| L R M N | l r m n            | л р м н   | ل ر م ن               |
| none  | vowels, h w y        | vowels, signs, й ў | alif, waw, ya, ha, ayn, hamza |

A `c` is soft before e, i, y, h, s and z; a `j` after a consonant other than d, and at the end of a word, is a vowel.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.live import alive_mask, live_frequencies

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from newsgrep.codec.segment import Part
    from newsgrep.codec.terms import FieldTerms

CLASSES = {
    "B": "bpfvбпфвبپف",
    "T": "dtzsxjдтзсцжчшщђћџѕјتثجچدذزژسشصضطظ",
    "K": "gkqcгґкхخغقكگ",
    "L": "lлљل",
    "R": "rрر",
    "M": "mмم",
    "N": "nнњن",
}
"""Letters of each class."""
_OF_LETTER = {letter: name for name, letters in CLASSES.items() for letter in letters}
_NUMBERS = {name: number for number, name in enumerate(CLASSES, 1)}
_BITS = 3
LONGEST = 20
"""Consonants of the longest skeleton: what fits into 63 bits."""
MOST_TERMS = 2_000
_LEAST_OF_SEGMENT = 250
_LAST_LETTER = 0x6FF
_SOFTENING = "eiyhsz"
_BYTES_AT_ONCE = 1 << 20


def pack_skeleton(skeleton: str) -> int:
    """A skeleton, written with the names of its classes, as a number. Raises KeyError for another letter."""
    number = 0
    for place, name in enumerate(skeleton):
        number |= _NUMBERS[name] << (_BITS * place)
    return number


def skeleton_of(word: str) -> str:
    """The skeleton of one folded word, in the names of its classes.

    >>> skeleton_of("gaddafi"), skeleton_of("khrushchev")
    ('KTB', 'KRTB')
    """
    found: list[str] = []
    before = ""
    for at, letter in enumerate(word):
        name = _OF_LETTER.get(letter, "")
        if letter == "c" and word[at + 1 : at + 2] and word[at + 1] in _SOFTENING:
            name = "T"
        elif letter == "j" and (at + 1 == len(word) or (at and word[at - 1] != "d" and _OF_LETTER.get(word[at - 1]))):
            name = ""
        if name and name != before:
            found.append(name)
        if letter != "h" or not at or word[at - 1] == "h":
            before = name
    return "".join(found)


def find_alike(
    parts: Sequence[Part], fields: Sequence[str], skeletons: Collection[str], initials: str, longest: int
) -> dict[str, int]:
    """Terms of some fields that have one of some skeletons, begin with one of some letters and are not too long.

    With each term, how many documents have it, those of all fields added up. Where more than
    `MOST_TERMS` fit, those that are rare in their segment are left out. `longest` is in letters.
    """
    most = max(MOST_TERMS // max(1, len(parts)), _LEAST_OF_SEGMENT)
    wanted = np.array(sorted({pack_skeleton(each) for each in skeletons if len(each) <= LONGEST}), np.int64)
    possible = _may_have(skeletons)
    runs = list(_runs_of(initials))
    found: dict[str, int] = {}
    for part in parts:
        alive = alive_mask(part)
        for field in fields:
            terms = part.data.terms(field)
            if terms is None or not terms.n_terms:
                continue
            last_term = terms.term(terms.n_terms - 1)
            hits = [np.zeros(0, np.intp)]
            for first_letter, after in runs:
                if last_term < first_letter:
                    break
                first, last = terms.lower_bound(first_letter), terms.lower_bound(after)
                for at, to in _cut(terms, first, last):
                    letters, ends = _letters_of(terms, at, to)
                    lengths = np.diff(ends, prepend=0)
                    has = np.bitwise_or.reduceat(_set_table().take(letters), ends - lengths)
                    may = possible.take(has) & (lengths <= longest)
                    if not may.any():
                        continue
                    few = _pack(letters.compress(np.repeat(may, lengths)), np.cumsum(lengths.compress(may)))
                    hits.append(at + np.flatnonzero(may).compress(np.isin(few, wanted)))
            places = np.concatenate(hits)
            dfs = live_frequencies(terms, places, alive)
            places, dfs = places.compress(dfs > 0), dfs.compress(dfs > 0)
            if len(places) > most:
                kept = np.argsort(-dfs.astype(np.int64), kind="stable")[:most]
                places, dfs = places.take(kept), dfs.take(kept)
            for place, df in zip(places.tolist(), dfs.tolist(), strict=True):
                term = terms.term(place).decode()
                found[term] = found.get(term, 0) + df
    return found


def _runs_of(initials: str) -> Iterator[tuple[bytes, bytes]]:
    """Where terms that begin with some letters stand: the first such term and the first after it, in UTF-8."""
    points = sorted({ord(letter) for letter in initials})
    for at, point in enumerate(points):
        if at and points[at - 1] == point - 1:
            continue
        last = point
        while last + 1 in points:
            last += 1
        yield chr(point).encode(), chr(last + 1).encode()


def _cut(terms: FieldTerms, first: int, last: int) -> Iterable[tuple[int, int]]:
    """A range of terms in pieces of some bytes each: what is computed of them is many times as large."""
    ends = terms.ends
    while first < last:
        start = int(ends[first - 1]) if first else 0
        to = int(np.searchsorted(ends[first:last], start + _BYTES_AT_ONCE)) + first
        to = min(max(to, first + 1), last)
        yield first, to
        first = to


def skeletons_of(terms: FieldTerms, first: int, last: int) -> NDArray[np.int64]:
    """(last - first,): the skeletons of the terms from `first` to before `last`, as numbers; -1 for too long a one."""
    return _pack(*_letters_of(terms, first, last))


def _letters_of(terms: FieldTerms, first: int, last: int) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
    """The letters of a run of terms, one after the other, and where each term ends."""
    text, ends = terms.texts(first, last)
    if text.isascii():
        return np.frombuffer(text, np.uint8), ends
    letters = np.frombuffer(text.decode().encode("utf-32-le"), np.uint32)
    starts_letter = (np.frombuffer(text, np.uint8) & 0xC0) != 0x80
    ends = np.concatenate([[0], np.cumsum(starts_letter)])[ends]
    return np.minimum(letters, _LAST_LETTER), ends


def _may_have(skeletons: Collection[str]) -> NDArray[np.bool_]:
    """(1 << 9,): whether a term that has some classes, a c and a j may have one of some skeletons.

    Only its consonants are known then, in no order, which is quick to find out and leaves few terms to look at.
    """
    sets = {sum(1 << _NUMBERS[name] - 1 for name in set(skeleton)) for skeleton in skeletons}
    soft, hard = 1 << _NUMBERS["T"] - 1, 1 << _NUMBERS["K"] - 1
    possible = np.zeros(1 << 9, np.bool_)
    for has in range(1 << 9):
        sure = has & (_HAS_C - 1)
        perhaps = sure | (soft | hard if has & _HAS_C else 0) | (soft if has & _HAS_J else 0)
        possible[has] = any(not sure & ~wanted and not wanted & ~perhaps for wanted in sets)
    return possible


def _pack(letters: NDArray[np.integer], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    starts = np.concatenate([[0], ends[:-1]])
    codes = _class_table().take(letters)
    is_first = np.zeros(len(letters), np.bool_)
    is_first[starts] = True
    is_last = np.zeros(len(letters), np.bool_)
    is_last[ends - 1] = True
    _soften(letters, codes, is_first, is_last)
    kept = codes > 0
    # An `h` between two letters of a class does not part them: shch.
    before = np.concatenate([[0], codes[:-1]])
    before[is_first] = 0
    after_h = np.flatnonzero(letters[:-1] == ord("h")) + 1
    after_h = after_h[(after_h >= 2) & ~is_first.take(after_h) & ~is_first.take(after_h - 1)]
    before[after_h] = codes.take(after_h - 2)
    kept &= codes != before
    at = np.flatnonzero(kept)
    counts = np.concatenate([[0], np.cumsum(kept, dtype=np.int32)])
    begins = counts.take(starts)
    sizes = counts.take(ends) - begins
    places = np.arange(len(at)) - np.repeat(begins, sizes)
    packed = np.zeros(len(at) + 1, np.int64)
    packed[:-1] = codes.take(at).astype(np.int64) << (_BITS * np.minimum(places, LONGEST))
    sums = np.concatenate([[0], np.cumsum(packed)])
    return np.where(sizes > LONGEST, -1, sums.take(begins + sizes) - sums.take(begins))


def _soften(
    letters: NDArray[np.integer], codes: NDArray[np.uint8], is_first: NDArray[np.bool_], is_last: NDArray[np.bool_]
) -> None:
    """Give `c` and `j` the class that their neighbours make of them."""
    c = np.flatnonzero((letters == ord("c")) & ~is_last)
    codes[c[np.isin(letters.take(c + 1), _points(_SOFTENING))]] = _NUMBERS["T"]
    j = np.flatnonzero(letters == ord("j"))
    codes[j[is_last.take(j)]] = 0
    j = j[~is_first.take(j)]
    after = letters.take(j - 1)
    codes[j[(codes.take(j - 1) > 0) & (after != ord("d"))]] = 0


def _points(text: str) -> NDArray[np.uint32]:
    return np.array([ord(letter) for letter in text], np.uint32)


_HAS_C, _HAS_J = 1 << 7, 1 << 8


@functools.cache
def _set_table() -> NDArray[np.uint16]:
    """(0x700,): for each letter the bit of its class, or that of a letter whose class its neighbours make."""
    table = np.where(_class_table() > 0, 1 << np.maximum(_class_table().astype(np.int64) - 1, 0), 0)
    table[ord("c")], table[ord("j")] = _HAS_C, _HAS_J
    return table.astype(np.uint16)


@functools.cache
def _class_table() -> NDArray[np.uint8]:
    """(0x700,): the number of the class of each letter."""
    table = np.zeros(_LAST_LETTER + 1, np.uint8)
    for name, letters in CLASSES.items():
        table[_points(letters)] = _NUMBERS[name]
    return table
