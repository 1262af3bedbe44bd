"""What hits have in common, against a small archive of which every article is known."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from newsgrep.archive.day_counts import count_days
from newsgrep.archive.engine import MISSING
from newsgrep.archive.schema import published_seconds
from newsgrep.search.association import signed_log_likelihood
from newsgrep.search.facets import count_years, rank_values
from newsgrep.search.request import Filters, Request
from newsgrep.search.trends import SURE, By, FacetSort, FacetValue

if TYPE_CHECKING:
    from collections.abc import Iterator


def article(number: int, text: str, **fields: Any) -> dict[str, Any]:
    return {"id": str(number), "title": f"Item {number}", "text": text} | fields


ARTICLES = [
    article(
        1, "A ferry sank.", section=["News", "Sea"], authors=["Ida Marsh"], source="Bay Courier", date="2017-05-01"
    ),
    article(2, "The ferry was raised.", section="NEWS", authors=["Ida Marsh", "Pavel Orlov"], date="2018-01-01"),
    article(3, "Bread is dearer.", section="Food", source="bay courier", date="2018-02-01"),
    article(4, "Bread is cheaper.", authors=["Ida Orlov"], source="Bay Courier", date="2018-12-31T23:59:59"),
    article(5, "On ferries."),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("facets")
    (folder / "all.jsonl").write_text("\n".join(json.dumps(each) for each in ARTICLES), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def counts(values: tuple[FacetValue, ...]) -> list[tuple[str, int, int]]:
    return [(value.label, value.articles, value.archive) for value in values]


def test_values_stand_beside_what_the_archive_has(archive: newsgrep.Archive) -> None:
    facets = archive.facets("ferry")
    assert (facets.total, facets.archive) == (3, 5)
    found = {facet.by: (counts(facet.values), facet.without, facet.archive_without) for facet in facets.facets}
    assert list(found) == list(By)
    assert found[By.SECTION] == ([("News", 2, 2), ("Sea", 1, 1)], 1, 2)
    assert found[By.SOURCE] == ([("Bay Courier", 1, 3)], 2, 2)
    assert found[By.AUTHOR] == ([("Ida Marsh", 2, 2), ("Pavel Orlov", 1, 1)], 1, 2)
    assert found[By.YEAR] == ([("2017", 1, 1), ("2018", 1, 3)], 1, 1)


def test_shares_and_lift_are_those_of_the_counts(archive: newsgrep.Archive) -> None:
    (facet,) = archive.facets("ferry", [By.SOURCE]).facets
    (courier,) = facet.values
    assert (courier.share, courier.archive_share) == (1 / 3, 3 / 5)
    assert courier.lift == pytest.approx((1 / 3) / (3 / 5))
    assert courier.log_likelihood < 0


def test_filters_hold_for_the_archive_too(archive: newsgrep.Archive) -> None:
    request = Request(text="ferry", filters=Filters(authors=("Ida",)))
    facets = archive.facets(request, [By.SECTION, By.AUTHOR])
    assert (facets.total, facets.archive) == (2, 3)
    assert [(facet.without, facet.archive_without) for facet in facets.facets] == [(0, 1), (0, 0)]


def test_the_top_says_how_many_there_are(archive: newsgrep.Archive) -> None:
    (facet,) = archive.facets("", [By.SECTION], top=1).facets
    assert ([value.label for value in facet.values], facet.n_values) == (["News"], 3)
    assert len(archive.facets("", [By.SECTION], top=0).facets[0].values) == 3


def test_nothing_found_has_no_values(archive: newsgrep.Archive) -> None:
    facets = archive.facets("zeppelin")
    assert facets.total == 0
    assert [(facet.values, facet.without) for facet in facets.facets] == [((), 0)] * len(By)


def test_one_of_one_does_not_stand_above_thirty_of_fifty() -> None:
    found, saved = {"rare": 1, "common": 60, "telling": 30}, {"rare": 1, "common": 6000, "telling": 50}
    values = rank_values(found, saved, 100, 10_000, sort=FacetSort.LIFT, top=0)
    assert [(value.label, value.is_above) for value in values] == [
        ("telling", True),
        ("rare", False),
        ("common", False),
    ]
    assert values[1].lift > values[0].lift


def test_values_above_their_share_come_in_the_order_of_their_lift() -> None:
    found, saved = {"a": 20, "b": 20, "c": 40, "below": 20}, {"a": 100, "b": 40, "c": 100, "below": 9000}
    values = rank_values(found, saved, 100, 10_000, sort=FacetSort.LIFT, top=0)
    assert [value.label for value in values] == ["b", "c", "a", "below"]
    assert [value.is_above for value in values] == [True, True, True, False]


def test_equal_counts_come_in_the_order_of_their_labels() -> None:
    values = rank_values({"b": 2, "a": 2, "c": 3}, {"a": 2, "b": 2, "c": 3}, 7, 7, sort=FacetSort.COUNT, top=2)
    assert [value.label for value in values] == ["c", "a"]


sizes = st.integers(0, 400)


@given(sizes, sizes, sizes, sizes)
def test_log_likelihood_is_the_sum_over_the_four_cells(having: int, lacking: int, others: int, rest: int) -> None:
    total, archive = having + lacking, having + lacking + others + rest
    measured = signed_log_likelihood(np.array([having]), total, np.array([having + others]), archive)
    expected = 0.0
    for observed, row, column in (
        (having, total, having + others),
        (lacking, total, lacking + rest),
        (others, archive - total, having + others),
        (rest, archive - total, lacking + rest),
    ):
        if observed:
            expected += 2 * observed * math.log(observed * archive / (row * column))
    assert abs(measured[0]) == pytest.approx(abs(expected), abs=1e-6)
    if having * rest < others * lacking:
        assert measured[0] <= 0
    else:
        assert measured[0] >= 0


def test_an_equal_share_is_not_sure() -> None:
    assert signed_log_likelihood(np.array([5]), 50, np.array([100]), 1000)[0] == pytest.approx(0, abs=1e-9)
    assert signed_log_likelihood(np.array([25]), 50, np.array([100]), 1000)[0] > SURE


def test_years_are_those_printed() -> None:
    dates = [dt.datetime(2018, 12, 31, 23, 59, 59), dt.date(2019, 1, 1), dt.date(1969, 12, 31)]
    seconds = np.array([*map(published_seconds, dates), MISSING], np.int64)
    assert count_years(count_days(seconds)) == {"1969": 1, "2018": 1, "2019": 1}
