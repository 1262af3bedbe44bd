"""Edit distances to a whole dictionary at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from whoosh.support.levenshtein import levenshtein

from newsgrep.codec.fuzzy import find_close

spellings = st.text("abcé中", max_size=7)


@given(spellings, st.lists(spellings, max_size=20), st.integers(0, 3))
def test_the_close_words_are_those_within_the_distance(word: str, words: list[str], distance: int) -> None:
    encoded = [each.encode() for each in words]
    ends = np.cumsum([len(each) for each in encoded], dtype=np.int64)
    expected = [at for at, each in enumerate(words) if levenshtein(word, each) <= distance]
    assert find_close(word, b"".join(encoded), ends, distance).tolist() == expected
