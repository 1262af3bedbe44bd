"""Generated corpora: the same articles every time, in the shape of news."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.corpus import (
    SECTIONS,
    Record,
    copy_lines,
    iter_articles,
    read_corpus,
    text_bytes,
    write_corpus,
    write_tree,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def articles() -> list[Record]:
    return list(iter_articles(2_000))


def _words(record: Record) -> list[str]:
    return re.findall(r"\w+", f"{record['title']} {record['body']}".lower())


@settings(max_examples=5)
@given(seed=st.integers(0, 1 << 32), fewer=st.integers(0, 20), more=st.integers(0, 20))
def test_fewer_articles_are_a_prefix_of_more(seed: int, fewer: int, more: int) -> None:
    every = list(iter_articles(fewer + more, seed=seed))
    assert list(iter_articles(fewer, seed=seed)) == every[:fewer]


def test_another_seed_gives_other_articles() -> None:
    assert next(iter_articles(1, seed=1))["body"] != next(iter_articles(1, seed=2))["body"]


def test_the_articles_of_a_seed_stay_the_same_from_release_to_release() -> None:
    (article,) = iter_articles(1)
    assert (article["id"], article["date"], article["section"]) == ("a0000000", "2006-12-21", "business")
    assert article["title"] == "67.7 houses reported in Lisbon"


def test_articles_are_about_two_kilobytes_long_and_of_very_different_lengths(articles: list[Record]) -> None:
    sizes = sorted(map(text_bytes, articles))
    assert 1_700 < sum(sizes) / len(sizes) < 2_300
    assert sizes[len(sizes) // 20] * 5 < sizes[-len(sizes) // 20]


def test_every_slot_is_filled(articles: list[Record]) -> None:
    for article in articles:
        assert article["title"]
        assert not re.search(r"%s|[{}]|  ", article["title"] + article["body"])


def test_days_cover_twenty_years_and_later_ones_are_fuller(articles: list[Record]) -> None:
    years = Counter(dt.date.fromisoformat(article["date"]).year for article in articles)
    assert set(years) == set(range(2004, 2024))
    assert sum(years[year] for year in range(2014, 2024)) > len(articles) * 0.55


def test_there_are_twelve_sections_and_the_first_is_the_fullest(articles: list[Record]) -> None:
    counts = Counter(article["section"] for article in articles)
    assert set(counts) == set(SECTIONS)
    assert len(SECTIONS) == 12
    assert counts.most_common(1)[0][0] == SECTIONS[0]
    assert counts[SECTIONS[0]] > 4 * counts[SECTIONS[-1]]


def test_few_words_are_common_and_most_are_rare(articles: list[Record]) -> None:
    counts = Counter(itertools.chain.from_iterable(map(_words, articles)))
    ranked = [count for _, count in counts.most_common()]
    assert ranked[0] > 8 * ranked[50] > 8 * ranked[1_000]
    assert sum(count <= 3 for count in ranked) > len(ranked) * 0.4


def test_the_vocabulary_keeps_growing_but_slower_than_the_text(articles: list[Record]) -> None:
    half, whole = (len(set(itertools.chain.from_iterable(map(_words, part)))) for part in (articles[:1_000], articles))
    assert 1.2 < whole / half < 1.7


def test_an_article_comes_back_to_its_own_words(articles: list[Record]) -> None:
    found = Counter(word for article in articles for word in set(_words(article)))
    long = [Counter(_words(article)) for article in articles if text_bytes(article) > 2_000]
    repeated = sum(any(count >= 4 and found[word] < 200 for word, count in words.items()) for words in long)
    assert repeated > len(long) * 0.9


def test_a_written_corpus_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    write_corpus(path, 20)
    assert list(read_corpus(path)) == list(iter_articles(20))
    assert list(read_corpus(path, 7)) == list(iter_articles(7))


def test_copied_lines_are_those_asked_for_as_far_as_there_are_any(tmp_path: Path) -> None:
    path, target = tmp_path / "made.jsonl", tmp_path / "part.jsonl"
    write_corpus(path, 20)
    assert copy_lines(path, target, 15, 10) == 5
    assert list(read_corpus(target)) == list(iter_articles(20))[15:]


def test_a_tree_holds_one_file_an_article(tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    write_corpus(path, 20)
    assert write_tree(path, tmp_path / "tree", 12) == 12
    files = {file.stem: json.loads(file.read_text("utf-8")) for file in (tmp_path / "tree").rglob("*.json")}
    assert files == {article["id"]: article for article in iter_articles(12)}
