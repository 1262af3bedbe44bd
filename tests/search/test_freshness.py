"""Newer articles before older ones that answer as well."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import newsgrep
from newsgrep import Request

SAME = "The harbour board met and talked of the ferry."
ARTICLES = {
    "old": (SAME, "2001-05-01"),
    "new": (SAME, "2004-05-01"),
    "undated": (SAME, None),
    "months": (SAME, "2004-02-01"),
    "much": ("The ferry. Ferry to the harbour, ferry from the harbour, ferry harbour harbour ferry.", "2001-06-01"),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("fresh")
    records = [
        {"id": name, "title": "Board", "text": text} | ({"date": date} if date else {})
        for name, (text, date) in ARTICLES.items()
    ]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def find(archive: newsgrep.Archive, **asked: object) -> list[str | None]:
    request = Request(text="ferry harbour", **{"fresh": True, **asked})  # type: ignore[arg-type]
    return [hit.article.record for hit in archive.search(request).hits]


def test_of_equal_articles_the_newer_come_first(archive: newsgrep.Archive) -> None:
    order = find(archive)
    assert order.index("new") < order.index("months") < order.index("old")
    assert order.index("months") < order.index("undated")


def test_without_the_option_dates_do_not_count(archive: newsgrep.Archive) -> None:
    hits = archive.search(Request(text="ferry harbour")).hits
    assert hits[0].article.record == "much"
    # What answers equally well stands in the order of the ids.
    assert len({hit.score for hit in hits[1:]}) == 1
    assert [hit.article.id for hit in hits[1:]] == sorted(hit.article.id for hit in hits[1:])


def test_pages_are_cut_from_one_order(archive: newsgrep.Archive) -> None:
    whole = find(archive)
    assert [name for page in (1, 2, 3) for name in find(archive, limit=2, page=page)] == whole


def test_the_date_is_a_line_of_the_explanation(archive: newsgrep.Archive) -> None:
    hits = archive.search(Request(text="ferry harbour", fresh=True, explain=True)).hits
    for hit in hits:
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score, abs=1e-3)
        assert ("recency" in {part.word for part in hit.explanation}) == (hit.article.record != "undated")
