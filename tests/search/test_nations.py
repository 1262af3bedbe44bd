"""Countries and their adjectives, where any word will do."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import newsgrep
from newsgrep import Match, Request
from newsgrep.search.nations import find_nation

ARTICLES = {
    "japan": "The steel mills of Japan closed early.",
    "japanese": "Japanese mills closed early.",
    "peru": "The mills of Peru stayed open.",
    "both": "In Japan the Japanese mills stayed open.",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("nations")
    records = [{"id": name, "title": "Mills", "text": text} for name, text in ARTICLES.items()]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def find(archive: newsgrep.Archive, text: str, match: Match = Match.ANY) -> list[str | None]:
    return [hit.article.record for hit in archive.search(Request(text=text, match=match)).hits]


def test_an_adjective_finds_its_country_after_itself(archive: newsgrep.Archive) -> None:
    assert find(archive, "Japanese steelworks")[:1] == ["japanese"]
    assert set(find(archive, "Japanese steelworks")) == {"japan", "japanese", "both"}


def test_it_is_told(archive: newsgrep.Archive) -> None:
    notes = archive.search(Request(text="Japanese steelworks", match=Match.ANY)).notes
    assert "Japanese also finds japan; =Japanese does not" in notes


def test_an_exact_word_finds_itself_alone(archive: newsgrep.Archive) -> None:
    assert set(find(archive, "=Japanese steelworks")) == {"japanese", "both"}


def test_where_all_words_must_match_each_is_as_typed(archive: newsgrep.Archive) -> None:
    assert set(find(archive, "Japanese mills", Match.CLOSEST)) == {"japanese", "both"}


def test_a_country_is_not_missing_where_its_adjective_is(archive: newsgrep.Archive) -> None:
    results = archive.search(Request(text="Japan steelworks", match=Match.ANY))
    assert {hit.missing for hit in results.hits} == {("steelworks",)}


def test_a_group_is_found_by_each_of_its_words() -> None:
    assert find_nation("dutch") == find_nation("holland") != ()
    assert find_nation("mill") == ()
