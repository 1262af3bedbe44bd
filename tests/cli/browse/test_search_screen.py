"""What a person sees who types, moves, reads and chooses."""

from __future__ import annotations

import base64
import dataclasses
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import newsgrep
from newsgrep.archive import ingest
from newsgrep.article import Article, Page
from newsgrep.cli.browse import article_actions, search_screen
from newsgrep.cli.browse.facet_rows import Choice, More
from newsgrep.extract.article import extract_article
from newsgrep.opening import open_archive
from newsgrep.search.request import Filters, Request
from newsgrep.search.trends import By
from tests.cli import test_hostile_text as hostile
from tests.cli.browse.driving import MIDDLING, NARROW, WIDE, Driver, build, driving, run


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's fingers rest here."""
    monkeypatch.setattr(search_screen, "TYPING_PAUSE", 0.005)
    monkeypatch.setattr(search_screen, "MOVING_PAUSE", 0.001)
    monkeypatch.delenv("NO_COLOR", raising=False)


async def choose(driver: Driver, label: str) -> None:
    """Move to a value with the keys, and choose it."""
    filters = driver.screen.filter_list
    for _ in range(len(filters.rows)):
        at = filters.highlighted
        row = filters.rows[at] if at is not None else None
        if isinstance(row, Choice) and row.label == label:
            break
        await driver.press("j")
    await driver.press("space")


def test_hits_change_while_a_query_is_typed(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples) as driver:
            assert "30 articles · newest first" in driver.status
            await driver.press(*"chess")
            await driver.until_hits(4)
            assert "by relevance" in driver.status
            assert all("hess" in f"{hit.article.title} {hit.snippets}" for hit in driver.screen.hits_list.listed)
            await driver.press("backspace")
            await driver.until(lambda: "words that begin with ches" in driver.status)
            assert driver.screen.results is not None
            assert driver.screen.results.total >= 4

    run(drive())


def test_a_query_that_is_wrong_is_said_quietly_and_hits_can_still_be_read(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "harbour") as driver:
            before = driver.titles
            await driver.press("slash", "end", "space", '"')
            await driver.until(lambda: "quotation mark is never closed" in driver.status)
            assert driver.titles == before
            await driver.press("escape", "j")
            opened = driver.screen.article_pane
            await driver.until(lambda: opened.opened and opened.opened.article.title == before[1] and opened.matches)

    run(drive())


def test_a_misspelt_query_says_what_was_searched_and_lights_it(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "harbuor brigde") as driver:
            assert 'searched for "harbour" instead of "harbuor"' in driver.status
            assert "--" not in driver.status
            await driver.until(lambda: driver.screen.article_pane.matches > 1)

    run(drive())


