"""What is asked of all matching documents at once is what looking at one after the other gives."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsgrep
from newsgrep.archive.engine import MISSING
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.schema import published_seconds
from newsgrep.article import Article
from newsgrep.codec import plain_query as plain
from newsgrep.codec.labels import fold_label

SECTIONS = ("News", "Sport", "Ünder", "")
TEXT = "Engineers looked after cables while lorries took northern roads through villages along the river valley."
AUTHORS = ("Ada Reed", "Bo Sample", "Ada Sample")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three segments, one of them with deleted documents."""
    root = tmp_path_factory.mktemp("whole")
    (root / "saved").mkdir()
    with newsgrep.open(root / "index", create=True) as archive:
        for part in range(4):
            records = [
                {
                    "title": f"Report {number}",
                    "text": f"The harbour saw {'ships ' * (number % 5)}on day {number % 7}, they said. {TEXT}",
                    "section": SECTIONS[(number * part) % 4],
                    "authors": [AUTHORS[number % 3], AUTHORS[(number // 3) % 3]],
                    "published": f"2021-0{part + 1}-{number % 28 + 1:02}" if number % 6 else None,
                    "crawled": f"2022-01-01T00:00:{number % 60:02}Z" if number % 4 == 0 else None,
                }
                for number in range(40 + part)
            ]
            (root / f"saved/{part}.json").write_text(json.dumps(records))
            archive.update([root / "saved"])
        (root / "saved/1.json").unlink()
        archive.update([root / "saved"])
    return root / "index"


def articles(engine: LocalEngine, query: plain.PlainQuery) -> list[Article]:
    found = engine.run(query, None, order=None, offset=0, limit=1000)
    return engine.fetch(sorted(reference for reference, _ in found.documents))


WORDS = st.sampled_from(["ship", "harbour", "day", "report", "nothing", *map(str, range(12))])
QUERIES = st.builds(
    lambda fields, words: plain.Or([plain.Term(field, word) for field in fields for word in words]),
    st.lists(st.sampled_from(["title", "body"]), min_size=1, max_size=2),
    st.lists(WORDS, min_size=1, max_size=3),
)


@settings(max_examples=40)
@given(query=QUERIES)
def test_a_scan_has_every_match_with_the_values_of_its_article(folder: Path, query: plain.PlainQuery) -> None:
    engine = LocalEngine(folder)
    scan = engine.scan(query, None, ["published", "captured", "words", "key", "score"])
    expected = articles(engine, query)
    assert [f"{key:016x}" for key in scan.columns["key"].tolist()] == [article.id for article in expected]
    assert scan.columns["words"].tolist() == [article.words for article in expected]
    assert scan.columns["published"].tolist() == [
        MISSING if article.published is None else published_seconds(article.published) for article in expected
    ]
    assert scan.columns["captured"].tolist() == [
        MISSING if article.captured is None else int(article.captured.timestamp()) for article in expected
    ]
    found = engine.run(query, None, order=None, offset=0, limit=1000)
    scores = dict(zip(scan.references.tolist(), scan.columns["score"].tolist(), strict=True))
    assert scores == dict(found.documents)
    engine.close()


@settings(max_examples=40)
@given(query=QUERIES)
def test_labels_are_counted_as_one_article_after_the_other_has_them(folder: Path, query: plain.PlainQuery) -> None:
    engine = LocalEngine(folder)
    sections, bylines = engine.facet(query, None, ["section", "byline"])
    expected = articles(engine, query)
    assert sections == Counter(fold_label(label) for article in expected for label in article.section)
    assert bylines == Counter(fold_label(name) for article in expected for name in set(article.authors))
    engine.close()


def test_a_filter_narrows_a_scan_and_a_count(folder: Path) -> None:
    engine = LocalEngine(folder)
    first, last = (published_seconds(dt.date(2021, 1, day)) for day in (1, 10))
    within = plain.NumericRange("published", first, last)
    scan = engine.scan(plain.Every(), within, ["published"])
    assert len(scan.references) == engine.count(within) > 0
    assert (scan.columns["published"] >= first).all()
    assert (scan.columns["published"] <= last).all()
    (sections,) = engine.facet(plain.Every(), within, ["section"])
    assert sections == Counter(fold_label(label) for article in articles(engine, within) for label in article.section)
    engine.close()


def test_signatures_are_those_of_the_same_texts(folder: Path) -> None:
    engine = LocalEngine(folder)
    scan = engine.scan(plain.Every(), None, ["key"])
    signatures = engine.signatures(scan.references)
    by_body: dict[str, set[bytes]] = {}
    for article, signature in zip(engine.fetch(scan.references.tolist()), signatures, strict=True):
        by_body.setdefault(article.body, set()).add(signature.tobytes())
    assert len(by_body) > 10
    assert all(len(found) == 1 for found in by_body.values())
    assert np.count_nonzero(signatures.any(axis=1)) == len(signatures)
    engine.close()


def test_nothing_found_is_an_empty_scan(folder: Path) -> None:
    engine = LocalEngine(folder)
    scan = engine.scan(plain.Nothing(), None, ["published", "score"])
    assert [len(values) for values in (scan.references, *scan.columns.values())] == [0, 0, 0]
    assert engine.facet(plain.Nothing(), None, ["section"]) == [{}]
    assert len(engine.signatures(scan.references)) == 0
    engine.close()
