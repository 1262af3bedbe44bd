from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from newsgrep.search.request import Filters, Request, Sort

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgrep.api import Archive
    from newsgrep.article import Article

    Newsgrep = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.usefixtures("archive")


def test_words_are_one_query_and_quotes_stay_as_typed(newsgrep: Newsgrep, requests: list[Request]) -> None:
    assert newsgrep("search", "harbour", "bridge")[0] == 0
    assert newsgrep("search", " harbour  bridge ")[0] == 0
    assert [request.text for request in requests] == ["harbour bridge", "harbour  bridge"]
    code, out, err = newsgrep("search", '"harbour')
    assert (code, out) == (2, "")
    assert err.splitlines() == ["newsgrep: A quote is not closed", '  "harbour', "  ^", "Close it."]


def test_every_filter_reaches_the_archive(newsgrep: Newsgrep, requests: list[Request]) -> None:
    options = "--since 2018-02 --until 2018-02 --section news --section Local --not-section sport --author Ada"
    newsgrep("search", "x", *options.split(), "--source", "The Example Post", "--lang", "en", "--index", "elsewhere")
    assert requests[0].filters == Filters(
        since=dt.date(2018, 2, 1),
        until=dt.date(2018, 2, 28),
        sections=("news", "Local"),
        not_sections=("sport",),
        authors=("Ada",),
        sources=("The Example Post",),
        langs=("en",),
    )


def test_the_index_is_opened_where_it_was_said_to_be(newsgrep: Newsgrep, updates: list[dict[str, object]]) -> None:
    newsgrep("search", "x", "--index", "elsewhere")
    newsgrep("search", "x")
    assert updates == [{"opened": "elsewhere", "create": False}, {"opened": None, "create": False}]


def test_order_page_and_passages_reach_the_archive(newsgrep: Newsgrep, requests: list[Request]) -> None:
    newsgrep("search", "bridge", "--sort", "oldest", "-n", "1", "--page", "2", "--snippets", "0")
    assert requests[0] == Request(text="bridge", sort=Sort.OLDEST, limit=1, page=2, snippets=0)


def test_a_search_without_words_lists_the_newest_first(newsgrep: Newsgrep, requests: list[Request]) -> None:
    newsgrep("search", "--section", "news")
    newsgrep("search", "--undated", "--sort", "relevance")
    assert [(request.text, request.sort) for request in requests] == [("", Sort.NEWEST), ("", Sort.RELEVANCE)]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["", "  "],
        ["x", "--undated", "--since", "2018"],
        ["x", "--section", " "],
        ["x", "--since", "someday"],
        ["x", "--since", "2018", "--until", "2017"],
        ["x", "--sort", "best"],
        ["x", "--limit", "-1"],
        ["x", "--page", "0"],
        ["x", "--json", "--count"],
        ["x", "-0"],
        ["x", "--format", "{nothing}"],
        ["x", "--nonsense"],
        ["-foo"],
        ["\udcff"],
    ],
)
def test_what_cannot_be_understood_is_an_error_and_no_search(
    newsgrep: Newsgrep, requests: list[Request], arguments: list[str]
) -> None:
    code, out, err = newsgrep("search", *arguments)
    assert (code, out, requests) == (2, "", [])
    assert err.startswith("newsgrep: ")


def test_a_query_may_begin_with_a_dash_after_two(newsgrep: Newsgrep, requests: list[Request]) -> None:
    assert "--" in newsgrep("search", "-storm")[2]
    newsgrep("search", "--", "-storm")
    assert requests[0].text == "-storm"


def test_a_pipe_gets_plain_text(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("search", "bridge")
    assert (code, err) == (0, "")
    assert out.startswith("1  Harbour bridge reopens after storm\n   20 Feb 2018, 16:02")
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ([], ""),
        (["--jsonl"], ""),
        (["--paths"], ""),
        (["--count"], "0\n"),
        (["--format", "{title}"], ""),
    ],
)
def test_nothing_found_is_exit_code_1_and_no_data(newsgrep: Newsgrep, output: list[str], text: str) -> None:
    code, out, _ = newsgrep("search", "submarine", *output)
    assert (code, out) == (1, text)


