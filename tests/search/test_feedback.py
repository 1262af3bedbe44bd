"""Hits ranked also by words that the best of them share."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import newsgrep
from newsgrep import Request

ARTICLES = [
    ("Strike at the docks", "The strike closed the docks. Pickets and the union held the gates; pickets sang."),
    ("Strike goes on", "The strike went on. The union and its pickets kept the gates of the docks shut."),
    ("Pickets return", "The strike is in its third week. Pickets returned to the gates, the union said."),
    ("Union votes", "The union voted for the strike, and pickets went to the gates."),
    ("Strike ends", "The strike ended. Pickets left the gates, and the union thanked them."),
    *((f"Bowling {at}", f"His strike in the last frame won the bowling cup number {at}.") for at in range(4)),
    ("Late", "A strike: pickets, gates, union."),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("feedback")
    records = [{"id": title, "title": title, "text": text} for title, text in ARTICLES]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def titles(archive: newsgrep.Archive, request: Request) -> list[str]:
    return [hit.article.title for hit in archive.search(request).hits]


def test_hits_that_share_the_words_of_the_best_come_before_those_that_do_not(archive: newsgrep.Archive) -> None:
    expanded = titles(archive, Request(text="strike docks OR strike", expand=True))
    last_sport = max(at for at, title in enumerate(expanded) if title.startswith("Bowling"))
    assert expanded.index("Late") < min(at for at, title in enumerate(expanded) if title.startswith("Bowling"))
    assert last_sport == len(ARTICLES) - 1


def test_the_words_are_told(archive: newsgrep.Archive) -> None:
    (note,) = archive.search(Request(text="strike", expand=True)).notes
    assert note.startswith("ranked also by: ")
    assert "strike" not in note.split(": ")[1].split(", ")


def test_what_is_found_stays_the_same(archive: newsgrep.Archive) -> None:
    for query in ("strike", "strike gates", '"the gates"', "nothing"):
        plain, expanded = (archive.search(Request(text=query, expand=expand)) for expand in (False, True))
        assert plain.total == expanded.total
        assert {hit.article.id for hit in plain.hits} == {hit.article.id for hit in expanded.hits}


def test_the_lines_of_an_explanation_add_up(archive: newsgrep.Archive) -> None:
    for hit in archive.search(Request(text="strike gates", expand=True, fresh=True, explain=True)).hits:
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score, abs=1e-3)
