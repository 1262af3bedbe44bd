"""What a search makes of a cluster that fails: the whole answer or a clear error, never a part."""

from __future__ import annotations

import dataclasses
import itertools
import random
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import newsgrep
from newsgrep.api import Archive
from newsgrep.archive.opensearch.cluster import Cluster as RemoteCluster
from newsgrep.archive.opensearch.layout import Layout
from newsgrep.errors import NewsgrepError
from newsgrep.search.request import Request, Sort
from tests.opensearch.clusters import Cluster
from tests.opensearch.conftest import PREFIX, remove_indices
from tests.opensearch.faulty_proxy import (
    Call,
    CutAfter,
    CutBefore,
    CutWithin,
    Delay,
    Fault,
    FaultyProxy,
    Refuse,
    Truncate,
)
from tests.opensearch.trials import NIGHTLY, Trial, host_of

pytestmark = pytest.mark.opensearch

SAMPLE = 25
"""Requests that fail, in a run that is not nightly."""
WINDOW = 7
"""Of one answer, so that those of few articles are read in pages and in ranges of keys."""
CLEAR_SECONDS = 75
"""Within how many seconds a command says that the cluster is not whole."""

QUESTIONS: dict[str, Callable[[Archive], Any]] = {
    "a word": lambda archive: archive.search("tide"),
    "a phrase, ranked by nearness": lambda archive: archive.search('"tide of" rose near feet'),
    "the last page": lambda archive: archive.search(Request(text="tide", page=3, limit=10)),
    "the last page by date": lambda archive: archive.search(Request(text="tide", sort=Sort.NEWEST, page=3, limit=10)),
    "a pattern": lambda archive: archive.search("ti*e AND fe?t"),
    "a misspelling": lambda archive: archive.search("tidde"),
    "all that match": lambda archive: len(archive.select(Request(text="tide"))),
    "facets": lambda archive: archive.facets("tide"),
    "a timeline": lambda archive: archive.timeline("tide"),
    "stories": lambda archive: archive.stories("tide"),
}


@pytest.fixture(autouse=True)
def small_and_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small answers, and no long pauses."""
    for module in ("scanning", "answering"):
        monkeypatch.setattr(f"newsgrep.archive.opensearch.{module}.WINDOW", WINDOW)
    monkeypatch.setattr("newsgrep.archive.opensearch.cluster.FIRST_PAUSE", 0.01)


def build(folder: Path, node: str, url: str, **layout: Any) -> Trial:
    """An archive of ninety articles in files of thirty."""
    trial = Trial(folder, node, url.rpartition("/")[2])
    for path in trial.saved.iterdir():
        path.unlink()
    for number in range(3):
        trial.write(f"file{number}.json", 30)
    with newsgrep.open(url, create=True) as archive:
        archive.update([trial.saved], jobs=1, layout=Layout(**layout))
    return trial


@pytest.fixture(scope="module")
def served(
    node_urls: tuple[str, ...], cluster_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A node, and an archive that nobody writes."""
    name = f"{PREFIX}{uuid.uuid4().hex[:12]}"
    build(tmp_path_factory.mktemp("served") / "trial", node_urls[0], f"{cluster_url}/{name}", shards=2)
    yield node_urls[0], name
    remove_indices(node_urls[0], name)


FAULTS: dict[str, tuple[Fault, int | None]] = {
    "429": (Refuse(429), 1),
    "503": (Refuse(503, "unavailable", "no shard"), 2),
    "500": (Refuse(500, "internal", "no reason"), 1),
    "cut before": (CutBefore(), 1),
    "cut after": (CutAfter(), 1),
    "cut within": (CutWithin(), 1),
    "half an answer": (Truncate(), 1),
    "429 for good": (Refuse(429), None),
    "no answer for good": (CutBefore(), None),
}


def show(answer: Any) -> Any:
    """An answer without what differs from time to time."""
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        told = dataclasses.asdict(answer)
        return {name: value for name, value in told.items() if name != "took_ms"}
    return answer


