"""The reader of NewsML: the items of NewsML-G2 and NewsML 1, and those of the Reuters Corpus RCV1.

Items stand alone, in a message, or in a package. Their text is NITF, XHTML or plain.
Formats: https://iptc.org/standards/newsml-g2/, NewsML 1.2, and the `newsitem` of Reuters Corpus Volume 1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.format import Format
from newsgrep.sources.nitf import build_nitf_page, read_items
from newsgrep.sources.xml_reading import find_root
from newsgrep.sources.xml_text import find_at, find_attribute, find_text, find_texts, iter_at, read_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from newsgrep.sources.opened_file import OpenedFile
    from newsgrep.sources.outcome import Outcome

_ROOTS = frozenset({"newsml", "newsitem", "newsmessage", "packageitem"})
_ITEM = "newsitem"


def is_newsml(_: str, head: bytes) -> bool:
    """Whether bytes begin an item, a message or a package of NewsML."""
    return find_root(head) in _ROOTS


def read_newsml(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each item, keyed by its id where they are several. Raises FileUnreadable."""
    return read_items(file, _ITEM, build_newsml_page, "NewsML without an item")


def build_newsml_page(item: Element, path: str) -> Page:
    """The page of a `newsItem` of any of the three kinds, without a key; its own id is the record."""
    if find_at(item, "itemmeta", "contentset") is not None:
        return _build_g2(item, path)
    if find_at(item, "newscomponent", "identification") is not None:
        return _build_first(item, path)
    return _build_rcv1(item, path)


def _build_g2(item: Element, path: str) -> Page:
    inline = find_at(item, "contentset/inlinexml", "contentset/inlinedata")
    page = _read_inline(inline, path)
    return replace(
        page,
        record=item.get("guid"),
        title=find_text(item, "contentmeta/headline", "itemmeta/title") or page.title,
        published=find_text(item, "itemmeta/firstcreated", "contentmeta/contentcreated", "itemmeta/versioncreated")
        or page.published,
        section=find_texts(item, "contentmeta/subject/name") or page.section,
        authors=find_texts(item, "contentmeta/by", "contentmeta/creator/name") or page.authors,
        source=find_text(item, "contentmeta/infosource/name", "itemmeta/provider/name")
        or find_attribute(item, "itemmeta/provider", "literal")
        or page.source,
        url=next((link for one in iter_at(item, "itemmeta/link") if _is_web(link := one.get("href") or "")), page.url),
        lang=find_attribute(item, "contentmeta/language", "tag") or item.get("xml:lang") or page.lang,
    )


def _build_first(item: Element, path: str) -> Page:
    content = find_at(item, "//datacontent")
    page = _read_inline(content, path)
    party = next((one for provider in item.iter("provider") for one in iter_at(provider, "party")), None)
    return replace(
        page,
        record=find_text(
            item, "identification/newsidentifier/publicidentifier", "identification/newsidentifier/newsitemid"
        ),
        title=find_text(item, "//headline") or page.title,
        published=find_text(
            item, "newsmanagement/firstcreated", "newsmanagement/thisrevisioncreated",
            "identification/newsidentifier/dateid",
        )
        or page.published,
        authors=find_texts(item, "//byline") or page.authors,
        source=find_text(item, "identification/newsidentifier/providerid")
        or (party.get("formalname") if party is not None else None)
        or page.source,
        lang=find_attribute(item, "//language", "formalname") or item.get("xml:lang") or page.lang,
    )  # fmt: skip


def _build_rcv1(item: Element, path: str) -> Page:
    values = {(one.get("element") or ""): one.get("value") or "" for one in item.iter("dc")}
    body = find_at(item, "text")
    return Page(
        path=path,
        record=item.get("itemid"),
        content=Content.BODY,
        text="\n\n".join(read_paragraphs(body)) if body is not None else "",
        title=find_text(item, "headline", "title"),
        published=values.get("dc.date.published") or item.get("date") or values.get("dc.date.created") or None,
        authors=find_texts(item, "byline"),
        source=values.get("dc.publisher") or values.get("dc.source") or None,
        lang=item.get("xml:lang"),
    )


def _read_inline(content: Element | None, path: str) -> Page:
    """A page of what an item holds: NITF with its own fields, else paragraphs."""
    if content is None:
        return Page(path=path, content=Content.BODY, text="")
    for nitf in content.iter("nitf"):
        return build_nitf_page(nitf, path)
    head = next(content.iter("head"), None)
    body = next(content.iter("body"), content)
    if not len(body):
        return Page(path=path, content=Content.BODY, text=(body.text or "").strip())
    return Page(
        path=path,
        content=Content.BODY,
        text="\n\n".join(read_paragraphs(body)),
        title=find_text(head, "title") if head is not None else None,
    )


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


NEWSML = Format(
    "newsml", "items in NewsML-G2, NewsML 1 or the Reuters Corpus RCV1", is_newsml, read_newsml, suffixes=(".xml",)
)
