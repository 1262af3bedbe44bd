"""What is strewn into a body: teasers of other articles, credits, captions said twice, bylines."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from newsgrep.extract import cue_words
from newsgrep.extract.bylines import read_byline
from newsgrep.extract.cues import fold
from newsgrep.extract.dates import iter_dates
from newsgrep.extract.line_features import count_units, look_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.line_features import LineLike

_SENTENCE_END = re.compile(r"[.!?…。！？:][\"”’'»“)\]」』]*$")
_TITLE_LIKE = 25
_LONGEST_SHORT = 300
_SHORTEST_CAPTION = 20
_BYLINE = 90
"""Characters of a line that may be a byline or a stamp left at the body's start."""
_BESIDE = 6


def without_strays(lines: Sequence[LineLike], kept: Sequence[int], title: str, authors: Sequence[str]) -> list[int]:
    """The lines of `kept` that are the article's own; others are teasers and the like that stand between them."""
    if not kept:
        return []
    counts = Counter([line.text for line in lines[: kept[-1] + 40]])
    names = {fold(name) for name in authors}
    names.add(fold(title))
    own: list[int] = []
    held = set(kept)
    last_prose = next((at for at in reversed(kept) if _is_sentence(lines[at].text)), kept[-1])
    for at in kept:
        text = lines[at].text
        if len(text) <= _LONGEST_SHORT:
            short = not _SENTENCE_END.search(text[-12:]) and count_units(text) <= _TITLE_LIKE
            if short and (at > last_prose or counts[text] > 1 or fold(text) in names):
                continue
            if len(text) <= 200 and _is_cue(fold(text)):
                continue
            if len(text) >= _SHORTEST_CAPTION and _is_said_beside(lines, at):
                continue
            if not own and len(text) <= _BYLINE and (_names(text, names) or _is_stamp(text)):
                continue
            if short and at and len(lines[at - 1].text) < 60 and look_at(lines[at - 1].text).teaser:
                continue
        else:
            short = False
        if short and at - 1 in held and at - 1 not in own and lines[at].item:
            continue
        own.append(at)
    return own


def _is_said_beside(lines: Sequence[LineLike], at: int) -> bool:
    """Whether a line and the one above or below say the same, one of them with a little more, as a picture's text and
    its caption do.
    """
    text = lines[at].text
    for beside in (at - 1, at + 1):
        if 0 <= beside < len(lines):
            other = lines[beside].text
            shorter, longer = (text, other) if len(text) <= len(other) else (other, text)
            if len(shorter) >= _SHORTEST_CAPTION and len(longer) <= 3 * len(shorter) and shorter.rstrip(".") in longer:
                return True
    return False


def _names(text: str, authors: set[str]) -> bool:
    """Whether a short line is about an author and nothing else."""
    folded = fold(text)
    return bool(read_byline(text)) or any(name and name in folded and len(folded) < 3 * len(name) for name in authors)


def _is_stamp(text: str) -> bool:
    """Whether a short line is a date, with a few words beside it."""
    return any(count_units(text[: date.start] + text[date.end :]) <= _BESIDE for date in iter_dates(text))


def _is_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text[-12:])) and count_units(text) >= 5


def _is_cue(folded: str) -> bool:
    return bool(cue_words.TEASER.opens(folded) or (cue_words.END.is_line(folded) and len(folded) < 60))
