"""Timelines as text for eyes, with bars, and as JSON and CSV; every key is described in docs/trends.md.

The terminal and plain text have the same lines; a line is made of pieces, each with the style that a terminal gives it.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

from newsgrep.cli import json_printer, table_printer
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.styles import GAP, QUIET, TITLE
from newsgrep.cli.wording import count_of
from newsgrep.search.trends import Per

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from newsgrep.search.trends import Bucket, Timeline

    Line = list[tuple[str, str]]
    """Pieces of text, each with its style."""

WIDTH = 80
"""Columns of plain text."""

_EIGHTHS = "▏▎▍▌▋▊▉█"
_SHORTEST_BAR = 10
_NARROWEST = 8
"""Columns of a label's bars and numbers, below which labels are left out."""
_FOLDED_GAPS = 3
"""So many buckets without any article become one line."""
GAP_WORDS = "no articles saved"
OTHERS = "others"


def render_timeline(
    timeline: Timeline, *, shares: bool = False, width: int = WIDTH, ascii_only: bool = False
) -> Iterator[str]:
    """Write a heading, a line with a bar for each bucket, and what is in none. With `shares`, bars are shares."""
    for line in _iter_lines(timeline, shares, width, ascii_only):
        yield "".join(text for text, _ in line).rstrip() + "\n"


def render_timeline_styled(timeline: Timeline, console: Console, *, shares: bool = False) -> Iterator[str]:
    """The same with the width and the colours of a terminal."""
    from rich.text import Text

    for line in _iter_lines(timeline, shares, console.width, console.options.ascii_only):
        with console.capture() as capture:
            console.print(Text.assemble(*line), soft_wrap=True)
        yield capture.get()


def render_json(timeline: Timeline) -> str:
    """Write a timeline as one document."""
    return json_printer.render_document(
        {
            "schema": json_printer.SCHEMA,
            "query": timeline.query,
            "by": timeline.unit.value,
            "per": timeline.per.value,
            "total": timeline.total,
            "undated": timeline.undated,
            "archive": timeline.archive,
            "archive_undated": timeline.archive_undated,
            "split_by": timeline.split_by and timeline.split_by.value,
            "buckets": [_record(timeline, bucket) for bucket in timeline.buckets],
            "notes": list(timeline.notes),
            "expansions": [dataclasses.asdict(expansion) for expansion in timeline.expansions],
        }
    )


def iter_csv(timeline: Timeline) -> Iterator[str]:
    """Write a header and a record for each bucket."""
    header = ["bucket", "first", "last", "articles", "archive", "share"]
    if timeline.split_by:
        header += [f"{timeline.split_by}: {label}" for label in timeline.labels] + [OTHERS]
    rows = (
        (each.name, each.first, each.last, each.articles, each.archive, _rounded(timeline.share_of(each)), *each.split)
        for each in timeline.buckets
    )
    yield from table_printer.iter_csv_rows(header, rows)


def heading_of(timeline: Timeline) -> str:
    """What is counted: the number of hits, by what, and the query."""
    noun = ("story", "stories") if timeline.per is Per.STORY else ("article", "articles")
    counted = count_of(timeline.total, *noun)
    split = f", split by {timeline.split_by}" if timeline.split_by else ""
    query = f": {timeline.query}" if timeline.query else ""
    return clean_line(f"{counted} by {timeline.unit}{split}{query}")


def label_names(timeline: Timeline) -> list[str]:
    """The labels of a split, harmless, and the name of what has none of them."""
    return [*map(clean_line, timeline.labels), OTHERS]


def draw_bar(value: float, most: float, width: int, *, ascii_only: bool = False) -> str:
    """A bar as long as a value is of the largest; anything above nothing is seen."""
    if value <= 0 or most <= 0:
        return ""
    if ascii_only:
        return "#" * max(1, round(value / most * width))
    eighths = max(1, round(value / most * width * 8))
    whole, part = divmod(eighths, 8)
    return _EIGHTHS[-1] * whole + (_EIGHTHS[part - 1] if part else "")


