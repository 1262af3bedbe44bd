"""Names in other spellings and synonyms at the command line: what is added is always told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import newsgrep


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("widened")
    texts = ["Colonel Gaddafi spoke.", "Colonel Qaddafi spoke.", "Burma voted.", "Myanmar voted."]
    lines = [json.dumps({"id": str(n), "title": "Story", "text": text}) for n, text in enumerate(texts)]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "names.txt").write_text("Burma, Myanmar\n", "utf-8")
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.jsonl"])
    return folder / "index"


def run(index: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newsgrep", "search", *arguments, "--index", str(index)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("query", [["Gaddafi~~"], ["Gaddafi", "--variants"]])
@pytest.mark.parametrize(("output", "length"), [("--count", 1), ("--jsonl", 2), ("--paths", 1)])
def test_variants_are_told_on_stderr_whatever_the_output(
    query: list[str], output: str, length: int, index: Path
) -> None:
    ran = run(index, *query, output)
    assert ran.returncode == 0
    assert ran.stderr == "newsgrep: variants of Gaddafi: Qaddafi (1)\n"
    assert len(ran.stdout.splitlines()) == length


def test_a_count_counts_all_spellings(index: Path) -> None:
    assert run(index, "Gaddafi~~", "--count").stdout == "2\n"
    nothing = run(index, "Yugoslavia~~", "--count")
    assert (nothing.returncode, nothing.stdout) == (1, "0\n")
    assert nothing.stderr.startswith("newsgrep: Yugoslavia has no variants in the archive\n")


def test_synonyms_come_from_a_file_and_are_told(index: Path) -> None:
    ran = run(index, "Burma", "--synonyms", str(index.parent / "names.txt"), "--json")
    assert ran.stderr == "newsgrep: synonyms of Burma: Myanmar (1)\n"
    document = json.loads(ran.stdout)
    assert document["query"] == "Burma OR Myanmar"
    assert document["total"] == 2


def test_a_bad_file_of_synonyms_is_an_error_that_names_file_and_line(index: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("Burma, Myanmar\nKyiv\n", "utf-8")
    ran = run(index, "Burma", "--synonyms", str(tmp_path / "bad.txt"))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"{tmp_path / 'bad.txt'}, line 2: Kyiv stands alone" in ran.stderr
