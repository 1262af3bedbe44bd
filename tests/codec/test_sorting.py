from __future__ import annotations

from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec import sorting

WORDS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=60)
"""Terms, and how many documents further each word stands."""


@given(WORDS, st.sampled_from([1, 3, 1 << 20]), st.integers(1, 8), st.sampled_from([1, 4, 1 << 18]))
def test_however_it_is_cut_the_postings_are_those_of_each_term_in_turn(
    words: list[tuple[int, int]], sorted_words: int, parts: int, run_words: int
) -> None:
    names, terms = np.unique([term for term, _ in words], return_inverse=True)
    docnums = np.cumsum([step for _, step in words]).astype(np.int32)
    positions = np.arange(len(words), dtype=np.int32)
    with mock.patch.multiple(sorting, SORTED_WORDS=sorted_words, MOST_PARTS=parts, RUN_WORDS=run_words):
        runs = list(sorting.iter_sorted_runs(terms.astype(np.int32), docnums, positions, len(names), freqs=True))
    assert [first for first, _, _ in runs] == [0, *(last for _, last, _ in runs[:-1])]
    assert runs[-1][1] == len(names)
    found: list[list[tuple[int, list[int]]]] = []
    for _, _, run in runs:
        assert run.freqs is not None
        assert run.gaps is not None
        freqs, places = iter(run.freqs.tolist()), iter(run.gaps.positions(run.freqs).tolist())
        documents = iter(run.docnums.tolist())
        found += [
            [(next(documents), [next(places) for _ in range(next(freqs))]) for _ in range(df)]
            for df in run.dfs.tolist()
        ]
    expected: list[dict[int, list[int]]] = [{} for _ in names]
    for place, (term, document) in enumerate(zip(terms.tolist(), docnums.tolist(), strict=True)):
        expected[term].setdefault(document, []).append(place)
    assert found == [list(postings.items()) for postings in expected]
