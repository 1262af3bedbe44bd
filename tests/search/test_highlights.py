from __future__ import annotations

import itertools
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.filedb.filestore import RamStorage
from whoosh.query import spans

from newsgrep.codec.queries import AnyField
from newsgrep.codec.words import iter_words, split_chunk
from newsgrep.search.highlights import Mark, build_marker
from newsgrep.search.some_words import analyze_some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEXT = "Deir Ezzor fell. The road to Deir was cut; Deir, Ezzor and gas towns near the Ezzor road waited for gas reform."


def analyze(text: str) -> Iterator[tuple[str, int, int, int]]:
    for position, match in enumerate(re.finditer(r"\w+", text)):
        yield match[0].lower(), position, match.start(), match.end()


def body(*words: str, slop: int = 1) -> query.Query:
    return query.Term("body", words[0]) if len(words) == 1 else query.Phrase("body", list(words), slop=slop)


def lit(asked: query.Query, text: str = TEXT, fieldname: str = "body") -> list[str]:
    return [text[mark.start : mark.end] for mark in build_marker(asked, analyze).spans(fieldname, text)]


def test_a_word_is_marked_wherever_it_stands() -> None:
    marks = build_marker(body("deir"), analyze).spans("body", TEXT)
    assert marks == (Mark(0, 4, 0, False), Mark(29, 33, 0, False), Mark(43, 47, 0, False))


def test_a_phrase_is_one_mark_and_its_words_alone_are_none() -> None:
    assert lit(body("deir", "ezzor")) == ["Deir Ezzor", "Deir, Ezzor"]
    assert lit(body("ezzor", "deir")) == []


def test_a_phrase_says_that_it_is_one_and_which() -> None:
    asked = query.And([body("road"), body("deir", "ezzor"), body("gas")])
    marks = build_marker(asked, analyze).spans("body", TEXT)
    assert [(TEXT[mark.start : mark.end], mark.term, mark.phrase) for mark in marks] == [
        ("Deir Ezzor", 1, True),
        ("road", 0, False),
        ("Deir, Ezzor", 1, True),
        ("gas", 2, False),
        ("road", 0, False),
        ("gas", 2, False),
    ]


def test_a_loose_phrase_marks_each_word_where_others_stand_between() -> None:
    assert lit(body("gas", "near", slop=2)) == ["gas", "near"]
    assert lit(body("gas", "ezzor", slop=3)) == []
    assert lit(body("gas", "ezzor", slop=4)) == ["gas", "Ezzor"]
    assert lit(body("gas", "reform", slop=5)) == ["gas reform"]


def test_every_step_of_a_loose_phrase_keeps_to_its_slop() -> None:
    assert lit(body("a", "b", "c", slop=2), "a x b c  b c  a x x b c  a b") == ["a", "b", "c"]


def test_a_phrase_that_repeats_a_word_needs_it_twice() -> None:
    assert lit(body("to", "be", "or", "to", "be"), "to be or not to be or to be") == ["to be or to be"]
    assert lit(body("a", "a"), "a b a a a") == ["a a a"]


def test_a_phrase_of_one_word_is_that_word() -> None:
    phrase = query.Phrase("body", ["gas"])
    assert build_marker(phrase, analyze).spans("body", "gas") == (Mark(0, 3, 0, False),)
    assert lit(query.Phrase("body", [])) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (query.Prefix("body", "ez"), ["Ezzor"] * 3),
        (query.Wildcard("body", "?e*r"), ["Deir", "Deir", "Deir", "near"]),
        (query.Wildcard("body", "[rw]*"), ["road", "was", "road", "waited", "reform"]),
        (query.Regex("body", "g.s$|fell"), ["fell", "gas", "gas"]),
        (query.FuzzyTerm("body", "esor", maxdist=2, prefixlength=1), ["Ezzor", "Ezzor", "Ezzor"]),
        (query.FuzzyTerm("body", "dier"), ["Deir", "Deir", "Deir"]),
        (query.FuzzyTerm("body", "dier", prefixlength=2), []),
        (query.Variations("body", "road"), ["road", "road"]),
        (query.TermRange("body", "deir", "fell"), ["Deir", "Ezzor", "fell", "Deir", "Deir", "Ezzor", "Ezzor"]),
        (query.TermRange("body", "deir", "fell", startexcl=True, endexcl=True), ["Ezzor"] * 3),
        (query.TermRange("body", "was", None), ["was"]),
    ],
)
def test_every_kind_of_word_marks_what_it_stands_for(asked: query.Query, expected: list[str]) -> None:
    assert lit(asked) == expected


def test_the_variations_of_a_word_are_marked_as_it_is() -> None:
    assert lit(query.Variations("body", "render"), "She renders what he rendered, by rote.") == ["renders", "rendered"]


