"""Articles that have some of the words only: as hits where any word will do, else apart."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import newsgrep
from newsgrep import Filters, Match, Request, Sort

TEXTS = [
    "The harbour bridge was closed. Drivers were angry.",
    "A toll for the tunnel below the harbour.",
    "The bridge over the harbour was opened by the mayor.",
    "Snow in the mountains.",
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("partial")
    lines = [
        json.dumps({"id": str(n), "title": f"Story {n}", "text": text, "section": f"S{n % 2}", "date": f"201{n}-01-02"})
        for n, text in enumerate(TEXTS)
    ]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def records(hits: tuple[newsgrep.Hit, ...]) -> list[str | None]:
    return [hit.article.record for hit in hits]


def test_where_no_article_has_all_words_the_closest_are_offered_apart(archive: newsgrep.Archive) -> None:
    results = archive.search("harbour bridge mayor drivers")
    assert (results.total, results.hits) == (0, ())
    assert sorted(records(results.closest)[:2], key=str) == ["0", "2"]
    assert {hit.article.record: hit.missing for hit in results.closest[:2]} == {"0": ("mayor",), "2": ("drivers",)}
    assert results.words == 4
    assert results.query == "harbour AND bridge AND mayor AND drivers"
    assert results.hints[-1].message == "3 articles have some of the words: --any"


def test_the_closest_carry_snippets_of_the_words_that_they_have(archive: newsgrep.Archive) -> None:
    (hit,) = archive.search("mountains volcano").closest
    (snippet,) = hit.snippets
    assert [snippet.text[start:end] for start, end in snippet.highlights] == ["mountains"]


def test_all_words_are_all_words_and_nothing_is_offered(archive: newsgrep.Archive) -> None:
    results = archive.search(Request(text="harbour bridge mayor drivers", match=Match.ALL))
    assert (results.total, results.hits, results.closest) == (0, (), ())
    assert not any("--any" in hint.message for hint in results.hints)


def test_where_an_article_has_all_words_nothing_else_is_offered(archive: newsgrep.Archive) -> None:
    results = archive.search("harbour bridge mayor")
    assert records(results.hits) == ["2"]
    assert (results.closest, results.hits[0].missing) == ((), ())


@pytest.mark.parametrize("text", ["volcano", "volcano AND harbour", '"bridge harbour"', "title:volcano", "NOT story"])
def test_what_was_asked_with_operators_or_as_one_word_has_no_closest(archive: newsgrep.Archive, text: str) -> None:
    results = archive.search(text)
    assert (results.total, results.closest) == (0, ())


def test_any_word_makes_a_hit_that_says_which_it_lacks(archive: newsgrep.Archive) -> None:
    results = archive.search(Request(text="harbour bridge drivers", match=Match.ANY))
    assert records(results.hits)[0] == "0"
    assert {hit.article.record: hit.missing for hit in results.hits} == {
        "0": (),
        "1": ("bridge", "drivers"),
        "2": ("drivers",),
    }


def test_a_phrase_is_missing_where_only_its_words_stand(archive: newsgrep.Archive) -> None:
    results = archive.search(Request(text='"harbour bridge" mayor', match=Match.ANY))
    assert {hit.article.record: hit.missing for hit in results.hits} == {"0": ("mayor",), "2": ('"harbour bridge"',)}


def test_a_word_that_a_phrase_covers_is_not_missing(archive: newsgrep.Archive) -> None:
    results = archive.search(Request(text='"harbour bridge" bridge harbour mayor', match=Match.ANY))
    assert {hit.article.record: hit.missing for hit in results.hits}["0"] == ("mayor",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("harbour bridge toll", ["0", "1", "2"]),
        ("harbour bridge -toll", ["0", "2"]),
        ("+toll bridge mayor", ["1"]),
        ("bridge mountains section:S1", ["3"]),
        ("bridge mountains date:2010", ["0"]),
        ("bridge AND mayor mountains", ["2", "3"]),
        ("(bridge mayor) AND drivers", ["0"]),
        ("section:S0 date:2010", ["0"]),
        ("+harbour +mayor", ["2"]),
        ("volcano tunnel OR mayor", ["1", "2"]),
    ],
)
def test_operators_and_filters_mean_the_same_where_any_word_will_do(
    archive: newsgrep.Archive, text: str, found: list[str]
) -> None:
    assert sorted(records(archive.search(Request(text=text, match=Match.ANY)).hits), key=str) == found


def test_a_word_that_must_be_there_counts_once(archive: newsgrep.Archive) -> None:
    (plain,) = archive.search(Request(text="toll bridge -mayor -drivers", match=Match.ANY, explain=True)).hits
    (needed,) = archive.search(Request(text="+toll bridge -mayor -drivers", match=Match.ANY, explain=True)).hits
    assert needed.missing == ("bridge",)
    words = [[part.word for part in hit.explanation if part.word == "toll"] for hit in (plain, needed)]
    assert words[0] == words[1]


def test_filters_hold_for_the_closest(archive: newsgrep.Archive) -> None:
    results = archive.search(Request(text="harbour bridge volcano", filters=Filters(sections=("S1",))))
    assert records(results.closest) == ["1"]


def test_the_closest_come_best_first_whatever_the_order_asked_for(archive: newsgrep.Archive) -> None:
    for sort in Sort:
        results = archive.search(Request(text="harbour bridge drivers volcano", sort=sort))
        assert records(results.closest)[0] == "0"


def test_the_total_alone_is_given_without_hits(archive: newsgrep.Archive) -> None:
    results = archive.search(Request(text="harbour", limit=0))
    assert (results.total, results.hits) == (3, ())
    assert archive.search(Request(text="harbour volcano", limit=0)).closest == ()


def test_a_question_says_what_was_not_searched_for(archive: newsgrep.Archive) -> None:
    text = "what has been written about the bridge mayor"
    results = archive.search(Request(text=text, match=Match.ANY))
    assert results.query == "bridge OR mayor"
    assert results.notes == (
        'not searched for, since it only asks: "what has been written about" (--all searches for it too)',
    )
    assert archive.search(text).notes == results.notes
    assert archive.search(Request(text=text, match=Match.ALL)).notes == ()


def test_with_any_word_stop_words_neither_match_nor_count_as_missing(archive: newsgrep.Archive) -> None:
    results = archive.search(Request(text="the mayor of the bridge", match=Match.ANY))
    assert results.query == "mayor OR bridge"
    assert results.total == archive.count("mayor OR bridge")
    assert all("the" not in hit.missing and "of" not in hit.missing for hit in results.hits)


def test_a_question_of_stop_words_alone_asks_for_them(archive: newsgrep.Archive) -> None:
    assert archive.search(Request(text="the of", match=Match.ANY)).query == "the OR of"
