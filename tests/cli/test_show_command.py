from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.usefixtures("archive")


def test_an_article_is_shown_by_id_path_or_record(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("show", "a1b2c3d4e5f6")
    assert (code, err) == (0, "")
    assert out.startswith("Harbour bridge reopens after storm\n")
    assert newsgrep("show", "saved/harbour.html")[1] == out
    assert newsgrep("show", "saved/wire.jsonl#17")[1].startswith("A bridge, undated\nundated\nsaved/wire.jsonl#17\n\n")


def test_an_article_that_is_not_there_is_an_error(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("show", "nowhere")
    assert (code, out) == (2, "")
    assert err == "newsgrep: No article nowhere\nSee newsgrep search.\n"


def test_words_are_lit_on_a_terminal_only(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = newsgrep("show", "a1b2c3d4e5f6", "--query", "bridge", "--color", "always")[1]
    assert "The harbour \x1b[1;31mbridge\x1b[0m opened" in out
    assert "\x1b" not in newsgrep("show", "a1b2c3d4e5f6", "--query", "bridge")[1]


def test_json_gives_the_whole_article(newsgrep: Newsgrep) -> None:
    code, out, _ = newsgrep("show", "a1b2c3d4e5f6", "--json", "--query", "bridge")
    article = json.loads(out)["article"]
    assert code == 0
    assert article["published_from"] == "json-ld"
    assert article["body"].endswith("\n\nEngineers had closed it\nfor a week.")


def test_several_articles_are_shown_each_once_in_the_order_of_their_names(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("show", "0f0e0d0c0b0a", "a1b2c3d4e5f6", "saved/wire.jsonl#17")
    assert (code, err) == (0, "")
    one, other = out.split("\n\n\n")
    assert one.startswith("A bridge, undated\n")
    assert other == newsgrep("show", "a1b2c3d4e5f6")[1]


def test_of_several_articles_json_has_a_document_each_line(newsgrep: Newsgrep) -> None:
    out = newsgrep("show", "0f0e0d0c0b0a", "a1b2c3d4e5f6", "--json")[1]
    assert [json.loads(line)["article"]["id"] for line in out.splitlines()] == ["0f0e0d0c0b0a", "a1b2c3d4e5f6"]


def test_the_others_are_shown_where_one_is_not_there(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("show", "nowhere", "0f0e0d0c0b0a")
    assert code == 2
    assert out.startswith("A bridge, undated\n")
    assert err == "newsgrep: No article nowhere\nSee newsgrep search.\n"


def test_names_come_from_stdin(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"0f0e0d0c0b0a\n\na1b2c3d4e5f6\n")))
    assert newsgrep("show", "-")[1] == newsgrep("show", "0f0e0d0c0b0a", "a1b2c3d4e5f6")[1]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert newsgrep("show", "-") == (1, "", "")