@pytest.mark.parametrize(
    "asked",
    [
        query.Every(),
        query.Every("body"),
        query.NullQuery,
        query.Prefix("body", ""),
        query.Wildcard("body", "*"),
        query.Regex("body", ".*"),
        query.Regex("body", "(gas"),
        query.Term("body", b"\x01gas"),
        query.NumericRange("body", 1, 5),
        query.TermRange("body", None, None),
        query.TermRange("body", b"a", b"z"),
        query.Not(body("gas")),
    ],
)
def test_a_query_for_anything_marks_nothing(asked: query.Query) -> None:
    assert lit(asked) == []


@pytest.mark.parametrize(
    "asked",
    [
        query.And([body("road"), body("gas")]),
        query.Or([body("road"), query.And([body("gas"), query.Not(body("deir"))])], boost=2.0),
        query.AndMaybe(body("road"), body("gas")),
        query.AndNot(query.Or([body("road"), body("gas")]), body("deir")),
        query.Require(body("road"), body("gas")),
        query.Otherwise(body("road"), body("gas")),
        query.DisjunctionMax([body("road"), body("gas")]),
        query.ConstantScoreQuery(query.Or([body("road"), body("gas")])),
        AnyField(query.Or([body("road"), body("gas"), query.Term("title", "deir")])),
        query.Ordered([body("road"), body("gas")]),
        query.NestedParent(body("deir"), query.Or([body("road"), body("gas")])),
        spans.SpanOr([body("road"), body("gas")]),
        spans.SpanFirst(query.Or([body("road"), body("gas")])),
        spans.SpanNot(query.Or([body("road"), body("gas")]), body("deir")),
    ],
    ids=lambda asked: type(asked).__name__,
)
def test_words_are_found_in_every_kind_of_node_but_not_under_not(asked: query.Query) -> None:
    assert lit(asked) == ["road", "gas", "road", "gas"]


class Unheard(query.Query):  # type: ignore[misc]
    """A leaf of an unknown class that knows its terms."""

    fieldname = "body"

    def has_terms(self) -> bool:
        return True

    def terms(self, phrases: bool = False) -> Iterator[tuple[str, str]]:
        yield "body", "gas"


def test_an_unknown_query_class_marks_the_words_it_names() -> None:
    assert lit(query.And([Unheard(), body("road")])) == ["road", "gas", "road", "gas"]


@pytest.mark.parametrize("near", [query.Sequence, spans.SpanNear2])
def test_words_asked_for_near_each_other_are_marked_only_there(near: type[query.Query]) -> None:
    assert lit(near([body("gas"), query.Prefix("body", "refo")])) == ["gas reform"]
    assert lit(near([body("ezzor"), query.Or([body("fell"), body("road")])])) == ["Ezzor fell", "Ezzor road"]
    assert lit(near([body("road"), body("deir")], slop=2)) == ["road", "Deir"]
    assert lit(near([body("deir"), body("road")], slop=2)) == []
    assert lit(near([body("deir"), body("road")], slop=2, ordered=False)) == ["road", "Deir"]


def test_words_of_different_fields_cannot_be_near_and_are_marked_alone() -> None:
    assert lit(query.Sequence([body("gas"), query.Term("title", "gas")])) == ["gas", "gas"]


def test_a_word_of_one_field_marks_that_field_only() -> None:
    asked = query.And([query.Term("title", "gas"), body("road")])
    assert lit(asked, fieldname="title") == ["gas", "gas"]
    assert lit(asked, fieldname="body") == ["road", "road"]
    assert lit(asked, fieldname="section") == []


def test_a_word_has_one_number_in_all_fields() -> None:
    asked = query.And(
        [query.Or([query.Term(name, word) for name in ("title", "body")]) for word in ("road", "gas", "road")]
    )
    marker = build_marker(asked, analyze)
    for name in ("title", "body"):
        assert {(TEXT[mark.start : mark.end], mark.term) for mark in marker.spans(name, TEXT)} == {
            ("road", 0),
            ("gas", 1),
        }


def test_a_phrase_swallows_the_marks_of_its_words() -> None:
    marks = build_marker(query.Or([body("deir"), body("deir", "ezzor")]), analyze).spans("body", TEXT)
    assert [(TEXT[mark.start : mark.end], mark.term, mark.phrase) for mark in marks] == [
        ("Deir Ezzor", 1, True),
        ("Deir", 0, False),
        ("Deir, Ezzor", 1, True),
    ]


def test_the_words_of_the_index_are_marked_as_a_reader_sees_them() -> None:
    text = "The U.S. e-mailed Café owners; Russia’s e-mail servers in 北京大学 failed."
    asked = [
        query.Term("body", "us"),
        query.Term("body", "email"),
        query.Term("body", "cafe"),
        query.Term("body", "russia"),
        query.Phrase("body", ["北京", "京大", "大学"]),
    ]
    marks = build_marker(query.Or(asked), iter_words).spans("body", text)
    assert [text[mark.start : mark.end] for mark in marks] == [
        "U.S",
        "e-mailed",
        "Café",
        "Russia",
        "e-mail",
        "北京大学",
    ]


