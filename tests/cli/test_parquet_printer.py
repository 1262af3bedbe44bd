from __future__ import annotations

import datetime as dt
import importlib.util
import io
from typing import TYPE_CHECKING

import pytest

from newsgrep.cli.export_printer import KEYS, build_record
from newsgrep.cli.parquet_printer import COLUMNS, require_parquet, write_parquet
from newsgrep.errors import ExtraMissing

if TYPE_CHECKING:
    from newsgrep.article import Article

needs_pyarrow = pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")


@needs_pyarrow
def test_a_file_has_a_row_an_article(harbour: Article, undated: Article) -> None:
    import pyarrow.parquet as pq

    file = io.BytesIO()
    write_parquet([harbour, undated], file)
    table = pq.read_table(file)
    assert tuple(table.column_names) == COLUMNS
    first, second = table.to_pylist()
    assert first.pop("date") == dt.date(2018, 2, 20)
    assert second.pop("date") is None
    assert [first, second] == [build_record(harbour), build_record(undated)]


@needs_pyarrow
def test_many_articles_are_written_group_by_group(harbour: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    monkeypatch.setattr("newsgrep.cli.parquet_printer._GROUP_CHARS", 3 * len(harbour.body))
    file = io.BytesIO()
    write_parquet((harbour for _ in range(10)), file)
    metadata = pq.read_metadata(file)
    assert (metadata.num_rows, metadata.num_row_groups) == (10, 4)


@needs_pyarrow
def test_no_articles_are_a_table_without_rows() -> None:
    import pyarrow.parquet as pq

    file = io.BytesIO()
    write_parquet([], file)
    assert pq.read_table(file).shape == (0, len(COLUMNS))


def test_the_day_stands_behind_the_date_as_printed() -> None:
    assert [name for name in COLUMNS if name != "date"] == list(KEYS)
    assert COLUMNS.index("date") == COLUMNS.index("published") + 1


def test_without_pyarrow_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ExtraMissing) as caught:
        require_parquet()
    assert caught.value.hint == "pip install 'newsgrep[parquet]'"
