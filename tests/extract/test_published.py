"""The date of last resort, and dates that cannot be."""

from __future__ import annotations

import datetime as dt

import pytest

from newsgrep.article import Article, Content, DateOrigin, Page
from newsgrep.extract import extract_article

TODAY = dt.date(2026, 6, 1)
WRITTEN = dt.datetime(2021, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
BODY = "The bridge was closed on Monday.\n\nIt will open again in spring, the council said."


def extract(*, mtime: float | None = None, path: str = "saved/bridge.txt", published: str | None = None) -> Article:
    page = Page(path=path, content=Content.BODY, text=BODY, published=published)
    return extract_article(page, "1", today=TODAY, mtime=mtime)


def test_a_file_s_own_date_is_no_date_unless_it_is_asked_for() -> None:
    assert extract().published is None
    found = extract(mtime=WRITTEN.timestamp())
    assert (found.published, found.published_from) == (WRITTEN, DateOrigin.MTIME)


def test_a_file_s_own_date_gives_way_to_any_other() -> None:
    assert extract(mtime=WRITTEN.timestamp(), published="2019-02-12").published_from is DateOrigin.FIELD
    assert extract(mtime=WRITTEN.timestamp(), path="saved/2019-02-12.txt").published_from is DateOrigin.FILE_NAME


@pytest.mark.parametrize("mtime", [0.0, -1.0, 1e18, float(dt.datetime(2026, 6, 4, tzinfo=dt.UTC).timestamp())])
def test_a_file_from_a_broken_clock_or_the_future_gives_no_date(mtime: float) -> None:
    assert extract(mtime=mtime).published is None


@pytest.mark.parametrize(
    "published", ["2026-06-04", "2031-01-01", "2019-02-30", "2019-13-01", "0000-00-00", "31 April 2019"]
)
def test_impossible_and_future_dates_are_refused(published: str) -> None:
    assert extract(published=published).published is None


@pytest.mark.parametrize("published", ["2026-06-04T08:00", "2019-02-30T08:00Z"])
@pytest.mark.parametrize(
    "markup",
    [
        '<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{}"}}</script>',
        '<meta property="article:published_time" content="{}">',
        '<time pubdate datetime="{}">then</time>',
    ],
)
def test_impossible_and_future_dates_of_markup_are_refused(markup: str, published: str) -> None:
    html = f"<html><head>{markup.format(published)}</head><body><p>{BODY}</p></body></html>"
    article = extract_article(Page(path="a.html", content=Content.HTML, text=html), "1", today=TODAY)
    assert article.published is None
