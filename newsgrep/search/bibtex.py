"""BibTeX: an article as an entry for biber and BibLaTeX, readable by classic BibTeX too.

An article of a known publication is an `@article` with `entrysubtype = {newspaper}`, as BibLaTeX's manual has it; one
with an address only is an `@online`, one with neither a `@misc`. `year` repeats `date` for classic BibTeX, which knows
no `date`. An undated article has neither: the styles print "n.d." themselves.
Format: https://ctan.org/pkg/biblatex (sections 2.1 and 2.2), https://ctan.org/pkg/bibtex.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.search.ascii_words import ascii_words

if TYPE_CHECKING:
    from newsgrep.search.citation import Author, Citation

_ESCAPES = str.maketrans(
    {
        # Not \{ and \}: BibTeX counts braces whether or not a backslash stands before them.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
    }
)
_AND = re.compile(r"(?:^|\s)and(?:\s|$)", re.IGNORECASE)
_NOBODY = "anon"
_LITTLE_WORDS = frozenset({"about", "after", "and", "are", "for", "from", "has", "have", "how", "its", "into", "not",
    "over", "the", "that", "this", "was", "were", "what", "when", "who", "why", "will", "with", "than"})  # fmt: skip
_SHORTEST, _LONGEST = 3, 20
_ID_DIGITS = 6


class KeyMaker:
    """Gives each citation of a bibliography a key of its own: `quill2018harbour-3f9a2c`.

    A key is made of the article alone, so that it stays the same in every export; its end is the start of the
    article's id, which `newsgrep show` takes.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, citation: Citation) -> str:
        """The key of a citation: no other citation of this run has it."""
        label = _label(citation)
        key = f"{label}-{citation.id[:_ID_DIGITS]}"
        if key in self._taken:
            key = f"{label}-{citation.id}"
        self._taken.add(key)
        return key


def render_bibtex(citation: Citation, key: str) -> str:
    """Write one entry, with a blank line after it."""
    kind = "article" if citation.source else "online" if citation.url else "misc"
    fields = {
        "author": " and ".join(map(_author, citation.authors)),
        # Twice in braces, so that no style changes the case of a name in it.
        "title": f"{{{escape_tex(citation.title)}}}",
        "journal": escape_tex(citation.source or ""),
        "entrysubtype": "newspaper" if citation.source else "",
        "date": citation.published.isoformat() if citation.published else "",
        "year": f"{citation.published.year:04d}" if citation.published else "",
        "url": citation.url or "",
        "urldate": citation.captured.isoformat() if citation.captured else "",
        "keywords": ", ".join(escape_tex(" ".join(label.replace(",", " ").split())) for label in citation.section),
    }
    lines = [f"  {name:12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@{kind}{{{key},", *lines, "}", "", ""))


def escape_tex(text: str) -> str:
    """A text that TeX prints as it is; letters outside ASCII stay, as biber wants them."""
    return text.translate(_ESCAPES)


def _author(author: Author) -> str:
    person = author.person
    # In braces, nothing of a name is read: not the commas, not the word "and".
    if person is None or _AND.search(author.name) or "," in author.name:
        return f"{{{escape_tex(author.name)}}}"
    parts = (person.family, person.suffix, person.given) if person.suffix else (person.family, person.given)
    return ", ".join(map(escape_tex, parts))


def _label(citation: Citation) -> str:
    """Who, when, what: in ASCII letters and digits; what has no such letters is left out."""
    name = citation.source or ""
    if citation.authors:
        author = citation.authors[0]
        name = author.person.family if author.person else author.name
    year = f"{citation.published.year}" if citation.published else "nd"
    long = (word for word in ascii_words(citation.title) if len(word) >= _SHORTEST and word not in _LITTLE_WORDS)
    return f"{''.join(ascii_words(name))[:_LONGEST] or _NOBODY}{year}{next(long, '')[:_LONGEST]}"
