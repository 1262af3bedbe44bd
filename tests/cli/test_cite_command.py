from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from newsgrep.cli.cite_command import STYLES
from newsgrep.search.citations import Style

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.usefixtures("archive")

HARBOUR = (
    "Ada Example and Bo Sample, “Harbour bridge reopens after storm”, The Example Post, 20 February 2018, "
    "https://example.org/harbour-bridge\n"
)
UNDATED = "“A bridge, undated”, n.d.\n"


def feed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_articles_are_cited_in_the_order_of_their_names(newsgrep: Newsgrep) -> None:
    assert newsgrep("cite", "a1b2c3d4e5f6") == (0, HARBOUR, "")
    assert newsgrep("cite", "saved/wire.jsonl#17", "saved/harbour.html") == (0, UNDATED + HARBOUR, "")


def test_an_article_that_is_named_twice_is_cited_once(newsgrep: Newsgrep) -> None:
    assert newsgrep("cite", "a1b2c3d4e5f6", "saved/harbour.html") == (0, HARBOUR, "")


def test_names_come_from_stdin(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, b"a1b2c3d4e5f6\n\n  0f0e0d0c0b0a\r\n")
    assert newsgrep("cite", "-") == (0, HARBOUR + UNDATED, "")


def test_nothing_on_stdin_is_nothing_to_cite(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, b"\n")
    assert newsgrep("cite", "-") == (1, "", "")
    feed(monkeypatch, b"")
    assert newsgrep("cite", "-", "--json") == (1, "[]\n", "")


def test_what_is_not_there_is_said_and_the_others_are_cited(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("cite", "nowhere", "a1b2c3d4e5f6")
    assert (code, out) == (2, HARBOUR)
    assert err == "newsgrep: No article nowhere\nSee newsgrep search.\n"


def test_every_style_can_be_asked_for(newsgrep: Newsgrep) -> None:
    assert set(STYLES) == set(Style)
    written = {style: newsgrep("cite", "a1b2c3d4e5f6", "--style", style) for style in STYLES}
    assert all((code, err) == (0, "") for code, _, err in written.values())
    assert written["bibtex"][1].startswith("@article{example2018harbour-a1b2c3,\n")
    assert written["ris"][1].startswith("TY  - NEWS\r\n")
    assert written["markdown"][1].count("](https://example.org/harbour-bridge)") == 1
    assert json.loads(written["csl-json"][1])[0]["id"] == "a1b2c3d4e5f6"
    assert newsgrep("cite", "a1b2c3d4e5f6", "--json")[1] == written["csl-json"][1]


def test_json_is_one_style(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("cite", "a1b2c3d4e5f6", "--json", "--style", "ris")
    assert (code, out) == (2, "")
    assert "--json is --style csl-json" in err


def test_something_must_be_named(newsgrep: Newsgrep) -> None:
    code, _, err = newsgrep("cite")
    assert code == 2
    assert "Nothing to cite" in err
