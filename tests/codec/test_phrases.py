"""Phrases over arrays of positions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.phrases import POSITION_BITS, find_phrases

occurrences = st.lists(st.lists(st.integers(0, 12), max_size=6).map(sorted), min_size=3, max_size=3)


def keys_of(documents: list[list[int]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    keys = [number << POSITION_BITS | at for number, document in enumerate(documents) for at in document]
    return np.array(keys, np.int64)


def follow(words: list[list[int]], slop: int) -> bool:
    """Whether positions, one of each word, can be picked so that each is 1 to `slop` behind the one before."""
    ends = set(words[0])
    for positions in words[1:]:
        ends = {at for at in positions if any(1 <= at - end <= slop for end in ends)}
    return bool(ends)


@given(st.lists(occurrences, min_size=1, max_size=4), st.integers(0, 4))
def test_a_document_has_a_phrase_when_its_words_follow_each_other(words: list[list[list[int]]], slop: int) -> None:
    expected = [at for at in range(3) if follow([documents[at] for documents in words], slop)]
    assert find_phrases([keys_of(documents) for documents in words], slop).tolist() == expected
