"""The query language: what people type becomes a query tree.

    query   = union { union }                      every part must match (AND); or any, where that is asked for
    union   = chain { "OR" chain }
    chain   = factor { ("AND" | "ANDNOT") factor }
    factor  = ("NOT" | "-") factor | [ "+" ] near
    near    = part { near operator part }          w/5, pre/5, /s and the like; see `query_tokens`
    part    = [ field ":" ] value [ "^" number ]
    value   = word | word with * or ? | word "~" [ digit ] | "=" ( word | phrase ) | phrase [ "~" number ]
            | function "(" ... ")" | range | "(" query ")"
    phrase  = '"' words '"'
    range   = "[" value "TO" value "]" | value ".." value | (">" | ">=" | "<" | "<=") value

The tree is Whoosh's, drawn with plain records (`codec/plain_query.py`) that become Whoosh's own classes where those
are asked for: `Parsed.query`.

Why our own parser on top of Whoosh's query tree: Whoosh's drops what it does not understand (an unknown field, a
bad date, a lone operator) and answers another question in silence. Here everything typed either means something or
is an error that points at its column. Operators are upper case, as in Whoosh, so that "and" stays a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.errors import QueryError
from newsgrep.search.parsed_query import Parsed, Role, join, join_any, join_near, make_value, negate, weigh
from newsgrep.search.query_scalars import parse_scalar
from newsgrep.search.query_tokens import (
    MOST_DISTANCE,
    OPERATORS,
    QUOTES,
    WORD_END,
    NearOperator,
    StrayMark,
    Token,
    begins_function,
    find_closing,
    read_near,
    read_token,
    require_length,
)
from newsgrep.search.query_words import (
    EXAMPLES,
    build_function,
    find_field_like,
    find_notes,
    is_plain,
    read_exact,
    read_word,
    read_words,
)
from newsgrep.search.request import MARK
from newsgrep.search.terms import FIELDS, Kind, is_text, phrase_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from newsgrep.search.widening import Widener

MAX_DEPTH = 50
"""Parentheses within parentheses."""
MAX_CLAUSES = 1_000
"""Words, phrases and ranges in one query."""
MAX_NEAR = 20
"""Operators for words near each other."""
_BOOST = re.compile(r"\^(\d+(?:\.\d+)?)")
_SLOP = re.compile(r"~(\d{1,9})")
_BRACKETS = re.compile(r"[\[{](?P<low>.*?)\s*\b[Tt][Oo]\b\s*(?P<high>.*?)[\]}]")
_SCALAR = (Kind.DATE, Kind.NUMBER)


def parse_query(text: str, *, today: dt.date, any_word: bool = False, widener: Widener | None = None) -> Parsed | None:
    """Read a query; None for an empty text. Raises QueryError, or FilterError for a date or number.

    `today` is what relative dates count from. With `any_word`, one of the words between which no operator stands will
    do; what narrows a search still does. `widener` knows what else words stand for in the archive that is asked.
    """
    return _Parser(require_length(text), today, any_word, widener).parse() if text.strip() else None


class _Parser:
    """A recursive descent over one query text."""

    def __init__(self, text: str, today: dt.date, any_word: bool, widener: Widener | None) -> None:
        self._text = text
        self._today = today
        self._any_word = any_word
        self._widener = widener
        self._at = 0
        self._depth = 0
        self._clauses = 0
        self._nears = 0
        self._is_mixed = False
        self._notes: list[str] = []

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
        notes = list(self._notes)
        if self._is_mixed:
            notes.insert(0, f"AND and OR without parentheses are read as: {parsed.text}")
        return parsed._replace(notes=tuple(dict.fromkeys([*notes, *parsed.notes, *find_notes(self._text)])))

    def _error(self, message: str, column: int, hint: str | None = None) -> QueryError:
        return QueryError(message, text=self._text, column=column, hint=hint)

    def _peek(self) -> Token | None:
        try:
            return read_token(self._text, self._at)
        except StrayMark as error:
            raise self._error(str(error), error.column, "Open the phrase, or remove the mark.") from None

    def _peek_operator(self) -> Token | None:
        token = self._peek()
        return token if token is not None and token.kind == "word" and token.text in OPERATORS else None

    def _ends(self, token: Token | None) -> bool:
        return token is None or (token.kind == "paren" and token.text == ")")

    def _parse_list(self, field: str | None) -> Parsed | None:
        """`union { union }`: all must match, or any."""
        parts = []
        while not self._ends(self._peek()):
            run = self._widener.read_run(self._text, self._at, field) if self._widener else None
            part, self._at = run or (self._parse_union(field), self._at)
            if part is not None:
                parts.append(part)
        other = "AND" if self._any_word else "OR"
        self._is_mixed |= len(parts) > 1 and any(part.operator == other and not part.grouped for part in parts)
        return join_any(parts) if self._any_word else join(parts, "AND")

    def _parse_union(self, field: str | None) -> Parsed | None:
        parts = [self._parse_chain(field)]
        while (operator := self._peek_operator()) is not None and operator.text == "OR":
            self._at = operator.end
            parts.append(self._parse_operand(operator, self._parse_chain, field))
        kept = [part for part in parts if part]
        self._is_mixed |= len(kept) > 1 and any(part.operator == "AND" and not part.grouped for part in kept)
        return join(kept, "OR")

    def _parse_chain(self, field: str | None) -> Parsed | None:
        operator = self._peek_operator()
        if operator is not None and operator.text != "NOT":
            raise self._lacks(operator, "left")
        parts = [self._parse_factor(field)]
        while (operator := self._peek_operator()) is not None and operator.text in ("AND", "ANDNOT"):
            self._at = operator.end
            part = self._parse_operand(operator, self._parse_factor, field)
            parts.append(negate(part) if part and operator.text == "ANDNOT" else part)
        return join([part for part in parts if part], "AND")

    def _lacks(self, operator: Token, side: str) -> QueryError:
        return self._error(
            f"{operator.text} needs something to its {side}",
            operator.column,
            f'For the word itself type "{operator.text}".',
        )

    def _parse_operand(
        self, operator: Token, parse: Callable[[str | None], Parsed | None], field: str | None
    ) -> Parsed | None:
        """What stands to the right of an operator, which must be there."""
        following = self._peek_operator()
        if self._ends(self._peek()) or (following is not None and following.text != "NOT"):
            raise self._lacks(operator, "right")
        return parse(field)

    def _parse_factor(self, field: str | None) -> Parsed | None:
        token = self._peek()
        if token is None:
            return None
        if token.kind == "minus" or (
            token.kind == "word" and token.text == "NOT" and read_near(self._text, self._at) is None
        ):
            self._at = token.end
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise self._error(f"NOT may be {MAX_DEPTH} deep at most", token.column, "Remove what is doubled.")
            part = self._parse_operand(token, self._parse_factor, field)
            self._depth -= 1
            return negate(part) if part else None
        if token.kind == "plus":
            self._at = token.end
            part = self._parse_near(field)
            return part and part._replace(role=Role.MUST)
        return self._parse_near(field)

    def _parse_near(self, field: str | None) -> Parsed | None:
        """`part { near operator part }`."""
        if (lonely := read_near(self._text, self._at)) is not None:
            raise self._lacks(self._near_token(lonely), "left")
        begin = self._column()
        left = self._parse_part(field)
        while (operator := read_near(self._text, self._at)) is not None:
            if not 1 <= operator.distance <= MOST_DISTANCE:
                raise self._error(
                    f"a distance is from 1 to {MOST_DISTANCE:,} words", operator.column, "For example: w/5"
                )
            self._nears += 1
            if self._nears > MAX_NEAR:
                hint = "Ask in several searches."
                raise self._error(f"a query may hold {MAX_NEAR} operators like {operator.text}", operator.column, hint)
            self._check_place(left, begin, operator)
            self._at = operator.end
            begin = self._column()
            if self._ends(self._peek()) or self._peek_operator() or read_near(self._text, self._at):
                raise self._lacks(self._near_token(operator), "right")
            right = self._parse_part(field)
            self._check_place(right, begin, operator)
            if left is None or right is None:
                raise self._lacks(self._near_token(operator), "left" if left is None else "right")
            if left.field and right.field and left.field != right.field:
                raise self._error(
                    f"{left.field}: and {right.field}: have no places near each other",
                    begin,
                    f"Type AND in place of {operator.text}.",
                )
            left = join_near(left, right, operator)
        return left

    def _column(self) -> int:
        token = self._peek()
        return self._at if token is None else token.column

    def _near_token(self, operator: NearOperator) -> Token:
        return Token("word", self._text[operator.column : operator.end], operator.column, operator.end)

    def _check_place(self, part: Parsed | None, column: int, operator: NearOperator) -> None:
        """Refuse what is nowhere in a text: dates, labels, what joins words by AND or excludes them."""
        if part is None or part.build is not None:
            return
        hint = f"It takes words, phrases, wild*cards and (this OR that): harbour {operator.text} (bridge OR tunnel)"
        raise self._error(f"{operator.text} cannot stand beside this", column, hint)

    def _parse_part(self, field: str | None) -> Parsed | None:
        token = self._peek()
        if token is not None and token.kind == "field":
            name = token.text.lower()
            if name in FIELDS:
                self._at = token.end
                return self._parse_field_value(name, token)
            self._refuse_misspelt(token)
        return self._parse_value(field)

    def _refuse_misspelt(self, token: Token) -> None:
        if close := find_field_like(token.text):
            hint = f"Did you mean {close}: ? For the words themselves put them in quotation marks."
            raise self._error(f"there is no field {token.text}", token.column, hint)

    def _parse_field_value(self, name: str, token: Token) -> Parsed | None:
        if token.end >= len(self._text) or self._text[token.end].isspace() or self._text[token.end] == ")":
            raise self._error(
                f"{name}: needs a value right after the colon", token.column, f"For example: {EXAMPLES[name]}"
            )
        parsed = self._parse_value(name)
        return parsed if parsed is None or FIELDS[name] is Kind.TEXT else parsed._replace(role=Role.FILTER)

    def _parse_value(self, field: str | None) -> Parsed | None:
        """One value, and the weight that may follow it."""
        token = self._peek()
        if token is None:
            return None
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            message = f"a query may hold {MAX_CLAUSES:,} words at most"
            raise self._error(message, token.column, "Ask in several searches.")
        if token.kind == "paren":
            parsed = self._parse_group(field, token)
        elif token.kind == "quote":
            parsed = self._parse_quoted(field, token)
        elif token.kind == "range":
            parsed = self._parse_brackets(field, token)
        elif token.kind == "word" and begins_function(self._text, token):
            parsed = self._parse_function(field, token)
        elif token.text == "=" and self._text[token.end : token.end + 1] in QUOTES:
            inner, _ = self._read_quoted(Token("quote", self._text[token.end], token.end, token.end + 1))
            parsed = read_exact(field, inner, quoted=True)
        else:
            return self._parse_word(field, token)
        boost = _BOOST.match(self._text, self._at)
        if boost is not None:
            self._at = boost.end()
            return weigh(parsed, float(boost[1])) if parsed else None
        return parsed

    def _parse_group(self, field: str | None, token: Token) -> Parsed | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"parentheses may be {MAX_DEPTH} deep at most", token.column, "Remove what is doubled.")
        self._at = token.end
        parsed = self._parse_list(field)
        close = self._peek()
        if close is None:
            raise self._error("this parenthesis is never closed", token.column, "Add a closing parenthesis.")
        self._at = close.end
        self._depth -= 1
        return parsed and parsed._replace(grouped=True)

    def _parse_function(self, field: str | None, token: Token) -> Parsed | None:
        """`caps(...)`, `atleast3(...)` or `first50(...)`."""
        if token.text.lower() == "caps":
            end = self._text.find(")", token.end)
            if end < 0:
                raise self._error("this parenthesis is never closed", token.end, "Add a closing parenthesis.")
            inner = self._text[token.end + 1 : end].strip().strip("".join(QUOTES) + "”")
            self._at = end + 1
            if OPERATORS & set(inner.split()):
                hint = "For example: caps(US) OR caps(UK)"
                raise self._error("caps takes a word or a phrase", token.column, hint)
            parsed = read_exact(field, inner, cased=True)
        else:
            argument = self._parse_group(field, Token("paren", "(", token.end, token.end + 1))
            if argument is not None and argument.build is None:
                hint = f"For example: {token.text}(bridge OR tunnel)"
                raise self._error(f"{token.text} takes a word, a phrase or (this OR that)", token.end, hint)
            try:
                parsed = build_function(token.text, argument) if argument else None
            except ValueError as error:
                raise self._error(str(error), token.column, "For example: atleast3(bridge), first50(bridge)") from None
        if parsed is None:
            raise self._error(f"{token.text} holds no word", token.column, "Type a word within the parentheses.")
        return parsed

    def _read_quoted(self, token: Token) -> tuple[str, int]:
        """What stands in quotation marks, and where."""
        end = find_closing(self._text, token)
        if end < 0:
            raise self._error("this quotation mark is never closed", token.column, "Add a closing quotation mark.")
        self._at = end + 1
        return self._text[token.end : end], token.end

    def _parse_quoted(self, field: str | None, token: Token) -> Parsed | None:
        inner, column = self._read_quoted(token)
        if field is not None and FIELDS[field] in _SCALAR:
            return self._parse_scalar(field, inner, column)
        if self._text.startswith(MARK, self._at) and (field is None or is_text(field)):
            self._at += len(MARK)
            return read_words(field, inner, self._widener, quoted=True, marked=True)
        slop = _SLOP.match(self._text, self._at)
        if slop is None and (field is None or is_text(field)):
            return read_words(field, inner, self._widener, quoted=True)
        distance = 1
        if slop is not None:
            self._at = slop.end()
            distance = max(1, int(slop[1]))
        suffix = f"~{distance}" if distance > 1 else ""
        return make_value(
            lambda name, weight: phrase_in(name, weight, inner, distance),
            field,
            f'"{" ".join(inner.split())}"{suffix}',
            places=field is None or FIELDS[field] is not Kind.LABEL,
        )

    def _parse_brackets(self, field: str | None, token: Token) -> Parsed | None:
        match = _BRACKETS.match(self._text, token.column)
        if field is None or match is None or FIELDS[field] not in _SCALAR:
            raise self._error(
                "a range in brackets belongs to date: or words:",
                token.column,
                "For example: date:[2017-09-01 TO 2017-09-30] or words:[500 TO 1000]",
            )
        self._at = match.end()
        low, high = match["low"].strip(), match["high"].strip()
        return self._parse_scalar(field, f"{low}..{high}", token.column)

    def _parse_word(self, field: str | None, token: Token) -> Parsed | None:
        # A word token, or the beginning of one that only looks like a field or a minus.
        end = token.column
        while end < len(self._text) and not (self._text[end].isspace() or self._text[end] in WORD_END):
            end += 1
        self._at = end
        word = self._text[token.column : end]
        boost = 1.0
        weighted = re.fullmatch(rf"(.+){_BOOST.pattern}", word)
        if weighted is not None:
            word, boost = weighted[1], float(weighted[2])
        if field is not None and FIELDS[field] in _SCALAR:
            return self._parse_scalar(field, word, token.column)
        if re.fullmatch(r"[\^~]\d+(?:\.\d+)?", word):
            hint = 'For example: bridge^3, brigde~1, "bridge harbour"~5'
            raise self._error(f"{word} belongs right behind a word or phrase", token.column, hint)
        parsed = read_word(
            field, word, lambda message, at, hint: self._error(message, token.column + at, hint), self._widener
        )
        if parsed is not None and is_plain(field, word):
            parsed = parsed._replace(spans=((token.column, token.column + len(word)),))
        return weigh(parsed, boost) if parsed and boost != 1.0 else parsed

    def _parse_scalar(self, field: str, value: str, column: int) -> Parsed:
        return parse_scalar(field, value, text=self._text, column=column, today=self._today)
