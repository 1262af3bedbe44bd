"""Terminal, settings and machine: what they lack is made, and told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsgrep.archive.manifest import Manifest
from newsgrep.cli import terminal_checkup
from newsgrep.cli.setup_findings import Level
from newsgrep.codec.toc import latest_generation
from tests.cli.situations import build_index, levels, look, told
from tests.terminals import NEWSGREP, run_in_terminal

SOUND, NOTE, WRONG = Level.SOUND, Level.NOTE, Level.WRONG
ROOT = Path(__file__).parents[2]


def test_a_poor_terminal_is_told_in_its_own_letters(tmp_path: Path) -> None:
    poor = {"TERM": "dumb", "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CONFIG_HOME") if name in os.environ}
    shown = run_in_terminal([*NEWSGREP, "doctor"], environment={**environment, **poor}, columns=38, cwd=tmp_path)
    text = " ".join(shown.text.split())
    assert "! note encoding: the locale's encoding is" in text
    assert "! note terminal: TERM is dumb: neither colour nor pager" in text
    assert "! note terminal: the terminal is 38 columns wide" in text
    assert "\x1b" not in shown.text


def test_colour_never_says_anything_alone(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "PYTHONPATH": str(ROOT),
        "PAGER": "cat",
        "NEWSGREP_INDEX": "",
    }
    shown = run_in_terminal([*NEWSGREP, "doctor", "--verbose"], environment=environment, columns=60, cwd=tmp_path)
    assert "\x1b[35m! note\x1b[0m" in shown.text
    lines = [line for line in shown.text.splitlines() if " " in line and "/" not in line and "\x1b" not in line]
    assert lines
    assert max(len(line) for line in lines if not line.startswith("nothing")) <= 60


@pytest.mark.parametrize(
    ("variables", "level"),
    [({"PAGER": "no-such-pager -x"}, NOTE), ({"PAGER": "cat"}, SOUND), ({"NEWSGREP_PAGER": "sh"}, SOUND)],
)
def test_a_pager_that_is_not_there_is_worth_knowing(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], level: Level
) -> None:
    monkeypatch.delenv("PAGER", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = look("pager", environment=variables)
    assert levels(found) == [level]
    assert level is SOUND or "no-such-pager, which PAGER names, is not there" in found[0].message


def test_a_browser_that_is_not_there_is_worth_knowing() -> None:
    assert "BROWSER names no-such-browser %s" in told(look("browser", environment={"BROWSER": "no-such-browser %s"}))
    assert levels(look("browser", environment={"BROWSER": "no-such-browser:sh -c"})) == [SOUND]


def test_no_browser_at_all_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    import webbrowser

    monkeypatch.setattr(webbrowser, "_tryorder", [])
    assert "newsgrep open --print" in told(look("browser"))


def test_man_pages_are_looked_for_where_man_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("a/share/man/man1", "elsewhere/share/man/man1"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "newsgrep.1").touch()
    assert f"in {tmp_path}/a/share/man" in told(look("man pages", environment={"PATH": f"{tmp_path}/a/bin"}))
    assert f"in {tmp_path}/a/share/man" in told(look("man pages", environment={"MANPATH": f"{tmp_path}/a/share/man:"}))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "elsewhere"))
    assert levels(look("man pages")) == [NOTE]
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "nowhere"))
    assert levels(look("man pages")) == [SOUND]


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", ".local/share/bash-completion/completions/newsgrep"),
        ("zsh", ".zfunc/_newsgrep"),
        ("fish", ".config/fish/completions/newsgrep.fish"),
    ],
)
def test_the_completion_of_the_users_shell_is_found(tmp_path: Path, shell: str, place: str) -> None:
    environment = {"SHELL": f"/bin/{shell}", "HOME": str(tmp_path)}
    assert "newsgrep completion --help" in told(look("completion", environment=environment))
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).touch()
    assert f"{shell}: {tmp_path / place}" in told(look("completion", environment=environment))
    assert f"`newsgrep completion {shell} > ~/{place}`" in (ROOT / "docs/completions.md").read_text("utf-8")


def test_settings_that_cannot_be_used_are_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert levels(look("settings")) == [SOUND]
    (tmp_path / "own.toml").write_text("[search]\nlimit = 'many'\n")
    monkeypatch.setenv("NEWSGREP_CONFIG", str(tmp_path / "own.toml"))
    found = look("settings")
    assert levels(found) == [WRONG]
    assert "own.toml: search.limit" in found[0].message


def test_variables_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    variables = {"NEWSGREP_CONFIG": str(tmp_path / "missing.toml"), "NEWSGREP_SEARCH_LIMTI": "3"}
    found = look("settings", environment={**variables, "NEWSGREP_SEARCH_LIMIT": "3", "NEWSGREP_PAGER": "cat"})
    assert levels(found) == [WRONG, NOTE, SOUND]
    assert "missing.toml, which is not there" in found[0].message
    assert "NEWSGREP_SEARCH_LIMTI is set, which nothing reads" in found[1].message


def test_few_files_and_little_memory_are_told(tmp_path: Path) -> None:
    command = f"ulimit -n 40; ulimit -v 640000; exec '{sys.executable}' -m newsgrep doctor --json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NEWSGREP_INDEX": "", "OPENBLAS_NUM_THREADS": "1"}
    ran = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (2, b"")
    found = {each["point"]: each for each in json.loads(ran.stdout)["findings"]}
    assert found["open files"]["level"] == "wrong"
    assert "40 files open" in found["open files"]["message"]
    assert found["memory"]["level"] == "note"
    assert found["memory"]["advice"].startswith("newsgrep index --memory ")


def test_memory_is_measured_by_what_the_settings_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(terminal_checkup, "read_available_memory", lambda: 700 << 20)
    assert levels(look("memory")) == [SOUND]
    monkeypatch.setenv("NEWSGREP_INDEX_MEMORY", "2G")
    found = look("memory")
    assert levels(found) == [NOTE]
    assert found[0].advice == "newsgrep index --memory 550M"
    monkeypatch.setattr(terminal_checkup, "read_available_memory", lambda: None)
    assert levels(look("memory")) == [SOUND]


def test_a_limit_of_the_group_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "none").write_text("max\n")
    monkeypatch.setattr(terminal_checkup, "_GROUP_LIMITS", (str(tmp_path / "none"), str(tmp_path / "memory.max")))
    assert terminal_checkup.read_available_memory() == 1_000_000


def test_a_folder_for_temporary_files_that_cannot_be_written_is_wrong(tmp_path: Path) -> None:
    assert levels(look("temporary files", environment={"TMPDIR": str(tmp_path)})) == [SOUND]
    found = look("temporary files", environment={"TMPDIR": str(tmp_path / "missing")})
    assert levels(found) == [WRONG]
    assert "TMPDIR names" in found[0].message


def test_little_room_for_temporary_files_is_worth_knowing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_checkup, "LEAST_TEMPORARY", 1 << 60)
    assert levels(look("temporary files", environment={"TMPDIR": str(tmp_path)})) == [NOTE]


def test_a_clock_that_is_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = build_index(tmp_path)
    assert levels(look("clock", index)) == [SOUND]
    with Manifest(index, latest_generation(index)) as manifest:
        manifest.write(0, [], {"updated": "2999-01-01T00:00:00+00:00"})
    assert "the index was updated after that, at 2999-01-01" in told(look("clock", index))
    monkeypatch.setattr(time, "time", lambda: 86_400.0)
    assert "the clock says 1970-01-02 00:00 UTC" in told(look("clock"))
