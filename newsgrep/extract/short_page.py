"""The body of a page too short for one: where no lines add up to running text, its sentences are all that it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.extract import cue_words
from newsgrep.extract.cues import fold
from newsgrep.extract.line_features import count_units, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.html_blocks import Block
    from newsgrep.extract.text_lines import Line

_MOST_LINES = 40
"""A page of more is a front page or a list, which has sentences of many articles and no body."""
_LEAST_WORDS = 3
_MOST_LINKED = 0.5


def find_sentences(lines: Sequence[Line | Block], title: str | None) -> list[int]:
    """The lines that are sentences and no part of the page's furniture; none of a long page."""
    if len(lines) > _MOST_LINES:
        return []
    return [at for at, line in enumerate(lines) if line.text != title and _is_sentence(line)]


def _is_sentence(line: Line | Block) -> bool:
    text = line.text.strip()
    return (
        not line.item
        and not line.heading
        and ends_sentence(text)
        and count_units(text) >= _LEAST_WORDS
        and getattr(line, "links", 0.0) < _MOST_LINKED
        and not getattr(line, "furniture", 0)
        and not cue_words.FURNITURE.inside(fold(text))
    )
