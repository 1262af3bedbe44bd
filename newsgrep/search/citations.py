"""Citations of articles in the styles that people and programs ask for.

    text        Ada Quill and Bo Reed, “Harbour bridge reopens”, The Example Post, 20 February 2018,
                https://... (saved 3 March 2018)
    markdown    the same, the title a link and the publication in italics
    bibtex      see `bibtex`
    ris         see `ris`
    csl-json    see `csl_json`

The day of access is the one on which the page was saved, where its file says so. An undated article is "n.d.".
"""

from __future__ import annotations

import enum
import json
import re
from typing import TYPE_CHECKING

from newsgrep.search.bibtex import KeyMaker, render_bibtex
from newsgrep.search.citation import build_citation
from newsgrep.search.csl_json import build_csl_item
from newsgrep.search.ris import render_ris

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from newsgrep.article import Article
    from newsgrep.search.citation import Citation

UNDATED = "n.d."
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December")  # fmt: skip
_INNER_QUOTES = str.maketrans("“”„", "‘’‚")
_MARKUP = re.compile(r"[\\`*_\[\]<>|~=^#$]|&(?=#?\w+;)")
_LIST_MARK = re.compile(r"\A(\d{1,9}|)([-+.)])")
_IN_LINK = {"(": "%28", ")": "%29", "&": r"\&"}


class Style(enum.StrEnum):
    """How a citation is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"


def iter_citations(articles: Iterable[Article], style: Style) -> Iterator[str]:
    """Write the citations of some articles, piece by piece: joined, the pieces are one document of that style."""
    citations = map(build_citation, articles)
    match style:
        case Style.TEXT:
            yield from (f"{render_text(citation)}\n" for citation in citations)
        case Style.MARKDOWN:
            # A blank line parts paragraphs.
            between = ""
            for citation in citations:
                yield f"{between}{render_markdown(citation)}\n"
                between = "\n"
        case Style.BIBTEX:
            keys = KeyMaker()
            yield from (render_bibtex(citation, keys.take(citation)) for citation in citations)
        case Style.RIS:
            yield from map(render_ris, citations)
        case Style.CSL_JSON:
            opening = "[\n"
            for citation in citations:
                yield opening + json.dumps(build_csl_item(citation), ensure_ascii=False)
                opening = ",\n"
            yield "[]\n" if opening == "[\n" else "\n]\n"


def render_text(citation: Citation) -> str:
    """A citation as one line of plain text."""
    parts = [_join_names(citation), f"“{citation.title.translate(_INNER_QUOTES)}”", citation.source or ""]
    text = ", ".join(part for part in (*parts, _say_date(citation.published), citation.url or "") if part)
    return text + _say_saved(citation)


def render_markdown(citation: Citation) -> str:
    """A citation as a paragraph of Markdown (CommonMark)."""
    title = _escape_markdown(citation.title.translate(_INNER_QUOTES))
    if citation.url:
        address = re.sub(r"[()]|&(?=#?\w+;)", lambda found: _IN_LINK[found[0]], citation.url)
        title = f"[{title}]({address})"
    source = f"*{_escape_markdown(citation.source)}*" if citation.source else ""
    parts = [_escape_markdown(_join_names(citation)), f"“{title}”", source, _say_date(citation.published)]
    text = ", ".join(part for part in parts if part) + _say_saved(citation)
    # At its beginning, these would make it an item of a list.
    return _LIST_MARK.sub(r"\1\\\2", text)


def _join_names(citation: Citation) -> str:
    names = [author.name for author in citation.authors]
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def _say_date(published: dt.date | None) -> str:
    return f"{published.day} {_MONTHS[published.month - 1]} {published.year}" if published else UNDATED


def _say_saved(citation: Citation) -> str:
    return f" (saved {_say_date(citation.captured)})" if citation.captured else ""


def _escape_markdown(text: str) -> str:
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text)
