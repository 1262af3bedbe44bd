"""An HTML page understood: its data for the fields, its blocks for the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from newsgrep.article import DateOrigin
from newsgrep.extract import html_metadata
from newsgrep.extract.dates import is_month_first
from newsgrep.extract.findings import Findings
from newsgrep.extract.html_blocks import read_blocks
from newsgrep.extract.html_body import find_html_body
from newsgrep.extract.html_depth import bound_depth
from newsgrep.extract.json_ld import read_json_ld
from newsgrep.extract.teasers import without_strays

if TYPE_CHECKING:
    import datetime as dt

_LARGEST = 20_000_000
"""Characters of a page that are looked at."""


def extract_html_page(
    html: str, *, url: str | None = None, lang: str | None = None, today: dt.date | None = None
) -> Findings:
    """Understand an HTML page or a fragment of one. `url` and `lang` are what is known of it beforehand."""
    tree = LexborHTMLParser(bound_depth(html[:_LARGEST]))
    meta = html_metadata.read_meta(tree)
    linked = read_json_ld(node.text() for node in tree.css('script[type*="ld+json"]'))
    source = html_metadata.find_source(tree, meta, linked)
    address = html_metadata.find_url(tree, meta)
    lang = lang or html_metadata.find_lang(tree, meta, linked)
    title = html_metadata.find_title(tree, meta, linked, source)
    published, origin = html_metadata.find_published(tree, meta, linked, lang=lang, url=url or address, today=today)
    root = tree.body or tree.root
    blocks = read_blocks(root) if root is not None else []
    lines = [block.text for block in blocks]
    kept, _ = find_html_body(blocks)
    if published is None:
        published = html_metadata.find_visible_date(
            lines, title, month_first=is_month_first(lang, url or address), today=today
        )
        origin = DateOrigin.TEXT if published else None
    authors = html_metadata.find_authors(tree, meta, linked, lines, source=source, title=title)
    body = without_strays(blocks, kept, title or "", authors)
    return Findings(
        title=title,
        paragraphs=tuple(lines[at] for at in body),
        published=published,
        published_from=origin,
        section=html_metadata.find_sections(meta, linked, tree, lines, url=url or address, title=title, source=source),
        authors=authors,
        source=source,
        url=address,
        lang=lang,
    )
