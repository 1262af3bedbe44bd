from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from newsgrep import Filters, Request
from newsgrep.codec.words import iter_words
from newsgrep.errors import QueryError
from newsgrep.search import concordance as module
from newsgrep.search.concordance import Concordance, LineOrder, cut_after, cut_before, words_after, words_before
from newsgrep.search.highlights import build_marker
from newsgrep.search.query_text import parse_query

ARTICLES = [
    {
        "id": "storm",
        "title": "Storm shuts the harbour",
        "text": "The old harbour of Aldrenport was shut on Monday.\n\nAt noon a harbour bridge shook. Harbour! Bridge",
        "date": "2017-09-04",
        "section": "News",
    },
    {
        "id": "toll",
        "title": "Toll",
        "text": "A toll on the bridge over the quiet harbour pays for steel. The harbour, they say, is deep.",
        "date": "2019-01-05",
        "section": "Business",
    },
    {
        "id": "fish",
        "title": "Fish at the Harbour",
        "text": "Nothing but herring, cod and the smell of both.",
        "date": "2018-03-01",
        "section": "News",
    },
    {"id": "cafe", "title": "Undated", "text": "Before the Árbol café stood a harbour. (Harbour-side)"},
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("concordance")
    (folder / "all.jsonl").write_text("\n".join(json.dumps(article) for article in ARTICLES), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def show(concordance: Concordance) -> list[tuple[str | None, str, str, str]]:
    """Each line: its article, then its three parts."""
    return [(line.article.record, line.left, line.match, line.right) for line in concordance.lines]


def ask(
    archive: newsgrep.Archive,
    text: str,
    order: LineOrder = LineOrder.OLDEST,
    *,
    limit: int = 100,
    context: int | None = 2,
    titles: bool = False,
    filters: Filters | None = None,
) -> Concordance:
    request = Request(text=text, limit=limit, filters=filters or Filters())
    return archive.concordance(request, order=order, context=context, titles=titles)


def test_every_occurrence_is_a_line_with_its_context(archive: newsgrep.Archive) -> None:
    assert show(ask(archive, "harbour")) == [
        ("storm", "The old ", "harbour", " of Aldrenport"),
        ("storm", "noon a ", "harbour", " bridge shook"),
        ("storm", "bridge shook. ", "Harbour", "! Bridge"),
        ("toll", "the quiet ", "harbour", " pays for"),
        ("toll", "steel. The ", "harbour", ", they say"),
        ("cafe", "stood a ", "harbour", ". (Harbour-side)"),
        ("cafe", "a harbour. (", "Harbour", "-side)"),
    ]


def test_offsets_name_the_match_in_its_field(archive: newsgrep.Archive) -> None:
    for line in ask(archive, "harbour", titles=True).lines:
        article = archive.get(line.article.id)
        text = article.title if line.field == "title" else article.body
        assert text[line.start : line.end] == line.match
        assert not line.article.body
        assert line.article.title


def test_titles_are_shown_where_they_are_asked_for(archive: newsgrep.Archive) -> None:
    fields = [(line.article.record, line.field) for line in ask(archive, "harbour", titles=True).lines]
    assert fields[:2] == [("storm", "title"), ("storm", "body")]
    assert ("fish", "title") in fields
    without = ask(archive, "fish")
    assert without.articles == 1
    assert show(without) == []


def test_words_that_stand_side_by_side_are_one_line(archive: newsgrep.Archive) -> None:
    found = show(ask(archive, "harbour bridge", filters=Filters(sections=("News",))))
    assert [match for _, _, match, _ in found] == ["harbour", "harbour bridge", "Harbour", "Bridge"]


def test_a_phrase_and_words_near_each_other_are_one_line_each(archive: newsgrep.Archive) -> None:
    assert [match for _, _, match, _ in show(ask(archive, '"harbour bridge"'))] == ["harbour bridge", "Harbour! Bridge"]
    expected = ["bridge over the quiet harbour"]
    business = Filters(sections=("Business",))
    for query in ("harbour w/6 bridge", "bridge pre/6 harbour", '"bridge harbour"~6'):
        assert [match for _, _, match, _ in show(ask(archive, query, filters=business))] == expected, query


def test_words_of_one_sentence_stay_lines_of_their_own(archive: newsgrep.Archive) -> None:
    found = show(ask(archive, "toll /s steel"))
    assert [match for _, _, match, _ in found] == ["toll", "steel"]


def test_stop_words_are_lines_only_where_there_is_nothing_else(archive: newsgrep.Archive) -> None:
    assert {match for _, _, match, _ in show(ask(archive, "the harbour"))} == {"harbour", "Harbour"}
    assert {match.lower() for _, _, match, _ in show(ask(archive, "the"))} == {"the"}


def test_lines_are_sorted_by_the_words_beside_the_match(archive: newsgrep.Archive) -> None:
    left = [left for _, left, _, _ in show(ask(archive, "harbour", LineOrder.LEFT, context=1))]
    assert [text.strip(" (.!").lower() for text in left] == ["a", "a", "harbour", "old", "quiet", "shook", "the"]
    right = [right for _, _, _, right in show(ask(archive, "harbour", LineOrder.RIGHT, context=1))]
    assert [text.strip(" ,!(-.)").lower() for text in right] == [
        "bridge",
        "bridge",
        "harbour",
        "of",
        "pays",
        "side",
        "they",
    ]


def test_no_more_lines_come_than_are_asked_for(archive: newsgrep.Archive) -> None:
    for order in LineOrder:
        whole = show(ask(archive, "harbour", order))
        assert len(whole) == 7
        for limit in (0, 1, 3, 7, 9):
            assert show(ask(archive, "harbour", order, limit=limit)) == whole[:limit]


def test_lines_come_in_the_order_of_the_articles(archive: newsgrep.Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    # A first question for one article, then questions for more.
    monkeypatch.setattr(module, "_FIRST_ARTICLES", 1)
    monkeypatch.setattr(module, "_FETCHED", 1)
    monkeypatch.setattr(module, "_MORE_ARTICLES", 1)

    def records(order: LineOrder) -> list[str | None]:
        return list(dict.fromkeys(record for record, *_ in show(ask(archive, "harbour", order))))

    assert records(LineOrder.OLDEST) == ["storm", "toll", "cafe"]
    assert records(LineOrder.NEWEST) == ["toll", "storm", "cafe"]
    best = [hit.article.record for hit in archive.search(Request(text="harbour")).hits]
    assert records(LineOrder.RELEVANCE) == [record for record in best if record != "fish"]


def test_filters_and_corrections_are_those_of_a_search(archive: newsgrep.Archive) -> None:
    found = ask(archive, "harbuor", filters=Filters(sections=("Business",)))
    assert [each.searched for each in found.corrections] == ["harbour"]
    assert {record for record, *_ in show(found)} == {"toll"}
    nothing = ask(archive, "lighthouse")
    assert (nothing.articles, show(nothing)) == (0, [])
    assert [hint.word for hint in nothing.hints] == ["lighthouse"]
    with pytest.raises(QueryError):
        ask(archive, '"harbour')


def test_progress_is_told_where_every_article_is_read(archive: newsgrep.Archive) -> None:
    told: list[tuple[int, int]] = []
    lines = archive.concordance(
        "harbour", order=LineOrder.RIGHT, on_progress=lambda done, total: told.append((done, total))
    ).lines
    assert next(lines)
    assert told == [(0, 4)]


TEXTS = st.text(st.sampled_from("ab é\n .,-東京ё"), max_size=60)


@given(TEXTS, TEXTS, st.none() | st.integers(0, 4))
def test_context_is_what_stands_beside_the_match(before: str, after: str, words: int | None) -> None:
    text = f"{before}X{after}"
    at = len(before)
    left, right = cut_before(text, at, words), cut_after(text, at + 1, words)
    assert re.sub(r"\s+", " ", before).endswith(left)
    assert re.sub(r"\s+", " ", after).startswith(right)
    if words is None:
        assert left.split() == before.split()
        assert right.split() == after.split()
    else:
        assert len([word for word in iter_words(left) if not word.whole]) <= words
        assert len([word for word in iter_words(right) if not word.whole]) <= words


def test_a_number_of_words_is_counted_on_each_side() -> None:
    text = "one two three, four; FIVE six-seven eight"
    at = text.index("FIVE")
    assert cut_before(text, at, 2) == "three, four; "
    assert cut_after(text, at + 4, 2) == " six-seven"
    assert cut_before(text, at, 9) == "one two three, four; "
    assert cut_after(text, at + 4, 0) == ""
    assert cut_before(text, at, 0) == ""


def test_long_texts_are_cut_between_words() -> None:
    text = "abcdefgh " * 100 + "X" + " abcdefgh" * 100
    assert set(cut_before(text, 900, None).split()) == {"abcdefgh"}
    assert set(cut_after(text, 901, None).split()) == {"abcdefgh"}
    assert len(cut_before(text, 900, None)) > 200


def test_lines_are_sorted_without_regard_to_capitals_and_accents() -> None:
    text = "Le Café d'Été, HARBOUR: Árbol Ünd"
    at = text.index("HARBOUR")
    assert words_before(text, at) == ("ete", "cafe", "le")
    assert words_after(text, at + 7) == ("arbol", "und")


QUERIES = ["a w/2 b", "a pre/3 b", '"a b"~3', '"a b"', "a w/1 (b w/2 c)", "a not w/2 b", "a /s b", "a b", "atleast2(a)"]


@given(st.sampled_from(QUERIES), st.lists(st.sampled_from(["a", "b", "c", "d.", "e\n\n"]), max_size=14).map(" ".join))
def test_whole_matches_cover_every_word_that_matches_and_no_more_than_is_asked(query: str, text: str) -> None:
    parsed = parse_query(query, today=dt.date(2024, 1, 1))
    assert parsed is not None
    marker = build_marker(parsed.asked, iter_words)
    single = [(mark.start, mark.end) for mark in marker.spans("body", text)]
    whole = [(mark.start, mark.end) for mark in marker.spans("body", text, whole=True)]
    assert all(any(start <= first and last <= end for start, end in whole) for first, last in single)
    edges = {start for start, _ in single}, {end for _, end in single}
    assert all(start in edges[0] and end in edges[1] for start, end in whole)
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(whole))
