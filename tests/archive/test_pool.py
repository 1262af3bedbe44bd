from __future__ import annotations

import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.budget import SMALLEST_MEMORY
from newsgrep.archive.report import Progress, UpdateSummary
from newsgrep.errors import (
    ClusterFailed,
    ClusterUnreachable,
    FileUnreadable,
    NewsgrepError,
    QueryError,
    WorkerLost,
)
from tests.sources.large_files import LARGE_FILES


@pytest.fixture(autouse=True)
def _any_work_is_worth_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.archive.update._POOL_BYTES", 1)


def write_lines(path: Path, ids: list[str]) -> None:
    with path.open("w") as file:
        for number, name in enumerate(ids):
            file.write(json.dumps({"id": name, "title": f"Title {number}", "text": f"Text number {number}."}) + "\n")


def update(folder: Path, jobs: int, **options: object) -> UpdateSummary:
    with newsgrep.open(folder / "index", create=True) as archive:
        return archive.update([folder / "articles"], jobs=jobs, **options)  # type: ignore[arg-type]


def stored(folder: Path) -> list[tuple[str, str | None, str]]:
    with newsgrep.open(folder / "index") as archive:
        hits = archive.search(newsgrep.Request(text="*", limit=50_000)).hits
    return sorted((hit.article.id, hit.article.record, hit.article.title) for hit in hits)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    return tmp_path


def test_one_process_and_several_store_the_same(folder: Path) -> None:
    write_lines(folder / "articles" / "all.jsonl", [f"r{number}" for number in range(3_000)])
    for number in range(40):
        (folder / "articles" / f"{number}.json").write_text(json.dumps({"title": f"Alone {number}", "text": "Alone."}))
    one = update(folder, 1)
    first = stored(folder)
    again = update(folder, 2, rebuild=True)
    assert (one.articles, again.articles, again.added) == (3_040, 3_040, 3_040)
    assert stored(folder) == first
    assert update(folder, 2).files_read == 0


def test_records_of_the_same_id_in_different_shares_are_both_kept(folder: Path) -> None:
    ids = [f"r{number}" for number in range(2_000)]
    ids[1_900] = ids[3]
    write_lines(folder / "articles" / "all.jsonl", ids)
    assert update(folder, 2).added == 2_000
    several = stored(folder)
    assert len({article_id for article_id, *_ in several}) == 2_000
    update(folder, 1, rebuild=True)
    assert stored(folder) == several


@pytest.mark.parametrize("kind", LARGE_FILES)
def test_several_processes_read_a_large_file_of_any_format_as_one_does(folder: Path, kind: str) -> None:
    (folder / "articles/large").write_bytes(LARGE_FILES[kind](2_000))
    one = update(folder, 1, source_format=kind)
    first = stored(folder)
    several = update(folder, 3, source_format=kind, rebuild=True)
    assert stored(folder) == first
    assert (several.articles, several.failed) == (one.articles, one.failed)
    assert one.failed
    assert set(several.problems) == set(one.problems)
    assert len(several.problems) == len(one.problems)


def test_a_place_that_is_the_id_of_a_record_in_another_share_is_told_from_it(folder: Path) -> None:
    lines = [json.dumps({"title": f"Title {number}", "text": "Boats."}) for number in range(1, 1_501)]
    lines[1_200] = json.dumps({"id": "12", "title": "Calls itself 12", "text": "Boats."})
    (folder / "articles/all.jsonl").write_text("\n".join(lines))
    update(folder, 1)
    first = stored(folder)
    assert len({record for _, record, _ in first}) == 1_500
    update(folder, 2, rebuild=True)
    assert stored(folder) == first


