"""What came before an article and after it: as told of two articles, and as asked of an index."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.schema import published_seconds
from newsgrep.article import Article
from newsgrep.codec import plain_query as plain
from newsgrep.errors import OptionError
from newsgrep.search.order_in_time import Relation, build_period, closeness, days_between, tell_relation

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(1900, 1, 3))
TIMES = st.times().map(lambda time: time.replace(microsecond=0))
DATES = st.one_of(DAYS, st.builds(dt.datetime.combine, DAYS, TIMES))


def article(published: dt.date | None) -> Article:
    return Article(id="1", title="", body="", path="a.txt", published=published)


def matches(query: plain.PlainQuery, published: dt.date) -> bool:
    second = published_seconds(published)
    ranges = [part for part in plain.iter_parts(query) if isinstance(part, plain.NumericRange)]
    assert len(ranges) == len(plain.iter_parts(query))
    return any(part.start <= second <= part.end for part in ranges)


@given(DATES, DATES)
def test_what_is_asked_of_the_index_is_what_is_told_of_two_articles(one: dt.date, other: dt.date) -> None:
    relation = tell_relation(article(one), article(other))
    assert matches(build_period(article(one), before=True, after=False), other) == (relation is Relation.BEFORE)
    assert matches(build_period(article(one), before=False, after=True), other) == (relation is Relation.AFTER)
    either = build_period(article(one), before=True, after=True)
    assert matches(either, other) == (relation in (Relation.BEFORE, Relation.AFTER))


@given(DATES, DATES)
def test_what_is_before_one_has_that_one_after_it(one: dt.date, other: dt.date) -> None:
    opposite = {Relation.BEFORE: Relation.AFTER, Relation.AFTER: Relation.BEFORE}
    there = tell_relation(article(one), article(other))
    assert tell_relation(article(other), article(one)) == opposite.get(there, there)
    assert days_between(article(one), article(other)) == -(days_between(article(other), article(one)) or 0)


def test_one_day_without_times_has_no_before() -> None:
    morning = dt.datetime(2018, 2, 20, 8, 30)
    evening = dt.datetime(2018, 2, 20, 20, 0)
    assert tell_relation(article(morning), article(evening)) is Relation.AFTER
    assert tell_relation(article(morning), article(evening.date())) is Relation.SAME_DAY
    assert tell_relation(article(morning.date()), article(evening)) is Relation.SAME_DAY


def test_without_a_date_nothing_is_before_or_after() -> None:
    assert tell_relation(article(None), article(dt.date(2018, 2, 20))) is Relation.UNDATED
    assert days_between(article(dt.date(2018, 2, 20)), article(None)) is None
    with pytest.raises(OptionError, match="has no date"):
        build_period(article(None), before=True, after=False)


def test_fewer_days_between_weigh_more_and_no_date_weighs_nothing() -> None:
    gains = [closeness(days) for days in (0, -1, 5, -30, 400)]
    assert gains == sorted(gains, reverse=True)
    assert closeness(30) == 1.25
    assert closeness(None) == 1.0
