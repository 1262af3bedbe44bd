"""An index in a folder and one on a cluster, asked together, answer as one index of all their articles does."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import newsgrep
from newsgrep import Archive, Filters, Match, Request, Sort
from newsgrep.search.request import CopyMode
from tests.archive.joined.halves import Halves, build_halves
from tests.opensearch.conftest import PREFIX, remove_indices

pytestmark = pytest.mark.opensearch

ALL = 1_000


class Mixed(NamedTuple):
    """The address of the right half, and of all articles; the rest is in folders."""

    halves: Halves
    right: str
    copy: str


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory, node_urls: tuple[str, ...], cluster_url: str) -> Iterator[Mixed]:
    folder = tmp_path_factory.mktemp("mixed")
    halves = build_halves(folder, 60)
    name = PREFIX + uuid.uuid4().hex[:12]
    with newsgrep.open(halves.left) as archive:
        left = {article.path for article in archive.select("")}
    built = Mixed(halves, f"{cluster_url}/{name}-right", f"{cluster_url}/{name}-copy")
    right = [path for path in halves.files if str(path) not in left]
    for url, files in ((built.right, right), (built.copy, halves.files)):
        with newsgrep.open(url, create=True) as archive:
            archive.update(files)
    yield built
    remove_indices(node_urls[0], name)


@pytest.fixture(params=["a half in each", "a copy"])
def both(request: pytest.FixtureRequest, mixed: Mixed) -> Iterator[tuple[Archive, Archive]]:
    """Two indexes as one archive, and one of all articles."""
    places: list[str | Path] = [mixed.halves.left, mixed.right]
    if request.param == "a copy":
        places = [mixed.halves.whole, mixed.copy]
    with newsgrep.open(places) as joined, newsgrep.open(mixed.halves.whole) as whole:
        yield joined, whole


REQUESTS = [
    Request(text="storm"),
    Request(text="harbour bridge storm", match=Match.ANY),
    Request(text='"storm ferry" OR "council vote"'),
    Request(text="storm w/6 ferry"),
    Request(text="b* -strike"),
    Request(text="harbuor"),
    Request(text="section:world"),
    Request(text="bridge", filters=Filters(undated=True)),
    Request(text="storm", sort=Sort.OLDEST),
    Request(text="", sort=Sort.NEWEST),
    Request(text="bridge", copies=CopyMode.GROUP),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.text or "all")
def test_a_request_finds_what_it_finds_in_one_index(both: tuple[Archive, Archive], request_: Request) -> None:
    import dataclasses

    found, expected = (archive.search(dataclasses.replace(request_, limit=ALL)) for archive in both)
    assert (found.total, found.stories, found.corrections) == (expected.total, expected.stories, expected.corrections)
    ids, expected_ids = ([hit.article.id for hit in results.hits] for results in (found, expected))
    if request_.copies is CopyMode.SHOW:
        assert sorted(ids) == sorted(expected_ids)
    if request_.sort is not Sort.RELEVANCE:
        assert ids == expected_ids


def test_scores_are_nearly_those_of_one_index(both: tuple[Archive, Archive]) -> None:
    for text, share in (("storm", 0.1), ("harbour bridge", 0.1), ('"storm ferry"', 0.1), ("title:storm", 0.3)):
        found, expected = (
            {hit.article.id: hit.score for hit in archive.search(Request(text=text, limit=ALL)).hits}
            for archive in both
        )
        # Rounded lengths of articles, their mean in each index, and in which fields a word is counted.
        assert found == pytest.approx(expected, rel=share)


def test_counts_are_those_of_one_index(both: tuple[Archive, Archive]) -> None:
    timelines = [archive.timeline("storm") for archive in both]
    assert timelines[0] == timelines[1]
    facets = [archive.facets("storm") for archive in both]
    assert facets[0].facets == facets[1].facets
    assert both[0].sections() == both[1].sections()


def test_articles_are_found_by_id_wherever_they_are(both: tuple[Archive, Archive], mixed: Mixed) -> None:
    joined, whole = both
    places = set()
    for article in whole.select(""):
        found = joined.get(article.id)
        assert found.body == article.body
        places.add(found.index)
    assert places <= {str(mixed.halves.left), mixed.right, str(mixed.halves.whole)}
    # What both have is told of the first.
    assert len(places) == (2 if mixed.right in places else 1)
