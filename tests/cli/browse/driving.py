"""The interactive search without a terminal: keys go in, and what is on the screen is looked at."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import newsgrep
from newsgrep.cli.browse.app import BrowseApp
from newsgrep.cli.browse.asked import begin
from newsgrep.opening import open_archive
from newsgrep.search.request import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from newsgrep.cli.browse.search_screen import SearchScreen

WIDE, MIDDLING, NARROW = (140, 24), (100, 24), (60, 24)
PATIENCE = 20.0
"""Seconds after which what should be seen is not coming."""


class Driver:
    """Types, and waits for what is to be seen."""

    def __init__(self, app: BrowseApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> SearchScreen:
        """The screen with the hits."""
        return self.app.search

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    def type(self, text: str) -> None:
        """Paste a text into the query."""
        self.screen.query_line.insert_text_at_cursor(text)

    async def until(self, seen: Callable[[], object]) -> None:
        """Wait for something to be seen."""
        end = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < end, f"not seen; the status is {self.status!r}"
            await asyncio.sleep(0.01)

    async def until_hits(self, total: int) -> None:
        """Wait for so many hits, and for what they have in common."""
        await self.until(lambda: self.screen.results is not None and self.screen.results.total == total)
        await self.until(lambda: self.screen.counted is self.screen.results)

    async def settle(self) -> None:
        """Wait for the article under the cursor."""

        def shown() -> bool:
            hit, opened = self.screen.hits_list.current, self.screen.article_pane.opened
            return bool(hit and opened and hit.article.id == opened.article.id)

        await self.until(shown)

    @property
    def status(self) -> str:
        """The quiet line."""
        return str(self.screen.status_line.content)

    @property
    def focused(self) -> str | None:
        """The name of the pane that keys go to."""
        focused = self.app.focused
        return focused.id if focused else None

    @property
    def titles(self) -> list[str]:
        """The headlines of the hits."""
        return [hit.article.title for hit in self.screen.hits_list.listed]

    @property
    def text(self) -> str:
        """All that is on the screen, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips(self.app.size)
        return "\n".join(strip.text[:width] for strip in strips[:height])


@asynccontextmanager
async def driving(
    index: Path, text: str = "", size: tuple[int, int] = WIDE, request: Request | None = None
) -> AsyncIterator[Driver]:
    """Open the interactive search, and wait for its first hits."""
    app = BrowseApp(lambda: open_archive(index), begin(request or Request(text=text)))
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: app.search.counted is not None or app.search.note)
        yield driver


def run(test: Coroutine[object, object, None]) -> None:
    """Run one drive to its end."""
    asyncio.run(test)


def build(folder: Path, articles: Sequence[dict[str, object]]) -> Path:
    """An index of some articles."""
    source = folder / "all.jsonl"
    source.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([source])
    return folder / "index"
