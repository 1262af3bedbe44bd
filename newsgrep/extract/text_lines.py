"""The lines of a page saved as text, with the dumper's own wrapping, list marks and link marks undone.

Browsers' "save as text", lynx, w3m, html2text, inscriptis, resiliparse and plain DOM text are all told by what they
leave in the text, never by name: a right margin, bullets by level, `(BUTTON)`, bracketed link numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from newsgrep.extract.clean_text import CJK, clean_lines, is_plain
from newsgrep.extract.date_words import MONTHS
from newsgrep.extract.text_pieces import is_cut_at_links, join_pieces

_WIDE = re.compile(f"[{CJK}\u3000-\u303f\uff00-\uff60\uac00-\ud7af]")
_WIDE_BYTES = bytes(range(0xE3, 0xEE))
"""The bytes that open a wide character in UTF-8; full-width marks open with two others."""
_BULLETS = frozenset("*+•◦▪▫■□☆★●○‣⁃·o-–—")
"""The characters that open a list mark."""
_BULLET = re.compile(r"(?:[*+•◦▪▫■□☆★●○‣⁃·o]|[-–—](?=\s))\s+(?=\S)|[•□☆■▪]\s*(?=\S)")
_NUMBER = re.compile(r"\d{1,2}[.)]\s+(?=\S)")
_MARKS = re.compile(
    r"\((?:BUTTON|Submit|Reset|file|image)\)|\[_*\]|_{4,}|\[\s{2,}\]|!\[[^\]\[]{0,300}\]\([^()]{0,2000}\)|\[\d{1,4}\](?=[^\s\d])"
    r"|^\s*(?:https?://\S+|file://\S+)\s*$|<https?://[^>\s]*>"
)
_PICTURE = re.compile(
    r"^\s*(?:\[\d+\])?\s*(?:!\[[^\]\[]{0,300}\]\([^()]{0,2000}\)|\[(?:[\w./?=&%:;+-]*[\d._/=-][\w./?=&%:;+-]*|[a-z]{1,20}|INLINE|IMAGE)\])(?!\()"
)
"""The name or text of a picture, in brackets, where the picture stood."""
_NAMED_MARKS = ("(BUTTON)", "(Submit)", "(Reset)", "(file)", "(image)")
_LINK = re.compile(r"\[([^\]\[]{1,300})\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1(?![\w*])")
_HEADING = re.compile(r"^#{1,6}\s+")
_RULE = re.compile(r"^[\s\-_=*~|+#.·—–•◦▪▫■□☆★●○‣⁃\u2500-\u257f]*$")
_NARROWEST, _WIDEST = 40, 140
_PAGE_WIDTH = 79
_ENOUGH = 5
"""Lines that must reach the right margin before a margin is believed."""
_HYPHEN_END = re.compile(r"[^\W\d_]-$")
_SENTENCE_END = re.compile(r"[.!?…。！？:][\"”’'»“)\]]*$")
_GOES_ON = re.compile(r"[,;.!?)\]”»…](?:\s|$|[\"”’])|[a-zà-öø-ÿа-яёα-ωšžčřěůőűłńśźżąęğışđ]|['’]s\b")
_CLOSING = re.compile(r"[,;.!?)\]”»…’']")
_CLOSING_ALONE = re.compile(r"[,;.!?)\]”»…](?:\s|$|[\"”’])")
_SHORT_LINK = 90
_SHORT = 100
"""Characters of a line that may come again on the next page."""


class Line(NamedTuple):
    """A line as the page showed it: a paragraph, a heading, an item of a list, a label."""

    # A tuple, since a page has hundreds of them.

    text: str
    item: bool
    """It stood behind a list mark."""
    gap: bool
    """A blank line stood before it."""
    heading: bool = False
    """It was marked as a heading."""
    picture: bool = False
    """A picture stood before it, so that it may be a caption."""


def read_lines(text: str) -> list[Line]:
    """Undo the dumper: join wrapped lines and lines cut at links, take marks off; empty lines become gaps."""
    lines = unwrap_lines(text)
    return join_pieces(lines) if is_cut_at_links(lines) else lines


def unwrap_lines(text: str) -> list[Line]:
    """The lines of `read_lines`, cut at links where the dumper cut them."""
    raw = [line.rstrip() for line in clean_lines(text)]
    margin, widths = find_margin(raw)
    return _join_wrapped(raw, widths, margin) if margin else _plain_lines(raw)


def join_paragraphs(text: str) -> list[str]:
    """The clean paragraphs of a text that has nothing but paragraphs, hard-wrapped or not."""
    raw = [line.rstrip() for line in clean_lines(text)]
    margin, widths = find_margin(raw)
    if margin:
        return [line.text for line in _join_wrapped(raw, widths, margin, marks=False)]
    if "  " not in text and is_plain(text):
        return [clean for line in raw if (clean := line.lstrip())]
    return [clean for line in raw if (clean := _join_blanks(line))]


def _join_blanks(line: str) -> str:
    """A line with single blanks; one that is printable and has no two in a row has none but those already."""
    return line.strip() if line.isprintable() and "  " not in line else " ".join(line.split())


def find_margin(lines: list[str]) -> tuple[int | None, list[int]]:
    """The column at which a text is hard-wrapped, None where it is not; and how wide each line is, where it is."""
    longest = max(lines, key=len, default="")
    if len(longest) > _WIDEST and 10 * len(longest) > sum(map(len, lines)) and " " in longest.strip():
        # No line is wider than twice its length, so this one alone is more than may be over.
        return None, []
    line_widths = _widths(lines)
    widths = sorted([width for line, width in zip(lines, line_widths, strict=True) if width and " " in line.lstrip()])
    if len(widths) < _ENOUGH + 1:
        return None, []
    kept = widths[: bisect_right(widths, _WIDEST)]
    over = sum(widths[len(kept) :])
    if not kept or over > 0.05 * sum(widths):
        return None, []
    margin = kept[-1] if not over else kept[-max(1, len(kept) // 200)]
    near = len(kept) - bisect_right(kept, margin - 12)
    found = margin >= _NARROWEST and near >= max(_ENOUGH, len(kept) // 50)
    return (margin, line_widths) if found else (None, [])


def _widths(lines: list[str]) -> list[int]:
    data = "".join(lines).encode(errors="replace")
    wide = len(data) - len(data.translate(None, _WIDE_BYTES)) + data.count(b"\xef\xbc")
    return list(map(_width if wide else len, lines))


def _width(line: str) -> int:
    """The columns of a line; a character of Chinese, Japanese or Korean takes two."""
    if line.isascii():
        return len(line)
    data = line.encode(errors="replace")
    return len(line) + len(data) - len(data.translate(None, _WIDE_BYTES)) + data.count(b"\xef\xbc")


def _plain_lines(raw: list[str]) -> list[Line]:
    lines: list[Line] = []
    gap = True
    for one in raw:
        line = _take_marks_off(one, gap=gap) if one else None
        if line:
            lines.append(line)
            gap = False
        elif not one.strip():
            gap = True
    return lines


def _join_wrapped(raw: list[str], widths: list[int], margin: int, *, marks: bool = True) -> list[Line]:
    """Join each line to the one before it where its first word would not have fitted there."""
    indents = [len(line) - len(line.lstrip()) for line in raw]
    margins = _margins_by_indent(widths, indents, margin)
    lines: list[Line] = []
    parts: list[str] = []
    opened: Line | None = None
    before = -1
    gap = True
    for at, one in enumerate(raw):
        stripped = one[indents[at] :]
        if not stripped:
            if parts:
                _close(lines, opened, parts)
                parts = []
            before, gap = -1, True
            continue
        if (
            before >= 0
            and _fills(stripped, widths[before], margins.get(indents[before], margin))
            and not (marks and _bullet(one, stripped))
            and (indents[at] <= indents[before] or _may_be_deeper(raw[before], one))
        ):
            text = _join_blanks(_MARKS.sub(" ", stripped) if marks and _has_marks(stripped) else stripped)
            if text:
                opened = opened if parts else Line(text, item=False, gap=gap)
                parts.append(text)
            before = at
            continue
        if parts:
            _close(lines, opened, parts)
            parts = []
        opened = _take_marks_off(one, gap=gap) if marks else Line(_join_blanks(stripped), item=False, gap=gap)
        before = at
        if opened:
            parts.append(opened.text)
            gap = False
    if parts:
        _close(lines, opened, parts)
    return lines


def _close(lines: list[Line], opened: Line | None, parts: list[str]) -> None:
    if opened:
        lines.append(Line(_join(parts), *opened[1:]) if len(parts) > 1 else opened)


def _margins_by_indent(widths: list[int], indents: list[int], margin: int) -> dict[int, int]:
    """Dumpers may stop earlier the less a line is indented: the widest line of each indent tells."""
    found: dict[int, list[int]] = {}
    for width, indent in zip(widths, indents, strict=True):
        if margin - 8 < width <= margin:
            found.setdefault(indent, []).append(width)
    return {indent: max(near) for indent, near in found.items() if len(near) >= _ENOUGH}


def _fills(start: str, before: int, margin: int) -> bool:
    """Whether a line's first word would not have fitted on the line before it, which is `before` columns wide."""
    if start[0] > "\u2fff" and _WIDE.match(start):
        return before >= margin - 6
    return before + 1 + _width(start.split(None, 1)[0]) > margin


