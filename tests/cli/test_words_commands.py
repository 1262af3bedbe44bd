"""`newsgrep kwic` and `newsgrep compare` on a small archive, from the command line to what is printed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from newsgrep.cli.main import run

if TYPE_CHECKING:
    Ran = tuple[int, str, str]
    Newsgrep = Callable[..., Ran]

ARTICLES = [
    *(
        {
            "title": f"Ferry {n}",
            "text": "The ferry left the old harbour at dawn with pilgrims and goats.",
            "date": f"{2012 + n}-05-01",
            "source": "Bay Courier",
            "section": "News",
        }
        for n in range(6)
    ),
    *(
        {
            "title": f"Toll {n}",
            "text": "The toll for lorries at the harbour tunnel rises, hauliers say.",
            "date": f"2018-06-0{n + 1}",
            "source": "Inland Post",
            "section": "Business",
        }
        for n in range(6)
    ),
    {"title": "Hostile harbour", "text": "A \x1b[31mred\u202e harbour\x07 [bold]here[/bold].", "section": "News"},
    {"title": "Lighthouse", "text": "Nothing else."},
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("words")
    (folder / "all.jsonl").write_text("\n".join(json.dumps(article) for article in ARTICLES), "utf-8")
    assert run(["index", str(folder / "all.jsonl"), "--index", str(folder / "index"), "--quiet"]) == 0
    return str(folder / "index")


@pytest.fixture
def ask(newsgrep: Newsgrep, index: str, monkeypatch: pytest.MonkeyPatch) -> Newsgrep:
    """Run a command on the archive."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "NEWSGREP_INDEX"):
        monkeypatch.delenv(name, raising=False)

    def _ask(*arguments: str) -> Ran:
        return newsgrep(*arguments, "--index", index)

    return _ask


def test_lines_are_aligned_and_the_match_begins_in_one_column(ask: Newsgrep) -> None:
    code, out, err = ask("kwic", "harbour", "--sort", "oldest")
    assert (code, err) == (0, "")
    *lines, blank, footer = out.splitlines()
    assert (blank, footer) == ("", "13 lines from 13 articles of 13")
    assert len({line.lower().index("harbour") for line in lines}) == 1
    assert "  2012-05-01  " in lines[0]
    assert lines[0].endswith("Bay Courier")
    assert "undated" in lines[-1]


@pytest.mark.parametrize("color", ["always", "never"])
def test_nothing_of_an_article_acts_on_the_terminal(ask: Newsgrep, color: str) -> None:
    code, out, _ = ask("kwic", "harbour", "--title", "--color", color)
    assert code == 0
    assert "\x1b[31mred" not in out
    assert not {"\u202e", "\x07"} & set(out)
    assert "[bold]here[/bold]" in out


def test_data_carry_every_line(ask: Newsgrep) -> None:
    document = json.loads(ask("kwic", "harbour", "--json", "--limit", "2", "--context", "1")[1])
    assert (document["articles"], document["more"], len(document["lines"])) == (13, True, 2)
    _, out, _ = ask("kwic", "harbour", "--jsonl", "--limit", "0", "--sort", "left")
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) == 13
    _, out, _ = ask("kwic", "harbour", "--csv", "--limit", "0", "--sort", "left")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["left"], row["match"], int(row["start"])) for row in rows] == [
        (line["left"], line["match"], line["start"]) for line in lines
    ]
    assert all(len(line["left"].split()) <= 10 for line in lines)


def test_filters_hold(ask: Newsgrep) -> None:
    _, out, _ = ask("kwic", "harbour", "--source", "inland post", "--until", "2018-06-02", "--jsonl")
    assert sorted(json.loads(line)["title"] for line in out.splitlines()) == ["Toll 0", "Toll 1"]


