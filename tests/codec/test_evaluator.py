"""The evaluator against Whoosh's own matchers over Whoosh's stock codec, on small random indexes."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import whoosh
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.query import spans
from whoosh.query.qcore import QueryError
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from newsgrep.codec.evaluator import Evaluator, Top
from newsgrep.codec.lengths import describe_lengths, encode_lengths, length_table
from newsgrep.codec.part_evaluator import CannotEvaluate
from newsgrep.codec.postings import encode_gaps
from newsgrep.codec.segment import Part, SegmentData
from newsgrep.codec.segment_file import SegmentFileWriter
from newsgrep.codec.terms import Run
from newsgrep.codec.terms_writer import FieldTermsWriter

K1, B = 1.2, 0.4
WORDS = ["a", "ab", "abc", "abd", "b", "bc", "harbour", "harbor", "hårbør", "storm", "storms", "z", "every"]
SECTIONS = ["world", "sport", "city council"]
MISSING = (1 << 32) - 1


def make_schema() -> Schema:
    """One field of each kind that an index may have."""
    text = TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True)
    return Schema(
        title=text,
        body=text,
        loose=TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False),
        section=KEYWORD(commas=True),
        key=ID(),
        words=NUMERIC(int, bits=32, signed=True, sortable=True),
        plain=NUMERIC(int, bits=32, signed=True),
    )


Document = Mapping[str, Any]

needs_sound_matchers = pytest.mark.skipif(
    whoosh.__version__ < (3,), reason="Whoosh 2 fails on spans within And, turns Require round and loses boosts"
)


def write_segment(path: Path, schema: Schema, documents: Sequence[Document]) -> SegmentData:
    """A segment of documents that Whoosh's fields have indexed."""
    fields: dict[str, dict[str, int]] = {}
    columns: dict[str, dict[str, Any]] = {}
    with SegmentFileWriter(path) as file:
        for name, field in schema.items():
            postings: dict[bytes, list[tuple[int, int, list[int]]]] = {}
            lengths = np.zeros(len(documents), np.int64)
            has_positions = field.format.supports("positions")
            has_freqs = field.format.supports("frequency") or has_positions
            for docnum, document in enumerate(documents):
                if name not in document:
                    continue
                for term, freq, _, value in field.index(document[name], mode="index"):
                    positions = list(field.format.decode_positions(value)) if has_positions else []
                    postings.setdefault(term, []).append((docnum, freq, positions))
                    lengths[docnum] += freq
            if field.scorable:
                file.add(f"lengths/{name}", encode_lengths(lengths).data)
            if field.column_type:
                default = field.column_type.default_value()
                values = [
                    field.to_column_value(document[name]) if name in document else default for document in documents
                ]
                file.add(f"column/{name}", np.array(values, "<u4").data)
                columns[name] = {"dtype": "<u4", "default": default}
            if not postings:
                continue
            fields[name] = describe_lengths(encode_lengths(lengths))
            terms = sorted(postings)
            writer = FieldTermsWriter(name, path.parent, freqs=has_freqs, positions=has_positions)
            rows = [row for term in terms for row in postings[term]]
            freqs = np.array([freq for _, freq, _ in rows], np.int64)
            places = np.array([at for _, _, positions in rows for at in positions], np.int64)
            run = Run(
                dfs=np.array([len(postings[term]) for term in terms], np.int64),
                docnums=np.array([docnum for docnum, _, _ in rows], np.int64),
                freqs=freqs,
                gaps=encode_gaps(places, freqs) if has_positions else None,
            )
            writer.add_run(terms, run)
            writer.finish(file)
        file.facts.update(documents=len(documents), fields=fields, columns=columns)
    return SegmentData(path)


@dataclass(frozen=True)
class Indexes:
    """The same documents for Whoosh and for the evaluator, of which Whoosh does not have those that are deleted."""

    searcher: Searcher
    parts: list[Part]
    evaluator: Evaluator
    documents: list[Document]
    numbers: list[int]
    """The number of each of Whoosh's documents."""


