"""CSL-JSON: an article as an item for citation processors (Pandoc, Zotero, citeproc).

Format: https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.search.citation import Author, Citation


def build_csl_item(citation: Citation) -> dict[str, Any]:
    """One item. What is not known is left out: a processor prints "n.d." where `issued` is missing."""
    item: dict[str, Any] = {"id": citation.id, "type": "article-newspaper", "title": citation.title}
    if citation.authors:
        item["author"] = [_author(author) for author in citation.authors]
    if citation.source:
        item["container-title"] = citation.source
    if citation.section:
        item["section"] = ", ".join(citation.section)
    if citation.published:
        item["issued"] = _date(citation.published)
    if citation.lang:
        item["language"] = citation.lang
    if citation.url:
        item["URL"] = citation.url
    if citation.captured:
        item["accessed"] = _date(citation.captured)
    return item


def _date(day: dt.date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _author(author: Author) -> dict[str, str]:
    person = author.person
    if person is None:
        return {"literal": author.name}
    parts = {"family": person.family, "given": person.given, "suffix": person.suffix}
    return {key: value for key, value in parts.items() if value}
