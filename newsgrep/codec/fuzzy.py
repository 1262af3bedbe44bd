"""Edit distance from one word to all words of a dictionary at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def find_close(word: str, text: bytes, ends: NDArray[np.int64], max_distance: int) -> NDArray[np.intp]:
    """Places of the words within `max_distance` insertions, deletions and substitutions of `word`, rising.

    text: the words' UTF-8, one after the other; ends: (n_words,) where each ends in it.
    """
    characters = np.frombuffer(text.decode("utf-8").encode("utf-32-le"), "<u4")
    if len(characters) != len(text):
        starts_character = (np.frombuffer(text, np.uint8) & 0xC0) != 0x80
        ends = np.concatenate([[0], np.cumsum(starts_character)])[ends]
    starts = np.concatenate([[0], ends[:-1]])
    lengths = ends - starts
    places = np.flatnonzero(np.abs(lengths - len(word)) <= max_distance)
    if not len(places):
        return places
    starts, lengths = starts[places], lengths[places]
    # Row by row of the usual table: distances from the first i characters of each candidate to all prefixes of the
    # word; a candidate's answer is taken in the row of its own length.
    wanted = np.array([ord(character) for character in word], np.uint32)
    row = np.repeat(np.arange(len(word) + 1, dtype=np.int32)[:, None], len(places), axis=1)
    distances = np.where(lengths == 0, len(word), max_distance + 1).astype(np.int32)
    for i in range(int(lengths.max())):
        characters_i = characters.take(starts + i, mode="clip")
        above = row
        row = np.empty_like(above)
        row[0] = i + 1
        for j in range(len(word)):
            substituted = above[j] + (characters_i != wanted[j])
            row[j + 1] = np.minimum(np.minimum(above[j + 1], row[j]) + 1, substituted)
        distances = np.where(lengths == i + 1, row[-1], distances)
    return places[distances <= max_distance]
