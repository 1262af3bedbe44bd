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
    (folder / "capitals.txt").write_text("Kyiv, Kiev\n")
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.json"])
    return folder / "index"


def run(index: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newsgrep", "search", *arguments, "--index", str(index)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=index.parent)


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
    ran = run(index, "bank", "rivver", "--all")
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "did you mean river?" in ran.stderr
    (hint,) = json.loads(run(index, "bank", "rivver", "--all", "--json").stdout)["hints"]
    assert (hint["word"], hint["proposals"]) == ("rivver", ["river"])


def test_a_filter_that_leaves_nothing_is_named(index: Path) -> None:
    ran = run(index, "collapse", "--since", "2018")
    assert ran.returncode == 1
    assert "without --since there are 1" in ran.stderr


def test_the_closest_are_marked_as_such_and_nothing_was_found(index: Path) -> None:
    ran = run(index, "bank", "collapse", "volcano")
    assert ran.returncode == 1
    assert "nothing found" in ran.stderr
    assert "2 articles have some of the words: --any" in ran.stderr
    heading, _, first, *rest = ran.stdout.splitlines()
    assert heading == "No article has all 3 words; the closest:"
    assert first == "1  Bank collapse"
    assert "   without: volcano" in rest
    assert "articles in" not in ran.stdout
    assert run(index, "bank", "volcano").stdout.startswith("No article has both words")
    filtered = run(index, "bank", "river", "volcano", "--since", "2018").stdout
    assert filtered.startswith("No article within the filters has all 3 words; the closest:\n\n1  River\n")


def test_the_closest_are_marked_on_a_terminal_too(index: Path) -> None:
    ran = run(index, "bank", "collapse", "volcano", "--color", "always")
    assert ran.returncode == 1
    assert "No article has all 3 words; the closest:" in ran.stdout
    assert "without: volcano" in ran.stdout
    assert "articles in" not in ran.stdout


def test_in_json_the_closest_stand_apart_from_the_hits(index: Path) -> None:
    ran = run(index, "bank", "collapse", "volcano", "--json")
    document = json.loads(ran.stdout)
    assert (ran.returncode, document["total"], document["hits"]) == (1, 0, [])
    assert [(hit["title"], hit["missing"]) for hit in document["closest"]] == [
        ("Bank collapse", ["volcano"]),
        ("River", ["collapse", "volcano"]),
    ]


@pytest.mark.parametrize(
    ("output", "printed"),
    [("--jsonl", ""), ("--paths", ""), ("--count", "0\n"), ("--format={title}", ""), ("--csv", "rank,score")],
)
def test_outputs_without_a_place_to_mark_them_give_no_closest(index: Path, output: str, printed: str) -> None:
    ran = run(index, "bank", "volcano", output)
    assert ran.returncode == 1
    assert ran.stdout.startswith(printed)
    assert len(ran.stdout.splitlines()) == len(printed.splitlines())
    assert "no article has the word volcano" in ran.stderr


def test_any_word_finds_and_all_words_offer_nothing(index: Path) -> None:
    ran = run(index, "bank", "volcano", "--any", "--json")
    document = json.loads(ran.stdout)
    assert (ran.returncode, document["total"], document["closest"]) == (0, 2, [])
    assert [hit["missing"] for hit in document["hits"]] == [["volcano"], ["volcano"]]
    ran = run(index, "bank", "volcano", "--all")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "--any" not in ran.stderr


def test_all_and_any_exclude_each_other(index: Path) -> None:
    ran = run(index, "bank", "--all", "--any")
    assert ran.returncode == 2
    assert "--all or --any" in ran.stderr


def test_a_correction_is_announced_whatever_the_output(index: Path) -> None:
    said = 'newsgrep: searched for "river" instead of "rivver" (--no-correct searches as typed)\n'
    for output in ("--paths", "--csv", "--jsonl", "--count", "--color=always"):
        ran = run(index, "rivver", output)
        assert (ran.returncode, ran.stderr) == (0, said)
    document = json.loads(run(index, "rivver", "--json").stdout)
    assert document["corrections"] == [{"typed": "rivver", "searched": "river"}]
    assert run(index, "rivver", "--no-correct").returncode == 1


def test_the_count_says_how_a_query_was_read(index: Path) -> None:
    ran = run(index, "bank AND collapse OR river", "--count", "--explain")
    assert ran.stdout == "2\n"
    assert "newsgrep: read as: (bank AND collapse) OR river" in ran.stderr
    assert "AND and OR without parentheses" in ran.stderr