def build_indexes(
    folder: Path, segments: Sequence[Sequence[Document]], deleted: Iterable[int] = (), **options: Any
) -> Indexes:
    """Index documents both ways; `deleted` are numbers in the whole index."""
    schema = make_schema()
    index = RamStorage().create_index(schema)
    parts: list[Part] = []
    kept: list[list[int]] = []
    base = 0
    gone = set(deleted)
    for number, documents in enumerate(segments):
        kept.append([docnum for docnum in range(len(documents)) if base + docnum not in gone])
        if kept[-1]:
            writer = index.writer()
            for docnum in kept[-1]:
                writer.add_document(**documents[docnum])
            writer.commit(merge=False)
        data = write_segment(folder / f"{number}.seg", schema, documents)
        mine = frozenset(docnum - base for docnum in gone if base <= docnum < base + len(documents))
        parts.append(Part(data, mine, base))
        base += len(documents)
    searcher = index.searcher(weighting=BM25F(B=B, K1=K1))
    searcher.avg_field_length = lambda field, default=None: _average_length(schema, parts, field) or default

    def ask_whoosh(query: wq.Query, part: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        docnums, scores = [], []
        if kept[part]:
            leaf, _ = searcher.leaf_searchers()[sum(1 for each in kept[:part] if each)]
            matcher = query.matcher(leaf, leaf.context())
            while matcher.is_active():
                docnums.append(kept[part][matcher.id()])
                scores.append(matcher.score())
                matcher.next()
        return np.array(docnums, np.int32), np.array(scores)

    evaluator = Evaluator(schema, parts, K1, B, fallback=ask_whoosh, **options)
    numbers = [part.base + docnum for part, docnums in zip(parts, kept, strict=True) for docnum in docnums]
    return Indexes(searcher, parts, evaluator, [each for segment in segments for each in segment], numbers)


def _average_length(schema: Schema, parts: Sequence[Part], field: str) -> float:
    """What Whoosh makes of true lengths, of the lengths that one byte keeps."""
    if not schema[field].scorable:
        return 0.0
    codes = [np.delete(lengths, [*part.deleted]) for part in parts if (lengths := part.data.lengths(field)) is not None]
    total = sum(int(length_table().take(each).sum()) for each in codes)
    return total / (sum(part.n_live for part in parts) or 1)


def sound_for_whoosh(query: wq.Query) -> wq.Query:
    """The same query without what Whoosh's matchers get wrong.

    The first document of an `AndNot` is not held against what it excludes when that begins earlier. An `AndMaybe` that
    skips to a document leaves its optional clause at that document, though its other clause may have gone further, and
    so loses the score that the optional clause has there.
    """
    if isinstance(query, wq.AndNot):
        return wq.Require(sound_for_whoosh(query.a), wq.Not(sound_for_whoosh(query.b)))
    if isinstance(query, wq.AndMaybe):
        must, maybe = map(sound_for_whoosh, (query.a, query.b))
        return wq.Or([must, wq.Require(maybe, must)])
    return query if query.is_leaf() else query.apply(sound_for_whoosh)


def ask_whoosh_for(indexes: Indexes, query: wq.Query, accept: wq.Query | None = None) -> dict[int, float]:
    """What Whoosh's matchers score each document that matches."""
    results = indexes.searcher.search(sound_for_whoosh(query), limit=None, optimize=False)
    scores = {indexes.numbers[docnum]: score for score, docnum in results.top_n}
    if accept is None:
        return scores
    accepted = ask_whoosh_for(indexes, accept)
    return {docnum: score for docnum, score in scores.items() if docnum in accepted}


def assert_same(top: Top, expected: Mapping[int, float], offset: int = 0, limit: int = 10_000) -> None:
    """The page holds the expected documents and scores, in an order that the scores allow."""
    assert top.total == len(expected)
    page = sorted(expected, key=lambda docnum: (-expected[docnum], docnum))[offset : offset + limit]
    assert len(top.docnums) == len(page)
    assert list(top.scores) == pytest.approx([expected[docnum] for docnum in page], rel=1e-5)
    assert [expected[docnum] for docnum in top.docnums.tolist()] == pytest.approx(list(top.scores), rel=1e-5)
    # Equal scores stand in the order of the documents.
    keys = [(-score, docnum) for docnum, score in zip(top.docnums.tolist(), top.scores.tolist(), strict=True)]
    assert keys == sorted(keys)


words = st.sampled_from(WORDS)
texts = st.lists(words, max_size=12).map(" ".join)
documents = st.fixed_dictionaries(
    {"key": st.uuids(version=4).map(str)},
    optional={
        "title": texts,
        "body": texts.map(lambda text: f"{text} every".strip()),
        "loose": texts,
        "section": st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=2, unique=True).map(",".join),
        "words": st.integers(-5, 5),
        "plain": st.integers(-300, 300),
    },
)
fields = st.sampled_from(["title", "body", "body", "loose"])
boosts = st.sampled_from([1.0, 1.0, 2, 0.5])
prefixes = st.sampled_from(["a", "ab", "h", "st", "q", "z", "hå"])
ranges = st.tuples(st.none() | st.integers(-6, 6), st.none() | st.integers(-6, 6), st.booleans(), st.booleans())
terms = st.builds(wq.Term, fields, words, boost=boosts) | st.builds(
    wq.Term, st.just("section"), st.sampled_from([*SECTIONS, "none"]), boost=boosts
)
phrases = st.builds(
    wq.Phrase,
    st.sampled_from(["title", "body"]),
    st.lists(words, min_size=1, max_size=3),
    slop=st.integers(1, 3),
    boost=boosts,
)
many = st.one_of(
    st.builds(wq.Prefix, fields, prefixes, boost=boosts, constantscore=st.booleans()),
    st.builds(wq.Wildcard, fields, st.sampled_from(["a*", "*b", "?b*", "s*m", "[hz]*", "*"]), boost=boosts),
    st.builds(wq.Regex, fields, st.sampled_from(["ab?", "h.rb", "storms?$", "a|z", ".*"]), boost=boosts),
    st.builds(wq.Variations, fields, st.sampled_from(["storm", "harbour"]), boost=boosts),
    st.builds(
        wq.FuzzyTerm,
        fields,
        words,
        boost=boosts,
        maxdist=st.integers(1, 2),
        prefixlength=st.integers(0, 1),
        constantscore=st.booleans(),
    ),
    st.builds(
        wq.TermRange,
        fields,
        st.none() | words,
        st.none() | words,
        st.booleans(),
        st.booleans(),
        boost=boosts,
        constantscore=st.booleans(),
    ),
)
numbers = ranges.flatmap(
    lambda bounds: st.builds(
        lambda field, boost, constant: wq.NumericRange(field, *bounds, boost=boost, constantscore=constant),
        st.sampled_from(["words", "plain"]),
        boosts,
        st.sampled_from([True, True, True, False]),
    )
)
leaves = st.one_of(
    terms,
    terms,
    terms,
    phrases,
    many,
    numbers,
    st.builds(wq.Every, st.sampled_from([None, "title", "section", "plain"]), boost=boosts),
    st.just(wq.NullQuery),
    # Unknown to the evaluator: for the fallback.
    st.builds(
        lambda field, a, b: spans.SpanNear2([wq.Term(field, a), wq.Term(field, b)], slop=2),
        st.just("body"),
        words,
        words,
    ),
)


