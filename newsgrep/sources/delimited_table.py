"""The reader of tables: CSV, TSV and their relatives, one article on each row, with the names of columns on top.

Rows are read one by one, so that memory does not grow with the file. The delimiter, and how quotes are written, are
those with which the first rows come out right. Format: RFC 4180, with what spreadsheets, pandas and databases make of
it.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgrep.errors import FileUnreadable
from newsgrep.sources.format import Format
from newsgrep.sources.json_record import Keyed, build_page, names_article
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.record_keys import RecordKeys
from newsgrep.sources.text_blocks import iter_text_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgrep.sources.opened_file import OpenedFile

_NAMES = (".csv", ".tsv", ".tab", ".psv")
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?(?:sep=.\r?\n)?[\"']?[\w .:#-]{0,60}[\"']?(?:[,;\t|][^\r\n]{0,2000})?\r?\n")
_SEPARATOR_LINE = re.compile(r"sep=(.)\n")
_MAX_ROW_CHARS = 16 << 20
_MAX_ROW_LINES = 100_000
_MOST_ATTEMPTS = 20
"""Times that reading goes back to the line after a quote that is never closed."""
_SAMPLE_CHARS = 1 << 16
_AG_NEWS = ("class", "title", "text")
_AG_NEWS_CLASSES = {"1": "World", "2": "Sports", "3": "Business", "4": "Sci/Tech"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table parts its fields."""

    delimiter: str
    quoted: bool = True
    escaped: bool = False
    """Quotes inside quotes are written `\\"`, as databases do, not doubled."""

    def build_reader_options(self) -> dict[str, Any]:
        """The arguments of `csv.reader`."""
        return {
            "delimiter": self.delimiter,
            "quoting": 0 if self.quoted else 3,
            "escapechar": "\\" if self.escaped else None,
        }


def is_delimited_table(name: str, head: bytes) -> bool:
    """Whether a file is called a table, or begins with the names of three columns that articles have."""
    if name.endswith(_NAMES):
        return head.lstrip()[:1] != b"<"
    if not _HEADER.match(head[:4096]):
        return False
    lines = head[:4096].decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    for delimiter in "\t,;|":
        header = _split_header(lines[0], delimiter)
        if len(header) >= 3 and names_article(header) >= 3 and all(len(cell) <= 40 for cell in header):
            return len(lines) > 1 and lines[1].count(delimiter) >= 1
    return False


def read_delimited_table(file: OpenedFile) -> Iterator[Outcome]:
    """One page for each row of the share, keyed by its id or its place. Raises FileUnreadable.

    Where a row begins, the rows before it tell: every share parses all of them, which takes a small part of the time
    that making articles of them does.
    """
    lines = _Lines(iter_text_blocks(file))
    sample = lines.peek()
    named = _SEPARATOR_LINE.match(sample)
    if named:
        next(lines)
        sample = sample[named.end() :]
    if not sample.strip():
        yield Skipped("empty")
        return
    dialect = _find_dialect(sample, named[1] if named else None)
    rows = _iter_rows(lines, dialect)
    _, first = next(((line, row) for line, row in rows if not isinstance(row, str) and any(row)), (0, []))
    header = [cell.strip() for cell in first] if isinstance(first, list) else []
    if _is_ag_news(header):
        yield from _read_rows(_chain_first(header, rows), _AG_NEWS, file)
    elif not names_article(header) and not file.options.mapping:
        yield Skipped("a table without a column for titles or texts")
    else:
        yield from _read_rows(rows, tuple(header), file)


def _chain_first(
    first: list[str], rows: Iterator[tuple[int, list[str] | str]]
) -> Iterator[tuple[int, list[str] | str]]:
    yield 1, first
    yield from rows


def _read_rows(
    rows: Iterator[tuple[int, list[str] | str]], header: tuple[str, ...], file: OpenedFile
) -> Iterator[Outcome]:
    keys = RecordKeys()
    width = len(header)
    position = 0
    for line, row in rows:
        if isinstance(row, str):
            position += 1
            if file.share.has(position):
                yield BrokenRecord(f"line {line}", row)
            continue
        if not any(row):
            continue
        position += 1
        if not file.share.has(position):
            continue
        if len(row) < width or any(row[width:]):
            yield BrokenRecord(f"line {line}", f"{len(row)} fields where the table has {width} columns")
            continue
        record: dict[str, Any] = dict(zip(header, row, strict=False))
        if header is _AG_NEWS:
            record["section"] = _AG_NEWS_CLASSES.get(record.pop("class"))
        try:
            yield build_page(file.options.rename(record), file.path, Keyed(keys, position))
        except FileUnreadable as error:
            yield BrokenRecord(f"line {line}", error.message)
    if not position:
        yield Skipped("a table without rows")


