from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from benchmarks.processes import run_measured
from newsgrep.archive.budget import (
    DEFAULT_MEMORY,
    PROCESS_BYTES,
    SMALLEST_MEMORY,
    SMALLEST_SHARE,
    share_memory,
)
from newsgrep.errors import OptionError

BEYOND = 150_000_000
"""Bytes that an update may take beyond its budget."""


@given(st.integers(SMALLEST_MEMORY, 1 << 40), st.integers(1, 256))
def test_what_is_shared_out_is_no_more_than_there_is(memory: int, processes: int) -> None:
    budget = share_memory(memory, processes)
    assert 1 <= budget.processes <= processes
    assert budget.segment_bytes >= SMALLEST_SHARE
    if budget.processes > 1 or budget.segment_bytes > SMALLEST_SHARE:
        assert budget.processes * (PROCESS_BYTES + budget.segment_bytes) <= memory


@given(st.integers(SMALLEST_MEMORY, 1 << 40), st.integers(0, 1 << 40), st.integers(1, 256))
def test_with_more_memory_no_fewer_processes_read(memory: int, more: int, processes: int) -> None:
    assert share_memory(memory + more, processes).processes >= share_memory(memory, processes).processes


def test_the_default_is_enough_for_two_processes_and_for_large_segments() -> None:
    budget = share_memory(DEFAULT_MEMORY, 2)
    assert budget.processes == 2
    assert budget.segment_bytes > 4 * SMALLEST_SHARE


def test_a_budget_in_which_nothing_can_be_read_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"title": "Alder", "text": "About alder."}')
    with (
        newsgrep.open(tmp_path / "index", create=True) as archive,
        pytest.raises(OptionError, match=r"1\.0 MiB of memory are too few: reading takes 64 MiB"),
    ):
        archive.update([tmp_path / "a.json"], memory=1 << 20)
    assert not (tmp_path / "index").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory of processes is read from /proc")
def test_many_jobs_stay_within_a_small_budget(tmp_path: Path) -> None:
    chance = random.Random(5)
    words = [f"{chance.choice('bdfgklmnprst')}{chance.choice('aeiou')}{number:x}" for number in range(30_000)]
    (tmp_path / "articles").mkdir()
    for number in range(1_100):
        record = {"title": f"Title {number}", "text": " ".join(chance.choices(words, k=60))}
        (tmp_path / "articles" / f"{number}.json").write_text(json.dumps(record))
    memory = 128 << 20
    command = ["index", "articles", "--index", "index", "--jobs", "16", "--memory", str(memory)]
    measured = run_measured([sys.executable, "-m", "newsgrep", *command], cwd=tmp_path)
    assert 0 < measured.peak_bytes < memory + BEYOND
    with newsgrep.open(tmp_path / "index") as archive:
        assert archive.info().articles == 1_100


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory of processes is read from /proc")
def test_one_record_of_millions_of_characters_stays_within_a_small_budget(tmp_path: Path) -> None:
    chance = random.Random(5)
    words = [f"{chance.choice('bdfgklmnprst')}{chance.choice('aeiou')}{number:x}" for number in range(30_000)]
    with (tmp_path / "logbook.json").open("w") as file:
        file.write('{"title": "Logbook", "text": "')
        for _ in range(600):
            file.write(" ".join(chance.choices(words, k=1_000)) + " ")
        file.write('"}')
    program = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-m', 'newsgrep', *sys.argv[1:]], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = ["index", "logbook.json", "--index", "index", "--memory", "64M", "--quiet"]
    ran = subprocess.run([sys.executable, "-c", program, *command], cwd=tmp_path, stdout=subprocess.PIPE, check=True)
    assert 0 < int(ran.stdout) << 10 < SMALLEST_MEMORY + BEYOND
