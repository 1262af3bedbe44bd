from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.search.alignment import Match, Work, align

few = st.lists(st.integers(0, 3), max_size=12)
many = st.lists(st.integers(0, 40), max_size=40)
PLENTY = 1_000_000


def longest_common(old: list[int], new: list[int]) -> int:
    """How many items two lists can have in common, in order."""
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            best[i + 1][j + 1] = best[i][j] + 1 if one == other else max(best[i][j + 1], best[i + 1][j])
    return best[-1][-1]


def kept(matches: list[Match]) -> int:
    return sum(match.length for match in matches)


@given(st.one_of(few, many), st.one_of(few, many), st.sampled_from([0, 5, 40, PLENTY]))
def test_matches_are_the_same_on_both_sides_and_rise(old: list[int], new: list[int], work: int) -> None:
    matches = align(old, new, Work(work))
    i = j = 0
    for match in matches:
        assert match.length > 0
        assert match.old >= i
        assert match.new >= j
        assert (match.old, match.new) > (i, j) or match is matches[0], "adjacent runs are one"
        i, j = match.old + match.length, match.new + match.length
        assert old[match.old : i] == new[match.new : j]
    assert i <= len(old)
    assert j <= len(new)


@given(few.map(lambda items: items * 2), few.map(lambda items: items * 2))
def test_where_nothing_is_unique_the_shortest_edit_is_found(old: list[int], new: list[int]) -> None:
    if not set(old[:1] + old[-1:]) & set(new[:1] + new[-1:]):
        assert kept(align(old, new, Work(PLENTY))) == longest_common(old, new)


@given(many, st.data())
def test_what_was_only_inserted_leaves_the_rest_as_it_was(old: list[int], data: st.DataObject) -> None:
    new = list(old)
    for _ in range(data.draw(st.integers(0, 5))):
        new.insert(data.draw(st.integers(0, len(new))), 100 + len(new))
    assert kept(align(old, new, Work(PLENTY))) == len(old)


def test_items_that_occur_once_are_what_holds_the_rest_in_place() -> None:
    old, new = list("acoah"), list("adnacobh")
    assert align(old, new, Work(PLENTY)) == [Match(0, 0, 1), Match(1, 4, 2), Match(4, 7, 1)]


def test_too_much_work_is_told_and_leaves_common_ends() -> None:
    old = [1, *range(10, 60), *range(10, 60), 2]
    new = [1, *reversed(old[1:-1]), 2]
    work = Work(50)
    assert align(old, new, work) == [Match(0, 0, 1), Match(101, 101, 1)]
    assert work.is_short
    work = Work(PLENTY)
    assert kept(align(old, new, work)) > 2
    assert not work.is_short


def test_sequences_built_to_be_slow_are_given_up_in_time() -> None:
    started = time.process_time()
    old = [place * place % 7 for place in range(200_000)]
    new = [place * place * place % 5 for place in range(200_000)]
    work = Work(300_000)
    align(old, new, work)
    assert work.is_short
    assert time.process_time() - started < 5
