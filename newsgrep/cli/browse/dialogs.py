"""What is asked apart from the hits, each on a sheet above them: a range of dates, a style of citations, all keys."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from newsgrep.cli.browse.keys import PANES
from newsgrep.cli.safe_text import clean_line
from newsgrep.errors import FilterError
from newsgrep.search.date_filters import read_dates

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from newsgrep.cli.browse.asked import Dates

STYLES = {
    "text": "Text, as in a footnote",
    "markdown": "Markdown",
    "bibtex": "BibTeX",
    "ris": "RIS: Zotero, EndNote, Mendeley",
    "csl-json": "CSL-JSON: Pandoc, Zotero",
}
"""Styles of citations, by the names that `newsgrep cite --style` takes."""
_KEY_COLUMN = 14


class DatesDialog(ModalScreen["Dates | None"]):
    """Asks for a range of dates."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, dates: Dates) -> None:
        super().__init__()
        self._dates = dates

    def compose(self) -> ComposeResult:
        """Two lines to type, and one for what cannot be understood."""
        first, last = self._dates
        with Vertical(classes="sheet"):
            yield Static(Content("Published").stylize("bold"))
            yield Input(f"{first or ''}", placeholder="since: 2018, 2018-02-20, last month", id="since", compact=True)
            yield Input(f"{last or ''}", placeholder="until: its last day counts", id="until", compact=True)
            yield Static("Enter takes it, Tab changes the line, Esc goes back", id="fault", markup=False)

    def on_mount(self) -> None:
        """Nothing blinks."""
        for line in self.query(Input):
            line.cursor_blink = False

    def on_input_submitted(self) -> None:
        """Take both lines, or say what is wrong with one."""
        since, until = (self.query_one(f"#{name}", Input).value.strip() or None for name in ("since", "until"))
        try:
            self.dismiss(read_dates(since, until, None, today=dt.date.today()))
        except FilterError as error:
            self.query_one("#fault", Static).update(Content(clean_line(error.message)).stylize("$text-warning"))


class StyleDialog(ModalScreen["str | None"]):
    """Asks for a style of citations."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back"),
    ]

    def __init__(self, style: str) -> None:
        super().__init__()
        self._style = style

    def compose(self) -> ComposeResult:
        """The styles; the cursor is at the one in use."""
        with Vertical(classes="sheet"):
            yield Static(Content("Cite as").stylize("bold"))
            yield OptionList(*(Option(Content(said), id=name) for name, said in STYLES.items()), compact=True)

    def on_mount(self) -> None:
        """Begin at the style in use."""
        self.query_one(OptionList).highlighted = list(STYLES).index(self._style)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a style."""
        self.dismiss(event.option_id)


class KeysDialog(ModalScreen[None]):
    """Shows all keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss(None)", "Back"),
        Binding("j", "scroll_keys(1)", show=False),
        Binding("k", "scroll_keys(-1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """A table for each pane."""
        with VerticalScroll(classes="sheet wide"):
            yield Static(describe_keys())

    def action_scroll_keys(self, step: int) -> None:
        """A line down or up."""
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)


def describe_keys() -> Content:
    """All keys, by pane."""
    lines = []
    for pane, keys in PANES:
        lines += [Content(pane).stylize("bold"), *(_describe_key(key.shown, key.does) for key in keys), Content("")]
    return Content("\n").join(lines[:-1])


def _describe_key(shown: str, does: str) -> Content:
    return Content.assemble((f"  {shown:<{_KEY_COLUMN}}", "$text-accent"), does)
