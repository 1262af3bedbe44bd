from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsgrep.api import Archive
from newsgrep.opening import open_archive
from newsgrep.search import beginnings

AUTHORS = ["Ada Ash", "Ada Birch", "Ada Cole", "Ada Dunn", "Ada Elm"]
SECTIONS = ["World News", "world news", "WORLD NEWS", "Women", "Économie"]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    for number, section in enumerate(SECTIONS):
        article = {
            "title": f"Report {number}",
            "text": "The harbour bridge was opened.",
            "section": section,
            "author": AUTHORS[number],
        }
        (tmp_path / f"{number}.json").write_text(json.dumps(article))
        # An update a file: labels are put together from several segments.
        with open_archive(tmp_path / "index", create=True) as archive:
            archive.update([tmp_path])
    return open_archive(tmp_path / "index")


def offer(archive: Archive, what: str, typed: str) -> list[tuple[str, int]]:
    return [(each.value, each.articles) for each in archive.offer_labels(what, typed)]


def test_labels_are_offered_in_any_case_and_spelt_as_articles_spell_them(archive: Archive) -> None:
    assert offer(archive, "section", "WO") == [("World News", 3), ("Women", 1)]
    assert offer(archive, "section", "éco") == offer(archive, "section", "eco") == [("Économie", 1)]
    assert offer(archive, "section", "world  n") == [("World News", 3)]
    assert offer(archive, "section", "x") == []
    assert len(offer(archive, "section", "")) == 3
    assert offer(archive, "source", "") == []


def test_what_is_gone_from_the_archive_is_not_offered(archive: Archive, tmp_path: Path) -> None:
    article = archive.search("section:women").hits[0].article
    assert [each.value for each in archive.offer_ids(article.id[:6])] == [article.id]
    (tmp_path / "3.json").unlink()
    archive.update([tmp_path])
    assert offer(archive, "section", "wo") == [("World News", 3)]
    assert archive.offer_ids(article.id[:6]) == []


def test_an_id_is_offered_with_its_title(archive: Archive) -> None:
    article = archive.search("section:women").hits[0].article
    assert archive.offer_ids(article.id) == [beginnings.Offer(article.id, 1, "Report 3")]


def test_of_too_many_none_is_offered(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of them would look like all, and a shell would type on what they have in common."""
    monkeypatch.setattr(beginnings, "MOST_OFFERED", 4)
    assert offer(archive, "author", "ada") == []
    assert offer(archive, "author", "ada d") == [("Ada Dunn", 1)]


def test_many_are_offered_as_the_index_has_them(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginnings, "_MOST_READ", 4)
    assert offer(archive, "author", "ada")[0] == ("ada ash", 1)
    assert offer(archive, "section", "wo")[0] == ("World News", 3)
