from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep import Filters, Match, Request, Sort
from newsgrep.errors import ArticleAmbiguous, ArticleMissing, QueryError

ARTICLES = [
    {
        "id": "storm",
        "title": "Storm closes the harbour bridge",
        "text": "The harbour bridge was closed on Monday.\n\nWinds of 120 km/h shook it, Agnes Rivers said.",
        "date": "2017-09-04T08:30:00+02:00",
        "section": ["News", "Weather"],
        "authors": ["Ida Marsh"],
        "source": "The Harbour Courier",
        "url": "https://courier.example/storm",
    },
    {
        "id": "toll",
        "title": "Toll rises again",
        "text": "Drivers will pay more. The bridge over the harbour is to be repaired with the money.",
        "date": "2017-09-05",
        "section": "Business",
        "authors": ["Pavel Orlov"],
        "source": "Inland Post",
    },
    {
        "id": "match",
        "title": "Late goal decides derby",
        "text": "A late goal decided the derby. The crowd sang on the bridges until dawn. The e-mail never came.",
        "date": "2017-09-05T23:59:59",
        "section": "Sport",
        "authors": ["Ida Marsh", "Pavel Orlov"],
        "source": "Inland Post",
    },
    {
        "id": "essay",
        "title": "On bridges",
        "text": "Bridge, bridge and bridge again: an essay without a day.",
        "section": "Opinion",
    },
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("run")
    (folder / "all.jsonl").write_text("\n".join(json.dumps(article) for article in ARTICLES), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def found(archive: newsgrep.Archive, text: str, sort: Sort = Sort.NEWEST, **filters: object) -> list[str | None]:
    request = Request(text=text, filters=Filters(**filters), sort=sort)  # type: ignore[arg-type]
    results = archive.search(request)
    assert results.total == len(results.hits) == archive.count(request)
    return [hit.article.record for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bridge", ["match", "toll", "storm", "essay"]),
        ("harbour bridge", ["toll", "storm"]),
        ('"harbour bridge"', ["storm"]),
        ("HARBOUR Bridges", ["toll", "storm"]),
        ("derby OR toll", ["match", "toll"]),
        ("bridge NOT harbour", ["match", "essay"]),
        ("NOT bridge", []),
        ("title:bridge", ["storm", "essay"]),
        ("body:storm", []),
        ("harb*", ["toll", "storm"]),
        ("dec?ded", []),
        ("habour~", ["toll", "storm"]),
        ("email", ["match"]),
        ("e-mail", ["match"]),
        ("author:marsh", ["match", "storm"]),
        ('author:"ida orlov"', []),
        ('source:"inland post"', ["match", "toll"]),
        ("section:weather", ["storm"]),
        ("url:courier", ["storm"]),
        ("date:2017-09-05", ["match", "toll"]),
        ("bridge date:..2017-09-04", ["storm"]),
        ("words:>15", ["match", "storm", "toll"]),
        ("zeppelin", []),
    ],
)
def test_a_query_finds_what_it_says(archive: newsgrep.Archive, text: str, expected: list[str]) -> None:
    assert sorted(map(str, found(archive, text))) == sorted(expected)


def test_dates_are_inclusive_at_both_ends(archive: newsgrep.Archive) -> None:
    day = dt.date(2017, 9, 5)
    assert found(archive, "bridge", since=day, until=day) == ["match", "toll"]
    assert found(archive, "bridge", until=dt.date(2017, 9, 4)) == ["storm"]
    assert found(archive, "bridge", since=dt.date(2017, 9, 6)) == []


def test_an_undated_article_never_matches_a_date_filter(archive: newsgrep.Archive) -> None:
    assert "essay" not in found(archive, "bridge", since=dt.date.min, until=dt.date.max)
    assert found(archive, "", undated=True) == ["essay"]


def test_sections_match_in_any_case_and_are_alternatives(archive: newsgrep.Archive) -> None:
    assert found(archive, "", sections=("WEATHER", "business")) == ["toll", "storm"]
    assert found(archive, "", sections=("weath",)) == []


def test_languages_match_in_any_case_and_are_alternatives(archive: newsgrep.Archive) -> None:
    assert found(archive, "bridge", langs=("EN",)) == ["match", "toll", "storm", "essay"]
    assert found(archive, "bridge", langs=("fr",)) == []
    assert found(archive, "bridge", langs=("fr", "en"), sections=("sport",)) == ["match"]


def test_not_section_takes_out(archive: newsgrep.Archive) -> None:
    assert found(archive, "", not_sections=("news", "opinion")) == ["match", "toll"]


def test_an_author_matches_by_words_that_stand_together(archive: newsgrep.Archive) -> None:
    assert found(archive, "", authors=("marsh",)) == ["match", "storm"]
    assert found(archive, "", authors=("Marsh Pavel",)) == []


def test_filters_of_different_kinds_must_all_hold(archive: newsgrep.Archive) -> None:
    assert found(archive, "", sources=("inland post",), authors=("ida marsh",)) == ["match"]


def test_undated_articles_come_last_in_both_orders(archive: newsgrep.Archive) -> None:
    assert found(archive, "bridge", Sort.NEWEST) == ["match", "toll", "storm", "essay"]
    assert found(archive, "bridge", Sort.OLDEST) == ["storm", "toll", "match", "essay"]


def test_the_best_match_comes_first(archive: newsgrep.Archive) -> None:
    hits = archive.search("harbour bridge").hits
    assert [hit.article.record for hit in hits] == ["storm", "toll"]
    assert hits[0].score > hits[1].score > 0


def test_pages_of_results_follow_each_other(archive: newsgrep.Archive) -> None:
    pages = [archive.search(Request(text="bridge", sort=Sort.NEWEST, limit=3, page=page)) for page in (1, 2, 3)]
    assert [[hit.rank for hit in page.hits] for page in pages] == [[1, 2, 3], [4], []]
    assert {page.total for page in pages} == {4}


def test_a_date_is_as_printed(archive: newsgrep.Archive) -> None:
    hit = archive.search("title:storm").hits[0]
    assert hit.article.published is not None
    assert hit.article.published.isoformat() == "2017-09-04T08:30:00+02:00"


def test_snippets_light_the_words_that_matched(archive: newsgrep.Archive) -> None:
    hit = archive.search('"harbour bridge"').hits[0]
    assert [hit.article.title[a:b] for a, b in hit.title_highlights] == ["harbour bridge"]
    lit = [snippet.text[a:b] for snippet in hit.snippets for a, b in snippet.highlights]
    assert lit == ["harbour bridge"]


def test_no_snippets_are_cut_when_none_are_asked_for(archive: newsgrep.Archive) -> None:
    assert archive.search(Request(text="bridge", snippets=0)).hits[0].snippets == ()


def test_a_hit_leaves_the_body_out(archive: newsgrep.Archive) -> None:
    assert {hit.article.body for hit in archive.search("bridge").hits} == {""}


def test_the_query_is_told_as_understood(archive: newsgrep.Archive) -> None:
    assert archive.search("harbour OR toll bridge").query == "(harbour OR toll) AND bridge"


def test_a_bad_query_is_an_error(archive: newsgrep.Archive) -> None:
    with pytest.raises(QueryError):
        archive.search("(bridge")


def test_an_article_is_found_by_id_prefix_and_address(archive: newsgrep.Archive) -> None:
    article = archive.search("title:toll").hits[0].article
    whole = archive.get(article.id)
    assert whole.body.startswith("Drivers will pay more.")
    assert archive.get(article.id[:12]) == whole
    assert archive.get(f"{article.path}#toll") == whole


def test_a_file_of_several_articles_is_ambiguous(archive: newsgrep.Archive) -> None:
    path = archive.search("toll").hits[0].article.path
    with pytest.raises(ArticleAmbiguous, match="4 articles"):
        archive.get(path)


def test_an_unknown_article_is_missing(archive: newsgrep.Archive) -> None:
    with pytest.raises(ArticleMissing, match="zzzz"):
        archive.get("zzzz")


def test_sections_are_counted_and_spelt_as_printed(archive: newsgrep.Archive) -> None:
    assert {(each.label, each.articles) for each in archive.sections()} == {
        ("News", 1), ("Weather", 1), ("Business", 1), ("Sport", 1), ("Opinion", 1),
    }  # fmt: skip


def test_info_gives_the_facts(archive: newsgrep.Archive) -> None:
    info = archive.info()
    assert (info.articles, info.undated, info.sections, info.sources, info.files) == (4, 1, 5, 2, 1)
    assert (info.first, info.last) == ("2017-09-04T08:30+02:00", "2017-09-05T23:59:59")
    assert info.index_bytes > 0
    assert info.updated


def test_highlight_marks_what_a_request_was_answered_with(archive: newsgrep.Archive) -> None:
    text = "A bridge over the harbour, and a derby."
    asked = Request(text="harbuor brigde derby")
    assert [text[a:b] for a, b in archive.highlight(text, asked)] == ["bridge", "harbour", "derby"]
    assert archive.highlight(text, Request(text="")) == ()
    as_typed = Request(text="harbuor derby", match=Match.ALL)
    assert [text[a:b] for a, b in archive.highlight(text, as_typed)] == ["derby"]


def test_highlight_marks_a_text(archive: newsgrep.Archive) -> None:
    text = "Two bridges, one harbour."
    assert [text[a:b] for a, b in archive.highlight(text, "bridge harbour")] == ["bridges", "harbour"]


def ranked(tmp_path: Path, articles: list[tuple[str, str]], query: str) -> list[str]:
    """The titles that a query finds among articles of titles and texts, best first."""
    records = [{"id": str(at), "title": title, "text": text} for at, (title, text) in enumerate(articles)]
    (tmp_path / "ranked.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "ranked.jsonl"])
        return [hit.article.title for hit in archive.search(Request(text=query)).hits]


FILLER = "Nothing else of note was said by anyone about the matter on that day."


def test_words_next_to_each_other_come_before_words_apart(tmp_path: Path) -> None:
    apart = ("Apart", f"The bank fell. {FILLER} A river rose.")
    together = ("Together", f"The river bank fell. {FILLER} It rose.")
    assert ranked(tmp_path, [apart, together], "river bank") == ["Together", "Apart"]


def test_a_remembered_sentence_finds_its_article_first(tmp_path: Path) -> None:
    scattered = ("Scattered", "Margins narrow, banking business narrow, business of banking, margins of banking.")
    quoted = ("Quoted", f"{FILLER} He saw narrow margins in the banking business. {FILLER}")
    assert ranked(tmp_path, [scattered, quoted], "narrow margins in the banking business OR x")[0] == "Quoted"


def test_a_stop_word_must_match_but_does_not_rank(tmp_path: Path) -> None:
    full = ("Full", "The mayor, the very one of the town, of the hills and of the plain, spoke.")
    short = ("Short", "Mayor of the town spoke. The mayor, the town.")
    without = ("Without", "Mayor and town spoke.")
    assert ranked(tmp_path, [full, short, without], "mayor of the town") == ["Short", "Full"]


def test_a_question_of_stop_words_alone_ranks_by_them(tmp_path: Path) -> None:
    assert ranked(tmp_path, [("Once", f"The who. {FILLER} {FILLER}"), ("Often", "The who the who.")], "the who") == [
        "Often",
        "Once",
    ]


def test_the_lines_of_an_explanation_add_up_with_nearness(archive: newsgrep.Archive) -> None:
    hit = archive.search(Request(text="harbour bridge", explain=True)).hits[0]
    assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score, abs=1e-3)
    assert "words near each other" in {part.word for part in hit.explanation}
