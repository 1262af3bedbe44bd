"""What hinders an update: another writer, somebody who changes its indices, signals while all hangs, missing rights."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import newsgrep
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.update import Options
from newsgrep.errors import ClusterRefused, IndexBusy, IndexUnusable, NewsgrepError
from tests.opensearch.clusters import ask
from tests.opensearch.faulty_proxy import Call, Delay, FaultyProxy, Refuse, basic
from tests.opensearch.trials import NIGHTLY, Trial

pytestmark = pytest.mark.opensearch

SAMPLE = 5
"""Moments at which another writer comes, in a run that is not nightly."""
STOP_SECONDS = 25
"""Within how many seconds a signal ends a run, whatever the cluster does."""
SECRET = "a-long-secret"


@pytest.fixture
def trial(tmp_path: Path, node_urls: tuple[str, ...], index_url: str) -> Trial:
    return Trial(tmp_path, node_urls[0], index_url.rpartition("/")[2])


@pytest.fixture
def proxy(trial: Trial) -> Iterator[FaultyProxy]:
    with FaultyProxy(trial.node) as proxy:
        yield proxy


def update(trial: Trial, url: str | None = None, **options: Any) -> None:
    update_remote(url or f"{trial.node}/{trial.name}", [trial.saved], Options(jobs=1, **options))


def start(trial: Trial, url: str, *options: str, **environment: str) -> subprocess.Popen[str]:
    """A run of the command line, as a process."""
    command = [sys.executable, "-m", "newsgrep", "index", str(trial.saved), "--index", url, "--jobs", "1", *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )


# Another writer


def test_a_writer_that_was_away_for_too_long_commits_nothing(
    trial: Trial, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{proxy.url}/{trial.name}"
    update(trial, url)
    trial.change()
    begun = len(proxy.seen)
    update(trial, url)
    # Until all is committed, which the state says last.
    (*_, last) = (place for place, seen in enumerate(proxy.seen[begun:]) if "_doc/state" in seen.path)
    trial.expect()

    def write_meanwhile() -> None:
        # The lease is not renewed meanwhile, as if the process or its machine stood still.
        trial.change()
        with monkeypatch.context() as patch:
            patch.setattr("newsgrep.archive.opensearch.lock.LASTS", 0.1)
            patch.setattr("newsgrep.archive.opensearch.lock._LOOK", 0.05)
            update(trial, on_wait=lambda _: None)

    outcomes: list[str] = []
    moments = range(3, last + 1)
    for place in moments if NIGHTLY else sorted(random.Random(2).sample(moments, SAMPLE)):
        trial.change()
        proxy.fail(Call(write_meanwhile), after=place)
        begun = len(proxy.seen)
        try:
            update(trial, url)
        except IndexBusy as busy:
            outcomes.append(str(busy))
        where = next(seen for seen in proxy.seen[begun:] if seen.fault)
        note = f"request {place}: {where.method} {where.path}"
        proxy.heal()
        update(trial)
        trial.expect()
        trial.compare(note)
    # One that had committed all by then need not hear of it.
    assert len(outcomes) > 1
    assert all("taken over" in told for told in outcomes)


# Signals while the cluster hangs


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM] if NIGHTLY else [signal.SIGTERM])
def test_a_signal_ends_a_run_whose_request_hangs(trial: Trial, proxy: FaultyProxy, number: signal.Signals) -> None:
    url = f"{proxy.url}/{trial.name}"
    update(trial, url)
    trial.expect()
    before = trial.read()
    trial.change()
    asked = threading.Event()
    proxy.fail(Delay(300, asked.set), part="_bulk", times=None)
    with start(trial, url) as process:
        assert asked.wait(60)
        process.send_signal(number)
        begun = time.monotonic()
        _, told = process.communicate(timeout=120)
    assert process.returncode in {2, 128 + number}, told
    assert "Traceback" not in told
    assert time.monotonic() - begun < STOP_SECONDS
    assert trial.read() == before
    proxy.heal()
    update(trial)
    trial.expect()
    trial.compare()


# What somebody does to the indices


def list_all(node: str) -> dict[str, Any]:
    """Every index of a cluster that is not an archive's, and what it holds."""
    indices = ask(f"{node}/_all?expand_wildcards=all")
    foreign = [name for name in indices if name.startswith("theirs-")]
    return {name: (indices[name], ask(f"{node}/{name}/_search?version=true")["hits"]["hits"]) for name in foreign}


@pytest.fixture
def foreign(trial: Trial) -> Iterator[str]:
    """An index of somebody else, with a document."""
    name = f"theirs-{trial.name}"
    ask(f"{trial.node}/{name}/_doc/1?refresh=true", "PUT", {"text": "The tide."})
    yield name
    ask(f"{trial.node}/{name}", "DELETE")