def _compounds(children: st.SearchStrategy[wq.Query]) -> st.SearchStrategy[wq.Query]:
    several = st.lists(children, min_size=1, max_size=4)
    return st.one_of(
        st.builds(wq.And, several, boost=boosts),
        st.builds(wq.Or, several, boost=boosts),
        st.builds(wq.Not, children),
        st.builds(lambda must, mustnot: wq.And([must, wq.Not(mustnot)]), children, children),
        st.builds(wq.AndNot, children, children),
        st.builds(wq.AndMaybe, children, children),
        st.builds(wq.Require, children, children),
        st.builds(wq.ConstantScoreQuery, children, score=st.sampled_from([0.0, 1.0, 2.5])),
    )


queries = st.recursive(leaves, _compounds, max_leaves=8)
corpora = st.lists(st.lists(documents, max_size=12), min_size=1, max_size=3)


@needs_sound_matchers
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(corpora, st.data())
def test_any_query_finds_and_scores_what_whoosh_finds(segments: list[list[Document]], data: st.DataObject) -> None:
    total = sum(map(len, segments))
    deleted = data.draw(st.sets(st.integers(0, max(0, total - 1)), max_size=3)) if total else set()
    with tempfile.TemporaryDirectory() as folder:
        indexes = build_indexes(Path(folder), segments, deleted)
        for _ in range(6):
            query = data.draw(queries)
            accept = data.draw(st.none() | queries)
            expected = ask_whoosh_for(indexes, query, accept)
            assert_same(indexes.evaluator.search(query, accept, limit=1000), expected)
            assert indexes.evaluator.count(query, accept) == len(expected)
            # A second time, with what the first left in the cache.
            assert_same(indexes.evaluator.search(query, accept, offset=1, limit=3), expected, 1, 3)


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Indexes:
    """A segment beyond Whoosh's bound for small ones, a small one beside it, words of every frequency."""
    choose = random.Random(5)
    vocabulary = [f"w{rank}" for rank in range(400)]
    weights = [1 / (rank + 1) for rank in range(400)]

    def make(number: int) -> Document:
        body = " ".join(choose.choices(vocabulary, weights, k=choose.randrange(1, 40)))
        document: dict[str, Any] = {"key": str(number), "body": body}
        if number % 3:
            document["words"] = choose.randrange(-1000, 1000)
        if number % 2:
            document["title"] = " ".join(choose.choices(vocabulary, weights, k=3))
        document["section"] = choose.choice(SECTIONS)
        return document

    everything = [make(number) for number in range(6400)]
    deleted = choose.sample(range(6400), 100)
    folder = tmp_path_factory.mktemp("larger")
    return build_indexes(folder, [everything[:6000], [], everything[6000:]], deleted)


