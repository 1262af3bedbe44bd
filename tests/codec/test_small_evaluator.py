"""The evaluator without NumPy against the one on arrays: the same documents, order and scores, to the last bit."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.index import create_in

from newsgrep.codec import plain_query as plain
from newsgrep.codec.evaluator import Evaluator, Top
from newsgrep.codec.pickled import Labels, PlainWords
from newsgrep.codec.queries import build_query
from newsgrep.codec.segment import Part, SegmentData
from newsgrep.codec.small_evaluator import ENDLESS, SmallEvaluator, SmallTop
from newsgrep.codec.toc import read_toc
from newsgrep.codec.whoosh_codec import ArrayCodec

WORDS = ["bank", "rate", "of", "the", "harbour", "storm", "rare"]
WEIGHTS = [8, 5, 20, 20, 3, 2, 1]
SECTIONS = ["world", "sport", "city"]


@dataclass(frozen=True)
class Both:
    """One index behind both evaluators."""

    small: SmallEvaluator
    full: Evaluator
    whoosh: Evaluator
    """The full one under Whoosh's own schema, which is asked Whoosh's own queries."""
    keys: list[int]
    """By document: what equals are ordered by."""
    dates: list[int | None]


def make_schema() -> Schema:
    return Schema(
        title=TEXT(analyzer=PlainWords(), phrase=True),
        body=TEXT(analyzer=PlainWords(), phrase=True),
        section=KEYWORD(analyzer=Labels()),
        published=NUMERIC(int, bits=64, signed=True, sortable=True),
        words=NUMERIC(int, bits=32, signed=True, sortable=True),
        id=ID(),
        key=COLUMN(NumericColumn("Q", default=0)),
    )


def make_text(rng: random.Random, most: int) -> str:
    return " ".join(rng.choices(WORDS, WEIGHTS, k=rng.randrange(1, most)))


def build_index(folder: Path, seed: int) -> Both:
    rng = random.Random(seed)
    schema = make_schema()
    index = create_in(folder, schema)
    keys: list[int] = []
    dates: list[int | None] = []
    for _ in range(rng.randrange(1, 4)):
        writer = index.writer(codec=ArrayCodec())
        for _ in range(rng.choice([1, 5, 40, 300])):
            keys.append(rng.getrandbits(64))
            fields: dict[str, object] = {"id": str(len(keys)), "key": keys[-1], "words": rng.randrange(-3, 30)}
            if rng.random() < 0.9:
                fields["body"] = make_text(rng, rng.choice([5, 60, 400]))
            if rng.random() < 0.7:
                fields["title"] = make_text(rng, 8)
            if rng.random() < 0.6:
                fields["section"] = "\n".join(rng.sample(SECTIONS, rng.randrange(1, 3)))
            dates.append(rng.randrange(-5, 20) if rng.random() < 0.8 else None)
            if dates[-1] is not None:
                fields["published"] = dates[-1]
            writer.add_document(**fields)
        writer.commit(merge=False)
    if seed % 2:
        writer = index.writer(codec=ArrayCodec())
        for docnum in rng.sample(range(len(keys)), len(keys) // 3):
            writer.delete_document(docnum)
        writer.commit(merge=False)
    toc = read_toc(folder)
    parts = []
    base = 0
    for segment in toc.segments:
        parts.append(Part(SegmentData(folder / f"{segment.name}.seg"), segment.deleted, base))
        base += segment.n_documents
    tie = "key" if rng.random() < 0.8 else None
    return Both(
        SmallEvaluator(toc.schema, parts, tie=tie),
        Evaluator(toc.schema, parts, tie=tie),
        Evaluator(schema, parts, tie=tie),
        keys if tie else list(range(len(keys))),
        dates,
    )


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> list[Both]:
    return [build_index(tmp_path_factory.mktemp("small"), seed) for seed in range(8)]


boosts = st.sampled_from([1.0, 1.5, 0.3])
words = st.sampled_from([*WORDS, "missing"])
terms = st.builds(plain.Term, st.sampled_from(["title", "body", "nowhere"]), words, boosts) | st.builds(
    plain.Term, st.just("section"), st.sampled_from([*SECTIONS, "none"])
)
phrases = st.builds(
    plain.Phrase,
    st.sampled_from(["title", "body"]),
    st.lists(words, min_size=1, max_size=3),
    st.integers(1, 4),
    boosts,
)
ranges = st.builds(
    plain.NumericRange, st.sampled_from(["published", "words"]), st.integers(-6, 20), st.integers(-6, 20)
)
leaves = terms | phrases | ranges | ranges.map(plain.ConstantScoreQuery) | st.builds(plain.Nothing)


def anywhere(word: str, form: str, weight: float) -> plain.AnyField:
    """A word in two forms in two fields."""
    return plain.AnyField(
        plain.Or(
            plain.Term(field, text, boost)
            for field, boost in (("title", weight), ("body", 1.0))
            for text in (word, form)
        )
    )


def in_order(words: list[tuple[plain.AnyField, int]]) -> list[tuple[plain.AnyField, int]]:
    return sorted(words, key=lambda each: each[1])


anywhere_once = words.map(lambda word: anywhere(word, word, 3.0))


def branches(inner: st.SearchStrategy[plain.PlainQuery]) -> st.SearchStrategy[plain.PlainQuery]:
    several = st.lists(inner, max_size=4)
    return (
        st.builds(plain.And, several)
        | st.builds(plain.Or, several)
        | several.map(lambda queries: plain.AnyField(plain.Or(queries)))
        | st.builds(plain.Not, inner)
        | st.builds(plain.ConstantScoreQuery, inner, st.sampled_from([1.0, 2.0**-20, 0.3]))
        | st.builds(anywhere, words, words, st.sampled_from([1.0, 3.0]))
    )


inner_queries = st.recursive(leaves | st.builds(plain.Every), branches, max_leaves=8)
rescored = st.builds(
    plain.Rescored,
    inner_queries,
    st.lists(st.tuples(anywhere_once, st.integers(0, 9)), max_size=4).map(in_order),
    st.lists(anywhere_once, max_size=2),
)
queries = inner_queries | rescored


def known(query: plain.PlainQuery) -> Any:
    """A query of Whoosh's classes; what a question is rescored by has none."""
    if isinstance(query, plain.Rescored):
        return plain.Rescored(known(query.query), query.words, query.also)
    return build_query(query)


