"""The query language: what people type becomes Whoosh's query tree.

    query   = union { union }                      every part must match (AND)
    union   = chain { "OR" chain }
    chain   = factor { ("AND" | "ANDNOT") factor }
    factor  = ("NOT" | "-") factor | [ field ":" ] value [ "^" number ]
    value   = word | word with * or ? | word "~" [ digit ] | '"' words '"' [ "~" number ] | range | "(" query ")"
    range   = "[" value "TO" value "]" | value ".." value | (">" | ">=" | "<" | "<=") value

Why our own parser on top of Whoosh's query tree: Whoosh's drops what it does not understand (an unknown field, a
bad date, a lone operator) and answers another question in silence. Here everything typed either means something or
is an error that points at its column. Operators are upper case, as in Whoosh, so that "and" stays a word.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from whoosh import query as wq

from newsgrep.archive.schema import day_bounds
from newsgrep.errors import FilterError, QueryError
from newsgrep.search.terms import FIELDS, Kind, build_fuzzy, build_pattern, build_phrase, build_word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

MAX_DEPTH = 50
"""Parentheses within parentheses."""
MAX_CLAUSES = 1_000
"""Words, phrases and ranges in one query."""

_OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT"})
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»"}
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<paren>[()])
    | (?P<quote>["“„«])
    | (?P<field>[A-Za-z_]+):(?!//|:)
    | (?P<range>[\[{])
    | (?P<minus>-(?=[\w"“(]))
    | (?P<word>[^\s()"“”„«»]+)
    )""",
    re.VERBOSE,
)
_BOOST = re.compile(r"\^(\d+(?:\.\d+)?)")
_SLOP = re.compile(r"~(\d+)")
_FUZZY = re.compile(r"(?P<word>[^~*?]+)~(?P<distance>\d?)")
_NUMBER_RANGE = re.compile(r"(?P<op>>=|<=|>|<)?(?P<low>\d*)(?P<dots>\.\.)?(?P<high>\d*)")
_BRACKETS = re.compile(r"[\[{](?P<low>.*?)\s*\b[Tt][Oo]\b\s*(?P<high>.*?)[\]}]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query, and the text that says how it was understood."""

    query: wq.Query
    text: str
    operator: str | None = None
    """What joins the text's parts, AND or OR; None for a single value."""

    def beside(self, operator: str) -> str:
        """The text as an operand of an operator, in parentheses where it would be read otherwise."""
        return self.text if self.operator in (None, operator) else f"({self.text})"


def parse_query(text: str, *, today: dt.date) -> Parsed | None:
    """Read a query; None for an empty text. Raises QueryError, or FilterError for a date or number.

    `today` is what relative dates count from.
    """
    if not text.strip():
        return None
    return _Parser(text, today).parse()


@dataclass(slots=True)
class _Token:
    kind: str
    text: str
    column: int
    end: int


class _Parser:
    """A recursive descent over one query text."""

    def __init__(self, text: str, today: dt.date) -> None:
        self._text = text
        self._today = today
        self._at = 0
        self._depth = 0
        self._clauses = 0

    def parse(self) -> Parsed:
        parsed = self._parse_list(None)
        token = self._peek()
        if token is not None:
            raise self._error("there is no opening parenthesis for this one", token.column, "Remove it.")
        if parsed is None:
            column = len(self._text) - len(self._text.lstrip())
            raise self._error(
                "there is no word to search for in this query", column, "Type a word of letters or digits."
            )
        return parsed

    def _error(self, message: str, column: int, hint: str | None = None) -> QueryError:
        return QueryError(message, text=self._text, column=column, hint=hint)

    def _peek(self) -> _Token | None:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            rest = self._text[self._at :].strip()
            if rest:
                # Only a closing quotation mark is no token's beginning.
                column = self._text.index(rest, self._at)
                raise self._error("this quotation mark closes nothing", column, "Open the phrase, or remove the mark.")
            return None
        kind = match.lastgroup
        return _Token(kind, match.group(kind), match.start(kind), match.end())

    def _peek_operator(self) -> _Token | None:
        token = self._peek()
        return token if token is not None and token.kind == "word" and token.text in _OPERATORS else None

    def _ends(self, token: _Token | None) -> bool:
        return token is None or (token.kind == "paren" and token.text == ")")

    def _parse_list(self, field: str | None) -> Parsed | None:
        """`union { union }`: all must match."""
        parts = []
        while not self._ends(self._peek()):
            part = self._parse_union(field)
            if part is not None:
                parts.append(part)
        return _join(parts, "AND")

    def _parse_union(self, field: str | None) -> Parsed | None:
        parts = [self._parse_chain(field)]
        while (operator := self._peek_operator()) is not None and operator.text == "OR":
            self._at = operator.end
            parts.append(self._parse_operand(operator, self._parse_chain, field))
        return _join([part for part in parts if part], "OR")

    def _parse_chain(self, field: str | None) -> Parsed | None:
        operator = self._peek_operator()
        if operator is not None and operator.text != "NOT":
            raise self._error(
                f"{operator.text} needs something to its left",
                operator.column,
                f'For the word itself type "{operator.text}".',
            )
        parts = [self._parse_factor(field)]
        while (operator := self._peek_operator()) is not None and operator.text in ("AND", "ANDNOT"):
            self._at = operator.end
            part = self._parse_operand(operator, self._parse_factor, field)
            parts.append(_negate(part) if part and operator.text == "ANDNOT" else part)
        return _join([part for part in parts if part], "AND")

    def _parse_operand(
        self, operator: _Token, parse: Callable[[str | None], Parsed | None], field: str | None
    ) -> Parsed | None:
        """What stands to the right of an operator, which must be there."""
        following = self._peek_operator()
        if self._ends(self._peek()) or (following is not None and following.text != "NOT"):
            raise self._error(
                f"{operator.text} needs something to its right",
                operator.column,
                f'For the word itself type "{operator.text}".',
            )
        return parse(field)

    def _parse_factor(self, field: str | None) -> Parsed | None:
        token = self._peek()
        if token is None:
            return None
        if token.kind == "minus" or (token.kind == "word" and token.text == "NOT"):
            self._at = token.end
            part = self._parse_operand(token, self._parse_factor, field)
            return _negate(part) if part else None
        if token.kind == "field":
            name = token.text.lower()
            if name in FIELDS:
                self._at = token.end
                return self._parse_field_value(name, token)
            self._refuse_misspelt(token)
        return self._parse_value(field)

    def _refuse_misspelt(self, token: _Token) -> None:
        close = difflib.get_close_matches(token.text.lower(), FIELDS, n=1, cutoff=0.75)
        if close:
            raise self._error(
                f"there is no field {token.text}",
                token.column,
                f"Did you mean {close[0]}: ? For the words themselves put them in quotation marks.",
            )

    def _parse_field_value(self, name: str, token: _Token) -> Parsed | None:
        if token.end >= len(self._text) or self._text[token.end].isspace():
            raise self._error(
                f"{name}: needs a value right after the colon", token.column, f"For example: {_EXAMPLES[name]}"
            )
        return self._parse_value(name)

    def _parse_value(self, field: str | None) -> Parsed | None:
        """One value, and the weight that may follow it."""
        token = self._peek()
        if token is None:
            return None
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            raise self._error(
                f"a query may hold {MAX_CLAUSES:,} words at most", token.column, "Ask in several searches."
            )
        if token.kind == "paren":
            parsed = self._parse_group(field, token)
        elif token.kind == "quote":
            parsed = self._parse_quoted(field, token)
        elif token.kind == "range":
            parsed = self._parse_brackets(field, token)
        else:
            return self._parse_word(field, token)
        boost = _BOOST.match(self._text, self._at)
        if boost is not None:
            self._at = boost.end()
            return _weigh(parsed, float(boost[1])) if parsed else None
        return parsed

    def _parse_group(self, field: str | None, token: _Token) -> Parsed | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"parentheses may be {MAX_DEPTH} deep at most", token.column)
        self._at = token.end
        parsed = self._parse_list(field)
        close = self._peek()
        if close is None:
            raise self._error("this parenthesis is never closed", token.column, "Add a closing parenthesis.")
        self._at = close.end
        self._depth -= 1
        return parsed

    def _parse_quoted(self, field: str | None, token: _Token) -> Parsed | None:
        closing = _QUOTES[token.text] + '"'
        end = next((at for at in range(token.end, len(self._text)) if self._text[at] in closing), -1)
        if end < 0:
            raise self._error("this quotation mark is never closed", token.column, "Add a closing quotation mark.")
        inner = self._text[token.end : end]
        self._at = end + 1
        if field is not None and FIELDS[field] in (Kind.DATE, Kind.NUMBER):
            return self._parse_scalar(field, inner, token.end)
        slop = _SLOP.match(self._text, self._at)
        distance = 1
        if slop is not None:
            self._at = slop.end()
            distance = max(1, int(slop[1]))
        query = build_phrase(field, inner, slop=distance)
        suffix = f"~{distance}" if distance > 1 else ""
        return _value(query, field, f'"{" ".join(inner.split())}"{suffix}')

    def _parse_brackets(self, field: str | None, token: _Token) -> Parsed | None:
        match = _BRACKETS.match(self._text, token.column)
        if field is None or match is None or FIELDS[field] not in (Kind.DATE, Kind.NUMBER):
            raise self._error(
                "a range in brackets belongs to date: or words:",
                token.column,
                "For example: date:[2017-09-01 TO 2017-09-30] or words:[500 TO 1000]",
            )
        self._at = match.end()
        low, high = match["low"].strip(), match["high"].strip()
        return self._parse_scalar(field, f"{low}..{high}", token.column)

    def _parse_word(self, field: str | None, token: _Token) -> Parsed | None:
        # A word token, or the beginning of one that only looks like a field or a minus.
        end = token.column
        while end < len(self._text) and not (self._text[end].isspace() or self._text[end] in '()"“”„«»'):
            end += 1
        self._at = end
        word = self._text[token.column : end]
        boost = 1.0
        weighted = re.fullmatch(rf"(.+){_BOOST.pattern}", word)
        if weighted is not None:
            word, boost = weighted[1], float(weighted[2])
        if field is not None and FIELDS[field] in (Kind.DATE, Kind.NUMBER):
            return self._parse_scalar(field, word, token.column)
        parsed = self._read_word(field, word, token.column)
        return _weigh(parsed, boost) if parsed and boost != 1.0 else parsed

    def _read_word(self, field: str | None, word: str, column: int) -> Parsed | None:
        if word == "*" or word == "*:*":
            return _value(wq.Every(field), field, "*")
        fuzzy = _FUZZY.fullmatch(word)
        if fuzzy is not None:
            distance = int(fuzzy["distance"] or 1)
            if not 1 <= distance <= 2:
                raise self._error(
                    "a word may have 1 or 2 letters wrong", column + fuzzy.start("distance"), "Type ~1 or ~2."
                )
            return _value(build_fuzzy(field, fuzzy["word"], distance), field, f"{fuzzy['word']}~{distance}")
        # A question mark at the end is the question's own.
        pattern = word.rstrip("?!.,;:")
        if "*" in pattern or "?" in pattern:
            if not re.search(r"\w", pattern):
                raise self._error(
                    "a pattern needs at least one letter or digit", column, "For example: organi?ation or explo*"
                )
            return _value(build_pattern(field, pattern), field, pattern)
        return _value(build_word(field, word), field, word)

    def _parse_scalar(self, field: str, value: str, column: int) -> Parsed:
        """A date or a number, or a range of them."""
        if FIELDS[field] is Kind.DATE:
            # Imported here: it costs more than the rest of a search without dates.
            from newsgrep.search.periods import parse_period

            try:
                period = parse_period(value, self._today)
            except FilterError as error:
                raise FilterError(
                    error.message, text=self._text, column=column + error.column, hint=error.hint
                ) from error
            low, high = day_bounds(period.first, period.last)
            query = wq.ConstantScoreQuery(wq.NumericRange("published", low, high))
            return Parsed(query, f"date:{period.first}..{period.last}")
        match = _NUMBER_RANGE.fullmatch(value)
        if match is None or not (match["low"] or match["high"]) or (match["op"] and match["dots"]):
            raise FilterError(
                f"{field}: takes a number, not {value!r}",
                text=self._text,
                column=column,
                hint=f"For example: {field}:>500, {field}:<=1000 or {field}:500..1000",
            )
        first = int(match["low"]) if match["low"] else None
        last = int(match["high"]) if match["high"] else None
        if not match["dots"]:
            number = int(match["low"])
            first, last = {
                ">": (number + 1, None),
                ">=": (number, None),
                "<": (None, number - 1),
                "<=": (None, number),
                None: (number, number),
            }[match["op"]]
        top = (1 << 31) - 1
        bounds = (min(max(first or 0, 0), top), top if last is None else min(max(last, 0), top))
        return Parsed(wq.ConstantScoreQuery(wq.NumericRange(field, *bounds)), f"{field}:{value}")


_EXAMPLES = {
    "title": "title:storm",
    "body": 'body:"port authority"',
    "section": "section:world",
    "author": "author:lind",
    "source": 'source:"Harbour Courier"',
    "url": "url:example.org",
    "lang": "lang:en",
    "words": "words:>500",
    "date": "date:2017-09",
}


def _value(query: wq.Query | None, field: str | None, text: str) -> Parsed | None:
    if query is None:
        return None
    return Parsed(query, f"{field}:{text}" if field else text)


def _weigh(parsed: Parsed, boost: float) -> Parsed:
    return Parsed(parsed.query.with_boost(boost), f"{parsed.beside('^')}^{boost:g}")


def _negate(parsed: Parsed) -> Parsed:
    return Parsed(wq.Not(parsed.query), f"NOT {parsed.beside('NOT')}")


def _join(parts: list[Parsed], operator: str) -> Parsed | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    query = (wq.And if operator == "AND" else wq.Or)([part.query for part in parts])
    return Parsed(query, f" {operator} ".join(part.beside(operator) for part in parts), operator)
