"""Queries in OpenSearch's language: what a word, a phrase, a filter becomes, and when texts have to be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from newsgrep.archive.opensearch.spans import Clause
from newsgrep.archive.opensearch.translation import CannotTranslate, Test, Translator, asks_for_texts
from newsgrep.codec import plain_query as plain
from newsgrep.search.filters import build_filter
from newsgrep.search.placed_text import build_test
from newsgrep.search.query_text import parse_query
from newsgrep.search.ranking import build_ranked
from newsgrep.search.request import Filters

TODAY = dt.date(2024, 5, 1)


def _parse(text: str) -> plain.PlainQuery:
    parsed = parse_query(text, today=TODAY)
    assert parsed is not None
    return parsed.asked


def _no_texts(clause: Clause, test: Test) -> Clause:
    raise AssertionError("texts are asked")


def _translate(text: str, *, scored: bool = False) -> Clause:
    return Translator(_no_texts, build_test).translate(_parse(text), scored=scored)


def test_a_word_of_free_text_is_looked_for_where_title_and_body_are_scored_as_one() -> None:
    assert _translate("Harbours") == {"term": {"ranked": {"value": "harbour"}}}
    assert _translate("Harbours", scored=True) == {"term": {"ranked": {"value": "harbour", "boost": 1.0}}}


def test_a_word_of_one_field_is_looked_for_there() -> None:
    assert _translate("title:Harbours") == {"term": {"title": {"value": "harbour"}}}


def test_words_must_all_be_there_and_excluded_ones_must_not() -> None:
    clause = _translate("harbour wall NOT fire", scored=True)
    assert [each["term"]["ranked"]["value"] for each in clause["bool"]["must"]] == ["harbour", "wall"]
    assert clause["bool"]["must_not"] == [{"term": {"ranked": {"value": "fire"}}}]


def test_alternatives_are_such_that_one_must_be_there() -> None:
    clause = _translate("harbour OR wall")
    assert clause["bool"]["minimum_should_match"] == 1
    assert len(clause["bool"]["should"]) == 2


def test_a_phrase_is_matched_in_a_field_and_scored_by_its_words() -> None:
    clause = _translate('"harbour wall"', scored=True)
    (matches,) = clause["bool"]["filter"]
    assert {"match_phrase": {"title": {"query": "harbour . wall"}}} in matches["bool"]["should"]
    assert [each["term"]["ranked"]["value"] for each in clause["bool"]["should"]] == ["harbour", "wall"]


def test_the_forms_of_one_word_are_scored_as_one_word() -> None:
    terms = [
        plain.Term(field, text, weight)
        for text in ("iran", "iranian")
        for field, weight in (("title", 3.0), ("body", 1.0))
    ]
    clause = Translator(_no_texts, build_test).translate(plain.AnyField(plain.Or(terms)), scored=True)
    assert clause == {"match": {"ranked": {"query": "iran|iranian", "boost": 1.0}}}


def test_a_stop_word_counts_next_to_nothing() -> None:
    clause = Translator(_no_texts, build_test).translate(build_ranked(_parse("the harbour")), scored=True)
    constant, word = clause["bool"]["must"]
    assert constant["constant_score"]["boost"] < 1e-5
    assert word["term"]["ranked"]["value"] == "harbour"


def test_dates_and_labels_are_ranges_and_whole_values() -> None:
    accept = build_filter(Filters(since=dt.date(1970, 1, 2), until=dt.date(1970, 1, 2), sections=("World News",)))
    assert accept is not None
    clause = Translator(_no_texts, build_test).translate(accept, scored=False)
    assert clause["bool"]["filter"] == [
        {"range": {"published": {"gte": 86_400, "lte": 172_799}}},
        {"term": {"section": {"value": "world news"}}},
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("har*", {"prefix": {"ranked": {"value": "har"}}}),
        (
            "title:*bour",
            {"regexp": {"title": {"value": "([^=^.].*)?bour", "flags": "NONE", "case_insensitive": False}}},
        ),
        ("title:?arbour", {"regexp": {"title": {"value": "[^=^.]arbour", "flags": "NONE", "case_insensitive": False}}}),
    ],
)
def test_a_pattern_never_fits_the_token_of_a_printed_form(text: str, expected: Clause) -> None:
    assert _translate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title:b[ae]d?r", "b[ae]d.r"),
        ("title:b[!ae]d*r", "b[^ae]d.*r"),
        ("title:b[a-e]d*r", "b[a-e]d.*r"),
        ("title:b[-e]d*r", r"b[\-e]d.*r"),
    ],
)
def test_a_choice_of_letters_stays_one(text: str, expected: str) -> None:
    assert _translate(text)["regexp"]["title"]["value"] == expected


def test_words_near_each_other_have_an_empty_place_between_any_two_positions() -> None:
    clause = _translate("body:(harbour pre/3 wall)")
    assert clause["span_near"]["slop"] == 5
    assert clause["span_near"]["in_order"]


def test_words_of_one_sentence_have_no_end_of_a_sentence_between_them() -> None:
    clause = _translate("body:(harbour w/s wall)")
    assert {each["span_not"]["exclude"]["span_term"]["body"] for each in clause["bool"]["should"]} == {".s"}


@pytest.mark.parametrize(
    "text",
    [
        "harbour w/5 wall",
        "harbour w/5 wall w/3 fire",
        "(harbour OR port) w/5 (wall OR quay)",
        "harbour w/s wall",
        "harbour w/3 wall w/s fire",
        "harbour w/p wall",
        "harbour NOT w/5 wall",
        "harbour NOT pre/5 wall",
        "=harbours",
        '="harbour walls"',
        "caps(US)",
        "first20(harbour)",
        "first20(harbour w/5 wall)",
        "atleast3(harbour)",
        'atleast3("harbour wall")',
        '"harbour wall fire"~3',
        "lead:harbour",
        "har* w/5 wall",
    ],
)
def test_a_cluster_tells_by_itself_what_its_index_keeps(text: str) -> None:
    assert not asks_for_texts(_parse(text))
    _translate(text, scored=True)


@pytest.mark.parametrize(
    "text",
    [
        "harbour w/s wall w/3 fire",
        "harbour NOT w/s wall",
        "harbour NOT w/5 (harbour OR wall)",
        "caps(us)",
        'atleast3("wall wall")',
        "atleast40(harbour)",
    ],
)
def test_texts_are_read_for_what_spans_do_not_say_exactly(text: str) -> None:
    assert asks_for_texts(_parse(text))
    asked: list[tuple[Clause, Test]] = []

    def confirm(clause: Clause, test: Test) -> Clause:
        asked.append((clause, test))
        return {"match_none": {}}

    Translator(confirm, build_test).translate(_parse(text), scored=True)
    assert asked


def test_the_rest_of_a_question_says_which_texts_are_read() -> None:
    seen: list[Clause] = []

    def confirm(clause: Clause, test: Test) -> Clause:
        seen.append(clause)
        return {"match_none": {}}

    translator = Translator(confirm, build_test)
    accept: Clause = {"term": {"section": {"value": "world"}}}
    translator.within(accept)
    translator.translate(_parse("caps(us) AND harbour"), scored=False)
    for clause in seen:
        assert accept in clause["bool"]["filter"]
        assert {"term": {"ranked": {"value": "harbour"}}} in clause["bool"]["filter"]


def test_what_is_asked_of_texts_is_what_the_query_says() -> None:
    tests: list[Test] = []

    def confirm(clause: Clause, test: Test) -> Clause:
        tests.append(test)
        return {"match_none": {}}

    def stored(text: str) -> Mapping[str, Any]:
        return {"title": "", "body": text}

    Translator(confirm, build_test).translate(_parse("body:(harbour NOT w/s wall)"), scored=False)
    (test,) = tests
    assert test(stored("The harbour closed. The wall fell."))
    assert not test(stored("The harbour closed as the wall fell."))


def test_patterns_near_something_are_left_to_texts_where_too_many_words_fit() -> None:
    asked: list[Clause] = []

    def confirm(clause: Clause, test: Test) -> Clause:
        asked.append(clause)
        return {"match_none": {}}

    Translator(confirm, build_test, patterns=False).translate(_parse("har* w/5 wall"), scored=False)
    assert asked


def test_a_class_without_a_meaning_here_is_told() -> None:
    class Other(plain.PlainQuery):
        __slots__ = ()

    with pytest.raises(CannotTranslate, match="Other"):
        Translator(_no_texts, build_test).translate(Other(), scored=False)
