"""Columns as Whoosh sees them: a value per document, to sort and group by.

    Writer: `open_column` -> a `NumericColumnWriter` or `WhooshColumnWriter` -> a section `column/NAME` and its facts
    Reader: `read_column` -> Whoosh's ColumnReader

Numeric columns are arrays, in Whoosh's sortable representation: `{"dtype", "default"}`, the default for documents
without a value. Columns of all other classes stand in the format that Whoosh's class writes: `{"whoosh": true}`.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.columns import ColumnReader, NumericColumn
from whoosh.filedb.structfile import StructFile

from newsgrep.codec.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.columns import Column

    from newsgrep.codec.segment import SegmentData
    from newsgrep.codec.segment_file import SegmentFile, SegmentFileWriter

_STANDARD = {"l": "i", "L": "I"}
"""Typecodes whose size depends on the machine where Whoosh packs four bytes: what has four bytes everywhere."""


def open_column(column: Column, folder: Path) -> NumericColumnWriter | WhooshColumnWriter:
    """Begin a column. `folder` is where values wait until all are there."""
    return NumericColumnWriter(column) if type(column) is NumericColumn else WhooshColumnWriter(column, folder)


class NumericColumnWriter:
    """Collects the values of a numeric column."""

    def __init__(self, column: NumericColumn) -> None:
        typecode = _STANDARD.get(column._typecode, column._typecode)
        self._dtype = np.dtype(f"<{typecode}")
        self._default = column.default_value()
        self._docs = array("I")
        self._values = array(typecode)

    @property
    def facts(self) -> dict[str, Any]:
        """What the reader needs to know."""
        return {"dtype": self._dtype.str, "default": self._default}

    def add(self, docnum: int, value: Any) -> None:
        """Add a document's value. Raises OverflowError or TypeError for one that does not fit."""
        self._values.append(value)
        self._docs.append(docnum)

    def finish(self, segment: SegmentFileWriter, section: str, n_documents: int) -> None:
        """Write the section."""
        values = np.full(n_documents, self._default, self._dtype)
        docs = np.array(self._docs, np.int64)
        values[docs[docs < n_documents]] = np.array(self._values, self._dtype)[docs < n_documents]
        segment.add(section, values.data)

    def close(self) -> None:
        """Let go of everything, written or not."""


class WhooshColumnWriter:
    """Lets Whoosh write a column, and keeps what it wrote."""

    facts = {"whoosh": True}  # noqa: RUF012  # the same for all

    def __init__(self, column: Column, folder: Path) -> None:
        self._spool = Spool(folder)
        self._file = StructFile(self._spool.file)
        self._writer = column.writer(self._file)

    def add(self, docnum: int, value: Any) -> None:
        """Add a document's value."""
        self._writer.add(docnum, value)

    def finish(self, segment: SegmentFileWriter, section: str, n_documents: int) -> None:
        """Write the section."""
        self._writer.finish(n_documents)
        self._spool.finish(segment, section)

    def close(self) -> None:
        """Let go of everything, written or not."""
        self._spool.close()


def read_column(data: SegmentData, name: str, column: Column) -> ColumnReader:
    """Open a column of a segment. Raises KeyError if there is none of this name."""
    values = data.column(name)
    if values is not None:
        return ArrayColumnReader(values)
    if name not in data.column_facts:
        raise KeyError(f"{data.file.path} has no column {name}")
    section = f"column/{name}"
    return column.reader(
        StructFile(_SectionFile(data.file, section), name=section), 0, data.file.length(section), data.n_documents
    )


class ArrayColumnReader(ColumnReader):  # type: ignore[misc]  # Whoosh is untyped
    """A numeric column of an open segment."""

    def __init__(self, values: NDArray[Any]) -> None:
        self._values = values
        self._reverse = False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values.item(docnum)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values.tolist())

    def sort_key(self, docnum: int) -> Any:
        """The value, or its negative in reverse order."""
        value = self._values.item(docnum)
        return 0 - value if self._reverse else value

    def load(self) -> list[Any]:
        """All values."""
        values: list[Any] = self._values.tolist()
        return values

    def set_reverse(self) -> None:
        """Make sort keys fall as values rise."""
        self._reverse = True


class _SectionFile:
    """A section as the file that Whoosh's column readers expect; reads, and so checks, only what is asked for."""

    def __init__(self, segment: SegmentFile, section: str) -> None:
        self._segment = segment
        self._section = section
        self._size = segment.length(section)
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        end = self._size if size < 0 else min(self._size, self._at + size)
        data = bytes(self._segment.read(self._section, self._at, end)) if end > self._at else b""
        self._at += len(data)
        return data

    def readline(self) -> bytes:
        """The next bytes up to a line feed; pickle asks for them."""
        parts = []
        while part := self.read(1):
            parts.append(part)
            if part == b"\n":
                break
        return b"".join(parts)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        """The place of the next byte."""
        return self._at

    def close(self) -> None:
        """Whoosh closes what it opened; the segment stays open."""
