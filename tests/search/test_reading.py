"""Nothing typed is silently lost: it means something, or an error points at it, or a note says so."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec import plain_query as plain
from newsgrep.errors import QueryError
from newsgrep.search.parsed_query import Parsed
from newsgrep.search.query_text import parse_query

TODAY = dt.date(2024, 5, 17)


def parse(text: str) -> Parsed:
    parsed = parse_query(text, today=TODAY)
    assert parsed is not None
    return parsed


def body_of(text: str) -> plain.PlainQuery:
    asked = parse(f"body:{text}").asked
    assert isinstance(asked, plain.PlainQuery)
    return asked


def term(word: str) -> plain.Term:
    return plain.Term("body", word)


def phrase(*words: str) -> plain.Phrase:
    return plain.Phrase("body", words)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("a:b", phrase("a", "b")),
        ("park.", term("park")),
        ("park,", term("park")),
        ("(park)", term("park")),
        ("AT&T", plain.Or([phrase("at", "t"), term("att")])),
        ("C++", term("c")),
        ("U.S.", term("us")),
        ("U.S.-led", phrase("us", "led")),
        ("O'Brien", term("obrien")),
        ("O’Brien's", term("obrien")),
        ("'park'", term("park")),
        ("multi-agent", plain.Or([phrase("multi", "agent"), term("multiag")])),
        ("1,000", term("1000")),
        ("and", term("and")),
        ("e.g.", term("eg")),
        ("gas/oil", phrase("gas", "oil")),
        ("@name", term("name")),
        ("#topic", term("topic")),
    ],
)
def test_signs_in_a_word_mean_something(typed: str, asked: plain.PlainQuery) -> None:
    assert body_of(typed) == asked


@pytest.mark.parametrize(
    ("typed", "column", "word", "proposal"),
    [
        ("AND", 0, "left", '"AND"'),
        ("OR", 0, "left", '"OR"'),
        ("NOT", 0, "right", '"NOT"'),
        ("harbour NOT", 8, "right", '"NOT"'),
        ("harbour OR OR port", 8, "right", '"OR"'),
        ('harbour "port', 8, "never closed", "closing"),
        ('harbour port"', 12, "never closed", "closing"),
        ("harbour (port", 8, "never closed", "closing"),
        ("harbour) port", 7, "no opening", "Remove"),
        ("(((port))", 0, "never closed", "closing"),
        ("()", 0, "no word", "letters"),
        ('""', 0, "no word", "letters"),
        ("bridge ^3", 7, "right behind", "bridge^3"),
        ("bridge ~2", 7, "right behind", "brigde~1"),
        ("*?", 0, "at least one letter", "organi"),
        ("titel:bridge", 0, "no field", "title:"),
        ("title:", 0, "value", "title:storm"),
        ("(title:)", 1, "value", "title:storm"),
        ("words:few", 6, "number", "words:>500"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_a_proposal(typed: str, column: int, word: str, proposal: str) -> None:
    with pytest.raises(QueryError, match=word) as caught:
        parse(typed)
    assert caught.value.column == column
    assert caught.value.hint is not None
    assert proposal in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("C++", "C++ is read as C"),
        ("C# compiler", "C# is read as C"),
        ("'harbour bridge' toll", '"harbour bridge"'),
        ("harbour or port", "the operator is OR"),
        ("harbour not port", "the operator is NOT"),
        ("harbour AND toll OR port", "are read as: (harbour AND toll) OR port"),
        ("harbour OR port toll", "are read as: (harbour OR port) AND toll"),
    ],
)
def test_what_may_be_meant_otherwise_gets_a_note(typed: str, note: str) -> None:
    notes = parse(typed).notes
    assert len(notes) == 1
    assert note in notes[0]


@pytest.mark.parametrize(
    "typed",
    [
        "harbour bridge",
        "harbour OR port",
        "(harbour AND toll) OR port",
        "(harbour OR port) toll",
        "bank not w/5 river",
        "rock 'n' roll",
        "O'Brien's O'Neill's",
        "who won?",
        "gas & oil",
        "5% rise",
        "and AND or",
    ],
)
def test_what_is_plain_gets_no_note(typed: str) -> None:
    assert [note for note in parse(typed).notes if "signs" not in note] == []


def test_an_address_is_looked_for_in_texts_and_among_addresses() -> None:
    asked = parse("https://example.org/a").asked
    assert isinstance(asked, plain.Or)
    assert asked.subqueries[1] == plain.Phrase("url", ["https", "example", "org", "a"])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("after:2017-09-05", "date:2017-09-06..9999-12-31"),
        ("before:2017-09-05", "date:0001-01-01..2017-09-04"),
        ("since:2017-09", "date:2017-09-01..9999-12-31"),
        ("until:2017-09", "date:0001-01-01..2017-09-30"),
        ("on:2017-09", "date:2017-09-01..2017-09-30"),
        ("last:30d", "date:2024-04-18..2024-05-17"),
    ],
)
def test_a_date_may_be_one_end(typed: str, read: str) -> None:
    assert parse(typed).text == read


_PIECES = [
    "AND",
    "OR",
    "not",
    "w/5",
    "/s",
    "pre/2",
    "(",
    ")",
    '"',
    "=a",
    "caps(",
    "atleast2(",
    "first3(",
    "a",
    "b*",
    "-",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join))
def test_what_was_understood_of_operators_reads_as_itself(text: str) -> None:
    try:
        parsed = parse_query(text, today=TODAY)
    except QueryError:
        return
    if parsed is not None:
        again = parse(parsed.text)
        assert again.text == parsed.text
        assert again.asked == parsed.asked
