"""docs/browse.md, held against the program."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
from textual.dom import DOMNode

from newsgrep.cli.browse.app import BrowseApp
from newsgrep.cli.browse.article_pane import ArticlePane
from newsgrep.cli.browse.filter_list import FilterList
from newsgrep.cli.browse.hit_list import HitList
from newsgrep.cli.browse.keys import EVERYWHERE, PANES, Key, fit_keys
from newsgrep.cli.browse.query_line import QueryLine
from newsgrep.cli.browse.search_screen import SearchScreen
from newsgrep.cli.browse.timeline_strip import TimelineStrip
from newsgrep.cli.browse_command import browse_command
from tests.cli.browse.pictures import FOLDER, PICTURES, Picture, draw, read_words
from tests.cli.pages import DOCS, read_commands

PAGE = (DOCS / "browse.md").read_text("utf-8")
DRAWN_ANEW = PICTURES if os.environ.get("NEWSGREP_NIGHTLY") else PICTURES[-1:]
WIDGETS: dict[str, type[DOMNode]] = {
    "Everywhere": SearchScreen,
    "Query": QueryLine,
    "Hits": HitList,
    "Filters": FilterList,
    "Timeline": TimelineStrip,
    "Article": ArticlePane,
}
NAMES = {
    "slash": "/", "question_mark": "?", "down": "↓", "up": "↑", "left": "←", "right": "→", "escape": "Esc",
    "pagedown": "PgDn", "pageup": "PgUp",
}  # fmt: skip


def read_keys(pane: str) -> list[tuple[str, str]]:
    """Keys and what they do, from the table below a heading of the page."""
    table = PAGE.split(f"### {pane}\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| (`.*`) \| (.*) \|$", table, re.MULTILINE)
    return [(", ".join(re.findall(r"`([^`]+)`", keys)), does) for keys, does in rows]


@pytest.mark.parametrize(("pane", "keys"), PANES, ids=lambda each: each if isinstance(each, str) else "")
def test_the_page_lists_the_keys_that_there_are(pane: str, keys: tuple[Key, ...]) -> None:
    assert read_keys(pane) == [(key.shown, key.does) for key in keys]


@pytest.mark.parametrize(("pane", "keys"), PANES, ids=lambda each: each if isinstance(each, str) else "")
def test_every_key_is_bound_to_something_that_there_is(pane: str, keys: tuple[Key, ...]) -> None:
    widget = WIDGETS[pane]
    bound = {binding.key: binding.action for binding in widget.BINDINGS if not isinstance(binding, tuple)}
    assert len({name for key in keys for name in key.keys.split(",")}) == sum(len(key.keys.split(",")) for key in keys)
    for key in keys:
        scope, _, action = bound[key.keys].rpartition(".")
        owner = {"app": BrowseApp, "screen": SearchScreen}.get(scope, widget)
        assert hasattr(owner, f"action_{action.split('(')[0]}"), key
        shown = {NAMES.get(name, name.capitalize() if len(name) > 1 else name) for name in key.keys.split(",")}
        assert shown == set(key.shown.split(", "))


@pytest.mark.parametrize("columns", [1, 20, 40, 60, 88, 132, 200])
def test_the_last_line_has_the_first_keys_and_how_to_quit(columns: int) -> None:
    shown = fit_keys(EVERYWHERE, columns)
    assert shown[-1].shown == "q"
    assert [key for key in EVERYWHERE if key.brief][: len(shown) - 1] == list(shown[:-1])
    assert sum(key.width for key in shown) - 2 <= max(columns, shown[-1].width)


def test_every_option_and_command_of_the_page_is_understood() -> None:
    commands = read_commands("browse.md")
    assert len(commands) > 2
    for command in commands:
        words = shlex.split(command, comments=True)[2:]
        assert browse_command.make_context("browse", words, help_option_names=["-h", "--help"])
    known = {name for parameter in browse_command.params for name in parameter.opts}
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= known
    assert isinstance(browse_command, click.Command)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_every_picture_is_on_the_page_and_sound(picture: Picture) -> None:
    assert f"(pictures/{picture.name}.svg)" in PAGE
    svg = (FOLDER / f"{picture.name}.svg").read_text("utf-8")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert {path.name for path in FOLDER.glob("browse-*")} == {f"{each.name}.svg" for each in PICTURES}


@pytest.mark.parametrize("picture", DRAWN_ANEW, ids=lambda picture: picture.name)
def test_pictures_show_what_is_seen_today(picture: Picture, samples: Path) -> None:
    saved = (FOLDER / f"{picture.name}.svg").read_text("utf-8")
    assert read_words(draw(picture, samples)) == read_words(saved), (
        "draw them anew: python tests/cli/browse/pictures.py"
    )
