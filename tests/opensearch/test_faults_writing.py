"""What an update makes of a cluster that fails: it finishes or says why not, and the next one leads to the same."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.report import UpdateSummary
from newsgrep.archive.update import Options
from newsgrep.errors import NewsgrepError
from tests.killed_runs import Job, Runner
from tests.opensearch.conftest import remove_indices
from tests.opensearch.faulty_proxy import (
    CutAfter,
    CutBefore,
    CutWithin,
    Fault,
    FaultyProxy,
    Refuse,
    RefuseItems,
    Truncate,
)
from tests.opensearch.trials import NIGHTLY, Trial, count

pytestmark = pytest.mark.opensearch

KILLED = -signal.SIGKILL
SAMPLE = 3
"""Requests at which a trial is made, of a story and a fault, in a run that is not nightly."""

STORIES: dict[str, dict[str, Any]] = {"a first build": {}, "a change": {}, "a rebuild": {"rebuild": True}}


@pytest.fixture
def trial(tmp_path: Path, node_urls: tuple[str, ...], index_url: str) -> Trial:
    return Trial(tmp_path, node_urls[0], index_url.rpartition("/")[2])


@pytest.fixture
def proxy(node_urls: tuple[str, ...]) -> Iterator[FaultyProxy]:
    with FaultyProxy(node_urls[-1]) as proxy:
        yield proxy


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Updates that do not wait for long: what they wait for comes at once, or never."""
    for name, seconds in {
        "retrying.FIRST_PAUSE": 0.01,
        "retrying.LONGEST_PAUSE": 0.02,
        "retrying.GIVE_UP": 0.2,
        "cluster.FIRST_PAUSE": 0.01,
    }.items():
        monkeypatch.setattr(f"newsgrep.archive.opensearch.{name}", seconds)


def choose(requests: int, seed: str) -> list[int]:
    """Which of so many requests are to fail."""
    places = range(requests)
    return list(places) if NIGHTLY else sorted(random.Random(seed).sample(places, min(SAMPLE, requests)))


class Story:
    """A run that is told again and again."""

    def __init__(self, told: str, trial: Trial, proxy: FaultyProxy) -> None:
        self.told = told
        self.trial = trial
        self.proxy = proxy
        self.options = STORIES[told]
        self.url = f"{proxy.url}/{trial.name}"
        if told != "a first build":
            self.update()
            trial.expect()

    def update(self, **options: Any) -> UpdateSummary:
        return update_remote(self.url, [self.trial.saved], Options(jobs=1, **options))

    def begin(self) -> None:
        """Come to where the run begins."""
        if self.told == "a first build":
            remove_indices(self.trial.node, self.trial.name)
            for path in self.trial.index.iterdir():
                path.unlink()
        self.trial.change()

    def count_requests(self) -> int:
        """How many requests a run makes that nothing disturbs."""
        self.begin()
        before = len(self.proxy.seen)
        summary = self.update(**self.options)
        self.trial.expect(**self.options)
        assert count(summary) == self.trial.summary
        self.trial.compare("undisturbed")
        return len(self.proxy.seen) - before


FAULTS: dict[str, tuple[Fault, int | None]] = {
    "429": (Refuse(429), 1),
    "503": (Refuse(503, "unavailable", "no shard"), 2),
    "502 from a proxy": (Refuse(502, body=b"<html>Bad Gateway</html>"), 1),
    "500": (Refuse(500, "internal", "no reason"), 1),
    "cut before": (CutBefore(), 1),
    "cut after": (CutAfter(), 1),
    "cut within": (CutWithin(), 1),
    "half an answer": (Truncate(), 1),
    "429 for good": (Refuse(429), None),
    "no answer for good": (CutBefore(), None),
    "no answer to what is done, for good": (CutAfter(), None),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("told", STORIES)
def test_whichever_request_fails_the_next_run_leads_to_the_same(
    trial: Trial, proxy: FaultyProxy, impatient: None, told: str, fault: str
) -> None:
    story = Story(told, trial, proxy)
    what, times = FAULTS[fault]
    for place in choose(story.count_requests(), told + fault):
        story.begin()
        before = trial.read()
        proxy.fail(what, times=times, after=place)
        failure: NewsgrepError | None = None
        begun = len(proxy.seen)
        try:
            summary = story.update(**story.options)
        except NewsgrepError as error:
            failure = error
        where = next((seen for seen in proxy.seen[begun:] if seen.fault), None)
        proxy.heal()
        note = f"{fault} at request {place}, {where}: {failure}"
        found = trial.read()
        after = trial.expect(**story.options)
        assert found in ((after,) if failure is None else (before, after)), note
        if failure is None:
            assert count(summary) == trial.summary, note
        else:
            assert failure.message, note
            assert failure.hint, note
            assert story.update().articles == trial.summary[0], note
        trial.compare(note)
