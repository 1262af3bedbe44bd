"""Results as a table: CSV for spreadsheets and data frames, TSV for line tools; see docs/json.md.

CSV follows RFC 4180 quoting with plain line feeds. TSV has no quoting at all, so a value loses its
tabs and line breaks to spaces.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from typing import TYPE_CHECKING

from newsgrep.article import format_published
from newsgrep.cli.formulas import disarm_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsgrep.article import Article
    from newsgrep.search.results import Hit, Results

COLUMNS = (
    "rank",
    "score",
    "id",
    "title",
    "published",
    "section",
    "authors",
    "source",
    "url",
    "lang",
    "path",
    "record",
    "words",
    "snippet",
)
MARK = "index"
"""One more column, the last, where several indexes were asked: which of them an article is in."""

_SEPARATORS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
"""The tab, and everything that some program takes for the end of a line."""


def row_of(hit: Hit) -> dict[str, str]:
    """One hit's values by column; lists are joined with "; ", snippets with " … "."""
    article = hit.article
    return {
        "rank": str(hit.rank),
        "score": str(round(hit.score, 6)),
        "id": article.id,
        "title": article.title,
        "published": format_published(article.published) or "",
        "section": "; ".join(article.section),
        "authors": "; ".join(article.authors),
        "source": article.source or "",
        "url": article.url or "",
        "lang": article.lang or "",
        "path": article.path,
        "record": article.record or "",
        "words": str(article.words),
        "snippet": " … ".join(snippet.text for snippet in hit.snippets if snippet.field != "title"),
        MARK: article.index or "",
    }


def columns_of(columns: tuple[str, ...], articles: Iterable[Article]) -> tuple[str, ...]:
    """The columns of a table of some articles: one more where they are marked with their indexes."""
    return (*columns, MARK) if any(article.index is not None for article in articles) else columns


def _iter_table(results: Results) -> Iterator[tuple[str, ...]]:
    """A header and a row a hit."""
    columns = columns_of(COLUMNS, (hit.article for hit in results.hits))
    yield columns
    for hit in results.hits:
        row = row_of(hit)
        yield tuple(row[name] for name in columns)


def single_line(value: str) -> str:
    """Make a value fit between two tabs of one line."""
    return _SEPARATORS.sub(" ", value)


def iter_csv(results: Results) -> Iterator[str]:
    """Write a header and one record a hit."""
    header, *rows = _iter_table(results)
    return iter_csv_rows(header, rows)


def iter_tsv(results: Results) -> Iterator[str]:
    """Write a header and one line a hit."""
    header, *rows = _iter_table(results)
    return iter_tsv_rows(header, rows)


def iter_csv_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write any table as CSV: a header, then its rows; within `disarmed_formulas`, no cell is one."""
    buffer = io.StringIO()
    # With this terminator the writer quotes values that hold either half of it; rows themselves end with a line feed.
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in itertools.chain((header,), rows):
        writer.writerow(disarm_row(row))
        yield buffer.getvalue().removesuffix("\r\n") + "\n"
        buffer.seek(0)
        buffer.truncate()


def iter_tsv_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write any table as TSV: a header, then its rows."""
    for row in itertools.chain((header,), rows):
        yield "\t".join(single_line(str(value)) for value in row) + "\n"