def try_all(trial: Trial) -> list[NewsgrepError]:
    """How an update, a rebuild and a search fail."""
    url = f"{trial.node}/{trial.name}"
    failures = []
    for run in (lambda: update(trial), lambda: update(trial, rebuild=True), lambda: newsgrep.open(url).search("tide")):
        with pytest.raises(NewsgrepError) as failure:
            run()
        failures.append(failure.value)
    return failures


def test_an_alias_that_stands_for_an_index_of_others_too_is_told_and_left_alone(trial: Trial, foreign: str) -> None:
    update(trial)
    add = {"index": foreign, "alias": trial.name}
    ask(f"{trial.node}/_aliases", "POST", {"actions": [{"add": add}]})
    before, indices = list_all(trial.node), trial.list_indices()
    trial.change()
    assert all(isinstance(failure, IndexUnusable) for failure in try_all(trial))
    assert list_all(trial.node) == before
    assert trial.list_indices() == indices
    ask(f"{trial.node}/_aliases", "POST", {"actions": [{"remove": add}]})
    update(trial)
    trial.expect()
    trial.compare()


def test_an_index_that_was_removed_under_an_archive_is_told_and_built_anew(trial: Trial, foreign: str) -> None:
    update(trial)
    (articles,) = [name for name in trial.list_indices() if not name.endswith("-files")]
    ask(f"{trial.node}/{articles}", "DELETE")
    before = list_all(trial.node)
    with pytest.raises(IndexUnusable, match="is gone") as failure:
        update(trial)
    assert "--rebuild" in str(failure.value)
    update(trial, rebuild=True)
    trial.expect()
    trial.compare()
    files = next(name for name in trial.list_indices() if name.endswith("-files"))
    ask(f"{trial.node}/{files}", "DELETE")
    with pytest.raises(IndexUnusable, match="is gone"):
        update(trial)
    update(trial, rebuild=True)
    trial.compare()
    assert list_all(trial.node) == before


def test_a_field_that_somebody_has_given_another_type_makes_problems_of_records(trial: Trial) -> None:
    update(trial)
    (articles,) = [name for name in trial.list_indices() if not name.endswith("-files")]
    mapping = ask(f"{trial.node}/{articles}/_mapping")[articles]["mappings"]
    settings = ask(f"{trial.node}/{articles}/_settings")[articles]["settings"]["index"]
    ask(f"{trial.node}/{articles}", "DELETE")
    mapping["properties"]["words"] = {"type": "ip"}
    analysis = {name: settings[name] for name in ("analysis", "similarity", "max_terms_count")}
    body = {"settings": {"index": analysis}, "mappings": mapping, "aliases": {trial.name: {}}}
    ask(f"{trial.node}/{articles}", "PUT", body)
    trial.change()
    with start(trial, f"{trial.node}/{trial.name}") as process:
        _, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "words" in told
    update(trial, rebuild=True)
    trial.expect()
    trial.compare()


def test_a_mapping_that_takes_what_newsgrep_does_not_write_is_no_matter(trial: Trial) -> None:
    update(trial)
    (articles,) = [name for name in trial.list_indices() if not name.endswith("-files")]
    more = {"dynamic": "true", "properties": {"note": {"type": "text"}}}
    ask(f"{trial.node}/{articles}/_mapping", "PUT", more)
    trial.change()
    update(trial)
    trial.expect()
    trial.compare()


# Rights


def test_a_right_that_is_lost_on_the_way_is_told_and_no_secret_is(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSGREP_OPENSEARCH_USER", "desk")
    monkeypatch.setenv("NEWSGREP_OPENSEARCH_PASSWORD", SECRET)
    with FaultyProxy(trial.node, authorization=basic("desk", SECRET)) as proxy:
        url = f"{proxy.url}/{trial.name}"
        update(trial, url)
        trial.expect()
        before = trial.read()
        begun = len(proxy.seen)
        trial.change()
        denied = Refuse(403, "security_exception", "no permissions for [indices:data/write/bulk] and User [desk]")
        for part in ("_bulk", "_doc/state", "_refresh", "_search", "-g*"):
            proxy.fail(denied, part=part, times=None)
            with pytest.raises(ClusterRefused, match="no permissions") as refused:
                update(trial, url)
            proxy.heal()
            assert refused.value.hint
            assert SECRET not in str(refused.value)
            assert trial.read() == before
        assert len(proxy.seen) > begun
        monkeypatch.setenv("NEWSGREP_OPENSEARCH_PASSWORD", f"not-{SECRET}")
        with start(trial, url) as process:
            output, told = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "these credentials are not good" in told
        assert SECRET not in output + told
        monkeypatch.setenv("NEWSGREP_OPENSEARCH_PASSWORD", SECRET)
        update(trial, url)
    trial.expect()
    trial.compare()
    assert SECRET not in "".join(capfd.readouterr())
