"""The line at the bottom: the keys that are wanted most, as many as fit; a click does what the key does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from newsgrep.cli.browse.keys import EVERYWHERE, fit_keys

if TYPE_CHECKING:
    from textual import events


class KeyLine(Widget):
    """Keys and what they do, in brief."""

    def __init__(self) -> None:
        super().__init__(id="keys")

    def render(self) -> Content:
        """The keys that fit."""
        parts: list[tuple[str, str]] = []
        for key in fit_keys(EVERYWHERE, self.size.width):
            parts += [(key.shown, "bold $text-accent"), (f" {key.brief}  ", "")]
        return Content.assemble(*parts)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        end = self.gutter.left
        for key in fit_keys(EVERYWHERE, self.size.width):
            end += key.width
            if event.x < end:
                await self.screen.run_action(key.action)
                break
