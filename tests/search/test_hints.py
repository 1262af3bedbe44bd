from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest

import newsgrep
from newsgrep import Filters, Match, Request
from newsgrep.search.results import Hint

ARTICLES = [
    ("Storm closes the bridge", "The harbour bridge was closed. Physics of waves.", "2017-09-04", "Weather"),
    ("Toll rises", "Drivers pay more at the harbour tunnel.", "2017-09-05", "Business"),
    ("Derby", "The harbour side won.", "2018-01-05", "Sport"),
    ("Harbours", "Harbours of the north.", "2018-02-05", "Travel"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("hints")
    lines = [
        json.dumps({"id": str(number), "title": title, "text": text, "date": date, "section": section})
        for number, (title, text, date, section) in enumerate(ARTICLES)
    ]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def hints(archive: newsgrep.Archive, text: str, **filters: object) -> tuple[Hint, ...]:
    results = archive.search(Request(text=text, filters=Filters(**filters), match=Match.ALL))  # type: ignore[arg-type]
    assert (results.total == 0) == bool(results.hints)
    return results.hints


def test_a_word_that_is_nowhere_is_named_with_words_spelt_like_it(archive: newsgrep.Archive) -> None:
    (hint,) = hints(archive, "harbour brigde")
    assert hint.word == "brigde"
    assert hint.proposals == ("bridge",)
    assert "brigde" in hint.message
    assert "bridge" in hint.message


def test_proposals_are_words_and_no_stems(archive: newsgrep.Archive) -> None:
    assert hints(archive, "phisics")[0].proposals == ("physics",)


def test_the_more_frequent_word_is_proposed_first(archive: newsgrep.Archive) -> None:
    assert hints(archive, "harbur")[0].proposals[0].startswith("harbour")


def test_a_word_like_no_other_gets_no_proposal(archive: newsgrep.Archive) -> None:
    (hint,) = hints(archive, "xylophone")
    assert hint.proposals == ()
    assert hint.word == "xylophone"


def test_a_word_that_stands_elsewhere_only_is_said_to_lack_in_the_field(archive: newsgrep.Archive) -> None:
    (hint,) = hints(archive, "title:physics")
    assert "title:" in hint.message


def test_words_that_are_excluded_are_not_missing(archive: newsgrep.Archive) -> None:
    assert not any(hint.word == "xylophone" for hint in hints(archive, "brigde NOT xylophone"))


def test_a_filter_says_how_many_it_removed(archive: newsgrep.Archive) -> None:
    found = hints(archive, "harbour", since=dt.date(2020, 1, 1))
    assert [(hint.filter, hint.articles) for hint in found] == [("--since", 4)]
    assert "4" in found[0].message


def test_filters_that_only_together_let_nothing_through_are_told_apart(archive: newsgrep.Archive) -> None:
    found = hints(archive, "harbour", since=dt.date(2018, 1, 1), sections=("weather",))
    assert [(hint.filter, hint.articles) for hint in found] == [("--since", 1), ("--section", 2), (None, 4)]


def test_words_that_never_meet_are_counted(archive: newsgrep.Archive) -> None:
    (hint,) = hints(archive, "bridge tunnel")
    assert "bridge in 1" in hint.message
    assert "tunnel in 1" in hint.message


def test_words_that_meet_otherwise_are_said_to(archive: newsgrep.Archive) -> None:
    (hint,) = hints(archive, '"bridge harbour"')
    assert hint.articles == 1
    assert "not as asked" in hint.message


def test_an_answer_has_no_hints(archive: newsgrep.Archive) -> None:
    assert hints(archive, "harbour") == ()


def test_a_rare_word_may_be_another_misspelt(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("rare")
    texts = ["The harbour opens."] * 30 + ["The harbuor closes.", "A toll is paid."]
    lines = [json.dumps({"id": str(n), "title": f"Story {n}", "text": text}) for n, text in enumerate(texts)]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        hint, *others = hints(opened, "harbuor toll")
        assert (hint.word, hint.proposals, hint.articles) == ("harbuor", ("harbour",), 1)
        assert [other.word for other in others] == [None]
