"""Numbers of the last search: in a terminal they name articles, and never the wrong ones."""

from __future__ import annotations

import json
import os
import shlex
import stat
import sys
from pathlib import Path

import pytest

import newsgrep
from newsgrep.cli.last_search import read_names
from newsgrep.errors import ArticleMissing
from tests.terminals import NEWSGREP, Shown, run_in_terminal


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("numbers")
    for number in range(1, 6):
        text = f"Bridge news {number}\n\n" + "The bridge. " * (6 - number) + "A toll is asked. " * 5 * number
        (folder / f"page{number}.txt").write_text(text)
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder])
    return folder / "index"


def in_terminal(index: Path, home: Path, *commands: str) -> Shown:
    """Run commands of one shell, which leads the terminal's session."""
    newsgrep_ = shlex.join(NEWSGREP)
    script = "; ".join(command.replace("newsgrep", newsgrep_, 1) for command in commands)
    environment = {
        **os.environ,
        "TERM": "xterm",
        "NEWSGREP_INDEX": str(index),
        "XDG_STATE_HOME": str(home),
        "NEWSGREP_PAGER": "cat",
        "NO_COLOR": "1",
    }
    return run_in_terminal(["sh", "-c", script + "; true"], environment=environment, columns=200)


def find_ids(index: Path) -> list[str]:
    with newsgrep.open(index) as archive:
        return [hit.article.id for hit in archive.search("bridge").hits]


def test_a_number_is_the_article_that_stood_behind_it(index: Path, tmp_path: Path) -> None:
    third = find_ids(index)[2]
    shown = in_terminal(
        index, tmp_path, "newsgrep search bridge > /dev/null", "echo FROM HERE", "newsgrep show 3 --json"
    )
    article = json.loads(shown.text.split("FROM HERE\n")[1])["article"]
    assert article["id"] == third


def test_numbers_of_another_page_are_added_to_those_before(index: Path, tmp_path: Path) -> None:
    ids = find_ids(index)
    search = "newsgrep search bridge --limit 2 > /dev/null"
    shown = in_terminal(
        index, tmp_path, search, f"{search} --page 2", "newsgrep show 1 --json", "newsgrep show 4 --json"
    )
    assert [json.loads(line)["article"]["id"] for line in shown.text.splitlines()] == [ids[0], ids[3]]


def test_another_question_has_its_own_numbers(index: Path, tmp_path: Path) -> None:
    searches = ["newsgrep search bridge > /dev/null", "newsgrep search toll --limit 1 > /dev/null"]
    shown = in_terminal(index, tmp_path, *searches, "newsgrep show 2")
    assert "did not print the number 2: its numbers go from 1 to 1" in shown.text


def test_the_words_of_the_search_are_lit(index: Path, tmp_path: Path) -> None:
    shown = in_terminal(index, tmp_path, "newsgrep search toll > /dev/null", "newsgrep show 1 --color always")
    assert "\x1b[1mtoll\x1b[0m" in shown.text


def test_several_numbers_are_cited_in_their_order(index: Path, tmp_path: Path) -> None:
    search = "newsgrep search bridge --format '{title}'"
    shown = in_terminal(index, tmp_path, search, "newsgrep search bridge > /dev/null", "newsgrep cite 3 1 --json")
    titles, citations = shown.text.split("[", 1)
    cited = [item["title"] for item in json.loads("[" + citations)]
    assert cited == [titles.splitlines()[2], titles.splitlines()[0]]


def test_data_for_programs_leaves_the_numbers_alone(index: Path, tmp_path: Path) -> None:
    first = find_ids(index)[0]
    searches = ["newsgrep search bridge > /dev/null", "newsgrep search toll --json > /dev/null"]
    shown = in_terminal(index, tmp_path, *searches, "newsgrep show 1 --json")
    assert json.loads(shown.text)["article"]["id"] == first


def test_a_terminal_in_which_nothing_was_searched_has_no_numbers(index: Path, tmp_path: Path) -> None:
    assert "no search was made in this terminal" in in_terminal(index, tmp_path, "newsgrep show 3").text


def test_what_is_kept_is_for_the_user_alone(index: Path, tmp_path: Path) -> None:
    in_terminal(index, tmp_path, "newsgrep search bridge > /dev/null")
    (kept,) = (tmp_path / "newsgrep/last-search").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_without_a_place_to_keep_them_a_search_is_as_ever(index: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    shown = in_terminal(index, blocked, "newsgrep search bridge --limit 1 --plain")
    assert "Bridge news" in shown.text
    assert "rror" not in shown.text


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of this session's numbers, with one article."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    if sys.platform in ("darwin", "win32"):
        pytest.skip("the place is another one")
    path = tmp_path / f"newsgrep/last-search/{os.getsid(0)}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"index": "/a", "question": "", "query": "toll", "articles": {"1": "abcd"}}))
    return path


def test_numbers_are_looked_up_where_they_were_printed(kept: Path) -> None:
    named = read_names(["1", "ffff"], None)
    assert (named.names, named.index, named.query) == (("abcd", "ffff"), "/a", "toll")


def test_numbers_of_one_index_are_none_of_another(kept: Path) -> None:
    with pytest.raises(ArticleMissing, match="which was of /a"):
        read_names(["1"], "/b")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"articles": {"x": 1}}', "[" * 100_000, '{"articles": []}'])
def test_a_damaged_file_is_as_good_as_none(kept: Path, damage: str) -> None:
    kept.write_text(damage)
    with pytest.raises(ArticleMissing, match="no search was made"):
        read_names(["1"], None)


def test_an_old_file_is_that_of_another_shell(kept: Path) -> None:
    os.utime(kept, (0, 0))
    with pytest.raises(ArticleMissing, match="no search was made"):
        read_names(["1"], None)


@pytest.mark.parametrize("name", ["3f9a", "1234", "0", "saved/3", "./3", "003", "3.txt"])
def test_ids_and_paths_are_no_numbers(kept: Path, name: str) -> None:
    assert read_names([name], None).names == (name,)
