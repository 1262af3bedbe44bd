"""A whole run in small: two engines, two hundred articles, tables and JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.corpus import write_corpus
from benchmarks.processes import ProcessFailedError, run_measured, time_command
from benchmarks.results import Machine, Run
from benchmarks.run import Plan, run_benchmark

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    plan = Plan(sizes=(200,), engines=("newsgrep", "fts5"), queries=40, files=20, cold_runs=1)
    return run_benchmark(plan, tmp_path_factory.mktemp("work"), lambda _: None)


def test_every_engine_is_measured_in_every_way(run: Run) -> None:
    (size,) = run.sizes
    assert (size.articles, size.added, size.left_out) == (200, 100, {})
    assert 200 * 1_000 < size.text_bytes < 200 * 3_000
    for result in size.engines:
        assert result.build.seconds > 0
        assert result.build.index_bytes > size.text_bytes / 3
        assert result.build.peak_bytes >= result.build.anonymous_bytes
        assert result.add_seconds
        assert set(result.cold) == {"rare word", "two words", "common OR common"}
        for milliseconds in result.latencies.values():
            assert len(milliseconds) == len(size.log)
            assert min(milliseconds) > 0
    assert [tuple(result.latencies) for result in size.engines] == [("plain", "snippets"), ("plain",)]


def test_the_engines_find_the_same_unless_it_is_a_prefix(run: Run) -> None:
    (size,) = run.sizes
    ours, theirs = (result.totals for result in size.engines)
    compared = [at for at, query in enumerate(size.log) if query.kind in ("rare", "medium", "and", "phrase")]
    same = sum(ours[at] == theirs[at] for at in compared)
    assert same >= len(compared) * 0.9
    assert any(ours)


def test_files_that_have_not_changed_are_measured(run: Run) -> None:
    assert run.unchanged is not None
    assert run.unchanged.files == 20
    assert run.unchanged.timing.best_ms > 0


def test_the_command_prints_its_tables_and_keeps_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, out = tmp_path / "given.jsonl", tmp_path / "out"
    write_corpus(corpus, 150)
    options = ["--sizes", "200", "--engines", "fts5", "--queries", "30", "--files", "0", "--corpus", str(corpus)]
    assert main([*options, "--out", str(out), "--work", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert "150 articles" in printed.out
    assert "| fts5 (" in printed.out
    assert (out / "results.md").read_text("utf-8").strip() == printed.out.strip()
    kept = json.loads((out / "results.json").read_text("utf-8"))
    assert kept["sizes"][0]["added"] == 0
    assert str(tmp_path) not in (out / "results.json").read_text("utf-8")


def test_an_engine_is_left_out_beyond_the_size_it_is_meant_for(tmp_path: Path) -> None:
    plan = Plan(sizes=(60,), engines=("fts5",), largest={"fts5": 50}, queries=30, cold_runs=1)
    (size,) = run_benchmark(plan, tmp_path, lambda _: None).sizes
    assert size.engines == []
    assert size.left_out == {"fts5": "not measured beyond 50 articles"}


def test_memory_is_that_of_a_process_and_its_children() -> None:
    hold = "import time; held = bytearray(%d << 20); time.sleep(0.4)"
    both = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold % 60!r}]); {hold % 5}"
    alone = run_measured([sys.executable, "-c", hold % 5], cwd=ROOT)
    family = run_measured([sys.executable, "-c", both], cwd=ROOT)
    assert 5 << 20 < alone.anonymous_bytes <= alone.peak_bytes < 50 << 20
    assert 60 << 20 < family.peak_bytes < 120 << 20


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(ProcessFailedError, match="out of paper"):
        run_measured([sys.executable, "-c", "raise SystemExit('out of paper')"], cwd=ROOT)
    with pytest.raises(ProcessFailedError, match="out of paper"):
        time_command([sys.executable, "-c", "raise SystemExit('out of paper')"], cwd=ROOT, runs=1, environment={})


def test_a_machine_is_named_by_its_processor_and_cores() -> None:
    machine = Machine("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", 4, 16, "Linux", "3.11.7")
    assert machine.slug == "intel-core-i5-8250u-4-cores"


def test_an_unknown_engine_is_refused() -> None:
    command = [sys.executable, "-m", "benchmarks", "--largest", "grep=5"]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "there is no engine grep" in refused.stderr
