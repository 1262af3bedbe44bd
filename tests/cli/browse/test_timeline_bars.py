from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.cli.browse.timeline_bars import GAP, Bar, bar_width, draw_bars, fit_bars, place_names, range_of
from newsgrep.search.trends import Bucket

FIRST = dt.date(2018, 1, 1)


def buckets(counts: list[tuple[int, int]]) -> list[Bucket]:
    days = [FIRST + dt.timedelta(at) for at in range(len(counts))]
    return [Bucket(f"{day}", day, day, hits, hits + more) for day, (hits, more) in zip(days, counts, strict=True)]


COUNTS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 3)), max_size=200)


@given(COUNTS, st.integers(0, 200))
def test_bars_are_no_more_than_columns_and_lose_nothing(counts: list[tuple[int, int]], columns: int) -> None:
    bars = fit_bars(buckets(counts), columns)
    assert len(bars) <= columns
    if counts and columns:
        assert sum(bar.articles for bar in bars) == sum(hits for hits, _ in counts)
        assert (bars[0].first, bars[-1].last) == (FIRST, FIRST + dt.timedelta(len(counts) - 1))
        assert bar_width(bars, columns) * len(bars) <= columns
        assert range_of(bars, len(bars) - 1, 0) == (bars[0].first, bars[-1].last)


@given(COUNTS, st.integers(1, 4))
def test_any_article_is_seen_and_a_higher_bar_is_never_lower(counts: list[tuple[int, int]], lines: int) -> None:
    bars = fit_bars(buckets(counts), 200)
    drawn = draw_bars(bars, lines)
    assert len(drawn) == lines
    for at, bar in enumerate(bars):
        column = [line[at] for line in reversed(drawn)]
        assert (column[0] in "▁▂▃▄▅▆▇█") == bool(bar.articles)
        assert (column[0] == GAP) == (not bar.archive)
    if bars:
        highest = max(range(len(bars)), key=lambda at: bars[at].articles)
        assert not bars[highest].articles or all(line[highest] == "█" for line in drawn)


@given(COUNTS, st.integers(1, 120))
def test_names_stand_below_their_bars_and_never_run_into_each_other(
    counts: list[tuple[int, int]], columns: int
) -> None:
    bars = fit_bars(buckets(counts), columns)
    width = bar_width(bars, columns)
    line = place_names(bars, width, columns)
    assert len(line) <= columns
    for name in line.split("  "):
        if name.strip():
            at = line.index(name.strip())
            assert at % width == 0
            assert bars[at // width].name.startswith(name.strip())


def test_several_buckets_in_one_bar_are_named_by_both_ends() -> None:
    bars = fit_bars(buckets([(1, 0)] * 4), 2)
    assert [bar.name for bar in bars] == ["2018-01-01 to 2018-01-02", "2018-01-03 to 2018-01-04"]
    assert bars[0] == Bar(FIRST, FIRST + dt.timedelta(1), bars[0].name, 2, 2)
