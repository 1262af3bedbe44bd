"""The benchmark of copies: how they are made, how pairs are judged, and a small corpus from file to figures."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import copies
from benchmarks.copies import Article, Figures, Judged, cut, edit, iter_missed, make_copies, share_in_order

if TYPE_CHECKING:
    from pathlib import Path

WORDS = [f"word{number}" for number in range(3_000)]
TEXTS = st.lists(st.sampled_from("abcde"), max_size=12)


def make_articles(number: int, length: int) -> list[Article]:
    return [
        Article(f"a{seed}", f"Headline {seed}", random.Random(seed).choices(WORDS, k=length)) for seed in range(number)
    ]


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "A x B y C z D", 1.0),
        ("a b c d", "d c b a", 0.25),
        ("a b c d", "a c b d", 0.75),
        ("a a a", "a", 1.0),
        ("a b", "c d", 0.0),
        ("", "a b", 0.0),
    ],
)
def test_texts_are_compared_by_their_words_in_order(one: str, other: str, share: float) -> None:
    assert share_in_order(one.split(), other.split()) == share


def longest_common(one: list[str], other: list[str]) -> int:
    """By the table that every textbook has."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = row
        row = [0]
        for place, each in enumerate(other):
            row.append(before[place] + 1 if word == each else max(row[-1], before[place + 1]))
    return row[-1]


@given(TEXTS, TEXTS)
def test_the_bits_count_the_longest_common_subsequence(one: list[str], other: list[str]) -> None:
    assert share_in_order(one, other) * max(1, min(len(one), len(other))) == pytest.approx(longest_common(one, other))


@given(st.integers(1, 300), st.floats(0.05, 0.2), st.randoms(use_true_random=False))
def test_as_many_words_are_edited_as_asked_for(length: int, share: float, rng: random.Random) -> None:
    words = [f"own{number}" for number in range(length)]
    edited = edit(words, share, ["other"], rng)
    touched = round(share * length)
    assert abs(len(edited) - length) <= touched
    assert edited.count("other") <= touched
    assert len(set(words) - set(edited)) <= touched


@given(st.integers(1, 200), st.floats(0.5, 1.0), st.randoms(use_true_random=False))
def test_a_cut_text_is_a_run_of_the_whole(length: int, kept: float, rng: random.Random) -> None:
    words = [f"own{number}" for number in range(length)]
    part = cut(words, kept, rng)
    first = words.index(part[0])
    assert part == words[first : first + len(part)]
    assert len(part) == max(1, round(kept * length))


def test_the_same_seed_makes_the_same_copies() -> None:
    articles = make_articles(5, 80)
    made = [make_copies(articles[:2], articles, random.Random(4), 3) for _ in range(2)]
    assert made[0] == made[1]
    assert [copy.original for copy in made[0]] == ["a0", "a0", "a0", "a1", "a1", "a1"]
    assert len({copy.article.id for copy in made[0]}) == 6


def test_a_small_corpus_is_measured_from_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.jsonl"
    records = [
        {"id": article.id, "title": article.title, "body": " ".join(article.words)}
        for article in make_articles(30, 150)
    ]
    # One article that is there twice: its copies are alike by themselves, and neither right nor wrong.
    records.append(records[0] | {"id": "twin"})
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    assert copies.main([str(path), "--originals", "31", "--copies", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("small: 31 articles and 62 edited copies of them")
    assert float(lines[1].split()[1]) > 0.9
    assert lines[2].split()[1] == "1.0000"
    assert lines[4].startswith("pairs of originals 1; of 1 compared, 0.0% are not alike")


def test_a_file_without_long_articles_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "small.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "Too short."}), "utf-8")
    assert copies.main([str(path)]) == 2


def test_other_articles_fill_up_to_the_number_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, length in (("own", 70), ("others", 71)):
        lines = (
            json.dumps({"id": article.id, "text": " ".join(article.words)}) for article in make_articles(20, length)
        )
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    among = ["--among", str(tmp_path / "others.jsonl"), "--articles", "32"]
    copies.main([str(tmp_path / "own.jsonl"), *among, "--originals", "2", "--copies", "3"])
    assert ": 26 articles and 6 edited copies" in capsys.readouterr().out


def test_precision_leaves_out_pairs_that_are_alike_by_themselves() -> None:
    figures = Figures(100, 10, 40, 30, Judged(20, 10, 5), Judged(0, 0, 0), {}, 0.1)
    assert figures.recall == 0.75
    assert figures.precision == 30 / 40
    assert figures.least_precision == 30 / 50


def test_a_figure_below_its_floor_is_named() -> None:
    figures = Figures(100, 10, 40, 38, Judged(0, 0, 0), Judged(0, 0, 0), {}, 0.1)
    floors = {"small/docs": {"recall": 0.96, "precision": 0.97}}
    assert list(iter_missed("small/docs", figures, floors)) == ["small/docs: recall 0.9500 is below its floor 0.96"]
    assert list(iter_missed("other/docs", figures, floors)) == []
