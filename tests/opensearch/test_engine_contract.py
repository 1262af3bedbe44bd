"""An index on a cluster answers as one in a folder: the same articles, counts and words."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from newsgrep.archive.engine import Order
from newsgrep.archive.opensearch import answering, scanning, tallies
from newsgrep.archive.opensearch.address import parse_index_url
from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.remote_engine import RemoteEngine
from newsgrep.archive.opensearch.stored import HALF
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.update import Options
from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import iter_words
from newsgrep.errors import IndexMissing, IndexUnusable
from newsgrep.search.placed_text import build_test
from tests.opensearch.contract import LAYOUTS, NAMES, WORDS, Pair, open_pair, read, views

pytestmark = pytest.mark.opensearch

FIELDS = ["title", "body"]
COLUMNS = ["published", "captured", "words", "key", "url_key"]


@pytest.fixture(scope="module", params=LAYOUTS)
def engines(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    node_urls: tuple[str, ...],
    cluster_url: str,
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("contract")
    with open_pair(folder, cluster_url, node_urls[0], LAYOUTS[request.param]) as pair:
        yield pair


QUERIES: list[plain.PlainQuery] = [
    plain.Every(),
    plain.Nothing(),
    plain.Term("section", "world"),
    plain.NumericRange("published", 0, 10**9),
    plain.Or([plain.Term("title", "storm"), plain.Term("body", "ferri")]),
]


def test_hits_have_the_same_columns(engines: Pair) -> None:
    for local, remote in views(engines):
        for query in QUERIES:
            for accept in (None, plain.Not(plain.Term("source", "bay courier"))):
                ours, theirs = remote.scan(query, accept, COLUMNS), local.scan(query, accept, COLUMNS)
                order = np.argsort(theirs.columns["key"])
                for name in COLUMNS:
                    assert ours.columns[name].tolist() == theirs.columns[name][order].tolist()
                    assert ours.columns[name].dtype == (np.uint64 if name.endswith("key") else np.int64)
                assert ours.references.tolist() == sorted(engines.keys(theirs.references))


def test_older_versions_are_hidden_and_shown(engines: Pair) -> None:
    hidden = engines.local.every_version().count() - engines.local.count()
    assert hidden > 0
    assert engines.remote.count() == engines.local.count()
    assert engines.remote.every_version().count() == engines.local.every_version().count()


def test_what_no_answer_holds_at_once_is_read_in_pieces(engines: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = engines.remote.scan(plain.Every(), None, [*COLUMNS, "score"])
    days = engines.remote.count_days(plain.Every())
    labels = engines.remote.facet(plain.Every(), None, ["section", "byline"])
    monkeypatch.setattr(scanning, "WINDOW", 11)
    # Ranges that are planned too large are read on.
    monkeypatch.setattr(scanning, "_FILL", 2.5)
    monkeypatch.setattr(tallies, "_PAGE", 2)
    pieces = engines.remote.scan(plain.Every(), None, [*COLUMNS, "score"])
    assert pieces.references.tolist() == whole.references.tolist()
    for name in (*COLUMNS, "score"):
        assert pieces.columns[name].tolist() == whole.columns[name].tolist()
    again = engines.remote.count_days(plain.Every())
    assert (again.first, again.undated, again.counts.tolist()) == (days.first, days.undated, days.counts.tolist())
    assert engines.remote.facet(plain.Every(), None, ["section", "byline"]) == labels


def test_labels_and_days_are_counted_alike(engines: Pair) -> None:
    fields = ["section", "source", "lang", "byline"]
    for local, remote in views(engines):
        for query in QUERIES:
            assert remote.facet(query, None, fields) == local.facet(query, None, fields)
            ours, theirs = remote.count_days(query), local.count_days(query)
            assert (ours.first, ours.undated) == (theirs.first, theirs.undated)
            assert ours.counts.tolist() == theirs.counts.tolist()
    for field in fields:
        assert engines.remote.labels(field) == engines.local.labels(field)


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("deep", [False, True])
def test_pages_by_date_are_the_same(
    engines: Pair, newest_first: bool, deep: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if deep:
        monkeypatch.setattr(answering, "WINDOW", 5)
    for offset, limit in ((0, 10), (370, 1_000), (395, 10), (5_000, 10)):
        for query in QUERIES:
            order = Order(newest_first)
            ours = engines.remote.run(query, None, order=order, offset=offset, limit=limit)
            theirs = engines.local.run(query, None, order=order, offset=offset, limit=limit)
            assert ours.total == theirs.total
            assert [reference for reference, _ in ours.documents] == engines.keys([one for one, _ in theirs.documents])


def test_pages_by_score_join_to_one_order(engines: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    query = read("harbour OR storm OR ferry")
    whole = engines.remote.run(query, None, order=None, offset=0, limit=1_000)
    assert [score for _, score in whole.documents] == sorted((score for _, score in whole.documents), reverse=True)
    monkeypatch.setattr(answering, "WINDOW", 20)
    pages = [engines.remote.run(query, None, order=None, offset=at, limit=30) for at in range(0, whole.total, 30)]
    joined = [one for page in pages for one in page.documents]
    assert [reference for reference, _ in joined] == [reference for reference, _ in whole.documents]
    assert [score for _, score in joined] == pytest.approx([score for _, score in whole.documents])


def test_articles_are_fetched_in_the_order_asked_for(engines: Pair) -> None:
    references = engines.remote.every_version().scan(plain.Every()).references.tolist()
    random.Random(1).shuffle(references)
    fetched = engines.remote.fetch([*references, references[0]])
    assert [int(article.id, 16) - HALF for article in fetched] == [*references, references[0]]
    theirs = engines.local.fetch(engines.local.every_version().scan(plain.Every()).references.tolist())
    assert sorted(fetched[:-1], key=lambda each: each.id) == sorted(theirs, key=lambda each: each.id)


def test_an_article_that_is_gone_is_an_error(engines: Pair) -> None:
    with pytest.raises(IndexUnusable, match="removed"):
        engines.remote.fetch([engines.remote.scan(plain.Every()).references.tolist()[0] + 1])


def test_signatures_are_the_same(engines: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    local = engines.local.scan(plain.Every(), None, ["key"])
    theirs = engines.local.signatures(local.references)[np.argsort(local.columns["key"])]
    references = engines.remote.scan(plain.Every()).references
    assert (engines.remote.signatures(references) == theirs).all()
    assert not np.all(theirs.any(axis=1))
    monkeypatch.setattr(scanning, "WINDOW", 64)
    assert (engines.remote.signatures(references) == theirs).all()
    assert engines.remote.signatures(references[:0]).shape == (0, theirs.shape[1])


def test_addresses_lead_to_the_same_articles(engines: Pair) -> None:
    keys = np.unique(engines.local.every_version().scan(plain.Every(), None, ["url_key"]).columns["url_key"])
    assert len(keys) > 10
    for local, remote in views(engines):
        for key in map(int, keys[keys > 0]):
            assert remote.at_address(key) == sorted(engines.keys(local.at_address(key)))


def test_words_stand_in_as_many_articles(engines: Pair) -> None:
    terms = sorted({word.term for text in (*WORDS, *NAMES, "zeppelin quagga") for word in iter_words(text)})
    terms += [f"no{number}such" for number in range(80)]
    for fields in (FIELDS, ["title"], ["body"]):
        assert engines.remote.known(fields, terms) == engines.local.known(fields, terms)
        assert list(engines.remote.known(fields, terms)) == list(engines.local.known(fields, terms))
    assert engines.remote.known(FIELDS, ["zeppelin"]) == {}


@pytest.mark.parametrize("term", ["habour", "elektion", "briidge", "polise", "marke", "oi", "gadafi", "nursse"])
def test_near_words_are_found(engines: Pair, term: str) -> None:
    ours, theirs = engines.remote.spellings(FIELDS, term, 20), engines.local.spellings(FIELDS, term, 20)
    # Two letters are wrong only where the first is right.
    assert ours == [each for each in theirs if each in ours]
    assert {word for word, _ in theirs if word[0] == term[0]} <= {word for word, _ in ours}


def test_names_that_sound_alike_are_found(engines: Pair) -> None:
    for skeletons, initials in ((["KTB"], "gqk"), (["TRTR", "TR"], "d"), (["NL", "N"], "o"), (["KTB"], "x")):
        ours = engines.remote.alike(FIELDS, skeletons, initials, 12)
        theirs = engines.local.alike(FIELDS, skeletons, initials, 12)
        assert ours.items() <= theirs.items()
        assert {term for term in theirs if term in {"gaddafi", "qaddafi", "deir", "oneill", "neill"}} <= ours.keys()


@pytest.mark.parametrize(
    ("field", "start", "at_most"),
    [
        ("section", "w", 10),
        ("section", "50% (", 10),
        ("section", "arts & l", 10),
        ("source", "", 10),
        ("source", "", 2),
        ("source", "яро", 5),
        ("byline", "zoë o'", 5),
        ("byline", "x" * 2_000, 5),
        ("id", "0", 1_000),
        ("id", "", 3),
        ("id", "", 1_000),
        ("lang", "zz", 5),
    ],
)
def test_beginnings_lead_to_the_same_terms(engines: Pair, field: str, start: str, at_most: int) -> None:
    ours, theirs = engines.remote.terms_from(field, start, at_most), engines.local.terms_from(field, start, at_most)
    if field == "id":
        # The dictionary of a folder knows older versions as well.
        shown = engines.remote.scan(plain.Every()).references.tolist()
        assert len(ours) == sum(f"{key + HALF:016x}".startswith(start) for key in shown) or not ours
        assert {each.text for each in ours} <= {each.text for each in theirs} or not theirs
        return
    assert [each.text for each in ours] == [each.text for each in theirs]
    for each in ours:
        (article,) = engines.remote.fetch([each.reference])
        assert each.documents == engines.remote.count(plain.Term(field, each.text))
        assert any(each.text in str(value).casefold() for value in dataclasses.asdict(article).values())


def test_words_of_groups_are_counted_alike(engines: Pair) -> None:
    local = engines.local.scan(plain.Every(), None, ["key"])
    order = np.argsort(local.columns["key"])
    references = engines.remote.scan(plain.Every()).references
    places = [np.arange(0, 90), np.arange(120, 300)]
    told: list[tuple[int, int]] = []
    ours = engines.remote.count_terms(
        FIELDS, [references[each] for each in places], lambda done, total: told.append((done, total))
    )
    theirs = engines.local.count_terms(FIELDS, [np.sort(local.references[order[each]]) for each in places])
    assert _as_table(ours) == _as_table(theirs)
    assert told[-1] == (270, 270)
    assert engines.remote.count_terms(FIELDS, [references[:0], references[:0]]).terms == []


def _as_table(counts: Any) -> dict[str, tuple[list[int], list[int]]]:
    rows = zip(*counts, strict=True)
    return {term: (documents.tolist(), occurrences.tolist()) for term, documents, occurrences in rows}


@pytest.mark.parametrize("text", ["harbour", "storm ferry", '"bank rate" OR title:flood', "market section:world", "b*"])
def test_an_explanation_adds_up_to_the_score(engines: Pair, text: str) -> None:
    query = read(text)
    found = engines.remote.run(query, None, order=None, offset=0, limit=5)
    assert found.total
    for reference, score in found.documents:
        lines = engines.remote.explain(query, reference)
        assert sum(line.score for line in lines) == pytest.approx(score, rel=1e-4)
    assert engines.remote.explain(plain.Nothing(), found.documents[0][0]) == []


def test_facts_of_a_word_are_told(engines: Pair) -> None:
    query = read("harbour")
    ((reference, _),) = engines.remote.run(query, None, order=None, offset=0, limit=1).documents
    (line,) = engines.remote.explain(query, reference)
    (article,) = engines.remote.fetch([reference])
    in_title, in_body = (
        sum(word.term == "harbour" for word in iter_words(text)) for text in (article.title, article.body)
    )
    assert line.facts is not None
    assert (line.word, line.facts.frequency) == ("harbour", 3 * in_title + in_body)


def test_a_commit_is_noticed(engines: Pair, tmp_path: Path) -> None:
    assert not engines.remote.is_behind()
    before = engines.remote.generation
    assert before > 0
    path = tmp_path / "later.json"
    path.write_text(json.dumps({"id": "later", "title": "Later", "text": "A zebra was seen at the harbour."}))
    name = str(engines.remote._cluster.url)
    assert engines.remote.known(FIELDS, ["zebra"]) == {}
    update_remote(name, [path], Options())
    assert engines.remote.is_behind()
    assert engines.remote.every_version().is_behind()
    engines.remote.refresh()
    assert engines.remote.generation > before
    assert engines.remote.known(FIELDS, ["zebra"]) == {"zebra": 1}
    path.unlink()
    update_remote(name, [path.parent], Options())
    engines.remote.refresh()
    assert engines.remote.segments() > 0


def test_an_index_that_is_not_there_is_missing(index_url: str) -> None:
    with pytest.raises(IndexMissing, match="no newsgrep index"):
        RemoteEngine(Cluster(parse_index_url(index_url)), build_test)
