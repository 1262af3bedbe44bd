from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.cli.browse import asked as asking
from newsgrep.cli.browse.asked import FILTERED, Asked, Chip
from newsgrep.search.request import CopyMode, Filters, Match, Request, Sort
from newsgrep.search.trends import By

DAYS = st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))
BYS = st.sampled_from(list(FILTERED))
LABELS = st.sampled_from(["News", "news", "Sport", "Ada Example", "en"])


def ask(text: str = "", **filters: object) -> Asked:
    return asking.begin(Request(text=text, filters=Filters(**filters)))  # type: ignore[arg-type]


def test_without_words_the_newest_come_first_and_with_words_the_best() -> None:
    assert ask().order is Sort.NEWEST
    assert ask("bridge").order is Sort.RELEVANCE
    assert asking.type_text(asking.next_order(ask("bridge")), "").order is Sort.NEWEST
    assert [asking.next_order(Asked(Request(text="x"), order)).order for order in Sort] == [
        Sort.NEWEST,
        Sort.OLDEST,
        Sort.RELEVANCE,
    ]


@given(BYS, LABELS, st.lists(st.tuples(BYS, LABELS), max_size=6))
def test_what_is_chosen_twice_is_given_up(by: By, label: str, before: list[tuple[By, str]]) -> None:
    start = ask("bridge")
    for each in before:
        start = asking.toggle_label(start, *each)
    once = asking.toggle_label(start, by, label)
    was = asking.is_chosen(label, asking.chosen_labels(start.request.filters, by))
    assert asking.is_chosen(label, asking.chosen_labels(once.request.filters, by)) is not was
    assert asking.toggle_label(asking.toggle_label(once, by, label), by, label).request == once.request


@given(st.lists(st.tuples(DAYS, DAYS), max_size=5))
def test_dates_are_widened_in_the_order_in_which_they_were_narrowed(ranges: list[tuple[dt.date, dt.date]]) -> None:
    seen = [ask()]
    for first, last in ranges:
        seen.append(asking.narrow_dates(seen[-1], first, last))
    for before, after in zip(seen[-2::-1], seen[:0:-1], strict=True):
        if before.dates != after.dates:
            assert asking.widen_dates(after).dates == before.dates


@given(DAYS, DAYS, st.booleans(), st.lists(st.tuples(BYS, LABELS), max_size=6))
def test_every_filter_is_a_chip_and_goes_with_it(
    first: dt.date | None, last: dt.date | None, undated: bool, labels: list[tuple[By, str]]
) -> None:
    now = ask("x", undated=undated, not_sections=("Weather",))
    if not undated:
        now = asking.narrow_dates(now, first, last)
    for each in labels:
        now = asking.toggle_label(now, *each)
    for chip in asking.list_chips(now):
        now = asking.drop_chip(now, chip)
    assert now.request.filters == Filters()
    assert asking.list_chips(now) == ()


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (dt.date(2018, 1, 1), dt.date(2018, 12, 31), "2018"),
        (dt.date(2018, 1, 1), dt.date(2019, 12, 31), "2018 to 2019"),
        (dt.date(2018, 2, 1), dt.date(2018, 2, 28), "2018-02"),
        (dt.date(2018, 2, 2), dt.date(2018, 2, 28), "2018-02-02 to 2018-02-28"),
        (dt.date(2018, 2, 2), dt.date(2018, 2, 2), "2018-02-02"),
        (dt.date(2018, 2, 2), None, "since 2018-02-02"),
        (None, dt.date.max, "until 9999-12-31"),
        (dt.date(9999, 12, 1), dt.date.max, "9999-12-01 to 9999-12-31"),
    ],
)
def test_a_range_of_dates_is_said_in_few_words(first: dt.date | None, last: dt.date | None, text: str) -> None:
    assert asking.list_chips(ask(since=first, until=last)) == (Chip("dates", "", text),)


def test_what_else_could_be_chosen_is_counted_without_what_is() -> None:
    now = ask("x", sections=("News",), sources=("Post",))
    assert now.build_counted(By.SECTION).filters == Filters(sources=("Post",))
    assert now.build_counted().filters == now.request.filters
    assert asking.toggle_stories(now).build_counted().copies is CopyMode.SHOW
    assert asking.toggle_stories(now).build_request().copies is CopyMode.GROUP


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("harbour brid", "harbour brid*"),
        ("(harb", "(harb*"),
        ("br", None),
        ("bridge ", None),
        ('"harbour brid', None),
        ('"harbour" brid', '"harbour" brid*'),
        ("title:brid", None),
        ("brid*", None),
        ("bridge AND", None),
        ("", None),
    ],
)
def test_a_last_word_may_be_the_beginning_of_one(text: str, beginning: str | None) -> None:
    found = asking.take_as_beginning(ask(text))
    assert (found and found.request.text) == beginning


def test_words_as_typed_are_no_beginnings() -> None:
    as_typed = asking.next_match(asking.next_match(ask("harbour brid")))
    assert as_typed.request.match is Match.ALL
    assert asking.take_as_beginning(as_typed) is None
