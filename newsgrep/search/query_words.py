"""Single words of a query, as typed: plain, with wildcards, misspelt, exact; and functions of words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain
from newsgrep.codec.plain_query import ExactForm, SameUnit
from newsgrep.codec.words import iter_words, read_form
from newsgrep.search.parsed_query import Parsed, make_value
from newsgrep.search.placed_query import loosen_for_index, needs_text
from newsgrep.search.placed_text import CountTest, TextTest
from newsgrep.search.query_tokens import FUNCTION, read_near
from newsgrep.search.request import MARK
from newsgrep.search.terms import FIELDS, Kind, fuzzy_in, in_scope, is_text, pattern_in, phrase_in, word_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgrep.errors import QueryError
    from newsgrep.search.widening import Widener

    _Fault = Callable[[str, int, str], QueryError]
    """Makes an error: message, column within the word, proposal."""

EXAMPLES = {
    "title": "title:storm",
    "body": 'body:"port authority"',
    "lead": "lead:storm",
    "hlead": "hlead:storm",
    "section": "section:world",
    "author": "author:lind",
    "source": 'source:"Harbour Courier"',
    "url": "url:example.org",
    "lang": "lang:en",
    "words": "words:>500",
    "date": "date:2017-09",
    "on": "on:2017-09-05",
    "last": "last:30d",
    "since": "since:2017-09",
    "until": "until:2017-09",
    "after": "after:2017-09-05",
    "before": "before:2017-09-05",
}
"""How each field is used."""

MOST_MENTIONS = 1_000
_FUZZY = re.compile(r"(?P<word>[^~*?]+)~(?P<distance>\d?)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SIGNS = re.compile(r"(?<=\w)(?:[+#@%]+)(?=$|[\s,;)])|(?<=\w)[$€£](?=$|\s)")
_SINGLE_QUOTED = re.compile(r"(?:^|\s)['‘](\w[^'‘’]*\s[^'‘’]*\w)['’](?=$|[\s.,;:!?)])")
_LOWER_OPERATOR = re.compile(r"(?<=[\w)\"”»])\s+(or|not)\s+(?=[\w(\"“«])")


def find_field_like(name: str) -> str | None:
    """The field that a name that is none was meant for, if it is spelt nearly like one."""
    import difflib

    close = difflib.get_close_matches(name.lower()[:40], FIELDS, n=1, cutoff=0.75)
    return close[0] if close else None


def is_plain(field: str | None, word: str) -> bool:
    """Whether a word as typed is just that: no pattern, no exact form, no address, no label or name."""
    if field is not None and FIELDS[field] is not Kind.TEXT:
        return False
    special = (
        word.startswith("=")
        or word.endswith(MARK)
        or "*" in word
        or "?" in word.rstrip("?!.,;:")
        or _FUZZY.fullmatch(word)
    )
    return not special and not _ADDRESS.fullmatch(word)


def read_word(field: str | None, word: str, fault: _Fault, widener: Widener | None = None) -> Parsed | None:
    """One word as typed, without its field and weight; None where nothing of it is a word. Raises QueryError."""
    if len(word) > 2 and word.endswith("~~"):
        if field is not None and not is_text(field):
            raise fault(f"{field}: has no variants", len(word) - 2, "~~ goes with words of the title and the body.")
        if not re.fullmatch(r"[^=*?~]+", word[:-2]):
            raise fault("~~ belongs behind a plain word or phrase", 0, 'For example: Gaddafi~~ or "Deir Ezzor"~~')
        return read_words(field, word[:-2], widener, marked=True)
    if word in ("*", "*:*"):
        fields = {"lead": "body", "hlead": None}
        return Parsed(plain.Every(fields.get(field or "", field)), f"{field}:*" if field else "*")
    places = field is None or FIELDS[field] is not Kind.LABEL
    fuzzy = _FUZZY.fullmatch(word)
    if fuzzy is not None:
        distance = int(fuzzy["distance"] or 1)
        if not 1 <= distance <= 2:
            raise fault("a word may have 1 or 2 letters wrong", fuzzy.start("distance"), "Type ~1 or ~2.")
        return make_value(
            lambda name, weight: fuzzy_in(name, weight, fuzzy["word"], distance),
            field,
            f"{fuzzy['word']}~{distance}",
            places=places,
        )
    if word.startswith("=") and re.search(r"\w", word):
        if "*" in word or "?" in word.rstrip("?!.,;:"):
            raise fault("an exact word has no wildcards", 0, f"Type {word.lstrip('=')} or the word in full.")
        return read_exact(field, word.lstrip("="))
    # A question mark at the end is the question's own.
    pattern = word.rstrip("?!.,;:")
    if "*" in pattern or "?" in pattern:
        if not re.search(r"\w", pattern):
            raise fault("a pattern needs at least one letter or digit", 0, "For example: organi?ation or explo*")
        return make_value(lambda name, weight: pattern_in(name, weight, pattern), field, pattern, places=places)
    if field is None and _ADDRESS.fullmatch(word):
        return _read_address(word)
    if places and (field is None or is_text(field)):
        return read_words(field, word, widener)
    return make_value(lambda name, weight: word_in(name, weight, word), field, word, places=places)


def read_words(
    field: str | None, text: str, widener: Widener | None, *, quoted: bool = False, marked: bool = False
) -> Parsed | None:
    """A word or a phrase of the text, and what else it stands for."""

    def build(name: str, weight: float) -> plain.PlainQuery | None:
        return (phrase_in if quoted else word_in)(name, weight, text)

    shown = f'"{" ".join(text.split())}"' if quoted else text
    return widener.read_value(build, field, text, shown, marked=marked) if widener else make_value(build, field, shown)


def _read_address(word: str) -> Parsed | None:
    """An address of a page: where a text names it, and the articles that were saved from it."""
    parsed = make_value(lambda name, weight: word_in(name, weight, word), None, word)
    saved_from = phrase_in("url", 1.0, word)
    if parsed is None or saved_from is None:
        return parsed
    return parsed._replace(asked=plain.Or([parsed.asked, saved_from]), build=None)


def read_exact(field: str | None, text: str, *, cased: bool = False, quoted: bool = False) -> Parsed | None:
    """A word or phrase in this very form; with `cased`, in these capitals and accents."""

    def build(name: str, weight: float) -> plain.PlainQuery | None:
        candidates = phrase_in(name, weight, text)
        if candidates is None or FIELDS[name] is Kind.LABEL or (not cased and not is_text(name)):
            return candidates
        words = [word for word in iter_words(text) if not word.whole]
        if len(words) > 1 and not quoted and not cased:
            candidates = word_in(name, weight, text) or candidates
        forms = tuple(read_form(text[word.start : word.end], cased=cased) for word in words)
        return ExactForm(name, forms, candidates, cased=cased)

    inner = " ".join(text.split())
    shown = f"caps({inner})" if cased else f'="{inner}"' if quoted else f"={inner}"
    return make_value(build, field, shown, places=field is None or FIELDS[field] is not Kind.LABEL)


def build_function(name: str, argument: Parsed) -> Parsed | None:
    """`atleast3` or `first50` of what has a place. Raises ValueError for a number that it cannot be."""
    match = FUNCTION.fullmatch(name)
    inner = argument.build
    if match is None or inner is None:
        return None
    count = int(match["number"][:9])
    if not 1 <= count <= MOST_MENTIONS:
        raise ValueError(f"{match['name'].lower()} takes a number from 1 to {MOST_MENTIONS:,}")
    text = f"{match['name'].lower()}{count}({argument.text})"
    if match["name"].lower() == "first":

        def build(name: str, weight: float) -> plain.PlainQuery | None:
            query = inner(name, weight)
            return None if query is None else plain.First(query, count)

        # Unless it is asked for elsewhere, the beginning of an article is that of its body.
        field = argument.field or "body"
        parsed = make_value(build, field, text)
        return parsed and parsed._replace(text=text)
    parts: list[tuple[str, plain.PlainQuery]] = []

    def keep(name: str, query: plain.PlainQuery) -> plain.PlainQuery:
        parts.append((name, query))
        return query

    in_scope(argument.field, inner, keep)
    if any(isinstance(part, plain.Near | SameUnit) for _, part in parts):
        raise ValueError("atleast counts words and phrases, not pairs")
    if not parts:
        return None
    query: plain.PlainQuery = plain.AtLeast([loosen_for_index(part) for _, part in parts], count)
    if any(needs_text(part) for _, part in parts):
        test = CountTest(tuple(TextTest(*part) for part in parts), count)
        query = plain.Confirmed(query, test, plain.AtLeast([part for _, part in parts], count))
    return Parsed(query, text, None, None, argument.field)


def find_notes(text: str) -> list[str]:
    """What of a query's text may not have been meant as it is read."""
    notes = []
    for match in _SIGNS.finditer(text):
        word = text[: match.end()].split()[-1]
        notes.append(f"signs are not in the index: {word} is read as {word[: -len(match[0])]}")
    notes += [f'single quotation marks make no phrase: type "{each[1]}"' for each in _SINGLE_QUOTED.finditer(text)]
    notes += [
        f"{each[1]} is read as a word: the operator is {each[1].upper()}"
        for each in _LOWER_OPERATOR.finditer(text)
        if not read_near(text, each.start(1))
    ]
    return notes
