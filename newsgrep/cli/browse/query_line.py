"""Above the hits: where the query is typed, and the filters that are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from newsgrep.cli.browse.keys import IN_QUERY
from newsgrep.cli.safe_text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from newsgrep.cli.browse.asked import Chip


class QueryLine(Input):
    """Where the query is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, f"screen.{key.action}", key.does, show=False) for key in IN_QUERY
    ]

    def __init__(self, text: str) -> None:
        super().__init__(
            text, placeholder='words, "a phrase", title:word, or nothing for all', id="query", compact=True
        )
        self.cursor_blink = False


class ChipLabel(Static):
    """One filter that is set; a click takes it off."""

    class Dropped(Message):
        """The filter is to go."""

        def __init__(self, chip: Chip) -> None:
            super().__init__()
            self.chip = chip

    def __init__(self, chip: Chip) -> None:
        super().__init__(Content(f"{clean_line(chip.text)} ×"), markup=False)
        self.chip = chip

    def on_click(self) -> None:
        """Tell that the filter is to go."""
        self.post_message(self.Dropped(self.chip))


class ChipRow(Horizontal):
    """The filters that are set, in a row."""

    def __init__(self) -> None:
        super().__init__(id="chips")
        self._chips: tuple[Chip, ...] = ()

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What is shown."""
        return self._chips

    async def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show other filters."""
        if tuple(chips) == self._chips:
            return
        self._chips = tuple(chips)
        self.set_class(bool(chips), "-some")
        async with self.batch():
            await self.remove_children()
            await self.mount_all([ChipLabel(chip) for chip in chips])