def assert_same(small: SmallTop, top: Top) -> None:
    assert small.total == top.total
    assert list(small.documents) == list(zip(top.docnums.tolist(), top.scores.tolist(), strict=True))


def assert_in_order(both: Both, whole: Top, page: SmallTop, offset: int) -> None:
    """The best come first, of equal ones those with the least keys; a page is a part of that."""
    ranks = [(-score, both.keys[docnum]) for docnum, score in zip(whole.docnums, whole.scores.tolist(), strict=True)]
    assert ranks == sorted(ranks)
    assert [docnum for docnum, _ in page.documents] == whole.docnums.tolist()[offset : offset + len(page.documents)]


@settings(max_examples=400)
@given(data=st.data(), query=queries, accept=st.none() | queries)
def test_both_evaluators_give_the_same_documents_order_and_scores(
    indexes: list[Both], data: st.DataObject, query: plain.PlainQuery, accept: plain.PlainQuery | None
) -> None:
    both = indexes[data.draw(st.integers(0, len(indexes) - 1))]
    assume(both.small.work(query, accept).cost < ENDLESS)
    offset, limit = data.draw(st.sampled_from([(0, 10_000), (0, 3), (2, 5)]))
    found = both.small.search(query, accept, offset=offset, limit=limit)
    assert_same(found, both.full.search(query, accept, offset=offset, limit=limit))
    assert_in_order(both, both.full.search(query, accept, limit=10_000), found, offset)
    asked = known(query), None if accept is None else build_query(accept)
    assert_same(found, both.whoosh.search(*asked, offset=offset, limit=limit))
    for descending in (False, True):
        by: dict[str, Any] = {"column": "published", "descending": descending, "offset": offset, "limit": limit}
        assert_same(both.small.search_by(query, accept, **by), both.full.search_by(query, accept, **by))
    assert both.small.count(query, accept) == found.total


def test_equals_stand_in_the_order_of_their_keys_where_all_documents_of_a_segment_are_shown(
    indexes: list[Both],
) -> None:
    for both in indexes:
        for section in SECTIONS:
            query = plain.Or([plain.Every(), plain.Term("section", section)])
            assert_same(both.small.search(query, limit=10_000), both.full.search(query, limit=10_000))


