"""Every kind of question asked of two indexes together is answered as by one index of all the articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from newsgrep import Filters, Match, Request, Sort
from newsgrep.archive.engine import Engine
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.search.batch import BatchQuery, run_batch
from newsgrep.search.comparison import ComparisonRequest, compare
from newsgrep.search.facets import build_facets
from newsgrep.search.overview import count_sections
from newsgrep.search.request import CopyMode
from newsgrep.search.run import search
from newsgrep.search.timeline import build_timeline
from newsgrep.search.trends import By, FacetSort, Per, Split
from tests.archive.joined.halves import FarEngine, Halves, build_halves, join

TODAY = dt.date(2020, 1, 1)
ALL = 1_000
Engines = tuple[Engine, Engine]


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Halves:
    return build_halves(tmp_path_factory.mktemp("answers"), 60, seed=7)


@pytest.fixture(scope="module")
def engines(halves: Halves) -> Iterator[Engines]:
    """An engine over two halves, and one over all."""
    engine, whole = join(halves, other=FarEngine), LocalEngine(halves.whole)
    yield engine, whole
    engine.close()
    whole.close()


REQUESTS = [
    Request(text="storm"),
    Request(text="storm^3 bridge^0.7", match=Match.ANY),
    Request(text="harbour bridge storm", match=Match.ANY, fresh=True),
    Request(text='"storm ferry" OR "council vote"'),
    Request(text="storm w/6 ferry"),
    Request(text="(storm OR court) pre/9 ferry"),
    Request(text="title:storm OR body:ferry"),
    Request(text="author:marsh bridge"),
    Request(text="=Storm"),
    Request(text="b* -strike"),
    Request(text="elektion~1"),
    Request(text="section:world"),
    Request(text="words:>100 storm"),
    Request(text="harbuor"),
    Request(text="storm zeppelin"),
    Request(text="zeppelin ballot"),
    Request(text="bridge", filters=Filters(since=dt.date(2016, 1, 1), sections=("world",))),
    Request(text="bridge", filters=Filters(undated=True)),
    Request(text="bridge", filters=Filters(sources=("nobody",))),
    Request(text="bridge", copies=CopyMode.GROUP),
    Request(text="bridge", copies=CopyMode.HIDE, largest_first=True),
    Request(text="market rate", expand=True),
    Request(text="", sort=Sort.NEWEST),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.text or "all")
def test_a_request_finds_what_it_finds_in_one_index(engines: Engines, request_: Request) -> None:
    import dataclasses

    asked = dataclasses.replace(request_, limit=ALL, explain=True, missing=True)
    found, expected = (search(engine, asked, today=TODAY) for engine in engines)
    assert (found.total, found.stories) == (expected.total, expected.stories)
    assert (found.corrections, found.hints) == (expected.corrections, expected.hints)
    if not asked.expand:
        assert found.notes == expected.notes
    # Which copy stands for a story is a matter of scores.
    if asked.copies is CopyMode.SHOW:
        assert sorted(hit.article.id for hit in found.hits) == sorted(hit.article.id for hit in expected.hits)
    assert len(found.closest) == len(expected.closest)
    scores = [hit.score for hit in found.hits]
    if asked.sort is Sort.RELEVANCE and not asked.largest_first:
        assert scores == sorted(scores, reverse=True)
    for hit in found.hits:
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score, rel=2e-3, abs=1e-3)


def test_dated_hits_stand_in_the_order_of_one_index(engines: Engines) -> None:
    for sort in (Sort.NEWEST, Sort.OLDEST):
        request = Request(text="bridge OR storm", sort=sort, limit=7, page=3)
        found, expected = (search(engine, request, today=TODAY) for engine in engines)
        assert [(hit.rank, hit.article.id) for hit in found.hits] == [
            (hit.rank, hit.article.id) for hit in expected.hits
        ]


def test_facets_are_those_of_one_index(engines: Engines) -> None:
    found, expected = (
        build_facets(engine, Request(text="storm"), tuple(By), today=TODAY, sort=FacetSort.COUNT, top=10)
        for engine in engines
    )
    assert (found.total, found.facets) == (expected.total, expected.facets)


@pytest.mark.parametrize("per", list(Per))
@pytest.mark.parametrize("split", [None, Split.SECTION])
def test_timelines_are_those_of_one_index(engines: Engines, per: Per, split: Split | None) -> None:
    found, expected = (
        build_timeline(engine, Request(text="storm"), today=TODAY, unit=None, per=per, split_by=split, top=2)
        for engine in engines
    )
    assert found == expected


def test_words_that_set_articles_apart_are_those_of_one_index(engines: Engines) -> None:
    asked = ComparisonRequest(a=Request(text="storm"), b=Request(text="court"), min_articles=1)
    found, expected = (compare(engine, asked, today=TODAY) for engine in engines)
    assert (found.a, found.b, found.in_both) == (expected.a, expected.b, expected.in_both)
    assert {word.stem: (word.a, word.b) for word in found.words_a} == {
        word.stem: (word.a, word.b) for word in expected.words_a
    }


def test_batches_and_sections_are_those_of_one_index(engines: Engines) -> None:
    queries = [BatchQuery(text, text, number) for number, text in enumerate(["storm", "bridge", "(", "zeppelin"], 1)]
    found, expected = (
        run_batch(engine, queries, Request(text=""), today=TODAY, stories=True, together=True) for engine in engines
    )
    for one, other in zip(found.rows, expected.rows, strict=True):
        assert (one.articles, one.stories, one.first, one.last, one.undated) == (
            other.articles,
            other.stories,
            other.first,
            other.last,
            other.undated,
        )
    assert found.together is not None
    assert expected.together is not None
    assert found.together.tolist() == expected.together.tolist()
    assert [count_sections(engine) for engine in engines[:1]] == [count_sections(engine) for engine in engines[1:]]
