"""The writer of a field's term dictionary and postings; `terms` says what it writes."""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING

import numpy as np

from newsgrep.codec import postings as codes
from newsgrep.codec.dictionary import HEAD_EVERY
from newsgrep.codec.postings import BLOCK, DOCS1, DOCS2, DOCS4, Gaps, join_gaps
from newsgrep.codec.terms import ARRAYS, STREAMS, Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from newsgrep.codec.segment_file import SegmentFileWriter


def split_run(run: Run, n_terms: int) -> tuple[Run, Run]:
    """The first `n_terms` terms of a run, and the others."""
    at = int(run.dfs[:n_terms].sum())
    freqs: tuple[NDArray[np.int64] | None, ...] = (None, None)
    gaps: tuple[Gaps | None, ...] = (None, None)
    if run.freqs is not None:
        freqs = run.freqs[:at], run.freqs[at:]
        if run.gaps is not None:
            gaps = run.gaps.split(int(run.freqs[:at].sum()))
    return (
        Run(run.dfs[:n_terms], run.docnums[:at], freqs[0], gaps[0]),
        Run(run.dfs[n_terms:], run.docnums[at:], freqs[1], gaps[1]),
    )


def join_runs(one: Run, other: Run) -> Run:
    """The terms of two runs of one field, one after the other."""
    return Run(
        np.concatenate([one.dfs, other.dfs]),
        np.concatenate([one.docnums, other.docnums]),
        np.concatenate([one.freqs, other.freqs]) if one.freqs is not None and other.freqs is not None else None,
        join_gaps([one.gaps, other.gaps]) if one.gaps is not None and other.gaps is not None else None,
    )


class FieldTermsWriter:
    """Writes the terms of one field in order, run by run, in memory that does not grow with the postings."""

    def __init__(self, name: str, folder: Path, *, freqs: bool, positions: bool) -> None:
        """`folder` is where the streams wait, in files without a name, until all are complete."""
        self._name = f"terms/{name}"
        self._freqs = freqs
        self._positions = positions
        self._text = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed in `close`
        self._streams = {stream: tempfile.TemporaryFile(dir=folder) for stream in STREAMS}  # noqa: SIM115
        self._arrays: dict[str, list[NDArray[np.generic]]] = {array: [] for array, _ in ARRAYS}
        self._text_end = 0
        self._n_terms = 0
        self._heads: list[bytes] = []
        self._extras_end = 0
        self._bases = np.zeros(5, np.int64)
        self._waiting: tuple[list[bytes], Run] | None = None

    def add_run(self, texts: Sequence[bytes], run: Run) -> None:
        """Add terms, all after those added before, each in one document at least."""
        if self._waiting is not None:
            texts, run = [*self._waiting[0], *texts], join_runs(self._waiting[1], run)
        whole = len(texts) - len(texts) % BLOCK
        self._waiting = None
        if whole < len(texts):
            head, tail = split_run(run, whole)
            self._waiting = (list(texts[whole:]), tail)
            texts, run = texts[:whole], head
        if texts:
            self._write(texts, run)

    def _write(self, texts: Sequence[bytes], run: Run) -> None:
        encoded = codes.encode_postings(
            run.dfs, run.docnums, run.freqs if self._freqs else None, run.gaps if self._positions else None
        )
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        self._text.write(b"".join(texts))
        self._heads += texts[-self._n_terms % HEAD_EVERY :: HEAD_EVERY]
        self._n_terms += len(texts)
        self._arrays["ends"].append((ends + self._text_end).astype("<u4"))
        self._text_end += int(ends[-1])
        self._arrays["dfs"].append(run.dfs.astype("<u4"))
        self._arrays["kinds"].append(encoded.kinds)
        self._arrays["extra_ends"].append((np.cumsum(encoded.extras_per_term) + self._extras_end).astype("<u4"))
        self._extras_end += len(encoded.extras)
        cfs = run.dfs
        if self._freqs and run.freqs is not None:
            cfs = np.add.reduceat(run.freqs, np.cumsum(run.dfs) - run.dfs)
            self._arrays["cfs"].append(cfs.astype("<u4"))
        self._arrays["bases"].append(self._add_bases(run.dfs, cfs, encoded.kinds))
        for stream in STREAMS:
            data = getattr(encoded, stream)
            self._streams[stream].write(data.astype(data.dtype.newbyteorder("<"), copy=False).data)

    def _add_bases(
        self, dfs: NDArray[np.int64], cfs: NDArray[np.int64], kinds: NDArray[np.uint8]
    ) -> NDArray[np.generic]:
        firsts = np.arange(0, len(dfs), BLOCK)
        sizes = np.empty((len(firsts), 5), np.int64)
        for kind in (DOCS1, DOCS2, DOCS4):
            sizes[:, kind] = np.add.reduceat(np.where(kinds == kind, dfs, 0), firsts)
        sizes[:, 3] = (np.add.reduceat(dfs, firsts) + 1) // 2
        sizes[:, 4] = np.add.reduceat(cfs, firsts)
        ends = np.cumsum(sizes, axis=0) + self._bases
        bases = ends - sizes
        self._bases = ends[-1]
        return bases.astype("<u8")

    def finish(self, segment: SegmentFileWriter) -> None:
        """Write the sections of this field."""
        if self._waiting is not None:
            self._write(*self._waiting)
            self._waiting = None
        segment.add(f"{self._name}/heads", b"".join(self._heads))
        head_ends = np.cumsum(np.fromiter(map(len, self._heads), np.int64, len(self._heads)))
        segment.add(f"{self._name}/head_ends", head_ends.astype("<u4").data)
        self._copy(segment, "text", self._text)
        for array, dtype in ARRAYS:
            if array != "cfs" or self._freqs:
                parts = self._arrays[array]
                whole = np.concatenate(parts) if parts else np.zeros(0, dtype)
                segment.add(f"{self._name}/{array}", np.ascontiguousarray(whole).data)
        for stream in STREAMS:
            self._copy(segment, stream, self._streams[stream])

    def _copy(self, segment: SegmentFileWriter, section: str, file: IO[bytes]) -> None:
        segment.begin(f"{self._name}/{section}")
        file.seek(0)
        while data := file.read(1 << 20):
            segment.write(data)
        file.close()

    def close(self) -> None:
        """Let the streams go, written or not."""
        for file in (self._text, *self._streams.values()):
            file.close()
