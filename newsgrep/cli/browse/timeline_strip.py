"""The timeline above the hits: bars of months or years, from which a narrower time is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from newsgrep.cli.browse.keys import IN_TIMELINE
from newsgrep.cli.browse.timeline_bars import bar_width, draw_bars, fit_bars, place_names, range_of

if TYPE_CHECKING:
    import datetime as dt

    from rich.style import Style
    from textual import events
    from textual.binding import BindingType

    from newsgrep.cli.browse.timeline_bars import Bar
    from newsgrep.search.trends import Timeline

LINES = 2
"""Lines of bars; one more names them."""


class TimelineStrip(Widget, can_focus=True):
    """Bars over time."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"timeline--bar", "timeline--cursor", "timeline--name", "timeline--gap"}
    BINDINGS: ClassVar[list[BindingType]] = [Binding(key.keys, key.action, key.does, show=False) for key in IN_TIMELINE]

    class Narrowed(Message):
        """Only these days are wanted."""

        def __init__(self, first: dt.date, last: dt.date) -> None:
            super().__init__()
            self.first = first
            self.last = last

    class Widened(Message):
        """The days before are wanted again."""

    class Pointed(Message):
        """The cursor is at a bar, or away from all."""

        def __init__(self, bar: Bar | None) -> None:
            super().__init__()
            self.bar = bar

    def __init__(self) -> None:
        super().__init__(id="timeline")
        self._timeline: Timeline | None = None
        self._bars: tuple[Bar, ...] = ()
        self._at = 0
        self._marked: int | None = None

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is drawn."""
        return self._bars

    def show_timeline(self, timeline: Timeline | None) -> None:
        """Draw another timeline; the cursor goes to its last bar."""
        self._timeline = timeline
        self._fit()
        self._at = max(0, len(self._bars) - 1)
        self._marked = None
        self._point()

    def on_resize(self, event: events.Resize) -> None:
        """Draw as many bars as there is room for."""
        del event
        self._fit()
        self._at = min(self._at, max(0, len(self._bars) - 1))

    def on_focus(self) -> None:
        """Tell of the bar at the cursor."""
        self._point()

    def on_blur(self) -> None:
        """Tell of none any more."""
        self._marked = None
        self.post_message(self.Pointed(None))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Narrow to the bar under the mouse."""
        at = (event.x - self.gutter.left) // self._width
        if 0 <= at < len(self._bars):
            self._at = at
            self.action_narrow()

    def action_move(self, step: int) -> None:
        """Move the cursor by some bars."""
        self._at = max(0, min(len(self._bars) - 1, self._at + step))
        self._point()

    def action_move_far(self, direction: int) -> None:
        """Move the cursor to the first bar or the last."""
        self.action_move(direction * len(self._bars))

    def action_mark(self) -> None:
        """Begin a range at the cursor."""
        self._marked = self._at if self._marked is None else None
        self._point()

    def action_narrow(self) -> None:
        """Ask for the days of the bar at the cursor, or of the range that was begun."""
        if self._bars:
            first, last = range_of(self._bars, self._at, self._at if self._marked is None else self._marked)
            self._marked = None
            self.post_message(self.Narrowed(first, last))

    def action_widen(self) -> None:
        """Ask for the days before they were narrowed."""
        self._marked = None
        self.post_message(self.Widened())

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.size.width
        base = self.rich_style
        if y < LINES and self._bars:
            segments = [Segment(*piece) for piece in self._iter_pieces(draw_bars(self._bars, LINES)[y])]
        elif y == LINES and self._bars:
            style = self.get_component_rich_style("timeline--name")
            segments = [Segment(place_names(self._bars, self._width, width), style)]
        elif y == LINES - 1:
            segments = [Segment("no dates", self.get_component_rich_style("timeline--name"))]
        else:
            segments = []
        return Strip(segments).adjust_cell_length(width, base).apply_style(base)

    def _iter_pieces(self, characters: tuple[str, ...]) -> list[tuple[str, Style]]:
        bar, cursor, gap = (self.get_component_rich_style(f"timeline--{name}") for name in ("bar", "cursor", "gap"))
        low, high = sorted((self._at, self._at if self._marked is None else self._marked))
        pieces = []
        for at, character in enumerate(characters):
            style = gap if not self._bars[at].archive else bar
            if self.has_focus and low <= at <= high:
                style += cursor
            filled = character * max(1, self._width - 1)
            pieces.append((filled.ljust(self._width) if self._width > 1 else filled, style))
        return pieces

    @property
    def _width(self) -> int:
        """Columns that a bar takes, the blank behind it included."""
        return bar_width(self._bars, self.size.width)

    def _fit(self) -> None:
        self._bars = fit_bars(self._timeline.buckets, self.size.width) if self._timeline else ()
        self.refresh()

    def _point(self) -> None:
        if self.has_focus:
            self.post_message(self.Pointed(self._bars[self._at] if self._bars else None))
        self.refresh()
