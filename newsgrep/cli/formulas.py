"""Values that a spreadsheet runs as formulas: which ones they are, and how a table is written in which it runs none.

What is written is what articles say, unless the person asks otherwise; then it holds for every table of the command.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width: run as well
"""What such a value begins with (OWASP, "CSV Injection")."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")

_disarmed: ContextVar[bool] = ContextVar("formulas are disarmed", default=False)


@contextmanager
def disarmed_formulas(is_asked_for: bool) -> Iterator[None]:
    """Within this, no cell of a CSV table is a formula, where that is asked for."""
    token = _disarmed.set(is_asked_for)
    try:
        yield
    finally:
        _disarmed.reset(token)


def disarm_row(row: Sequence[object]) -> Sequence[object]:
    """The cells of a row, each with an apostrophe before it that would be run; as they are where nobody asked."""
    return [f"'{cell}" if _is_formula(cell) else cell for cell in row] if _disarmed.get() else row


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith(_STARTS) and not _NUMBER.fullmatch(cell)
