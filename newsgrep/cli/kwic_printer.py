"""A concordance as aligned lines, for eyes, and as JSON or CSV; every key is described in docs/words.md."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.article import format_published
from newsgrep.cli.json_printer import SCHEMA, mark_record, render_document
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.table_printer import columns_of, iter_csv_rows
from newsgrep.cli.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console
    from rich.text import Text

    from newsgrep.article import Article
    from newsgrep.search.concordance import Concordance, Line

COLUMNS = (
    "left",
    "match",
    "right",
    "id",
    "title",
    "published",
    "section",
    "source",
    "path",
    "record",
    "field",
    "start",
    "end",
)
LEAST_WIDTH, MOST_WIDTH = 40, 200
"""Columns that lines are laid out for on a terminal."""
PIPE_WIDTH = 120
"""Columns of a line that goes elsewhere."""
ID_DIGITS = 8
"""Of an article's id: what tells it from all others of an archive, as good as always."""
_DATE_FROM = 60
_SOURCE_FROM = 120
"""Columns from which on there is room for the date and the publication."""
_DATE_CELLS = 10
_SOURCE_CELLS = 16
_LEFT_SHARE = 0.45
_ELLIPSIS = "…"
_JOINING = "\u200d\ufe0e\ufe0f"
"""What changes how wide its neighbours are."""
_GAP = "  "


class Row(NamedTuple):
    """One line laid out: its parts, padded, side by side."""

    left: str
    match: str
    right: str
    facts: str

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(self).rstrip()


def lay_out(line: Line, width: int) -> Row:
    """Fit a line into so many columns: every match begins in the same one."""
    facts = _facts_of(line.article, width)
    room = width - _facts_cells(width)
    left_cells = int(room * _LEFT_SHARE)
    left = _trim(_end_of(clean_line(line.left), left_cells))
    most = room - left_cells
    match = _trim(cut_to(clean_line(line.match), most))
    right = _trim(_begin_of(clean_line(line.right), most - cells_of(match)))
    padding = " " * (most - cells_of(match) - cells_of(right))
    return Row(" " * (left_cells - cells_of(left)) + left, match, right + padding, facts)


def _trim(text: str) -> str:
    """A column without what at its edges would change how wide the next one is."""
    begin = 0
    while begin < len(text) and not cells_of(text[begin]):
        begin += 1
    return text[begin:].rstrip(_JOINING)


def cells_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut_to(text: str, cells: int) -> str:
    """A text in so many columns at most; what was cut ends in an ellipsis."""
    return text if cells_of(text) <= cells else _begin_of(text, cells - 1) + _ELLIPSIS


def _begin_of(text: str, cells: int) -> str:
    """As much of a text's begin as fits."""
    if cells_of(text) <= cells:
        return text
    end = _last_fitting(len(text), lambda length: cells_of(text[:length]) <= cells)
    return text[:end]


def _end_of(text: str, cells: int) -> str:
    """As much of a text's end as fits."""
    begin = 0
    if cells_of(text) > cells:
        begin = len(text) - _last_fitting(len(text), lambda length: cells_of(text[len(text) - length :]) <= cells)
    # A mark without the letter that it belongs to would stand on the blank before it.
    while begin < len(text) and not cells_of(text[begin]):
        begin += 1
    return text[begin:]


