"""The screen: keys and clicks become what is asked, answers become what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from newsgrep.cli.browse import asked as asking
from newsgrep.cli.browse.answers import Cited, Counts, Hits, Opened, iter_answers, iter_more, iter_opened
from newsgrep.cli.browse.article_actions import ArticleActions
from newsgrep.cli.browse.article_pane import ArticlePane
from newsgrep.cli.browse.desk import Desk, Failed
from newsgrep.cli.browse.dialogs import DatesDialog, KeysDialog
from newsgrep.cli.browse.filter_list import FilterList
from newsgrep.cli.browse.follower import Follower, Updated
from newsgrep.cli.browse.hit_list import HitList
from newsgrep.cli.browse.key_line import KeyLine
from newsgrep.cli.browse.keys import EVERYWHERE
from newsgrep.cli.browse.query_line import ChipLabel, ChipRow, QueryLine
from newsgrep.cli.browse.status import describe_bar, describe_notes, describe_status, in_one_line
from newsgrep.cli.browse.timeline_strip import TimelineStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from newsgrep.api import Archive
    from newsgrep.article import Article
    from newsgrep.cli.browse.asked import Asked, Dates
    from newsgrep.cli.browse.desk import Ticket
    from newsgrep.errors import NewsgrepError
    from newsgrep.search.results import Results
    from newsgrep.search.trends import By

TYPING_PAUSE = 0.08
"""Seconds without a key after which what was typed is searched."""
MOVING_PAUSE = 0.05
"""Seconds that the cursor rests on a hit before its article is read."""
SLOW = 0.4
"""Seconds after which it is said that an answer is waited for."""
NOTICE = 4.0
"""Seconds for which it is said what was done."""
LOOK = 2.0
"""Seconds between two looks whether the index was updated."""


class Answer(Message):
    """Part of an answer, from the thread that found it."""

    def __init__(self, ticket: Ticket, part: object) -> None:
        super().__init__()
        self.ticket = ticket
        self.part = part


class SearchScreen(ArticleActions):
    """The interactive search, all but what lies above it now and then."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (88, "-middling"), (132, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [Binding(key.keys, key.action, key.does, show=False) for key in EVERYWHERE]

    def __init__(self, open_archive: Callable[[], Archive], asked: Asked) -> None:
        """`open_archive` opens the index once more, as often as it is called."""
        super().__init__(Desk(open_archive, self._deliver))
        self.asked = asked
        self.results: Results | None = None
        self.counted: Results | None = None
        """The results that the filters and the timeline are of."""
        self._shown = asked
        """What the hits answer that are seen; what is asked may have no answer yet, or none at all."""
        self._expanded: frozenset[By] = frozenset()
        self._follower = Follower(open_archive())
        self._pending: Ticket | None = None
        self.looking: Ticket | None = None
        self._pages_asked = 1
        self._keep: str | None = None
        self.note = self._notice = ""
        self._typing: Timer | None = None
        self._moving: Timer | None = None
        self._noticed: Timer | None = None

    def compose(self) -> ComposeResult:
        """The query, the filters that are set, the timeline, and three panes."""
        self.query_line = QueryLine(self.asked.request.text)
        self.chip_row = ChipRow()
        self.status_line = Static("", id="status", markup=False)
        self.timeline_strip = TimelineStrip()
        self.filter_list = FilterList()
        self.hits_list = HitList()
        self.article_pane = ArticlePane()
        with Horizontal(id="top"):
            yield Static("search", id="prompt", markup=False)
            yield self.query_line
        yield self.chip_row
        yield self.status_line
        yield self.timeline_strip
        with Horizontal(id="panes"):
            yield self.filter_list
            yield self.hits_list
            yield self.article_pane
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask what the command line asked."""
        (self.hits_list if self.asked.request.text else self.query_line).focus()
        self._ask()
        self.set_interval(LOOK, self._look)

    def on_unmount(self) -> None:
        """Release the index."""
        self.desk.close()
        self._follower.close()

    def _look(self) -> None:
        """Ask whether the index was updated, unless that is being found out."""
        if self.looking is None or self.looking.answered:
            self.looking = self.desk.ask("follow", lambda _: self._follower.iter_news())

    def _deliver(self, ticket: Ticket, part: object) -> None:
        """Pass part of an answer on to the screen, from any thread."""
        self.post_message(Answer(ticket, part))

    # What is asked.

    def ask_for(self, asked: Asked) -> None:
        """Ask something else."""
        if asked != self.asked:
            self.asked = asked
            self._ask()

    def _ask(self, *, shown: int = asking.PAGE, keep: str | None = None) -> None:
        """Ask; `shown`: hits that are to stay loaded, `keep`: the id of the one that the cursor stays at."""
        self.desk.drop("more")
        self._keep = keep
        asked, expanded = self.asked, self._expanded
        ticket = self._pending = self.desk.ask("search", lambda archive: iter_answers(archive, asked, expanded, shown))
        self.set_timer(SLOW, lambda: self._say_slow(ticket))
        self.call_later(self.chip_row.show_chips, asking.list_chips(asked))
        self._show_status()

    def _ask_again(self) -> None:
        """Ask the same, and stay where one is."""
        article = self.current_article()
        self._ask(shown=len(self.hits_list.listed), keep=article.id if article else None)

    def _say_slow(self, ticket: Ticket) -> None:
        if self._pending is ticket and self.is_running:
            self.note = "searching…"
            self._show_status()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search what is typed, once the fingers rest."""
        if event.input.id != "query":
            return
        if self._typing:
            self._typing.stop()
        text = event.value.strip()
        self._typing = self.set_timer(TYPING_PAUSE, lambda: self.ask_for(asking.type_text(self.asked, text)))

    def on_filter_list_toggled(self, event: FilterList.Toggled) -> None:
        """Choose a value, or give it up."""
        self.ask_for(asking.toggle_label(self.asked, event.by, event.label))

    def on_filter_list_expanded(self, event: FilterList.Expanded) -> None:
        """Count more values of a kind."""
        self._expanded |= {event.by}
        self._ask_again()

    def on_chip_label_dropped(self, event: ChipLabel.Dropped) -> None:
        """Take a filter off."""
        self.ask_for(asking.drop_chip(self.asked, event.chip))

    def on_timeline_strip_narrowed(self, event: TimelineStrip.Narrowed) -> None:
        """Only the days of a bar."""
        self.ask_for(asking.narrow_dates(self.asked, event.first, event.last))

    def on_timeline_strip_widened(self) -> None:
        """The days before."""
        self.ask_for(asking.widen_dates(self.asked))

    def on_timeline_strip_pointed(self, event: TimelineStrip.Pointed) -> None:
        """Say what the bar at the cursor stands for."""
        bar = event.bar
        self.tell(describe_bar(bar) if bar else "", stays=True)

    def on_hit_list_near_end(self) -> None:
        """Load one more page of hits."""
        loaded, results = len(self.hits_list.listed), self.results
        if results is None or self._pending is not None or self._pages_asked * asking.PAGE > loaded:
            return
        if loaded < (results.total if results.stories is None else results.stories):
            self._pages_asked += 1
            asked, page = self._shown, self._pages_asked
            self.desk.ask("more", lambda archive: iter_more(archive, asked, page))

    # What is answered.

    def on_answer(self, event: Answer) -> None:
        """Show part of an answer, unless something else was asked since."""
        if event.ticket.overtaken or not self.is_attached:
            return
        match event.part:
            case Hits() as hits if event.ticket.lane == "more":
                self.hits_list.add_results(hits.results)
            case Hits() as hits:
                self._show_hits(hits)
            case Counts() as counts:
                self.counted = self.results
                self.filter_list.show_facets(counts.facets, counts.asked.request.filters)
                self.timeline_strip.show_timeline(counts.timeline)
            case Opened() as opened:
                self.article_pane.show_article(opened)
            case Cited() as cited:
                self.copy(cited.text.rstrip("\r\n"))
            case Updated():
                self._follow()
            case Failed() as failed:
                self._show_failure(event.ticket, failed.error)

    def _show_hits(self, hits: Hits) -> None:
        self._pending = None
        self.results, self._shown = hits.results, hits.asked
        self.note = describe_notes(hits.results, hits.request.text, self.asked)
        self._pages_asked = max(1, -(-len(hits.results.hits) // asking.PAGE))
        self.hits_list.show_results(hits.results, hits.request, self._keep)
        if self.hits_list.current is None:
            self.desk.drop("article")
            self.article_pane.show_article(None)
        self._show_status()

    def _show_failure(self, ticket: Ticket, error: NewsgrepError) -> None:
        """Say it, and leave what is seen as it is."""
        if ticket is self._pending:
            self._pending = None
        if ticket.lane == "article":
            self.article_pane.show_article(None)
        self.note = f"{error.message}{f' ({error.hint})' if error.hint else ''}"
        self._show_status()

    def _follow(self) -> None:
        """Ask the same again of an index that was updated."""
        self.tell("the index was updated")
        self._ask_again()

    def _show_status(self) -> None:
        line = describe_status(self.results, self.asked, self._notice or self.note)
        self.status_line.update(line)

    def tell(self, text: str, *, stays: bool = False) -> None:
        """Say what was done for a while, or until something else is said."""
        if self._noticed:
            self._noticed.stop()
        self._notice = in_one_line(text)
        self._show_status()
        if text and not stays:
            self._noticed = self.set_timer(NOTICE, lambda: self.tell(""))

    def current_article(self) -> Article | None:
        """The article under the cursor."""
        hit = self.hits_list.current
        return hit.article if hit else None

    # Where one is.

    def on_option_list_option_highlighted(self, event: HitList.OptionHighlighted) -> None:
        """Read the article under the cursor, beside the hits."""
        if event.option_list.id != "hits":
            return
        if self._moving:
            self._moving.stop()
        self._moving = self.set_timer(MOVING_PAUSE, self._read)

    def on_option_list_option_selected(self, event: HitList.OptionSelected) -> None:
        """Go to the article."""
        if event.option_list.id == "hits":
            self._read()
            self.add_class("-reading")
            self.remove_class("-filtering")
            self.article_pane.focus()

    def _read(self) -> None:
        hit = self.hits_list.current
        if hit is not None:
            asked, name = self._shown, hit.article.id
            self.desk.ask("article", lambda archive: iter_opened(archive, asked, name))

    def on_descendant_focus(self) -> None:
        """Where there is room for one pane alone, it is that of the hits while they change."""
        if self.focused in (self.query_line, self.timeline_strip):
            self.remove_class("-reading", "-filtering")

    def action_go_query(self) -> None:
        """To the query."""
        self.query_line.focus()

    def action_leave_query(self) -> None:
        """To the hits, which are those of what was typed."""
        self.ask_for(asking.type_text(self.asked, self.query_line.value.strip()))
        self._go_hits()

    def _go_hits(self) -> None:
        self.remove_class("-reading", "-filtering")
        self.hits_list.focus()

    def action_back(self) -> None:
        """From where one is to the hits, and from there to the query."""
        if self.focused is self.hits_list:
            self.action_go_query()
        else:
            self._go_hits()

    def action_go_filters(self) -> None:
        """Show the filters, or fold them away."""
        if self.focused is self.filter_list:
            self.add_class("-folded")
            self._go_hits()
            return
        self.remove_class("-folded", "-reading")
        self.add_class("-filtering")
        self.filter_list.focus()

    def action_go_timeline(self) -> None:
        """To the timeline."""
        self.timeline_strip.focus()

    def action_next_match(self, step: int) -> None:
        """To another lit word."""
        pane = self.article_pane
        if not pane.go_to_match(step):
            self.tell("no lit words in this article" if pane.opened else "no article is open")
        elif pane.current_match is not None:
            self.tell(f"match {pane.current_match + 1} of {pane.matches}")

    # What is done.

    def action_next_order(self) -> None:
        """Another order."""
        self.ask_for(asking.next_order(self.asked))

    def action_toggle_stories(self) -> None:
        """Copies as one hit, or each as its own."""
        self.ask_for(asking.toggle_stories(self.asked))

    def action_next_match_mode(self) -> None:
        """Another way to match."""
        self.ask_for(asking.next_match(self.asked))

    def action_clear_filters(self) -> None:
        """No filters."""
        self.ask_for(asking.clear_filters(self.asked))

    def action_choose_dates(self) -> None:
        """Type a range of dates."""

        def take(dates: Dates | None) -> None:
            if dates is not None:
                self.ask_for(asking.narrow_dates(self.asked, *dates))

        self.app.push_screen(DatesDialog(self.asked.dates), take)

    def action_show_keys(self) -> None:
        """Show all keys."""
        self.app.push_screen(KeysDialog())
