"""The text of XML elements: fields on one line, paragraphs of a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_BLOCKS = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2", "head", "li", "blockquote", "div", "block", "tr", "table",
    "ul", "ol", "dl", "dt", "dd", "body", "section", "article", "l", "lg", "q", "item", "list", "quote", "sp", "bq",
    "pre", "br", "lb", "ab", "text",
})  # fmt: skip
_SILENT = frozenset({
    "script", "style", "media", "figure", "image", "img", "note", "fn", "figdesc", "graphic", "pb", "fw", "nitf-table",
    "iframe", "object", "svg", "teiheader", "hedline", "byline", "dateline", "distributor",
})  # fmt: skip
"""Elements inside a body that are not the article's own text, or are told as fields."""


def flatten(element: Element | None) -> str:
    """All text of an element on one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def iter_at(element: Element, path: str) -> Iterator[Element]:
    """The elements at a path: names of children with `/` between them, or `//name` for any inside the element."""
    if path.startswith("//"):
        yield from element.iter(path[2:])
        return
    tag, _, rest = path.partition("/")
    for child in element:
        if child.tag == tag:
            if rest:
                yield from iter_at(child, rest)
            else:
                yield child


def find_at(element: Element, *paths: str) -> Element | None:
    """The first element at the first of these paths that leads to one."""
    return next((found for path in paths for found in iter_at(element, path)), None)


def find_attribute(element: Element, path: str, name: str) -> str | None:
    """An attribute of the first element at a path that has it."""
    return next((value for found in iter_at(element, path) if (value := (found.get(name) or "").strip())), None)


def find_text(element: Element, *paths: str) -> str | None:
    """The text at the first of these paths that holds any."""
    for path in paths:
        for found in iter_at(element, path):
            if text := flatten(found):
                return text
    return None


def find_texts(element: Element, *paths: str) -> tuple[str, ...]:
    """The texts of all elements at the first of these paths that holds any, each once."""
    for path in paths:
        texts = dict.fromkeys(flatten(found) for found in iter_at(element, path))
        texts.pop("", None)
        if texts:
            return tuple(texts)
    return ()


def read_paragraphs(element: Element, silent: frozenset[str] = _SILENT) -> list[str]:
    """The paragraphs of a body, each on one line; pictures, footnotes and scripts are left out."""
    paragraphs: list[str] = []
    parts: list[str] = []

    def end() -> None:
        if text := " ".join("".join(parts).split()):
            paragraphs.append(text)
        parts.clear()

    def walk(one: Element) -> None:
        block = one.tag in _BLOCKS
        if block:
            end()
        if one.tag not in silent or one is element:
            parts.append(one.text or "")
            for child in one:
                walk(child)
                parts.append(child.tail or "")
        if block:
            end()

    walk(element)
    end()
    return paragraphs
