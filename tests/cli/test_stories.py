"""`newsgrep stories` and `newsgrep search --copies`: what they print, on a small real index."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

import newsgrep
from newsgrep.article import Article
from newsgrep.cli import json_printer, plain_printer, stories_printer, terminal_printer
from newsgrep.cli.main import run
from newsgrep.search.request import CopyMode, Request
from newsgrep.search.results import Copies, Hit, Results

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[..., tuple[int, str, str]]

PAGE = (Path(__file__).parents[2] / "docs" / "stories.md").read_text("utf-8")
WORDS = [f"word{number}" for number in range(900)]
TEXT = " ".join(["ferry", *random.Random(1).sample(WORDS, 80)])
RECORDS = [
    {"id": "post", "title": "No ferry", "text": TEXT, "source": "The Example Post", "date": "2004-05-03"},
    {"id": "wire", "title": "Ferry stops", "text": TEXT[:400], "source": "Bay Wire", "date": "2004-05-02"},
    {"id": "bare", "title": "Museum", "text": "A ferry museum opens."},
]
GROUPED = Request(text="ferry", copies=CopyMode.GROUP)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("stories")
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), "utf-8")
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.jsonl"])
    return str(folder / "index")


@pytest.fixture
def ask(index: str, capfd: pytest.CaptureFixture[str]) -> Ask:
    def run_it(*arguments: str) -> tuple[int, str, str]:
        code = run([*arguments, "--index", index])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return run_it


def keys_of(heading: str) -> list[str]:
    """The keys in the table below a heading of the page."""
    section = re.split(r"^#+ ", PAGE.split(f"# {heading}\n")[1], flags=re.MULTILINE)[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def make_results(**changed: Any) -> Results:
    article = Article(
        id="0a", title="Harbour \x1b[31mbridge", body="", source="The\x1b Post", path="saved/a.html", words=9
    )
    copies = replace(Copies(("0b", "0c"), ("The Post",), article, None), **changed)
    return Results("q", 3, 1.0, (Hit(1, 2.0, article, (), (), copies=copies),), stories=1)


def test_each_story_is_a_block_with_its_copies_and_the_first(ask: Ask) -> None:
    code, out, _ = ask("stories", "ferry", "--sort", "newest")
    assert code == 0
    assert out.splitlines()[:2] == [
        "1  No ferry",
        "   3 May 2004 · The Example Post · +1 copy, first: Bay Wire, 2 May 2004",
    ]
    assert "2  Museum\n   undated\n" in out
    assert re.search(r"\n3 articles, 2 stories in \d+ ms\n$", out)


def test_nothing_found_ends_with_1(ask: Ask) -> None:
    code, out, err = ask("stories", "--all", "lighthouse")
    assert (code, out) == (1, "")
    assert "nothing found" in err


def test_a_page_past_the_last_is_said_to_be(ask: Ask) -> None:
    code, out, err = ask("stories", "ferry", "--page", "9", "--limit", "1")
    assert (code, out) == (1, "")
    assert "--page 2" in err


def test_neither_words_nor_filters_are_no_question(ask: Ask) -> None:
    assert ask("stories")[0] == 2


def test_without_words_the_newest_come_first(ask: Ask) -> None:
    _, out, _ = ask("stories", "--since", "2000", "--json")
    assert [story["title"] for story in json.loads(out)["stories"]] == ["No ferry"]


def test_json_has_the_keys_of_the_page(ask: Ask) -> None:
    code, out, _ = ask("stories", "ferry", "--json")
    document = json.loads(out)
    assert code == 0
    assert list(document) == keys_of("newsgrep stories --json")
    assert all(list(story) == keys_of("story") for story in document["stories"])
    assert document["articles"] == sum(story["articles"] for story in document["stories"]) == 3
    assert document["total"] == len(document["stories"]) == 2


def test_json_says_who_was_first(ask: Ask) -> None:
    story = next(each for each in json.loads(ask("stories", "ferry", "--json")[1])["stories"] if each["articles"] == 2)
    copies = story["copies"]
    assert copies["number"] == len(copies["ids"]) == 1
    assert copies["first"]["source"] == "Bay Wire"
    assert copies["sources"] == ["Bay Wire", "The Example Post"]
    assert (copies["first"]["published"], copies["last"]) == ("2004-05-02", "2004-05-03")


def test_csv_has_a_row_a_story(ask: Ask) -> None:
    rows = list(csv.DictReader(io.StringIO(ask("stories", "ferry", "--csv", "--sort", "size")[1])))
    assert [row["articles"] for row in rows] == ["2", "1"]
    assert rows[0]["sources"] == "Bay Wire; The Example Post"
    assert rows[0]["last_published"] == "2004-05-03"
    assert tuple(rows[0]) == stories_printer.COLUMNS


def test_search_says_copies_beside_its_hits(ask: Ask) -> None:
    _, out, _ = ask("search", "ferry", "--copies", "group", "--sort", "newest", "--limit", "1")
    assert "   +1 copy, first: Bay Wire, 2 May 2004\n" in out
    assert re.search(r"\n3 articles, 2 stories in \d+ ms · page 1 of 2, next: --page 2\n$", out)


def test_search_hides_copies_without_a_word(ask: Ask) -> None:
    _, out, _ = ask("search", "ferry", "--copies", "hide", "--sort", "newest")
    assert "copy" not in out
    assert re.search(r"\n2 stories in \d+ ms\n$", out)
    assert ask("search", "ferry", "--copies", "hide", "--count")[1] == "2\n"


def test_search_gives_copies_in_json_where_asked(ask: Ask) -> None:
    grouped = json.loads(ask("search", "ferry", "--copies", "group", "--json")[1])
    assert (grouped["total"], grouped["stories"]) == (3, 2)
    assert sorted(hit["copies"]["number"] for hit in grouped["hits"]) == [0, 1]
    shown = json.loads(ask("search", "ferry", "--json")[1])
    assert shown["stories"] is None
    assert all(hit["copies"] is None for hit in shown["hits"])


def test_a_page_of_search_past_the_last_counts_stories(ask: Ask) -> None:
    assert "--page 2\n" in ask("search", "ferry", "--copies", "group", "--limit", "1", "--page", "3")[2]


def test_text_of_articles_is_made_harmless() -> None:
    results = make_results()
    console = Console(force_terminal=True, width=60, highlight=False)
    plain = "".join(stories_printer.render_plain(results, GROUPED))
    styled = "".join(stories_printer.render_terminal(results, GROUPED, console))
    assert "\x1b" not in plain
    assert "\x1b[31mbridge" not in styled
    assert "+2 copies, first: The␛ Post" in plain
    assert "+2 copies, first: The␛ Post" in styled


def test_a_terminal_shows_copies_beside_hits() -> None:
    console = Console(color_system=None, width=60, highlight=False)
    shown = "".join(terminal_printer.render_results(make_results(), GROUPED, console))
    assert "   +2 copies, first: The␛ Post\n" in shown


def test_a_first_copy_of_which_nothing_is_known_is_not_named() -> None:
    nobody = Article(id="0d", title="", body="", path="b.txt")
    assert plain_printer.copies_of(make_results(first=nobody).hits[0]) == "+2 copies"


def test_a_story_of_one_article_has_no_copies_to_tell() -> None:
    assert plain_printer.copies_of(make_results(ids=()).hits[0]) == ""


def test_copies_are_the_same_in_both_documents() -> None:
    results = make_results()
    search = json.loads(json_printer.render_results(results))["hits"][0]["copies"]
    assert json.loads(stories_printer.render_json(results))["stories"][0]["copies"] == search


@pytest.mark.parametrize("command", re.findall(r"^newsgrep ((?:stories|search) [^#\n]*)", PAGE, re.MULTILINE))
def test_every_command_on_the_page_runs(ask: Ask, command: str) -> None:
    import shlex

    assert ask(*shlex.split(command.replace("harbour bridge", "ferry")))[0] == 0