@pytest.mark.parametrize("descending", [True, False])
def test_of_documents_with_one_date_those_with_the_least_keys_come_first(indexes: list[Both], descending: bool) -> None:
    for both in indexes:
        for query in (plain.Every(), plain.Term("body", "bank")):
            whole = both.full.search_by(query, column="published", descending=descending, limit=10_000)
            assert_in_order(both, both.full.search(query, limit=10_000), SmallTop(0, ()), 0)
            assert sorted(whole.docnums.tolist()) == both.full.scan(query).docnums.tolist()
            # Equal dates, and none, stand together: within such a run keys rise.
            dates = [both.dates[docnum] for docnum in whole.docnums.tolist()]
            keys = [both.keys[docnum] for docnum in whole.docnums.tolist()]
            rank = [(date is None, 0 if date is None else -date if descending else date) for date in dates]
            assert list(zip(rank, keys, strict=True)) == sorted(zip(rank, keys, strict=True))
            for offset, limit in ((0, 1), (0, 7), (20, 30)):
                page = both.full.search_by(query, column="published", descending=descending, offset=offset, limit=limit)
                assert page.docnums.tolist() == whole.docnums.tolist()[offset : offset + limit]


@pytest.mark.parametrize(
    "query",
    [
        plain.Every(),
        plain.Not(plain.Term("body", "bank")),
        plain.NumericRange("words", 1, 5),
        plain.Prefix("body", "b"),
        plain.Weighted(plain.Term("body", "bank"), 2.0),
        plain.Phrase("section", ["world", "sport"]),
        plain.Or([plain.Term("body", "bank"), plain.Every()]),
    ],
)
def test_what_is_large_or_unknown_is_endless_work(indexes: list[Both], query: plain.PlainQuery) -> None:
    assert indexes[0].small.work(query).cost == ENDLESS


def test_work_grows_with_the_documents_that_have_the_words(indexes: list[Both]) -> None:
    rare, common = (indexes[0].small.work(plain.Term("body", word)) for word in ("rare", "the"))
    assert 0 < rare.cost < common.cost
    assert rare.matches < common.matches


def test_a_rare_word_makes_an_and_small(indexes: list[Both]) -> None:
    rare, common = plain.Term("body", "missing"), plain.Term("body", "the")
    assert indexes[0].small.work(plain.And([common, rare])).cost < indexes[0].small.work(common).cost


def test_a_clause_that_excludes_may_come_first_in_a_part_that_all_words_fill(tmp_path: Path) -> None:
    index = create_in(tmp_path, make_schema())
    for texts in (["storm", "storm rate"], ["bank"] * 9):
        writer = index.writer(codec=ArrayCodec())
        for text in texts:
            writer.add_document(body=text, title=text)
        writer.commit(merge=False)
    toc = read_toc(tmp_path)
    first, second = (SegmentData(tmp_path / f"{each.name}.seg") for each in toc.segments)
    parts = [Part(first, frozenset(), 0), Part(second, frozenset(), 2)]
    small, full = SmallEvaluator(toc.schema, parts), Evaluator(toc.schema, parts)
    query = plain.And([plain.Not(plain.Term("body", "rate")), plain.Term("body", "storm")])
    assert small.work(query).cost < ENDLESS
    assert small.search(query).total == 1
    assert_same(small.search(query), full.search(query))


def test_a_range_finds_nothing_where_no_document_has_a_value(tmp_path: Path) -> None:
    index = create_in(tmp_path, make_schema())
    for dates in ([None], [3, None]):
        writer = index.writer(codec=ArrayCodec())
        for date in dates:
            writer.add_document(body="storm", **({} if date is None else {"published": date}))
        writer.commit(merge=False)
    toc = read_toc(tmp_path)
    first, second = (SegmentData(tmp_path / f"{each.name}.seg") for each in toc.segments)
    full = Evaluator(toc.schema, [Part(first, frozenset(), 0), Part(second, frozenset(), 1)])
    within = plain.NumericRange("published", 0, 5)
    assert full.search(within).docnums.tolist() == [1]
    assert full.search(plain.Term("body", "storm"), within).docnums.tolist() == [1]
    assert full.search(plain.And([plain.Term("body", "storm"), plain.Not(within)])).docnums.tolist() == [0, 2]


def test_a_frequency_past_the_table_scores_the_same(tmp_path: Path) -> None:
    index = create_in(tmp_path, make_schema())
    writer = index.writer(codec=ArrayCodec())
    writer.add_document(body="bank " * 40_000)
    writer.add_document(body="bank rate " * 20)
    writer.add_document(body="rate " * 300 + "bank")
    writer.commit()
    toc = read_toc(tmp_path)
    parts = [Part(SegmentData(tmp_path / f"{toc.segments[0].name}.seg"), frozenset(), 0)]
    small, full = SmallEvaluator(toc.schema, parts), Evaluator(toc.schema, parts)
    for query in (plain.Term("body", "bank"), plain.Phrase("body", ["bank", "rate"])):
        assert_same(small.search(query), full.search(query))
