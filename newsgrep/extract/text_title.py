"""The title of a page saved as text: the line above the body that most looks like the headline of it."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from itertools import repeat
from operator import itemgetter, mul
from typing import TYPE_CHECKING

from newsgrep.extract.bylines import is_person_line
from newsgrep.extract.clean_text import CJK
from newsgrep.extract.cues import fold
from newsgrep.extract.line_features import OWN_NAMES, count_units, look_at
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
_ASCII_TOKEN = re.compile(r"[a-z]{4,}|\d{2,}", re.ASCII)
"""The same of folded ASCII."""
_SITE_NAME = re.compile(r"\s+[|–—\-·:»]\s+[^|–—·»]{2,60}$|\s*[|｜]\s*[^|｜]{2,40}$|：[^：]{2,30}$")
_DIGITS, _CAPS, _LOWER = (OWN_NAMES.index(name) for name in ("digits", "caps", "lower"))
_OPENERS = "\"“”„«‘('"
_STEM = 6
"""Letters of a word that must agree; endings differ between a headline and its text."""
_CUT_TO_STEM = itemgetter(slice(_STEM))

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
    "like_page_title",
    "like_page_title_full",
    "contained",
    "contains",
    "mass_between",
    "stated_again",
)


def stems(text: str) -> frozenset[str]:
    """The words of a text, cut to their stems, without the short ones."""
    return _stems(fold(text))


@lru_cache(maxsize=8192)
def _remembered_stems(folded: str) -> frozenset[str]:
    """The same of a folded line; remembered, since menus and labels stand on every page."""
    return _stems(folded)


def _stems(folded: str) -> frozenset[str]:
    tokens = (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    return frozenset([token[:_STEM] for token in tokens])


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
        if len(text := lines[at].text) <= _LONGEST_CHARS
        and (_SHORTEST if not lines[at].item else _SHORTEST_ITEM) <= count_units(text) <= _LONGEST
    ]
    return kept or list(range(min(3, len(lines))))


def title_features(
    lines: Sequence[Line], body: Body, candidates: Sequence[int], dated: frozenset[int], file_name: str = ""
) -> list[list[float]]:
    """The features of each candidate, in the order of `TITLE_NAMES`."""
    body_text = fold(" ".join([lines[at].text for at in body.kept[:25]]))
    body_words = frozenset(map(_CUT_TO_STEM, map(str.lstrip, frozenset(body_text.split()), repeat(_OPENERS))))
    name_stems = stems(file_name.replace("-", " ").replace("_", " "))
    first = max(0, body.start - _ABOVE - _NEAR)
    header = range(first, min(len(lines), body.start + _INTO + _NEAR + 2))
    looks = {at: body.looks[at] if body.looks[at].row else look_at(lines[at].text) for at in header}
    bylines = [at for at in header if looks[at].byline and looks[at].units <= 12]
    teasers = {at for at in header if looks[at].teaser and len(looks[at].folded) < 60}
    standfirsts = [at for at in header if 12 <= looks[at].units <= 45]
    dates = sorted(dated)
    counts = Counter([line.text for line in lines])
    opening = [fold(line.text) for line in lines[:4]]
    last_long = max((at for at in candidates if at < body.start and looks[at].units >= 4), default=-1)
    tops = [(at, _remembered_stems(text)) for at, text in enumerate(opening) if count_units(text) >= 3]
    others = [looks[at].folded for at in candidates if looks[at].units >= 3]
    alike_counts = Counter(others)
    all_others = "\n".join(others)
    leads = {at: stems(lines[at].text) for at in body.kept[:2]}
    mass = 0.0
    masses = {}
    for at in range(body.start - 1, first - 1, -1):
        masses[at] = mass
        mass += looks[at].units if looks[at].units >= 5 else 0.0
    rows = []
    for at in candidates:
        line, look = lines[at], looks[at]
        text, size = look.folded, look.units
        own = _remembered_stems(text)
        shared = len(own & body_words) or sum([stem[0] > "\u2fff" and stem in body_text for stem in own])
        page_title = len(text) >= 10 and any(text in other and here != at for here, other in enumerate(opening))
        several = counts[line.text] > 1
        alike = max([len(own & other) for here, other in tops if here != at], default=0) if own else 0
        last = line.text[-1]
        before = looks.get(at - 1)
        after = looks.get(at + 1)
        rows.append(
            [
                math.log1p(max(0, body.start - at)),
                1.0 if at >= body.start else 0.0,
                min(size / 6.0, 1.0),
                (size - 16.0) / 10.0 if size > 16.0 else 0.0,
                1.0 if last in ".。" or line.text.endswith(('."', ".“", ".”")) else 0.0,
                1.0 if last in "?!？！" else 0.0,
                1.0 if last in ":：" else 0.0,
                shared / max(len(own), 3),
                math.log1p(shared),
                1.0 if page_title else 0.0,
                1.0 if at < 2 and not page_title and _SITE_NAME.search(line.text) else 0.0,
                1.0 if several else 0.0,
                1.0
                if several and any(lines[i].text == line.text for i in _near(at, 20, len(lines)) if i != at)
                else 0.0,
                1.0 if line.item else 0.0,
                1.0 if line.gap else 0.0,
                1.0 if line.heading else 0.0,
                1.0 if look.furniture else 0.0,
                1.0 if look.credit else 0.0,
                1.0 if look.byline and size <= 12 else 0.0,
                1.0 if look.end or at in teasers else 0.0,
                1.0 if size <= 4 and is_person_line(line.text) else 0.0,
                look.row[_DIGITS],
                look.row[_CAPS],
                look.row[_LOWER],
                1.0 if _any_in(dates, at + 1, at + 1 + _NEAR) else 0.0,
                1.0 if _any_in(dates, at - 4, at + 1) else 0.0,
                1.0 if _any_in(bylines, at + 1, at + 1 + _NEAR) else 0.0,
                1.0 if before is not None and before.units <= 3 else 0.0,
                1.0 if after is not None and after.units >= 12 and body.scores[at + 1] > 0.5 else 0.0,
                max(-4.0, min(4.0, body.scores[at])) / 4.0,
                1.0 if at == last_long else 0.0,
                1.0 if at - 1 in teasers or at - 2 in teasers else 0.0,
                len(own & name_stems) / max(len(own), 3) if name_stems else 0.0,
                1.0 if _any_in(standfirsts, at + 1, at + 5) else 0.0,
                1.0 if at < 3 else 0.0,
                alike / max(len(own), 3),
                1.0 if alike >= 3 and alike >= 0.75 * len(own) else 0.0,
                1.0 if size >= 3 and all_others.count(text) > alike_counts[text] else 0.0,
                1.0 if size >= 5 and any(other in text and text != other for other in others) else 0.0,
                math.log1p(masses.get(at, 0.0)),
                _stated_again(own, leads, at) if size >= 4 else 0.0,
            ]
        )
    return rows


def _stated_again(own: frozenset[str], leads: dict[int, frozenset[str]], at: int) -> float:
    """The part of a line's words that the body's first paragraph or two say again, as a lead does of its headline."""
    said = [own & words for index, words in leads.items() if index != at]
    return len(frozenset().union(*said)) / max(len(own), 3) if own else 0.0


def _near(at: int, steps: int, count: int) -> range:
    return range(max(0, at - steps), min(count, at + steps + 1))


def _any_in(places: Sequence[int], start: int, end: int) -> bool:
    """Whether one of the places, which are in order, is in a range."""
    found = bisect_left(places, start)
    return found < len(places) and places[found] < end


def without_site_name(title: str) -> str:
    """A browser's page title without the name of the site behind a dash or bar."""
    shorter = _SITE_NAME.sub("", title)
    return shorter if count_units(shorter) >= 3 else title
