"""What the hits can be narrowed to, with how many articles each leaves: sections, sources, authors, languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from newsgrep.cli.browse.facet_rows import Choice, Heading, More, iter_rows
from newsgrep.cli.browse.keys import IN_FILTERS
from newsgrep.cli.safe_text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.binding import BindingType

    from newsgrep.cli.browse.facet_rows import Row
    from newsgrep.search.request import Filters
    from newsgrep.search.trends import By, Facet

CHOSEN, QUIET, HEADING = "bold $text-accent", "dim", "bold $text-primary"
_MARKS = {True: "✓ ", False: "  "}


class FilterList(OptionList):
    """Values to choose from."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(key.keys, key.action, key.does, show=False) for key in IN_FILTERS]

    class Toggled(Message):
        """A value is to be chosen, or given up."""

        def __init__(self, by: By, label: str) -> None:
            super().__init__()
            self.by = by
            self.label = label

    class Expanded(Message):
        """More values of a kind are asked for."""

        def __init__(self, by: By) -> None:
            super().__init__()
            self.by = by

    def __init__(self) -> None:
        super().__init__(id="filters", markup=False)
        self._rows: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is listed."""
        return self._rows

    def show_facets(self, facets: Mapping[By, Facet], filters: Filters) -> None:
        """List other values; the cursor stays with its value."""
        at, offset = self.highlighted, self.scroll_offset
        place = _place_of(self._rows[at]) if at is not None and at < len(self._rows) else None
        self._rows = tuple(iter_rows(facets, filters))
        self._write()
        places = {_place_of(row): number for number, row in enumerate(self._rows) if not isinstance(row, Heading)}
        if place in places:
            self.highlighted = places[place]
        elif places:
            self.highlighted = min(places.values(), key=lambda number: abs(number - (at or 0)))
        self.scroll_to(y=offset.y, animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Numbers stand at the right edge."""
        del event
        at = self.highlighted
        self._write()
        self.highlighted = at

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell what was chosen."""
        event.stop()
        row = self._rows[event.option_index]
        if isinstance(row, Choice):
            self.post_message(self.Toggled(row.by, row.label))
        elif isinstance(row, More):
            self.post_message(self.Expanded(row.by))

    def _write(self) -> None:
        width = max(16, self.scrollable_content_region.width - 2)
        self.clear_options()
        self.add_options(
            [Option(_describe(row, width), disabled=isinstance(row, Heading)) for row in self._rows]
            or [Option(Content("Nothing to choose from.").stylize(QUIET), disabled=True)]
        )


def _place_of(row: Row) -> tuple[object, ...]:
    """What a row is, whatever is counted of it."""
    match row:
        case Heading():
            return (row.text,)
        case Choice():
            return (row.by, row.label)
        case More():
            return (row.by,)


def _describe(row: Row, width: int) -> Content:
    match row:
        case Heading():
            return Content(row.text).stylize(HEADING)
        case More():
            return Content(f"  … {row.values:,} more").stylize(QUIET)
        case Choice():
            number = "" if row.articles is None else f"{row.articles:,}"
            label = Content(_MARKS[row.chosen] + clean_line(row.label))
            label = label.truncate(max(4, width - len(number) - 1), ellipsis=True, pad=True)
            return (label.stylize(CHOSEN) if row.chosen else label) + Content(f" {number}").stylize(QUIET)
