"""What is searched, counted and compared is the same on a cluster as in a folder, where rank is no matter."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest

from newsgrep.search.batch import BatchQuery, run_batch
from newsgrep.search.changed_articles import find_changed
from newsgrep.search.comparison import ComparisonRequest, compare
from newsgrep.search.concordance import LineOrder, build_concordance
from newsgrep.search.facets import build_facets
from newsgrep.search.overview import count_sections
from newsgrep.search.request import CopyMode, Filters, Request, Sort
from newsgrep.search.run import search
from newsgrep.search.selection import select
from newsgrep.search.similar import SimilarRequest, find_similar
from newsgrep.search.timeline import build_timeline
from newsgrep.search.trends import Per, Split, Unit
from newsgrep.search.version_history import find_versions
from tests.opensearch.contract import LAYOUTS, TODAY, Pair, open_pair

pytestmark = pytest.mark.opensearch


@pytest.fixture(scope="module", params=LAYOUTS)
def engines(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    node_urls: tuple[str, ...],
    cluster_url: str,
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("contract")
    with open_pair(folder, cluster_url, node_urls[0], LAYOUTS[request.param]) as pair:
        yield pair


REQUESTS = [
    Request(text="*", sort=Sort.NEWEST, limit=20),
    Request(text="harbour", sort=Sort.OLDEST, limit=30, page=2),
    Request(text="river", sort=Sort.NEWEST, filters=Filters(since=dt.date(2001, 1, 1), sections=("world",))),
    Request(text="river", sort=Sort.NEWEST, filters=Filters(undated=True)),
    Request(text="ferry", sort=Sort.OLDEST, every_version=True),
    Request(text="judge trial", sort=Sort.NEWEST, copies=CopyMode.GROUP, limit=30),
    Request(text="court", sort=Sort.OLDEST, copies=CopyMode.HIDE),
    Request(text="gaddafi~~", sort=Sort.NEWEST),
    Request(text="harbour w/4 storm", sort=Sort.NEWEST),
    Request(text="ferry NOT w/s river", sort=Sort.OLDEST),
    Request(text="=Harbour OR caps(storm)", sort=Sort.NEWEST),
    Request(text="har* w/3 sto*", sort=Sort.NEWEST),
    Request(text="hospitl nurse", sort=Sort.NEWEST),
    Request(text="harbuor", sort=Sort.NEWEST),
    Request(text="zeppelin", sort=Sort.NEWEST, filters=Filters(sections=("sport",))),
    Request(text="harbour", sort=Sort.NEWEST, filters=Filters(sections=("sport",), undated=True, authors=("nobody",))),
]


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_a_search_by_date_is_answered_alike(engines: Pair, number: int) -> None:
    ours, theirs = (search(engine, REQUESTS[number], today=TODAY) for engine in (engines.remote, engines.local))
    assert dataclasses.replace(ours, took_ms=0.0) == dataclasses.replace(theirs, took_ms=0.0)


@pytest.mark.parametrize("text", ["*", "harbour", "storm OR flood", "zeppelin"])
def test_trends_are_the_same(engines: Pair, text: str) -> None:
    for every_version in (False, True):
        request = Request(text=text, every_version=every_version, correct=False)
        ours, theirs = (build_facets(engine, request, today=TODAY, top=0) for engine in (engines.remote, engines.local))
        assert ours == theirs
        for per in Per:
            for split_by in (None, *Split):
                for unit in (None, Unit.DAY):
                    ours_over_time, theirs_over_time = (
                        build_timeline(engine, request, today=TODAY, unit=unit, per=per, split_by=split_by, top=3)
                        for engine in (engines.remote, engines.local)
                    )
                    assert ours_over_time == theirs_over_time


def test_sections_versions_and_changes_are_the_same(engines: Pair) -> None:
    assert count_sections(engines.remote) == count_sections(engines.local)
    request = Request(text="*", limit=50)
    changed = find_changed(engines.local, request, today=TODAY)
    assert changed.articles
    assert find_changed(engines.remote, request, today=TODAY) == changed
    name = changed.articles[0].article.id
    assert find_versions(engines.remote, name) == find_versions(engines.local, name)


def test_selections_hold_the_same_articles(engines: Pair) -> None:
    request = Request(text="harbour")
    ours, theirs = (list(select(engine, request, today=TODAY)) for engine in (engines.remote, engines.local))
    assert sorted(ours, key=lambda each: each.id) == sorted(theirs, key=lambda each: each.id)
    for sort in (Sort.NEWEST, Sort.OLDEST):
        ours, theirs = (
            list(select(engine, request, today=TODAY, sort=sort)) for engine in (engines.remote, engines.local)
        )
        assert ours == theirs


def test_lines_of_a_concordance_are_the_same(engines: Pair) -> None:
    ours, theirs = (
        sorted(
            (line.article.id, line.field, line.start, line.left, line.match, line.right)
            for line in build_concordance(
                engine, Request(text="harbour", limit=10_000), today=TODAY, order=LineOrder.LEFT
            ).lines
        )
        for engine in (engines.remote, engines.local)
    )
    assert ours
    assert ours == theirs


def test_a_batch_is_counted_alike(engines: Pair) -> None:
    texts = ("harbour", "storm ferry", "zeppelin", "section:world", '"')
    queries = [BatchQuery(text, text, line) for line, text in enumerate(texts, 1)]
    ours, theirs = (
        run_batch(engine, queries, Request(text=""), today=TODAY, stories=True, together=True)
        for engine in (engines.remote, engines.local)
    )
    assert ours.total == theirs.total
    rows = [dataclasses.replace(row, top=None) for row in ours.rows]
    assert rows == [dataclasses.replace(row, top=None) for row in theirs.rows]
    counted = run_batch(engines.remote, queries, Request(text=""), today=TODAY)
    assert counted.total == theirs.total
    assert [dataclasses.replace(row, top=None) for row in counted.rows] == [
        dataclasses.replace(row, stories=None) for row in rows
    ]
    assert ours.together is not None
    assert theirs.together is not None
    assert ours.together.tolist() == theirs.together.tolist()


def test_two_sets_differ_by_the_same_words(engines: Pair) -> None:
    asked = ComparisonRequest(a=Request(text="harbour"), b=Request(text="storm"))
    assert compare(engines.remote, asked, today=TODAY) == compare(engines.local, asked, today=TODAY)


def test_similar_articles_are_nearly_the_same(engines: Pair) -> None:
    hits = search(engines.local, Request(text="harbour", limit=5), today=TODAY).hits
    for hit in hits:
        asked = SimilarRequest(name=hit.article.id)
        ours, theirs = find_similar(engines.remote, asked), find_similar(engines.local, asked)
        assert ours.words == theirs.words
        shared = {each.hit.article.id for each in ours.articles} & {each.hit.article.id for each in theirs.articles}
        assert len(shared) >= 0.8 * len(theirs.articles)
