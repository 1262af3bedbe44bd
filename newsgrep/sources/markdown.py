"""The reader of Markdown: clips of web clippers, Obsidian notes, posts of site generators.

Fields come from the front matter, the title else from the first heading; links become their text and pictures go.
Formats: https://commonmark.org, and the links and embeds of Obsidian.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from newsgrep.article import Content, Page
from newsgrep.sources.cut_out import cut_between
from newsgrep.sources.encoding import decode_text
from newsgrep.sources.format import Format
from newsgrep.sources.front_matter import split_front_matter
from newsgrep.sources.json_record import build_page
from newsgrep.sources.outcome import Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

_NAMES = (".md", ".markdown", ".mdown", ".mkd")
_FRONT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:---[ \t]*\r?\n(?:[ \t#][^\n]{0,2000}\n){0,3}[\w\"'@-]{1,60}[ \t]*:[^\n]{0,2000}\n"
    rb"|\+\+\+[ \t]*\r?\n(?:[ \t#][^\n]{0,2000}\n){0,3}[\w\"'-]{1,60}[ \t]*=[^\n]{0,2000}\n)"
)
_NOT_OF_THE_PAGE = frozenset({"created", "modified", "updated", "id", "uid", "content", "text", "body", "html"})
"""Fields that tell of the note: a clip is created on the day on which it was saved."""

_FENCE = re.compile(r"^ {0,3}(?:```|~~~)[^\n]*$", re.MULTILINE)
_PICTURE = re.compile(
    r"!\[\[[^\[\]\n]{0,500}\]\]|!\[[^\[\]\n]{0,1000}\](?:\([^()\n]{0,4000}(?:\([^()\n]{0,500}\)[^()\n]{0,1000})?\)|\[[^\]\n]{0,200}\])?"
)
_LINK = re.compile(
    r"\[([^\[\]\n]{0,1000})\](?:\([^()\n]{0,4000}(?:\([^()\n]{0,500}\)[^()\n]{0,1000})?\)|\[[^\]\n]{0,200}\])"
)
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|\n]{0,500}\|)?([^\[\]|\n]{1,500})\]\]")
_ADDRESS = re.compile(r"<(https?://[^<>\s]{1,2000})>")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S[^\n]*$", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\]\n]{1,60}\]")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,2000}>")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*)$")
_UNDERLINE = re.compile(r"^ {0,3}(?:={2,}|-{2,})[ \t]*$")
_RULE = re.compile(r"^ {0,3}(?:(?=(?:\*[ \t]*){3})[* \t]+|(?=(?:-[ \t]*){3})[- \t]+|(?=(?:_[ \t]*){3})[_ \t]+)$")
# Groups that repeat without an end are possessive: otherwise each round of theirs is kept in memory, and two that may
# take the same blanks try every way to part them.
_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)*+(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|\d{1,3}[.)][ \t]+)?(?:>[ \t]?)*+")
_LIST_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)*+(?:[-*+]|\d{1,3}[.)])[ \t]+")
_CALLOUT = re.compile(r"^\[!\w{1,30}\][+-]?[ \t]*")
_EMPHASIS = re.compile(r"(?<![\w\\])(\*\*\*|\*\*|\*|___|__|_|~~|==)(?=\S)([^*_~=\n]{1,1000}?)(?<=\S)\1(?!\w)")
_CODE = re.compile(r"(`{1,3})([^`\n]{1,1000})\1")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TABLE_RULE = re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+(?:\|[ \t]*+)?$")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def is_markdown(name: str, head: bytes) -> bool:
    """Whether a file is called Markdown, or begins with front matter."""
    return name.endswith(_NAMES) or bool(_FRONT.match(head[:8192]))


def read_markdown(file: OpenedFile) -> Iterator[Outcome]:
    """One page for the file. Raises FileUnreadable."""
    text = decode_text(file.read_whole()).text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    fields, rest = split_front_matter(text)
    heading, paragraphs = _read_paragraphs(rest)
    fields = {key: value for key, value in fields.items() if key.lower() not in _NOT_OF_THE_PAGE}
    title: Any = next((value for key, value in fields.items() if key.lower() == "title" and value), None)
    if heading and title and paragraphs[:1] == [heading]:
        paragraphs = paragraphs[1:] if _fold(heading) == _fold(str(title)) else paragraphs
    elif heading and paragraphs[:1] == [heading]:
        paragraphs = paragraphs[1:]
    body = "\n\n".join(paragraphs)
    if not (body or title or heading):
        yield Skipped("empty")
        return
    # A body of its own keeps what a clip says of the page from standing in for it.
    page = build_page({**fields, "title": title or heading or "-", "text": "-"}, file.path)
    yield (
        replace(page, content=Content.BODY, text=body, title=(page.title if title else heading) or None)
        if fields
        else Page(path=file.path, content=Content.BODY, text=body, title=heading or None)
    )


def _fold(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _read_paragraphs(text: str) -> tuple[str, list[str]]:
    """The first heading of the first rank, if the text begins with it, and all paragraphs, it among them."""
    text = _DEFINITION.sub("", cut_between(cut_between(_FENCE.sub("", text), "<!--", "-->"), "%%", "%%"))
    paragraphs: list[str] = []
    heading = ""
    parts: list[str] = []
    was_quoted = False

    def end() -> None:
        if joined := " ".join(parts).strip():
            paragraphs.append(joined)
        parts.clear()

    for raw in text.split("\n"):
        if found := _HEADING.match(raw):
            end()
            if line := _read_inline(_without_closing(found[2])):
                if not paragraphs and len(found[1]) == 1:
                    heading = line
                paragraphs.append(line)
            continue
        if not raw.strip() or _RULE.match(raw) or _TABLE_RULE.match(raw) or _UNDERLINE.match(raw):
            if parts and not paragraphs and raw.lstrip().startswith("="):
                heading = " ".join(parts)
            end()
            continue
        quoted = raw.lstrip().startswith(">")
        if _LIST_MARK.match(raw) or quoted != was_quoted:
            end()
        was_quoted = quoted
        bare = _CALLOUT.sub("", _MARK.sub("", raw, count=1))
        line = _read_inline(bare)
        if bare.lstrip().startswith("|"):
            end()
            line = " ".join(line.replace("|", " ").split())
        if line:
            parts.append(line)
        if raw.endswith(("  ", "\\")):
            # A hard break ends a line of verse, an address, a byline.
            end()
    end()
    return heading, paragraphs


def _without_closing(heading: str) -> str:
    """A heading without the marks that may close it, which stand apart ("C#" keeps its own)."""
    text = heading.rstrip()
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare[-1] in " \t" else text


def _read_inline(line: str) -> str:
    """A line without its marks."""
    if "[" in line:
        line = _PICTURE.sub("", line)
        line = _WIKI_LINK.sub(r"\1", _LINK.sub(r"\1", _FOOTNOTE.sub("", line)))
    if "<" in line:
        line = _TAG.sub("", _ADDRESS.sub(r"\1", line))
    if "`" in line:
        line = _CODE.sub(r"\2", line)
    for _ in range(3):
        plain = _EMPHASIS.sub(r"\2", line)
        if plain == line:
            break
        line = plain
    if "\\" in line:
        line = _ESCAPE.sub(r"\1", line)
    if "&" in line:
        line = _REFERENCE.sub(lambda found: html.unescape(found[0]), line)
    return " ".join(line.split())


MARKDOWN = Format(
    "markdown", "an article in Markdown, with or without front matter", is_markdown, read_markdown, suffixes=(".md",)
)
