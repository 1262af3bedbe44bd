from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.schema import article_fields, article_id, day_bounds, file_key, published_seconds, read_article
from newsgrep.article import Article, DateOrigin, format_published, parse_published

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
OFFSETS = st.none() | st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
DATES = st.dates() | st.datetimes(timezones=OFFSETS).map(lambda moment: moment.replace(microsecond=0))


@given(
    st.builds(
        Article,
        id=st.just("0123456789abcdef"),
        title=LINE,
        body=st.text(),
        section=st.lists(LINE, max_size=3).map(tuple),
        authors=st.lists(LINE, max_size=3).map(tuple),
        source=st.none() | LINE,
        url=st.none() | LINE,
        published=st.none() | DATES,
        published_from=st.none() | st.sampled_from(DateOrigin),
        lang=st.none() | st.just("en"),
        path=LINE,
        record=st.none() | LINE,
        words=st.integers(0, 10_000),
    )
)
def test_an_article_comes_back_as_it_was_stored(article: Article) -> None:
    assert read_article(article_fields(article, file_key(article.path))) == article


@given(DATES)
def test_a_date_is_written_no_more_precise_than_printed(published: dt.date) -> None:
    text = format_published(published)
    assert text is not None
    assert ("T" in text) == isinstance(published, dt.datetime)
    assert parse_published(text) == published


@pytest.mark.parametrize("text", ["yesterday", "2017-13-01", "2017-09-01T"])
def test_what_is_no_stored_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_published(text)


@given(DATES, DATES)
def test_seconds_order_dates_by_the_clock_on_the_page(one: dt.date, other: dt.date) -> None:
    def clock(date: dt.date) -> dt.datetime:
        if isinstance(date, dt.datetime):
            return date.replace(tzinfo=None)
        return dt.datetime.combine(date, dt.time())

    assert (published_seconds(one) < published_seconds(other)) == (clock(one) < clock(other))


@given(DATES)
def test_a_date_lies_within_its_day(published: dt.date) -> None:
    day = published.date() if isinstance(published, dt.datetime) else published
    low, high = day_bounds(day, day)
    assert low <= published_seconds(published) <= high


def test_an_id_depends_on_path_and_record_only() -> None:
    assert article_id("/a/b.jsonl", "1") == article_id("/a/../a/b.jsonl", "1")
    assert len({article_id("/a/b.jsonl", "1"), article_id("/a/b.jsonl", "2"), article_id("/a/c.jsonl", "1")}) == 3


def test_all_records_of_a_file_share_its_key(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert file_key("a/b") == file_key("/a/b")
