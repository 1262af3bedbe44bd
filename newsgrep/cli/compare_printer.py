"""The words that set two result sets apart as tables, for eyes, and as JSON or CSV; see docs/words.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.cli.json_printer import SCHEMA, render_document
from newsgrep.cli.kwic_printer import cells_of, cut_to
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.table_printer import iter_csv_rows
from newsgrep.cli.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from newsgrep.search.comparison import ComparedSet, ComparedWord, Comparison, ComparisonRequest

COLUMNS = (
    "set",
    "word",
    "stem",
    "a_count",
    "a_per_million",
    "a_articles",
    "b_count",
    "b_per_million",
    "b_articles",
    "g2",
    "log_ratio",
    "articles_g2",
    "articles_log_ratio",
)
LEGEND = (
    "G2: how sure the difference is; ratio: how large, 1 is twice as often; p.m.: in a million words; "
    "art.: articles that have it"
)
_MOST_WORD_CELLS = 28
_GAP = 2
_BETWEEN = 4
"""Blanks between two tables side by side."""


class _Column(NamedTuple):
    heading: str
    show: Callable[[ComparedWord], str]
    rank: int
    """Columns of the highest rank go first where there is no room."""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


_NUMBERS = (
    _Column("G2", lambda word: _number(word.g2), 0),
    _Column("ratio", lambda word: f"{word.log_ratio:+.1f}", 2),
    _Column("A", lambda word: f"{word.a.count:,}", 3),
    _Column("B", lambda word: f"{word.b.count:,}", 3),
    _Column("A p.m.", lambda word: _number(word.a.per_million), 0),
    _Column("B p.m.", lambda word: _number(word.b.per_million), 0),
    _Column("A art.", lambda word: f"{word.a.articles:,}", 1),
    _Column("B art.", lambda word: f"{word.b.articles:,}", 1),
)
_MOST_RANK = max(column.rank for column in _NUMBERS)


def render_plain(comparison: Comparison, asked: ComparisonRequest) -> Iterator[str]:
    """Write both sets and the words of each, one table below the other, as plain text."""
    for line in _head_lines(comparison, asked):
        yield line + "\n"
    for heading, words in _tables_of(comparison, asked):
        yield f"\n{heading}\n"
        for line in _lay_out(words, _MOST_RANK):
            yield line.rstrip() + "\n"
    yield f"\n{LEGEND}\n"


def render_styled(comparison: Comparison, asked: ComparisonRequest, console: Console) -> Iterator[str]:
    """The same for a terminal: the tables side by side where there is room."""
    from rich.text import Text

    from newsgrep.cli.styles import QUIET, TITLE

    for line in _head_lines(comparison, asked):
        yield _capture(console, Text(line))
    tables = _tables_of(comparison, asked)
    yield _capture(console, Text())
    for rank in range(_MOST_RANK, -1, -1):
        left, right = (_lay_out(words, rank) for _, words in tables)
        width = max(map(cells_of, left))
        if width + _BETWEEN + max(map(cells_of, right)) > console.width:
            continue
        left += [""] * (len(right) - len(left))
        right += [""] * (len(left) - len(right))
        heading = f"{_pad(tables[0][0], width)}{' ' * _BETWEEN}{tables[1][0]}"
        yield _capture(console, Text(heading, TITLE))
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            text = f"{_pad(one, width)}{' ' * _BETWEEN}{other}".rstrip()
            yield _capture(console, Text(text, "" if number else QUIET))
        break
    else:
        yield from _stack(tables, console)
    yield _capture(console, Text(f"\n{LEGEND}", QUIET))


def _stack(tables: Sequence[tuple[str, Sequence[ComparedWord]]], console: Console) -> Iterator[str]:
    """Write the tables one below the other, with the columns that fit."""
    from rich.text import Text

    from newsgrep.cli.styles import QUIET, TITLE

    for number, (heading, words) in enumerate(tables):
        yield _capture(console, Text(f"\n{heading}" if number else heading, TITLE))
        laid_out = (_lay_out(words, rank) for rank in range(_MOST_RANK, -1, -1))
        lines = next((each for each in laid_out if max(map(cells_of, each)) <= console.width), _lay_out(words, 0))
        for row, line in enumerate(lines):
            yield _capture(console, Text(line.rstrip(), "" if row else QUIET))


def _capture(console: Console, text: Text) -> str:
    with console.capture() as capture:
        console.print(text, soft_wrap=text.plain.strip() != LEGEND)
    return capture.get()


def _head_lines(comparison: Comparison, asked: ComparisonRequest) -> list[str]:
    unit = "pair" if asked.pairs else "word"
    lines = [
        _describe("A", comparison.a, comparison.a.query or "filters alone", unit),
        _describe("B", comparison.b, "the rest" if asked.rest else comparison.b.query or "filters alone", unit),
    ]
    if comparison.in_both:
        lines.append(f"{count_of(comparison.in_both, 'article')} found by both, left out of both")
    return lines


def _describe(name: str, side: ComparedSet, query: str, unit: str) -> str:
    return clean_line(f"{name}  {query}: {count_of(side.articles, 'article')}, {count_of(side.words, unit)}")


def _tables_of(comparison: Comparison, asked: ComparisonRequest) -> list[tuple[str, Sequence[ComparedWord]]]:
    what = "pairs" if asked.pairs else "words"
    return [(f"More in A: {what}", comparison.words_a), (f"More in B: {what}", comparison.words_b)]


def _lay_out(words: Sequence[ComparedWord], rank: int) -> list[str]:
    """A table as lines of equal width: its heading, then a word each; no column above a rank."""
    if not words:
        return ["none"]
    columns = [column for column in _NUMBERS if column.rank <= rank]
    rows = [("word", *(column.heading for column in columns))]
    for word in words:
        spelt = cut_to(clean_line(word.word), _MOST_WORD_CELLS)
        rows.append((spelt, *(column.show(word) for column in columns)))
    widths = [max(cells_of(row[place]) for row in rows) for place in range(len(columns) + 1)]
    return [
        _pad(row[0], widths[0])
        + "".join(f"{' ' * _GAP}{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    ]


def _pad(text: str, cells: int) -> str:
    return text + " " * (cells - cells_of(text))


def render_json(comparison: Comparison, asked: ComparisonRequest) -> str:
    """Write a comparison as one document."""
    return render_document(
        {
            "schema": SCHEMA,
            "a": asdict(comparison.a),
            "b": asdict(comparison.b),
            "rest": asked.rest,
            "in_both": comparison.in_both,
            "pairs": asked.pairs,
            "by": asked.by.value,
            "words_a": [asdict(word) for word in comparison.words_a],
            "words_b": [asdict(word) for word in comparison.words_b],
            "notes": list(comparison.notes),
            "expansions": [asdict(expansion) for expansion in comparison.expansions],
        }
    )


def iter_csv(comparison: Comparison) -> Iterator[str]:
    """Write a header and one record a word, those of the first set first."""
    rows = [
        (name, *_cells(word))
        for name, words in (("a", comparison.words_a), ("b", comparison.words_b))
        for word in words
    ]
    return iter_csv_rows(COLUMNS, rows)


def _cells(word: ComparedWord) -> tuple[object, ...]:
    a, b = word.a, word.b
    used = (a.count, a.per_million, a.articles, b.count, b.per_million, b.articles)
    return (word.word, word.stem, *used, word.g2, word.log_ratio, word.articles_g2, word.articles_log_ratio)
