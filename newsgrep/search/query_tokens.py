"""What a query text is made of: words, quotation marks, parentheses, operators."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsgrep.errors import QueryError

OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT"})
QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»"}
"""Opening quotation marks, and what closes them beside `"`."""
WORD_END = '()"“”„«»'

MOST_CHARACTERS = 100_000
"""Of a query: a thousand clauses take far fewer, and what is pasted by mistake may be a library."""
MOST_DISTANCE = 1_000
"""Words between words near each other; beyond it AND says as much."""

TOKEN = re.compile(
    r"""\s*(?:
      (?P<paren>[()])
    | (?P<quote>["“„«])
    | (?P<field>[A-Za-z_]+):(?!//|:)
    | (?P<range>[\[{])
    | (?P<minus>-(?=[\w"“(=]))
    | (?P<plus>\+(?=[\w"“(=]))
    | (?P<word>[^\s()"“”„«»]+)
    )""",
    re.VERBOSE,
)
_PLAIN_WORD = re.compile(r"\s*([^\s()\"“”„«»]+)")
_NEAR = re.compile(
    r"(?:(?P<name>w|within|near|pre|adj|onear)/(?P<distance>\d+)|(?P<glued>near|adj)(?P<glued_distance>\d+)"
    r"|w?/(?P<unit>[sp]))",
    re.IGNORECASE,
)
_ORDERED = frozenset({"pre", "adj", "onear"})
FUNCTION = re.compile(r"(?P<name>caps|atleast|first)(?P<number>\d*)", re.IGNORECASE)
"""What stands before a parenthesis that it belongs to."""


def require_length(text: str) -> str:
    """A query that is no longer than any. Raises QueryError."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            f"the query is too long: {len(text):,} characters, {MOST_CHARACTERS:,} at most",
            text=f"{text[:40]}...",
            column=0,
            hint="Ask for fewer words at a time; newsgrep batch reads many queries from a file.",
        )
    return text


class Token(NamedTuple):
    """One piece of a query text."""

    kind: str
    text: str
    column: int
    end: int


class NearOperator(NamedTuple):
    """An operator for words near each other, as typed."""

    column: int
    end: int
    negated: bool
    ordered: bool
    distance: int
    unit: str
    """`s` or `p` for one sentence or paragraph, with any distance; empty otherwise."""

    @property
    def text(self) -> str:
        """The operator in its plainest form."""
        name = f"/{self.unit}" if self.unit else f"{'pre' if self.ordered else 'w'}/{self.distance}"
        return f"not {name}" if self.negated else name


class StrayMark(ValueError):
    """A closing quotation mark that closes nothing."""

    def __init__(self, column: int) -> None:
        super().__init__("this quotation mark closes nothing")
        self.column = column


def read_token(text: str, at: int) -> Token | None:
    """The piece that a text goes on with, None at its end. Raises StrayMark."""
    match = TOKEN.match(text, at)
    if match is not None and match.lastgroup is not None:
        kind = match.lastgroup
        return Token(kind, match.group(kind), match.start(kind), match.end())
    rest = text[at:].strip()
    if rest:
        # Only a closing quotation mark is no token's beginning.
        raise StrayMark(text.index(rest, at))
    return None


def find_closing(text: str, mark: Token) -> int:
    """Where what a quotation mark opens is closed; -1 where it never is."""
    closing = QUOTES[mark.text] + '"'
    return next((at for at in range(mark.end, len(text)) if text[at] in closing), -1)


def begins_function(text: str, word: Token) -> bool:
    """Whether a word stands before a parenthesis that it belongs to."""
    match = FUNCTION.fullmatch(word.text)
    named = match is not None and bool(match["number"]) != (match["name"].lower() == "caps")
    return named and text[word.end : word.end + 1] == "("


def read_near(text: str, at: int) -> NearOperator | None:
    """The operator for words near each other that a text goes on with, if it does."""
    word = _PLAIN_WORD.match(text, at)
    if word is None:
        return None
    column = word.start(1)
    negated = word[1].lower() == "not"
    if negated:
        word = _PLAIN_WORD.match(text, word.end())
    match = _NEAR.fullmatch(word[1]) if word else None
    if word is None or match is None:
        return None
    name = (match["name"] or match["glued"] or "").lower()
    # A number too long to read is too far in any case.
    distance = int((match["distance"] or match["glued_distance"] or "1")[:9])
    return NearOperator(column, word.end(), negated, name in _ORDERED, distance, (match["unit"] or "").lower())