def body(word: str, boost: float = 1.0) -> wq.Term:
    return wq.Term("body", word, boost=boost)


def anywhere(word: str) -> wq.Or:
    return wq.Or([wq.Term("title", word, boost=1.5), wq.Term("body", word)])


LARGER_QUERIES = [
    body("w0"),
    body("w7"),
    body("w399"),
    wq.Or([body("w0"), body("w1"), body("w5")]),
    wq.Or([body("w0"), body("w1", 0.0)]),
    wq.Or([body("w300"), body("w301"), body("w302", 3)]),
    wq.Or([anywhere("w0"), anywhere("w3")], boost=2),
    wq.And([body("w0"), body("w1")]),
    wq.And([body("w0"), body("w390")]),
    wq.And([anywhere("w2"), anywhere("w4"), anywhere("w30")]),
    wq.And([wq.Or([body("w0"), body("w1")]), wq.Not(body("w2"))]),
    wq.And([wq.Not(body("w0")), wq.Not(body("w1"))]),
    wq.Require(body("w0"), wq.Or([body("w1"), body("w200")])),
    wq.AndMaybe(wq.Or([body("w0"), body("w1")]), body("w50")),
    wq.Phrase("body", ["w0", "w1"]),
    wq.Phrase("body", ["w0", "w1", "w0"]),
    wq.Phrase("body", ["w0", "w40"], slop=4, boost=2),
    wq.And([body("w390"), wq.Phrase("body", ["w0", "w1"], slop=2)]),
    wq.Prefix("body", "w1"),
    wq.Prefix("body", "w39", boost=2),
    wq.Prefix("body", "w"),
    wq.Wildcard("body", "w?5"),
    wq.FuzzyTerm("body", "w100", maxdist=2),
    wq.Every("title"),
    wq.Every(),
    wq.NumericRange("words", -100, 300),
    wq.Or([body("w0"), wq.NumericRange("words", -100, 300, boost=2)]),
]
LARGER_FILTERS = [
    None,
    wq.Term("section", "world"),
    wq.NumericRange("words", 0, 10),
    wq.And([wq.Term("section", "sport"), wq.Not(body("w0"))]),
    wq.NullQuery,
]


