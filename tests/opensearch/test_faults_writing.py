"""What an update makes of a cluster that fails: it finishes or says why not, and the next one leads to the same."""

from __future__ import annotations

import functools
import itertools
import os
import random
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.report import UpdateSummary
from newsgrep.archive.update import Options
from newsgrep.article import Article
from newsgrep.errors import NewsgrepError
from tests.killed_runs import Job, Runner
from tests.opensearch.conftest import PREFIX, remove_indices
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
from tests.opensearch.twins import Shown

pytestmark = pytest.mark.opensearch

KILLED = -signal.SIGKILL
SAMPLE = 4
"""Trials of a story, in a run that is not nightly."""

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


def choose(requests: int, told: str) -> list[tuple[int, str]]:
    """Which of so many requests are to fail, and how."""
    all_of_them = list(itertools.product(range(requests), FAULTS))
    return all_of_them if NIGHTLY else sorted(random.Random(told).sample(all_of_them, SAMPLE))


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

    @property
    def command(self) -> tuple[str, ...]:
        return ("index", str(self.trial.saved), "--index", self.url, "--jobs", "1", "--quiet")

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(f"--{name}" for name in self.options)

    def require_one_state(self, before: Shown, note: str) -> None:
        """Readers see what was there, or what is there now; which older versions are hidden may wait."""
        after = self.trial.expect(**self.options)
        assert without_marks(self.trial.read()) in (without_marks(before), without_marks(after)), note

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


def without_marks(shown: Shown) -> dict[str, Article]:
    """The articles alone."""
    return {name: article for name, (article, _) in shown.items()}


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


@pytest.mark.parametrize("told", STORIES)
def test_whichever_request_fails_the_next_run_leads_to_the_same(
    trial: Trial, proxy: FaultyProxy, impatient: None, told: str
) -> None:
    story = Story(told, trial, proxy)
    for place, fault in choose(story.count_requests(), told):
        story.begin()
        before = trial.read()
        what, times = FAULTS[fault]
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
        story.require_one_state(before, note)
        if failure is None:
            assert count(summary) == trial.summary, note
        else:
            assert failure.message, note
            assert failure.hint, note
            assert story.update().articles == trial.summary[0], note
        trial.compare(note)


@pytest.mark.parametrize("every", [1, 2])
def test_articles_that_are_refused_for_a_while_are_sent_again(
    trial: Trial, proxy: FaultyProxy, impatient: None, every: int
) -> None:
    story = Story("a change", trial, proxy)
    story.begin()
    proxy.fail(RefuseItems(every=every), times=4, part="_bulk")
    summary = story.update()
    trial.expect()
    assert count(summary) == trial.summary
    assert proxy.count("_bulk") >= 4
    trial.compare()


# Runs that are killed


@pytest.fixture(scope="module")
def runner(node_urls: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The process that makes the runs, once a first one has imported all."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "a.json").write_text('[{"title": "Tide", "text": "The tide rose."}]')
    name = f"{PREFIX}{uuid.uuid4().hex[:12]}"
    runner = Runner("index", str(folder / "a.json"), "--index", f"{node_urls[0]}/{name}", "--jobs", "1", "--quiet")
    yield runner
    runner.close()
    remove_indices(node_urls[0], name)


def kill_at(proxy: FaultyProxy, process: int, *, after: int, cut: type[CutBefore | CutAfter]) -> None:
    """Let a process be killed at a request, which the cluster hears of or not."""
    proxy.fail(cut(lambda: os.kill(process, signal.SIGKILL)), after=after)


@pytest.mark.parametrize("told", STORIES)
def test_whenever_a_run_is_killed_the_next_one_goes_on(
    trial: Trial, proxy: FaultyProxy, runner: Runner, told: str
) -> None:
    story = Story(told, trial, proxy)
    cuts: tuple[type[CutBefore], type[CutAfter]] = (CutBefore, CutAfter)
    moments = [(place, cut) for place in range(story.count_requests()) for cut in cuts]
    for place, cut in moments if NIGHTLY else sorted(random.Random(told).sample(moments, SAMPLE), key=str):
        story.begin()
        before = trial.read()
        ended = runner.run_known(
            Job((*story.command, *story.flags)), functools.partial(kill_at, proxy, after=place, cut=cut)
        )
        proxy.heal()
        note = f"{cut.__name__} request {place}, {proxy.seen[-1]}"
        assert ended.code == KILLED, note
        story.require_one_state(before, note)
        if before:
            trial.require_served()
        assert runner.run(*story.command).code == 0, note
        trial.compare(note)
