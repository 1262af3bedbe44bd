"""A page saved as text, understood: body, title, date, section and byline out of its lines."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from newsgrep.article import DateOrigin
from newsgrep.extract import cue_words
from newsgrep.extract.bylines import is_name, is_person_line, names_beside, read_byline, split_authors
from newsgrep.extract.cues import fold
from newsgrep.extract.findings import Findings
from newsgrep.extract.line_features import count_units
from newsgrep.extract.sections import clean_sections, is_section
from newsgrep.extract.short_page import find_sentences
from newsgrep.extract.teasers import without_strays
from newsgrep.extract.text_body import find_body
from newsgrep.extract.text_dates import choose_stamp, find_stamps
from newsgrep.extract.text_lines import read_lines
from newsgrep.extract.text_title import find_title, without_site_name
from newsgrep.extract.watch import Watch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from newsgrep.extract.text_body import Body
    from newsgrep.extract.text_dates import Stamp
    from newsgrep.extract.text_lines import Line

_HEADER_ABOVE = 110
_BELOW = 30
"""Lines below the body in which a stamp may stand."""
_BYLINE_ALONE = re.compile(r"[\W_]*(?:by|von|par|por|di|door|av|af|автор|author of the article)[\W_]*$")
_MOST_BYLINE_WORDS = 14
_SECTION_ABOVE = 8
_LEAST_TITLE = 24
_MOST_BESIDE_TITLE = 32
_KICKER_ABOVE, _LONGEST_KICKER = 4, 60
_LONGEST_TRAIL = 4
_TRAIL = re.compile(r"\s*[»›>/|→]\s*")
_STANDFIRST_WORDS = 8
_STANDFIRST_SCORE = -2.5


def extract_text_page(
    text: str,
    *,
    name: str = "",
    today: dt.date | None = None,
    month_first: bool = False,
    watch: Watch | None = None,
) -> Findings:
    """Understand a page saved as text. `name` is the file's name or the address's last part, as a hint to the title.

    Raises FileUnreadable for a page that takes longer than `watch` allows.
    """
    watch = watch or Watch()
    lines = watch.first(read_lines(text))
    if not lines:
        return Findings()
    watch.check()
    body = find_body(lines)
    watch.check()
    stamps = find_stamps(
        lines,
        range(max(0, body.start - _HEADER_ABOVE), min(len(lines), body.end + _BELOW)),
        today=today,
        month_first=month_first,
    )
    watch.check()
    title = find_title(lines, body, frozenset(stamp.line for stamp in stamps), name)
    if not any(at > (title or 0) for at in body.kept) and (sentences := find_sentences(lines, lines[0].text)):
        # All that would be left is a title: a sentence is rather the text below one.
        body = replace(body, start=sentences[0], end=sentences[-1] + 1, kept=tuple(sentences))
        title = sentences[0] - 1 if title in sentences else title
    watch.check()
    top = title if title is not None else body.start
    chosen = choose_stamp(lines, stamps, body.scores, top, body.start, body.end)
    stamp, likely = chosen or (None, 1.0)
    kept = [at for at in body.kept if at > top] if top < body.end else list(body.kept)
    if title is not None and title < body.start:
        kept = [*find_standfirst(lines, title, body), *kept]
    authors = find_authors(lines, top, body.start, body.end, stamp)
    headline = lines[top].text if title is not None else ""
    paragraphs = without_strays(lines, kept, headline, authors)
    if (notes := watch.notes) is not None:
        notes.blocks, notes.scores, notes.run, notes.body = lines, body.scores, kept, paragraphs
        notes.title, notes.date = title, stamp.line if stamp else None
    return Findings(
        title=_title_text(lines, title),
        paragraphs=tuple(lines[at].text for at in paragraphs),
        published=stamp.value if stamp else None,
        published_from=DateOrigin.TEXT if stamp else None,
        date_confidence=likely,
        section=find_sections(lines, top, stamp),
        authors=authors,
    )


def _title_text(lines: Sequence[Line], title: int | None) -> str | None:
    if title is None:
        return None
    text = lines[title].text
    if title < 2:
        # Only the browser's own title, which opens the page, has the site's name behind it.
        text = without_site_name(text)
    trail = text.split(" » ") if " » " in text else text.split(" / ")
    if len(trail) > 2 and len(trail[-1]) >= _LEAST_TITLE and cue_words.HOME.inside(fold(trail[0])):
        text = trail[-1].strip()
    if (kicked := _with_kicker(lines, title, text)) is not None:
        return kicked
    for line in lines:
        other = line.text
        if _LEAST_TITLE <= len(other) < len(text) <= len(other) + _MOST_BESIDE_TITLE and other in text:
            beside = text.removesuffix(other) if text.endswith(f" {other}") else text.removeprefix(other)
            if beside != text and not re.search(r"[:;,!?–—|-]", beside):
                # A label or a button shares the line with the title, which stands alone elsewhere.
                return other
    return text


def _with_kicker(lines: Sequence[Line], title: int, text: str) -> str | None:
    """The title behind its kicker, which stands above it, where the page elsewhere says both in one line."""
    texts = [line.text for line in lines]
    for at in range(max(0, title - _KICKER_ABOVE), title):
        kicker = texts[at].rstrip(" :")
        if kicker and len(kicker) <= _LONGEST_KICKER:
            whole = f"{kicker}: {text}"
            # Only the browser's own title has the site's name behind it.
            if whole in texts or any(other.startswith(whole) for other in texts[:2]):
                return whole
    return None


def find_standfirst(lines: Sequence[Line], title: int, body: Body) -> list[int]:
    """The standfirst between title and body: a sentence or two below the title, before any picture's caption."""
    for at in range(title + 1, min(title + 4, body.start)):
        text = lines[at].text
        units = count_units(text)
        if units < _STANDFIRST_WORDS or lines[at].item:
            continue
        folded = fold(text)
        beneath = fold(lines[at + 1].text) if at + 1 < len(lines) else ""
        if (
            cue_words.CREDIT.inside(folded)
            or cue_words.CREDIT.inside(beneath[:60])
            or body.scores[at] < _STANDFIRST_SCORE
        ):
            return []
        return [at]
    return []


