"""A page saved as text, understood: body, title, date, section and byline out of its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.article import DateOrigin
from newsgrep.extract import cue_words
from newsgrep.extract.bylines import is_name, is_person_line, read_byline, split_authors
from newsgrep.extract.cues import fold
from newsgrep.extract.findings import Findings
from newsgrep.extract.line_features import count_units
from newsgrep.extract.sections import clean_sections, is_section
from newsgrep.extract.teasers import without_strays
from newsgrep.extract.text_body import find_body
from newsgrep.extract.text_dates import choose_stamp, find_stamps
from newsgrep.extract.text_lines import read_lines
from newsgrep.extract.text_title import find_title, without_site_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from newsgrep.extract.text_dates import Stamp
    from newsgrep.extract.text_lines import Line

_HEADER_ABOVE = 160
_BELOW = 30
"""Lines below the body in which a stamp may stand."""
_BYLINE_ALONE = re.compile(r"[\W_]*(?:by|von|par|por|di|door|av|af|автор|author of the article)[\W_]*$")
_SECTION_ABOVE = 6


def extract_text_page(
    text: str, *, name: str = "", today: dt.date | None = None, month_first: bool = False
) -> Findings:
    """Understand a page saved as text. `name` is the file's name or the address's last part, as a hint to the title."""
    lines = read_lines(text)
    if not lines:
        return Findings()
    body = find_body(lines)
    stamps = find_stamps(
        lines,
        range(max(0, body.start - _HEADER_ABOVE), min(len(lines), body.end + _BELOW)),
        today=today,
        month_first=month_first,
    )
    title = find_title(lines, body, frozenset(stamp.line for stamp in stamps), name)
    top = title if title is not None else body.start
    stamp = choose_stamp(lines, stamps, body.scores, top, body.start, body.end)
    kept = [at for at in body.kept if at > top] if top < body.end else list(body.kept)
    authors = find_authors(lines, top, body.start, body.end, stamp)
    paragraphs = without_strays(lines, kept, lines[top].text if title is not None else "", authors)
    return Findings(
        title=without_site_name(lines[title].text) if title is not None else None,
        paragraphs=tuple(lines[at].text for at in paragraphs),
        published=stamp.value if stamp else None,
        published_from=DateOrigin.TEXT if stamp else None,
        section=find_sections(lines, top, stamp),
        authors=authors,
    )


def find_sections(lines: Sequence[Line], title: int, stamp: Stamp | None) -> tuple[str, ...]:
    """The labels right above the title: one line that names a section, or the trail of a breadcrumb."""
    near: list[str] = []
    for at in range(title - 1, max(-1, title - 1 - _SECTION_ABOVE), -1):
        line = lines[at]
        text = line.text.strip()
        if stamp and at == stamp.line:
            continue
        trail = [part for part in re.split(r"\s*[»›>/|→]\s*", text) if part]
        if len(trail) > 1 and len(text) < 120 and all(map(is_section, trail[1:-1])):
            return clean_sections(trail)
        folded = fold(text)
        if is_section(text) and not is_person_line(text) and not cue_words.FURNITURE.inside(folded) and count_units(text) <= 3:
            near.append(text)
            if not line.item:
                break
        elif near:
            break
    return clean_sections(reversed(near))


def find_authors(
    lines: Sequence[Line], title: int, start: int, end: int, stamp: Stamp | None
) -> tuple[str, ...]:
    """The names of the byline between title and body, or at the body's end."""
    header = range(max(0, title - 3), min(len(lines), max(start, title + 1) + 12))
    for at in header:
        text = lines[at].text
        if names := read_byline(text):
            return names
        if _BYLINE_ALONE.match(fold(text)) and at + 1 < len(lines):
            names = tuple(name for name in split_authors(lines[at + 1].text) if is_name(name))
            if names:
                return names
    close = [at for at in range(title + 1, min(len(lines), max(start, title + 1) + 2))]
    if stamp:
        close = sorted(
            {*close, *range(max(0, stamp.line - 4), min(len(lines), stamp.line + 4))}, key=lambda at: abs(at - stamp.line)
        )
    for at in close:
        if at != title and is_person_line(lines[at].text):
            return (lines[at].text.strip(),)
    for at in range(max(title + 1, end - 2), min(len(lines), end + 4)):
        if names := read_byline(lines[at].text):
            return names
    return ()
