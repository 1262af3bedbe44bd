"""An answer of a cluster is whole, or an error: played by a server on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from newsgrep.archive.engine import Engine, Order
from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.credentials import Credentials
from newsgrep.archive.opensearch.mapping import MAPPING_VERSION
from newsgrep.archive.opensearch.remote_engine import FETCHED_TOGETHER, RemoteEngine
from newsgrep.archive.opensearch.searching import Searcher
from newsgrep.archive.opensearch.stored import HALF
from newsgrep.codec.plain_query import Every, Term
from newsgrep.errors import ClusterFailed, ClusterUnreachable, IndexUnusable, NewsgrepError
from newsgrep.search.placed_text import build_test
from tests.archive.opensearch.played_server import Answer, Asked, played_server

NOBODY = Credentials()
WHOLE = {"timed_out": False, "_shards": {"failed": 0}}
TOTAL = {"hits": {"total": {"value": 3, "relation": "eq"}}}
PARTIAL: list[dict[str, Any]] = [
    {"timed_out": True, "_shards": {"failed": 0}},
    {"timed_out": False, "_shards": {"failed": 1}},
    {"timed_out": False},
    {"_shards": {"failed": 0}},
    {},
]
INDEX = {"mappings": {"_meta": {"newsgrep": {"version": MAPPING_VERSION}}}}
STANDING = {
    "news-g000001": {**INDEX, "aliases": {"news": {}}},
    "news-g000001-files": {**INDEX, "aliases": {"news-files": {}}},
}
STATE = {
    "found": True,
    "_seq_no": 1,
    "_primary_term": 1,
    "_source": {
        "state": {
            "generation": 4,
            "run": 4,
            "is_open": False,
            "writer": "a",
            "updated": None,
            "layout": {"shards": 1, "replicas": None, "by_year": False},
        }
    },
}


def archive_that(answers: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """A cluster with an archive, which answers other questions so."""

    def play(asked: Asked) -> Answer:
        if asked.method == "GET" and asked.path.startswith("/news,"):
            return Answer(STANDING)
        return Answer(STATE) if "/_doc/state" in asked.path else answers(asked)

    return play


@pytest.mark.parametrize("answer", PARTIAL)
def test_a_part_of_an_answer_is_an_error(answer: dict[str, Any]) -> None:
    with played_server(Answer({**answer, **TOTAL})) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        with pytest.raises(ClusterFailed, match="only a part"):
            Searcher(cluster, "news").count({"match_all": {}})
        assert "allow_partial_search_results=false" in server.asked[0].path


@pytest.mark.parametrize("answer", PARTIAL)
def test_a_part_of_one_of_several_answers_is_an_error(answer: dict[str, Any]) -> None:
    told = {"responses": [{**WHOLE, **TOTAL}, {**answer, **TOTAL}]}
    with played_server(Answer(told)) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        with pytest.raises(ClusterFailed, match="only a part"):
            Searcher(cluster, "news").count_all([{"match_all": {}}, {"match_none": {}}])
        assert json.loads(server.asked[0].body.splitlines()[0])["allow_partial_search_results"] is False


@pytest.mark.parametrize("is_lasting", [True, False])
def test_a_search_that_failed_among_several_is_asked_alone(is_lasting: bool) -> None:
    error = {"error": {"type": "query_shard_exception", "reason": "no such field"}, "status": 400}

    def play(asked: Asked) -> Answer:
        if "_msearch" in asked.path:
            return Answer({"responses": [{**WHOLE, **TOTAL}, error]})
        return Answer(error, status=400) if is_lasting else Answer({**WHOLE, **TOTAL})

    with played_server(play) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        searcher = Searcher(cluster, "news")
        if is_lasting:
            with pytest.raises(ClusterFailed, match="no such field") as raised:
                searcher.count_all([{}, {"match_all": {}}])
            assert (raised.value.status, raised.value.kind) == (400, "query_shard_exception")
        else:
            assert searcher.count_all([{}, {"match_all": {}}]) == [3, 3]
        assert server.asked[1].json["query"] == {"match_all": {}}
        with pytest.raises(ClusterFailed, match="left out"):
            searcher.count_all([{}, {}, {}])


@pytest.mark.parametrize("hits", [{}, {"total": {"value": 10_000, "relation": "gte"}}, {"total": 3}, []])
def test_a_total_is_exact_or_an_error(hits: object) -> None:
    with (
        played_server(Answer({**WHOLE, "hits": hits})) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterFailed, match="how many"),
    ):
        Searcher(cluster, "news").count({"match_all": {}})


def test_many_searches_are_sent_in_parts() -> None:
    def play(asked: Asked) -> Answer:
        return Answer({"responses": [{**WHOLE, **TOTAL}] * (len(asked.body.splitlines()) // 2)})

    with played_server(play) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        assert Searcher(cluster, "news").count_all([{"match_all": {}}] * 1_200) == [3] * 1_200
        assert len(server.asked) == 3


def test_a_state_that_cannot_be_given_up_does_not_spoil_an_answer() -> None:
    def play(asked: Asked) -> Answer:
        if asked.method == "DELETE":
            return Answer({"error": "gone"}, status=404)
        return Answer({"pit_id": "abc"} if "point_in_time" in asked.path else {**WHOLE, **TOTAL})

    with played_server(play) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        with Searcher(cluster, "news").freeze() as frozen:
            frozen.search({"size": 0}, "hits.total")
        assert server.asked[1].path.startswith("/_search?")
        assert server.asked[1].json["pit"]["id"] == "abc"


def test_articles_too_large_for_one_answer_are_fetched_in_smaller_parts() -> None:
    def answers(asked: Asked) -> Answer:
        keys = asked.json["query"]["bool"]["filter"][0]["terms"]["key"]
        if len(keys) > 60:
            return Answer({"error": {"type": "too_large", "reason": "the answer is larger"}}, status=500)
        hits = [
            {
                "sort": [key, 1],
                "_source": {"article": {"id": f"{key + HALF:016x}", "title": "", "body": "", "path": "/a", "words": 0}},
            }
            for key in keys
        ]
        return Answer({**WHOLE, "hits": {"hits": hits}})

    with played_server(archive_that(answers)) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        engine = RemoteEngine(cluster, build_test)
        assert engine.generation == 4
        assert not engine.is_behind()
        keys = list(range(FETCHED_TOGETHER + 5))
        assert [int(article.id, 16) - HALF for article in engine.fetch(keys[::-1])] == keys[::-1]


STRANGE: list[object] = [
    {},
    {"hits": {"hits": [{}]}},
    {"hits": {"hits": [{"sort": []}], "total": {"value": 1, "relation": "eq"}}},
    {"hits": {"hits": [{"sort": ["x", "y", None]}], "total": {"value": 1, "relation": "eq"}}},
    {"hits": {"hits": 7, "total": {"value": 1, "relation": "eq"}}},
    {"hits": [], "aggregations": [], "suggest": 3},
    {"hits": {"total": {"value": 1, "relation": "eq"}}, "aggregations": {"day": {"buckets": [{}]}, "0": 3, "of": 4}},
    {**TOTAL, "aggregations": {"day": {"buckets": [{"key": {"of": 1e300}, "doc_count": 1}]}}},
    {**TOTAL, "aggregations": {"day": {"buckets": [{"key": {"of": 9.2e18}, "doc_count": 1}]}}},
]
QUESTIONS: list[Callable[[Engine], object]] = [
    lambda engine: engine.scan(Every(), None, ["published", "score"]),
    lambda engine: engine.run(Every(), None, order=Order(newest_first=True), offset=0, limit=10),
    lambda engine: engine.facet(Every(), None, ["section"]),
    lambda engine: engine.count_days(Every()),
    lambda engine: engine.fetch([1, 2]),
    lambda engine: engine.signatures(np.array([1], np.int64)),
    lambda engine: engine.spellings(["body"], "harbour", 3),
    lambda engine: engine.alike(["body"], ["KTB"], "g", 9),
    lambda engine: engine.labels("section"),
    lambda engine: engine.terms_from("section", "w", 5),
    lambda engine: engine.terms_from("id", "0", 5),
    lambda engine: engine.at_address(5),
    lambda engine: engine.explain(Term("body", "harbour"), 1),
    lambda engine: engine.segments(),
]


@pytest.mark.parametrize("strange", STRANGE)
def test_what_is_no_answer_is_told_as_such(strange: dict[str, Any]) -> None:
    def answers(asked: Asked) -> Answer:
        if "_msearch" in asked.path:
            return Answer({"responses": [{**WHOLE, **strange}] * (len(asked.body.splitlines()) // 2)})
        return Answer({**WHOLE, **strange})

    with played_server(archive_that(answers)) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        engine = RemoteEngine(cluster, build_test)
        for ask in QUESTIONS:
            try:
                ask(engine)
            except NewsgrepError as error:
                assert isinstance(error, ClusterFailed | ClusterUnreachable | IndexUnusable)  # noqa: PT017
