from __future__ import annotations

import pytest
from whoosh import query as wq

from newsgrep.codec import plain_query as plain
from newsgrep.codec.lengths import length_table
from newsgrep.codec.plain_scoring import read_length, round_scores
from newsgrep.codec.queries import AnyField, Positional, build_query

TERM = plain.Term("body", "bank", 1.5)


@pytest.mark.parametrize(
    ("record", "query"),
    [
        (TERM, wq.Term("body", "bank", boost=1.5)),
        (plain.Prefix("body", "ba"), wq.Prefix("body", "ba", constantscore=False)),
        (plain.Wildcard("body", "b*k"), wq.Wildcard("body", "b*k", constantscore=False)),
        (
            plain.FuzzyTerm("body", "bank", maxdist=2, prefixlength=1),
            wq.FuzzyTerm("body", "bank", maxdist=2, prefixlength=1, constantscore=False),
        ),
        (plain.Phrase("body", ["a", "b"], 3, 1.5), wq.Phrase("body", ["a", "b"], slop=3, boost=1.5)),
        (plain.And([TERM, plain.Not(TERM)]), wq.And([build_query(TERM), wq.Not(build_query(TERM))])),
        (plain.Or([TERM]), wq.Or([build_query(TERM)])),
        (plain.AnyField(plain.Or([TERM])), AnyField(wq.Or([build_query(TERM)]))),
        (plain.ConstantScoreQuery(TERM), wq.ConstantScoreQuery(build_query(TERM))),
        (plain.NumericRange("words", 1, 5), wq.NumericRange("words", 1, 5)),
        (plain.Every(), wq.Every()),
        (plain.Nothing(), wq.NullQuery),
        (plain.Weighted(TERM, 2.0), wq.Term("body", "bank", boost=2.0)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_record_becomes_the_query_of_its_name(record: plain.PlainQuery, query: wq.Query) -> None:
    assert build_query(record) == query
    for name in ("fieldname", "text", "boost", "slop", "startexcl", "endexcl", "constantscore", "scale", "score"):
        if hasattr(record, name) and not isinstance(record, plain.Weighted | plain.Nothing):
            assert getattr(record, name) == getattr(query, name)


def test_records_are_equal_by_class_and_values() -> None:
    assert plain.And([TERM]) == plain.And([plain.Term("body", "bank", 1.5)])
    assert hash(plain.And([TERM])) == hash(plain.And([plain.Term("body", "bank", 1.5)]))
    assert plain.And([TERM]) != plain.Or([TERM])
    assert plain.Term("body", "bank") != TERM
    assert plain.Prefix("body", "bank", 1.5) != TERM
    assert plain.FuzzyTerm("f", "t", maxdist=1, prefixlength=1) != plain.FuzzyTerm("f", "t", maxdist=2, prefixlength=1)


def test_whoosh_is_needed_where_a_pattern_or_weight_stands_anywhere_within() -> None:
    assert not plain.needs_whoosh(plain.And([TERM, plain.Not(plain.AnyField(plain.Or([TERM])))]))
    assert plain.needs_whoosh(plain.And([TERM, plain.Not(plain.AnyField(plain.Or([plain.Prefix("body", "b")])))]))
    assert plain.needs_whoosh(plain.Weighted(TERM, 2.0))


NEAR = plain.Near(TERM, plain.Prefix("body", "b"), 5)


def test_a_pattern_is_seen_within_places_too() -> None:
    assert plain.needs_whoosh(plain.Confirmed(plain.First(plain.Or([NEAR]), 3), bool, NEAR))
    assert plain.needs_whoosh(plain.AtLeast([TERM, plain.Prefix("body", "b")], 2))
    assert not plain.needs_whoosh(plain.Near(TERM, TERM, 5))


@pytest.mark.parametrize(
    "record", [NEAR, plain.First(TERM, 3), plain.AtLeast([TERM], 2), plain.Confirmed(TERM, bool, TERM)]
)
def test_whoosh_carries_a_record_that_it_has_no_equal_for(record: plain.PlainQuery) -> None:
    query = build_query(plain.Weighted(plain.And([TERM, record]), 2.0)).subqueries[1]
    assert isinstance(query, Positional)
    assert query.record == record
    assert query == build_query(record) != build_query(plain.Weighted(record, 2.0))
    assert len({query, build_query(record)}) == 1


def test_lengths_are_read_as_whoosh_reads_them() -> None:
    from whoosh.util.numeric import byte_to_length

    assert [read_length(code) for code in range(256)] == [byte_to_length(code) for code in range(256)]
    assert length_table().tolist() == [byte_to_length(code) for code in range(256)]


def test_scores_are_rounded_to_32_bits() -> None:
    assert round_scores([0.1, 1.0]) == [0.10000000149011612, 1.0]
