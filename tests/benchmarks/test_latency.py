"""Percentiles of latencies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.latency import Latency, percentile, summarize

VALUES = st.lists(st.floats(0, 1e6), min_size=1)


@given(values=VALUES, percent=st.integers(1, 100))
def test_a_percentile_is_a_value_that_so_many_percent_do_not_exceed(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


@given(values=VALUES)
def test_the_hundredth_percentile_is_the_largest_value(values: list[float]) -> None:
    assert percentile(values, 100) == max(values)


def test_latencies_are_summed_up_by_three_percentiles() -> None:
    assert summarize(float(ms) for ms in range(1, 301)) == Latency(300, 150.0, 285.0, 297.0)


def test_no_latencies_have_no_percentiles() -> None:
    assert summarize([]) is None
