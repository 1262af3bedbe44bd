"""Which of equally good documents come first: those with the least value of a column, or the least number.

Document numbers depend on how an index came about. A column of distinct numbers that documents bring with them (an id)
makes the order of an answer a function of the documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec.top import sort_places, top_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newsgrep.codec.segment import Part


class Ties:
    """The order of documents with equal values, over the segments of an index; keys are read where they decide."""

    def __init__(self, parts: Sequence[Part], column: str | None) -> None:
        """`column` is numeric; without one, documents stand by their numbers."""
        self._parts = parts
        self._bases = np.array([part.base for part in parts], np.int64)
        self._column = column

    def first(self, part: Part, docnums: NDArray[Any], wanted: int) -> NDArray[Any]:
        """Those of some documents of a part (rising) that come first, where all are equally good."""
        if self._column is None or len(docnums) <= wanted:
            return docnums[:wanted]
        keys = part.data.column(self._column) if len(docnums) == part.data.n_documents else None
        return docnums.take(top_places(~(self._keys(part, docnums) if keys is None else keys), wanted))

    def best(self, part: Part, values: NDArray[Any], wanted: int, docnums: NDArray[Any] | None = None) -> NDArray[Any]:
        """Places of the greatest values of a part's documents; values: of some documents (rising), or of all."""
        if self._column is None:
            return top_places(values, wanted)
        return top_places(
            values,
            wanted,
            lambda places: self._keys(part, places if docnums is None else docnums.take(places)),
        )

    def order(self, values: NDArray[Any], docnums: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,): the places of documents of the index, none twice, the greatest value first."""
        order = sort_places(values, np.argsort(docnums))
        ranked = values.take(order)
        equal = ranked[1:] == ranked[:-1]
        if self._column is None or not equal.any():
            return order
        groups = np.cumsum(np.concatenate([[False], ~equal]))
        tied = np.flatnonzero(np.concatenate([equal, [False]]) | np.concatenate([[False], equal]))
        places = order.take(tied)
        order[tied] = places.take(np.lexsort((self._keys_of(docnums.take(places)), groups.take(tied))))
        return order

    def _keys(self, part: Part, docnums: NDArray[Any]) -> NDArray[Any]:
        column = part.data.column(self._column) if self._column is not None else None
        if column is None:
            return np.zeros(len(docnums), np.uint64)
        return column.take(docnums)

    def _keys_of(self, docnums: NDArray[np.int64]) -> NDArray[np.uint64]:
        keys = np.zeros(len(docnums), np.uint64)
        numbers = self._bases.searchsorted(docnums, side="right") - 1
        for number in np.unique(numbers).tolist():
            mine = np.flatnonzero(numbers == number)
            keys[mine] = self._keys(self._parts[number], docnums.take(mine) - self._bases[number])
        return keys