def _may_be_deeper(before: str, line: str) -> bool:
    """Whether a line may go on with the one before it although it is indented more."""
    return bool(_bullet(before, before.lstrip())) or (_is_centred(before) and _is_centred(line))


def _is_centred(line: str) -> bool:
    """Whether a line stands in the middle of the page, as some dumpers set headings."""
    stripped = line.strip()
    return abs(2 * (len(line) - len(line.lstrip())) + _width(stripped) - _PAGE_WIDTH) <= 3


def _has_marks(text: str) -> bool:
    """Whether a line may hold a mark of a button, a link, a picture or a field; most do not."""
    if "[" in text or "//" in text or "___" in text:
        return True
    return "(" in text and any(mark in text for mark in _NAMED_MARKS)


def _bullet(line: str, text: str) -> re.Match[str] | None:
    """The list mark that opens a line; a number is one only on an indented line ("30. June" may open any other)."""
    if text[:1] in _BULLETS and (bullet := _BULLET.match(text)):
        # A dash may as well open direct speech: that is a sentence, or long.
        speech = text[0] in "-–—" and (len(text) > _SHORT_LINK or _SENTENCE_END.search(text))
        return None if speech else bullet
    number = _NUMBER.match(text) if line[:1].isspace() and text[:1].isdigit() else None
    if number and text[number.end() :].split(None, 1)[0].strip(".,").casefold() in MONTHS:
        return None
    return number


