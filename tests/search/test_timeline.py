"""Counts over time against a small archive of which every article is known."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from newsgrep.archive.day_counts import count_days
from newsgrep.errors import OptionError
from newsgrep.search.request import Filters, Request
from newsgrep.search.timeline import MOST_BUCKETS, count_buckets, split_hits
from newsgrep.search.trends import Per, Split, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = dt.date(2019, 6, 1)
WIRE = (
    "The ferry to the islands was late on Monday because of fog. Its captain said that the harbour had been closed "
    "for most of the morning. Forty passengers waited in the hall of the old customs house, where the town served "
    "coffee. The company promised to give back the price of the tickets within ten days."
)


def article(name: str, text: str, date: str | None, **fields: Any) -> dict[str, Any]:
    return {"id": name, "title": f"Item {name}", "text": text} | fields | ({"date": date} if date else {})


ARTICLES = [
    article("a", "A ferry sank.", "2018-01-31T23:59", section=["News", "Sea"], source="Bay Courier"),
    article("b", "The ferry was raised.", "2018-02-01", section="news", source="Quay Ledger"),
    article("c", "Bread is dearer.", "2018-02-28", section="Food"),
    article("d", "Bread is cheaper.", "2018-04-02", section="Food"),
    article("e", "A new ferry.", "2018-06-15", section="Sea", source="Bay Courier"),
    article("f", "On ferries and bread.", None, section="Opinion"),
    article("g", "Tulips are early.", "2019-03-01"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("timeline")
    (folder / "all.jsonl").write_text("\n".join(json.dumps(each) for each in ARTICLES), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def test_hits_stand_beside_what_the_archive_has(archive: newsgrep.Archive) -> None:
    timeline = archive.timeline("ferry", unit=Unit.MONTH, today=TODAY)
    assert [(each.name, each.articles, each.archive) for each in timeline.buckets] == [
        ("2018-01", 1, 1),
        ("2018-02", 1, 2),
        ("2018-03", 0, 0),
        ("2018-04", 0, 1),
        ("2018-05", 0, 0),
        ("2018-06", 1, 1),
    ]
    assert (timeline.total, timeline.undated, timeline.archive, timeline.archive_undated) == (4, 1, 7, 1)


def test_a_month_without_any_article_is_no_month_without_hits(archive: newsgrep.Archive) -> None:
    timeline = archive.timeline("ferry", unit=Unit.MONTH, today=TODAY)
    march, april = timeline.buckets[2:4]
    assert (march.is_gap, timeline.share_of(march)) == (True, None)
    assert (april.is_gap, timeline.share_of(april)) == (False, 0.0)
    assert timeline.share_of(timeline.buckets[1]) == 0.5


def test_filters_hold_for_the_archive_too(archive: newsgrep.Archive) -> None:
    timeline = archive.timeline(Request(text="ferry", filters=Filters(sections=("Sea",))), unit=Unit.MONTH, today=TODAY)
    assert (timeline.total, timeline.archive) == (2, 2)
    assert [each.archive for each in timeline.buckets] == [1, 0, 0, 0, 0, 1]


def test_a_timeline_spans_the_days_that_filters_name(archive: newsgrep.Archive) -> None:
    filters = Filters(since=dt.date(2017, 12, 15), until=dt.date(2018, 3, 10))
    timeline = archive.timeline(Request(text="ferry", filters=filters), unit=Unit.MONTH, today=TODAY)
    assert [(each.name, each.first, each.last) for each in timeline.buckets] == [
        ("2017-12", dt.date(2017, 12, 15), dt.date(2017, 12, 31)),
        ("2018-01", dt.date(2018, 1, 1), dt.date(2018, 1, 31)),
        ("2018-02", dt.date(2018, 2, 1), dt.date(2018, 2, 28)),
        ("2018-03", dt.date(2018, 3, 1), dt.date(2018, 3, 10)),
    ]


def test_days_to_come_are_no_gaps(archive: newsgrep.Archive) -> None:
    filters = Filters(since=dt.date(2019, 1, 1), until=dt.date(2019, 12, 31))
    timeline = archive.timeline(Request(text="tulips", filters=filters), unit=Unit.MONTH, today=TODAY)
    assert timeline.buckets[-1].name == "2019-06"


def test_an_open_end_of_a_range_is_where_the_hits_end(archive: newsgrep.Archive) -> None:
    filters = Filters(since=dt.date.min, until=dt.date.max)
    timeline = archive.timeline(Request(text="ferry", filters=filters), unit=Unit.YEAR, today=TODAY)
    assert [each.name for each in timeline.buckets] == ["2018"]


@pytest.mark.parametrize(
    "request_",
    [Request(text="zeppelin"), Request(text="ferry", filters=Filters(undated=True))],
    ids=["none", "undated"],
)
def test_without_dated_hits_there_are_no_buckets(archive: newsgrep.Archive, request_: Request) -> None:
    assert archive.timeline(request_, today=TODAY).buckets == ()


def test_the_span_chooses_the_unit(archive: newsgrep.Archive) -> None:
    assert archive.timeline("ferry", today=TODAY).unit is Unit.WEEK
    assert archive.timeline("sank OR raised", today=TODAY).unit is Unit.DAY
    assert archive.timeline("", today=TODAY).unit is Unit.MONTH


def test_without_words_the_whole_archive_is_counted(archive: newsgrep.Archive) -> None:
    timeline = archive.timeline("", unit=Unit.YEAR, today=TODAY)
    assert [(each.name, each.articles, each.archive) for each in timeline.buckets] == [("2018", 5, 5), ("2019", 1, 1)]


def test_a_split_counts_an_article_for_each_of_its_labels(archive: newsgrep.Archive) -> None:
    timeline = archive.timeline("ferry", unit=Unit.YEAR, split_by=Split.SECTION, top=2, today=TODAY)
    assert set(timeline.labels) == {"News", "Sea"}
    (year,) = timeline.buckets
    assert (year.articles, year.split) == (3, (2, 2, 0))


def test_what_has_none_of_the_labels_is_counted_last(archive: newsgrep.Archive) -> None:
    timeline = archive.timeline("ferry OR bread", unit=Unit.YEAR, split_by=Split.SOURCE, top=1, today=TODAY)
    assert timeline.labels == ("Bay Courier",)
    assert timeline.buckets[0].split == (2, 3)


def test_too_many_days_are_refused(archive: newsgrep.Archive) -> None:
    request = Request(text="ferry", filters=Filters(since=dt.date(1, 1, 1) + dt.timedelta(1)))
    with pytest.raises(OptionError, match="too many days"):
        archive.timeline(request, unit=Unit.DAY, today=TODAY)
    assert len(archive.timeline(request, unit=Unit.YEAR, today=TODAY).buckets) == 2018 <= MOST_BUCKETS


def test_copies_count_once_where_the_first_stands(tmp_path: Any) -> None:
    copies = [article(f"w{n}", f"{WIRE} Copy {n}.", f"2018-0{n}-01") for n in (3, 2, 4)]
    other = article("o", "The ferry to the islands will be painted green, after a long debate in the town hall.", None)
    (tmp_path / "all.jsonl").write_text("\n".join(json.dumps(each) for each in [*copies, other]), "utf-8")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "all.jsonl"])
        timeline = archive.timeline("ferry", unit=Unit.MONTH, per=Per.STORY, today=TODAY)
    assert (timeline.total, timeline.undated, timeline.archive) == (2, 1, 4)
    assert [(each.name, each.articles) for each in timeline.buckets] == [("2018-02", 1)]
    assert timeline.share_of(timeline.buckets[0]) is None


@given(st.sets(st.integers(0, 40)), st.lists(st.sets(st.integers(0, 40)), max_size=3))
def test_each_hit_is_with_its_labels_or_with_the_rest(hits: set[int], carriers: list[set[int]]) -> None:
    references = np.array(sorted(hits), np.int64)
    masks = split_hits(references, [np.array(sorted(each), np.int64) for each in carriers])
    expected = [hits & each for each in carriers] + [hits.difference(*carriers)]
    assert [set(references[mask].tolist()) for mask in masks] == expected


@given(st.lists(st.integers(0, 86_400 * 400), min_size=1), st.sampled_from(list(Unit)))
def test_no_dated_hit_is_lost(seconds: list[int], unit: Unit) -> None:
    days = count_days(np.array(seconds, np.int64))
    assert days.span is not None
    buckets = count_buckets(unit, days.span, days, days, [days])
    assert sum(each.articles for each in buckets) == len(seconds)
    assert all(each.split == (each.articles,) and each.archive == each.articles for each in buckets)
