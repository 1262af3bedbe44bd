"""Light or dark: which one suits the terminal?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DARK, LIGHT = "textual-dark", "textual-light"
_LIGHT_COLOURS = {"7", "15"}


def choose_theme(asked: str, environment: Mapping[str, str]) -> str:
    """The theme for `light`, `dark` or `auto`: that is dark unless the terminal says in COLORFGBG that it is light."""
    if asked == "auto":
        background = environment.get("COLORFGBG", "").rpartition(";")[2]
        return LIGHT if background in _LIGHT_COLOURS else DARK
    return LIGHT if asked == "light" else DARK
