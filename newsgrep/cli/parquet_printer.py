"""Whole articles as a Parquet file, for data frames and databases; needs the extra `parquet` (pyarrow).

The columns are those of `export_printer`, lists as lists, and `date` beside `published`: the day as a date, since
`published` is a text that is no more precise than the page.
Format: https://parquet.apache.org/docs/.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO

from newsgrep.cli.export_printer import KEYS, build_record
from newsgrep.cli.table_printer import columns_of
from newsgrep.errors import ExtraMissing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgrep.article import Article

COLUMNS = (*KEYS[:3], "date", *KEYS[3:])
"""The columns, in their order."""

_LISTS = frozenset({"section", "authors"})
_GROUP_CHARS = 16 << 20
"""Characters of text in a row group: what is in memory at a time, a few times over."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def require_parquet() -> None:
    """Raise ExtraMissing where Parquet cannot be written."""
    if importlib.util.find_spec("pyarrow") is None:
        raise ExtraMissing("Parquet needs pyarrow, which is not installed", hint="pip install 'newsgrep[parquet]'")


def write_parquet(articles: Iterable[Article], file: BinaryIO) -> None:
    """Write articles, group by group. Raises ExtraMissing."""
    require_parquet()
    import pyarrow as pa
    import pyarrow.parquet as pq

    articles = iter(articles)
    first = list(islice(articles, 1))
    kinds = {"date": pa.date32(), "words": pa.int32()} | dict.fromkeys(_LISTS, pa.list_(pa.string()))
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns_of(COLUMNS, first)])
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        rows: list[dict[str, Any]] = []
        held = 0
        for article in chain(first, articles):
            rows.append(_build_row(article))
            held += len(article.body)
            if held >= _GROUP_CHARS:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                rows, held = [], 0
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _build_row(article: Article) -> dict[str, Any]:
    published = article.published
    row = {key: _to_unicode(value) for key, value in build_record(article).items()}
    row["date"] = published.date() if isinstance(published, dt.datetime) else published
    return row


def _to_unicode(value: Any) -> Any:
    """Without the halves of surrogate pairs that stand for the bytes of a file name: Parquet has UTF-8 only."""
    if isinstance(value, list):
        return [_to_unicode(one) for one in value]
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value