def _join(parts: list[str]) -> str:
    text = parts[0]
    for part in parts[1:]:
        last = text[-1]
        tight = (last == "-" and _HYPHEN_END.search(text[-2:])) or (
            last > "\u2fff" and _WIDE.match(part) and _WIDE.match(last)
        )
        text += part if tight else f" {part}"
    return text


def _take_marks_off(line: str, *, gap: bool) -> Line | None:
    """A dumper's line as the page showed it; None where it was nothing but marks. Short lines are remembered, since
    menus and labels stand on every page.
    """
    return _read_short(line, gap) if len(line) <= _SHORT else _read_line(line, gap)


def _read_line(line: str, gap: bool) -> Line | None:
    text = _join_blanks(line)
    if not text or (not text[0].isalnum() and _RULE.match(text)):
        return None
    picture = None
    marked = _has_marks(text)
    if marked:
        if picture := _PICTURE.match(text):
            text = text[picture.end() :]
        text = _MARKS.sub(" ", text).strip()
        if "](" in text:
            text = _LINK.sub(r"\1", text)
    if "**" in text or "__" in text:
        marked = True
        text = _EMPHASIS.sub(r"\2", text)
    bullet = heading = None
    if text and (not text[0].isalpha() or text[0] == "o"):
        if bullet := _bullet(line, text):
            text = text[bullet.end() :]
        if heading := _HEADING.match(text) if text[:1] == "#" else None:
            text = text[heading.end() :]
        marked = True
    if marked:
        text = " ".join(text.split())
        if not text or (not text[0].isalnum() and _RULE.match(text)):
            return None
    return Line(text, bullet is not None, gap, heading is not None, picture is not None)


_read_short = lru_cache(maxsize=16_384)(_read_line)