def test_nothing_found_is_exit_code_1(ask: Newsgrep) -> None:
    assert ask("kwic", "submarine") == (1, "", "newsgrep: nothing found\n  no article has the word submarine\n")
    code, out, err = ask("kwic", "lighthouse")
    assert (code, out) == (1, "")
    assert "--title shows titles too" in err
    assert ask("kwic", "lighthouse", "--title")[0] == 0
    code, out, _ = ask("kwic", "submarine", "--json")
    assert (code, json.loads(out)["lines"]) == (1, [])
    code, out, _ = ask("kwic", "submarine", "--csv")
    assert (code, out.count("\n")) == (1, 1)
    code, out, err = ask("compare", "submarine", "harbour", "--all")
    assert (code, out) == (1, "")
    assert "no article for A (submarine)" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["kwic"],
        ["kwic", "--section", "News"],
        ["kwic", "harbour", "--json", "--csv"],
        ["kwic", "harbour", "--width", "39"],
        ["kwic", '"harbour'],
        ["compare"],
        ["compare", "harbour", "harbour"],
        ["compare", "a", "b", "c"],
        ["compare", "--section", "News"],
        ["compare", "harbour", "--a-since", "2018-13"],
        ["compare", "harbour", "--a-since", "2018", "--until", "2017"],
        ["compare", "harbour", "--undated", "--b-since", "2017"],
        ["compare", "harbour", "--a-section", " "],
        ["compare", '"harbour', "toll"],
    ],
)
def test_what_cannot_be_asked_is_an_error(ask: Newsgrep, arguments: list[str]) -> None:
    code, out, err = ask(*arguments)
    assert (code, out) == (2, "")
    assert err


def test_faults_of_side_filters_name_their_option(ask: Newsgrep) -> None:
    assert "--b-until 2018-13" in ask("compare", "harbour", "--b-until", "2018-13")[2]
    assert "--a-since 2018 --a-until 2017" in ask("compare", "harbour", "--a-since", "2018", "--a-until", "2017")[2]


def sets_of(ask: Newsgrep, *arguments: str) -> tuple[int, int, bool]:
    """How many articles are in both sets, and whether the second is the rest."""
    document = json.loads(ask("compare", *arguments, "--json", "--min-count", "1")[1])
    return document["a"]["articles"], document["b"]["articles"], document["rest"]


def test_two_searches_are_compared(ask: Newsgrep) -> None:
    code, out, err = ask("compare", "ferry", "toll")
    assert (code, err) == (0, "")
    assert out.startswith("A  ferry: 6 articles, 84 words\nB  toll: 6 articles, 78 words\n\nMore in A: words\n")
    above, _, below = out.partition("More in B: words")
    assert "goats" in above
    assert "pilgrims" in above
    assert "lorries" in below


def test_filters_hold_for_both_or_for_one(ask: Newsgrep) -> None:
    assert sets_of(ask, "ferry", "toll") == (6, 6, False)
    assert sets_of(ask, "ferry") == (6, 8, True)
    assert sets_of(ask, "ferry", "--source", "Bay Courier") == (6, 0, True)
    assert sets_of(ask, "ferry OR toll", "--source", "Bay Courier", "--b-source", "Inland Post") == (6, 6, False)
    assert sets_of(ask, "harbour", "--a-until", "2013", "--b-since", "2014", "--since", "2000") == (2, 10, False)
    assert sets_of(ask, "--a-section", "news", "--b-section", "business") == (7, 6, False)
    assert sets_of(ask, "--a-source", "Bay Courier") == (6, 8, True)
    assert sets_of(ask, "harbour", "", "--a-author", "nobody") == (0, 14, True)


def test_pairs_and_ranks_are_as_asked(ask: Newsgrep) -> None:
    _, out, _ = ask("compare", "ferry", "toll", "--pairs", "--csv", "--limit", "0")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {"old harbour"} <= {row["word"] for row in rows if row["set"] == "a"}
    assert {"harbour tunnel"} <= {row["word"] for row in rows if row["set"] == "b"}
    _, out, _ = ask("compare", "ferry", "toll", "--by", "articles", "--json")
    assert json.loads(out)["by"] == "articles"
    _, out, _ = ask("compare", "ferry", "toll", "--limit", "1", "--csv")
    assert len(out.splitlines()) == 3