def _record(timeline: Timeline, bucket: Bucket) -> dict[str, Any]:
    return {
        "bucket": bucket.name,
        "first": bucket.first.isoformat(),
        "last": bucket.last.isoformat(),
        "articles": bucket.articles,
        "archive": bucket.archive,
        "share": _rounded(timeline.share_of(bucket)),
        "split": [
            {"label": label, "articles": articles}
            for label, articles in itertools.zip_longest(timeline.labels, bucket.split)
        ],
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def _iter_lines(timeline: Timeline, shares: bool, width: int, ascii_only: bool) -> Iterator[Line]:
    yield [(heading_of(timeline), TITLE)]
    if timeline.buckets:
        chart = (
            _Split(timeline, shares, width, ascii_only)
            if timeline.split_by
            else _Bars(timeline, shares, width, ascii_only)
        )
        yield from chart.iter_lines()
    for said in _footnotes(timeline, shares):
        yield [(said, QUIET)]


def _footnotes(timeline: Timeline, shares: bool) -> Iterator[str]:
    if timeline.undated:
        yield f"without a date: {timeline.undated:,}"
    if shares:
        yield "bars: hits among all articles of the archive that are as the filters say"


class _Bars:
    """One bar for each bucket."""

    def __init__(self, timeline: Timeline, shares: bool, width: int, ascii_only: bool) -> None:
        self.timeline = timeline
        self.shares = shares
        self.ascii_only = ascii_only
        self.name_width = max(len(bucket.name) for bucket in timeline.buckets)
        figures = [self.figure(bucket) for bucket in timeline.buckets]
        self.figure_width = max(map(len, figures))
        self.bar_width = max(_SHORTEST_BAR, width - self.name_width - self.figure_width - 4)
        self.most = max(map(self.value, timeline.buckets))

    def value(self, bucket: Bucket) -> float:
        """How long the bar is."""
        return (self.timeline.share_of(bucket) or 0.0) if self.shares else bucket.articles

    def figure(self, bucket: Bucket) -> str:
        """What the bar says in numbers."""
        if bucket.is_gap:
            return ""
        if not self.shares:
            return f"{bucket.articles:,}"
        return f"{percent_of(self.timeline.share_of(bucket))}  {bucket.articles:,} of {bucket.archive:,}"

    def cells(self, bucket: Bucket) -> Line:
        """What stands beside the name of a bucket."""
        bar = draw_bar(self.value(bucket), self.most, self.bar_width, ascii_only=self.ascii_only)
        return [(f"{bar:<{self.bar_width}}", ""), (f"  {self.figure(bucket):>{self.figure_width}}", "")]

    def iter_lines(self) -> Iterator[Line]:
        """A line for each bucket; many in a row that have nothing in the archive are one."""
        for is_gap, run in itertools.groupby(self.timeline.buckets, lambda bucket: bucket.is_gap):
            buckets = list(run)
            if is_gap and len(buckets) >= _FOLDED_GAPS:
                until = f"until {buckets[-1].name} ({count_of(len(buckets), self.timeline.unit.value)})"
                yield self.gap_line(buckets[0], f"{GAP_WORDS} {until}")
                continue
            for bucket in buckets:
                if is_gap:
                    yield self.gap_line(bucket, GAP_WORDS)
                else:
                    yield [(f"{bucket.name:<{self.name_width}}  ", QUIET), *self.cells(bucket)]

    def gap_line(self, bucket: Bucket, words: str) -> Line:
        """A line that says that nothing is known of a time."""
        mark = "--" if self.ascii_only else "╌╌"
        return [(f"{bucket.name:<{self.name_width}}  ", QUIET), (f"{mark} {words}", GAP)]


class _Split(_Bars):
    """A column for each label, side by side, all of one scale: the timelines of the labels."""

    def __init__(self, timeline: Timeline, shares: bool, width: int, ascii_only: bool) -> None:
        super().__init__(timeline, shares, width, ascii_only)
        names = label_names(timeline)
        self.number_width = max(len(self.number(bucket, at)) for bucket in timeline.buckets for at in range(len(names)))
        has_others = any(bucket.split[-1] for bucket in timeline.buckets)
        others_width = max(len(OTHERS), self.number_width)
        room = width - self.name_width - (others_width + 2 if has_others else 0)
        shown = max(1, min(len(names) - 1, room // (_NARROWEST + 2)))
        bar = max(1, room // shown - self.number_width - 3)
        self.most = max(self.part(bucket, at) for bucket in timeline.buckets for at in range(shown))
        self.columns = [(at, names[at], self.number_width + 1 + bar) for at in range(shown)]
        if has_others:
            # A number alone: its bar would be the longest of all, and those of the labels short beside it.
            self.columns.append((len(names) - 1, OTHERS, others_width))

    def part(self, bucket: Bucket, at: int) -> float:
        """How long the bar of a label is."""
        articles = bucket.split[at]
        return (self.timeline.share_of(bucket, articles) or 0.0) if self.shares else articles

    def number(self, bucket: Bucket, at: int) -> str:
        """What the bar of a label says."""
        articles = bucket.split[at]
        return percent_of(self.timeline.share_of(bucket, articles)) if self.shares else f"{articles:,}"

    def cells(self, bucket: Bucket) -> Line:
        """The bars and numbers of all labels."""
        line: Line = []
        for at, _, width in self.columns:
            number = f"{self.number(bucket, at):>{self.number_width}}"
            bar = ""
            if at < len(self.timeline.labels):
                room = width - self.number_width - 1
                bar = " " + draw_bar(self.part(bucket, at), self.most, room, ascii_only=self.ascii_only)
            line += [("  " if line else "", ""), (number, "" if bucket.split[at] else QUIET)]
            line += [(f"{bar:<{width - self.number_width}}", "")]
        return line

    def iter_lines(self) -> Iterator[Line]:
        """The labels above their columns, then the buckets."""
        from rich.cells import set_cell_size

        folded = [_fold(name, width) for _, name, width in self.columns]
        for row in itertools.zip_longest(*folded, fillvalue=""):
            cells = (set_cell_size(cell, width) for cell, (_, _, width) in zip(row, self.columns, strict=True))
            yield [(" " * (self.name_width + 2) + "  ".join(cells), TITLE)]
        yield from super().iter_lines()


def percent_of(share: float | None) -> str:
    """Say a share."""
    return "" if share is None else f"{share * 100:.1f} %"


def _fold(name: str, width: int) -> Sequence[str]:
    """A label in lines of some width, three at most."""
    from rich.cells import cell_len, chop_cells

    lines = [""]
    for word in name.split():
        for piece in chop_cells(word, width):
            joined = f"{lines[-1]} {piece}".strip()
            if cell_len(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(piece)
    return [*lines[:2], lines[2][: width - 1] + "…"] if len(lines) > 3 else lines
