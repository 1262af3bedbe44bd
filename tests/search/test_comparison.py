from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from newsgrep import Filters, Request
from newsgrep.search.association import log_likelihood
from newsgrep.search.comparison import (
    LEAST_G2,
    ComparedWord,
    Comparison,
    ComparisonRequest,
    Unit,
    log_ratio,
)
from newsgrep.search.word_spellings import choose_form, find_spellings

HARBOUR = "The harbour pilots of Aldrenport moored two ships at the quays, and all pilots said ships wait."
AIRPORT = "The airport runway was closed by fog, and passengers of Skyway Air waited for a runway to open."
BOTH = "From the harbour to the airport by tram, by tram, by tram."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    """Twelve articles on a harbour, half of them early, nine on an airport, one on both, ten on neither."""
    folder = tmp_path_factory.mktemp("compared")
    articles = [
        *({"text": HARBOUR, "date": f"{2015 + n % 2}-02-{n + 1:02}", "source": "Bay Courier"} for n in range(12)),
        *({"text": AIRPORT, "date": f"2018-03-{n + 1:02}", "source": "Inland Post"} for n in range(9)),
        {"text": BOTH, "date": "2018-04-01"},
        *({"text": "Nothing of it: chess, cooking and the weather of May."} for _ in range(10)),
        # One long article that says one word again and again.
        {"text": "harbour " + "drum " * 300, "date": "2016-05-05"},
    ]
    lines = [json.dumps({"id": str(n), "title": f"Report {n}"} | article) for n, article in enumerate(articles)]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


def ask(archive: newsgrep.Archive, a: str, b: str = "", **options: Any) -> Comparison:
    return archive.compare(ComparisonRequest(a=Request(text=a), b=Request(text=b), rest=not b, **options))


def names(words: tuple[ComparedWord, ...]) -> list[str]:
    return [word.word for word in words]


def test_the_words_of_each_set_come_out_as_they_are_spelt(archive: newsgrep.Archive) -> None:
    found = ask(archive, "harbour", "airport")
    assert set(names(found.words_a)) == {"harbour", "pilots", "ships", "Aldrenport", "moored", "two", "quays", "said"}
    assert {"airport", "runway", "fog", "passengers", "Skyway", "Air", "closed", "open"} <= set(names(found.words_b))
    assert not {"the", "of", "drum", "tram"} & {*names(found.words_a), *names(found.words_b)}
    g2 = [word.g2 for word in found.words_a]
    assert g2 == sorted(g2, reverse=True)
    assert all(each >= LEAST_G2 for each in g2)


def test_both_uses_of_a_word_are_told(archive: newsgrep.Archive) -> None:
    found = ask(archive, "harbour", "airport")
    word = next(word for word in found.words_a if word.stem == "ship")
    assert (word.word, word.a.count, word.a.articles) == ("ships", 24, 12)
    assert (word.b.count, word.b.articles, word.b.per_million) == (0, 0, 0.0)
    assert found.a.articles == 13
    assert word.a.per_million == round(1e6 * 24 / found.a.words, 2)
    assert word.log_ratio > 0
    assert all(each.log_ratio < 0 for each in found.words_b)


def test_articles_in_both_sets_are_in_neither(archive: newsgrep.Archive) -> None:
    found = ask(archive, "harbour", "airport", min_count=1, min_articles=1)
    assert (found.a.articles, found.b.articles, found.in_both) == (13, 9, 1)
    assert "tram" not in {*names(found.words_a), *names(found.words_b)}
    same = ask(archive, "harbour", "harbour OR airport")
    assert (same.a.articles, same.b.articles, same.in_both) == (0, 9, 14)
    assert same.words_a == same.words_b == ()


def test_the_rest_is_what_the_first_set_leaves(archive: newsgrep.Archive) -> None:
    found = ask(archive, "harbour")
    assert (found.a.articles, found.b.articles, found.in_both) == (14, 19, 0)
    assert {"runway", "chess"} <= set(names(found.words_b))
    old = Request(text="harbour", filters=Filters(until=dt.date(2015, 12, 31)))
    of_courier = Request(text="", filters=Filters(sources=("Bay Courier",)))
    assert (archive.compare(ComparisonRequest(a=old, b=of_courier, rest=True))).b.articles == 6


