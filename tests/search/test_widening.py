from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep import Request
from newsgrep.errors import QueryError
from newsgrep.search.results import Results
from newsgrep.search.synonyms import parse_synonyms
from newsgrep.search.widening import MOST_NAMES

PAGE = (Path(__file__).parents[2] / "docs/query-language.md").read_text("utf-8")
SECTION = PAGE.split("## Names spelt otherwise, and synonyms\n")[1].split("\n## ")[0]

ARTICLES = {
    "ezzor": "Troops left Deir Ezzor on Monday.",
    "ez-zor": "The road to Deir ez-Zor was cut.",
    "az-zawr": "Dayr az-Zawr fell quiet.",
    "al-zor": "Flights to Deir al-Zor were stopped.",
    "al zor": "Deir al Zor is far.",
    "ezzour": "The Deir Ezzour council met.",
    "zoo": "The dear deer of the zoo went der way of a door; as sad as ever.",
    "gaddafi": "Colonel Gaddafi ruled Libya.",
    "qaddafi": "Colonel Qaddafi ruled Libya.",
    "kadhafi": "They say Kadhafi ruled; Kadhafi left.",
    "khadafy": "Khadafy was seen. The guard died.",
    "cyrillic": "Вчера Каддафи выступил.",
    "arabic": "قال القذافي اليوم",
    "zelensky": "In Kyiv Zelensky spoke.",
    "zelenskyy": "In Kyiv Zelenskyy spoke.",
    "ukrainian": "Зеленський у Києві. Kyiv.",
    "salinger": "In Kyiv Salinger is read.",
    "bin laden": "Osama Bin Laden hid.",
    "binladen": "The Binladen group built it.",
    "bin ladin": "They met Usama bin Ladin.",
    "bridge": "The bridge stood. A bridge, the brigade said.",
    "burma": "Burma held a vote.",
    "myanmar": "Myanmar held a vote.",
    "eu": "The EU met.",
    "union": "The European Union met.",
    "apart": "A union of European farmers met.",
    "yeltsin": "Yeltsin danced.",
}
SYNONYMS = parse_synonyms(["Burma, Myanmar", "European Union, EU", "PM => Yeltsin"], "names.txt")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("widening")
    lines = [json.dumps({"id": key, "title": "A story", "text": text}) for key, text in ARTICLES.items()]
    lines.append(json.dumps({"id": "jelzin", "title": "Jelzin is ill", "text": "He rests."}))
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def search(archive: newsgrep.Archive, text: str, **options: object) -> Results:
    return archive.search(Request(text=text, limit=100, **options))  # type: ignore[arg-type]


def found(results: Results) -> set[str | None]:
    return {hit.article.record for hit in results.hits}


def added(results: Results) -> dict[str, set[str]]:
    return {expansion.word: {way.text for way in expansion.found} for expansion in results.expansions}


DEIR_EZZOR = {"ezzor", "ez-zor", "az-zawr", "al-zor", "al zor", "ezzour"}
GADDAFI = {"gaddafi", "qaddafi", "kadhafi", "khadafy", "cyrillic", "arabic"}
EXAMPLES = {
    "Gaddafi~~": GADDAFI,
    '"Deir Ezzor"~~': DEIR_EZZOR,
    "Zelensky~~ w/5 Kyiv": {"zelensky", "zelenskyy", "ukrainian"},
    "title:Yeltsin~~": {"jelzin"},
    '"Bin Laden"~~': {"bin laden", "binladen", "bin ladin"},
}


@pytest.mark.parametrize("query", EXAMPLES)
def test_an_example_of_the_page_finds_what_the_page_says(query: str, archive: newsgrep.Archive) -> None:
    assert found(search(archive, query)) == EXAMPLES[query]


def test_all_examples_of_the_page_are_tried() -> None:
    assert set(re.findall(r"^\| `(.+?)` \|", SECTION, re.MULTILINE)) == set(EXAMPLES)


@pytest.mark.parametrize("query", ["Deir ez-Zor", "Dayr az-Zawr", "Deir al Zor", "Deir Ezzour"])
def test_every_spelling_of_a_phrase_reaches_the_others(query: str, archive: newsgrep.Archive) -> None:
    assert found(search(archive, f'"{query}"~~')) == DEIR_EZZOR


@pytest.mark.parametrize("query", ["Deir Ezzor", "Deir ez-Zor", "Dayr az-Zawr", "deir ezzour"])
def test_words_side_by_side_reach_the_others_too(query: str, archive: newsgrep.Archive) -> None:
    assert found(search(archive, query, variants=True)) == DEIR_EZZOR


@pytest.mark.parametrize("name", ["Qaddafi", "khadafy", "Каддафи", "القذافي"])
def test_every_spelling_of_a_name_reaches_the_others(name: str, archive: newsgrep.Archive) -> None:
    assert found(search(archive, f"{name}~~")) == GADDAFI


def test_what_was_added_is_told_with_its_articles(archive: newsgrep.Archive) -> None:
    results = search(archive, "Gaddafi~~ ruled")
    assert added(results) == {"Gaddafi": {"Qaddafi", "Kadhafi", "Khadafy", "Каддафи", "القذافي"}}
    assert all(way.articles == 1 for way in results.expansions[0].found)
    assert results.expansions[0].message.startswith("variants of Gaddafi: ")
    assert "Qaddafi (1)" in results.expansions[0].message
    assert "Qaddafi" in results.query