def test_a_newer_query_overtakes_an_older_one(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, let_go = threading.Event(), threading.Event()
    search = newsgrep.Archive.search

    def slow(archive: newsgrep.Archive, request: Request | str, **rest: Any) -> newsgrep.Results:
        if isinstance(request, Request) and request.text == "harbour":
            held.set()
            assert let_go.wait(20)
        return search(archive, request, **rest)

    monkeypatch.setattr(newsgrep.Archive, "search", slow)

    async def drive() -> None:
        async with driving(samples) as driver:
            driver.type("harbour")
            await driver.until(held.is_set)
            driver.type(" chess")
            await driver.until_hits(1)
            seen = driver.titles
            let_go.set()
            await driver.pilot.pause(0.2)
            assert driver.titles == seen
            assert driver.screen.asked.request.text == "harbour chess"

    run(drive())


def test_filters_are_chosen_and_given_up_by_keyboard(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "harbour bridge") as driver:
            await driver.press("f")
            await choose(driver, "Business")
            await driver.until_hits(2)
            assert driver.screen.asked.request.filters == Filters(sections=("Business",))
            assert [chip.text for chip in driver.screen.chip_row.chips] == ["Business"]
            assert "Business ×" in driver.text
            # What else could be chosen is counted without this choice.
            rows = [row for row in driver.screen.filter_list.rows if isinstance(row, Choice) and row.by is By.SECTION]
            assert rows[0] == Choice(By.SECTION, "Business", 2, True)
            assert Choice(By.SECTION, "News", 6, False) in rows
            await choose(driver, "News")
            await driver.until_hits(8)
            await driver.press("x")
            await driver.until_hits(17)
            assert driver.screen.chip_row.chips == ()

    run(drive())


def test_more_values_are_listed_where_they_are_asked_for(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples) as driver:
            filters = driver.screen.filter_list
            await driver.press("tab", "tab")
            at = next(at for at, row in enumerate(filters.rows) if isinstance(row, More))
            more = filters.rows[at]
            assert isinstance(more, More)
            filters.highlighted = at
            before = len(filters.rows)
            await driver.press("enter")
            await driver.until(lambda: len(filters.rows) == before + more.values - 1)

    run(drive())


def test_a_bar_of_the_timeline_narrows_the_dates_and_is_widened_again(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "harbour bridge") as driver:
            await driver.press("t", "home")
            await driver.until(lambda: "2001: 1 of 1 saved article" in driver.status)
            await driver.press("enter")
            await driver.until_hits(1)
            assert [chip.text for chip in driver.screen.chip_row.chips] == ["2001"]
            await driver.press("backspace")
            await driver.until_hits(17)
            await driver.press("home", "space", "end", "enter")
            await driver.until(lambda: any(driver.screen.asked.dates))
            assert [chip.text for chip in driver.screen.chip_row.chips] == ["2001 to 2024"]

    run(drive())


def test_an_article_is_read_with_its_words_lit_one_after_the_other(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "harbour bridge", MIDDLING) as driver:
            await driver.press("enter")
            pane = driver.screen.article_pane
            await driver.until(lambda: pane.opened)
            assert driver.focused == "article"
            assert pane.opened is not None
            assert pane.opened.article.title == driver.titles[0]
            assert pane.text.endswith("end of the article —")
            lit = pane.matches
            assert lit > 3
            await driver.press("n", "n")
            assert f"match 2 of {lit}" in driver.status
            await driver.press("N", "N")
            assert f"match {lit} of {lit}" in driver.status
            assert pane.scroll_y > 0 or pane.virtual_size.height <= pane.size.height
            await driver.press("escape")
            assert driver.focused == "hits"
            await driver.press("escape")
            assert driver.focused == "query"

    run(drive())


def test_a_citation_is_copied_through_the_terminal_in_the_style_that_was_chosen(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "harbour bridge toll") as driver:
            article = driver.screen.hits_list.listed[0].article
            with open_archive(samples) as archive:
                text, ris = archive.cite(article.id), archive.cite(article.id, "ris")
            await driver.press("c")
            await driver.until(lambda: driver.app.clipboard == text.rstrip("\n"))
            assert "copied: " in driver.status
            await driver.press("C", "down", "down", "down", "enter")
            await driver.until(lambda: driver.app.clipboard == ris.rstrip("\r\n").replace("\r\n", "\n"))
            await driver.press("y")
            assert driver.app.clipboard == article.path

    run(drive())


def test_order_copies_and_matching_are_keys(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "storm bridge") as driver:
            total = driver.screen.results.total if driver.screen.results else 0
            await driver.press("s")
            await driver.until(lambda: "newest first" in driver.status)
            await driver.until_hits(total)
            dates = [str(hit.article.published) for hit in driver.screen.hits_list.listed]
            assert dates == sorted(dates, reverse=True)
            await driver.press("g")
            await driver.until(lambda: "stories" in driver.status)
            await driver.press("m")
            await driver.until(lambda: "any word" in driver.status)
            await driver.until(lambda: driver.screen.results and driver.screen.results.total > total)

    run(drive())


def test_dates_are_typed_and_what_is_no_date_is_said(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples) as driver:
            await driver.press("escape", "d", *"2011-01", "tab", "x", "enter")
            assert not any(driver.screen.asked.dates)
            await driver.press("backspace", *"2011-06", "enter")
            await driver.until(lambda: driver.screen.chip_row.chips)
            assert [chip.text for chip in driver.screen.chip_row.chips] == ["2011-01-01 to 2011-06-30"]

    run(drive())


def test_a_narrow_terminal_shows_one_pane_at_a_time(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "harbour bridge", NARROW) as driver:
            screen = driver.screen

            def displayed() -> list[str]:
                panes = (screen.filter_list, screen.hits_list, screen.article_pane)
                return [str(pane.id) for pane in panes if pane.display]

            assert displayed() == ["hits"]
            await driver.press("enter")
            assert displayed() == ["article"]
            await driver.until(lambda: screen.article_pane.opened)
            assert all(len(line.rstrip()) <= 60 for line in driver.text.splitlines())
            await driver.press("f")
            assert displayed() == ["filters"]
            await driver.press("escape")
            assert displayed() == ["hits"]
            await driver.press("enter", "slash")
            assert displayed() == ["hits"]

    run(drive())


def test_more_hits_are_loaded_where_the_list_ends(tmp_path: Path) -> None:
    index = build(tmp_path, [{"id": f"{at}", "title": f"Tide {at}", "text": "Low water."} for at in range(70)])

    async def drive() -> None:
        async with driving(index, "tide") as driver:
            assert len(driver.titles) == 20
            await driver.press("end")
            await driver.until(lambda: len(driver.titles) == 40)
            await driver.press("end")
            await driver.until(lambda: len(driver.titles) == 60)
            await driver.press("end")
            await driver.until(lambda: len(driver.titles) == 70)
            assert len(set(driver.titles)) == 70

    run(drive())


HOSTILE: dict[str, object] = {
    "title": "Tide [red]table[/] [@click=app.leave]x[/] \x1b]52;c;aGk=\x07 \u202egnp.exe",
    "text": "A tide [bold]rose[/bold] \x1b[2J\x1b[31m and [link=file:///etc/passwd]fell[/link].\r\nAgain: $primary [/]",
    "authors": ["[blink]Ada[/blink] \x9b5m"],
    "section": ["[reverse]News[/]", "\x1b[7mSport"],
    "source": "The [u]Post[/u]\n\x07",
    "url": "javascript:alert(1)",
    "date": "2020-02-20",
}


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_article_text_is_neither_markup_nor_an_escape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    understand = extract_article

    def leave_in(page: Page, article_id: str, **options: Any) -> Article:
        whole = understand(page, article_id, **options)
        return dataclasses.replace(
            whole, title=hostile.TITLE, body=hostile.BODY, section=(hostile.LABEL, "[/]"), authors=(hostile.HOSTILE,),
            source=hostile.HOSTILE, url=hostile.URL, lang="[/]",
        )  # fmt: skip

    monkeypatch.setattr(ingest, "extract_article", leave_in)
    index = build(tmp_path, [{"title": "Tide", "text": "It rose.", "date": "2020-02-20"}])

    async def drive() -> None:
        async with driving(index, "lighthouse", size) as driver:
            seen = [driver.text]
            await driver.press("enter")
            await driver.settle()
            for keys in (("n",), ("n", "n"), ("end",), ("f",), ("space",), ("c",), ("y",), ("t",), ("escape",), ("g",)):
                await driver.press(*keys)
                await driver.pilot.pause(0.05)
                seen.append(driver.text)
            assert driver.app.is_running
            assert not hostile.find_harm("\n".join(seen))
            assert not hostile.HIDDEN & set("".join(seen))
            assert "[red]markup[/red]" in " ".join("".join(seen).replace("▌", "").split())
            assert driver.screen.article_pane.matches > 1
            assert driver.app.clipboard
            assert not hostile.find_harm(driver.app.clipboard)

    run(drive())


def test_an_address_that_is_none_of_the_web_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(tmp_path, [HOSTILE, {"title": "Tide two", "text": "It rose.", "url": "https://post.example/2"}])
    opened: list[str] = []

    def open_(address: str) -> Iterator[None]:
        opened.append(address)
        yield

    monkeypatch.setattr(article_actions, "find_browser", lambda: (None, False))
    monkeypatch.setattr(article_actions, "iter_opening", open_)

    async def drive() -> None:
        async with driving(index, "tide rose") as driver:
            for at, title in enumerate(driver.titles):
                driver.screen.hits_list.highlighted = at
                await driver.press("o")
                if title == "Tide two":
                    await driver.until(lambda: opened == ["https://post.example/2"])
                else:
                    await driver.until(lambda: "is one of several articles in" in driver.status)
            assert opened == ["https://post.example/2"]

    run(drive())


def test_an_empty_index_says_what_to_do(tmp_path: Path) -> None:
    index = build(tmp_path, [])

    async def drive() -> None:
        async with driving(index) as driver:
            await driver.until(lambda: "The index has no articles" in driver.text)
            assert "newsgrep index DIR" in " ".join(driver.text.replace("▌", "").split())
            await driver.press("escape", "enter", "n", "c", "y", "o", "s", "g", "t", "enter", "f", "space")
            assert driver.app.is_running

    run(drive())


def test_an_index_that_is_updated_is_followed_and_the_cursor_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_screen, "LOOK", 0.02)
    index = build(tmp_path, [{"title": f"Tide {at}", "text": "Low.", "date": f"2020-01-{at:02}"} for at in (11, 12)])

    async def drive() -> None:
        async with driving(index) as driver:
            await driver.press("escape", "down")
            assert driver.titles == ["Tide 12", "Tide 11"]
            (tmp_path / "new.json").write_text(json.dumps({"title": "Ebb", "text": "High.", "date": "2020-01-20"}))
            with newsgrep.open(index) as archive:
                archive.update([tmp_path / "new.json"])
            await driver.until_hits(3)
            assert "the index was updated" in driver.status
            assert driver.titles == ["Ebb", "Tide 12", "Tide 11"]
            current = driver.screen.hits_list.current
            assert current is not None
            assert current.article.title == "Tide 11"

    run(drive())


