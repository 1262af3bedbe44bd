from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.tiers import LARGEST_SEGMENT, TIER_SEGMENTS, choose_merge


def settle(sizes: list[int]) -> tuple[list[int], int]:
    """Merge until nothing is left to merge: the sizes then, and how many documents were copied."""
    copied = 0
    while places := choose_merge(sizes):
        total = sum(sizes[place] for place in places)
        copied += total
        sizes = [size for place, size in enumerate(sizes) if place not in places] + [total]
    return sizes, copied


def test_a_few_segments_are_left_alone() -> None:
    assert choose_merge([100] * (TIER_SEGMENTS - 1)) == []


def test_segments_of_like_size_are_merged() -> None:
    assert choose_merge([50_000, *[100] * TIER_SEGMENTS]) == list(range(1, TIER_SEGMENTS + 1))


def test_no_merge_makes_a_segment_that_is_too_large() -> None:
    sizes, _ = settle([100_000] * 20)
    assert max(sizes) <= LARGEST_SEGMENT


@given(st.lists(st.integers(1, 400_000), max_size=60))
def test_merging_comes_to_an_end_and_loses_nothing(sizes: list[int]) -> None:
    settled, _ = settle(sizes)
    assert sum(settled) == sum(sizes)


def test_a_year_of_daily_runs_copies_each_document_a_few_times() -> None:
    sizes: list[int] = [270_000, 270_000]
    copied = 0
    for _ in range(365):
        sizes, more = settle([*sizes, 100])
        copied += more
    assert len(sizes) < 25
    assert copied < 5 * 365 * 100


def test_a_million_documents_end_in_a_handful_of_segments() -> None:
    sizes: list[int] = []
    for _ in range(40):
        sizes, _ = settle([*sizes, 25_000])
    assert len(sizes) <= 12
