"""The reader of NITF, the markup of news agencies, in which the New York Times Annotated Corpus is written too.

Format: https://iptc.org/standards/nitf/, versions 3.1 to 3.6.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.format import Format
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys, show_key
from newsgrep.sources.xml_reading import find_root, iter_xml_records
from newsgrep.sources.xml_text import find_at, find_attribute, find_text, find_texts, flatten, iter_at, read_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

    from newsgrep.sources.opened_file import OpenedFile

_SECTION_METAS = ("online_sections", "dsk", "section", "category")
_LEAD = "LEAD:"


def is_nitf(_: str, head: bytes) -> bool:
    """Whether bytes begin a NITF document."""
    return find_root(head) == "nitf"


def read_nitf(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each document, in most files the only one. Raises FileUnreadable."""
    return read_items(file, "nitf", build_nitf_page, "NITF without an article")


def read_items(file: OpenedFile, tag: str, build: Callable[[Element, str], Page], nothing: str) -> Iterator[Outcome]:
    """One page for each element of a name, keyed by its id where they are several; `nothing` is said of no element.

    Raises FileUnreadable.
    """
    keys = RecordKeys()
    position = given = 0
    for position, record in enumerate(iter_xml_records(file, frozenset({tag})), 1):
        if isinstance(record, BrokenRecord):
            yield record
            continue
        page = build(record.element, file.path)
        given += 1
        if not (page.title or page.text):
            yield BrokenRecord(f"line {record.line}", "Neither a title nor a text")
        elif record.frame is record.element and given == 1:
            yield replace(page, record=None)
        else:
            # One of several, or behind the first of several files that were joined into one.
            key = keys.take(page.record, position)
            yield replace(page, key=key, record=show_key(key))
    if not position:
        yield Skipped(nothing)


def build_nitf_page(nitf: Element, path: str) -> Page:
    """The page of a `nitf` element, without a key; its own id is the record."""
    metas = {(meta.get("name") or "").lower(): meta.get("content") or "" for meta in iter_at(nitf, "head/meta")}
    sections = next((metas[name] for name in _SECTION_METAS if metas.get(name, "").strip()), "")
    sections = sections or find_attribute(nitf, "head/pubdata", "position.section") or ""
    return Page(
        path=path,
        record=find_attribute(nitf, "head/docdata/doc-id", "id-string"),
        content=Content.BODY,
        text="\n\n".join(_read_body(nitf)),
        title=find_text(
            nitf, "body/body.head/hedline/hl1", "body/body.head/hedline", "head/title", "body/body.content/hl1"
        ),
        published=find_attribute(nitf, "head/pubdata", "date.publication")
        or find_attribute(nitf, "head/docdata/date.issue", "norm")
        or find_attribute(nitf, "head/docdata/date.release", "norm")
        or find_text(nitf, "body/body.head/dateline/story.date"),
        section=tuple(dict.fromkeys(part for one in sections.split(";") if (part := one.strip()))),
        authors=_find_authors(nitf),
        source=find_attribute(nitf, "head/pubdata", "name")
        or find_text(nitf, "body/body.head/distributor/org", "body/body.head/distributor")
        or find_attribute(nitf, "head/docdata/doc.copyright", "holder"),
        url=find_attribute(nitf, "head/pubdata", "ex-ref"),
        lang=nitf.get("xml:lang") or None,
    )


def _find_authors(nitf: Element) -> tuple[str, ...]:
    bylines = list(iter_at(nitf, "body/body.head/byline"))
    # The normalised byline of the corpus has family names first.
    printed = [one for one in bylines if one.get("class") != "normalized_byline"] or bylines
    for byline in printed:
        if names := find_texts(byline, "//person"):
            return names
    return tuple(text for one in printed[:1] if (text := flatten(one)))


def _read_body(nitf: Element) -> list[str]:
    content = find_at(nitf, "body/body.content")
    if content is None:
        return []
    whole = next((block for block in iter_at(content, "block") if block.get("class") == "full_text"), content)
    paragraphs = read_paragraphs(whole)
    if len(paragraphs) > 1 and paragraphs[0].startswith(_LEAD) and paragraphs[0][len(_LEAD) :].strip() == paragraphs[1]:
        # Papers of the 1980s have the lead once for the wire and once for print.
        paragraphs = paragraphs[1:]
    if not paragraphs:
        abstract = find_at(nitf, "body/body.head/abstract")
        paragraphs = read_paragraphs(abstract) if abstract is not None else []
    return paragraphs


NITF = Format(
    "nitf", "an article in NITF, as in the New York Times Annotated Corpus", is_nitf, read_nitf, suffixes=(".xml",)
)
