"""An update of an archive on a cluster that is interrupted or killed goes on with the next one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.update import Options, update_index
from tests.opensearch.twins import Twins, record

pytestmark = pytest.mark.opensearch


PROGRAM = """
import sys
from newsgrep.archive import ingest
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.opensearch import bulk
from newsgrep.archive.update import Options
bulk.REQUEST_BYTES = 20_000
ingest.TOLD_ARTICLES = 50
ingest.FLUSH_DOCUMENTS = int(sys.argv[3])
update_remote(sys.argv[1], [sys.argv[2]], Options(jobs=1), on_progress=lambda told: print(told.articles, flush=True))
"""


@pytest.mark.parametrize("flush", [150, 1_000_000])
def test_a_run_that_is_killed_goes_on_with_the_next(twins: Twins, flush: int) -> None:
    twins.write("a.jsonl", *(record(number) for number in range(100)))
    twins.write("b.jsonl", *(record(number) for number in range(300)))
    twins.update()
    twins.write("b.jsonl", *(record(number, "The ferry was on time. " * 20) for number in range(200, 600)))
    twins.write("c.jsonl", *(record(number, "The bridge is shut. " * 20) for number in range(400)))
    run = [sys.executable, "-c", PROGRAM, twins.url, os.fspath(twins.saved), str(flush)]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(int(line) >= 550 for line in process.stdout)
        process.kill()
    # What it had written of this file, which is gone now, is known to no commit.
    (twins.saved / "c.jsonl").unlink()
    twins.update_remote()
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()


def test_articles_of_a_killed_run_do_not_outlive_a_file_that_is_as_it_was(twins: Twins) -> None:
    twins.write("a.jsonl", *(record(number) for number in range(300)))
    twins.update()
    as_it_was = (twins.saved / "a.jsonl").read_text()
    twins.write("a.jsonl", *(record(number, "The ferry was on time. " * 20) for number in range(200, 600)))
    run = [sys.executable, "-c", PROGRAM, twins.url, os.fspath(twins.saved), "1000000"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(int(line) >= 300 for line in process.stdout)
        process.kill()
    (twins.saved / "a.jsonl").write_text(as_it_was)
    twins.update_remote()
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_file_that_comes_back_as_it_was_after_a_killed_commit_is_read_again(
    twins: Twins, monkeypatch: pytest.MonkeyPatch, is_gone: bool
) -> None:
    twins.write("a.jsonl", *(record(number) for number in range(3)))
    twins.update()
    path, away = twins.saved / "a.jsonl", twins.folder / "away"
    path.rename(away)
    if not is_gone:
        path.write_bytes(b"")
    with monkeypatch.context() as broken:
        broken.setattr("newsgrep.archive.opensearch.writer.ClusterWriter._mark_versions", _die)
        with pytest.raises(SystemExit):
            twins.update_remote()
    away.rename(path)
    assert twins.update_remote().articles == 3
    twins.compare()


def _die(*_: object) -> None:
    raise SystemExit


def test_an_interrupt_commits_what_was_read(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.archive.ingest.TOLD_ARTICLES", 1)
    for name in range(5):
        twins.write(f"{name}.jsonl", *(record(number) for number in range(20)))
    told = 0

    def stop(_: object) -> None:
        nonlocal told
        told += 1
        if told == 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update_remote(twins.url, [twins.saved], Options(), on_progress=stop)
    kept = {entry.path for entry in twins.files.iter_records() if entry.is_finished}
    assert 1 <= len(kept) < 5
    state = twins.files.state()
    assert state is not None
    assert not state.is_open
    assert twins.update_remote().files_read == 5 - len(kept)
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()
