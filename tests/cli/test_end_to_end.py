from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Newsgrep = Callable[..., subprocess.CompletedProcess[bytes]]

ARTICLES: dict[str, dict[str, Any]] = {
    "2018/bridge.json": {
        "title": "Harbour bridge reopens after storm",
        "text": "The harbour bridge opened on Tuesday.\n\nEngineers from Port Example had closed it for a week.",
        "date": "2018-02-20T16:02",
        "section": "News",
        "authors": ["Ada Example"],
        "source": "The Example Post",
        "url": "https://example.org/bridge",
    },
    "2018/market.json": {
        "title": "Fish market moves",
        "text": "The market leaves the harbour for a hall beyond the river.",
        "date": "2018-02-21",
        "section": ["Business", "Local"],
        "source": "The Example Post",
    },
    "2017/ferry.json": {
        "title": "A ferry for the bay",
        "text": "A second ferry will cross the bay from the harbour.",
        "date": "2017-09-05",
        "section": "News",
        "source": "Bay Courier",
    },
    "undated.json": {"title": "Harbour notes", "text": "Nobody wrote down when these notes were made."},
    "hostile.json": {
        "title": "[/b] \x1b[31mlighthouse\x1b[0m \u202etxt \x00",
        "text": "A lighthouse \x1b]0;owned\x07 with [bold]brackets[/bold] stands there.",
        "date": "2016-01-01",
    },
}


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"NEWSGREP_INDEX", "NO_COLOR", "FORCE_COLOR", "COLUMNS"}
    }
    return subprocess.run(
        [sys.executable, "-m", "newsgrep", *arguments],
        cwd=folder,
        env=clean | {"TERM": "xterm"} | environment,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with saved articles in `saved/` and their index in `index/`."""
    folder = tmp_path_factory.mktemp("archive")
    for name, article in ARTICLES.items():
        path = folder / "saved" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(article), encoding="utf-8")
    wires = [
        {"id": f"w{number}", "title": f"Wire item {number}", "text": "More on tides.", "date": f"2015-03-0{number}"}
        for number in (1, 2)
    ]
    with gzip.open(folder / "saved" / "wire.jsonl.gz", "wt", encoding="utf-8") as wire:
        wire.writelines(json.dumps(line) + "\n" for line in wires)
    ran = run(folder, "index", "saved")
    assert (ran.returncode, ran.stdout) == (0, b""), ran.stderr.decode()
    return folder


@pytest.fixture
def newsgrep(folder: Path) -> Newsgrep:
    def _newsgrep(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return run(folder, *arguments, **environment)

    return _newsgrep


def titles(ran: subprocess.CompletedProcess[bytes]) -> set[str]:
    assert ran.returncode == 0, ran.stderr.decode()
    return {hit["title"] for hit in json.loads(ran.stdout)["hits"]}


def test_an_article_is_found_by_its_words(newsgrep: Newsgrep) -> None:
    ran = newsgrep("search", "harbour bridge", "--json")
    document = json.loads(ran.stdout)
    assert (ran.returncode, ran.stderr, document["total"]) == (0, b"", 1)
    hit = document["hits"][0]
    assert hit["title"] == "Harbour bridge reopens after storm"
    assert hit["published"] == "2018-02-20T16:02"
    assert hit["section"] == ["News"]
    assert hit["authors"] == ["Ada Example"]
    assert hit["path"] == os.path.join("saved", "2018", "bridge.json")
    lit = {s["text"][start:end].lower() for s in hit["snippets"] for start, end in s["highlights"]}
    assert {"harbour", "bridge"} <= lit


def test_filters_narrow_and_both_ends_count(newsgrep: Newsgrep) -> None:
    def found(*arguments: str) -> set[str]:
        return titles(newsgrep("search", "harbour", "--json", *arguments))

    bridge, market, ferry = (ARTICLES[name]["title"] for name in list(ARTICLES)[:3])
    assert found() == {bridge, market, ferry, "Harbour notes"}
    assert found("--since", "2018-02-20", "--until", "2018-02-20") == {bridge}
    assert found("--on", "2018-02") == {bridge, market}
    assert found("--until", "2017") == {ferry}
    assert found("--section", "news") == {bridge, ferry}
    assert found("--section", "LOCAL") == {market}
    assert found("--not-section", "news", "--since", "2015") == {market}
    assert found("--author", "example") == {bridge}
    assert found("--source", "bay courier") == {ferry}
    assert found("--undated") == {"Harbour notes"}
    assert newsgrep("search", "bridge", "--until", "2018-02-19").returncode == 1


def test_filters_alone_list_articles_in_order_of_date(newsgrep: Newsgrep) -> None:
    ran = newsgrep("search", "--since", "2017", "--format", "{date:%Y-%m-%d} {title}")
    assert ran.stdout.decode().splitlines() == [
        "2018-02-21 Fish market moves",
        "2018-02-20 Harbour bridge reopens after storm",
        "2017-09-05 A ferry for the bay",
    ]
    ran = newsgrep("search", "--since", "2017", "--sort", "oldest", "--paths")
    assert ran.stdout.decode().splitlines()[0].endswith("ferry.json")


def test_nothing_found_is_exit_code_1_and_errors_are_2(newsgrep: Newsgrep, tmp_path: Path) -> None:
    ran = newsgrep("search", "submarine")
    assert (ran.returncode, ran.stdout, ran.stderr) == (
        1,
        b"",
        b"newsgrep: nothing found\n  no article has the word submarine\n",
    )
    assert newsgrep("search", "harbour", "--count").stdout == b"4\n"
    assert newsgrep("search", "submarine", "--count").stdout == b"0\n"
    for arguments in (["search", "x", "--since", "2018-13"], ["search"], ["show", "nowhere"], ["serach", "x"]):
        ran = newsgrep(*arguments)
        assert (ran.returncode, ran.stdout) == (2, b"")
        assert ran.stderr.startswith(b"newsgrep: ")
    ran = newsgrep("search", "x", "--index", str(tmp_path))
    assert (ran.returncode, ran.stdout) == (2, b"")


def test_records_of_a_file_are_named_and_shown(newsgrep: Newsgrep) -> None:
    rows = list(csv.DictReader(io.StringIO(newsgrep("search", "tides", "--csv", "--sort", "oldest").stdout.decode())))
    assert {row["record"] for row in rows} == {"w1", "w2"}
    assert newsgrep("search", "tides", "--paths").stdout == os.fsencode(os.path.join("saved", "wire.jsonl.gz") + "\n")
    ran = newsgrep("show", rows[0]["path"] + "#w2", "--json")
    assert json.loads(ran.stdout)["article"]["title"] == "Wire item 2"
    ran = newsgrep("show", rows[0]["path"])
    assert ran.returncode == 2
    assert newsgrep("show", rows[0]["id"]).stdout.decode().startswith(rows[0]["title"])


def test_an_article_is_shown_whole(newsgrep: Newsgrep) -> None:
    ran = newsgrep("show", os.path.join("saved", "2018", "bridge.json"))
    assert ran.stdout.decode().endswith(
        "\n\nThe harbour bridge opened on Tuesday.\n\nEngineers from Port Example had closed it for a week.\n"
    )
    ran = newsgrep("show", "saved/2018/bridge.json", "--query", "engineers", "--color", "always")
    assert b"\x1b[1;31mEngineers\x1b[0m" in ran.stdout


def test_hostile_text_never_reaches_eyes_as_it_is(newsgrep: Newsgrep) -> None:
    for arguments in (["search", "lighthouse"], ["show", os.path.join("saved", "hostile.json")]):
        out = newsgrep(*arguments).stdout.decode()
        assert "[/b]" in out
        assert not set(out) & set("\x00\x07\x1b\u202e")
        out = newsgrep(*arguments, "--color", "always").stdout.decode()
        assert "\x1b]0;owned" not in out
        assert "\x1b[31ml" not in out
        assert not set(out) & set("\x00\x07\u202e")


def test_colour_can_be_asked_for_and_refused(newsgrep: Newsgrep) -> None:
    assert b"\x1b" not in newsgrep("search", "harbour").stdout
    assert b"\x1b[1;31m" in newsgrep("search", "harbour", FORCE_COLOR="1").stdout
    assert b"31m" not in newsgrep("search", "harbour", FORCE_COLOR="1", NO_COLOR="1").stdout
    assert b"\x1b" not in newsgrep("search", "harbour", FORCE_COLOR="1", TERM="dumb").stdout


def test_sections_and_info_describe_the_index(newsgrep: Newsgrep) -> None:
    sections = json.loads(newsgrep("sections", "--json").stdout)["sections"]
    assert {section["label"]: section["articles"] for section in sections} == {"News": 2, "Business": 1, "Local": 1}
    info = json.loads(newsgrep("info", "--json").stdout)
    assert info["articles"] == 7
    assert info["undated"] == 1
    assert info["last"] == "2018-02-21"
    assert newsgrep("info").returncode == 0


def test_a_second_run_reads_only_what_changed(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    for name in ("one", "two"):
        (saved / f"{name}.json").write_text(json.dumps({"title": f"Title {name}", "text": "Words of it."}))

    def index(*arguments: str) -> dict[str, Any]:
        ran = run(tmp_path, "index", "saved", "--json", *arguments)
        assert ran.returncode == 0, ran.stderr.decode()
        summary: dict[str, Any] = json.loads(ran.stdout)
        return summary

    assert index("--dry-run")["files_read"] == 2
    assert not (tmp_path / "index").exists()
    assert index()["added"] == 2
    assert index()["files_unchanged"] == 2
    (saved / "one.json").unlink()
    (saved / "two.json").write_text(json.dumps({"title": "Another title", "text": "Words of it, more."}))
    summary = index()
    assert [summary[key] for key in ("articles", "added", "removed", "files_gone")] == [1, 1, 2, 1]
    assert run(tmp_path, "search", "title:two").returncode == 1
    assert run(tmp_path, "search", "title:another").returncode == 0


def test_a_file_that_cannot_be_read_is_named_and_is_exit_code_2(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "good.json").write_text(json.dumps({"title": "Good", "text": "Words of it."}))
    (saved / "broken.json").write_text('{"title": "Broken", "text": ')
    ran = run(tmp_path, "index", "saved")
    assert ran.returncode == 2
    assert "broken.json" in ran.stderr.decode()
    assert run(tmp_path, "search", "good").returncode == 0
    ran = run(tmp_path, "index", "nowhere")
    assert (ran.returncode, ran.stdout) == (2, b"")


def test_a_folder_without_articles_is_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    assert run(tmp_path, "index", "saved").returncode == 1


def test_a_file_of_many_broken_records_is_told_in_few_lines(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("id,title,text\n" + "[\n" * 20_000 + "r1,Tide,It rose.\n")
    reason = "1 fields where the table has 3 columns"
    ran = run(tmp_path, "index", "all.csv", "--json")
    summary = json.loads(ran.stdout)
    assert (ran.returncode, summary["articles"], summary["failed"]) == (2, 1, 20_000)
    assert len(summary["problems"]) == 101
    others = {"path": "all.csv", "position": None, "reason": reason, "failed": True, "count": 19_900}
    assert summary["problems"][-1] == others
    assert ran.stderr.decode().splitlines()[-1] == "newsgrep: and 19,980 more; --verbose lists all"
    ran = run(tmp_path, "extract", "all.csv", "--jsonl")
    lines = ran.stdout.splitlines()
    assert (ran.returncode, len(lines)) == (2, 102)
    assert json.loads(lines[-1]) == {"path": "all.csv", "position": None, "error": reason, "count": 19_900}
    ran = run(tmp_path, "extract", "all.csv")
    assert ran.stderr.decode().splitlines()[-1] == f"newsgrep: all.csv: and 19,900 more: {reason}"
