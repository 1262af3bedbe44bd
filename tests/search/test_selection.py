from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep import Filters, Request, Sort
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.errors import ArticleMissing, QueryError
from newsgrep.search.selection import BATCH

NUMBER = BATCH + 50


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("selection")
    records = [
        {
            "id": f"n{number}",
            "title": f"Ferry number {number}",
            "text": "The ferry was late." + " Ferry." * (number % 7),
            "date": f"2018-{number % 12 + 1:02d}-{number % 28 + 1:02d}" if number % 10 else None,
            "section": "Sea" if number % 2 else "Land",
        }
        for number in range(NUMBER)
    ]
    (folder / "ferries.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "ferries.jsonl"])
        yield archive


def test_a_selection_is_of_every_article_whole(archive: newsgrep.Archive) -> None:
    selection = archive.select("ferry")
    articles = list(selection)
    assert len(articles) == len(selection) == selection.total == NUMBER
    assert {article.record for article in articles} == {f"n{number}" for number in range(NUMBER)}
    assert all(article.body.startswith("The ferry was late.") for article in articles)
    assert [article.id for article in selection] == [article.id for article in articles]


def test_without_an_order_articles_come_in_that_of_the_index(archive: newsgrep.Archive) -> None:
    references = archive.select("ferry", today=None).references
    assert list(references) == sorted(references)


def test_articles_are_fetched_batch_by_batch(archive: newsgrep.Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[int] = []
    fetch = LocalEngine.fetch

    def counting(engine: LocalEngine, references: list[int]) -> list[newsgrep.Article]:
        fetched.append(len(references))
        return fetch(engine, references)

    monkeypatch.setattr(LocalEngine, "fetch", counting)
    articles = iter(archive.select("ferry"))
    next(articles)
    assert fetched == [BATCH]
    assert len(list(articles)) == NUMBER - 1
    assert fetched == [BATCH, 50]


def test_an_order_is_that_of_search(archive: newsgrep.Archive) -> None:
    for sort in Sort:
        request = Request(text="ferry", sort=sort, limit=30)
        hits = [hit.article.id for hit in archive.search(request).hits]
        assert [article.id for article in archive.select(request, sort=sort, limit=30)] == hits


def test_a_limit_takes_the_best(archive: newsgrep.Archive) -> None:
    hits = archive.search(Request(text="ferry", limit=5)).hits
    selection = archive.select("ferry", limit=5)
    assert [article.id for article in selection] == [hit.article.id for hit in hits]
    assert (len(selection), selection.total) == (5, NUMBER)
    newest = [article.published for article in archive.select("", limit=5)]
    assert newest == sorted(newest, key=str, reverse=True)
    assert list(archive.select("ferry", limit=0)) == []


def test_filters_and_corrections_are_those_of_search(archive: newsgrep.Archive) -> None:
    selection = archive.select(Request(text="", filters=Filters(sections=("sea",))))
    assert len(selection) == NUMBER // 2
    corrected = archive.select("ferrry")
    assert len(corrected) == NUMBER
    assert any("ferry" in note for note in corrected.notes)
    assert len(archive.select("airship")) == 0
    with pytest.raises(QueryError):
        archive.select('"ferry')


def test_of_several_versions_the_newest_is_selected(tmp_path: Path) -> None:
    body = "Engineers have reopened the harbour bridge after a week of repairs."
    records = [
        {"title": "Bridge", "url": "https://quay.example/1", "text": body, "captured": f"2018-03-0{day}T10:00:00Z"}
        for day in (2, 5)
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "a.jsonl"])
        (newest,) = archive.select("bridge")
        assert newest.captured is not None
        assert newest.captured.day == 5
        assert len(archive.select(Request(text="bridge", every_version=True))) == 2


def test_an_article_is_cited_by_name(archive: newsgrep.Archive) -> None:
    (article,) = archive.select("", limit=1)
    assert article.published is not None
    assert archive.cite(article.id[:8]) == (
        f"“{article.title}”, {article.published.day} {article.published:%B} {article.published.year}\n"
    )
    assert archive.cite(article.id, "ris").startswith("TY  - NEWS\r\n")
    with pytest.raises(ArticleMissing):
        archive.cite("no such thing")
    with pytest.raises(ValueError, match="chicago"):
        archive.cite(article.id, "chicago")
