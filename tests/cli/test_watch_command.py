from __future__ import annotations

import email
import json
import mailbox
import os
import re
import subprocess
import sys
import time
from email import policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import newsgrep as library

if TYPE_CHECKING:
    from collections.abc import Callable

    Ran = tuple[int, str, str]


class Desk:
    """An index with watches on tides and boats, the command line, and articles that come in."""

    def __init__(self, folder: Path, command_line: Callable[..., Ran]) -> None:
        self.folder = folder
        self.index = os.fspath(folder / "index")
        self._command_line = command_line
        (folder / "saved").mkdir()
        self.save("Old tides", "Tides and boats of old.")

    def save(self, title: str, text: str, **facts: Any) -> None:
        (self.folder / "saved" / f"{title}.json").write_text(json.dumps({"title": title, "text": text} | facts))
        with library.open(self.index, create=True) as archive:
            archive.update([self.folder / "saved"])

    def watch(self, *arguments: str) -> Ran:
        return self._command_line("watch", *arguments, "--index", self.index)

    def process(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "newsgrep", "watch", *arguments, "--index", self.index]
        return subprocess.run(command, check=False, timeout=60, stderr=subprocess.PIPE, **options)


@pytest.fixture
def desk(tmp_path: Path, newsgrep: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("NO_COLOR", "FORCE_COLOR", "NEWSGREP_INDEX"):
        monkeypatch.delenv(name, raising=False)
    desk = Desk(tmp_path, newsgrep)
    assert desk.watch("add", "tides", "tides")[0] == 0
    assert desk.watch("add", "boats", "boats", "--since", "2018", "--section", "Real Estate")[0] == 0
    return desk


def save_news(desk: Desk) -> None:
    desk.save("High tides", "Tides are high.\n\nFrom the pier, boats were seen.", date="2018-02-20", section="News")
    desk.save("Low tides", "Tides are low, boats dry.", date="2018-02-21", section="real estate")


def test_with_nothing_new_there_is_no_output_at_all_and_exit_code_1(desk: Desk) -> None:
    for form in ("--jsonl", "--atom", "--mail"):
        assert desk.watch("run", form) == (1, "", "")
        assert desk.watch("run", form, "--to", os.fspath(desk.folder / "news")) == (1, "", "")
    assert desk.watch("run") == (1, "", "")
    assert not (desk.folder / "news").exists()


def test_news_are_printed_below_a_heading_for_each_watch_once(desk: Desk) -> None:
    save_news(desk)
    code, out, err = desk.watch("run")
    assert (code, err) == (0, "")
    headings = [line for line in out.splitlines() if " · " in line and line[0].isalpha()]
    assert headings == [
        "boats: 1 new article · boats --since 2018 --section 'Real Estate'",
        "tides: 2 new articles · tides",
    ]
    assert out.splitlines()[2] == "1  Low tides"
    assert not re.search(r"\bms\b", out)
    assert desk.watch("run") == (1, "", "")


def test_only_named_watches_run(desk: Desk) -> None:
    save_news(desk)
    assert "boats:" not in desk.watch("run", "tides")[1]
    assert "boats: 1 new" in desk.watch("run", "boats", "tides")[1]
    code, out, err = desk.watch("run", "tydes")
    assert (code, out) == (2, "")
    assert "there is no watch tydes" in err


def test_lines_are_those_of_a_search_with_the_watch(desk: Desk) -> None:
    save_news(desk)
    code, out, _ = desk.watch("run", "--jsonl")
    hits = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(hit["watch"], hit["rank"], hit["title"]) for hit in hits] == [
        ("boats", 1, "Low tides"),
        ("tides", 1, "Low tides"),
        ("tides", 2, "High tides"),
    ]
    searched = json.loads(desk._command_line("search", "tides", "--index", desk.index, "--jsonl")[1].splitlines()[0])
    assert list(hits[0]) == [*searched, "watch", "repeated"]
    snippet = hits[2]["snippets"][0]
    assert [snippet["text"][start:end] for start, end in snippet["highlights"]] == ["Tides"]


def test_with_a_limit_the_rest_stays_new(desk: Desk) -> None:
    save_news(desk)
    assert [json.loads(desk.watch("run", "tides", "-n", "1", "--jsonl")[1])["title"] for _ in range(2)] == [
        "Low tides",
        "High tides",
    ]
    assert desk.watch("run", "tides", "-n", "1")[0] == 1


def test_a_file_is_appended_to_and_an_open_line_in_it_is_ended(desk: Desk) -> None:
    news = desk.folder / "news.jsonl"
    news.write_text('{"title": "by hand"}')
    desk.save("High tides", "Tides.")
    assert desk.watch("run", "--jsonl", "--to", os.fspath(news)) == (0, "", "")
    desk.save("Low tides", "Tides.")
    assert desk.watch("run", "--jsonl", "--to", os.fspath(news)) == (0, "", "")
    assert [json.loads(line)["title"] for line in news.read_text().splitlines()] == [
        "by hand",
        "High tides",
        "Low tides",
    ]


