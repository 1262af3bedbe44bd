"""Words looked for in several fields, scored as one, against the formula worked out one document at a time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in

from newsgrep.codec import plain_query as plain
from newsgrep.codec.evaluator import Evaluator
from newsgrep.codec.joint import joint_idf, read_joint
from newsgrep.codec.lengths import encode_lengths, length_table
from newsgrep.codec.pickled import PlainWords
from newsgrep.codec.segment import Part, SegmentData
from newsgrep.codec.small_evaluator import SmallEvaluator
from newsgrep.codec.toc import read_toc
from newsgrep.codec.whoosh_codec import ArrayCodec

WORDS = ["bank", "rate", "harbour", "storm", "rare"]
WEIGHT = 3
K1, B = 1.2, 0.4


class Texts:
    """An index, and the words of its documents."""

    def __init__(self, folder: Path, documents: Sequence[tuple[str, str]]) -> None:
        self.documents = [(title.split(), body.split()) for title, body in documents]
        index = create_in(folder, Schema(title=words_field(), body=words_field(), id=ID()))
        for half in (documents[: len(documents) // 3], documents[len(documents) // 3 :]):
            writer = index.writer(codec=ArrayCodec())
            for title, body in half:
                writer.add_document(title=title, body=body)
            writer.commit(merge=False)
        toc = read_toc(folder)
        parts, base = [], 0
        for segment in toc.segments:
            parts.append(Part(SegmentData(folder / f"{segment.name}.seg"), segment.deleted, base))
            base += segment.n_documents
        self.evaluator = Evaluator(toc.schema, parts, K1, B)
        self.small = SmallEvaluator(toc.schema, parts, K1, B)

    def expected(self, *forms: str) -> dict[int, float]:
        """The score of a word in several forms, for the documents that have it."""
        # The lengths of fields are known as precisely as one byte says.
        known = [
            WEIGHT * read_back(len(title)) + read_back(len(body)) if title or body else 0
            for title, body in self.documents
        ]
        total = sum(WEIGHT * read_back(len(title)) + read_back(len(body)) for title, body in self.documents)
        average = total / len(self.documents)
        in_title = sum(form in title for title, _ in self.documents for form in forms)
        in_body = sum(form in body for _, body in self.documents for form in forms)
        n, df = len(self.documents), min(len(self.documents), max(in_title, in_body))
        idf = log(1 + (n - df + 0.5) / (df + 0.5))
        scores = {}
        for docnum, (title, body) in enumerate(self.documents):
            freq = sum(WEIGHT * title.count(form) + body.count(form) for form in forms)
            if freq:
                norm = K1 * (1 - B + B * read_back(known[docnum]) / average)
                scores[docnum] = idf * freq * (K1 + 1) / (freq + norm)
        return scores


def words_field() -> TEXT:
    return TEXT(analyzer=PlainWords(), phrase=True)


def read_back(length: int) -> int:
    return int(length_table()[encode_lengths(np.array([length]))[0]])


def anywhere(*forms: str) -> plain.AnyField:
    return plain.AnyField(
        plain.Or(plain.Term(field, form, boost) for field, boost in (("title", 3.0), ("body", 1.0)) for form in forms)
    )


def together(*words: str) -> plain.AnyField:
    return plain.AnyField(
        plain.Or(plain.Phrase(field, words, 1, boost) for field, boost in (("title", 3.0), ("body", 1.0)))
    )


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    rng = random.Random(5)

    def make(most: int) -> str:
        return " ".join(rng.choices(WORDS, [9, 6, 4, 2, 1], k=rng.randrange(most)))

    return Texts(tmp_path_factory.mktemp("joint"), [(make(7), make(rng.choice([4, 30, 300]))) for _ in range(120)])


def scores(texts: Texts, query: plain.PlainQuery) -> dict[int, float]:
    top = texts.evaluator.search(query, limit=1000)
    found = dict(zip(top.docnums.tolist(), top.scores.tolist(), strict=True))
    assert found == dict(texts.small.search(query, limit=1000).documents)
    assert len(found) == top.total
    return found


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))
def test_a_word_scores_by_its_frequencies_in_all_fields_and_forms_together(texts: Texts, forms: list[str]) -> None:
    assert scores(texts, anywhere(*forms)) == pytest.approx(texts.expected(*forms), rel=1e-5)


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=3))
def test_a_phrase_scores_by_its_words(texts: Texts, words: list[str]) -> None:
    found = scores(texts, together(*words))
    phrase = f" {' '.join(words)} "
    matching = {
        docnum
        for docnum, fields in enumerate(texts.documents)
        if any(phrase in f" {' '.join(field)} " for field in fields)
    }
    assert set(found) == matching
    for docnum in matching:
        assert found[docnum] == pytest.approx(sum(texts.expected(word)[docnum] for word in words), rel=1e-5)


def test_the_rarest_clause_first_changes_no_score(texts: Texts) -> None:
    rare, common = texts.expected("rare"), texts.expected("bank")
    found = scores(texts, plain.And([anywhere("bank"), anywhere("rare")]))
    assert found == pytest.approx(
        {docnum: rare[docnum] + common[docnum] for docnum in set(rare) & set(common)}, rel=1e-5
    )


def test_a_word_of_the_title_counts_for_as_many_as_it_weighs(tmp_path: Path) -> None:
    # The joint length is the same: three words of the body for one of the title.
    texts = Texts(tmp_path, [("bank", "rate"), ("", "bank bank bank rate"), ("storm", "rate")])
    found = scores(texts, anywhere("bank"))
    assert found[0] == found[1]


def test_a_word_that_every_document_has_still_scores_a_little(texts: Texts) -> None:
    assert 0 < joint_idf([("body", 100)], 100) < joint_idf([("body", 99)], 100)


def test_forms_of_a_field_add_up_and_fields_overlap() -> None:
    assert joint_idf([("title", 3), ("body", 5), ("body", 2)], 100) == joint_idf([("body", 7)], 100)


def test_fields_that_are_built_differently_have_no_joint_score() -> None:
    uneven = plain.Or([plain.Term("title", "bank"), plain.Phrase("body", ["bank", "rate"])])
    assert read_joint(uneven, lambda _: True) is None
    assert read_joint(plain.Or([plain.Term("title", "bank"), plain.Prefix("body", "ba")]), lambda _: True) is None


def test_a_weight_that_is_no_multiple_of_another_has_no_joint_score() -> None:
    terms = plain.Or([plain.Term("title", "bank", 1.5), plain.Term("body", "bank")])
    assert read_joint(terms, lambda _: True) is None


def test_a_field_without_lengths_has_no_joint_score() -> None:
    terms = plain.Or([plain.Term("section", "bank"), plain.Term("body", "bank")])
    assert read_joint(terms, lambda field: field == "body") is None
