"""Commands that are interrupted at any act: they end as they should, nothing is left behind, the next run completes.

`NEWSGREP_NIGHTLY=1` interrupts at every act; without it, at some of them.
"""

from __future__ import annotations

import json
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.check import check_index
from newsgrep.search.request import Request
from newsgrep.search.watches import Watch
from tests.killed_runs import Job, Runner

NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))
PLACES = 3
"""Of each command, in a run that is not nightly."""
FILES = 7


def write_file(path: Path, version: int) -> None:
    records = [{"title": f"{path.stem} {version} {part}", "text": f"The tide of {path.stem}."} for part in range(3)]
    path.write_text(json.dumps(records))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of seven segments with a watch that has news, and sources of which one has changed."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "saved").mkdir()
    with newsgrep.open(folder / "index", create=True) as archive:
        for number in range(FILES):
            write_file(folder / "saved" / f"file{number}.json", 0)
            archive.update([folder / "saved"])
        with archive.open_watches() as watches:
            watches.add(Watch(name="tides", text="tide"), from_start=True)
    write_file(folder / "saved" / "file2.json", 1)
    write_file(folder / "saved" / "new.json", 0)
    return folder


@pytest.fixture(scope="module")
def runner(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    out = tmp_path_factory.mktemp("first")
    runner = Runner("index", os.fspath(prepared / "saved"), "--index", os.fspath(out / "index"), "--quiet")
    yield runner
    runner.close()


COMMANDS: dict[str, tuple[str, ...]] = {
    "index": ("index", "{saved}", "--jobs", "1", "--quiet", "--index", "{index}"),
    "rebuild": ("index", "{saved}", "--jobs", "1", "--quiet", "--rebuild", "--index", "{index}"),
    "repair": ("check", "--repair", "--index", "{index}"),
    "watch": ("watch", "run", "--jsonl", "--to", "{out}/news.jsonl", "--index", "{index}"),
    "feed": ("watch", "run", "--atom", "--to", "{out}/news.atom", "--index", "{index}"),
    "export": ("export", "tide", "--to", "{out}/tides.csv", "--quiet", "--index", "{index}"),
    "notes": ("export", "tide", "--to", "{out}/notes/", "--quiet", "--index", "{index}"),
    "search": ("search", "tide", "--jsonl", "--index", "{index}"),
    "stories": ("stories", "tide", "--json", "--index", "{index}"),
    "extract": ("extract", "-", "--jsonl"),
}


class Case:
    """A copy of what was prepared."""

    def __init__(self, prepared: Path, folder: Path, name: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.name, self.saved, self.index, self.out = name, prepared / "saved", folder / "index", folder / "out"
        shutil.copytree(prepared / "index", self.index)
        self.out.mkdir()
        if name == "repair":
            segment = min(self.index.glob("*.seg"))
            segment.write_bytes(segment.read_bytes()[:-1])

    def run(self, runner: Runner, act: int = 0, number: int = signal.SIGINT) -> int:
        places = {"saved": self.saved, "index": self.index, "out": self.out}
        arguments = [each.format(**places) for each in COMMANDS[self.name]]
        stdin = os.fspath(self.saved / "new.json")
        return runner.run_job(Job(arguments, act, "before", os.fspath(self.out / "stdout"), number, stdin)).code

    def titles(self) -> Counter[str]:
        with newsgrep.open(self.index) as archive:
            return Counter(hit.article.title for hit in archive.search(Request(text="*", limit=1000)).hits)

    def left_over(self) -> set[str]:
        """What has no business to be there."""
        there = {path.name for folder in (self.index, self.out) for path in folder.iterdir()}
        there = {name for name in there if not name.endswith((".seg", ".toc", ".sqlite", "WRITELOCK", ".lock"))}
        return there - {"stdout", "news.jsonl", "news.atom", "tides.csv", "notes"}


@pytest.mark.parametrize("name", [name for name in COMMANDS if NIGHTLY or name not in {"search", "stories", "rebuild"}])
def test_an_interrupt_at_any_act_ends_a_command_and_leaves_nothing_behind(
    name: str, prepared: Path, runner: Runner, tmp_path: Path
) -> None:
    case = Case(prepared, tmp_path / "case", name)
    before = case.titles() if name != "repair" else None
    assert case.run(runner) in (0, 1)
    complete = case.titles()
    low, high = 0, 1
    while Case(prepared, tmp_path / "case", name).run(runner, high, signal.SIGKILL) == -signal.SIGKILL:
        low, high = high, high * 2
    chance = random.Random(name)
    places = range(1, high) if NIGHTLY else sorted({1, *chance.sample(range(1, low + 1), min(PLACES, low))})
    codes = Counter[int]()
    for act in places:
        number = chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        case = Case(prepared, tmp_path / "case", name)
        code = case.run(runner, act, number)
        codes[code] += 1
        if code != 128 + number:
            # All was done when it came, or about to be.
            assert name in ("index", "rebuild") or act > low // 2, f"act {act} of {low} or more: {code}"
            assert (code, case.titles()) in ((0, complete), (1, complete)), f"act {act}"
        assert case.left_over() == set(), f"act {act}"
        if before is not None:
            assert case.titles() <= before | complete, f"act {act}"
        assert case.run(runner) in (0, 1, 2)
        assert case.titles() == complete, f"act {act}"
        assert check_index(case.index).faults == (), f"act {act}"
    assert sum(count for code, count in codes.items() if code > 128)


ONE_SECOND = 30_000
"""Articles that keep two processes busy for more than a second."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "all.jsonl"
    with path.open("w") as file:
        for number in range(ONE_SECOND):
            file.write(json.dumps({"id": number, "title": f"Title {number}", "text": "Cable and tide. " * 20}) + "\n")
    return path


def find_processes(mark: str) -> set[int]:
    """The processes that were started with a mark in their environment."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.add(int(path.parent.name))
        except OSError:
            pass
    return found


needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="processes are found in /proc")


def wait_until_gone(mark: str) -> None:
    deadline = time.monotonic() + 10
    while find_processes(mark) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert find_processes(mark) == set()


@needs_proc
def test_ctrl_c_on_a_terminal_stops_the_workers_too_and_shows_the_cursor_again(large: Path, tmp_path: Path) -> None:
    mark = f"MARK={tmp_path}"
    command = [sys.executable, "-m", "newsgrep", "index", str(large), "--index", str(tmp_path / "index"), "--jobs", "2"]
    child, terminal = pty.fork()
    if not child:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.execve(sys.executable, command, {**os.environ, "MARK": str(tmp_path), "TERM": "xterm", "COLUMNS": "80"})
    shown = b""
    while b"article" not in shown:
        shown += os.read(terminal, 1 << 12)
    assert len(find_processes(mark)) == 3
    os.write(terminal, b"\x03")
    try:
        while piece := os.read(terminal, 1 << 12):
            shown += piece
    except OSError:
        pass
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 130
    assert b"Traceback" not in shown
    assert b"interrupted: " in shown
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l") >= 0
    assert find_processes(mark) == set()


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_parent_however_it_ends(large: Path, tmp_path: Path, number: signal.Signals) -> None:
    mark = f"MARK={tmp_path}"
    command = [sys.executable, "-m", "newsgrep", "index", str(large), "--index", str(tmp_path / "index"), "--jobs", "2"]
    environment = {**os.environ, "MARK": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while len(found := find_processes(mark)) < 3:
            time.sleep(0.01)
        if number == signal.SIGTERM:
            # As a service is stopped: each of its processes is told.
            time.sleep(0.3)
        for each in found if number == signal.SIGTERM else {process.pid}:
            os.kill(each, number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode in (143, -number)
    assert b"Traceback" not in errors
    wait_until_gone(mark)


def run_python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)


def test_a_signal_that_python_drops_is_raised_again() -> None:
    program = """if True:
        import signal, time
        from newsgrep.cli.interrupt import take_signals
        class Thing:
            def __del__(self): signal.raise_signal(signal.SIGTERM)
        take_signals()
        try:
            Thing()
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline: pass
        except KeyboardInterrupt as stop:
            print(stop.number)
    """
    ran = run_python(program)
    assert (ran.stdout, ran.stderr) == ("15\n", "")


def test_next_to_nothing_is_imported_before_signals_are_taken() -> None:
    program = "import sys; before = set(sys.modules); import newsgrep.cli.main; print(set(sys.modules) - before)"
    ran = run_python(program)
    assert ran.stdout.count("'") <= 2 * 4, ran.stdout