def find_sections(lines: Sequence[Line], title: int, stamp: Stamp | None) -> tuple[str, ...]:
    """The labels above the title: a breadcrumb that begins at the front page, else the label right above."""
    above = range(max(0, title - _SECTION_ABOVE), title)
    for at in reversed(above):
        text = lines[at].text
        trail = [part for part in _TRAIL.split(text) if part]
        if len(trail) > 1 and len(text) < 120 and _is_trail(text, trail):
            labels = list(clean_sections(trail))
            if labels and len(trail) <= _LONGEST_TRAIL + 1 and all(map(is_section, trail[1:-1])):
                return tuple(labels)
        if cue_words.HOME.is_line(fold(text)):
            labels = _labels(lines, range(at + 1, title), stamp)
            if labels and len(labels) <= _LONGEST_TRAIL:
                return clean_sections(labels)
    near: list[str] = []
    for at in reversed(above):
        labels = _labels(lines, range(at, at + 1), stamp)
        near += labels
        if (labels and not lines[at].item) or (near and not labels):
            break
    # A longer column of labels is a menu.
    return clean_sections(reversed(near)) if len(near) <= _LONGEST_TRAIL else ()


def _is_trail(text: str, trail: Sequence[str]) -> bool:
    """Whether a line of labels is a breadcrumb; with bars between, it may as well be a menu."""
    if "|" not in text or cue_words.HOME.is_line(fold(trail[0])):
        return True
    return len(trail) <= 3 and not cue_words.FURNITURE.inside(fold(text))


def _labels(lines: Sequence[Line], wanted: range, stamp: Stamp | None) -> list[str]:
    """The lines that may name a section, up to the first that may not."""
    labels = []
    for at in wanted:
        text = lines[at].text.strip()
        if stamp and at == stamp.line:
            continue
        if (
            count_units(text) > 3
            or not is_section(text)
            or (is_person_line(text) and len(wanted) == 1)
            or cue_words.FURNITURE.inside(fold(text))
        ):
            break
        labels.append(text)
    return labels


def _leading(groups: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The groups of names up to the first that holds what is no name."""
    kept: list[Sequence[str]] = []
    for names in groups:
        if not names or not all(map(is_name, names)):
            break
        kept.append(names)
    return kept


def _common_words(lines: Sequence[Line]) -> frozenset[str]:
    """The words that the page writes small somewhere."""
    return frozenset(filter(str.islower, " ".join([line.text for line in lines]).split()))


def find_authors(lines: Sequence[Line], title: int, start: int, end: int, stamp: Stamp | None) -> tuple[str, ...]:
    """The names of the byline between title and body, or at the body's end."""
    header = range(max(0, title - 3), min(len(lines), max(start, title + 1) + 12))
    for at in header:
        text = lines[at].text
        if names := read_byline(text):
            return names
        if _BYLINE_ALONE.match(fold(text)) and at + 1 < len(lines):
            common = _common_words(lines)
            following = [
                split_authors(lines[index].text) or names_beside(lines[index].text, common)
                for index in range(at + 1, min(at + 7, len(lines)))
            ]
            names = tuple(dict.fromkeys(name for found in _leading(following) for name in found))
            if names:
                return names
    close = list(range(title + 1, min(len(lines), max(start, title + 1) + 2)))
    if stamp:
        by_stamp = range(max(0, stamp.line - 4), min(len(lines), stamp.line + 5))
        close = sorted({*close, *by_stamp}, key=lambda at: abs(at - stamp.line))
    known: frozenset[str] | None = None
    for at in close:
        if at == title or not _MOST_BYLINE_WORDS >= count_units(lines[at].text) >= 1:
            continue
        folded = fold(lines[at].text)
        if cue_words.CREDIT.inside(folded) or cue_words.FURNITURE.inside(folded):
            continue
        if " / " in lines[at].text and not (stamp and at == stamp.line):
            # A person, a bar and an agency are a picture's credit.
            continue
        if names_beside(lines[at].text, frozenset()):
            known = _common_words(lines) if known is None else known
            if names := names_beside(lines[at].text, known):
                return names
    for at in range(max(title + 1, end - 2), min(len(lines), end + 4)):
        if names := read_byline(lines[at].text):
            return names
    return ()