def test_a_large_file_that_fails_as_a_whole_or_holds_nothing_is_told_once(folder: Path) -> None:
    for kind, name in (("table", "cut.csv.gz"), ("mbox", "cut.mbox.gz"), ("trec", "cut.sgml.gz")):
        packed = gzip.compress(LARGE_FILES[kind](6_000))
        (folder / "articles" / name).write_bytes(packed[: len(packed) // 2])
    (folder / "articles/empty.jsonl").write_bytes(b"\n" * 5_000)
    one = update(folder, 1)
    first = stored(folder)
    several = update(folder, 2, rebuild=True)
    assert stored(folder) == first
    assert len(first) > 6_000
    whole = [one for one in several.problems if one.position is None]
    assert sorted(Path(one.path).name for one in whole) == ["cut.csv.gz", "cut.mbox.gz", "cut.sgml.gz", "empty.jsonl"]
    assert sorted(map(repr, several.problems)) == sorted(map(repr, one.problems))
    # They would break off at the same place again.
    assert update(folder, 2).files_read == 0


def test_broken_records_are_told_once_and_in_order(folder: Path) -> None:
    path = folder / "articles" / "all.jsonl"
    write_lines(path, [f"r{number}" for number in range(2_000)])
    lines = path.read_text().splitlines()
    lines[5] = lines[700] = lines[1_500] = "{broken"
    path.write_text("\n".join(lines))
    summary = update(folder, 2)
    assert sorted(problem.position or "" for problem in summary.problems) == ["line 1501", "line 6", "line 701"]
    assert summary.articles == 1_997


def test_a_changed_file_is_replaced_whole(folder: Path) -> None:
    path = folder / "articles" / "all.jsonl"
    write_lines(path, [f"r{number}" for number in range(2_000)])
    update(folder, 2)
    write_lines(path, [f"s{number}" for number in range(1_500)])
    summary = update(folder, 2)
    assert (summary.removed, summary.added, summary.articles) == (2_000, 1_500, 1_500)


def test_an_interrupt_in_the_midst_of_a_file_keeps_what_was_read_and_is_made_good(folder: Path) -> None:
    write_lines(folder / "articles" / "all.jsonl", [f"r{number}" for number in range(20_000)])

    def interrupt(progress: Progress) -> None:
        if progress.articles >= 2_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(folder, 2, on_progress=interrupt)
    with newsgrep.open(folder / "index") as archive:
        kept = archive.info().articles
    assert 2_000 <= kept < 20_000
    assert update(folder, 2).articles == 20_000
    assert update(folder, 2).files_read == 0


def test_a_worker_that_dies_is_an_error_that_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lines(folder / "articles" / "all.jsonl", [f"r{number}" for number in range(30_000)])
    from newsgrep.archive import pool

    started: list[int] = []
    init = pool._Worker.__init__

    def remember(self: pool._Worker, *args: object) -> None:
        init(self, *args)  # type: ignore[arg-type]
        started.append(self._process.pid)

    monkeypatch.setattr(pool._Worker, "__init__", remember)

    def kill(_: Progress) -> None:
        os.kill(started[0], signal.SIGKILL)

    with pytest.raises(WorkerLost, match="ended before its work was done"):
        update(folder, 2, on_progress=kill)
    monkeypatch.undo()
    assert update(folder, 1).articles == 30_000


def test_a_small_budget_makes_few_segments_not_one_a_record(folder: Path) -> None:
    with (folder / "articles" / "all.jsonl").open("w") as file:
        for number in range(3_000):
            words = " ".join(f"w{number}x{word}" for word in range(60))
            file.write(json.dumps({"id": f"r{number}", "title": f"Title {number}", "text": words}) + "\n")
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "articles"], jobs=1, memory=SMALLEST_MEMORY)
        assert archive.info().articles == 3_000
        assert archive.info().segments <= 8


def test_a_worker_whose_parent_is_killed_ends_without_a_word(folder: Path) -> None:
    write_lines(folder / "articles" / "all.jsonl", [f"r{number}" for number in range(60_000)])
    code = (
        "import sys, newsgrep, newsgrep.archive.update as update\n"
        "update._POOL_BYTES = 1\n"
        "archive = newsgrep.open(sys.argv[2], create=True)\n"
        "archive.update([sys.argv[1]], jobs=2, on_progress=lambda _: print('x', flush=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "articles"), str(folder / "index")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "x\n"
    process.kill()
    _, errors = process.communicate(timeout=30)
    assert errors == ""
    assert update(folder, 2).articles == 60_000


def test_stopping_workers_that_have_not_started_yet_loses_nothing(folder: Path) -> None:
    from newsgrep.archive.events import Task
    from newsgrep.archive.folder_target import SegmentPlace
    from newsgrep.archive.pool import Pool
    from newsgrep.sources.walk import walk_files

    write_lines(folder / "articles" / "all.jsonl", [f"r{number}" for number in range(20)])
    tasks = [Task(file) for file in walk_files(folder / "articles")]
    with Pool(2, SegmentPlace(folder, "MAIN"), 1) as pool:
        events = pool.run(tasks)
        pool.stop()
        assert all(worker in (0, 1) for worker, _ in events)


@pytest.mark.parametrize(
    "error",
    [
        ClusterFailed(429, "rejected", "too busy", where="http://localhost:9200", hint="Wait."),
        ClusterUnreachable("nobody answers", hint="Wait."),
        FileUnreadable("broken", position="line 7"),
        QueryError("no closing quote", text="a b", column=2),
    ],
)
def test_every_error_crosses_the_pipe_of_a_worker(error: NewsgrepError) -> None:
    sent = pickle.loads(pickle.dumps(error))
    assert type(sent) is type(error)
    assert (str(sent), vars(sent)) == (str(error), vars(error))
