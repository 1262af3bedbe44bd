from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from newsgrep.article import Article
from newsgrep.cli import plain_printer
from newsgrep.cli.terminal_printer import render_article, render_results, render_sections, render_table
from newsgrep.search.overview import SectionCount
from newsgrep.search.request import Request
from newsgrep.search.results import Hit, Results, Snippet

if TYPE_CHECKING:
    from pathlib import Path

# Colours and other renditions, and links: all that Rich writes.
STYLES = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;[^\x1b]*\x1b\\\\")
REQUEST = Request(text="bridge")


def console(width: int = 80, **options: Any) -> Console:
    settings: dict[str, Any] = {
        "force_terminal": True,
        "color_system": "standard",
        "highlight": False,
        "markup": False,
        "emoji": False,
        "no_color": False,
        "_environ": {"TERM": "xterm"},
    }
    return Console(width=width, **(settings | options))


def plain(text: str) -> str:
    """What is seen, without the blanks that fill lines."""
    return re.sub(" +$", "", STYLES.sub("", text), flags=re.MULTILINE)


def test_a_terminal_shows_what_a_pipe_gets(results: Results, harbour: Article) -> None:
    shown = plain("".join(render_results(results, REQUEST, console())))
    assert shown == "".join(plain_printer.render_results(results, REQUEST))
    shown = plain("".join(render_article(harbour, console())))
    assert shown == "".join(plain_printer.render_article(harbour))


def test_words_of_the_query_are_lit_in_title_and_passages(results: Results) -> None:
    text = "".join(render_results(results, REQUEST, console()))
    assert "\x1b[1;4;31mbridge\x1b[0m" in text
    assert "The harbour \x1b[1;31mbridge\x1b[0m opened" in text


def test_without_colour_lit_words_are_still_told_apart(results: Results) -> None:
    text = "".join(render_results(results, REQUEST, console(no_color=True)))
    assert "\x1b[1;4mbridge\x1b[0m" in text
    assert "The harbour \x1b[1mbridge\x1b[0m opened" in text
    assert not re.search("\x1b\\[[0-9;]*3[0-7]", text)


def test_brackets_are_never_markup(harbour: Article) -> None:
    hostile = replace(harbour, title="[/b] [bold red]x[/] :smile:", section=("[/]",), path="[link]p")
    hit = Hit(1, 1.0, hostile, ((0, 4),), (Snippet("body", "[blink]y[/blink]", ((7, 8),)),))
    shown = plain("".join(render_results(Results("q", 1, 1.0, (hit,)), REQUEST, console())))
    for text in ("[/b] [bold red]x[/] :smile:", "· [/] ·", "[link]p", "[blink]y[/blink]"):
        assert text in shown


@given(st.text(max_size=40), st.text(st.sampled_from("\x00\x1b\x07\x9b[]/b\u202e\ud800\n ab"), max_size=20))
def test_only_the_printer_itself_writes_escapes(title: str, passage: str) -> None:
    article = Article(id="1", title=title, body=passage, url=f"https://{title}", path=f"nowhere/{passage}")
    hit = Hit(1, 1.0, article, ((0, 1),), (Snippet("body", passage, ((0, 2),)),))
    text = "".join(render_results(Results("q", 1, 1.0, (hit,)), REQUEST, console()))
    text += "".join(render_article(article, console(), title_highlights=[(0, 2)], body_highlights=[(1, 3)]))
    assert {unicodedata.category(character) for character in plain(text).replace("\n", "")}.isdisjoint({"Cc", "Cs"})
    assert "\u202e" not in text


def test_text_is_wrapped_to_the_width_and_paths_are_not(harbour: Article) -> None:
    long = replace(harbour, title="word " * 30, path="folder/" * 20 + "a.html")
    hit = Hit(7, 1.0, long, (), (Snippet("body", "passage " * 40, ()),))
    lines = plain("".join(render_results(Results("q", 1, 1.0, (hit,)), REQUEST, console(40)))).splitlines()
    assert "   " + long.path in lines
    assert max(len(line) for line in lines if "folder" not in line) <= 40
    assert all(line.startswith(("7  ", "   ")) for line in lines[:-2])


def test_highlights_of_a_body_stay_on_their_words_in_every_paragraph() -> None:
    body = "\x1b one\u200b lit\n\nsecond lit\n \n\n lit third \u202elit"
    places = [match.span() for match in re.finditer("lit", body)]
    article = Article(id="1", title="t", body=body, path="p")
    text = "".join(render_article(article, console(), body_highlights=places))
    assert text.count("\x1b[1;31mlit\x1b[0m") == len(places) == 4


def test_a_highlight_over_a_paragraph_break_lights_both_ends() -> None:
    article = Article(id="1", title="t", body="end here\n\nstart there", path="p")
    text = "".join(render_article(article, console(), body_highlights=[(4, 15)]))
    assert "\x1b[1;31mhere\x1b[0m" in text
    assert "\x1b[1;31mstart\x1b[0m" in text


def test_only_files_that_exist_and_web_addresses_are_links(tmp_path: Path, harbour: Article) -> None:
    file = tmp_path / "a b\x07.html"
    file.touch()
    text = "".join(render_article(replace(harbour, path=str(file)), console()))
    assert f"file://{tmp_path}/a%20b%07.html\x1b\\" in text
    assert ";https://example.org/harbour-bridge\x1b\\" in text
    text = "".join(render_article(replace(harbour, url="javascript:alert()"), console()))
    assert "]8;" not in text


@pytest.mark.parametrize("url", ["https://example.org/\x1b\\x", "https://example.org/a b", "https://é.example/"])
def test_an_address_that_could_end_the_link_is_none(url: str, harbour: Article) -> None:
    assert "]8;" not in "".join(render_article(replace(harbour, url=url), console()))


def test_columns_are_those_of_a_pipe() -> None:
    sections, rows = [SectionCount("[b]News", 1200), SectionCount("Sport", 3)], [("Articles", "3"), ("Size", "1 kB")]
    assert plain("".join(render_sections(sections, console()))) == "".join(plain_printer.render_sections(sections))
    assert plain("".join(render_table(rows, console()))) == "".join(plain_printer.render_table(rows))
