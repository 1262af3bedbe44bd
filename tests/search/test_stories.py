"""Copies of one text as one story, on a small real index."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest

import newsgrep
from newsgrep import Request
from newsgrep.search.request import CopyMode, Filters, Sort
from newsgrep.search.results import Copies, Hit

WORDS = [f"{first}{last}" for first in ("har", "fer", "bri", "tun", "lan") for last in map(str, range(100, 400))]


def write_text(seed: int, length: int = 90) -> str:
    return " ".join(["ferry", *random.Random(seed).sample(WORDS, length)])


def edit(text: str, seed: int) -> str:
    rng = random.Random(seed)
    words = text.split()
    for place in rng.sample(range(1, len(words)), 6):
        words[place] = rng.choice(WORDS)
    return " ".join(words)


AGENCY, BOARD = write_text(1), write_text(2)
ARTICLES = {
    "wire": ("Ferry stops", AGENCY, "Bay Wire", "2004-05-02"),
    "post": ("No ferry today", edit(AGENCY, 1), "The Example Post", "2004-05-03"),
    "courier": ("Boats stay in", " ".join(AGENCY.split()[:55]), "Bay Courier", "2004-05-01"),
    "undated": ("Ferry", edit(AGENCY, 2), None, None),
    "board": ("Ferry ferry ferry: board meets", BOARD, "The Example Post", "2005-01-01"),
    "reprint": ("Board meets", edit(BOARD, 3), "The Example Post", "2005-02-01"),
    "alone": ("Ferry museum opens", write_text(3), "Bay Courier", "2003-03-03"),
    "other": ("Old ferry sold", write_text(4), "Bay Courier", "2006-06-06"),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("stories")
    records = [
        {"id": name, "title": title, "text": text, "source": source} | ({"date": date} if date else {})
        for name, (title, text, source, date) in ARTICLES.items()
    ]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def ask(**asked: object) -> Request:
    return Request(text="ferry", **asked)  # type: ignore[arg-type]


def story_of(hit: Hit, archive: newsgrep.Archive) -> set[str | None]:
    assert hit.copies is not None
    return {hit.article.record, *(archive.get(each).record for each in hit.copies.ids)}


def copies_of(archive: newsgrep.Archive, name: str, **asked: object) -> Copies:
    for hit in archive.stories(ask(**asked)).hits:
        if name in story_of(hit, archive):
            assert hit.copies is not None
            return hit.copies
    raise AssertionError(name)


def test_copies_are_one_story_and_other_articles_stories_of_their_own(archive: newsgrep.Archive) -> None:
    results = archive.stories(ask())
    assert results.total == 8
    assert results.stories == 4
    assert sorted(sorted(str(name) for name in story_of(hit, archive)) for hit in results.hits) == [
        ["alone"],
        ["board", "reprint"],
        ["courier", "post", "undated", "wire"],
        ["other"],
    ]


def test_the_first_copy_is_the_earliest_and_undated_ones_are_last(archive: newsgrep.Archive) -> None:
    copies = copies_of(archive, "wire", sort=Sort.NEWEST)
    assert copies.first.record == "courier"
    assert copies.first.body == ""
    assert str(copies.last) == "2004-05-03"
    assert copies.sources == ("Bay Courier", "Bay Wire", "The Example Post")
    assert archive.get(copies.ids[-1]).record == "undated"


def test_an_article_without_copies_is_the_first_of_its_story(archive: newsgrep.Archive) -> None:
    copies = copies_of(archive, "alone")
    assert copies.ids == ()
    assert copies.first.record == "alone"
    assert copies.sources == ("Bay Courier",)


@pytest.mark.parametrize("sort", list(Sort))
def test_stories_come_in_the_order_of_their_first_hits(archive: newsgrep.Archive, sort: Sort) -> None:
    grouped = [hit.article.record for hit in archive.stories(ask(sort=sort)).hits]
    single = [hit.article.record for hit in archive.search(ask(sort=sort)).hits]
    assert grouped == [name for name in single if name in grouped]
    assert grouped[0] == single[0]


@pytest.mark.parametrize("copies", [CopyMode.GROUP, CopyMode.HIDE])
@pytest.mark.parametrize("fresh", [True, False])
def test_pages_are_pages_of_stories(archive: newsgrep.Archive, copies: CopyMode, fresh: bool) -> None:
    whole = archive.search(ask(copies=copies, fresh=fresh)).hits
    pages = [archive.search(ask(copies=copies, fresh=fresh, limit=1, page=page)).hits for page in range(1, 6)]
    assert [hit for page in pages for hit in page] == list(whole)
    assert [hit.rank for hit in whole] == [1, 2, 3, 4]


def test_the_largest_stories_can_come_first(archive: newsgrep.Archive) -> None:
    hits = archive.stories(ask(), largest_first=True).hits
    sizes = [len(story_of(hit, archive)) for hit in hits]
    assert sizes == [4, 2, 1, 1]
    paged = [archive.stories(ask(limit=1, page=page), largest_first=True).hits[0] for page in range(1, 5)]
    assert [hit.article for hit in paged] == [hit.article for hit in hits]


def test_hidden_copies_are_not_counted_nor_spoken_of(archive: newsgrep.Archive) -> None:
    results = archive.search(ask(copies=CopyMode.HIDE))
    assert results.total == 4
    assert results.stories is None
    assert all(hit.copies is None for hit in results.hits)


def test_copies_can_be_counted_without_hits(archive: newsgrep.Archive) -> None:
    assert archive.search(ask(copies=CopyMode.HIDE, limit=0)).total == 4
    assert archive.search(ask(copies=CopyMode.GROUP, limit=0)).stories == 4


def test_shown_copies_are_hits_as_any_other(archive: newsgrep.Archive) -> None:
    results = archive.search(ask())
    assert results.total == len(results.hits) == 8
    assert results.stories is None


def test_a_story_is_what_the_filters_let_through_of_it(archive: newsgrep.Archive) -> None:
    copies = copies_of(archive, "wire", filters=Filters(sources=("Bay Wire", "The Example Post")))
    assert len(copies.ids) == 1
    assert copies.first.record == "wire"


def test_without_words_every_article_has_its_story(archive: newsgrep.Archive) -> None:
    assert archive.stories(Request(text="", sort=Sort.NEWEST)).stories == 4


def test_nothing_found_is_no_story(archive: newsgrep.Archive) -> None:
    results = archive.stories(Request(text="lighthouse", filters=Filters(undated=True)))
    assert (results.total, results.stories, results.hits) == (0, 0, ())


def test_scores_of_stories_are_explained(archive: newsgrep.Archive) -> None:
    for hit in archive.search(ask(copies=CopyMode.GROUP, explain=True)).hits:
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score, abs=1e-3)


def test_the_sources_of_a_very_large_story_are_those_of_its_first_articles(
    archive: newsgrep.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsgrep.search.stories.MOST_READ", 2)
    copies = copies_of(archive, "wire")
    assert copies.sources == ("Bay Courier", "The Example Post")
    assert str(copies.last) == "2004-05-03"
    assert len(copies.ids) == 3