def test_without_being_asked_nothing_is_added(archive: newsgrep.Archive) -> None:
    results = search(archive, "Gaddafi")
    assert found(results) == {"gaddafi"}
    assert results.expansions == ()


def test_words_that_are_no_names_have_no_variants(archive: newsgrep.Archive) -> None:
    results = search(archive, "bridge deer OR door", variants=True)
    assert results.expansions == ()
    assert any("no word of the query" in note for note in results.notes)


def test_a_marked_name_without_variants_is_told(archive: newsgrep.Archive) -> None:
    results = search(archive, "Yugoslavia~~")
    assert not results.hits
    assert [expansion.message for expansion in results.expansions] == ["Yugoslavia has no variants in the archive"]


def test_the_query_as_understood_can_be_typed(archive: newsgrep.Archive) -> None:
    for query in EXAMPLES:
        understood = search(archive, query).query
        assert found(search(archive, understood)) == EXAMPLES[query]


def test_variants_are_highlighted_as_they_stand(archive: newsgrep.Archive) -> None:
    marked = {
        snippet.text[start:end]
        for hit in search(archive, '"Deir Ezzor"~~').hits
        for snippet in hit.snippets
        for start, end in snippet.highlights
    }
    assert {"Deir ez-Zor", "Dayr az-Zawr", "Deir Ezzour", "Deir al-Zor"} <= marked


def test_a_spelling_counts_no_more_for_being_rare(archive: newsgrep.Archive) -> None:
    scores = {hit.article.record: hit.score for hit in search(archive, "Gaddafi~~ Colonel").hits}
    assert scores["gaddafi"] == pytest.approx(scores["qaddafi"])


def test_synonyms_are_found_and_told(archive: newsgrep.Archive) -> None:
    results = search(archive, "Burma vote", synonyms=SYNONYMS)
    assert found(results) == {"burma", "myanmar"}
    assert [expansion.message for expansion in results.expansions] == ["synonyms of Burma: Myanmar (1)"]
    assert results.query == "(Burma OR Myanmar) AND vote"


@pytest.mark.parametrize("query", ["European Union met", '"European Union" met', "met European Union", "EU"])
def test_several_words_have_a_synonym_in_quotation_marks_or_without(query: str, archive: newsgrep.Archive) -> None:
    results = search(archive, query, synonyms=SYNONYMS)
    assert {"eu", "union"} <= found(results)
    assert ("apart" in found(results)) == (query in ("European Union met", "met European Union"))


def test_operators_between_words_keep_them_apart(archive: newsgrep.Archive) -> None:
    assert not search(archive, "European Union OR vote", synonyms=SYNONYMS).expansions
    assert not search(archive, "European AND Union", synonyms=SYNONYMS).expansions
    assert not search(archive, "European w/3 Union", synonyms=SYNONYMS).expansions


def test_a_one_way_synonym_is_no_way_back(archive: newsgrep.Archive) -> None:
    assert found(search(archive, "PM", synonyms=SYNONYMS)) == {"yeltsin"}
    assert not search(archive, "Yeltsin", synonyms=SYNONYMS).expansions


def test_a_count_reaches_what_a_search_reaches(archive: newsgrep.Archive) -> None:
    assert archive.count(Request(text="Gaddafi~~")) == len(GADDAFI)
    assert archive.count(Request(text="Burma", synonyms=SYNONYMS)) == 2


@pytest.mark.parametrize(
    ("query", "column"), [("section:world~~", 13), ("the harb*~~", 4), ("=Gaddafi~~", 0), ("a~~~", 0)]
)
def test_a_mark_that_means_nothing_is_an_error(query: str, column: int, archive: newsgrep.Archive) -> None:
    with pytest.raises(QueryError) as caught:
        search(archive, query)
    assert caught.value.column == column


def test_a_name_that_only_its_variants_have_is_no_reason_for_finding_nothing(archive: newsgrep.Archive) -> None:
    results = search(archive, "Kaddafi~~ Yugoslavia")
    assert [hint.word for hint in results.hints if hint.word] == ["Yugoslavia"]
    assert found(search(archive, "Kaddafi~~")) == GADDAFI


def test_a_query_of_many_words_is_looked_into_so_far(archive: newsgrep.Archive) -> None:
    results = search(archive, " OR ".join([*(f"Gaddafo{n}x" for n in range(MOST_NAMES)), "Qaddafi"]), variants=True)
    assert found(results) == {"qaddafi"}
    assert any(f"only {MOST_NAMES} words" in note for note in results.notes)


def test_pathological_names_end_soon(archive: newsgrep.Archive) -> None:
    started = time.process_time()
    for query in ["h" * 100, "gh" * 60, "Ghjch" * 12, " ".join(["al"] * 40), '"' + "al Zor " * 20 + '"']:
        assert not search(archive, query, variants=True).expansions
    assert time.process_time() - started < 2


def test_a_name_that_its_variants_stand_for_is_not_corrected(archive: newsgrep.Archive) -> None:
    for request in (Request(text="Kaddafi~~"), Request(text="Kaddafi", variants=True)):
        results = archive.search(request)
        assert results.corrections == ()
        assert results.total
