"""The program on the terminal: its screen, its colours, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding

from newsgrep.cli.browse.search_screen import SearchScreen
from newsgrep.cli.browse.themes import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.binding import BindingType

    from newsgrep.api import Archive
    from newsgrep.cli.browse.asked import Asked


class BrowseApp(App[None]):
    """The interactive search."""

    TITLE = "newsgrep"
    CSS_PATH = "browse.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "leave", "Quit", show=False, priority=True)]

    def __init__(self, open_archive: Callable[[], Archive], asked: Asked, *, theme: str = DARK) -> None:
        """`open_archive` opens the index once more, as often as it is called."""
        super().__init__()
        self._open_archive = open_archive
        self.asked = asked
        self.animation_level = "none"
        self.theme = theme

    def get_default_screen(self) -> SearchScreen:
        """The one screen; dialogs lie above it."""
        self.search = SearchScreen(self._open_archive, self.asked)
        return self.search

    def action_toggle_light(self) -> None:
        """Light or dark."""
        self.theme = LIGHT if self.theme != LIGHT else DARK

    def action_leave(self) -> None:
        """End."""
        self.exit()
