from __future__ import annotations

import dataclasses
import io
import re
from typing import TYPE_CHECKING

from newsgrep.archive.report import Problem, Progress
from newsgrep.cli.progress import (
    LINE_SECONDS,
    NAMED,
    BarMeter,
    LineMeter,
    ProblemTeller,
    SilentMeter,
    WaitingTeller,
    open_meter,
    progress_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

HALF = Progress("a.html", 1000, 2000, 5_000_000, 10_000_000, 990)


def test_a_line_says_how_far_how_fast_and_how_long() -> None:
    assert progress_line(HALF, 10.0) == "1,000/2,000 files, 990 articles, 100 files/s, 10 s left"
    assert progress_line(Progress("", 0, 0, 0, 0, 0), 0.0) == "0/0 files, 0 articles, writing the index"


def test_lines_come_at_most_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    seconds: Iterator[float] = iter(number / 2 for number in range(100))
    with LineMeter(clock=lambda: next(seconds)) as meter:
        for _ in range(60):
            meter.show(HALF)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 30 // LINE_SECONDS
    assert all(line.startswith("newsgrep: 1,000/2,000 files") for line in lines)


def test_a_short_run_shows_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    with LineMeter() as meter:
        meter.show(HALF)
    assert capsys.readouterr() == ("", "")


def test_failures_are_named_up_to_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    teller = ProblemTeller(SilentMeter(), verbose=False)
    for number in range(NAMED + 3):
        teller.tell(Problem(f"{number}.json", "not JSON", "line 2"))
        teller.tell(Problem(f"{number}.png", "an image", failed=False))
    teller.finish()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == NAMED + 1
    assert lines[0] == "newsgrep: warning: 0.json: line 2: not JSON"
    assert lines[-1] == "newsgrep: and 3 more; --verbose lists all"


def test_verbose_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    teller = ProblemTeller(SilentMeter(), verbose=True)
    for number in range(NAMED + 3):
        teller.tell(Problem(f"{number}.png", "an image", failed=False))
    teller.finish()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == NAMED + 3
    assert lines[0] == "newsgrep: skipped: 0.png: an image"


def test_a_file_name_cannot_act_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    ProblemTeller(SilentMeter(), verbose=False).tell(Problem("a\x1b[2J\n\udcff.html", "bad\x07"))
    assert capsys.readouterr().err == "newsgrep: warning: a␛[2J \ufffd.html: bad␇\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_is_for_terminals_that_can_move_the_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(open_meter(quiet=False)) is LineMeter
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert type(open_meter(quiet=False)) is LineMeter
    monkeypatch.setenv("TERM", "xterm")
    assert type(open_meter(quiet=False)) is BarMeter
    assert type(open_meter(quiet=True)) is SilentMeter


def test_the_bar_shows_progress_and_leaves_only_what_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with BarMeter() as meter:
        meter.show(Progress("a.html", 2000, 2000, 10, 10, 1990))
        meter.tell("newsgrep: warning: [/b].html: broken")
    text = terminal.getvalue()
    assert "2,000/2,000 files, 1,990 articles" in re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", text)
    assert "newsgrep: warning: [/b].html: broken" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1


def test_what_is_waited_for_is_told_once_and_that_it_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    waiting = dataclasses.replace(HALF, waiting="waiting for the cluster: it is\x1b[1m busy")
    with LineMeter() as meter:
        teller = WaitingTeller(meter)
        for progress in (HALF, waiting, waiting, HALF, HALF):
            teller.show(progress)
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("newsgrep: waiting for the cluster: it is")
    assert "\x1b" not in first
    assert last == "newsgrep: going on"
