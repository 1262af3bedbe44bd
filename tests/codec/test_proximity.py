"""What a document gains by words that stand near each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.proximity import WINDOW, PlacedWord, nearness

positions = st.lists(st.integers(0, 40), unique=True, max_size=6).map(sorted)


def placed(*positions: int) -> list[PlacedWord]:
    return [PlacedWord(position, 1.0) for position in positions]


def gain(*fields: list[list[int]], at: tuple[int, ...] = (0, 1)) -> float:
    return nearness(placed(*at), fields)


def test_words_far_from_each_other_gain_nothing() -> None:
    assert gain([[0], [WINDOW]]) == 0
    assert gain([[0], []]) == 0


def test_words_near_each_other_gain_and_more_in_the_order_of_the_query() -> None:
    apart, turned_round, together = gain([[0], [5]]), gain([[1], [0]]), gain([[0], [1]])
    assert 0 < apart == turned_round < together


def test_words_may_stand_as_far_apart_as_in_the_query() -> None:
    assert gain([[0], [2]], at=(0, 2)) == gain([[0], [1]], at=(0, 2)) > gain([[0], [3]], at=(0, 2))


def test_a_quotation_gains_more_than_its_pairs() -> None:
    pairs = gain([[0], [1]]) + gain([[1], [2]])
    assert gain([[0], [1], [2]], at=(0, 1, 2)) > 1.5 * pairs


def test_two_pairs_with_a_gap_between_are_no_quotation() -> None:
    broken = gain([[0], [1], [30], [31]], at=(0, 1, 2, 3))
    assert broken == gain([[0], [1]]) * 2


def test_rare_words_gain_more() -> None:
    rare = nearness([PlacedWord(0, 5.0), PlacedWord(1, 5.0)], [[[0], [1]]])
    assert rare > nearness(placed(0, 1), [[[0], [1]]])


@given(st.lists(positions, min_size=2, max_size=4))
def test_what_stands_in_any_field_counts_once(words: list[list[int]]) -> None:
    at = tuple(range(len(words)))
    empty: list[list[int]] = [[] for _ in words]
    assert gain(words, at=at) == gain(words, words, at=at) == gain(empty, words, at=at)


@given(positions, positions)
def test_a_pair_is_judged_as_by_looking_at_every_place(left: list[int], right: list[int]) -> None:
    distances = [b - a for a in left for b in right]
    near = any(abs(distance) < WINDOW for distance in distances)
    ordered = 1 in distances
    assert gain([left, right]) == 0.1 * (near or ordered) + 0.1 * ordered
