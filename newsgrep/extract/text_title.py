"""The title of a page saved as text: the line above the body that most looks like the headline of it."""

from __future__ import annotations

import math
import re
from collections import Counter
from operator import mul
from typing import TYPE_CHECKING

from newsgrep.extract import cue_words
from newsgrep.extract.bylines import is_person_line
from newsgrep.extract.clean_text import CJK
from newsgrep.extract.cues import fold
from newsgrep.extract.line_features import count_units
from newsgrep.extract.line_weights import TITLE_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.text_body import Body
    from newsgrep.extract.text_lines import Line

_ABOVE = 90
"""Lines above the body among which the title is sought."""
_INTO = 6
"""Lines into the body, since a title may have been taken for its first."""
_SHORTEST, _SHORTEST_ITEM, _LONGEST = 1.5, 2.5, 40.0
_LONGEST_CHARS = 260
_NEAR = 8
_TOKEN = re.compile(f"[{CJK}]{{2}}|[^\\W\\d_{CJK}]{{4,}}|\\d{{2,}}")
_SITE_NAME = re.compile(r"\s+[|–—\-·:»]\s+[^|–—·»]{2,60}$|\s*[|｜]\s*[^|｜]{2,40}$|：[^：]{2,30}$")
_STEM = 6
"""Letters of a word that must agree; endings differ between a headline and its text."""

TITLE_NAMES = (
    "distance",
    "in_body",
    "units_6",
    "units_over",
    "full_stop",
    "question",
    "colon",
    "shared",
    "shared_many",
    "page_title",
    "page_title_rest",
    "repeated",
    "repeated_near",
    "item",
    "gap",
    "heading",
    "furniture",
    "credit",
    "byline",
    "teaser",
    "person",
    "digits",
    "caps",
    "lower",
    "date_after",
    "date_before",
    "byline_after",
    "label_before",
    "prose_after",
    "line_score",
    "last_long",
    "teaser_above",
    "file_name",
    "standfirst",
    "first_lines",
)


def stems(text: str) -> frozenset[str]:
    """The words of a text, cut to their stems, without the short ones."""
    return frozenset(token[:_STEM] for token in _TOKEN.findall(fold(text)))


def find_title(lines: Sequence[Line], body: Body, dated: frozenset[int], file_name: str = "") -> int | None:
    """The line that is the title; None where no line can be. `dated` are the short lines that hold a date."""
    candidates = title_candidates(lines, body)
    if not candidates:
        return None
    rows = title_features(lines, body, candidates, dated, file_name)
    scores = [sum(map(mul, TITLE_WEIGHTS, row)) for row in rows]
    return candidates[scores.index(max(scores))]


def title_candidates(lines: Sequence[Line], body: Body) -> list[int]:
    """The lines that may be the title."""
    window = range(max(0, body.start - _ABOVE), min(len(lines), body.start + _INTO))
    kept = [
        at
        for at in window
        if len(lines[at].text) <= _LONGEST_CHARS
        and (_SHORTEST if not lines[at].item else _SHORTEST_ITEM) <= count_units(lines[at].text) <= _LONGEST
    ]
    return kept or list(range(min(3, len(lines))))


def title_features(
    lines: Sequence[Line], body: Body, candidates: Sequence[int], dated: frozenset[int], file_name: str = ""
) -> list[list[float]]:
    """The features of each candidate, in the order of `TITLE_NAMES`."""
    body_stems = stems(" ".join(lines[at].text for at in body.kept[:40]))
    name_stems = stems(file_name.replace("-", " ").replace("_", " "))
    first = max(0, body.start - _ABOVE - _NEAR)
    header = range(first, min(len(lines), body.start + _INTO + _NEAR + 2))
    folded = {at: fold(lines[at].text) for at in header}
    units = {at: count_units(lines[at].text) for at in header}
    bylines = {at for at in header if units[at] <= 12 and cue_words.BYLINE.match(folded[at])}
    teasers = {at for at in header if len(folded[at]) < 60 and cue_words.TEASER.opens(folded[at])}
    ends = {at for at in header if len(folded[at]) < 60 and cue_words.END.is_line(folded[at])}
    standfirsts = {at for at in header if 12 <= units[at] <= 45}
    counts = Counter([line.text for line in lines])
    opening = [fold(line.text) for line in lines[:4]]
    last_long = max((at for at in candidates if at < body.start and units[at] >= 4), default=-1)
    rows = []
    for at in candidates:
        line, text = lines[at], folded[at]
        size = units[at]
        own = stems(line.text)
        shared = len(own & body_stems)
        words = line.text.split()
        page_title = any(text in other and len(text) >= 10 for here, other in enumerate(opening) if here != at)
        near = set(range(at + 1, min(at + 1 + _NEAR, len(lines))))
        rows.append(
            [
                math.log1p(max(0, body.start - at)),
                float(at >= body.start),
                min(size / 6.0, 1.0),
                max(size - 16.0, 0.0) / 10.0,
                float(line.text[-1] in ".。" or line.text.endswith(('."', ".“", ".”"))),
                float(line.text[-1] in "?!？！"),
                float(line.text[-1] in ":："),
                shared / max(len(own), 3),
                math.log1p(shared),
                float(page_title),
                float(at < 2 and not page_title and bool(_SITE_NAME.search(line.text))),
                float(counts[line.text] > 1),
                float(
                    counts[line.text] > 1
                    and any(folded.get(index) == text for index in range(at - 20, at + 21) if index != at)
                ),
                float(line.item),
                float(line.gap),
                float(line.heading),
                float(cue_words.FURNITURE.inside(text)),
                float(cue_words.CREDIT.inside(text)),
                float(at in bylines),
                float(at in teasers or at in ends),
                float(is_person_line(line.text)),
                sum(map(str.isdigit, line.text)) / len(line.text),
                sum(word.isupper() and len(word) > 1 for word in words) / len(words),
                sum(word.islower() for word in words) / len(words),
                float(not dated.isdisjoint(near)),
                float(not dated.isdisjoint(range(at - 4, at + 1))),
                float(not bylines.isdisjoint(near)),
                float(at > 0 and units.get(at - 1, 9.0) <= 3),
                float(at + 1 < len(lines) and body.scores[at + 1] > 0.5 and units.get(at + 1, 0.0) >= 12),
                max(-4.0, min(4.0, body.scores[at])) / 4.0,
                float(at == last_long),
                float(not teasers.isdisjoint((at - 1, at - 2))),
                len(own & name_stems) / max(len(own), 3) if name_stems else 0.0,
                float(not standfirsts.isdisjoint(range(at + 1, at + 5))),
                float(at < 3),
            ]
        )
    return rows


def without_site_name(title: str) -> str:
    """A browser's page title without the name of the site behind a dash or bar."""
    shorter = _SITE_NAME.sub("", title)
    return shorter if count_units(shorter) >= 3 else title
