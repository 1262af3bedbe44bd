"""`newsgrep doctor`, as it is typed: what it prints, its exit codes, its JSON, and the page on it."""

from __future__ import annotations

import json
import re
import resource
from pathlib import Path

import pytest

from newsgrep.cli.checkup import POINTS
from newsgrep.cli.commands import run
from newsgrep.cli.doctor_command import render_findings
from newsgrep.cli.setup_findings import Finding, Level
from tests.cli.situations import build_index
from tests.cli.test_json_printer import check, read_tables

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/doctor.md").read_text("utf-8")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    # Of the machine of the tests, whatever it is, nothing is wrong.
    monkeypatch.delenv("NEWSGREP_INDEX", raising=False)
    return build_index(tmp_path)


def doctor(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capfd.readouterr()
    code = run(["doctor", *arguments])
    out, err = capfd.readouterr()
    assert err == ""
    return code, out


def test_what_is_sound_is_counted_and_shown_when_asked(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out = doctor(capfd)
    assert code == 0
    assert "+ ok" not in out
    assert re.search(r"^nothing wrong, .*\d+ sound \(--verbose shows them\)\. No article was read", out, re.MULTILINE)
    code, out = doctor(capfd, "--verbose")
    assert code == 0
    assert f"  + ok      which index: {index}: the nearest index/ from here\n" in out
    assert "--verbose" not in out


def test_what_is_wrong_is_told_with_what_to_do_and_the_exit_code(
    index: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (segment,) = index.glob("*.seg")
    segment.unlink()
    code, out = doctor(capfd, "--index", str(index))
    assert code == 2
    assert f"Index\n  x wrong   segments: {segment}: it is missing\n            -> newsgrep check tells" in out
    assert "1 thing wrong" in out


def test_a_setting_that_cannot_be_used_is_told_once(
    index: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSGREP_DOCTOR_VERBOSE", "perhaps")
    code, out = doctor(capfd)
    assert (code, out.count("NEWSGREP_DOCTOR_VERBOSE")) == (2, 1)


def test_the_index_of_the_users_settings_is_not_taken_for_one_that_was_typed(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.toml").write_text(f'index = "{index}"\n')
    monkeypatch.setenv("NEWSGREP_CONFIG", str(tmp_path / "own.toml"))
    monkeypatch.chdir("/")
    assert f"{index}: your settings name it" in doctor(capfd, "--verbose")[1]
    assert f"{index}: --index names it" in doctor(capfd, "--verbose", "--index", str(index))[1]


def test_a_folder_that_was_removed_ends_nothing(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, out = doctor(capfd)
    assert code == 2
    assert "which index: the folder that you are in was removed" in out
    monkeypatch.chdir(tmp_path)


def test_it_takes_a_moment(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    doctor(capfd)  # Imports.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    doctor(capfd)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 1


def test_json_is_as_the_page_says(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out = doctor(capfd, "--json", "--index", str(index))
    document = json.loads(out)
    tables = read_tables()
    check(document, "doctor", tables | {"doctor": tables["newsgrep doctor --json"]})
    assert (code, document["schema"], document["index"]) == (0, 1, str(index))
    assert {each["point"] for each in document["findings"]} == {
        point.name for point in POINTS if point.group != "Cluster"
    }


def test_json_says_nothing_of_what_is_read_and_searched(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", "add", "zephyr", "cables OR zephyr", "--from-start", "--index", str(index)]) == 0
    (index.parent / "saved/broken.json").write_text('{"title": "A zephyr", "text": "of cables')
    assert run(["index", str(index.parent / "saved"), "--index", str(index)]) == 2
    (index.parent / "saved/0.txt").unlink()
    out = doctor(capfd, "--json", "--index", str(index))[1]
    assert "broken.json" in out
    for word in ("zephyr", "storm", "cables"):
        assert word not in out.replace(str(index.parent), "").lower()


def test_the_page_has_every_point_in_its_group() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \|(.*)\|(.*)\|$", PAGE.partition("## What is looked at")[2], re.MULTILINE
    )
    assert [(name, group) for name, group, *_ in rows[1:]] == [(point.name, point.group) for point in POINTS]


def test_the_marks_of_the_page_are_those_that_are_printed() -> None:
    findings = [Finding(level, "python", "said", "") for level in Level]
    shown = "".join(render_findings(findings, verbose=True, is_styled=False))
    marks = re.findall(r"^\| `(.*?)` \| `(.*?)` \|", PAGE, re.MULTILINE)
    assert [level for _, level in marks] == list(Level)
    assert re.findall(r"^  (\S \w+) ", shown, re.MULTILINE) == [mark for mark, _ in marks]


def test_nothing_in_a_message_acts_on_the_terminal() -> None:
    finding = Finding(Level.WRONG, "python", "a \x1b[2J\u202e name", "\x07 do")
    shown = "".join(render_findings([finding], verbose=False, is_styled=False))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", shown)
