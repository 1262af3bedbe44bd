"""`newsgrep similar` on a small index: its groups, its machine output, and the page that describes it."""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import TYPE_CHECKING

import click
import pytest

import newsgrep as library
from newsgrep.cli.similar_command import similar_command
from newsgrep.cli.similar_printer import COLUMNS
from tests.cli import pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Newsgrep = Callable[..., tuple[int, str, str]]

STORY = (
    "The lighthouse of Cape Orrin went dark on Sunday. The keeper Tilda Marsh said the lamp had failed, and that ships "
    "off Cape Orrin would be warned by radio until a new lamp came from the mainland by the supply boat."
)
ARTICLES = [
    ("dark", "Lighthouse goes dark", STORY, "2016-05-08"),
    ("copy", "No light at the cape", f"{STORY} (agency)", "2016-05-09"),
    ("built", "Lamp of Cape Orrin is a century old", "Tilda Marsh keeps the lighthouse and its lamp.", "2015-01-01"),
    (
        "lit",
        "Cape Orrin shines again",
        "The lighthouse has a new lamp, the keeper said. \x1b[31mBright\x1b[0m",
        "2016-06-01",
    ),
    ("day", "Ships warned off Cape Orrin", "Ships were warned by radio of the dark lighthouse.", "2016-05-08"),
    ("essay", "Of lighthouses", "The lamp of Cape Orrin: an essay on keepers.", ""),
    *((f"f{number}", f"Fair number {number}", f"The fair had {number} stalls.", "2016-05-08") for number in range(9)),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("similar")
    records = [{"id": name, "title": title, "text": text, "date": date} for name, title, text, date in ARTICLES]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with library.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.jsonl"])
    return str(folder / "index")


@pytest.fixture
def similar(newsgrep: Newsgrep, index: str) -> Newsgrep:
    path = f"{index.removesuffix('index')}all.jsonl#dark"
    return lambda *options: newsgrep("similar", path, "--index", index, *options)


def test_articles_stand_under_headings_by_date_with_their_rank_among_all(similar: Newsgrep) -> None:
    code, out, err = similar("--snippets", "0")
    assert (code, err) == (0, "")
    headings = [line for line in out.splitlines() if line.startswith(("Background", "The same", "Follow", "Undated"))]
    assert headings == [
        "Background, before 8 May 2016",
        "The same day, 8 May 2016",
        "Follow-ups, after 8 May 2016",
        "Undated",
    ]
    ranks = [line.split()[0] for line in out.splitlines() if line[:1].isdigit() and "articles in" not in line]
    assert sorted(ranks) == ["1", "2", "3", "4"]
    footer = out.splitlines()[-1]
    assert footer.startswith("4 articles in ")
    assert footer.endswith(" · 1 copy left out: --copies show")


def test_copies_have_a_heading_of_their_own(similar: Newsgrep) -> None:
    out = similar("--copies", "show")[1]
    assert out.startswith("Copies\n\n1  No light at the cape\n")
    assert "left out" not in out


def test_only_one_side_is_shown_where_that_is_asked_for(similar: Newsgrep) -> None:
    assert [each["record"] for each in json.loads(similar("--background", "--json")[1])["articles"]] == ["built"]
    assert [each["record"] for each in json.loads(similar("--follow-ups", "--json")[1])["articles"]] == ["lit"]
    assert similar("--background", "--since", "2016")[0] == 1


def test_nothing_similar_is_exit_code_1_and_a_whole_document(similar: Newsgrep) -> None:
    code, out, err = similar("--since", "2019")
    assert (code, out, err) == (1, "", "newsgrep: nothing similar found\n")
    code, out, err = similar("--since", "2019", "--json")
    assert (code, err) == (1, "")
    assert json.loads(out)["articles"] == []


def test_an_article_that_is_not_there_or_has_no_date_is_an_error(newsgrep: Newsgrep, index: str) -> None:
    assert newsgrep("similar", "nowhere", "--index", index)[0] == 2
    undated = f"{index.removesuffix('index')}all.jsonl#essay"
    code, _, err = newsgrep("similar", undated, "--follow-ups", "--index", index)
    assert code == 2
    assert "has no date" in err
    assert newsgrep("similar", undated, "--index", index)[1].startswith("The article has no date; similar to it\n")


def test_text_of_articles_cannot_act_on_a_terminal(similar: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in similar()[1]
    monkeypatch.setenv("TERM", "xterm")
    styled = similar("--color", "always")[1]
    assert styled.startswith("\x1b[1mBackground, before 8 May 2016\x1b[0m\n")
    assert "\x1b[31mBright" not in styled


def test_json_is_as_the_page_says(similar: Newsgrep) -> None:
    tables = pages.read_tables("similar.md")
    # What a similar article has beside these keys, a hit has.
    tables["similar"] |= pages.read_tables("json.md")["hit"]
    tables |= {name: table for name, table in pages.read_tables("json.md").items() if name not in tables}
    document = json.loads(similar("--copies", "show", "--json")[1])
    pages.check(document, "newsgrep similar --json", tables)
    assert [each["copy"] for each in document["articles"]] == [True, False, False, False, False]
    assert {each["relation"] for each in document["articles"]} == {"before", "same day", "after", "undated"}
    assert document["article"]["published"] == "2016-05-08"


def test_csv_has_the_articles_in_order(similar: Newsgrep) -> None:
    rows = list(csv.DictReader(io.StringIO(similar("--copies", "show", "--csv")[1])))
    assert tuple(rows[0]) == COLUMNS
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert (rows[0]["copy"], rows[0]["relation"], rows[0]["days"]) == ("yes", "after", "1")
    assert {row["days"] for row in rows if row["relation"] == "undated"} == {""}


def test_every_command_on_the_page_is_one(tmp_path: Path) -> None:
    commands = pages.read_commands("similar.md")
    assert len(commands) > 4
    for command in commands:
        _, name, *arguments = shlex.split(command)
        assert name == "similar"
        with similar_command.make_context(name, arguments):
            pass


def test_every_option_of_the_page_is_one_of_the_command() -> None:
    page = (pages.DOCS / "similar.md").read_text("utf-8")
    options = {name for each in similar_command.params if isinstance(each, click.Option) for name in each.opts}
    for option in ("--background", "--follow-ups", "--near", "--copies", "--limit", "--snippets", "--section"):
        assert f"`{option}" in page
        assert option in options
