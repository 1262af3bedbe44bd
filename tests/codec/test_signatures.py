from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.codec import signatures
from newsgrep.codec.signatures import (
    SLOTS,
    are_copies,
    build_signatures,
    group_alike,
    measure_likeness,
    term_hashes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORDS = [f"word{number}" for number in range(5_000)]


def sign(*texts: Sequence[str]) -> NDArray[np.uint16]:
    words = [word.encode() for text in texts for word in text]
    starts = np.cumsum([0, *map(len, texts)])
    return build_signatures(term_hashes(words), starts.astype(np.int64))


def write_text(seed: int, length: int) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def edit(text: Sequence[str], seed: int, share: float) -> list[str]:
    """Replace, drop, insert or swap as many of the words as `share` says."""
    rng = random.Random(seed)
    edited = list(text)
    for _ in range(round(share * len(text))):
        place = rng.randrange(len(edited) - 1)
        match rng.randrange(4):
            case 0:
                edited[place] = rng.choice(WORDS)
            case 1:
                del edited[place]
            case 2:
                edited.insert(place, rng.choice(WORDS))
            case _:
                edited[place : place + 2] = reversed(edited[place : place + 2])
    return edited


def split(groups: NDArray[np.int64]) -> set[frozenset[int]]:
    """Groups as sets of documents, whatever their numbers."""
    return {frozenset(np.flatnonzero(groups == group).tolist()) for group in groups.tolist()}


def test_a_term_has_one_hash_and_different_terms_different_ones() -> None:
    terms = [word.encode() for word in WORDS]
    hashes = term_hashes(terms)
    assert np.array_equal(hashes, term_hashes(terms))
    assert len(np.unique(hashes)) == len(terms)


def test_the_hashes_are_part_of_the_segment_format() -> None:
    assert [f"{number:016x}" for number in term_hashes([b"harbour", b"1987"]).tolist()] == [
        "78c6d436707077c6",
        "56ac7ca9aef676d0",
    ]


@pytest.mark.parametrize("term", ["a", "the", "und", "как", "été"])
def test_short_words_do_not_count(term: str) -> None:
    assert term_hashes([term.encode()]).tolist() == [0]


@pytest.mark.parametrize("term", ["port", "7", "12", "a1", "порт", "東京", "b2b"])
def test_numbers_longer_words_and_pairs_of_unspaced_characters_count(term: str) -> None:
    assert term_hashes([term.encode()]).tolist() != [0]


def test_a_term_that_is_no_utf_8_has_a_hash() -> None:
    assert term_hashes([b"\xff\xfe\xfd\xfc"]).tolist() != [0]


def test_no_documents_have_no_signatures_and_no_groups() -> None:
    empty = build_signatures(term_hashes([]), np.zeros(1, np.int64))
    assert empty.shape == (0, SLOTS)
    assert group_alike(empty).tolist() == []


def test_a_signature_does_not_depend_on_the_documents_beside_it() -> None:
    texts = [write_text(seed, 30 + 20 * seed) for seed in range(6)]
    together = sign(*texts)
    assert all(np.array_equal(sign(text)[0], row) for text, row in zip(texts, together, strict=True))


def test_short_words_between_others_change_nothing() -> None:
    text = write_text(1, 60)
    padded = [word for each in text for word in (each, "of", "the")]
    assert np.array_equal(sign(text), sign(padded))


def test_a_document_of_few_words_has_no_signature() -> None:
    few, enough = sign(WORDS[: signatures.LEAST_WORDS - 1], WORDS[: signatures.LEAST_WORDS])
    assert not few.any()
    assert enough.any()


def test_documents_without_a_signature_are_alone() -> None:
    assert len(split(group_alike(np.zeros((3, SLOTS), np.uint16)))) == 3


def test_the_same_text_is_one_group() -> None:
    text = write_text(1, 12)
    assert split(group_alike(sign(text, write_text(2, 90), text))) == {frozenset({0, 2}), frozenset({1})}


@pytest.mark.parametrize("length", [60, 120, 400, 2_000])
def test_a_text_cut_in_half_at_either_end_is_a_copy(length: int) -> None:
    text = write_text(length, length)
    half = length // 2
    groups = group_alike(sign(text, text[:half], text[half:], text[half // 2 : half // 2 + half]))
    assert len(set(groups.tolist())) == 1


@pytest.mark.parametrize("length", [150, 500, 1_500])
def test_a_text_with_a_tenth_of_its_words_edited_is_a_copy(length: int) -> None:
    texts = [write_text(seed, length) for seed in range(20)]
    copies = [edit(text, seed, 0.1) for seed, text in enumerate(texts)]
    groups = group_alike(sign(*texts, *copies))
    assert split(groups) == {frozenset({number, number + 20}) for number in range(20)}


def test_texts_that_share_a_third_are_not_copies() -> None:
    shared = write_text(99, 100)
    texts = [[*shared, *write_text(seed, 200)] for seed in range(30)]
    assert len(split(group_alike(sign(*texts)))) == 30


def test_a_chain_of_texts_each_like_the_next_is_not_one_group() -> None:
    words = random.Random(3).sample(WORDS, 1_200)
    chain = [words[start : start + 400] for start in range(0, 801, 80)]
    groups = group_alike(sign(*chain))
    assert groups[0] == groups[1]
    assert groups[0] != groups[-1]
    for members in split(groups):
        assert max(members) - min(members) <= 5


def test_a_text_that_two_stories_have_something_of_does_not_join_them() -> None:
    first, second = write_text(1, 300), write_text(2, 300)
    digest = [*first, *second]
    texts = [first, edit(first, 1, 0.05), edit(first, 2, 0.05), second, edit(second, 3, 0.05), digest]
    groups = group_alike(sign(*texts)).tolist()
    assert groups[0] == groups[1] == groups[2]
    assert groups[3] == groups[4]
    assert groups[0] != groups[3]


def test_many_copies_of_one_text_are_one_group() -> None:
    text = write_text(1, 300)
    others = [write_text(seed, 300) for seed in range(2, 50)]
    groups = group_alike(sign(text, *(edit(text, seed, 0.08) for seed in range(200)), *others))
    assert len(set(groups[:201].tolist())) == 1
    assert len(set(groups[201:].tolist())) == len(others)


@given(st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_groups_do_not_depend_on_the_order_of_documents(rng: random.Random) -> None:
    rows = sign(
        *(edit(write_text(number % 12, 80 + 20 * (number % 12)), number, 0.03 * (number % 8)) for number in range(60))
    )
    order = list(range(len(rows)))
    rng.shuffle(order)
    shuffled = group_alike(rows[order])
    back = np.empty_like(shuffled)
    back[order] = shuffled
    assert split(back) == split(group_alike(rows))


@given(st.lists(st.lists(st.sampled_from(WORDS[:60]), max_size=80), max_size=12))
@settings(max_examples=60)
def test_likeness_is_symmetric_and_between_0_and_1_and_a_text_is_like_itself(texts: list[list[str]]) -> None:
    rows = sign(*texts)
    left, right = (each.ravel().astype(np.int64) for each in np.indices((len(texts), len(texts))))
    likeness, needed = measure_likeness(rows, left, right)
    for one, other in zip((likeness, needed), measure_likeness(rows, right, left), strict=True):
        assert np.array_equal(one, other)
    assert ((likeness >= 0) & (likeness <= 1) & (needed >= signatures.LIKE) & (needed <= 1)).all()
    is_signed = rows.any(axis=1)
    assert (likeness[left == right] == is_signed).all()


def test_short_texts_must_be_more_alike_than_long_ones() -> None:
    words = random.Random(5).sample(WORDS, 200)
    short, long = words[:14], words[:100]
    rows = sign(short, [*short[:11], *words[150:153]], long, [*long[:79], *words[150:171]])
    likeness, needed = measure_likeness(rows, np.array([0, 2]), np.array([1, 3]))
    assert (likeness > signatures.LIKE).all()
    assert needed[0] > likeness[0]
    assert needed[1] == signatures.LIKE
    assert are_copies(rows, np.array([0, 2]), np.array([1, 3])).tolist() == [False, True]
    assert split(group_alike(rows)) == {frozenset({0}), frozenset({1}), frozenset({2, 3})}


def test_a_document_without_a_signature_is_a_copy_of_none() -> None:
    rows = sign(["alone"], WORDS[:30])
    assert are_copies(rows, np.array([0, 0, 1]), np.array([0, 1, 1])).tolist() == [False, False, True]


@given(st.lists(st.lists(st.sampled_from(WORDS[:40]), max_size=60), max_size=12))
@settings(max_examples=60)
def test_every_document_has_one_group_and_equal_rows_the_same(texts: list[list[str]]) -> None:
    rows = sign(*texts)
    groups = group_alike(rows)
    assert groups.shape == (len(texts),)
    for first in range(len(texts)):
        for second in range(first):
            if rows[first].any() and np.array_equal(rows[first], rows[second]):
                assert groups[first] == groups[second]
