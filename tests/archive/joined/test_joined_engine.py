"""Two indexes that are asked together answer as one index of all their articles does."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.archive.engine import Engine, Order
from newsgrep.archive.joined import joined_engine, pages
from newsgrep.archive.joined.joined_engine import JoinedEngine
from newsgrep.archive.joined.members import Member
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.codec import plain_query as plain
from newsgrep.codec.signatures import group_alike
from newsgrep.errors import IndexUnusable, QueryTooCostly
from newsgrep.search.filters import build_filter
from newsgrep.search.request import Filters
from newsgrep.search.terms import TEXT_FIELDS
from tests.archive.joined.halves import WORDS, FarEngine, Halves, build_halves, join

FIELDS = [name for name, _ in TEXT_FIELDS]
NEWEST, OLDEST = Order(newest_first=True), Order(newest_first=False)


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Halves:
    return build_halves(tmp_path_factory.mktemp("halves"), 90)


@pytest.fixture(scope="module")
def sharing(tmp_path_factory: pytest.TempPathFactory) -> Halves:
    """The same, a third of the left half in the right one too."""
    return build_halves(tmp_path_factory.mktemp("sharing"), 90, common=15)


@pytest.fixture(scope="module")
def whole(halves: Halves) -> Iterator[Engine]:
    engine = LocalEngine(halves.whole)
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=["both local", "one far", "shared articles"])
def joined(request: pytest.FixtureRequest, halves: Halves, sharing: Halves) -> Iterator[tuple[Engine, Engine]]:
    """An engine over two halves, and one over all."""
    one = sharing if request.param == "shared articles" else halves
    engine = join(one) if request.param == "both local" else join(one, other=FarEngine)
    whole = LocalEngine(one.whole)
    yield engine, whole
    engine.close()
    whole.close()


def word(text: str) -> plain.PlainQuery:
    return plain.AnyField(plain.Or([plain.Term("title", text, 3.0), plain.Term("body", text)]))


words = st.sampled_from([*WORDS[::3], "zeppelin"]).map(word)
queries = st.recursive(
    words | st.builds(plain.Term, st.just("section"), st.sampled_from(["world", "sport"])) | st.just(plain.Every()),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(plain.And),
        st.lists(inner, min_size=2, max_size=3).map(plain.Or),
        st.tuples(inner, inner).map(lambda both: plain.And([both[0], plain.Not(both[1])])),
    ),
    max_leaves=4,
)
accepts = st.sampled_from(
    [None, build_filter(Filters(sections=("world",))), build_filter(Filters(undated=True)), plain.Nothing()]
)


def ids(engine: Engine, references: Any) -> list[str]:
    return [article.id for article in engine.fetch(list(references))]


def page(
    engine: Engine, query: Any, accept: Any, order: Order | None, offset: int, limit: int
) -> tuple[int, list[str]]:
    found = engine.run(query, accept, order=order, offset=offset, limit=limit)
    return found.total, ids(engine, (reference for reference, _ in found.documents))


@settings(max_examples=25)
@given(query=queries, accept=accepts, order=st.sampled_from([NEWEST, OLDEST]), data=st.data())
def test_pages_by_date_are_those_of_one_index(
    joined: tuple[Engine, Engine], query: Any, accept: Any, order: Order, data: st.DataObject
) -> None:
    engine, whole = joined
    offset, limit = data.draw(st.integers(0, 95)), data.draw(st.integers(1, 95))
    assert page(engine, query, accept, order, offset, limit) == page(whole, query, accept, order, offset, limit)


@settings(max_examples=15)
@given(query=queries, accept=accepts, limit=st.integers(3, 40))
def test_pages_by_score_hold_each_article_once_the_best_first(
    joined: tuple[Engine, Engine], query: Any, accept: Any, limit: int
) -> None:
    engine, whole = joined
    total, expected = page(whole, query, accept, None, 0, 200)
    read: list[str] = []
    scores: list[float] = []
    for offset in range(0, total, limit):
        found = engine.run(query, accept, order=None, offset=offset, limit=limit)
        assert found.total == total
        read += ids(engine, (reference for reference, _ in found.documents))
        scores += (score for _, score in found.documents)
    assert sorted(read) == sorted(expected)
    assert len(set(read)) == len(read)
    assert scores == sorted(scores, reverse=True)
    for score, equals in itertools.groupby(zip(scores, read, strict=True), key=lambda each: each[0]):
        names = [name for _, name in equals]
        assert names == sorted(names), score


@settings(max_examples=15)
@given(query=queries, accept=accepts)
def test_everything_that_matches_is_counted_and_scanned_as_in_one_index(
    joined: tuple[Engine, Engine], query: Any, accept: Any
) -> None:
    engine, whole = joined
    columns = ["key", "published", "words", "captured"]
    scan, expected = engine.scan(query, accept, columns), whole.scan(query, accept, columns)
    assert (np.diff(scan.references) > 0).all()
    by_key, other = np.argsort(scan.columns["key"]), np.argsort(expected.columns["key"])
    for name in columns:
        assert scan.columns[name][by_key].tolist() == expected.columns[name][other].tolist()
    assert ids(engine, scan.references.tolist()) == [f"{key:016x}" for key in scan.columns["key"].tolist()]
    if accept is None:
        assert engine.count(query) == whole.count(query)
    days, expected_days = engine.count_days(query, accept), whole.count_days(query, accept)
    assert (days.span, days.undated) == (expected_days.span, expected_days.undated)
    assert days.counts.tolist() == expected_days.counts.tolist()
    fields = ["section", "source", "lang", "byline"]
    assert engine.facet(query, accept, fields) == whole.facet(query, accept, fields)


@settings(max_examples=8)
@given(query=queries)
def test_stories_are_those_of_one_index(joined: tuple[Engine, Engine], query: Any) -> None:
    def group(engine: Engine) -> set[frozenset[int]]:
        scan = engine.scan(query, None, ["key"])
        stories = group_alike(engine.signatures(scan.references))
        keys = scan.columns["key"]
        return {frozenset(keys[stories == story].tolist()) for story in np.unique(stories)}

    engine, whole = joined
    assert group(engine) == group(whole)


@settings(max_examples=5)
@given(query=queries, other=words)
def test_terms_are_counted_as_in_one_index(joined: tuple[Engine, Engine], query: Any, other: Any) -> None:
    def count(engine: Engine) -> dict[str, tuple[list[int], list[int]]]:
        one = engine.scan(plain.And([query, other])).references
        two = engine.scan(plain.And([plain.Every(), plain.Not(other)])).references
        counts = engine.count_terms(FIELDS, [one, two])
        rows = zip(counts.terms, counts.documents.tolist(), counts.occurrences.tolist(), strict=True)
        return {term: (documents, occurrences) for term, documents, occurrences in rows}

    engine, whole = joined
    assert count(engine) == count(whole)


@settings(max_examples=30)
@given(text=st.sampled_from(WORDS), letter=st.sampled_from("abcx"), at=st.integers(0, 5))
def test_spellings_are_those_of_one_index(halves: Halves, whole: Engine, text: str, letter: str, at: int) -> None:
    typed = text[:at] + letter + text[at + 1 :]
    engine = join(halves)
    assert engine.spellings(FIELDS, typed, 5) == whole.spellings(FIELDS, typed, 5)
    engine.close()


def test_words_labels_and_beginnings_are_those_of_one_index(halves: Halves, whole: Engine) -> None:
    engine = join(halves, other=FarEngine)
    terms = ["storm", "zeppelin", "bridg", "rain"]
    assert engine.known(FIELDS, terms) == whole.known(FIELDS, terms)
    assert engine.alike(FIELDS, ["BRT", "BRTK"], "b", 10) == whole.alike(FIELDS, ["BRT", "BRTK"], "b", 10)
    assert engine.labels("byline") == whole.labels("byline") != []
    assert engine.labels("nothing") == []
    for field, start in (("section", ""), ("byline", "i"), ("id", "a"), ("section", "q")):
        found, expected = engine.terms_from(field, start, 50), whole.terms_from(field, start, 50)
        assert [(each.text, each.documents) for each in found] == [(each.text, each.documents) for each in expected]
        if field == "id":
            assert ids(engine, [each.reference for each in found]) == [each.text for each in found]
    assert engine.terms_from("id", "", 50) == whole.terms_from("id", "", 50) == []
    assert len(engine.terms_from("id", "", 90)) == 90


def test_one_engine_with_too_many_beginnings_is_not_taken_for_one_with_none(halves: Halves) -> None:
    engine = join(halves)
    assert engine.terms_from("id", "", 45) == []


@settings(max_examples=15)
@given(query=queries.filter(lambda query: query != plain.Every()))
def test_scores_are_nearly_those_of_one_index(halves: Halves, whole: Engine, query: Any) -> None:
    engine = join(halves)
    scores = dict(zip(*_scores(engine, query), strict=True))
    expected = dict(zip(*_scores(whole, query), strict=True))
    # What is left is the mean length of articles, which is a little other in each half.
    assert scores == pytest.approx(expected, rel=0.05)
    engine.close()


def _scores(engine: Engine, query: Any) -> tuple[list[str], list[float]]:
    documents = engine.run(query, None, order=None, offset=0, limit=200).documents
    return ids(engine, (reference for reference, _ in documents)), [score for _, score in documents]


def test_a_score_is_explained_by_the_engine_that_gave_it(halves: Halves) -> None:
    engine = join(halves, other=FarEngine)
    query = plain.And([word("storm"), word("bridg")])
    for reference, score in engine.run(query, None, order=None, offset=0, limit=50).documents:
        assert sum(line.score for line in engine.explain(query, reference)) == pytest.approx(score, rel=1e-4)


def test_articles_are_marked_with_the_name_of_their_index(halves: Halves) -> None:
    engine = join(halves)
    articles = engine.fetch(engine.scan(plain.Every()).references.tolist())
    left = LocalEngine(halves.left)
    in_left = {article.id for article in left.fetch(left.scan(plain.Every()).references.tolist())}
    assert {article.id for article in articles if article.index == "left"} == in_left
    assert {article.index for article in articles} == {"left", "right"}
    assert all(article.index is None for article in left.fetch(left.scan(plain.Every()).references.tolist()))


def test_an_article_in_both_is_that_of_the_first(sharing: Halves) -> None:
    engine = join(sharing)
    left = LocalEngine(sharing.left)
    articles = engine.fetch(engine.scan(plain.Every()).references.tolist())
    assert len(articles) == engine.count() == 90
    assert sum(article.index == "left" for article in articles) == left.count()


def find_common(halves: Halves) -> list[str]:
    """The ids of articles that are in both halves."""
    found = [LocalEngine(folder).terms_from("id", "", 100) for folder in (halves.left, halves.right)]
    left, right = ({each.text for each in terms} for terms in found)
    return sorted(left & right)


def test_an_id_that_both_have_names_one_article(sharing: Halves) -> None:
    found = join(sharing).run(plain.Term("id", find_common(sharing)[0]), None, order=None, offset=0, limit=10)
    assert (found.total, len(found.documents)) == (1, 1)


def test_an_overlap_that_the_sample_misses_is_seen_in_small_answers(
    sharing: Halves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joined_engine, "have_common", lambda engines, sizes: False)
    engine, whole = join(sharing), LocalEngine(sharing.whole)
    common = find_common(sharing)
    others = [each.text for each in whole.terms_from("id", "", 100) if each.text not in common]
    query = plain.Or([plain.Term("id", name) for name in [*common[:6], *others[:5]]])
    expected = page(whole, query, None, None, 0, 50)
    assert expected[0] == 11
    total, names = page(engine, query, None, None, 0, 50)
    assert (total, sorted(names)) == (expected[0], sorted(expected[1]))
    assert engine.run(query, None, order=None, offset=0, limit=1).total == expected[0]
    assert len(engine.scan(query).references) == expected[0]


@pytest.mark.parametrize("order", [None, NEWEST, OLDEST])
def test_long_pages_have_the_order_of_short_ones(
    halves: Halves, order: Order | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = plain.Or([word("storm"), plain.Every()])
    short = [page(join(halves, other=FarEngine), query, None, order, at, 7)[1] for at in range(0, 90, 7)]
    monkeypatch.setattr(pages, "MOST_READ", 0)
    monkeypatch.setattr(joined_engine, "MOST_READ", 0)
    assert page(join(halves, other=FarEngine), query, None, order, 0, 1_000_000_000)[1] == list(itertools.chain(*short))


def test_what_was_committed_is_seen_after_a_refresh(tmp_path: Path) -> None:
    import newsgrep

    halves = build_halves(tmp_path, 12)
    engine = join(halves)
    before, generation = engine.count(), engine.generation
    assert not engine.is_behind()
    (tmp_path / "new.json").write_text('{"title": "Late", "text": "A zeppelin landed."}')
    with newsgrep.open(halves.right) as archive:
        archive.update([tmp_path / "new.json"])
    assert engine.is_behind()
    engine.refresh()
    assert not engine.is_behind()
    assert (engine.count(), engine.generation) == (before + 1, generation + 1)
    assert engine.count(word("zeppelin")) == 1


def test_several_versions_are_found_wherever_they_are(tmp_path: Path) -> None:
    import json

    import newsgrep
    from newsgrep.archive.url_keys import url_key

    url = "https://courier.example/storm"
    for number, name in enumerate(("left", "right")):
        records = [
            {"id": f"{name}{day}", "title": "Storm", "text": f"Text of day {day}.", "url": url,
             "date_download": f"2018-03-{day + number:02}T10:00:00Z"} for day in (1, 5)
        ]  # fmt: skip
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)))
        with newsgrep.open(tmp_path / name, create=True) as archive:
            archive.update([tmp_path / f"{name}.jsonl"])
    engine = JoinedEngine([Member(name, LocalEngine(tmp_path / name)) for name in ("left", "right")])
    key = url_key(url)
    assert key
    assert len(engine.at_address(key)) == 2
    found = engine.every_version().at_address(key)
    assert found == sorted(found)
    # References are good for both views.
    assert sorted(article.record or "" for article in engine.fetch(found)) == ["left1", "left5", "right1", "right5"]
    assert set(engine.at_address(key)) < set(found)


def test_remote_engines_are_asked_at_the_same_time(halves: Halves) -> None:
    together = threading.Barrier(2, timeout=10)

    class Slow(LocalEngine):
        def labels(self, field: str) -> list[str]:
            together.wait()
            return super().labels(field)

    engine = JoinedEngine([Member(name, Slow(folder), is_remote=True) for name, folder in
                           (("left", halves.left), ("right", halves.right))])  # fmt: skip
    assert engine.labels("section") == ["city", "sport", "world"]


@pytest.mark.parametrize("is_remote", [False, True])
def test_an_engine_that_cannot_answer_is_named_and_no_other_answers_for_it(halves: Halves, is_remote: bool) -> None:
    class Broken(LocalEngine):
        def run(self, *args: Any, **kwargs: Any) -> Any:
            raise IndexUnusable("a page is torn")

    broken = Member("over there", Broken(halves.right), is_remote=is_remote)
    engine = JoinedEngine([Member("left", LocalEngine(halves.left)), broken])
    with pytest.raises(IndexUnusable, match=r"^over there: a page is torn$"):
        engine.run(plain.Every(), None, order=None, offset=0, limit=10)


def test_what_is_wrong_with_a_question_is_told_as_it_is(halves: Halves) -> None:
    class Strict(LocalEngine):
        def run(self, *args: Any, **kwargs: Any) -> Any:
            raise QueryTooCostly("too many words")

    engine = JoinedEngine([Member("left", LocalEngine(halves.left)), Member("right", Strict(halves.right))])
    with pytest.raises(QueryTooCostly, match=r"^too many words$"):
        engine.run(plain.Every(), None, order=None, offset=0, limit=10)