@needs_sound_matchers
@pytest.mark.parametrize("accept", LARGER_FILTERS, ids=str)
@pytest.mark.parametrize("query", LARGER_QUERIES, ids=str)
def test_pages_of_a_larger_index_hold_what_whoosh_finds(
    larger: Indexes, query: wq.Query, accept: wq.Query | None
) -> None:
    expected = ask_whoosh_for(larger, query, accept)
    for offset, limit in ((0, 10), (20, 30), (0, 10_000)):
        assert_same(larger.evaluator.search(query, accept, offset=offset, limit=limit), expected, offset, limit)
    assert larger.evaluator.count(query, accept) == len(expected)


@pytest.mark.parametrize("descending", [True, False])
def test_documents_are_ordered_by_a_column_and_those_without_a_value_come_last(
    larger: Indexes, descending: bool
) -> None:
    query = wq.Or([body("w0"), body("w1")])
    found = ask_whoosh_for(larger, query)

    def key(docnum: int) -> tuple[bool, int, int]:
        value = larger.documents[docnum].get("words")
        return value is None, 0 if value is None else (-value if descending else value), docnum

    expected = sorted(found, key=key)
    for offset, limit in ((0, 20), (500, 50), (0, 10_000)):
        top = larger.evaluator.search_by(query, column="words", descending=descending, offset=offset, limit=limit)
        assert top.total == len(expected)
        assert top.docnums.tolist() == expected[offset : offset + limit]


def test_documents_of_an_index_without_the_column_keep_their_order(tmp_path: Path) -> None:
    indexes = build_indexes(tmp_path, [[{"body": "storm"}, {"body": "calm"}, {"body": "storm"}]])
    top = indexes.evaluator.search_by(body("storm"), column="nowhere", descending=True)
    assert (top.total, top.docnums.tolist()) == (2, [0, 2])


def test_matching_names_documents_within_their_part(tmp_path: Path) -> None:
    segments = [[{"body": "storm"}, {"body": "calm"}], [{"body": "calm"}, {"body": "storm"}, {"body": "storm"}]]
    indexes = build_indexes(tmp_path, segments, deleted=[4])
    assert indexes.evaluator.matching(body("storm"), 1).tolist() == [1]
    assert indexes.evaluator.matching(body("storm"), 1).dtype == np.int32


def test_the_best_of_several_fields_is_that_of_the_same_document(tmp_path: Path) -> None:
    segments = [[{"title": "storm", "body": "calm sea"}, {"body": "storm storm"}, {"title": "storm", "body": "storm"}]]
    indexes = build_indexes(tmp_path, segments)
    title, text = wq.Term("title", "storm"), wq.Term("body", "storm")
    in_title, in_body = ask_whoosh_for(indexes, title), ask_whoosh_for(indexes, text)
    expected = {
        docnum: 2 * max(in_title.get(docnum, 0.0), in_body.get(docnum, 0.0)) for docnum in in_title.keys() | in_body
    }
    assert_same(indexes.evaluator.search(wq.DisjunctionMax([title, text], boost=2)), expected)


@needs_sound_matchers
def test_what_may_be_there_counts_in_a_document_that_other_clauses_skip_to(tmp_path: Path) -> None:
    segments = [
        [
            {"body": "storm"},
            {"title": "calm", "section": "world"},
            {"body": "storm", "title": "sea", "section": "world"},
        ]
    ]
    indexes = build_indexes(tmp_path, segments)
    maybe = wq.AndMaybe(body("storm"), wq.Every("title", boost=0.5))
    query = wq.Require(maybe, wq.Term("section", "world"))
    top = indexes.evaluator.search(query)
    assert_same(top, ask_whoosh_for(indexes, query))
    assert top.scores[0] == pytest.approx(0.5 + ask_whoosh_for(indexes, body("storm"))[2])


def test_what_an_andnot_excludes_is_never_found(tmp_path: Path) -> None:
    indexes = build_indexes(tmp_path, [[{"body": "calm"}, {"body": "storm calm"}, {"body": "storm"}]])
    top = indexes.evaluator.search(wq.AndNot(body("storm"), body("calm")))
    assert top.docnums.tolist() == [2]