def _last_fitting(most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `most` that fits, where all smaller ones do."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _facts_cells(width: int) -> int:
    cells = 0
    if width >= LEAST_WIDTH:
        cells += len(_GAP) + ID_DIGITS
    if width >= _DATE_FROM:
        cells += len(_GAP) + _DATE_CELLS
    if width >= _SOURCE_FROM:
        cells += len(_GAP) + _SOURCE_CELLS
    return cells


def _facts_of(article: Article, width: int) -> str:
    """The date, the begin of the id and the publication, as far as there is room."""
    facts = []
    if width >= _DATE_FROM:
        published = format_published(article.published)
        facts.append(f"{published[:_DATE_CELLS] if published else 'undated':<{_DATE_CELLS}}")
    if width >= LEAST_WIDTH:
        facts.append(article.id[:ID_DIGITS])
    if width >= _SOURCE_FROM and article.source:
        facts.append(_begin_of(clean_line(article.source), _SOURCE_CELLS))
    return "".join(_GAP + fact for fact in facts)


def footer_of(lines: int, articles: int, concordance: Concordance, *, more: bool) -> str:
    """The last line: how much is shown of how much."""
    found = f"{count_of(lines, 'line')} from {count_of(articles, 'article')} of {concordance.articles:,}"
    return f"{found}; --limit 0 gives every line" if more else found


class _Counted:
    """Lines on their way, counted; no more than are wanted."""

    def __init__(self, lines: Iterable[Line], limit: int) -> None:
        self._lines = lines
        self._limit = limit
        self._ids: set[str] = set()
        self.lines = 0
        self.more = False

    @property
    def articles(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Line]:
        for line in self._lines:
            if self.lines == self._limit:
                self.more = True
                return
            self.lines += 1
            self._ids.add(line.article.id)
            yield line


def render_plain(concordance: Concordance, lines: Iterable[Line], *, limit: int, width: int) -> Iterator[str]:
    """Write aligned lines as plain text, then how many there are."""
    counted = _Counted(lines, limit)
    for line in counted:
        yield lay_out(line, width).text + "\n"
    yield f"\n{footer_of(counted.lines, counted.articles, concordance, more=counted.more)}\n"


def render_styled(
    concordance: Concordance, lines: Iterable[Line], console: Console, *, limit: int, width: int | None
) -> Iterator[str]:
    """The same for a terminal: matches lit, facts quiet."""
    from rich.text import Text

    from newsgrep.cli.styles import LIT, QUIET

    columns = width or min(console.width, MOST_WIDTH)
    counted = _Counted(lines, limit)
    for line in counted:
        row = lay_out(line, columns)
        yield _capture(console, Text.assemble(row.left, (row.match, LIT), row.right, (row.facts, QUIET)))
    footer = footer_of(counted.lines, counted.articles, concordance, more=counted.more)
    yield _capture(console, Text(f"\n{footer}", QUIET))


def _capture(console: Console, text: Text) -> str:
    with console.capture() as capture:
        # A terminal that is narrower than was asked for folds lines itself.
        console.print(text, soft_wrap=True)
    return capture.get()


def record_of(line: Line) -> dict[str, Any]:
    """One line as a JSON object."""
    article = line.article
    return {
        "left": line.left,
        "match": line.match,
        "right": line.right,
        "id": article.id,
        "title": article.title,
        "published": format_published(article.published),
        "section": list(article.section),
        "source": article.source,
        "path": article.path,
        "record": article.record,
        "field": line.field,
        "start": line.start,
        "end": line.end,
        **mark_record(article),
    }


def render_json(concordance: Concordance, lines: Iterable[Line], *, limit: int) -> str:
    """Write a concordance as one document."""
    from dataclasses import asdict

    counted = _Counted(lines, limit)
    records = [record_of(line) for line in counted]
    return render_document(
        {
            "schema": SCHEMA,
            "query": concordance.query,
            "articles": concordance.articles,
            "more": counted.more,
            "lines": records,
            "notes": list(concordance.notes),
            "expansions": [asdict(expansion) for expansion in concordance.expansions],
            "corrections": [asdict(correction) for correction in concordance.corrections],
            "hints": [asdict(hint) for hint in concordance.hints],
        }
    )


def iter_json_lines(lines: Iterable[Line], *, limit: int) -> Iterator[str]:
    """Write one line a line (JSON Lines)."""
    for line in _Counted(lines, limit):
        yield render_document(record_of(line))


def iter_csv(lines: Iterable[Line], *, limit: int) -> Iterator[str]:
    """Write a header and one record a line; several sections are joined with "; "."""
    counted = iter(_Counted(lines, limit))
    first = list(islice(counted, 1))
    columns = columns_of(COLUMNS, (line.article for line in first))
    return iter_csv_rows(columns, map(_cells_of, chain(first, counted)))


def _cells_of(line: Line) -> tuple[object, ...]:
    record = record_of(line)
    record["section"] = "; ".join(record["section"])
    return tuple("" if value is None else value for value in record.values())