def try_question(url: str, question: Callable[[Archive], Any]) -> Any:
    """The answer, or the error."""
    try:
        with newsgrep.open(url) as archive:
            return show(question(archive))
    except NewsgrepError as error:
        return error


def test_whichever_request_of_a_search_fails_the_answer_is_whole_or_an_error(served: tuple[str, str]) -> None:
    node, name = served
    with FaultyProxy(node) as proxy:
        url = f"{proxy.url}/{name}"
        whole: dict[str, tuple[Any, int]] = {}
        for told, question in QUESTIONS.items():
            begun = len(proxy.seen)
            with newsgrep.open(url) as archive:
                whole[told] = show(question(archive)), len(proxy.seen) - begun
        trials = [
            (told, place, fault)
            for told, (_, requests) in whole.items()
            for place, fault in itertools.product(range(requests), FAULTS)
        ]
        outcomes = set()
        for told, place, fault in trials if NIGHTLY else random.Random(3).sample(trials, SAMPLE):
            what, times = FAULTS[fault]
            proxy.fail(what, times=times, after=place)
            answer = try_question(url, QUESTIONS[told])
            proxy.heal()
            if isinstance(answer, NewsgrepError):
                assert answer.message, (told, place, fault)
                assert answer.hint, (told, place, fault, answer.message)
            else:
                assert answer == whole[told][0], (told, place, fault)
            outcomes.add(isinstance(answer, NewsgrepError))
    assert outcomes == {False, True}


def test_a_cluster_that_does_not_answer_in_time_is_told(
    served: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    node, name = served
    defaults = RemoteCluster.__init__.__kwdefaults__
    assert defaults
    monkeypatch.setitem(defaults, "timeout", 0.5)
    with FaultyProxy(node) as proxy, newsgrep.open(f"{proxy.url}/{name}") as archive:
        archive.search("tide")
        proxy.fail(Delay(60), times=None)
        begun = time.monotonic()
        with pytest.raises(NewsgrepError, match="did not answer in time"):
            archive.search("tide")
        assert time.monotonic() - begun < 10


# Nodes that are lost


def test_a_node_that_is_lost_during_a_search_leaves_the_answer_whole_or_an_error(
    own_cluster: Cluster, tmp_path: Path
) -> None:
    cluster = own_cluster
    name = f"{PREFIX}{uuid.uuid4().hex[:12]}"
    nodes = f"http://{','.join(host_of(url) for url in cluster.urls)}"
    build(tmp_path / "whole", cluster.urls[0], f"{nodes}/{name}-whole", shards=3, replicas=1)
    build(tmp_path / "single", cluster.urls[0], f"{nodes}/{name}-single", shards=3, replicas=0)
    cluster.wait()
    with FaultyProxy(cluster.urls[0]) as proxy:
        whole, single = f"{proxy.url}/{name}-whole", f"{proxy.url}/{name}-single"
        expected = {told: try_question(whole, question) for told, question in QUESTIONS.items()}
        try:
            # Within the pages of one state of the index.
            proxy.fail(Call(lambda: cluster.kill_node(2)), part="/_search?allow", after=3)
            told = "the last page by date"
            answer = try_question(whole, QUESTIONS[told])
            assert cluster.nodes[2].process is None
            assert isinstance(answer, NewsgrepError) or answer == expected[told]
            for told, question in QUESTIONS.items():
                assert try_question(whole, question) == expected[told], told
                begun = time.monotonic()
                answer = try_question(single, question)
                # A third of the articles is gone.
                assert isinstance(answer, NewsgrepError), told
                assert answer.hint, told
                assert time.monotonic() - begun < CLEAR_SECONDS, told
        finally:
            if cluster.nodes[2].process is None:
                cluster.start_node(2)
            cluster.wait()
            remove_indices(cluster.urls[0], name)
