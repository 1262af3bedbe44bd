"""The hits, best first: title, facts, a passage; more of them come where the list ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content, Span
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from newsgrep.cli.browse.keys import IN_HITS
from newsgrep.cli.browse.status import as_keys
from newsgrep.cli.plain_printer import UNTITLED, closest_heading_of, copies_of, facts_of, missing_of
from newsgrep.cli.safe_text import clean_line, clean_line_with_highlights

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

    from newsgrep.search.request import Request
    from newsgrep.search.results import Hit, Results
    from newsgrep.search.results import Span as TextSpan

TITLE, LIT, LIT_IN_TITLE = "bold", "bold $text-accent", "bold underline $text-accent"
QUIET, COPIES, CLOSEST = "dim", "$text-success", "$text-warning"
_NEAR_END = 8
"""Hits before the last at which more are asked for."""


class HitList(OptionList):
    """Hits to choose from."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(key.keys, key.action, key.does, show=False) for key in IN_HITS]

    class NearEnd(Message):
        """The list is read nearly to its end."""

    def __init__(self) -> None:
        super().__init__(id="hits", markup=False)
        self._rows: list[Hit | None] = []
        """The hit of each row; None for a row that only says something."""

    @property
    def current(self) -> Hit | None:
        """The hit under the cursor."""
        at = self.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @property
    def listed(self) -> list[Hit]:
        """The hits that are loaded."""
        return [hit for hit in self._rows if hit]

    def show_results(self, results: Results, request: Request, keep: str | None = None) -> None:
        """Show other hits; the cursor goes to the one with the id `keep`, or to the first."""
        self.clear_options()
        self._rows = []
        if results.hits:
            self._add(results.hits)
        elif results.closest:
            self._say(Content(closest_heading_of(results, request)).stylize(CLOSEST))
            self._add(results.closest)
        else:
            empty = not request.text and request.filters == type(request.filters)()
            nothing = "The index has no articles yet: newsgrep index DIR" if empty else "Nothing found."
            self._say(Content(nothing).stylize(TITLE))
            for hint in results.hints:
                self._say(Content(clean_line(as_keys(hint.message))).stylize(QUIET))
        places = {hit.article.id: at for at, hit in reversed(list(enumerate(self._rows))) if hit}
        first = next(iter(sorted(places.values())), None)
        self.scroll_home(animate=False)
        self.highlighted = places.get(keep, first) if keep else first

    def add_results(self, results: Results) -> None:
        """Show more hits below."""
        self._add(results.hits)

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Ask for more hits where the cursor is near the last."""
        super().watch_highlighted(highlighted)
        if highlighted is not None and highlighted >= len(self._rows) - _NEAR_END:
            self.post_message(self.NearEnd())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more hits where the last ones are in sight."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and new_value + 2 * self.size.height >= self.virtual_size.height:
            self.post_message(self.NearEnd())

    def _say(self, text: Content) -> None:
        self._rows.append(None)
        self.add_option(Option(text.append("\n"), disabled=True))

    def _add(self, hits: Iterable[Hit]) -> None:
        added = list(hits)
        self._rows.extend(added)
        self.add_options([Option(describe_hit(hit)) for hit in added])


def describe_hit(hit: Hit) -> Content:
    """A hit as it stands in the list, all of it harmless."""
    title, spans = clean_line_with_highlights(hit.article.title, hit.title_highlights)
    lines = [_lit(title or UNTITLED, spans, LIT_IN_TITLE).stylize_before(TITLE)]
    lines.append(Content(facts_of(hit.article)).stylize(QUIET))
    if copies := copies_of(hit):
        lines.append(Content(copies).stylize(COPIES))
    if hit.missing:
        lines.append(Content(missing_of(hit)).stylize(CLOSEST))
    passages = (snippet for snippet in hit.snippets if snippet.field != "title")
    lines += [_lit(*clean_line_with_highlights(each.text, each.highlights), LIT) for each in passages]
    return Content("\n").join([*lines, Content("")])


def _lit(text: str, spans: Iterable[TextSpan], style: str) -> Content:
    return Content(text, spans=[Span(start, end, style) for start, end in spans])