class _Lines:
    """The lines of a text, counted, which can be given back."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
        self._block: list[str] = []
        self._at = 0
        self._again: list[str] = []
        self.number = 0
        """Lines given so far."""

    def peek(self) -> str:
        """The beginning of the text, by whole lines, where nothing was read yet."""
        if not self._block:
            self._fill()
        sample: list[str] = []
        size = 0
        for line in self._block:
            size += len(line)
            if sample and size > _SAMPLE_CHARS:
                break
            sample.append(line)
        return "".join(sample)

    def give_back(self, lines: list[str]) -> None:
        """Put lines back, to be read again."""
        self._again += lines[::-1]
        self.number -= len(lines)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.pop()
        else:
            if self._at >= len(self._block) and not self._fill():
                raise StopIteration
            line = self._block[self._at]
            self._at += 1
        self.number += 1
        return line

    def _fill(self) -> bool:
        block = next(self._blocks, None)
        if block is None:
            return False
        # Not formatted: of an empty line, this is one object, however many there are.
        self._block = [line + "\n" for line in block.removesuffix("\n").split("\n")]
        self._at = 0
        return True


def _iter_rows(lines: _Lines, dialect: Dialect) -> Iterator[tuple[int, list[str] | str]]:
    """The line and the fields of each row, or what is wrong with it."""
    import csv

    csv.field_size_limit(_MAX_ROW_CHARS)
    options = dialect.build_reader_options()
    attempts = 0
    while True:
        row_lines: list[str] = []
        for line, row in _parse_rows(csv.reader(_record(lines, row_lines), **options), lines, row_lines):
            if row is not None:
                yield line, row
                continue
            attempts += 1
            if attempts > _MOST_ATTEMPTS:
                yield line, "A quote that is never closed; nothing after it was read"
                return
            yield line, "A quote that is never closed"
            lines.give_back(row_lines[1:])
            break
        else:
            return


def _parse_rows(
    reader: Iterator[list[str]], lines: _Lines, row_lines: list[str]
) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with their first lines; None where a row goes on for longer than any does, or to the end of the file."""
    import csv

    while True:
        row_lines.clear()
        first = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, _RowTooLong):
            yield first, None
            return
        if len(row_lines) > 1 and row_lines[-1] == "":
            # The end of the file stood inside quotes.
            row_lines.pop()
            yield first, None
            return
        yield first, row


class _RowTooLong(Exception):
    """A row has more characters or lines than any article."""


def _record(lines: _Lines, row_lines: list[str]) -> Iterator[str]:
    """Lines, remembered as those of the present row; an empty one marks the end of the file inside a row."""
    size = 0
    for line in lines:
        size = size + len(line) if row_lines else len(line)
        row_lines.append(line)
        if size > _MAX_ROW_CHARS or len(row_lines) > _MAX_ROW_LINES:
            raise _RowTooLong
        yield line
    row_lines.append("")


def _find_dialect(sample: str, delimiter: str | None) -> Dialect:
    """The dialect with which most of the first rows have as many fields as the first."""
    best, best_score = Dialect(delimiter or ","), -1.0
    escapes = sample.count('\\"') > sample.count('""')
    for one in (delimiter,) if delimiter else ",\t;|":
        for dialect in (Dialect(one, escaped=escapes), Dialect(one, quoted=False)):
            score = _score(sample, dialect)
            if score > best_score + 1e-9:
                best, best_score = dialect, score
    return best


def _score(sample: str, dialect: Dialect) -> float:
    """How well a dialect explains the first rows: those of the first one's width, if that names an article's parts."""
    rows = [row for row in _parse_sample(sample, dialect) if any(row)]
    if not rows:
        return 0.0
    width = len(rows[0])
    right = sum(len(row) == width for row in rows[1:]) / max(1, len(rows) - 1)
    score = right + 2 * min(3, names_article(rows[0])) + 2 * _is_ag_news(rows[0]) + min(width, 2)
    if not dialect.quoted and any(len(cell) > 1 and cell[0] == cell[-1] == '"' for row in rows for cell in row):
        score -= 2
    return score


def _parse_sample(sample: str, dialect: Dialect) -> list[list[str]]:
    import csv

    csv.field_size_limit(_MAX_ROW_CHARS)
    lines = [f"{line}\n" for line in sample.removesuffix("\n").split("\n")]
    reader = csv.reader(lines, **dialect.build_reader_options())
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        rows.extend(reader)
    # The last row may be cut short by the end of the sample.
    return rows[:-1] if rows and "\n" in "".join(rows[-1]) else rows


def _split_header(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip("\"'") for cell in line.split(delimiter)]


def _is_ag_news(row: Iterable[str]) -> bool:
    """Whether a first row is already an article: AG News gives a class from 1 to 4, a title and a text, no header."""
    cells = list(row)
    return len(cells) == 3 and cells[0] in _AG_NEWS_CLASSES and len(cells[2]) > 40


TABLE = Format(
    "table", "a table with an article on each row (CSV, TSV)", is_delimited_table, read_delimited_table,
    shares=True, mapped=True, suffixes=(".csv", ".tsv"),
)  # fmt: skip
