"""Arrays kept for the next query, the least recently used given up first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray


class ArrayCache:
    """Tuples of arrays by key, within a bound of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held: OrderedDict[Hashable, tuple[NDArray[Any], ...]] = OrderedDict()
        self.n_bytes = 0

    def get(self, key: Hashable) -> tuple[NDArray[Any], ...] | None:
        """The arrays of a key, which becomes the most recently used; None where there are none."""
        arrays = self._held.get(key)
        if arrays is not None:
            self._held.move_to_end(key)
        return arrays

    def put(self, key: Hashable, *arrays: NDArray[Any]) -> None:
        """Keep arrays, unless they alone take more than a quarter of the bound."""
        size = sum(array.nbytes for array in arrays)
        if size * 4 > self._max_bytes:
            return
        self.discard(key)
        self._held[key] = arrays
        self.n_bytes += size
        while self.n_bytes > self._max_bytes:
            _, given_up = self._held.popitem(last=False)
            self.n_bytes -= sum(array.nbytes for array in given_up)

    def discard(self, key: Hashable) -> None:
        """Forget the arrays of a key, if there are any."""
        arrays = self._held.pop(key, None)
        if arrays is not None:
            self.n_bytes -= sum(array.nbytes for array in arrays)
