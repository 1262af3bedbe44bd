"""The keys of the interactive search: what each does, where, and by which name the screen knows it."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Key(NamedTuple):
    """One thing that keys do."""

    keys: str
    """As the screen names them, parted by commas."""
    shown: str
    """As people name them."""
    action: str
    does: str
    """For the list of keys."""
    brief: str = ""
    """For the line at the bottom; those without are not shown there."""

    @property
    def width(self) -> int:
        """Columns that it takes in that line, the blanks behind it included."""
        return len(self.shown) + len(self.brief) + 3


EVERYWHERE = (
    Key("question_mark", "?", "show_keys", "Show the keys", "Keys"),
    Key("slash", "/", "go_query", "Type the query", "Query"),
    Key("tab", "Tab", "app.focus_next", "To the next pane; Shift+Tab to the one before"),
    Key("escape", "Esc", "back", "Back: from the article to the hits, from the hits to the query"),
    Key("f", "f", "go_filters", "Show the filters, or fold them away", "Filters"),
    Key("t", "t", "go_timeline", "To the timeline", "Timeline"),
    Key("d", "d", "choose_dates", "Type a range of dates"),
    Key("x", "x", "clear_filters", "Take all filters off"),
    Key("s", "s", "next_order", "Sort by relevance, newest first, oldest first", "Sort"),
    Key("g", "g", "toggle_stories", "Group copies: one hit a story", "Stories"),
    Key("m", "m", "next_match_mode", "All words (or the closest), any word, all words as typed"),
    Key("n", "n", "next_match(1)", "To the next lit word of the article", "Match"),
    Key("N", "N", "next_match(-1)", "To the lit word before"),
    Key("c", "c", "copy_citation", "Copy the citation of the article", "Cite"),
    Key("C", "C", "choose_style", "Choose the style of citations, and copy one"),
    Key("y", "y", "copy_place", "Copy the address of the article, or the path of its file"),
    Key("o", "o", "open_place", "Open the address in the browser; without one, the file", "Open"),
    Key("O", "O", "open_file", "Open the file in the browser"),
    Key("L", "L", "app.toggle_light", "Light or dark"),
    Key("q", "q", "app.leave", "Quit; Ctrl+C does so from the query too", "Quit"),
)
"""Not while a query is typed, but for Tab, Esc and Ctrl+C."""

IN_QUERY = (Key("down,enter", "Enter, ↓", "leave_query", "From the query to the hits"),)

IN_HITS = (
    Key("j,down", "j, ↓", "cursor_down", "Next hit; more are loaded at the end"),
    Key("k,up", "k, ↑", "cursor_up", "Hit before"),
    Key("enter,l", "Enter, l", "select", "Read the article"),
)

IN_FILTERS = (
    Key("j,down", "j, ↓", "cursor_down", "Next value"),
    Key("k,up", "k, ↑", "cursor_up", "Value before"),
    Key("enter,space", "Enter, Space", "select", "Choose the value, or give it up; list more values"),
)

IN_TIMELINE = (
    Key("l,right", "l, →", "move(1)", "Next bar"),
    Key("h,left", "h, ←", "move(-1)", "Bar before"),
    Key("home", "Home", "move_far(-1)", "First bar"),
    Key("end", "End", "move_far(1)", "Last bar"),
    Key("space", "Space", "mark", "Begin a range at this bar"),
    Key("enter", "Enter", "narrow", "Only hits of this bar, or of the range"),
    Key("backspace", "Backspace", "widen", "The range of dates before"),
)

IN_ARTICLE = (
    Key("j,down", "j, ↓", "scroll_down", "A line down"),
    Key("k,up", "k, ↑", "scroll_up", "A line up"),
    Key("space,pagedown", "Space, PgDn", "page_down", "A page down"),
    Key("b,pageup", "b, PgUp", "page_up", "A page up"),
    Key("home", "Home", "scroll_home", "To the headline"),
    Key("end,G", "End, G", "scroll_end", "To the end"),
    Key("h,left", "h, ←", "screen.back", "Back to the hits"),
)

PANES = (
    ("Everywhere", EVERYWHERE),
    ("Query", IN_QUERY),
    ("Hits", IN_HITS),
    ("Filters", IN_FILTERS),
    ("Timeline", IN_TIMELINE),
    ("Article", IN_ARTICLE),
)
"""All keys, by the pane in which they work."""


def fit_keys(keys: Sequence[Key], columns: int) -> tuple[Key, ...]:
    """The first keys with a brief name that fit into a line, and the last one, which ends the program."""
    *wanted, last = [key for key in keys if key.brief]
    room = columns - last.width + 2
    ends = accumulate(key.width for key in wanted)
    return (*(key for key, end in zip(wanted, ends, strict=True) if end <= room), last)
