"""The best few of many: selection by block maxima, without sorting or partitioning everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_SORT_WHOLE = 4096
"""Values that are cheaper sorted than sifted."""


def top_places(
    values: NDArray[Any], k: int, keys_of: Callable[[NDArray[np.int64]], NDArray[Any]] | None = None
) -> NDArray[np.int64]:
    """Places of the `k` greatest values, greatest first, equal ones by place. Values must be comparable (no NaN).

    keys_of: integers for places; with it, those with the least are chosen of equal values that are too many.
    """
    n = len(values)
    k = min(k, n)
    if k <= 0:
        return np.zeros(0, np.int64)
    columns = 4 * k
    if n <= max(_SORT_WHOLE, 4 * columns):
        return _first(values, sort_places(values, np.arange(n)), k, keys_of)
    # The k-th best of the maxima of disjoint groups is a bound that at least k values reach. Groups are strided, not
    # contiguous: a maximum over rows runs at vector speed.
    columns = max(columns, n >> 8)
    rows = n // columns
    maxima = values[: rows * columns].reshape(rows, columns).max(axis=0)
    bound = np.partition(maxima, columns - k)[columns - k]
    above = np.flatnonzero(values > bound)
    if len(above) >= k:
        return _first(values, sort_places(values, above), k, keys_of)
    equal = np.flatnonzero(values == bound)
    return np.concatenate([sort_places(values, above), _least(equal, k - len(above), keys_of)])


def _first(
    values: NDArray[Any],
    ordered: NDArray[np.int64],
    k: int,
    keys_of: Callable[[NDArray[np.int64]], NDArray[Any]] | None,
) -> NDArray[np.int64]:
    """The first `k` of places in order."""
    if keys_of is None or len(ordered) <= k or values[ordered[k]] != values[ordered[k - 1]]:
        return ordered[:k]
    ranked = values.take(ordered)
    equal = np.flatnonzero(ranked == ranked[k - 1])
    first = int(equal[0])
    return np.concatenate([ordered[:first], _least(ordered.take(equal), k - first, keys_of)])


def _least(
    places: NDArray[np.int64], k: int, keys_of: Callable[[NDArray[np.int64]], NDArray[Any]] | None
) -> NDArray[np.int64]:
    """The `k` of some places that have the least keys."""
    if keys_of is None or len(places) <= k:
        return places[:k]
    # The complement turns the order of integers round without overflow.
    return places.take(top_places(~keys_of(places), k))


def sort_places(values: NDArray[Any], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places from the greatest value to the least, equal ones in the order given."""
    backwards = values.take(places)[::-1]
    # Read backwards, a stable ascending order is a descending one that keeps equal values in place.
    return places[len(places) - 1 - np.argsort(backwards, kind="stable")[::-1]]
