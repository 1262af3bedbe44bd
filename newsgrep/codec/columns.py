"""Columns of numbers as a segment holds them: a value for each document, in Whoosh's sortable representation."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from whoosh.fields import FieldType


def sortable_numbers(field: FieldType, values: Sequence[Any]) -> NDArray[np.uint64]:
    """(n_values,): numbers as Whoosh sorts and stores them. Raises ValueError for one out of the field's range."""
    from whoosh.fields import NUMERIC

    array = np.array(values)
    if type(field) is NUMERIC and field.numtype is int and not field.decimal_places and array.dtype.kind == "i":
        for extreme in (array.min(), array.max()):
            field.prepare_number(int(extreme))
        # Whoosh adds half the range to a signed number; the sum may wrap round, as it should.
        half = np.uint64(1 << (field.bits - 1) if field.signed else 0)
        return array.astype(np.int64).view(np.uint64) + half
    return np.array([field.to_column_value(value) for value in values], np.uint64)


_DTYPES = {"B": "u1", "H": "<u2", "I": "<u4", "L": "<u4", "Q": "<u8", "q": "<i8"}


class Column:
    """A column while it is built, in Whoosh's sortable representation; as it is where the field is only one."""

    def __init__(self, field: FieldType) -> None:
        from whoosh.fields import COLUMN

        self._field = None if isinstance(field, COLUMN) else field
        typecode = field.sortable_typecode if self._field else field.column_type._typecode
        self._dtype = np.dtype(_DTYPES.get(typecode, "<u8"))
        self._default = field.column_type.default_value()
        self.docs = array("i")
        self.values: list[Any] = []

    def add(self, docnum: int, value: Any) -> None:
        """Take in the value of the next document that has one."""
        self.docs.append(docnum)
        self.values.append(value)

    @property
    def facts(self) -> dict[str, Any]:
        """What the segment says of the column."""
        return {"dtype": self._dtype.str, "default": self._default}

    def build(self, n_documents: int) -> NDArray[Any]:
        """(n_documents,): the values, the field's default where a document has none."""
        column = np.full(n_documents, self._default, self._dtype)
        values = sortable_numbers(self._field, self.values) if self._field else np.array(self.values, self._dtype)
        column[np.frombuffer(self.docs, np.int32)] = values
        return column
