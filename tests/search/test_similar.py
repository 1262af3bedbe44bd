"""What else was written on an article, from a small archive of a ferry, a bridge and the weather."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep.errors import ArticleMissing, OptionError
from newsgrep.search.order_in_time import Relation
from newsgrep.search.request import Filters
from newsgrep.search.similar import DEPTH, SimilarArticle, SimilarRequest

SINKING = (
    "The ferry Marlin sank in Heron Bay on Tuesday with forty passengers on board. Lifeboats from Port Ellery reached "
    "the ferry within the hour and all passengers were saved, the harbour master Odile Brandt said. Divers will look "
    "for the recorder of the Marlin as soon as the swell in Heron Bay allows."
)
ARTICLES = [
    ("sinking", "Ferry Marlin sinks in Heron Bay", SINKING, "2019-05-14", "News"),
    (
        "licence",
        "Old ferry gets licence for another year",
        "The ferry Marlin may cross Heron Bay for another year. Its hull was inspected in Port Ellery.",
        "2018-11-02",
        "News",
    ),
    (
        "recorder",
        "Divers find recorder of the Marlin",
        "Divers have brought up the recorder of the ferry Marlin from Heron Bay, harbour master Odile Brandt said.",
        "2019-05-20",
        "News",
    ),
    (
        "trial",
        "Captain of sunken ferry in court",
        "The captain of the Marlin, the ferry that sank in Heron Bay with forty passengers, went on trial.",
        "2020-02-03",
        "Courts",
    ),
    ("copy", "Forty saved as ferry goes down", f"(Wire) {SINKING} More follows.", "2019-05-15", "Wire"),
    (
        "notes",
        "Notes on the Marlin",
        "Somebody wrote of the ferry Marlin and of Heron Bay, and gave no day.",
        "",
        "News",
    ),
    ("vigil", "Candles for the Marlin", "Passengers of the ferry Marlin lit candles by the bay.", "2019-05-14", "News"),
    *(
        (f"weather{day}", f"Rain on day {day}", f"Rain fell on the hills for {day} days, and more is to come.", "", "")
        for day in range(2, 20)
    ),
    ("unique", "Xylophone", "Zzyzx quux blorb frobnicate.", "2019-01-01", ""),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("similar")
    records = [
        {"id": name, "title": title, "text": text, "date": date, "section": section}
        for name, title, text, date, section in ARTICLES
    ]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


@pytest.fixture
def name(archive: newsgrep.Archive) -> str:
    return id_of(archive, "sinking")


def id_of(archive: newsgrep.Archive, record: str) -> str:
    title = next(title for name, title, *_ in ARTICLES if name == record)
    return next(hit.article.id for hit in archive.search(f'title:"{title}"').hits if hit.article.record == record)


def records(articles: tuple[SimilarArticle, ...]) -> list[str | None]:
    return [each.hit.article.record for each in articles]


def test_articles_on_the_same_matter_are_found_and_others_are_not(archive: newsgrep.Archive, name: str) -> None:
    found = records(archive.similar(name).articles)
    assert set(found) == {"licence", "recorder", "trial", "notes", "vigil"}
    assert found[0] == "recorder"


def test_ranks_count_from_one_and_scores_fall_from_below_one(archive: newsgrep.Archive, name: str) -> None:
    hits = [each.hit for each in archive.similar(name).articles]
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    scores = [hit.score for hit in hits]
    assert 1 > scores[0] > scores[-1] > 0
    assert scores == sorted(scores, reverse=True)


def test_copies_are_left_out_and_counted_or_shown_and_marked(archive: newsgrep.Archive, name: str) -> None:
    hidden = archive.similar(name)
    assert hidden.copies_left_out == 1
    shown = archive.similar(SimilarRequest(name=name, copies=True))
    assert shown.copies_left_out == 0
    assert records(shown.articles)[0] == "copy"
    assert [each.is_copy for each in shown.articles] == [True, False, False, False, False, False]
    assert shown.articles[0].hit.score > 0.8


def test_each_article_says_when_it_was_published_seen_from_the_first(archive: newsgrep.Archive, name: str) -> None:
    told = {each.hit.article.record: (each.relation, each.days) for each in archive.similar(name).articles}
    assert told == {
        "licence": (Relation.BEFORE, -193),
        "recorder": (Relation.AFTER, 6),
        "trial": (Relation.AFTER, 265),
        "notes": (Relation.UNDATED, None),
        "vigil": (Relation.SAME_DAY, 0),
    }


def test_background_is_what_came_before_and_follow_ups_what_came_after(archive: newsgrep.Archive, name: str) -> None:
    background = archive.similar(SimilarRequest(name=name, background=True))
    follow_ups = archive.similar(SimilarRequest(name=name, follow_ups=True))
    either = archive.similar(SimilarRequest(name=name, background=True, follow_ups=True))
    assert records(background.articles) == ["licence"]
    assert set(records(follow_ups.articles)) == {"recorder", "trial"}
    assert set(records(either.articles)) == {"licence", "recorder", "trial"}


def test_an_article_without_a_date_has_neither(archive: newsgrep.Archive) -> None:
    name = id_of(archive, "notes")
    with pytest.raises(OptionError, match="has no date"):
        archive.similar(SimilarRequest(name=name, background=True))
    assert {each.relation for each in archive.similar(name).articles} == {Relation.UNDATED}


def test_filters_hold(archive: newsgrep.Archive, name: str) -> None:
    request = SimilarRequest(name=name, filters=Filters(sections=("courts",)))
    assert records(archive.similar(request).articles) == ["trial"]


def test_the_limit_is_that_of_articles_shown(archive: newsgrep.Archive, name: str) -> None:
    best = records(archive.similar(name).articles)
    for limit in (1, 3, DEPTH + 1):
        assert records(archive.similar(SimilarRequest(name=name, limit=limit)).articles) == best[:limit]


def test_near_ones_gain_by_their_days(archive: newsgrep.Archive, name: str) -> None:
    plain = {each.hit.article.record: each.hit.score for each in archive.similar(name).articles}
    near = {
        each.hit.article.record: each.hit.score
        for each in archive.similar(SimilarRequest(name=name, near=True)).articles
    }
    assert near["vigil"] == pytest.approx(1.5 * plain["vigil"], rel=1e-3)
    assert near["notes"] == plain["notes"]
    assert plain["licence"] < near["licence"] < 1.01 * plain["licence"]


def test_the_words_are_those_of_the_article_as_it_has_them(archive: newsgrep.Archive, name: str) -> None:
    results = archive.similar(name)
    assert {"Marlin", "Heron"} <= set(results.words)
    assert not {"the", "of", "on"} & {word.lower() for word in results.words}
    for each in results.articles:
        assert set(each.shared) <= set(results.words)
    assert "Marlin" in results.articles[0].shared


def test_shared_words_are_lit_in_titles_and_snippets(archive: newsgrep.Archive, name: str) -> None:
    hit = archive.similar(SimilarRequest(name=name, snippets=1)).articles[0].hit
    title = hit.article.title
    assert "Marlin" in {title[start:end] for start, end in hit.title_highlights}
    assert len(hit.snippets) == 1
    assert hit.snippets[0].highlights
    assert not hit.article.body


def test_words_that_only_the_article_has_find_nothing(archive: newsgrep.Archive) -> None:
    results = archive.similar(id_of(archive, "unique"))
    assert results.articles == ()
    assert results.words == ()


def test_many_copies_leave_room_for_others(tmp_path: Path) -> None:
    copies = [{"id": f"c{number}", "title": f"Copy {number}", "text": SINKING} for number in range(3 * DEPTH)]
    other = {"id": "other", "title": "The same words", "text": " ".join(sorted(SINKING.split()))}
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, [*copies, other])), "utf-8")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "all.jsonl"])
        results = archive.similar(f"{tmp_path / 'all.jsonl'}#c7")
    assert records(results.articles) == ["other"]
    assert results.copies_left_out == 3 * DEPTH - 1


def test_an_article_that_is_not_there_is_an_error(archive: newsgrep.Archive) -> None:
    with pytest.raises(ArticleMissing):
        archive.similar("nowhere")
