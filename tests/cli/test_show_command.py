from __future__ import annotations

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
