"""An HTML page understood: its data for the fields, its blocks for the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from newsgrep.article import DateOrigin
from newsgrep.extract import html_metadata
from newsgrep.extract.dates import is_month_first
from newsgrep.extract.findings import Findings
from newsgrep.extract.html_blocks import read_blocks, strip_junk
from newsgrep.extract.html_body import find_html_body
from newsgrep.extract.html_depth import bound_depth
from newsgrep.extract.json_ld import read_json_ld
from newsgrep.extract.line_features import count_units
from newsgrep.extract.short_page import find_sentences
from newsgrep.extract.teasers import without_strays
from newsgrep.extract.watch import Watch

if TYPE_CHECKING:
    import datetime as dt

_THIN_BODY = 60
"""Words of a body that may be no more than a gallery's introduction."""
_LARGEST = 20_000_000
"""Characters of a page that are looked at."""


def extract_html_page(
    html: str,
    *,
    url: str | None = None,
    lang: str | None = None,
    today: dt.date | None = None,
    watch: Watch | None = None,
) -> Findings:
    """Understand an HTML page or a fragment of one. `url` and `lang` are what is known of it beforehand.

    Raises FileUnreadable for a page that takes longer than `watch` allows.
    """
    watch = watch or Watch()
    tree = LexborHTMLParser(bound_depth(html[:_LARGEST]))
    watch.check()
    meta = html_metadata.read_meta(tree)
    linked = read_json_ld(node.text() for node in tree.css('script[type*="ld+json"]'))
    source = html_metadata.find_source(tree, meta, linked)
    address = html_metadata.find_url(tree, meta)
    lang = lang or html_metadata.find_lang(tree, meta, linked)
    title = html_metadata.find_title(tree, meta, linked, source)
    published, origin = html_metadata.find_published(tree, meta, linked, lang=lang, url=url or address, today=today)
    told = html_metadata.find_told_authors(tree, meta, linked, source=source)
    section = html_metadata.find_told_sections(tree, meta, linked, title=title)
    captions = html_metadata.find_captions(tree)
    watch.check()
    # Who asks what was left out must find it in the tree.
    strip_junk(tree, everything=watch.notes is None)
    root = tree.body or tree.root
    blocks = watch.first(read_blocks(root)) if root is not None else []
    lines = [block.text for block in blocks]
    watch.check()
    kept, scores = find_html_body(blocks)
    watch.check()
    if published is None:
        published = html_metadata.find_visible_date(
            lines, title, month_first=is_month_first(lang, url or address), today=today
        )
        origin = DateOrigin.TEXT if published else None
    authors = told or html_metadata.find_byline(lines, title)
    body = without_strays(blocks, kept, title or "", authors) or find_sentences(blocks, title)
    if (notes := watch.notes) is not None:
        notes.blocks, notes.scores, notes.run, notes.body = blocks, scores, kept, body
        notes.tree, notes.meta, notes.linked = tree, meta, linked
    paragraphs = [lines[at] for at in body]
    if captions and sum(map(count_units, paragraphs)) < _THIN_BODY:
        # A gallery: what it has to say stands under its pictures.
        paragraphs += [caption for caption in captions if caption not in paragraphs]
    return Findings(
        title=title,
        paragraphs=tuple(paragraphs),
        published=published,
        published_from=origin,
        section=section or html_metadata.find_shown_section(lines, title, source, url or address),
        authors=authors,
        source=source,
        url=address,
        lang=lang,
    )
