"""What answering a query takes of Whoosh's schema, read from what Whoosh pickled, without Whoosh's classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MISSING = -(1 << 63)
"""What a document without a value has in a signed column of 64 bits."""

_SUPPORTED = {
    "Existence": ("frequency", "weight"),
    "Frequency": ("frequency", "weight"),
    "Positions": ("frequency", "weight", "positions"),
}
"""Whoosh's formats that newsgrep writes, and what they can say of a posting. Source: whoosh.formats."""


class PlainFormat:
    """What a field keeps of each posting."""

    __slots__ = ("_kept", "field_boost")

    def __init__(self, name: str, field_boost: float) -> None:
        self._kept = _SUPPORTED[name]
        self.field_boost = field_boost

    def supports(self, name: str) -> bool:
        """Whether it keeps something, as Whoosh names it."""
        return name in self._kept


class PlainField:
    """One field, with as much of the interface of Whoosh's field type as queries of plain records take."""

    __slots__ = ("bits", "format", "is_number", "scorable", "signed")

    def __init__(self, state: Mapping[str, Any], format_: PlainFormat | None) -> None:
        """`state` is what Whoosh pickled of the field. Raises ValueError for what Whoosh does not."""
        self.scorable = bool(state.get("scorable", False))
        self.format = format_
        self.is_number = "numtype" in state
        self.bits: int = state.get("bits", 0)
        if type(self.bits) is not int or not 0 <= self.bits <= 64:
            raise ValueError("a field has no number of bits")
        self.signed = bool(state["signed"]) if "signed" in state else _is_signed(state.get("column_type"))

    def to_bytes(self, text: str) -> bytes:
        """A word as the term dictionary has it. Raises ValueError for a numeric field and for lone surrogates."""
        if self.is_number:
            raise ValueError("a number is not looked for as a word")
        return text.encode()

    def to_sortable(self, number: int) -> int:
        """A number as the field's column has it: unsigned, in the same order. Source: whoosh.util.numeric."""
        return number + (1 << (self.bits - 1)) if self.signed else number


def _is_signed(column: object) -> bool:
    """Whether a column without a field of numbers, as it was pickled, holds negative numbers too."""
    code = getattr(column, "_typecode", "")
    return isinstance(code, str) and code.islower()


PlainSchema = dict[str, PlainField]
"""The fields of an index by name."""