def test_a_deleted_document_is_not_found_by_what_it_lacks(tmp_path: Path) -> None:
    indexes = build_indexes(tmp_path, [[{"body": "storm"}, {"body": "calm"}, {"body": "calm"}]], deleted=[1])
    assert indexes.evaluator.search(wq.Not(body("storm"))).docnums.tolist() == [2]


def test_a_term_of_every_document_still_adds_to_the_score(tmp_path: Path) -> None:
    indexes = build_indexes(tmp_path, [[{"body": "sea"}, {"body": "sea storm"}]])
    assert (indexes.evaluator.search(body("sea")).scores > 0).all()


def test_deleted_documents_do_not_count_in_what_a_word_weighs(tmp_path: Path) -> None:
    segments = [[{"body": "storm"}, {"body": "storm sea"}], [{"body": "sea"}, {"body": "calm"}]]
    (tmp_path / "whole").mkdir()
    (tmp_path / "less").mkdir()
    never = build_indexes(tmp_path / "whole", [[segments[0][0]], segments[1]])
    deleted = build_indexes(tmp_path / "less", segments, deleted=[1])
    assert deleted.evaluator.search(body("storm")).scores[0] == never.evaluator.search(body("storm")).scores[0]


def test_an_index_without_documents_answers_with_nothing(tmp_path: Path) -> None:
    indexes = build_indexes(tmp_path, [[]])
    for query in (body("storm"), wq.Every(), wq.Prefix("body", "s"), wq.Not(body("storm"))):
        assert indexes.evaluator.search(query).total == 0
        assert indexes.evaluator.count(query) == 0
    assert Evaluator(make_schema(), []).search(wq.Every()).docnums.tolist() == []


def test_a_word_of_an_unknown_field_is_found_nowhere(tmp_path: Path) -> None:
    indexes = build_indexes(tmp_path, [[{"body": "storm"}]])
    for query in (wq.Term("nowhere", "storm"), wq.Phrase("nowhere", ["a", "b"]), wq.Prefix("nowhere", "s")):
        assert indexes.evaluator.count(query) == 0


def test_a_query_of_an_unknown_class_needs_a_fallback(tmp_path: Path) -> None:
    data = write_segment(tmp_path / "0.seg", make_schema(), [{"body": "storm"}])
    evaluator = Evaluator(make_schema(), [Part(data, frozenset(), 0)])
    with pytest.raises(CannotEvaluate, match="SpanFirst"):
        evaluator.search(spans.SpanFirst(body("storm")))


def test_a_phrase_in_a_field_without_positions_is_left_to_whoosh(tmp_path: Path) -> None:
    indexes = build_indexes(tmp_path, [[{"loose": "storm sea"}]])
    with pytest.raises(QueryError, match="positions"):
        indexes.evaluator.search(wq.Phrase("loose", ["storm", "sea"]))


def test_very_long_documents_and_very_frequent_words_are_scored_as_by_whoosh(tmp_path: Path) -> None:
    long = " ".join(["storm"] * 300 + ["sea"] * 20 + ["calm"] * 2000)
    indexes = build_indexes(tmp_path, [[{"body": long}, {"body": "storm sea"}, {"body": f"{long} {long} storm sea"}]])
    for query in (body("storm"), body("sea"), wq.Phrase("body", ["storm", "sea"]), wq.Prefix("body", "s")):
        assert_same(indexes.evaluator.search(query), ask_whoosh_for(indexes, query))


def test_answers_do_not_depend_on_what_is_kept_between_queries(larger: Indexes) -> None:
    forgetful = Evaluator(make_schema(), larger.parts, K1, B, cache_bytes=0)
    for query in LARGER_QUERIES[:20]:
        kept, fresh = larger.evaluator.search(query), forgetful.search(query)
        assert kept.docnums.tolist() == fresh.docnums.tolist()
        assert kept.scores.tolist() == pytest.approx(fresh.scores.tolist(), rel=1e-6)
