"""RIS: an article as a record for reference managers (Zotero, EndNote, Mendeley, Citavi).

Every line is a tag of two characters, two blanks, a hyphen, a blank and a value, and ends with a carriage return and a
line feed. A record begins with `TY` and ends with `ER`.
Format: https://web.archive.org/web/20120526103719/http://refman.com/support/risformat_intro.asp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from newsgrep.search.citation import Author, Citation

_END = "\r\n"


def render_ris(citation: Citation) -> str:
    """Write one record, with a blank line after it."""
    lines = [f"{tag}  - {value}{_END}" for tag, value in _iter_fields(citation)]
    return "".join((f"TY  - NEWS{_END}", *lines, f"ER  - {_END}", _END))


def _iter_fields(citation: Citation) -> Iterator[tuple[str, str]]:
    yield "ID", citation.id
    for author in citation.authors:
        yield "AU", _author(author)
    yield "TI", citation.title
    if citation.source:
        yield "T2", citation.source
    if citation.section:
        yield "SE", ", ".join(citation.section)
    if citation.published:
        yield "PY", f"{citation.published.year:04d}"
        yield "DA", _date(citation.published)
    if citation.lang:
        yield "LA", citation.lang
    if citation.url:
        yield "UR", citation.url
    if citation.captured:
        yield "Y2", _date(citation.captured)


def _date(day: dt.date) -> str:
    # The last slash parts the date from words about it ("spring"), of which there are none.
    return f"{day.year:04d}/{day.month:02d}/{day.day:02d}/"


def _author(author: Author) -> str:
    """Family name, given name, suffix. A comma parts them, so that a name that is one whole has none."""
    person = author.person
    if person is None or "," in author.name:
        return " ".join(author.name.replace(",", " ").split())
    return ", ".join(part for part in (person.family, person.given, person.suffix) if part)
