"""Typing errors: what is corrected, what is left alone, and what is said of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep import Match, Request
from newsgrep.search.results import Correction

PAGE = (Path(__file__).parents[2] / "docs/query-language.md").read_text("utf-8")

TEXTS = [
    "The parliament held a vote on the harbour bridge.",
    "A toll at the harbour bridge was put to a vote.",
    "The weather report spoke of rain. Drivers paid the toll.",
    "A whether or not question. Whether it rains nobody knows. Whether or not.",
    "Whether whether whether.",
    "Мост через реку открыли в понедельник.",
    "Developments in the north of the county. Mercury was found.",
    "The coffee harvest failed.",
    "They come and come again.",
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("corrections")
    lines = [
        json.dumps({"id": str(number), "title": text.split(".")[0], "text": text}) for number, text in enumerate(TEXTS)
    ]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def searched(archive: newsgrep.Archive, text: str, match: Match = Match.CLOSEST) -> str:
    return archive.search(Request(text=text, match=match)).query


TABLE = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", PAGE.split("## Typing errors")[1].split("\n## ")[0], re.MULTILINE)


@pytest.mark.parametrize(("typed", "meant"), TABLE)
def test_an_example_of_the_page_is_corrected_as_the_page_says(
    archive: newsgrep.Archive, typed: str, meant: str
) -> None:
    assert searched(archive, typed) == searched(archive, meant, Match.ALL)
    assert searched(archive, typed, Match.ANY) == archive.search(Request(text=meant, match=Match.ANY)).query


def test_the_page_has_its_examples() -> None:
    assert len(TABLE) == 5


@pytest.mark.parametrize(
    "text",
    [
        '"parliment vote"',
        "=parliment",
        "caps(Parliment)",
        "parlim*",
        "parliment~",
        "vote -parliment",
        "vote NOT parliment",
        "vote ANDNOT parliment",
        "vote not w/5 parliment",
        "author:parliment",
        "section:parliment",
        "vote1",
        "vxt",
        "xylophone",
    ],
)
def test_what_was_not_typed_as_a_plain_word_or_is_like_none_stays(archive: newsgrep.Archive, text: str) -> None:
    results = archive.search(text)
    assert results.corrections == ()
    assert not any("instead of" in note for note in results.notes)


def test_a_correction_is_found_and_said(archive: newsgrep.Archive) -> None:
    results = archive.search("parliment")
    assert [hit.article.record for hit in results.hits] == ["0"]
    assert results.corrections == (Correction("parliment", "parliament"),)
    assert results.notes == ('searched for "parliament" instead of "parliment" (--no-correct searches as typed)',)
    assert results.hits[0].snippets[0].highlights
    assert archive.count("parliment") == 1


def test_all_words_and_no_correction_search_as_typed(archive: newsgrep.Archive) -> None:
    for request in (Request(text="parliment", match=Match.ALL), Request(text="parliment", correct=False)):
        results = archive.search(request)
        assert (results.total, results.corrections) == (0, ())
        assert results.hints[0].proposals == ("parliament",)
        assert archive.count(request) == 0


def test_the_other_words_of_a_query_decide_what_was_meant(archive: newsgrep.Archive) -> None:
    assert searched(archive, "wheather report") == "weather AND report"
    assert searched(archive, "wheather question") == "whether AND question"


def test_a_slip_in_an_ending_is_corrected_though_the_index_keeps_stems(archive: newsgrep.Archive) -> None:
    assert searched(archive, "developmnets") == "developments"


def test_a_form_that_no_article_has_does_not_win(archive: newsgrep.Archive) -> None:
    assert searched(archive, "cofee") == "coffee"


def test_two_slips_are_corrected_in_longer_words(archive: newsgrep.Archive) -> None:
    assert searched(archive, "parlimant") == "parliament"
    assert searched(archive, "xarlimant") == "xarlimant"


def test_other_scripts_are_corrected_too(archive: newsgrep.Archive) -> None:
    assert searched(archive, "понедельнк") == "понедельник"


def test_words_within_operators_and_hyphens_are_corrected_in_place(archive: newsgrep.Archive) -> None:
    assert searched(archive, "(harbuor w/5 brigde) OR tol") == "(harbour w/5 bridge) OR tol"
    assert searched(archive, "harbuor-bridge^2 vote") == "harbour-bridge^2 AND vote"


def test_words_of_a_language_that_the_archive_does_not_have_cost_a_bounded_number(archive: newsgrep.Archive) -> None:
    results = archive.search(" ".join(["parliment", "harbuor", "brigde", "wheather"] * 5))
    assert len(results.corrections) == 6
