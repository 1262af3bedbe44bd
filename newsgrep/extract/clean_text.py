"""Clean text: NFC, no control characters, one blank between words, paragraphs parted by a blank line."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""Control characters, soft hyphens, zero-width marks and the overrides of writing direction; not the joiners U+200C
and U+200D, which are spelling in Persian and in Indic scripts."""
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK = re.compile(f"[{CJK}]")
_CJK_LEADS = bytes((*range(0xE3, 0xEA), 0xEF))
"""The bytes that open such a character in UTF-8."""
_WORD = re.compile(f"[{CJK}]|[^\\W_{CJK}]+(?:['’][^\\W_{CJK}]+)*")
_LONE_MARKS = ("-", "–", "—", "--", "…", "...", "•", "·", "*", "|", "/", "&")
"""No words though they stand between blanks."""
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
_SENTENCE = re.compile(r"(?<=[.!?。！？…])[\"”’»)]*(?:\s+|(?<=[。！？]))")


# Most lines need nothing done, and telling so is a hundred times faster than doing it: a printable text has no control
# character, no line break, and no blank but the plain one.


_AT_ONCE = 1 << 20
"""Characters whose words are counted together: a list of them all would take a hundred times as much as the text."""


def clean_lines(text: str) -> list[str]:
    """Split a text into lines, NFC and free of control characters; blanks inside a line are kept."""
    if is_plain(text):
        return text.split("\n")
    text = unicodedata.normalize("NFC", text)
    lines = text.split("\n")
    if all(map(str.isprintable, lines)):
        return lines
    lines = _BREAKS.sub("\n", text).split("\n")
    return [line if line.isprintable() else _CONTROL.sub("", line) for line in lines]


def clean_line(text: str) -> str:
    """Bring a text onto one line: NFC, no control characters, single blanks."""
    text = unicodedata.normalize("NFC", text)
    line = " ".join(text.split())
    # With blanks of every kind gone, few lines have anything left that does not print.
    if line.isprintable():
        return line
    return " ".join(unicodedata.normalize("NFC", _CONTROL.sub("", _BREAKS.sub("\n", text))).split())


def is_plain(text: str) -> bool:
    """Whether a text is ASCII without control characters but line feeds: the quick test that most texts pass."""
    return text.isascii() and not text.encode("ascii").translate(None, _PLAIN)


def count_words(body: str) -> int:
    """Count the words of clean paragraphs: what stands between blanks, lone marks apart. A character of Chinese or
    Japanese is a word.
    """
    if not body.isascii() and _has_leads(body) and _CJK.search(body):
        return sum(len(_WORD.findall(body, at, at + _AT_ONCE)) for at in range(0, len(body), _AT_ONCE))
    words = body.count(" ") + body.count("\n\n") + 1 if body else 0
    marks = [mark for mark in _LONE_MARKS if mark in body]
    if marks:
        body = body.replace("\n\n", " ")
        marks = [mark for mark in marks if f" {mark} " in body or body.startswith(mark) or body.endswith(mark)]
    if marks:
        pieces = body.split(" ")
        return words - sum(map(pieces.count, marks))
    return words


def _has_leads(text: str) -> bool:
    """Whether a text may hold Chinese or Japanese: a test many times as fast as the search for it."""
    data = text.encode(errors="replace")
    return len(data.translate(None, _CJK_LEADS)) != len(data)


def first_sentence(body: str, limit: int = 100) -> str:
    """The first sentence of a body, cut before `limit` characters at the end of a word."""
    line = body.lstrip().split("\n", 1)[0].strip()
    sentence = _SENTENCE.split(line[: 4 * limit], maxsplit=1)[0].strip()
    if len(sentence) <= limit:
        return sentence
    cut = sentence[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:-–—") + "…"
