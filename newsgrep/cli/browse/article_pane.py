"""The article to read, with the query's words lit, from its headline to where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from newsgrep.cli.browse.article_lines import ROLES, lay_out, match_of
from newsgrep.cli.browse.keys import IN_ARTICLE

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from newsgrep.cli.browse.answers import Opened
    from newsgrep.cli.browse.article_lines import ArticleLines

_ABOVE = 3
"""Lines that stay in sight above a lit word that one goes to."""


class ArticlePane(ScrollView, can_focus=True):
    """One article."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"article--{role}" for role in (*ROLES, "current")}
    BINDINGS: ClassVar[list[BindingType]] = [Binding(key.keys, key.action, key.does, show=False) for key in IN_ARTICLE]

    def __init__(self) -> None:
        super().__init__(id="article")
        self._opened: Opened | None = None
        self._laid_out: ArticleLines | None = None
        self._width = 0
        self._current: int | None = None

    @property
    def opened(self) -> Opened | None:
        """The article that is shown."""
        return self._opened

    @property
    def current_match(self) -> int | None:
        """The number of the lit word that one has gone to."""
        return self._current

    @property
    def matches(self) -> int:
        """How many words are lit."""
        return len(self._laid_out.matches) if self._laid_out else 0

    @property
    def text(self) -> str:
        """All lines as they are shown."""
        return "\n".join(line.plain for line in self._laid_out.lines) if self._laid_out else ""

    def show_article(self, opened: Opened | None) -> None:
        """Show another article from its headline; the same one again stays where it is."""
        same = opened and self._opened and opened.article == self._opened.article
        if not (same and self._opened == opened):
            self._current = None
        self._opened = opened
        self._lay_out()
        if not same:
            self.scroll_home(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width, and stay at about the same place."""
        del event
        if self._opened and self._width != self._columns:
            before = self.virtual_size.height
            self._lay_out()
            self.scroll_to(y=round(self.scroll_y * self.virtual_size.height / max(before, 1)), animate=False)

    def go_to_match(self, step: int) -> bool:
        """Go to the next lit word, or with -1 to the one before, round and round; whether there is any."""
        if not self._laid_out or not self._laid_out.matches:
            return False
        lines = self._laid_out.matches
        if self._current is not None:
            self._current = (self._current + step) % len(lines)
        else:
            self._current = 0 if step > 0 else len(lines) - 1
        line, top = lines[self._current], round(self.scroll_y)
        if not top <= line < top + self.size.height - 1:
            self.scroll_to(y=line - _ABOVE, animate=False)
        self.refresh()
        return True

    def render_line(self, y: int) -> Strip:
        """Draw one line, from the article's own text as `lay_out` made it harmless."""
        width, base = self.size.width, self.rich_style
        at = y + self.scroll_offset.y
        if self._laid_out is None or at >= len(self._laid_out.lines):
            return Strip.blank(width, base)
        line = self._laid_out.lines[at]
        styled = Text(line.plain, end="")
        for span in line.spans:
            styled.stylize(self._style_of(str(span.style)), span.start, span.end)
        segments = list(styled.render(self.app.console))
        return Strip(segments).adjust_cell_length(width, base).apply_style(base)

    def _style_of(self, role: str) -> Style:
        number = match_of(role)
        if number is None:
            return self.get_component_rich_style(f"article--{role}", partial=True)
        return self.get_component_rich_style("article--current", partial=True) if number == self._current else Style()

    @property
    def _columns(self) -> int:
        """Columns for the text: those of the pane, less two blanks and the scroll bar's, whether it is there or not."""
        return max(1, self.size.width + (self.scrollbar_size_vertical if self.show_vertical_scrollbar else 0) - 3)

    def _lay_out(self) -> None:
        self._width = self._columns
        self._laid_out = lay_out(self._opened, self._width) if self._opened else None
        self.virtual_size = Size(self._width, len(self._laid_out.lines) if self._laid_out else 0)
        self.refresh()
