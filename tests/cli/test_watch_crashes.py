"""Runs of watches that are killed at every write: nothing is lost, and nothing is told twice without saying so."""

from __future__ import annotations

import json
import mailbox
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import newsgrep
from newsgrep.search.watches import Watch
from tests.killed_runs import MOMENTS, Runner
from tests.power_loss import Disk, iter_losses
from tests.traced_calls import STRACE, can_trace, read_trace

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLED = -signal.SIGKILL
NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))
NEW = {f"Tide table {number}" for number in range(7)}
TOLD = sorted([*NEW, *NEW])
"""By two watches."""


@pytest.fixture(scope="module")
def runner(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    case = Case(prepared, tmp_path_factory.mktemp("first"))
    runner = Runner("watch", "run", "--jsonl", "--index", os.fspath(case.index))
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with two watches that have seen one article and have seven to tell."""
    folder = tmp_path_factory.mktemp("prepared")
    saved = folder / "saved"
    saved.mkdir()
    (saved / "old.json").write_text(json.dumps({"title": "Tide table of old", "text": "Known tides."}))
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([saved])
        with archive.open_watches() as watches:
            watches.add(Watch(name="tides", text="tide"))
            watches.add(Watch(name="tables", text="title:table"))
        new = [{"title": title, "text": f"The tide of {title} is high. " * 20} for title in NEW]
        (saved / "new.json").write_text(json.dumps(new))
        archive.update([saved])
    return folder / "index"


class Case:
    """A copy of the index, and somewhere to tell its news."""

    def __init__(self, prepared: Path, folder: Path) -> None:
        self.index = folder / "index"
        shutil.copytree(prepared, self.index)
        self.output = folder / "news"
        self.piped: list[bytes] = []


CASES: dict[str, tuple[str, ...]] = {
    "lines in a file": ("--jsonl", "--to"),
    "text in a file": ("--to",),
    "a feed": ("--atom", "--to"),
    "a mailbox": ("--mail", "--to"),
    "lines appended by the shell": ("--jsonl",),
    "lines in a pipe": ("--jsonl",),
}


def run_once(runner: Runner, case: Case, name: str, kill_at: int = 0, moment: str = "before") -> int:
    arguments = ["watch", "run", "--index", os.fspath(case.index), *CASES[name]]
    if arguments[-1] == "--to":
        arguments.append(os.fspath(case.output))
    stdout = case.output if "shell" in name else None
    ended = runner.run(*arguments, kill_at=kill_at, moment=moment, stdout=stdout)
    case.piped.append(ended.output)
    return ended.code


def check(case: Case, name: str) -> None:
    """Fail unless everything was told once, or where nobody can know, at least once and marked."""
    if "pipe" in name:
        check_pipe(case.piped)
        return
    assert b"".join(case.piped) == b""
    content = case.output.read_bytes()
    if "--jsonl" in CASES[name]:
        assert sorted(json.loads(line)["title"] for line in content.splitlines()) == TOLD
        assert not any(json.loads(line)["repeated"] for line in content.splitlines())
    elif "--atom" in CASES[name]:
        assert sorted(re.findall("<title>(Tide [^<]*)</title>", content.decode())) == TOLD
    elif "--mail" in CASES[name]:
        box = mailbox.mbox(case.output)
        bodies = [str(message.get_payload(decode=True), "utf-8") for message in box]  # type: ignore[arg-type]
        box.close()
        assert sorted(re.findall(r"^\d  (Tide.*)$", "\n".join(bodies), re.MULTILINE)) == TOLD
    else:
        assert sorted(re.findall(r"^\d  (Tide.*)$", content.decode(), re.MULTILINE)) == TOLD
        assert b"perhaps" not in content


def check_pipe(outputs: list[bytes]) -> None:
    times: Counter[tuple[str, str]] = Counter()
    for output in outputs:
        for line in output.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                continue
            hit: dict[str, Any] = json.loads(line)
            told = (hit["watch"], hit["title"])
            assert hit["repeated"] or not times[told], f"{told} is told twice as if it were new"
            times[told] += 1
    assert sorted(title for _, title in times) == TOLD


@pytest.mark.parametrize("name", CASES)
def test_a_run_that_is_killed_at_any_write_is_completed_by_the_next(
    name: str, runner: Runner, prepared: Path, tmp_path: Path
) -> None:
    kills = 0
    for moment in MOMENTS:
        kill_at = 1
        while True:
            case = Case(prepared, tmp_path / f"{moment}{kill_at}")
            code = run_once(runner, case, name, kill_at, moment)
            if code != KILLED:
                assert code == 0
                break
            kills += 1
            assert run_once(runner, case, name) in (0, 1)
            check(case, name)
            if NIGHTLY or moment == "within":
                assert run_once(runner, case, name) == 1
                check(case, name)
            kill_at += 1
    assert kills >= 8


@pytest.mark.parametrize("name", CASES)
def test_runs_that_are_killed_again_and_again_lose_nothing(
    name: str, runner: Runner, prepared: Path, tmp_path: Path
) -> None:
    chance = random.Random(name)
    for number in range(40 if NIGHTLY else 2):
        case = Case(prepared, tmp_path / f"{number}")
        for _ in range(3):
            run_once(runner, case, name, chance.randint(1, 9), chance.choice(MOMENTS))
        assert run_once(runner, case, name) in (0, 1)
        check(case, name)
        assert run_once(runner, case, name) == 1


def test_adding_a_watch_is_done_or_not_done(runner: Runner, prepared: Path, tmp_path: Path) -> None:
    kill_at, code = 0, KILLED
    while code == KILLED:
        kill_at += 1
        case = Case(prepared, tmp_path / f"{kill_at}")
        (case.index / "watches.sqlite").unlink()
        arguments = ("watch", "add", "tides", "tide", "--index", os.fspath(case.index))
        code = runner.run(*arguments, kill_at=kill_at).code
        again = runner.run(*arguments).code
        assert (code, again) in ((KILLED, 0), (0, 2))
        listed = runner.run("watch", "list", "--json", "--index", os.fspath(case.index))
        assert [watch["name"] for watch in json.loads(listed.output)["watches"]] == ["tides"]
    assert kill_at > 3


@pytest.mark.skipif(not can_trace(), reason="strace is not there, or may not trace processes")
@pytest.mark.parametrize("name", ["lines in a file", "text in a file", "a feed"])
def test_a_loss_of_power_loses_nothing_and_has_nothing_told_twice(
    name: str, runner: Runner, prepared: Path, tmp_path: Path
) -> None:
    case = Case(prepared, tmp_path / "case")
    folder, kept, trace = case.index.parent, tmp_path / "kept", tmp_path / "trace"
    disk = Disk(folder)
    arguments = ("watch", "run", "--index", os.fspath(case.index), *CASES[name], os.fspath(case.output))
    strace = [*STRACE, "-o", os.fspath(trace)]
    assert runner.run_traced(*arguments, strace=strace, stderr=tmp_path / "stderr").code == 0
    # The file stays the same one, as it does on a disk.
    os.link(case.output, kept)
    calls = list(read_trace(trace.read_text()))
    losses = list(iter_losses(disk, calls, random.Random(name), 8 if NIGHTLY else 4))
    number = disk.number(case.output)
    for loss in losses if NIGHTLY else random.Random(name).sample(losses, 6):
        loss.tree.write(folder, {number: kept})
        if loss.is_over:
            check(case, name)
        assert run_once(runner, case, name) in (0, 1), loss.told
        check(case, name)
        assert run_once(runner, case, name) == 1, loss.told


WRITING = "write,pwrite64,fsync,fdatasync,rename,unlink,ftruncate,openat"


@pytest.mark.skipif(not NIGHTLY, reason="takes minutes; NEWSGREP_NIGHTLY=1")
@pytest.mark.parametrize("name", [name for name in CASES if "shell" not in name])
def test_a_run_that_is_killed_at_any_system_call_is_completed_by_the_next(
    name: str, runner: Runner, prepared: Path, tmp_path: Path
) -> None:
    if not can_trace():
        pytest.skip("no strace here")
    kills = 0
    for kill_at in range(1, 10_000):
        case = Case(prepared, tmp_path / f"{kill_at}")
        arguments = [*CASES[name], os.fspath(case.output)] if CASES[name][-1] == "--to" else [*CASES[name]]
        places = [case.index / name for name in ("", "watches.sqlite", "watches.sqlite-journal", "watches.lock")]
        places += [case.output, case.output.parent, case.output.parent / ".news.unfinished"]
        watched = [option for place in places for option in ("-P", os.fspath(place))]
        strace = ["strace", "-f", "-qq", "-o", os.devnull, *watched]
        inject = ["-e", f"inject={WRITING}:signal=KILL:when={kill_at}"]
        command = [sys.executable, "-m", "newsgrep", "watch", "run", "--index", os.fspath(case.index), *arguments]
        ended = subprocess.run([*strace, *inject, *command], capture_output=True, check=False)
        case.piped.append(ended.stdout)
        if ended.returncode == 0:
            break
        kills += 1
        assert run_once(runner, case, name) in (0, 1)
        check(case, name)
        assert run_once(runner, case, name) == 1
    assert kills > 20
