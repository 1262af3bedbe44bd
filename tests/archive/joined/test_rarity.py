"""Weights that make an engine score by how rare words are in all collections."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.joined.rarity import Frequencies, add_up, read_words, weigh
from newsgrep.codec import plain_query as plain
from newsgrep.codec.joint import joint_idf, read_joint
from newsgrep.codec.plain_scoring import inverse_document_frequency

counts = st.integers(1, 10_000)
boosts = st.sampled_from([1.0, 0.7, 2.0, 1.3, 0.5, 1 / 3])


def word(text: str, boost: float = 1.0, forms: tuple[str, ...] = ()) -> plain.AnyField:
    texts = (text, *forms)
    fields = (("title", 3.0), ("body", 1.0))
    terms = [plain.Term(name, each, weight * boost) for name, weight in fields for each in texts]
    return plain.AnyField(plain.Or(terms))


def frequencies(articles: int, title: int, body: int, text: str = "storm") -> Frequencies:
    return Frequencies(articles, {("title", text): title, ("body", text): body})


@given(own=counts, others=counts, boost=boosts)
def test_a_word_stays_one_word_of_both_fields(own: int, others: int, boost: float) -> None:
    mine = frequencies(20_000, own // 3, own)
    weighed = weigh(word("storm", boost), mine, add_up([mine, frequencies(30_000, others // 3, others)]))
    before, after = (read_joint(each.child, lambda field: True) for each in (word("storm", boost), weighed))
    if before is not None:
        assert after is not None
        assert after.words == before.words


@given(own=counts, others=counts)
def test_its_score_is_that_of_how_rare_it_is_in_all(own: int, others: int) -> None:
    mine = frequencies(20_000, 0, own)
    of_all = add_up([mine, frequencies(30_000, 0, others)])
    weighed = weigh(word("storm"), mine, of_all)
    joint = read_joint(weighed.child, lambda field: True)
    assert joint is not None
    wanted = joint_idf([("body", own + others)], 50_000)
    assert joint.factor * joint_idf([("body", own)], 20_000) == pytest.approx(wanted, rel=2e-3)


def test_a_question_is_as_it_was_where_its_words_are_as_rare() -> None:
    query = plain.Rescored(plain.And([word("storm"), plain.Not(word("ferri"))]), [(word("storm"), 0)])
    known = frequencies(1_000, 10, 100)
    assert weigh(query, known, frequencies(2_000, 20, 200)) == query


def test_an_engine_that_counts_both_fields_together_is_weighed_by_that() -> None:
    own = Frequencies(1_000, {("title", "storm"): 60, ("body", "storm"): 80, ("ranked", "storm"): 120}, "ranked")
    of_all = add_up([own, frequencies(1_000, 60, 80)])
    weighed = weigh(word("storm"), own, of_all)
    joint = read_joint(weighed.child, lambda field: True)
    assert joint is not None
    wanted = joint_idf([("body", 160)], 2_000) / joint_idf([("ranked", 120)], 1_000)
    assert joint.factor == pytest.approx(wanted, rel=1e-6)
    title = weigh(plain.Term("title", "storm"), own, of_all)
    assert title.boost == pytest.approx(inverse_document_frequency(120, 2_000) / joint_idf([("", 60)], 1_000), rel=1e-6)


def is_long(values: Any) -> bool:
    return bool(values)


KEPT = [
    plain.Near(word("storm").child, word("ferri").child, 5, ordered=True, negated=False),
    plain.First(plain.Term("body", "storm"), 20),
    plain.AtLeast([plain.Term("body", "storm"), plain.Term("body", "ferri")], 3),
    plain.Phrase("body", ["storm", "ferri"], 2, 1.5),
    plain.Confirmed(plain.Term("body", "storm"), is_long, plain.Term("body", "storm")),
    plain.ConstantScoreQuery(word("storm"), 2.0**-20),
    plain.Prefix("body", "sto"),
    plain.Term("section", "world", 2.0),
    plain.Every(),
]


def without_boosts(query: Any) -> Any:
    if isinstance(query, plain.Term):
        return (query.fieldname, query.text)
    if isinstance(query, plain.Phrase):
        return (query.fieldname, query.words, query.slop)
    if not plain.iter_parts(query):
        return query
    rest = [getattr(query, name) for name in ("distance", "ordered", "negated", "count", "test", "asked", "score")
            if hasattr(query, name)]  # fmt: skip
    return (type(query), rest, [without_boosts(part) for part in plain.iter_parts(query)])


@pytest.mark.parametrize("query", KEPT, ids=lambda query: type(query).__name__)
def test_nothing_but_weights_is_another(query: plain.PlainQuery) -> None:
    own = frequencies(1_000, 1, 2)
    weighed = weigh(query, own, frequencies(5_000, 600, 700))
    assert without_boosts(weighed) == without_boosts(query)
    is_weighed = bool(read_words(query)) and not isinstance(query, plain.ConstantScoreQuery)
    assert (weighed != query) == is_weighed


def test_the_words_of_a_question_are_those_that_score() -> None:
    query = plain.And([word("storm", forms=("storms",)), plain.Not(word("ferri")), plain.Term("section", "world")])
    assert set(read_words(query)) == {(field, text) for field in ("title", "body") for text in ("storm", "storms")}
