"""The lines of a page saved as text, with the dumper's own wrapping, list marks and link marks undone.

Browsers' "save as text", lynx, w3m, html2text, inscriptis, resiliparse and plain DOM text are all told by what they
leave in the text, never by name: a right margin, bullets by level, `(BUTTON)`, bracketed link numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from newsgrep.extract.clean_text import CJK, clean_lines, is_plain
from newsgrep.extract.date_words import MONTHS

_WIDE = re.compile(f"[{CJK}\u3000-\u303f\uff00-\uff60\uac00-\ud7af]")
_BULLET = re.compile(r"(?:[*+•◦▪▫■□☆★●○‣⁃·o]|[-–—](?=\s))\s+(?=\S)|[•□☆■▪]\s*(?=\S)")
_NUMBER = re.compile(r"\d{1,2}[.)]\s+(?=\S)")
_MARKS = re.compile(
    r"\((?:BUTTON|Submit|Reset|file|image)\)|\[_*\]|_{4,}|\[\s{2,}\]|!\[[^\]]*\]\([^)\s]*[^)]*\)|\[\d{1,4}\](?=[^\s\d])"
    r"|^\s*(?:https?://\S+|file://\S+)\s*$|<https?://[^>\s]*>"
)
_PICTURE = re.compile(
    r"^\s*(?:\[\d+\])?\s*(?:!\[[^\]]*\]\([^)]*\)|\[(?:[\w./?=&%:;+-]*[\d._/=-][\w./?=&%:;+-]*|[a-z]{1,20}|INLINE|IMAGE)\])(?!\()"
)
"""The name or text of a picture, in brackets, where the picture stood."""
_MARKED = re.compile(r"[\[(]|___|//")
"""What each of the marks holds."""
_LINK = re.compile(r"\[([^\]\[]{1,300})\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1(?![\w*])")
_HEADING = re.compile(r"^#{1,6}\s+")
_RULE = re.compile(r"^[\s\-_=*~|+#.·—–•◦▪▫■□☆★●○‣⁃\u2500-\u257f]*$")
_BLANKS = re.compile(r"\s+")
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


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the page showed it: a paragraph, a heading, an item of a list, a label."""

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
    """Undo the dumper: join wrapped lines, glue lines cut at links, take marks off; empty lines become gaps."""
    raw = [line.rstrip() for line in clean_lines(text)]
    lines = _join_wrapped(raw, margin) if (margin := find_margin(raw)) else _plain_lines(raw)
    return _glue_cut_lines(lines) if _is_cut_at_links(lines) else lines


def join_paragraphs(text: str) -> list[str]:
    """The clean paragraphs of a text that has nothing but paragraphs, hard-wrapped or not."""
    raw = [line.rstrip() for line in clean_lines(text)]
    margin = find_margin(raw)
    if margin:
        return [line.text for line in _join_wrapped(raw, margin, marks=False)]
    if "  " not in text and is_plain(text):
        return [clean for line in raw if (clean := line.lstrip())]
    return [clean for line in raw if (clean := _join_blanks(line))]


def _join_blanks(line: str) -> str:
    """A line with single blanks; one that is printable and has no two in a row has none but those already."""
    return line.strip() if line.isprintable() and "  " not in line else " ".join(line.split())


