from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

import newsgrep
from newsgrep.archive.engine import Engine
from newsgrep.article import Article
from newsgrep.codec.words import iter_words
from newsgrep.errors import QueryTooCostly
from newsgrep.search import word_counts
from newsgrep.search.word_counts import Counts, count_words, read_pairs, read_words

WORDS = [
    "storm",
    "storms",
    "the",
    "a",
    "of",
    "e-mail",
    "東京都",
    "U.S.",
    "bridge's",
    "1,000",
    "café",
    "tide—quay",
    "gale",
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    """Two segments of articles made of a few words, one of which was replaced."""
    folder = tmp_path_factory.mktemp("counted")
    random = np.random.default_rng(7)
    with newsgrep.open(folder / "index", create=True) as opened:
        for number, count in enumerate((40, 25)):
            articles = [
                {
                    "id": f"{number}-{at}",
                    "title": " ".join(random.choice(WORDS, 4)),
                    "text": " ".join(random.choice(WORDS, int(random.integers(20, 60)))) + ". End.",
                }
                for at in range(count)
            ]
            (folder / f"{number}.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
            opened.update([folder / f"{number}.jsonl"])
        (folder / "1.jsonl").write_text((folder / "1.jsonl").read_text("utf-8").replace("gale", "squall"), "utf-8")
        opened.update([folder / "1.jsonl"])
        yield opened


@pytest.fixture(scope="module")
def engine(archive: newsgrep.Archive) -> Engine:
    return archive._open_engine()


@pytest.fixture(scope="module")
def sides(engine: Engine) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every third article, and those after each."""
    from newsgrep.codec.plain_query import Every

    references = engine.scan(Every()).references
    assert len(references) == 65
    return references[::3], references[1::3]


def rows_of(counts: Counts) -> dict[tuple[str, ...], list[list[int]]]:
    """Documents and occurrences by word, of those that any article has."""
    rows = enumerate(zip(counts.documents.tolist(), counts.occurrences.tolist(), strict=True))
    return {counts.name(row): list(each) for row, each in rows if any(each[0])}


def texts_of(articles: list[Article]) -> list[list[str]]:
    return [[article.title, article.body] for article in articles]


def test_words_are_counted_the_same_on_postings_and_in_texts(
    engine: Engine, sides: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> None:
    found = engine.count_terms(["title", "body"], sides)
    on_postings = {
        (term,): [documents, occurrences]
        for term, documents, occurrences in zip(
            found.terms, found.documents.tolist(), found.occurrences.tolist(), strict=True
        )
    }
    read = read_words(engine, sides)
    assert rows_of(read) == on_postings
    assert rows_of(count_words(engine, sides)) == on_postings
    expected = tuple(
        sum(len(list(iter_words(text))) for texts in texts_of(engine.fetch(side.tolist())) for text in texts)
        for side in sides
    )
    assert read.totals == count_words(engine, sides).totals == expected


def test_few_articles_of_many_are_read_and_many_are_counted_on_postings(
    engine: Engine, sides: tuple[NDArray[np.int64], NDArray[np.int64]], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = (sides[0][:2], sides[1][:1])
    expected = rows_of(read_words(engine, few))

    def refuse(*_: object) -> None:
        raise AssertionError("the postings of all articles")

    monkeypatch.setattr(type(engine), "count_terms", refuse)
    assert rows_of(count_words(engine, few)) == expected
    with pytest.raises(AssertionError):
        count_words(engine, sides)


@pytest.mark.parametrize("left_out", [frozenset[str](), frozenset({"the", "a", "of"})])
@pytest.mark.parametrize("held", [0, 1 << 21])
def test_pairs_are_words_that_follow_each_other_in_one_text(
    engine: Engine,
    sides: tuple[NDArray[np.int64], NDArray[np.int64]],
    left_out: frozenset[str],
    held: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(word_counts, "_BATCH", 4)
    monkeypatch.setattr(word_counts, "_HELD_PAIRS", held)
    expected: dict[tuple[str, ...], list[list[int]]] = {}
    totals = [0, 0]
    for number, side in enumerate(sides):
        for texts in texts_of(engine.fetch(side.tolist())):
            counts: Counter[tuple[str, ...]] = Counter()
            for text in texts:
                terms = [word.term for word in iter_words(text) if not word.whole]
                totals[number] += len(terms) - 1
                counts.update(pair for pair in itertools.pairwise(terms) if not left_out & {*pair})
            for pair, count in counts.items():
                row = expected.setdefault(pair, [[0, 0], [0, 0]])
                row[0][number] += 1
                row[1][number] += count
    found = read_pairs(engine, sides, left_out)
    assert rows_of(found) == expected
    assert found.totals == tuple(totals)


def test_progress_is_told_in_articles(
    engine: Engine, sides: tuple[NDArray[np.int64], NDArray[np.int64]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_counts, "_BATCH", 20)
    told: list[tuple[int, int]] = []
    read_pairs(engine, sides, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 44), (20, 44), (40, 44)]


def test_there_is_a_bound_on_what_is_read(
    engine: Engine, sides: tuple[NDArray[np.int64], NDArray[np.int64]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_counts, "MOST_READ", 43)
    with pytest.raises(QueryTooCostly, match="more than 43 articles"):
        read_pairs(engine, sides)