def test_documents_and_tables_are_complete_with_nothing_found(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("search", "submarine", "--json")
    assert (code, err) == (1, "")
    assert json.loads(out)["hits"] == []
    assert json.loads(out)["total"] == 0
    assert newsgrep("search", "submarine", "--csv")[1].count("\n") == 1
    assert newsgrep("search", "submarine", "--tsv")[1].count("\n") == 1


def test_people_are_told_when_nothing_is_found(newsgrep: Newsgrep) -> None:
    assert newsgrep("search", "submarine")[2] == "newsgrep: nothing found\n"
    code, out, err = newsgrep("search", "bridge", "-n", "1", "--page", "9")
    assert (code, out) == (1, "")
    assert "--page 2" in err


def test_every_machine_output_tells_of_the_same_hits(newsgrep: Newsgrep, requests: list[Request]) -> None:
    titles = ["Harbour bridge reopens after storm", "A bridge, undated"]
    document = json.loads(newsgrep("search", "bridge", "--json")[1])
    assert [hit["title"] for hit in document["hits"]] == titles
    lines = newsgrep("search", "bridge", "--jsonl")[1].splitlines()
    assert [json.loads(line)["title"] for line in lines] == titles
    rows = csv.DictReader(io.StringIO(newsgrep("search", "bridge", "--csv")[1]))
    assert [row["title"] for row in rows] == titles
    rows = csv.DictReader(io.StringIO(newsgrep("search", "bridge", "--tsv")[1]), delimiter="\t")
    assert [row["title"] for row in rows] == titles
    assert newsgrep("search", "bridge", "--format", "{title}")[1].splitlines() == titles
    assert newsgrep("search", "bridge", "--paths")[1] == "saved/harbour.html\nsaved/wire.jsonl\n"
    assert newsgrep("search", "bridge", "--paths", "-0")[1] == "saved/harbour.html\0saved/wire.jsonl\0"
    assert newsgrep("search", "bridge", "--count")[1] == "2\n"
    assert [request.snippets for request in requests] == [2, 2, 2, 2, 0, 0, 0, 0]


def test_limit_0_gives_every_hit(newsgrep: Newsgrep) -> None:
    assert len(newsgrep("search", "bridge", "-n", "1", "--paths")[1].splitlines()) == 1
    assert len(newsgrep("search", "bridge", "-n", "0", "--paths")[1].splitlines()) == 2
    assert newsgrep("search", "bridge", "-n", "0")[1].endswith("2 articles in 1 ms\n")


def test_a_file_name_keeps_its_bytes(install: Callable[..., Archive], newsgrep: Newsgrep, harbour: Article) -> None:
    name = os.fsdecode(b"caf\xe9\n.html")
    install(replace(harbour, path=name))
    assert os.fsencode(newsgrep("search", "bridge", "--paths", "-0")[1]) == b"caf\xe9\n.html\0"
    assert json.loads(newsgrep("search", "bridge", "--jsonl")[1])["path"] == name
    assert name in newsgrep("search", "bridge", "--csv")[1]
    assert newsgrep("search", "bridge")[0] == 0
    assert newsgrep("search", "bridge", "--color", "always")[0] == 0


def test_data_is_not_changed_for_eyes(install: Callable[..., Archive], newsgrep: Newsgrep, harbour: Article) -> None:
    title = "bridge \x1b[31m [/b] \x00 \u202e \ud83d"
    install(replace(harbour, title=title))
    assert json.loads(newsgrep("search", "bridge", "--json")[1])["hits"][0]["title"] == title
    assert "\x1b[31m [/b] \x00 \u202e \ufffd" in newsgrep("search", "bridge", "--csv")[1]
    out = newsgrep("search", "bridge")[1]
    assert "␛[31m [/b] ␀" in out
    assert not set(out) & set("\x1b\x00\u202e")


def test_colour_is_given_when_asked_for(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[1;31mbridge" in newsgrep("search", "bridge", "--color", "always")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31mbridge" in newsgrep("search", "bridge")[1]
    assert "\x1b" not in newsgrep("search", "bridge", "--color", "never")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    out = newsgrep("search", "bridge")[1]
    assert "\x1b[1mbridge" in out
    assert "31mbridge" not in out


def test_columns_sets_the_width(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "24")
    out = newsgrep("search", "bridge", "--color", "always", "--snippets", "1")[1]
    assert "opened" in out
    assert "bridge\x1b[0m opened on Tuesday" not in out


def test_json_is_never_wrapped(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = newsgrep("search", "bridge", "--json")[1]
    assert out.count("\n") == 1
    assert "\x1b" not in out
