"""A pager for what does not fit: seen in real terminals."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from newsgrep.cli.pager import find_pager
from tests.terminals import NEWSGREP, Shown, run_in_terminal

QUIT_BY_ITSELF = "import sys; sys.stdin.buffer.read(10)"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pager") / "bridge.json"
    text = "\n\n".join(f"The harbour bridge was still closed on day {day}." for day in range(30))
    path.write_text(json.dumps({"title": "Bridge reopens", "text": text}))
    return path


def show(page: Path, *options: str, rows: int = 24, keys: dict[str, str] | None = None, **environment: str) -> Shown:
    known = {name: value for name, value in os.environ.items() if name not in ("PAGER", "LESS", "NEWSGREP_PAGER")}
    return run_in_terminal(
        [*NEWSGREP, "extract", str(page), *options],
        environment={**known, "TERM": "xterm-256color", **environment},
        rows=rows,
        keys=keys,
    )


def program(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


MARKED = program("import sys; print('PAGER'); sys.stdout.write(sys.stdin.read()); print('END')")


def test_what_is_longer_than_the_screen_goes_through_the_pager(page: Path) -> None:
    shown = show(page, NEWSGREP_PAGER=MARKED)
    assert shown.code == 0
    assert shown.text.index("PAGER") < shown.text.index("Bridge reopens") < shown.text.index("day 29")
    assert shown.text.rstrip().endswith("END")


def test_what_fits_is_printed_as_ever(page: Path) -> None:
    shown = show(page, NEWSGREP_PAGER=MARKED, rows=120)
    assert "PAGER" not in shown.text
    assert "day 29" in shown.text


@pytest.mark.parametrize("options", [["--plain"], ["--json"]])
def test_plain_text_and_data_are_never_paged(page: Path, options: list[str]) -> None:
    assert "PAGER" not in show(page, *options, NEWSGREP_PAGER=MARKED).text


def test_a_dumb_terminal_gets_lines_and_nothing_else(page: Path) -> None:
    shown = show(page, TERM="dumb", NEWSGREP_PAGER=MARKED)
    assert "PAGER" not in shown.text
    assert "\x1b" not in shown.text


@pytest.mark.parametrize("pager", ["", "cat", "no-such-program --flag", "'"])
def test_without_a_pager_the_text_is_printed(page: Path, pager: str) -> None:
    shown = show(page, NEWSGREP_PAGER=pager)
    assert shown.code == 0
    assert "day 29" in shown.text


def test_leaving_the_pager_early_is_no_error(page: Path) -> None:
    shown = show(page, NEWSGREP_PAGER=program(QUIT_BY_ITSELF))
    assert shown.code == 0
    assert "Traceback" not in shown.text


def test_ctrl_c_in_the_pager_does_not_leave_it_behind(page: Path) -> None:
    patient = program(
        "import signal, sys, time; heard = []; signal.signal(2, lambda *a: heard.append(1)); text = sys.stdin.read(); "
        "print('READY', flush=True)\nwhile not heard: time.sleep(0.01)\nprint('HEARD'); time.sleep(0.2); print('DONE')"
    )
    shown = show(page, NEWSGREP_PAGER=patient, keys={"READY": "\x03"})
    assert shown.text.index("HEARD") < shown.text.index("DONE")
    assert "Traceback" not in shown.text


def test_the_own_variable_goes_before_the_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "more")
    assert find_pager() == ["more"]
    monkeypatch.setenv("NEWSGREP_PAGER", "less -S")
    assert find_pager() == ["less", "-S"]
