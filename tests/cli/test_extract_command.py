"""`newsgrep extract`, run on files as a user runs it."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

PROSE = (
    "The harbour board said on Tuesday that the ferry would not sail until the ice had gone from the sound.",
    "Its captain, who has sailed for thirty years, said that he had never seen the like of it this far south.",
    "The board expects the ice to break before the end of the month, when the wind usually turns to the west.",
)
PAGE = "\n\n".join([
    "Shipping", "Ferry waits for the ice", "By Edna Marsh", "12 February 2019, 9:41", *PROSE, "Most read",
    "Seal Found Asleep in Town Hall Porch",
])  # fmt: skip
RECORDS = (
    {"id": "a", "title": "Ice", "date": "2019-02-12", "text": PROSE[0]},
    {"id": "b", "title": "More ice", "text": PROSE[1]},
)


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "ice.txt").write_text(PAGE, "utf-8")
    (folder / "many.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in RECORDS), "utf-8")
    return folder


DOCS = Path(__file__).parents[2] / "docs" / "json.md"
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "string or null": (str, type(None)),
    "number or null": (float, type(None)),
    "integer": int,
    "object": dict,
}


def check(record: dict[str, Any], heading: str, *, optional: int = 0) -> None:
    """Fail where a record has other keys than its table on the page of machine output, or another type of value.

    The last `optional` keys of the table may be missing.
    """
    section = re.split(r"\n##+ ", DOCS.read_text("utf-8").split(f"\n### {heading}\n")[1])[0]
    table = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", section, re.MULTILINE))
    assert list(record) in (list(table), list(table)[: len(table) - optional])
    for key, value in record.items():
        assert isinstance(value, list if table[key].startswith("array of ") else TYPES[table[key]]), key


def lines_of(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_an_article_is_shown_as_understood(saved: Path, newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("extract", "saved/ice.txt")
    assert (code, err) == (0, "")
    head = "Ferry waits for the ice\n12 Feb 2019, 09:41 · Shipping\nEdna Marsh\nsaved/ice.txt\n"
    assert out == head + "".join(f"\n{paragraph}\n" for paragraph in PROSE)


def test_explain_says_where_each_field_came_from_and_what_was_left_out(saved: Path, newsgrep: Newsgrep) -> None:
    code, out, _ = newsgrep("extract", "saved/ice.txt", "--explain")
    assert code == 0
    below = out[out.index("\nWhere it came from\n") :]
    assert "published  12 Feb 2019, 09:41 — line 7, confidence 0." in below
    assert "authors    Edna Marsh — line 5\n" in below
    assert "\nLeft out: 5 pieces of the page\n" in below
    assert below.endswith("related     line 17  Seal Found Asleep in Town Hall Porch\n")


def test_an_undated_article_says_so(saved: Path, newsgrep: Newsgrep) -> None:
    out = newsgrep("extract", "saved/many.jsonl", "--explain")[1]
    assert "published  undated — no date was found\n" in out
    assert out.count("Nothing was left out") == 2


def test_jsonl_is_as_the_page_says(saved: Path, newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("extract", "--jsonl", "saved/ice.txt", "saved/many.jsonl")
    assert (code, err) == (0, "")
    found = lines_of(out)
    assert [(one["path"], one["record"]) for one in found] == [
        ("saved/ice.txt", None),
        ("saved/many.jsonl", "a"),
        ("saved/many.jsonl", "b"),
    ]
    for one in found:
        check(one, "extracted", optional=2)
    assert [one["published_from"] for one in found] == ["text", "field", None]
    assert [one["published_confidence"] is None for one in found] == [False, False, True]
    assert found[0]["body"] == "\n\n".join(PROSE)
    assert found[0]["lang"] == "en"


def test_jsonl_with_explain_has_the_reasons_as_data(saved: Path, newsgrep: Newsgrep) -> None:
    (found,) = lines_of(newsgrep("extract", "--jsonl", "--explain", "saved/ice.txt")[1])
    check(found, "extracted")
    assert found["origins"]["title"] == "line 3"
    for piece in found["left_out"]:
        check(piece, "piece")
    assert {"place": "line 15", "reason": "related", "text": "Most read"} in found["left_out"]


def test_pages_that_fail_give_a_line_each_in_their_place(saved: Path, newsgrep: Newsgrep) -> None:
    (saved / "broken.jsonl").write_text(f"{json.dumps(RECORDS[0])}\n{{not json\n{json.dumps(RECORDS[1])}\n", "utf-8")
    code, out, _ = newsgrep("extract", "--jsonl", "missing.txt", "saved/broken.jsonl", "saved/ice.txt")
    assert code == 2
    found = lines_of(out)
    assert ["error" in one for one in found] == [True, False, True, False, False]
    assert found[0] == {"path": "missing.txt", "position": None, "error": "There is no such file or folder", "count": 1}
    assert found[2]["position"] == "line 2"
    for one in (found[0], found[2]):
        check(one, "failure")


def test_failures_are_told_on_stderr_and_the_rest_is_shown(saved: Path, newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("extract", "missing.txt", "saved/ice.txt")
    assert code == 2
    assert err == "newsgrep: missing.txt: There is no such file or folder\n"
    assert out.startswith("Ferry waits for the ice\n")


def test_no_article_is_exit_code_1_and_nothing_named_is_2(saved: Path, newsgrep: Newsgrep) -> None:
    (saved / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    code, out, err = newsgrep("extract", "saved/photo.png")
    assert (code, out, err) == (1, "", "newsgrep: saved/photo.png: an image\n")
    assert newsgrep("extract")[0] == 2


def test_a_folder_is_all_its_files(saved: Path, newsgrep: Newsgrep) -> None:
    found = lines_of(newsgrep("extract", "--jsonl", "saved")[1])
    assert [one["path"] for one in found] == ["saved/ice.txt", "saved/many.jsonl", "saved/many.jsonl"]


def test_the_file_s_own_date_is_taken_when_asked_for(saved: Path, newsgrep: Newsgrep) -> None:
    os.utime(saved / "many.jsonl", (1_600_000_000, 1_600_000_000))
    found = lines_of(newsgrep("extract", "--jsonl", "--date-from-mtime", "saved/many.jsonl")[1])
    assert [one["published"] for one in found] == ["2019-02-12", "2020-09-13T12:26:40+00:00"]
    assert found[1]["published_from"] == "mtime"
    assert found[1]["published_confidence"] < 0.5


def test_the_standard_input_is_a_file_named_by_a_dash(
    saved: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE.encode())))
    (found,) = lines_of(newsgrep("extract", "--jsonl", "-")[1])
    assert (found["path"], found["title"]) == ("-", "Ferry waits for the ice")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert newsgrep("extract", "-") == (1, "", "newsgrep: -: empty\n")


def test_a_hostile_page_reaches_no_terminal(saved: Path, newsgrep: Newsgrep) -> None:
    evil = "Ferry \x1b[31mturns\x1b[0m \u202eder and [bold]bold[/bold] [/red]"
    (saved / "evil.txt").write_text(PAGE.replace("Ferry waits for the ice", evil) + f"\n\n{evil}\n", "utf-8")
    for options in ((), ("--explain",), ("--color", "always", "--explain"), ("--jsonl", "--explain")):
        out = newsgrep("extract", "saved/evil.txt", *options)[1]
        assert "\x1b[31mturns" not in out
        assert "\u202e" not in out
        assert "[/red]" in out


def test_what_was_not_looked_at_is_told_and_is_exit_code_2(saved: Path, newsgrep: Newsgrep) -> None:
    (saved / "log.txt").write_text(PAGE + "\n\n" + "x\n" * 50_100, "utf-8")
    code, out, err = newsgrep("extract", "saved/log.txt")
    assert code == 2
    assert out.startswith("Ferry waits for the ice\n")
    assert err.startswith("newsgrep: saved/log.txt: Read in part: only the first 50,000 of ")


def test_on_a_terminal_headings_stand_out(saved: Path, newsgrep: Newsgrep) -> None:
    out = newsgrep("extract", "saved/ice.txt", "--explain", "--color", "always")[1]
    assert "\x1b[1mFerry waits for the ice" in out
    assert "\x1b[1mWhere it came from" in out