def test_a_file_that_cannot_be_written_loses_nothing(desk: Desk) -> None:
    save_news(desk)
    ran = desk.process("run", "--to", os.fspath(desk.folder / "no" / "such" / "file"), stdout=subprocess.PIPE)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"No such file" in ran.stderr
    code, out, err = desk.watch("run", "--to", os.devnull)
    assert (code, out) == (2, "")
    assert "not a regular file" in err
    code, out, err = desk.watch("run")
    assert (code, err) == (0, "")
    assert "tides: 2 new articles" in out


def test_a_mail_has_the_news_as_its_text(desk: Desk) -> None:
    desk.save("Tides — высокие", "Tides are high in Одесса.\nFrom there on, boats.", section="Real Estate")
    code, out, err = desk.watch("run", "--mail", "--mail-to", "desk@example.org", "--mail-to", "Bo <bo@example.org>")
    assert (code, err) == (0, "")
    assert out.isascii()
    assert max(map(len, out.splitlines())) <= 998
    message = email.message_from_string(out, policy=policy.default)
    assert message["To"] == "desk@example.org, Bo <bo@example.org>"
    assert message["Subject"] == "newsgrep: 1 new article (tides)"
    assert message["Date"].datetime.tzinfo
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert text.startswith("tides: 1 new article · tides\n\n1  Tides — высокие\n")
    assert not message.defects


@pytest.mark.parametrize("address", ["a@example.org\nBcc: all@example.org", "", "<>", "a@"])
def test_what_is_no_address_is_no_recipient(desk: Desk, address: str) -> None:
    save_news(desk)
    code, out, err = desk.watch("run", "--mail", "--mail-to", address)
    assert (code, out) == (2, ""), out
    assert "--mail-to" in err
    assert desk.watch("run")[0] == 0


def test_mails_to_a_file_make_a_mailbox(desk: Desk) -> None:
    path = desk.folder / "news.mbox"
    for title in ("High tides", "From the low tides"):
        desk.save(title, "From here on, tides.")
        assert desk.watch("run", "--mail", "--to", os.fspath(path)) == (0, "", "")
    box = mailbox.mbox(path)
    texts = [str(message.get_payload(decode=True), "utf-8") for message in box]  # type: ignore[arg-type]
    box.close()
    assert [re.findall("^1  (.*)", text, re.MULTILINE) for text in texts] == [["High tides"], ["From the low tides"]]


def test_a_command_gets_the_news_and_when_it_fails_they_are_told_again(desk: Desk) -> None:
    desk.save("High tides", "Tides.")
    output = desk.folder / "piped"
    code, _, err = desk.watch("run", "--jsonl", "--pipe", f"cat >> '{output}'; exit 3")
    assert code == 2
    assert "ended with 3" in err
    code, _, err = desk.watch("run", "--jsonl", "--pipe", f"cat >> '{output}'")
    assert code == 0
    assert "may be told again" in err
    told = [json.loads(line) for line in output.read_text().splitlines()]
    assert [(hit["title"], hit["repeated"]) for hit in told] == [("High tides", False), ("High tides", True)]
    assert desk.watch("run", "--jsonl", "--pipe", "exit 3") == (1, "", "")


def test_a_reader_that_goes_away_has_the_news_told_again(desk: Desk) -> None:
    for number in range(30):
        (desk.folder / "saved" / f"{number}.json").write_text(
            json.dumps({"title": f"{number}", "text": "Tides. " * 900})
        )
    desk.save("Last tides", "Tides.")
    reading, writing = os.pipe()
    os.close(reading)
    ran = desk.process("run", "--jsonl", stdout=writing)
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")
    code, out, err = desk.watch("run", "--jsonl")
    assert code == 0
    assert len(out.splitlines()) == 31
    assert all(json.loads(line)["repeated"] for line in out.splitlines())
    assert "31 of 31 may be told again" in err


def test_a_second_run_waits_for_the_first_or_says_who_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    save_news(desk)
    monkeypatch.setattr("newsgrep.cli.watch_run_command.PATIENCE", 0.1)
    with library.open(desk.index) as archive, archive.open_watches() as watches:
        code, out, err = desk.watch("run")
        assert (code, out) == (2, "")
        assert f"process {os.getpid()}, since " in err
        command = [sys.executable, "-m", "newsgrep", "watch", "run", "--index", desk.index]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as patient:
            time.sleep(0.7)
            assert patient.poll() is None
            patient.kill()
        command.append("--wait")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as second:
            assert second.stderr
            assert f"process {os.getpid()}, since " in second.stderr.readline().decode()
            watches.close()
            assert b"tides: 2 new articles" in second.communicate(timeout=60)[0]
            assert second.returncode == 0


def test_an_index_that_changes_during_a_run_is_seen_as_it_was(desk: Desk) -> None:
    save_news(desk)
    with library.open(desk.index) as archive, archive.open_watches() as watches:
        news, _ = watches.find_news()
        desk.save("Later tides", "Tides.")
        titles = {hit.article.title for each in news for hit in watches.hits(each)}
        watches.mark_told(news)
    assert titles == {"High tides", "Low tides"}
    assert [json.loads(line)["title"] for line in desk.watch("run", "--jsonl")[1].splitlines()] == ["Later tides"]