def test_an_index_that_is_gone_is_said_and_what_takes_its_place_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_screen, "LOOK", 0.02)
    index = build(tmp_path, [{"title": "Tide", "text": "Low."}])

    async def drive() -> None:
        async with driving(index) as driver:
            # Until it was looked at once, nothing is known to be gone.
            await driver.until(lambda: driver.screen.looking is not None and driver.screen.looking.answered)
            shutil.rmtree(index)
            await driver.until(lambda: "cannot be opened" in driver.status)
            assert driver.titles == ["Tide"]
            with newsgrep.open(index, create=True) as archive:
                (tmp_path / "all.jsonl").write_text(json.dumps({"title": "Ebb", "text": "High."}))
                archive.update([tmp_path / "all.jsonl"])
            await driver.until(lambda: driver.titles == ["Ebb"])

    run(drive())


def test_light_and_dark_and_the_keys_are_shown(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "bridge") as driver:
            dark = driver.app.theme
            await driver.press("L")
            assert driver.app.theme != dark
            await driver.press("question_mark")
            assert "Copy the citation of the article" in driver.text
            await driver.press("escape")
            assert "Copy the citation of the article" not in driver.text
            await driver.press("q")
            await driver.until(lambda: not driver.app.is_running)

    run(drive())


def test_what_is_copied_goes_out_as_osc_52(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    async def drive() -> None:
        async with driving(samples, "bridge") as driver:
            assert driver.app._driver is not None
            monkeypatch.setattr(driver.app._driver, "write", written.append)
            await driver.press("y")

    run(drive())
    (copied,) = [text for text in written if text.startswith("\x1b]52;c;")]
    assert base64.b64decode(copied[7:-1]).decode().startswith(("http", "examples/"))


def test_without_colours_lit_words_are_still_told(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def drive() -> None:
        async with driving(samples, "harbour") as driver:
            await driver.press("enter")
            pane = driver.screen.article_pane
            await driver.until(lambda: pane.matches)
            styles = [segment.style for y in range(12) for segment in pane.render_line(y) if segment.text == "harbour"]
            assert styles
            assert all(style and style.bold and style.underline for style in styles)

    run(drive())


def test_the_mouse_chooses_hits_values_bars_chips_and_keys(samples: Path) -> None:
    async def drive() -> None:
        async with driving(samples, "harbour bridge") as driver:
            screen = driver.screen
            rows = screen.filter_list.rows
            at = next(at for at, row in enumerate(rows) if isinstance(row, Choice) and row.label == "News")
            await driver.pilot.click(screen.filter_list, offset=(6, at))
            await driver.until_hits(6)
            await driver.pilot.click(screen.timeline_strip, offset=(0, 1))
            await driver.until(lambda: len(screen.chip_row.chips) == 2)
            await driver.until(lambda: len(screen.chip_row.children) == 2)
            await driver.pilot.click(screen.chip_row.children[0])
            await driver.until(lambda: len(screen.chip_row.children) == 1)
            await driver.pilot.click(screen.chip_row.children[0])
            await driver.until_hits(17)
            await driver.pilot.click(screen.hits_list, offset=(4, 1))
            assert driver.focused == "article"
            await driver.pilot.click("#keys", offset=(2, 0))
            await driver.until(lambda: "Copy the citation of the article" in driver.text)

    run(drive())


def test_what_is_typed_is_searched_even_where_something_else_is_asked_before(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_screen, "TYPING_PAUSE", 0.3)

    async def drive() -> None:
        async with driving(samples) as driver:
            driver.type("chess")
            driver.screen.action_next_order()
            await driver.until_hits(4)
            assert driver.screen.asked.request.text == "chess"
            assert "oldest first" in driver.status

    run(drive())


def test_the_program_ends_while_a_search_goes_on(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, let_go = threading.Event(), threading.Event()
    search = newsgrep.Archive.search

    def slow(archive: newsgrep.Archive, request: Request | str, **rest: Any) -> newsgrep.Results:
        if isinstance(request, Request) and request.text == "chess":
            held.set()
            assert let_go.wait(20)
        return search(archive, request, **rest)

    monkeypatch.setattr(newsgrep.Archive, "search", slow)
    monkeypatch.setattr(search_screen, "SLOW", 0.01)

    async def drive() -> None:
        async with driving(samples) as driver:
            driver.type("chess")
            await driver.until(held.is_set)
            await driver.until(lambda: "searching" in driver.status)
            await driver.press("ctrl+c")
            await driver.until(lambda: not driver.app.is_running)
        let_go.set()

    run(drive())
