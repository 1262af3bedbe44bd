"""Whole articles as records: JSON Lines and tables; every key is described in docs/export.md."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from newsgrep.cli.json_printer import article_record, render_document
from newsgrep.cli.table_printer import columns_of, iter_csv_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgrep.article import Article

KEYS = (
    "id",
    "title",
    "published",
    "published_from",
    "section",
    "authors",
    "source",
    "url",
    "lang",
    "path",
    "record",
    "words",
    "captured",
    "body",
)
"""The keys of a record, and the columns of a table, in their order."""


def build_record(article: Article) -> dict[str, Any]:
    """A whole article by key, of strings, numbers and lists of strings; None for what is not known."""
    return article_record(article) | {"body": article.body}


def iter_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """Write one object a line."""
    return (render_document(build_record(article)) for article in articles)


def iter_csv(articles: Iterable[Article]) -> Iterator[str]:
    """Write a header and one record an article; lists are joined with "; "."""
    articles = iter(articles)
    first = list(islice(articles, 1))
    columns = columns_of(KEYS, first)
    records = map(build_record, chain(first, articles))
    return iter_csv_rows(columns, ([_cell(record[name]) for name in columns] for record in records))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(value) if isinstance(value, list) else str(value)
