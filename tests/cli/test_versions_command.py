"""Pages captured several times, from their files to the terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import newsgrep as library
from newsgrep.cli import versions_printer
from tests.cli.test_json_printer import check
from tests.sources.archive_samples import build_response, pack_records

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

DOCS = Path(__file__).parents[2] / "docs/versions.md"
URL = "https://news.example/2018/ferry-late"
FERRY = (
    "The ferry to the islands was late on Monday. Its captain said that the harbour had been closed for 3 hours.",
    "Forty passengers waited in the hall of the old customs house, where the town served coffee until noon.",
    "The company promised to give back the price of the tickets within ten days. It runs four ships in the bay.",
)
LATER = (FERRY[0].replace("3 hours", "5 hours"), FERRY[1], FERRY[2].replace("ten days", "ten days or less"))
TOLL = (
    "A toll of 3 euros is asked of all who cross the harbour bridge since Monday, and nobody likes to pay it.",
    "The mayor said that the bridge needs new cables every ten years, and that somebody must pay for those.",
)
NOTICE = "Correction: an earlier version of this article said that the harbour had been closed for 3 hours."


def page(title: str, *paragraphs: str) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    date = '<meta property="article:published_time" content="2018-03-01">'
    head = f"<!doctype html><html lang=en><head><title>{title}</title>{date}</head>"
    return f"{head}<body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{body}</article></body></html>".encode()


def capture(date: str, title: str, *paragraphs: str, url: str = URL) -> bytes:
    return build_response(url, page(title, *paragraphs), date=date)


def single_file(title: str, *paragraphs: str) -> bytes:
    comment = f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Tue Apr 03 2018 09:00:00 GMT+0000\n-->"
    return page(title, *paragraphs).replace(b"<head>", f"{comment}<head>".encode(), 1)


def mhtml(title: str, *paragraphs: str) -> bytes:
    head = (
        "From: <Saved by Blink>\r\n"
        f"Snapshot-Content-Location: {URL}\r\n"
        f"Subject: {title}\r\n"
        "Date: Wed, 4 Apr 2018 09:00:00 -0000\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----b"\r\n'
        "\r\n"
        "------b\r\n"
        "Content-Type: text/html\r\n"
        "Content-Transfer-Encoding: 8bit\r\n"
        f"Content-Location: {URL}\r\n"
        "\r\n"
    )
    return head.encode() + page(title, *paragraphs) + b"\r\n------b--\r\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two captures of one address in a WARC file, a third in another; one page by browsers; one captured once."""
    folder = tmp_path_factory.mktemp("versions")
    (folder / "saved").mkdir()
    late, fog = "Ferry late in the fog", "Ferry kept in harbour by fog"
    (folder / "saved/march.warc.gz").write_bytes(
        pack_records(
            [
                capture("2018-03-01T10:00:00Z", late, *FERRY),
                capture("2018-03-01T15:30:00Z", fog, *LATER),
                capture("2018-03-01T15:40:00Z", "Once", *FERRY, url="https://news.example/2018/once"),
                capture("2018-03-01T16:00:00Z", "Toll", *TOLL, url=f"{URL}/toll"),
                capture("2018-03-02T16:00:00Z", "Toll", TOLL[0].replace("3", "4"), TOLL[1], url=f"{URL}/toll"),
            ]
        )
    )
    with library.open(folder / "two", create=True) as archive:
        archive.update([folder / "saved"])
    again = capture("2018-04-02T08:00:00Z", fog, *LATER, url="http://www.news.example/2018/ferry-late/?utm_source=mail")
    (folder / "saved/april.warc").write_bytes(again)
    (folder / "saved/ferry.html").write_bytes(single_file(fog, *LATER, NOTICE))
    (folder / "saved/ferry.mhtml").write_bytes(mhtml("[b]Ferry[/b] \x1b[31mred", *LATER, NOTICE))
    with library.open(folder / "all", create=True) as archive:
        archive.update([folder / "saved"])
    return folder


