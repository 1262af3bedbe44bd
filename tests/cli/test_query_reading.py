"""What a search says beside its hits: how the query was read, why nothing was found, how hits got their scores."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import newsgrep


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reading")
    articles = [
        {
            "title": "Bank collapse",
            "text": "The central bank feared a collapse of the river bank.",
            "date": "2017-09-04",
        },
        {"title": "River", "text": "The river rose. Its banks held.", "date": "2018-09-04"},
    ]
    (folder / "all.json").write_text(json.dumps(articles))
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.json"])
    return folder / "index"


def run(index: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newsgrep", "search", *arguments, "--index", str(index)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_explain_prints_the_query_on_stderr_and_scores_with_the_hits(index: Path) -> None:
    ran = run(index, "bank", "w/5", "collapse", "--explain")
    assert ran.returncode == 0
    assert ran.stderr == "newsgrep: read as: bank w/5 collapse\n"
    assert "score " in ran.stdout
    assert "collaps  4 in 16 words" in ran.stdout


def test_explain_gives_programs_the_parts_of_each_score(index: Path) -> None:
    ran = run(index, "bank w/5 collapse", "--explain", "--json")
    (hit,) = json.loads(ran.stdout)["hits"]
    assert sum(part["score"] for part in hit["explanation"]) == pytest.approx(hit["score"], abs=1e-3)
    assert {part["word"] for part in hit["explanation"]} == {"bank", "collaps"}


def test_without_explain_nothing_is_said_about_a_plain_query(index: Path) -> None:
    ran = run(index, "bank")
    assert ran.stderr == ""
    assert "score" not in ran.stdout


def test_how_mixed_operators_were_read_is_said_on_stderr_and_in_json(index: Path) -> None:
    ran = run(index, "bank AND collapse OR river", "--json")
    assert "(bank AND collapse) OR river" in ran.stderr
    assert any("(bank AND collapse) OR river" in note for note in json.loads(ran.stdout)["notes"])


def test_why_nothing_was_found_is_said_on_stderr_and_in_json(index: Path) -> None:
    ran = run(index, "bank", "rivver")
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "did you mean river?" in ran.stderr
    (hint,) = json.loads(run(index, "bank", "rivver", "--json").stdout)["hints"]
    assert (hint["word"], hint["proposals"]) == ("rivver", ["river"])


def test_a_filter_that_leaves_nothing_is_named(index: Path) -> None:
    ran = run(index, "collapse", "--since", "2018")
    assert ran.returncode == 1
    assert "without --since there are 1" in ran.stderr
