from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as wq

from newsgrep.codec.queries import AnyField
from newsgrep.errors import FilterError, QueryError
from newsgrep.search.parsed_query import Parsed
from newsgrep.search.query_text import MAX_CLAUSES, parse_query

TODAY = dt.date(2024, 5, 17)


def parse(text: str) -> Parsed:
    parsed = parse_query(text, today=TODAY)
    assert parsed is not None
    return parsed


def understood(text: str) -> str:
    return parse(text).text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("harbour bridge", "harbour AND bridge"),
        ("harbour AND bridge", "harbour AND bridge"),
        ("harbour OR bridge", "harbour OR bridge"),
        ("harbour OR bridge toll", "(harbour OR bridge) AND toll"),
        ("harbour AND bridge OR toll", "(harbour AND bridge) OR toll"),
        ("(harbour bridge) OR toll", "(harbour AND bridge) OR toll"),
        ("harbour NOT bridge", "harbour AND NOT bridge"),
        ("harbour -bridge", "harbour AND NOT bridge"),
        ("harbour ANDNOT bridge", "harbour AND NOT bridge"),
        ("harbour NOT (bridge OR toll)", "harbour AND NOT (bridge OR toll)"),
        ('"harbour bridge"', '"harbour bridge"'),
        ("“harbour bridge”", '"harbour bridge"'),
        ('"harbour  bridge"~5', '"harbour bridge"~5'),
        ("title:bridge", "title:bridge"),
        ("TITLE:bridge", "title:bridge"),
        ('title:"harbour bridge" toll', 'title:"harbour bridge" AND toll'),
        ("section:(world OR sport)", "section:world OR section:sport"),
        ("harb*", "harb*"),
        ("organi?ation", "organi?ation"),
        ("bridge^2.5", "bridge^2.5"),
        ("(harbour bridge)^2", "(harbour AND bridge)^2"),
        ("brigde~", "brigde~1"),
        ("words:>500", "words:>500"),
        ("date:2017-09", "date:2017-09-01..2017-09-30"),
        ("date:[2017-09-01 TO 2017-09-30]", "date:2017-09-01..2017-09-30"),
        ('date:"yesterday"', "date:2024-05-16..2024-05-16"),
        ("and or not", "and AND or AND not"),
        ("a:b", "a:b"),
        ("http://example.org/a", "http://example.org/a"),
        ("gas & oil", "gas AND oil"),
        ("who won?", "who AND won?"),
        ("*", "*"),
    ],
)
def test_a_query_says_how_it_was_read(typed: str, read: str) -> None:
    assert understood(typed) == read


@pytest.mark.parametrize("typed", ["", "   ", "\n"])
def test_an_empty_query_is_no_query(typed: str) -> None:
    assert parse_query(typed, today=TODAY) is None


@pytest.mark.parametrize(
    ("typed", "column", "word"),
    [
        ("AND bridge", 0, "left"),
        ("bridge AND", 7, "right"),
        ("bridge OR", 7, "right"),
        ("bridge AND OR toll", 7, "right"),
        ("(bridge OR) toll", 8, "right"),
        ("bridge NOT", 7, "right"),
        ("harbour (bridge", 8, "closed"),
        ("harbour bridge)", 14, "opening"),
        ('harbour "bridge', 8, "closed"),
        ("harbour bridge”", 14, "closes nothing"),
        ("titel:bridge", 0, "field"),
        ("toll title: bridge", 5, "value"),
        ("!!! ???", 0, "no word"),
        ("brigde~7", 7, "letters wrong"),
        ("**", 0, "pattern"),
        ("bridge [a TO b]", 7, "range"),
        ("words:many", 6, "number"),
        ("words:>", 6, "number"),
        ("toll date:someday", 10, "date"),
    ],
)
def test_an_error_points_at_its_column(typed: str, column: int, word: str) -> None:
    with pytest.raises(QueryError, match=word) as caught:
        parse(typed)
    assert caught.value.column == column
    assert caught.value.text == typed
    assert str(caught.value).splitlines()[2].index("^") == column + 2


def test_a_bad_date_is_a_filter_error_with_the_forms_that_work() -> None:
    with pytest.raises(FilterError) as caught:
        parse("date:2017-02-30")
    assert caught.value.hint


def test_a_misspelt_field_gets_a_proposal() -> None:
    with pytest.raises(QueryError) as caught:
        parse("sectoin:world")
    assert "section:" in str(caught.value)


def test_a_word_is_looked_for_in_title_and_body_as_one_thing() -> None:
    query = parse("Bridges").query
    assert isinstance(query, AnyField)
    assert {(term, word) for term, word in query.iter_all_terms()} == {("title", "bridg"), ("body", "bridg")}


def test_a_hyphenated_word_is_looked_for_as_phrase_and_as_whole() -> None:
    query = parse("body:e-mail").query
    assert query == wq.Or([wq.Phrase("body", ["e", "mail"]), wq.Term("body", "email")])


def test_a_dotted_word_of_several_is_a_phrase() -> None:
    assert parse("body:U.S.-led").query == wq.Phrase("body", ["us", "led"])


def test_one_character_of_an_unspaced_script_finds_every_pair_with_it() -> None:
    assert parse("body:京").query == wq.Prefix("body", "京", constantscore=False)


def test_a_label_is_compared_whole_and_in_any_case() -> None:
    assert parse('section:"World News"').query == wq.Term("section", "world news")


def test_a_name_is_not_stemmed() -> None:
    assert parse('author:"Agnes Rivers"').query == wq.Phrase("author", ["agnes", "rivers"])


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("words:500", 500, 500),
        ("words:>500", 501, 2**31 - 1),
        ("words:>=500", 500, 2**31 - 1),
        ("words:<500", 0, 499),
        ("words:500..900", 500, 900),
        ("words:..900", 0, 900),
        ("words:[500 TO 900]", 500, 900),
        ("words:>99999999999999", 2**31 - 1, 2**31 - 1),
    ],
)
def test_a_number_range_includes_its_ends(typed: str, low: int, high: int) -> None:
    query = parse(typed).query.child
    assert (query.start, query.end) == (low, high)


def test_a_day_lasts_to_its_last_second() -> None:
    query = parse("date:1970-01-02").query.child
    assert (query.start, query.end) == (86_400, 2 * 86_400 - 1)


def test_a_query_is_bounded_in_words() -> None:
    with pytest.raises(QueryError, match="words at most"):
        parse("word " * (MAX_CLAUSES + 1))


def test_parentheses_are_bounded_in_depth() -> None:
    with pytest.raises(QueryError, match="deep"):
        parse("(" * 1000 + "word" + ")" * 1000)


_PIECES = ["AND", "OR", "NOT", "(", ")", '"', "a", "bridge", "title:", "date:2017", "~2", "^3", "*", "?", "-", "«", " "]


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join) | st.text(max_size=60))
def test_any_text_is_a_query_or_an_error_within_it(text: str) -> None:
    refused = None
    try:
        parsed = parse_query(text, today=TODAY)
    except QueryError as error:
        refused = error
    if refused is None:
        assert (parsed is None) == (not text.strip())
    else:
        assert refused.text == text
        assert 0 <= refused.column <= len(text)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join))
def test_what_was_understood_reads_as_itself(text: str) -> None:
    try:
        parsed = parse_query(text, today=TODAY)
    except QueryError:
        return
    if parsed is not None:
        again = parse(parsed.text)
        assert again.text == parsed.text
