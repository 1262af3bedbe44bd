"""The same documents in our format and in Whoosh's: any query finds the same, with the same scores."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import fields, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import create_in, open_dir
from whoosh.scoring import BM25F, TF_IDF, Frequency

from newsgrep.codec.whoosh_codec import ArrayCodec

VOCABULARY = ["alfa", "alba", "bravo", "brava", "char", "delta", "echo", "évo", "x"]
SCHEMA = fields.Schema(
    title=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), field_boost=1.5),
    body=fields.TEXT(analyzer=SpaceSeparatedTokenizer()),
    chars=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), chars=True),
    tag=fields.KEYWORD,
    year=fields.NUMERIC(sortable=True),
)

words = st.sampled_from(VOCABULARY)
texts = st.lists(words, max_size=12).map(" ".join)
documents = st.fixed_dictionaries(
    {},
    optional={"title": texts, "body": texts, "chars": texts, "tag": texts, "year": st.integers(1990, 2010)},
)
batches = st.lists(st.lists(documents, min_size=1, max_size=8), min_size=1, max_size=3)
text_fields = st.sampled_from(["title", "body", "chars"])
leaves = st.one_of(
    st.builds(query.Term, st.sampled_from(["title", "body", "chars", "tag"]), words, st.sampled_from([1.0, 2.0])),
    st.builds(query.Phrase, text_fields, st.lists(words, min_size=2, max_size=3), st.integers(1, 3)),
    st.builds(query.Prefix, text_fields, st.sampled_from(["a", "al", "b", "é", "z"])),
    st.builds(query.Wildcard, text_fields, st.sampled_from(["a*a", "?lfa", "*o", "b*"])),
    st.builds(query.FuzzyTerm, text_fields, words, maxdist=st.integers(1, 2), prefixlength=st.integers(0, 1)),
    st.builds(query.TermRange, text_fields, words, words),
    st.builds(query.NumericRange, st.just("year"), st.integers(1988, 2000), st.integers(1995, 2012)),
    st.builds(query.Every, st.sampled_from([None, "body", "tag"])),
)


def _combine(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(query.And, several),
        st.builds(query.Or, several),
        st.builds(query.DisjunctionMax, several),
        st.builds(query.AndNot, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.builds(lambda one, other: query.And([one, query.Not(other)]), inner, inner),
        st.builds(query.ConstantScoreQuery, inner, st.just(2.5)),
    )


queries = st.recursive(leaves, _combine, max_leaves=6)
deletions = st.sets(st.integers(0, 20), max_size=6)


def _answers(
    folder: Path, codec: Any, corpus: list[list[dict[str, Any]]], deleted: set[int], asked: list[Any], optimize: bool
) -> list[Any]:
    """What an index with this codec finds, for each query under each weighting: documents with scores, or an error."""
    index = create_in(folder, SCHEMA)
    for batch in corpus:
        writer = index.writer(codec=codec)
        for document in batch:
            writer.add_document(**document)
        writer.commit(merge=False)
    total = sum(map(len, corpus))
    writer = index.writer(codec=codec)
    for docnum in sorted(deleted):
        if docnum < total:
            writer.delete_document(docnum)
    writer.commit(merge=False, optimize=optimize)
    found: list[Any] = []
    for weighting in (BM25F(), TF_IDF(), Frequency()):
        with open_dir(folder).searcher(weighting=weighting) as searcher:
            for each in asked:
                try:
                    results = searcher.search(each, limit=None, optimize=False)
                    found.append(sorted((docnum, score) for score, docnum in results.top_n))
                except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
                    # Whoosh's matchers fail on some trees.
                    found.append(type(error))
    return found


@pytest.mark.parametrize("optimize", [False, True], ids=["as written", "merged"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(corpus=batches, deleted=deletions, asked=st.lists(queries, min_size=4, max_size=8))
def test_any_query_finds_what_it_finds_in_whoosh_s_own_format(
    corpus: list[list[dict[str, Any]]], deleted: set[int], asked: list[Any], optimize: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        ours.mkdir()
        theirs.mkdir()
        found = _answers(ours, ArrayCodec(), corpus, deleted, asked, optimize)
        expected = _answers(theirs, W3Codec(), corpus, deleted, asked, optimize)
    for mine, other in zip(found, expected, strict=True):
        if isinstance(other, type):
            continue  # nothing to compare with
        assert not isinstance(mine, type)
        assert [docnum for docnum, _ in mine] == [docnum for docnum, _ in other]
        assert [score for _, score in mine] == pytest.approx([score for _, score in other], rel=1e-9)
