"""The best few of many: selection by block maxima, without sorting or partitioning everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SORT_WHOLE = 4096
"""Values that are cheaper sorted than sifted."""


def top_places(values: NDArray[Any], k: int) -> NDArray[np.int64]:
    """Places of the `k` greatest values, greatest first, equal ones by place. Values must be comparable (no NaN)."""
    n = len(values)
    k = min(k, n)
    if k <= 0:
        return np.zeros(0, np.int64)
    columns = 4 * k
    if n <= max(_SORT_WHOLE, 4 * columns):
        return _sort(values, np.arange(n))[:k]
    # The k-th best of the maxima of disjoint groups is a bound that at least k values reach. Groups are strided, not
    # contiguous: a maximum over rows runs at vector speed.
    columns = max(columns, n >> 8)
    rows = n // columns
    maxima = values[: rows * columns].reshape(rows, columns).max(axis=0)
    bound = np.partition(maxima, columns - k)[columns - k]
    above = np.flatnonzero(values > bound)
    if len(above) >= k:
        return _sort(values, above)[:k]
    return np.concatenate([_sort(values, above), np.flatnonzero(values == bound)[: k - len(above)]])


def _sort(values: NDArray[Any], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places from the greatest value to the least, equal ones in the order given."""
    backwards = values.take(places)[::-1]
    # Read backwards, a stable ascending order is a descending one that keeps equal values in place.
    return places[len(places) - 1 - np.argsort(backwards, kind="stable")[::-1]]
