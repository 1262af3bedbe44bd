"""Whoosh's query classes as records."""

from __future__ import annotations

import pytest
from whoosh import query as wq

from newsgrep.archive.opensearch.translation import CannotTranslate
from newsgrep.archive.opensearch.whoosh_tree import read_tree
from newsgrep.codec import plain_query as plain
from newsgrep.codec.queries import build_query

TERM = plain.Term("body", "harbour", 2.0)
RECORDS = [
    TERM,
    plain.Prefix("body", "har"),
    plain.Wildcard("body", "h*r"),
    plain.FuzzyTerm("body", "harbour", maxdist=1, prefixlength=1),
    plain.Phrase("title", ["harbour", "wall"], 2),
    plain.And([TERM, plain.Not(plain.Term("title", "wall"))]),
    plain.AnyField(plain.Or([plain.Term("title", "wall", 3.0), plain.Term("body", "wall")])),
    plain.NumericRange("published", 3, 9),
    plain.ConstantScoreQuery(TERM, 0.5),
    plain.Every("section"),
    plain.Nothing(),
    plain.First(plain.Term("body", "wall"), 3),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_made_into_whoosh_s_class_and_back_says_the_same(record: plain.PlainQuery) -> None:
    assert read_tree(build_query(record)) == record
    assert read_tree(record) is record


def test_a_clause_without_another_is_a_conjunction_with_its_contrary() -> None:
    query = wq.AndNot(wq.Term("body", "wall"), wq.Term("body", "city"))
    assert read_tree(query) == plain.And([plain.Term("body", "wall"), plain.Not(plain.Term("body", "city"))])


def test_a_boost_of_a_compound_is_kept() -> None:
    assert read_tree(wq.Or([wq.Term("body", "wall")], boost=2.0)) == plain.Weighted(
        plain.Or([plain.Term("body", "wall")]), 2.0
    )


@pytest.mark.parametrize(
    "query",
    [wq.Regex("body", "h.r"), wq.NumericRange("words", 1, 5, startexcl=True), wq.NumericRange("words", None, 5)],
)
def test_what_a_cluster_has_no_equal_for_is_told(query: wq.Query) -> None:
    with pytest.raises(CannotTranslate):
        read_tree(query)