def find_margin(lines: list[str]) -> int | None:
    """The column at which a text is hard-wrapped; None where it is not."""
    longest = max(lines, key=len, default="")
    if len(longest) > _WIDEST and 10 * len(longest) > sum(map(len, lines)) and " " in longest.strip():
        # No line is wider than twice its length, so this one alone is more than may be over.
        return None
    widths = sorted(_width(line) for line in lines if " " in line.strip())
    if len(widths) < _ENOUGH + 1:
        return None
    kept = [width for width in widths if width <= _WIDEST]
    over = sum(widths[len(kept) :])
    if not kept or over > 0.05 * sum(widths):
        return None
    margin = kept[-1] if not over else kept[-max(1, len(kept) // 200)]
    near = sum(1 for width in kept if width > margin - 12)
    return margin if margin >= _NARROWEST and near >= max(_ENOUGH, len(kept) // 50) else None


def _width(line: str) -> int:
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))


def _plain_lines(raw: list[str]) -> list[Line]:
    lines: list[Line] = []
    gap = True
    for one in raw:
        line = _take_marks_off(one, gap=gap)
        if line:
            lines.append(line)
            gap = False
        elif not one.strip():
            gap = True
    return lines


def _join_wrapped(raw: list[str], margin: int, *, marks: bool = True) -> list[Line]:
    """Join each line to the one before it where its first word would not have fitted there."""
    margins = _margins_by_indent(raw, margin)
    lines: list[Line] = []
    parts: list[str] = []
    opened: Line | None = None
    before = ""
    gap = True

    def close() -> None:
        if opened and parts:
            lines.append(replace(opened, text=_join(parts)) if len(parts) > 1 else opened)
        parts.clear()

    for one in raw:
        stripped = one.strip()
        if not stripped:
            close()
            before, gap = "", True
            continue
        bullet = marks and _bullet(one, stripped) is not None
        if before and not bullet and _continues(before, one, margins.get(_indent(before), margin)):
            text = _BLANKS.sub(" ", _MARKS.sub(" ", stripped) if marks else stripped).strip()
            if text:
                opened = opened if parts else Line(text, item=False, gap=gap)
                parts.append(text)
            before = one
            continue
        close()
        opened = _take_marks_off(one, gap=gap) if marks else Line(_BLANKS.sub(" ", stripped), item=False, gap=gap)
        before = one
        if opened:
            parts.append(opened.text)
            gap = False
    close()
    return lines


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _margins_by_indent(raw: list[str], margin: int) -> dict[int, int]:
    """Dumpers may stop earlier the less a line is indented: the widest line of each indent tells."""
    widths: dict[int, list[int]] = {}
    for line in raw:
        if (width := _width(line)) <= margin:
            widths.setdefault(_indent(line), []).append(width)
    return {
        indent: max(found) for indent, found in widths.items() if sum(width > margin - 8 for width in found) >= _ENOUGH
    }


def _continues(before: str, line: str, margin: int) -> bool:
    start = line.lstrip()
    deeper = _indent(line) > _indent(before) and not _bullet(before, before.lstrip())
    if deeper and not (_is_centred(before) and _is_centred(line)):
        return False
    if _WIDE.match(start):
        return _width(before) >= margin - 6
    word = start.split(None, 1)[0]
    return _width(before) + 1 + _width(word) > margin


def _is_centred(line: str) -> bool:
    """Whether a line stands in the middle of the page, as some dumpers set headings."""
    return abs(2 * _indent(line) + _width(line.strip()) - _PAGE_WIDTH) <= 3


def _bullet(line: str, text: str) -> re.Match[str] | None:
    """The list mark that opens a line; a number is one only on an indented line ("30. June" may open any other)."""
    if bullet := _BULLET.match(text):
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
        tight = _HYPHEN_END.search(text) or (_WIDE.match(part) and _WIDE.match(text[-1]))
        text += part if tight else f" {part}"
    return text


def _take_marks_off(line: str, *, gap: bool) -> Line | None:
    """A dumper's line as the page showed it; None where it was nothing but marks."""
    text = " ".join(line.split())
    if not text or (not text[0].isalnum() and _RULE.match(text)):
        return None
    picture = None
    if _MARKED.search(text):
        if picture := _PICTURE.match(text):
            text = text[picture.end() :]
        text = _MARKS.sub(" ", text).strip()
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "**" in text or "__" in text:
        text = _EMPHASIS.sub(r"\2", text)
    bullet = _bullet(line, text)
    if bullet:
        text = text[bullet.end() :]
    heading = _HEADING.match(text) if text[:1] == "#" else None
    if heading:
        text = text[heading.end() :]
    text = " ".join(text.split())
    if not text or (not text[0].isalnum() and _RULE.match(text)):
        return None
    return Line(text, item=bool(bullet), gap=gap, heading=bool(heading), picture=bool(picture))


def _is_cut_at_links(lines: list[Line]) -> bool:
    """Whether every piece of text between two tags has a line of its own, so that sentences are cut at links."""
    cut = sum(1 for line in lines if _GOES_ON.match(line.text))
    return (
        len(lines) > 10
        and sum(line.gap for line in lines) < 0.1 * len(lines)
        and cut >= 3
        and not any(line.item for line in lines[:200:7])
    )


def _glue_cut_lines(lines: list[Line]) -> list[Line]:
    """Join pieces of sentences: one that starts like the rest of one, and a short one that such a rest follows."""
    glued: list[Line] = []
    for at, line in enumerate(lines):
        before = glued[-1] if glued else None
        if (
            before is not None
            and not line.gap
            and _is_rest(before.text, line.text, lines[at + 1] if at + 1 < len(lines) else None)
        ):
            tight = _CLOSING.match(line.text) or before.text[-1] in "([„«" or _is_drop_cap(before.text, line.text)
            glued[-1] = replace(before, text=before.text + ("" if tight else " ") + line.text)
        else:
            glued.append(line)
    return glued


def _is_drop_cap(before: str, text: str) -> bool:
    """Whether a line is the large first letter of the next."""
    return len(before) == 1 and before.isupper() and text[0].islower() and len(text) > _SHORT_LINK


def _is_rest(before: str, text: str, after: Line | None) -> bool:
    if _CLOSING_ALONE.match(text):
        return True
    if len(before) == 1:
        return _is_drop_cap(before, text) or (before in "AI" and len(text) > _SHORT_LINK)
    if _SENTENCE_END.search(before) or len(before) < 12:
        return before[-1] in "(„«"
    if _GOES_ON.match(text):
        return len(before) > 30 or len(text) > 60
    last = before.rsplit(None, 1)[-1]
    if last[-1] not in ",(„«–—-" and not (last.islower() and last.isalpha()):
        return False
    if len(text) <= _SHORT_LINK:
        follows = after is not None and not after.gap and bool(_GOES_ON.match(after.text))
        return follows and len(before) >= 40 and not _SENTENCE_END.search(text)
    # What ends in "of the" cannot stand alone; a subhead can, and ends in a longer word.
    return len(last) <= 3 and bool(_SENTENCE_END.search(text))
