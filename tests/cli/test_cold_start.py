"""What a command loads: start-up is part of the speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from newsgrep.opening import open_archive
from newsgrep.search.watches import Watch

HEAVY = ("numpy", "whoosh", "rich", "selectolax", "sqlite3", "hashlib", "decimal", "tempfile", "difflib")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cold")
    articles = [
        {
            "title": f"Harbour report {number}",
            "text": f"The harbour bridge number{number} was opened, they said. Ships waited outside.",
            "published": f"2021-03-{number % 28 + 1:02}",
            "section": "News",
        }
        for number in range(60)
    ]
    (folder / "articles.json").write_text(json.dumps(articles))
    with open_archive(folder / "index", create=True) as archive:
        archive.update([folder / "articles.json"])
    return folder / "index"


def run_and_list(index: Path, *arguments: str) -> tuple[dict[str, object], set[str]]:
    """What a command prints, and which of the heavy modules it has loaded."""
    code = (
        "import sys; from newsgrep.cli.main import run; code = run(sys.argv[1:]);"
        f"print(*(set(sys.modules) & set({HEAVY!r})), file=sys.stderr); sys.exit(code)"
    )
    command = [sys.executable, "-c", code, *arguments, "--json", "--index", str(index)]
    ran = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return json.loads(ran.stdout), set(ran.stderr.decode().split())


@pytest.mark.parametrize(
    "query",
    [
        ["number7"],
        ["harbour", "number7"],
        ["ships", "OR", "number7"],
        ['"harbour bridge" number7'],
        ["harbour", "NOT", "number7"],
        ["number7", "--since", "2021-03", "--section", "news"],
        ["title:report number7", "--sort", "newest"],
        ["number7 date:2021"],
    ],
    ids=" ".join,
)
def test_a_search_with_few_postings_loads_nothing_heavy(index: Path, query: list[str]) -> None:
    found, loaded = run_and_list(index, "search", *query)
    assert found["total"]
    assert loaded == set()


def test_a_pattern_loads_what_it_takes(index: Path) -> None:
    found, loaded = run_and_list(index, "search", "number1*")
    assert found["total"] == 11
    assert {"numpy", "whoosh"} <= loaded
    assert "rich" not in loaded


def test_showing_an_article_by_its_id_loads_no_engine_but_the_small_one(index: Path) -> None:
    hits, _ = run_and_list(index, "search", "number7")
    assert isinstance(hits["hits"], list)
    shown, loaded = run_and_list(index, "show", hits["hits"][0]["id"])
    assert shown["article"]
    assert not loaded & {"numpy", "whoosh", "rich", "selectolax", "sqlite3"}


def test_a_concordance_of_a_rare_word_loads_nothing_heavy(index: Path) -> None:
    found, loaded = run_and_list(index, "kwic", "number7")
    assert isinstance(found["lines"], list)
    assert [line["match"] for line in found["lines"]] == ["number7"]
    assert loaded == set()


def test_listing_the_watches_loads_no_engine(index: Path) -> None:
    with open_archive(index) as archive, archive.open_watches() as watches:
        watches.add(Watch(name="harbour", text="harbour"))
    listed, loaded = run_and_list(index, "watch", "list")
    assert listed["watches"]
    assert loaded & {"numpy", "whoosh", "rich"} == set()
