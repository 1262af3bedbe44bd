"""The reader of TEI, in which libraries publish newspapers and corpora.

A text whose divisions are of the type "article" yields each of them, else it is one article.
Format: https://tei-c.org/guidelines/p5/, and P4, whose root is TEI.2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.format import Format
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys, show_key
from newsgrep.sources.xml_reading import find_root, iter_xml_records
from newsgrep.sources.xml_text import find_at, find_attribute, find_text, find_texts, read_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from newsgrep.sources.opened_file import OpenedFile

_TEXTS = frozenset({"tei", "tei.2"})
_DIVISIONS = ("div", "div1", "div2", "div3")
_DATES = (
    "teiheader/filedesc/sourcedesc//date", "teiheader/profiledesc/creation/date",
    "teiheader/filedesc/publicationstmt/date",
)  # fmt: skip


def is_tei(_: str, head: bytes) -> bool:
    """Whether bytes begin a TEI text or a corpus of them."""
    return find_root(head) in {*_TEXTS, "teicorpus", "teicorpus.2"}


def read_tei(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each article. Raises FileUnreadable."""
    keys = RecordKeys()
    position = 0
    for record in iter_xml_records(file, _TEXTS):
        if isinstance(record, BrokenRecord):
            position += 1
            yield record
            continue
        page = _build_page(record.element, file.path)
        divisions = list(_iter_articles(record.element))
        if not divisions and record.frame is record.element and not position:
            position += 1
            if page.title or page.text:
                yield replace(page, record=None)
            else:
                yield BrokenRecord(f"line {record.line}", "Neither a title nor a text")
            continue
        for one in [_build_division(division, page) for division in divisions] or [page]:
            position += 1
            if one.title or one.text:
                key = keys.take(one.record, position)
                yield replace(one, key=key, record=show_key(key))
            else:
                yield BrokenRecord(f"record {position}", "Neither a title nor a text")
    if not position:
        yield Skipped("TEI without a text")


def _iter_articles(element: Element) -> Iterator[Element]:
    """The divisions that are articles, and in no other."""
    for child in element:
        if child.tag in _DIVISIONS and (child.get("type") or "").lower() == "article":
            yield child
        else:
            yield from _iter_articles(child)


def _build_page(tei: Element, path: str) -> Page:
    body = find_at(tei, "text/body", "text")
    return Page(
        path=path,
        record=tei.get("xml:id") or tei.get("n") or tei.get("id"),
        content=Content.BODY,
        text="\n\n".join(read_paragraphs(body)) if body is not None else "",
        title=find_text(tei, "teiheader/filedesc/titlestmt/title"),
        published=_find_date(tei),
        section=find_texts(tei, "teiheader/profiledesc/textclass/keywords/term")
        or find_texts(tei, "teiheader/profiledesc/textclass/keywords/list/item"),
        authors=find_texts(tei, "teiheader/filedesc/titlestmt/author", "teiheader/filedesc/sourcedesc/bibl/author"),
        source=find_text(
            tei,
            "teiheader/filedesc/sourcedesc/bibl/publisher",
            "teiheader/filedesc/sourcedesc/biblstruct/monogr/title",
            "teiheader/filedesc/publicationstmt/publisher",
        ),
        lang=tei.get("xml:lang") or find_attribute(tei, "teiheader/profiledesc/langusage/language", "ident"),
    )


def _find_date(tei: Element) -> str | None:
    for path in _DATES:
        above, slashes, name = path.partition("//")
        found = find_at(tei, above)
        dates = list(found.iter(name)) if slashes and found is not None else [found] if found is not None else []
        for one in dates:
            if date := one.get("when") or one.get("when-iso") or one.get("value") or "".join(one.itertext()).strip():
                return date
    return None


def _build_division(division: Element, whole: Page) -> Page:
    """An article of an issue: its own heading, byline and text; what it lacks is that of the issue."""
    dates = [one.get("when") or "" for one in division.iter("date")]
    title = find_text(division, "head", "div/head")
    paragraphs = read_paragraphs(division)
    if title and paragraphs[:1] == [title]:
        paragraphs = paragraphs[1:]
    return replace(
        whole,
        record=division.get("xml:id") or division.get("n") or division.get("id"),
        text="\n\n".join(paragraphs),
        title=title,
        published=next((date for date in dates if date), whole.published),
        section=(section,) if (section := (division.get("subtype") or "").strip()) else whole.section,
        authors=find_texts(division, "byline/docauthor", "byline/persname", "byline", "docauthor") or whole.authors,
        source=whole.source or whole.title,
        lang=division.get("xml:lang") or whole.lang,
    )


TEI = Format("tei", "articles in TEI", is_tei, read_tei, suffixes=(".xml", ".tei"))
