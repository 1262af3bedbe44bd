"""Numeric ranges as comparisons on a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec.plain_query import NumericRange
from newsgrep.codec.plain_schema import PlainField

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsgrep.codec.hits import Docnums
    from newsgrep.codec.segment import SegmentData


@dataclass(frozen=True, slots=True)
class ColumnRange:
    """Values of a column from `low` to `high`, both included, in Whoosh's sortable representation."""

    column: str
    low: int
    high: int

    def mask(self, data: SegmentData) -> NDArray[np.bool_]:
        """(n_documents,): which documents have a value in the range."""
        values = data.column(self.column)
        if values is None or self.low > self.high:
            return np.zeros(data.n_documents, np.bool_)
        return self._within(data, values)

    def look(self, data: SegmentData, candidates: Docnums) -> NDArray[np.bool_]:
        """(n_candidates,): which of some documents have a value in the range."""
        values = data.column(self.column)
        if values is None or self.low > self.high:
            return np.zeros(len(candidates), np.bool_)
        return self._within(data, values.take(candidates))

    def _within(self, data: SegmentData, values: NDArray[Any]) -> NDArray[np.bool_]:
        missing = data.column_facts[self.column]["default"]
        low, high = self.low, self.high
        # A document without a value has the default, mostly one end of what the column can hold.
        if high == missing:
            high -= 1
        elif low == missing:
            low += 1
        limits = np.iinfo(values.dtype)
        if low > high or low > limits.max or high < limits.min:
            return np.zeros(len(values), np.bool_)
        within = values <= min(high, limits.max)
        if low > limits.min:
            within &= values >= low
        if low < missing < high:
            within &= values != missing
        return within


def column_range(query: Any, schema: Any, data: SegmentData) -> ColumnRange | None:
    """A NumericRange as a range of its column; None where only the terms can answer it.

    Raises ValueError, as Whoosh does, for a field that is not numeric and for bounds it cannot hold.
    """
    if data.terms(query.fieldname) is None:
        # No document of the segment has a value.
        return ColumnRange(query.fieldname, 1, 0)
    facts = data.column_facts.get(query.fieldname)
    field = schema[query.fieldname]
    # A plain record asks for columns only; where no document of the segment has a value there is none.
    if not isinstance(query, NumericRange) and (facts is None or "dtype" not in facts or not query.constantscore):
        return None
    low, high = 0, 2**field.bits - 1
    if query.start is not None:
        low = _sortable(field, query.start) + bool(query.startexcl)
    if query.end is not None:
        high = _sortable(field, query.end) - bool(query.endexcl)
    return ColumnRange(query.fieldname, low, high)


def _sortable(field: Any, value: Any) -> int:
    if isinstance(field, PlainField):
        return field.to_sortable(value)
    from whoosh.util.numeric import to_sortable

    number = field.prepare_number(value)
    return int(to_sortable(field.numtype, field.bits, field.signed, number))
