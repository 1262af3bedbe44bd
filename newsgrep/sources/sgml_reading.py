"""SGML as news collections write it, read as a stream of records: no root, bare ampersands, end tags left out.

Nothing is declared and nothing is fetched: what looks like a tag is one, all else is text.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.sources.cut_out import cut_between
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys
from newsgrep.sources.text_blocks import iter_text_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsgrep.article import Page
    from newsgrep.sources.opened_file import OpenedFile

_MAX_RECORD_CHARS = 64 << 20
_TAG = re.compile(r"</?([A-Za-z][\w.-]{0,40})(?:\s[^<>]{0,2000})?>")
_PARAGRAPH = re.compile(r"</?(?:p|br|lp|tt|h\d|table\w*)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.-]{0,40})\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,2000}))")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")
_GAP = re.compile(r"\n(?=[ \t]{2,}\S)|\n[ \t]*\n")
_COLUMNS = re.compile(r"\S {3,}\S")


class SgmlRecord(NamedTuple):
    """What stands between the tags of a record."""

    attributes: dict[str, str]
    text: str
    line: int


def read_collection(
    file: OpenedFile, tag: str, build: Callable[[SgmlRecord, RecordKeys, int, str], Page | None]
) -> Iterator[Outcome]:
    """One page for each record of the share, as `build` makes it of the record, its key, its place and the file's path.

    Raises FileUnreadable.
    """
    keys = RecordKeys()
    position = 0
    for position, record in enumerate(iter_sgml_records(file, tag), 1):
        if not file.share.has(position):
            continue
        if isinstance(record, BrokenRecord):
            yield record
        else:
            page = build(record, keys, position, file.path)
            yield page or BrokenRecord(f"line {record.line}", "Neither a title nor a text")
    if not position:
        yield Skipped("a collection without articles")


def iter_sgml_records(file: OpenedFile, tag: str, declared: str | None = None) -> Iterator[SgmlRecord | BrokenRecord]:
    """The records between `<tag>` and `</tag>`, and those that have no end. Raises FileUnreadable."""
    edge = re.compile(rf"<(/?){re.escape(tag)}((?:\s[^<>]{{0,4000}})?)>", re.IGNORECASE)
    parts: list[str] = []
    size = 0
    opened: tuple[dict[str, str], int] | None = None
    too_large = False
    line = 1
    for block in iter_text_blocks(file, declared):
        at = counted = 0
        for found in edge.finditer(block):
            line += block.count("\n", counted, found.start())
            counted = found.start()
            if not found[1]:
                if opened:
                    yield BrokenRecord(f"line {opened[1]}", f"No </{tag}> before the next <{tag}>")
                opened = (parse_attributes(found[2]), line)
            elif opened:
                if too_large or size + found.start() - at > _MAX_RECORD_CHARS:
                    yield BrokenRecord(f"line {opened[1]}", f"Larger than {_MAX_RECORD_CHARS >> 20} MiB")
                else:
                    yield SgmlRecord(opened[0], "".join((*parts, block[at : found.start()])), opened[1])
                opened = None
            parts, size, too_large = [], 0, False
            at = found.end()
        line += block.count("\n", counted)
        if opened:
            size += len(block) - at
            too_large = too_large or size > _MAX_RECORD_CHARS
            parts = [] if too_large else [*parts, block[at:]]
    if opened:
        yield BrokenRecord(f"line {opened[1]}", f"No </{tag}> before the end of the file")


def parse_attributes(text: str) -> dict[str, str]:
    """The attributes of a tag, their names in lower case."""
    return {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(text)}


def parse_fields(text: str, names: frozenset[str]) -> dict[str, list[str]]:
    """What stands in each of these elements, by lower-case name; an end tag left out ends at the next of them."""
    text = cut_between(text, "<!--", "-->")
    fields: dict[str, list[str]] = {}
    opened = ""
    start = 0
    for found in _TAG.finditer(text):
        name = (found[1] or "").lower()
        if name not in names:
            continue
        if opened and (name == opened or not found[0].startswith("</")):
            fields.setdefault(opened, []).append(text[start : found.start()])
            opened = ""
        if not found[0].startswith("</"):
            opened, start = name, found.end()
    if opened:
        fields.setdefault(opened, []).append(text[start:])
    return fields


def read_line(text: str) -> str:
    """A field on one line, without tags."""
    return " ".join(_resolve(_TAG.sub(" ", text)).split())


def read_text(text: str) -> str:
    """A body without tags, its paragraphs parted by blank lines: those marked, and those that begin indented.

    Their lines, which these collections wrap, are joined; those of tables are not. Of a body that marks no paragraphs,
    the lines stay as they are.
    """
    text = _resolve(_TAG.sub("", _PARAGRAPH.sub("\n\n", text))).strip("\n")
    paragraphs = [part for part in _GAP.split(text) if part.strip()]
    if len(paragraphs) < 2:
        return text
    return "\n\n".join(part if _COLUMNS.search(part.strip()) else " ".join(part.split()) for part in paragraphs)


def _resolve(text: str) -> str:
    text = _CONTROLS.sub("", text)
    if "&" not in text:
        return text
    return _CONTROLS.sub("", _ENTITY.sub(lambda found: html.unescape(found[0]), text))
