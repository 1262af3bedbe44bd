"""The reader of JSON files: one article, a list of them, or an object that wraps the list.

Objects that follow one another without a list around them are read as one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newsgrep.errors import FileUnreadable
from newsgrep.sources.encoding import decode_text
from newsgrep.sources.format import Format
from newsgrep.sources.json_record import Keyed, build_page, has_text, is_record
from newsgrep.sources.json_text import parse_json, parse_one_of_many, skip_space
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgrep.sources.opened_file import OpenedFile
    from newsgrep.sources.read_options import ReadOptions

_WRAPPERS = (
    "articles", "docs", "documents", "items", "results", "data", "hits", "records", "entries", "stories", "news",
    "posts", "response", "content",
)  # fmt: skip
_WRAPPER_DEPTH = 3
# No more than this is proof: text browsers write "[]" for an image, editors begin with "[Updated]".
_START = re.compile(rb'\s*+(?:\[\s*+)?\{\s*+"')
_LOOKED_AT = 20


def is_json(name: str, head: bytes) -> bool:
    """Whether a file begins as an object or a list of objects, or is called JSON and is no page."""
    if name.endswith(".json"):
        return not head.lstrip().startswith(b"<")
    return bool(_START.match(head))


def read_json(file: OpenedFile) -> Iterator[Outcome]:
    """The pages of a file; one article alone has no key. Raises FileUnreadable."""
    text = decode_text(file.read_whole()).text
    start = skip_space(text, 0)
    if start == len(text):
        yield Skipped("empty")
        return
    if text[start] == "[":
        yield from _build_pages(_iter_list(text, start + 1), file)
        return
    value, end = parse_json(text, start)
    if end < len(text):
        yield from _build_pages(_iter_sequence(text, start), file)
        return
    wrapped = _find_list(value, file.options) if isinstance(value, dict) else None
    if wrapped is None:
        yield build_page(file.options.rename(value), file.path)
    else:
        yield from _build_pages(wrapped, file)


def _build_pages(values: Iterable[Any], file: OpenedFile) -> Iterator[Outcome]:
    keys = RecordKeys()
    position = 0
    for position, value in enumerate(values, 1):
        if isinstance(value, BrokenRecord):
            yield value
            continue
        try:
            yield build_page(file.options.rename(value), file.path, Keyed(keys, position))
        except FileUnreadable as error:
            yield BrokenRecord(f"record {position}", error.message)
    if not position:
        yield Skipped("a list without articles")


def _iter_list(text: str, at: int) -> Iterator[Any]:
    """The values of a list one by one, so that a list cut short still gives those before the cut."""
    at = skip_space(text, at)
    if text.startswith("]", at):
        return
    position = 0
    while True:
        position += 1
        try:
            value, at = parse_json(text, at)
            if position == 1 and not isinstance(value, dict):
                raise FileUnreadable("A list of something else than JSON objects")
            yield value
            if text.startswith("]", at):
                return
            if not text.startswith(",", at):
                raise FileUnreadable("Not valid JSON: the list ends too early")
        except FileUnreadable as error:
            if position == 1:
                raise
            yield BrokenRecord(f"record {position}", f"{error.message}; nothing after it was read")
            return
        at += 1


def _iter_sequence(text: str, at: int) -> Iterator[Any]:
    """Objects that stand one after the other; after a fault, on with the next that begins a line."""
    position = 0
    while at < len(text):
        position += 1
        try:
            value, at = parse_one_of_many(text, at)
            yield value
        except FileUnreadable as error:
            yield BrokenRecord(f"record {position}", error.message)
            at = text.find("\n{", at) + 1 or len(text)


def _find_list(value: dict[str, Any], options: ReadOptions, depth: int = _WRAPPER_DEPTH) -> list[Any] | None:
    """The list of articles that an object wraps; None when it is an article itself, or nothing we know."""
    if has_text(options.rename(value)):
        return None
    folded = {key.lower(): item for key, item in value.items()}
    for key in _WRAPPERS:
        item = folded.get(key)
        if isinstance(item, list) and (
            any(is_record(options.rename(one)) for one in item[:_LOOKED_AT]) or not (item or is_record(value))
        ):
            return item
        if isinstance(item, dict) and depth:
            found = _find_list(item, options, depth - 1)
            if found is not None:
                return found
    return None


JSON = Format(
    "json", "one article as a JSON object, or a list of them", is_json, read_json, mapped=True, suffixes=(".json",)
)