def test_one_long_article_does_not_make_a_word_that_of_a_set(archive: newsgrep.Archive) -> None:
    assert "drum" not in names(ask(archive, "harbour", "airport").words_a)
    assert names(ask(archive, "harbour", "airport", min_articles=1).words_a)[0] == "drum"
    by_articles = ask(archive, "harbour", "airport", min_articles=1, by=Unit.ARTICLES)
    assert "drum" not in names(by_articles.words_a)
    g2 = [word.articles_g2 for word in by_articles.words_a]
    assert g2 == sorted(g2, reverse=True)


def test_stop_words_count_where_they_are_asked_for(archive: newsgrep.Archive) -> None:
    assert "by" not in names(ask(archive, "airport", "harbour").words_a)
    assert "by" in names(ask(archive, "airport", "harbour", stop_words=True).words_a)


def test_pairs_are_shown_as_they_are_spelt(archive: newsgrep.Archive) -> None:
    found = ask(archive, "harbour", "airport", pairs=True)
    assert {"harbour pilots", "two ships", "pilots said"} <= set(names(found.words_a))
    assert {"airport runway", "Skyway Air"} <= set(names(found.words_b))
    assert all(len(word.stem.split()) == 2 for word in found.words_a)
    with_stop_words = ask(archive, "harbour", "airport", pairs=True, stop_words=True)
    assert "The harbour" in names(with_stop_words.words_a)
    assert with_stop_words.a.words == found.a.words


def test_no_more_words_come_than_are_asked_for_and_none_that_is_too_rare(archive: newsgrep.Archive) -> None:
    whole = names(ask(archive, "harbour", "airport").words_a)
    assert names(ask(archive, "harbour", "airport", limit=3).words_a) == whole[:3]
    frequent = ask(archive, "harbour", "airport", min_count=20).words_a
    assert {word.stem for word in frequent} == {"ship", "pilot"}
    assert ask(archive, "harbour", "airport", min_articles=99).words_a != ()


def test_a_set_without_articles_has_no_words(archive: newsgrep.Archive) -> None:
    found = ask(archive, "lighthouse", "airport")
    assert found.a.articles == found.a.words == 0
    assert found.words_a == found.words_b == ()


COUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=10)


@given(COUNTS, st.integers(50, 10_000), st.integers(50, 10_000))
def test_log_likelihood_is_that_of_the_table_of_two_by_two(
    counts: list[tuple[int, int]], total_a: int, total_b: int
) -> None:
    a, b = (np.array(each) for each in zip(*counts, strict=True))
    found = log_likelihood(a, b, total_a, total_b)
    for (one, other), g2 in zip(counts, found.tolist(), strict=True):
        table = [[one, other], [total_a - one, total_b - other]]
        total = total_a + total_b
        expected = 0.0
        for row in table:
            for observed, column in zip(row, (total_a, total_b), strict=True):
                if observed:
                    expected += 2 * observed * log(observed * total / (sum(row) * column))
        assert g2 == pytest.approx(max(expected, 0.0), abs=1e-6)


def test_log_likelihood_and_log_ratio_of_known_frequencies() -> None:
    a, b = np.array([100, 20, 0]), np.array([70, 20, 7])
    # The two cells of the word itself are nearly all of it.
    two_cells = 2 * (100 * log(100 / 85) + 70 * log(70 / 85))
    assert log_likelihood(a, b, 10_000, 10_000)[0] == pytest.approx(two_cells, rel=0.02)
    assert log_likelihood(a, b, 10_000, 10_000)[1] == 0.0
    assert log_ratio(np.array([40, 10, 0]), np.array([10, 40, 8]), 1000, 1000).tolist() == [2.0, -2.0, -4.0]


def test_the_commonest_form_is_shown_in_its_commonest_capitals() -> None:
    assert choose_form(Counter({"Attacks": 3, "attacks": 3, "attack": 5})) == "attacks"
    assert choose_form(Counter({"Aleppo": 4, "ALEPPO": 3, "aleppo": 1})) == "Aleppo"
    assert choose_form(Counter()) == ""


def test_a_rare_word_is_looked_for_where_the_index_has_it(
    archive: newsgrep.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsgrep.codec.plain_query import Every
    from newsgrep.search import word_spellings

    monkeypatch.setattr(word_spellings, "_SAMPLE", 1)
    engine = archive._open_engine()
    everything = engine.scan(Every()).references.tolist()
    wanted = [("skyway",), ("chess",), ("skyway", "air"), ("nowher",)]
    assert find_spellings(engine, wanted, everything) == {
        ("skyway",): "Skyway",
        ("chess",): "chess",
        ("skyway", "air"): "Skyway Air",
        ("nowher",): "nowher",
    }