def test_each_distinct_term_meets_a_pattern_once() -> None:
    marker = build_marker(query.Wildcard("body", "w*d"), analyze)
    text = "word ward wood world " * 2000
    marker.spans("body", text)
    assert len(marker.spans("body", text)) == 8000
    asked = marker._fields["body"]
    assert set(asked.decided) == {"word", "ward", "wood", "world"}


def test_the_memory_of_decided_terms_is_bounded() -> None:
    marker = build_marker(query.Wildcard("body", "1*7"), analyze)
    marker.spans("body", " ".join(map(str, range(60_000))))
    assert 0 < len(marker._fields["body"].decided) <= 50_000


def test_a_deep_query_is_walked_without_recursion() -> None:
    asked = body("gas")
    for _ in range(5000):
        asked = query.ConstantScoreQuery(asked)
    assert lit(asked) == ["gas", "gas"]


def test_a_long_article_is_marked_in_a_blink() -> None:
    words = list(analyze("the army said gas towns near Deir Ezzor fell again today " * 100))
    marker = build_marker(query.Or([body("gas"), body("army"), body("deir", "ezzor")]), lambda text: words)
    best = min(_timed(lambda: marker.spans("body", "")) for _ in range(5))
    assert best < 0.02


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


WORDS = st.text("abc", min_size=1, max_size=4)
LEAVES = st.one_of(
    WORDS.map(lambda word: query.Term("body", word)),
    WORDS.map(lambda word: query.Prefix("body", word)),
    st.text("abc?*", min_size=1, max_size=4)
    .filter(lambda word: bool(word.strip("*")))
    .map(lambda word: query.Wildcard("body", word)),
    st.text("abc.", min_size=1, max_size=3).map(lambda word: query.Regex("body", word)),
    st.builds(query.TermRange, st.just("body"), WORDS, WORDS, st.booleans(), st.booleans()),
    st.builds(query.Phrase, st.just("body"), st.lists(WORDS, min_size=2, max_size=3), st.integers(1, 3)),
    st.builds(
        lambda words, slop: query.Sequence(words, slop=slop),
        st.lists(
            st.one_of(
                WORDS.map(lambda word: query.Term("body", word)), WORDS.map(lambda word: query.Prefix("body", word))
            ),
            min_size=2,
            max_size=3,
        ),
        st.integers(1, 3),
    ),
)


def _matches(asked: query.Query, text: str) -> bool:
    schema = fields.Schema(body=fields.TEXT(analyzer=SpaceSeparatedTokenizer()))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    writer.add_document(body=text)
    writer.commit()
    with index.searcher() as searcher:
        return len(searcher.search(asked)) == 1


@settings(max_examples=150)
@given(LEAVES, st.lists(WORDS, min_size=1, max_size=8).map(" ".join))
def test_a_text_has_marks_exactly_when_whoosh_says_it_matches(asked: query.Query, text: str) -> None:
    assert bool(lit(asked, text)) == _matches(asked, text)


@settings(max_examples=50)
@given(
    st.builds(query.FuzzyTerm, st.just("body"), WORDS, maxdist=st.integers(1, 2), prefixlength=st.integers(0, 1)),
    st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
)
def test_what_whoosh_finds_by_spelling_is_marked(asked: query.Query, text: str) -> None:
    assert lit(asked, text) or not _matches(asked, text)


@given(st.lists(LEAVES, max_size=4), st.lists(WORDS, max_size=12).map(" ".join))
def test_marks_are_in_order_apart_and_whole_words(asked: list[query.Query], text: str) -> None:
    marks = build_marker(query.Or(asked), analyze).spans("body", text)
    starts, ends = {start for _, _, start, _ in analyze(text)}, {end for _, _, _, end in analyze(text)}
    assert all(mark.start in starts and mark.end in ends for mark in marks)
    assert all(one.end <= other.start for one, other in itertools.pairwise(marks))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzAEIOUY0123456789", min_size=1, max_size=20))
def test_a_stem_begins_as_its_word_does(word: str) -> None:
    (only,), _ = split_chunk(word)
    assert only.term[0] == word[0].lower()


CHUNKS = st.sampled_from(
    ["Deir", "deir-ezzor", "l'homme", "U.S.", "us", "dying", "Skies", "Ёлка", "État", "état", "Х5", "e-mail", "1,000"]
)


@given(texts=st.lists(CHUNKS | st.text(max_size=8), max_size=20), wanted=st.lists(CHUNKS, min_size=1, max_size=3))
def test_words_of_no_interest_are_left_out_without_a_change_of_marks(texts: list[str], wanted: list[str]) -> None:
    text = " ".join(texts)
    words = [[word.term for word in iter_words(each) if not word.whole] for each in wanted]
    asked = query.Or([query.Phrase("body", each) for each in words if each])
    expected = build_marker(asked, iter_words).spans("body", text)
    assert build_marker(asked, iter_words, analyze_some).spans("body", text) == expected
