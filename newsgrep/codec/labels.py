"""Labels: whole values such as section names, compared in any case."""

from __future__ import annotations

from newsgrep.codec.words import fold


def fold_label(label: str) -> str:
    """The form in which labels are compared: folded, blanks joined."""
    return " ".join(fold(label).split())
