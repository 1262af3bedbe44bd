"""Term vectors: a document and a field in, the document's own terms out, for fields that Whoosh's schema gives vectors.

    Writer: `VectorsWriter`, document after document -> sections of a segment file
    Reader: `Vectors` over those sections

Sections of field F:

| section              | dtype         | holds                                                            |
|----------------------|---------------|------------------------------------------------------------------|
| vectors/F/docs       | (docs,) u32   | the documents that have a vector, rising                         |
| vectors/F/ends       | (docs,) u64   | where the items of each document end, counted in items           |
| vectors/F/texts      | bytes         | the terms of the items, UTF-8, sorted within a document          |
| vectors/F/text_ends  | (items,) u64  | where each term ends                                             |
| vectors/F/weights    | (items,) f32  | the weight of each item                                          |
| vectors/F/values     | bytes         | the values of the items, as Whoosh's format encodes them         |
| vectors/F/value_ends | (items,) u64  | where each value ends                                            |
"""

from __future__ import annotations

from array import array
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from newsgrep.codec.segment_file import SegmentFile, SegmentFileWriter

_SPOOLED = ("texts", "text_ends", "weights", "values", "value_ends")


class VectorsWriter:
    """Collects the vectors of one field."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = f"vectors/{name}"
        self._docs = array("q")
        self._ends = array("q")
        self._spools = {section: Spool(folder) for section in _SPOOLED}
        self._n_items = 0

    def add(self, docnum: int, items: Sequence[tuple[str, float, bytes]]) -> None:
        """Add a document's terms, their weights and values. Documents come in order."""
        texts = [text.encode("utf-8", "surrogatepass") for text, _, _ in items]
        self._add_strings("texts", "text_ends", texts)
        self._add_strings("values", "value_ends", [value for _, _, value in items])
        self._spools["weights"].write(np.array([weight for _, weight, _ in items], "<f4").data)
        self._n_items += len(items)
        self._docs.append(docnum)
        self._ends.append(self._n_items)

    def _add_strings(self, section: str, ends: str, strings: list[bytes]) -> None:
        spool = self._spools[section]
        sizes = np.fromiter(map(len, strings), np.int64, len(strings))
        self._spools[ends].write((np.cumsum(sizes) + spool.size).astype("<u8").data)
        spool.write(b"".join(strings))

    def finish(self, segment: SegmentFileWriter) -> None:
        """Write the sections."""
        segment.add(f"{self._name}/docs", np.array(self._docs, "<u4").data)
        segment.add(f"{self._name}/ends", np.array(self._ends, "<u8").data)
        for section, spool in self._spools.items():
            spool.finish(segment, f"{self._name}/{section}")

    def close(self) -> None:
        """Let go of everything, written or not."""
        for spool in self._spools.values():
            spool.close()


class Vectors:
    """The vectors of one field of an open segment."""

    def __init__(self, segment: SegmentFile, name: str) -> None:
        self._segment = segment
        self._name = f"vectors/{name}"

    @cached_property
    def _docs(self) -> NDArray[np.uint32]:
        name = f"{self._name}/docs"
        return np.frombuffer(self._segment.read(name) if name in self._segment else b"", "<u4")

    def find(self, docnum: int) -> int:
        """The place of a document among those that have a vector; -1 if it has none."""
        at = int(np.searchsorted(self._docs, docnum))
        return at if at < len(self._docs) and self._docs[at] == docnum else -1

    def items(self, place: int) -> tuple[list[str], list[float], list[bytes]]:
        """The terms of the document at a place, their weights and values."""
        first, last = self._span("ends", place, place + 1)[0]
        weights = np.frombuffer(self._segment.read(f"{self._name}/weights", 4 * first, 4 * last), "<f4")
        texts = [text.decode("utf-8", "surrogatepass") for text in self._strings("texts", "text_ends", first, last)]
        return texts, weights.tolist(), self._strings("values", "value_ends", first, last)

    def _strings(self, section: str, ends: str, first: int, last: int) -> list[bytes]:
        spans = self._span(ends, first, last)
        base = spans[0][0]
        data = bytes(self._segment.read(f"{self._name}/{section}", base, spans[-1][1]))
        return [data[start - base : end - base] for start, end in spans]

    def _span(self, ends: str, first: int, last: int) -> list[tuple[int, int]]:
        """Where the things from `first` up to but not including `last` begin and end."""
        before = max(0, first - 1)
        found = np.frombuffer(self._segment.read(f"{self._name}/{ends}", 8 * before, 8 * last), "<u8").tolist()
        if not first:
            found.insert(0, 0)
        return list(pairwise(found))
