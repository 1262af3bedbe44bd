"""`newsgrep batch` on a small index: its tables, its machine output, and the page that describes it."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import newsgrep as library
from newsgrep.cli.batch_command import batch_command, show_progress
from newsgrep.cli.batch_printer import COLUMNS, PAIR_COLUMNS
from tests.cli import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

ARTICLES = [
    ("Mill burns", "The mill at Aldry burned. Nell Carver and Tom Oakes saw it.", "2011-04-01"),
    ("Mill rebuilt", "Nell Carver rebuilt the mill at Aldry.", "2012-09-30T10:00"),
    ("Oakes leaves", "Tom Oakes left Aldry \x1b[31mfor good\x1b[0m.", "2013-01-02"),
    ("Undated", "Nell Carver again, on no known day.", ""),
]
QUERIES = "# people\nNell Carver\ntom\tOakes\n\nmill\nghost\tqqqq\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    records = [{"id": title, "title": title, "text": text, "date": date} for title, text, date in ARTICLES]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    (folder / "q.txt").write_text(QUERIES, "utf-8")
    (folder / "bad.txt").write_text('mill\n"open\n', "utf-8")
    with library.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.jsonl"])
    return folder


@pytest.fixture
def batch(newsgrep: Newsgrep, folder: Path) -> Newsgrep:
    def _batch(*options: str, name: str = "q.txt") -> tuple[int, str, str]:
        return newsgrep("batch", str(folder / name), "--index", str(folder / "index"), *options)

    return _batch


def test_each_query_is_a_line_of_an_aligned_table(batch: Newsgrep) -> None:
    code, out, err = batch()
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["query", "articles", "first", "last", "undated", "top", "hit"]
    assert lines[1].startswith("Nell Carver         3  1 Apr 2011  30 Sep 2012        1  ")
    assert lines[2].startswith("tom                 2  1 Apr 2011  2 Jan 2013 ")
    assert lines[4].split() == ["ghost", "0"]
    assert lines[-1].startswith("4 queries over 4 articles in ")


def test_stories_are_a_column_where_they_are_asked_for(batch: Newsgrep) -> None:
    lines = batch("--stories")[1].splitlines()
    assert lines[0].split()[:4] == ["query", "articles", "stories", "first"]
    assert lines[1].startswith("Nell Carver         3        3  1 Apr 2011")
    assert [row["stories"] for row in json.loads(batch("--json")[1])["queries"]] == [None] * 4


def test_filters_hold_for_all(batch: Newsgrep) -> None:
    rows = json.loads(batch("--since", "2012", "--json")[1])
    assert [row["articles"] for row in rows["queries"]] == [1, 1, 1, 0]
    assert rows["total"] == 2


def test_a_query_that_cannot_be_read_is_told_and_the_others_are_asked(batch: Newsgrep, folder: Path) -> None:
    code, out, err = batch(name="bad.txt")
    assert code == 2
    assert out.splitlines()[1].startswith("mill   ")
    assert "error" in out.splitlines()[2]
    assert err.startswith(f"newsgrep: {folder / 'bad.txt'}, line 2: ")
    code, out, err = batch("--json", name="bad.txt")
    assert (code, err) == (2, "")
    good, bad = json.loads(out)["queries"]
    assert (good["articles"], good["error"]) == (2, None)
    assert "column 1" in bad["error"]
    row = list(csv.DictReader(io.StringIO(batch("--csv", name="bad.txt")[1])))[1]
    assert (row["articles"], row["undated"]) == ("", "")


def test_exit_code_1_is_nothing_found_by_any(newsgrep: Newsgrep, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text("qqqq\nxxxx\n", "utf-8")
    code, out, _ = newsgrep("batch", str(tmp_path / "none.txt"), "--index", str(folder / "index"), "--csv")
    assert code == 1
    assert len(out.splitlines()) == 3


def test_a_file_without_queries_or_that_is_not_there_is_an_error(
    newsgrep: Newsgrep, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_text("# nothing\n", "utf-8")
    for name, said in (("empty.txt", "holds no query"), ("missing.txt", "missing.txt")):
        code, out, err = newsgrep("batch", str(tmp_path / name), "--index", str(folder / "index"))
        assert (code, out) == (2, "")
        assert said in err


def test_queries_come_from_stdin_too(newsgrep: Newsgrep, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"mill\n")))
    code, out, err = newsgrep("batch", "-", "--index", str(folder / "index"), "--json")
    assert err == ""
    assert (code, [row["label"] for row in json.loads(out)["queries"]]) == (0, ["mill"])


def test_progress_is_counted_on_one_line_that_is_empty_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    for done in range(1, 13):
        show_progress(done, 12)
    shown = capsys.readouterr().err
    assert "\n" not in shown
    assert "\r1 of 12 queries" in shown
    assert "\r11 of 12 queries" in shown
    assert shown.endswith("\r\x1b[K")


def test_the_matrix_is_square_and_labelled(batch: Newsgrep) -> None:
    rows = list(csv.reader(io.StringIO(batch("--matrix", "--csv")[1])))
    assert rows == [
        ["", "Nell Carver", "tom", "mill", "ghost"],
        ["Nell Carver", "3", "1", "2", "0"],
        ["tom", "1", "2", "1", "0"],
        ["mill", "2", "1", "2", "0"],
        ["ghost", "0", "0", "0", "0"],
    ]
    lines = batch("--matrix")[1].splitlines()
    assert lines[1].split() == ["Nell", "Carver", "3", "1", "2", "0"]
    assert len({len(line) for line in lines[:5]}) == 1


def test_pairs_come_with_the_most_first_and_those_without_are_left_out(batch: Newsgrep) -> None:
    rows = list(csv.DictReader(io.StringIO(batch("--pairs", "--csv")[1])))
    assert tuple(rows[0]) == PAIR_COLUMNS
    assert [(row["a"], row["b"], row["articles"]) for row in rows] == [
        ("Nell Carver", "mill", "2"),
        ("Nell Carver", "tom", "1"),
        ("tom", "mill", "1"),
    ]
    assert batch("--pairs")[1].splitlines()[1].split()[:2] == ["2", "0.667"]
    assert "one of them at a time" in batch("--pairs", "--matrix")[2]


def test_no_pair_is_said(newsgrep: Newsgrep, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "apart.txt").write_text("mill\nqqqq\n", "utf-8")
    out = newsgrep("batch", str(tmp_path / "apart.txt"), "--index", str(folder / "index"), "--pairs")[1]
    assert "no two of them are found in one article" in out


def test_text_of_articles_cannot_act_on_a_terminal(batch: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in batch()[1]
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    styled = batch("--color", "always")[1]
    assert styled.startswith("\x1b[2mquery")
    assert "\x1b[31m" not in styled


def test_json_is_as_the_page_says(batch: Newsgrep) -> None:
    tables = pages.read_tables("batch.md")
    for options in ((), ("--matrix",), ("--pairs",)):
        kind = " ".join(("newsgrep batch", *options, "--json"))
        pages.check(json.loads(batch(*options, "--json")[1]), kind, tables)
    assert tuple(tables["pair"]) == PAIR_COLUMNS
    assert tuple(tables["newsgrep batch --csv"]) == COLUMNS
    assert tuple(next(csv.reader(io.StringIO(batch("--csv")[1])))) == COLUMNS


def test_every_command_on_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("names.txt").write_text("mill\n", "utf-8")
    commands = pages.read_commands("batch.md")
    assert len(commands) > 4
    for command in commands:
        _, name, *arguments = shlex.split(command)
        assert name == "batch"
        with batch_command.make_context(name, arguments):
            pass