def test_a_watch_that_cannot_be_read_any_more_is_named_and_the_others_run(desk: Desk) -> None:
    words = desk.folder / "words.txt"
    words.write_text("tides, ebb\n")
    assert desk.watch("add", "ebb", "ebb", "--synonyms", os.fspath(words))[0] == 0
    save_news(desk)
    words.unlink()
    code, out, err = desk.watch("run")
    assert code == 2
    assert err.startswith("newsgrep: watch ebb: --synonyms ")
    assert "tides: 2 new articles" in out


def test_adding_points_at_what_cannot_be_understood(desk: Desk) -> None:
    code, out, err = desk.watch("add", "bad", 'harbour "open')
    assert (code, out) == (2, "")
    assert err.splitlines()[1:3] == ['  harbour "open', "          ^"]
    code, _, err = desk.watch("add", "bad", "x", "--since", "2018-13")
    assert code == 2
    assert "--since 2018-13" in err
    assert desk.watch("add", "no/name", "x")[0] == 2
    assert desk.watch("add", "nothing")[0] == 2
    assert "bad" not in desk.watch("list")[1]


def test_adding_says_how_many_articles_match_today(desk: Desk) -> None:
    assert desk.watch("add", "more", "tides OR boats") == (
        0,
        "",
        "newsgrep: watch more added; 1 article matches today\n",
    )
    code, _, err = desk.watch("add", "more", "tides")
    assert code == 2
    assert "--replace" in err
    assert desk.watch("add", "more", "tidse", "--replace")[2].splitlines() == [
        'newsgrep: no article has "tidse" yet; "tides" is there',
        "newsgrep: watch more added; 0 articles match today",
    ]


def test_the_list_shows_what_was_typed_and_what_was_told(desk: Desk) -> None:
    save_news(desk)
    desk.watch("run", "tides")
    code, out, err = desk.watch("list")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["name", "query", "added", "last", "run", "told"]
    assert re.fullmatch(r"boats  boats --since 2018 --section 'Real Estate'  [\d-]+ [\d:]+  never +0", lines[1])
    assert re.fullmatch(r"tides  tides +[\d-]+ [\d:]+  [\d-]+ [\d:]+  2", lines[2])
    document = json.loads(desk.watch("list", "--json")[1])
    assert [(watch["name"], watch["told"]) for watch in document["watches"]] == [("boats", 0), ("tides", 2)]
    assert "boats" in desk.watch("list", "--color", "always")[1]


def test_a_removed_watch_tells_nothing(desk: Desk) -> None:
    save_news(desk)
    assert desk.watch("remove", "tides") == (0, "", "newsgrep: watch tides removed\n")
    assert desk.watch("remove", "tides")[0] == 2
    assert "tides:" not in desk.watch("run")[1]
    assert desk.watch("remove", "boats")[0] == 0
    assert desk.watch("list")[:2] == (1, "")
    code, out, err = desk.watch("run")
    assert (code, out) == (1, "")
    assert "there are no watches" in err


def test_outputs_and_places_exclude_each_other(desk: Desk) -> None:
    for arguments in (["--jsonl", "--atom"], ["--mail-to", "a@b"], ["--to", "x", "--pipe", "cat"]):
        assert desk.watch("run", *arguments)[:2] == (2, "")


def test_article_text_is_harmless_on_a_terminal(desk: Desk) -> None:
    desk.save("\x1b[31mTides\x1b[0m [b]", "Tides \x1b]0;owned\x07.")
    out = desk.watch("run", "--color", "always")[1]
    assert "\x1b[31mTides" not in out
    assert "\x1b]0" not in out
    assert "[b]" in out


def test_what_the_shell_appends_to_a_file_is_seen_as_that_file(desk: Desk) -> None:
    save_news(desk)
    log = desk.folder / "log"
    log.write_text("a line before\n")
    with log.open("ab") as appended:
        assert desk.process("run", "--jsonl", stdout=appended).returncode == 0
    lines = log.read_text().splitlines()
    assert [line[:1] for line in lines] == ["a", "{", "{", "{"]


def test_without_a_stdout_nothing_is_told(desk: Desk) -> None:
    save_news(desk)
    command = f"'{sys.executable}' -m newsgrep watch run --index '{desk.index}' >&-"
    ran = subprocess.run(["/bin/sh", "-c", command], check=False, timeout=60, stderr=subprocess.PIPE)
    assert ran.returncode == 2
    assert b"stdout is closed" in ran.stderr
    assert desk.watch("run")[::2] == (0, "")


def test_a_full_disk_behind_stdout_has_the_news_told_again(desk: Desk) -> None:
    save_news(desk)
    with open("/dev/full", "wb") as full:
        assert desk.process("run", "--jsonl", stdout=full).returncode == 2
    hits = [json.loads(line) for line in desk.watch("run", "--jsonl")[1].splitlines()]
    assert [(hit["watch"], hit["repeated"]) for hit in hits] == [("boats", True), ("tides", False), ("tides", False)]