@pytest.fixture
def versions(folder: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> Newsgrep:
    """Run `newsgrep versions` on the index of all files."""
    monkeypatch.chdir(folder)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "NEWSGREP_INDEX", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)

    def _versions(*arguments: str, index: str = "all") -> tuple[int, str, str]:
        return newsgrep("versions", *arguments, "--index", index)

    return _versions


def read_tables() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    heading = ""
    for line in DOCS.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        row = re.fullmatch(r"\| `(\w+)` \| (.*?) \|(?:.*\|)?", line)
        if row:
            tables.setdefault(heading, {})[row[1]] = row[2]
    return tables


def test_two_versions_and_their_changes_are_shown_as_the_page_shows_them(versions: Newsgrep, folder: Path) -> None:
    code, out, err = versions(URL, index="two")
    assert (code, err) == (0, "")
    shown = out.replace(f"{folder}{os.sep}", "")
    (example,) = re.findall(r"```\n(https:.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert shown == example


def test_versions_of_all_kinds_of_files_are_put_in_order(versions: Newsgrep) -> None:
    code, out, err = versions(URL)
    assert (code, err) == (0, "")
    assert "5 versions, oldest first" in out
    assert [line.strip()[:17] for line in out.splitlines() if " saved " in line] == [
        "saved 1 Mar 2018,",
        "saved 1 Mar 2018,",
        "saved 2 Apr 2018,",
        "saved 3 Apr 2018,",
        "saved 4 Apr 2018,",
    ]
    assert "   unchanged\n" in out
    assert f'it now says "{NOTICE}"' in out
    assert "{+" not in out
    assert "--diff shows" in out
    assert "\x1b" not in out


def test_the_changes_of_each_step_or_between_two_are_shown_on_demand(versions: Newsgrep) -> None:
    steps = versions(URL, "--diff")[1]
    assert re.findall("^From (. to .):", steps, re.MULTILINE) == ["1 to 2", "3 to 4", "4 to 5"]
    assert f"\n{{+{NOTICE}+}}\n" in steps
    any_two = versions(URL, "--from", "1", "--to", "4")[1]
    assert re.findall("^From (. to .):", any_two, re.MULTILINE) == ["1 to 4"]
    assert "closed for [-3-]{+5+} hours." in any_two
    assert "... 1 paragraph unchanged" in any_two
    assert FERRY[1] not in any_two
    assert FERRY[1] in versions(URL, "--from", "1", "--to", "4", "--full")[1]
    assert "{+" not in versions(URL, "--no-diff", index="two")[1]


def test_colours_come_beside_the_marks_and_go_with_no_color(
    versions: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    out = versions(URL, "--color", "always", index="two")[1]
    assert "closed for \x1b[31m[-3-]\x1b[0m\x1b[32m{+5+}\x1b[0m hours." in out
    assert "\x1b[31mred" not in versions(URL, "--color", "always", "--diff")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "closed for [-3-]{+5+} hours." in versions(URL, "--color", "always", index="two")[1]


def test_json_is_as_the_page_says(versions: Newsgrep) -> None:
    for arguments, diffs in ((), [(1, 2), (3, 4), (4, 5)]), (("--from", "1"), [(1, 5)]), (("--no-diff",), []):
        code, out, _ = versions(URL, "--json", *arguments)
        document: dict[str, Any] = json.loads(out)
        check(document, "newsgrep versions --json", read_tables())
        assert (code, document["schema"], document["total"]) == (0, 1, 5)
        assert [(diff["from"], diff["to"]) for diff in document["diffs"]] == diffs
    assert document["versions"][3]["change"]["notices"] == [NOTICE]
    assert [version["shown"] for version in document["versions"]] == [False] * 4 + [True]


def test_csv_has_a_row_for_each_version_with_the_columns_of_the_page(versions: Newsgrep) -> None:
    rows = list(csv.DictReader(io.StringIO(versions(URL, "--csv")[1])))
    assert list(rows[0]) == list(read_tables()["newsgrep versions --csv"]) == list(versions_printer.HISTORY_COLUMNS)
    assert [row["number"] for row in rows] == list("12345")
    assert [row["kind"] for row in rows] == ["", "changed", "unchanged", "changed", "changed"]
    assert rows[1]["headline_changed"] == "true"
    assert rows[2]["words_added"] == "0"


def test_a_single_version_says_so(versions: Newsgrep) -> None:
    code, out, err = versions("https://news.example/2018/once")
    assert (code, err) == (0, "")
    assert "one version: nothing to compare it with" in out


def test_an_address_of_nothing_is_nothing_found(versions: Newsgrep) -> None:
    code, out, err = versions("https://news.example/2018/train")
    assert (code, out) == (1, "")
    assert err == "newsgrep: nothing in this index was saved from https://news.example/2018/train\n"
    code, out, _ = versions("https://news.example/2018/train", "--json")
    document = json.loads(out)
    check(document, "newsgrep versions --json", read_tables())
    assert (code, document["versions"]) == (1, [])
    code, out, _ = versions("https://news.example/2018/train", "--csv")
    assert (code, len(out.splitlines())) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Which article?"),
        ([URL, "--since", "2018"], "go with --changed"),
        ([URL, "--from", "9"], "there is no version 9"),
        ([URL, "--from", "1", "--no-diff"], "leave out --no-diff"),
        (["--changed", "--full"], "go with one article"),
        (["https://news.example/"], "is no address of an article"),
        (["ffff0000"], "no article has the id"),
        ([URL, "--json", "--csv"], "One output at a time"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_an_error(versions: Newsgrep, arguments: list[str], said: str) -> None:
    code, out, err = versions(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_articles_that_changed_are_listed(versions: Newsgrep) -> None:
    code, out, err = versions("--changed")
    assert (code, err) == (0, "")
    assert out.index("5 versions") < out.index("2 versions")
    assert "1 word added, 1 removed; now 4 where it said 3" in out
    assert out.endswith("2 changed articles\n")
    (name,) = re.findall(r"newsgrep versions (\w+)$", versions("--changed", "toll", "--on", "2018")[1], re.MULTILINE)
    assert "2 versions" in versions(name)[1]
    assert versions("--changed", "-n", "1")[1].endswith("the 1 changed article saved last; --limit shows more\n")


def test_articles_that_changed_are_json_and_csv_as_the_page_says(versions: Newsgrep) -> None:
    document = json.loads(versions("--changed", "--json")[1])
    tables = read_tables()
    tables["expansion"] = {}
    check(document, "newsgrep versions --changed --json", tables)
    rows = list(csv.DictReader(io.StringIO(versions("--changed", "--csv")[1])))
    assert list(rows[0]) == list(tables["newsgrep versions --changed --csv"]) == list(versions_printer.CHANGED_COLUMNS)
    assert [row["versions"] for row in rows] == ["5", "2"]


def test_nothing_that_changed_is_nothing_found(versions: Newsgrep) -> None:
    code, out, err = versions("--changed", "--on", "1999")
    assert (code, out) == (1, "")
    assert err == "newsgrep: no article changed between one time that it was saved and another\n"


def test_an_article_that_is_shown_tells_how_often_it_was_saved(versions: Newsgrep, newsgrep: Newsgrep) -> None:
    name = json.loads(versions(URL, "--json")[1])["versions"][0]["id"]
    assert newsgrep("show", name, "--index", "all")[1].endswith(f"\n\nsaved 5 times: newsgrep versions {name}\n")
    assert json.loads(newsgrep("show", name, "--index", "all", "--json")[1])["versions"] == 5


def test_every_command_on_the_page_runs(versions: Newsgrep, newsgrep: Newsgrep) -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    name = json.loads(versions(URL, "--json")[1])["versions"][0]["id"]
    for line in block.splitlines():
        words = shlex.split(line.replace("3f9a2c", name).replace("'march", "'saved/march"), comments=True)
        assert words.pop(0) == "newsgrep"
        code, _, err = newsgrep(*words, "--index", "all")
        assert code in (0, 1), err
        assert code == 0 or "minister" in words
