"""Selection of the best few."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.top import top_places


@given(st.integers(0, 60_000), st.integers(0, 2000), st.integers(1, 100_000), st.integers(0, 2**32))
def test_the_best_are_those_that_sorting_everything_would_give(n: int, k: int, distinct: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, distinct, n).astype(np.float32)
    expected = np.lexsort((np.arange(n), -values))[:k]
    assert top_places(values, k).tolist() == expected.tolist()


@given(st.integers(0, 30_000), st.integers(0, 2000), st.integers(1, 10_000), st.integers(0, 2**32))
def test_of_equal_values_those_with_the_least_keys_are_chosen(n: int, k: int, distinct: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, keys = rng.integers(0, distinct, n).astype(np.float32), rng.integers(0, 2**64, n, np.uint64)
    expected = np.lexsort((keys, -values))[:k]
    assert sorted(top_places(values, k, keys.take).tolist()) == sorted(expected.tolist())


def test_unsigned_values_beyond_the_signed_range_are_compared_as_they_are() -> None:
    values = np.array([5, 2**64 - 1, 2**63, 0] * 5000, np.uint64)
    assert top_places(values, 2).tolist() == [1, 5]
    assert top_places(~values, 2).tolist() == [3, 7]
