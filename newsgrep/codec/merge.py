"""Merging: several segments, less their deleted documents, become one; whole arrays at a time.

Terms are merged in alphabetical stretches that are sized by their words, and a term that is larger comes alone, so that
memory does not grow with the segments, save for two bytes for each occurrence of the commonest word. Positions and the
blocks of the doc store are copied as they are, but for what deleted documents have.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.codec.doc_store import DocStoreWriter
from newsgrep.codec.lengths import NO_LENGTHS, describe_lengths, length_table
from newsgrep.codec.postings import join_gaps
from newsgrep.codec.segment_file import SegmentFileWriter
from newsgrep.codec.signatures import SLOTS
from newsgrep.codec.terms import Run
from newsgrep.codec.terms_writer import FieldTermsWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from newsgrep.codec.segment import SegmentData
    from newsgrep.codec.terms import FieldTerms

STRETCH_WORDS = 1 << 17
"""Word occurrences merged together, over all segments: what bounds the memory."""
STRETCH_TERMS = 1 << 14
"""The same for terms, of which the rare ones are as many as their occurrences."""
STORE_BYTES = 1 << 23
"""Doc store copied before its pages are let go."""


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to merge, and where its documents go."""

    data: SegmentData
    new_docnums: NDArray[np.int64]  # (n_documents,): -1 for a deleted document

    @property
    def kept(self) -> NDArray[np.bool_]:
        """(n_documents,): which documents stay."""
        return self.new_docnums >= 0


class MergeStopped(Exception):
    """A merge was broken off because its caller asked for it; the file is removed."""


def merge_segments(
    parts: Sequence[tuple[SegmentData, NDArray[np.int64]]], path: Path, is_stopped: Callable[[], bool] = lambda: False
) -> int:
    """Write one segment with the documents of several, in order, and return how many there are.

    parts: each segment with the numbers of its deleted documents. is_stopped: asked after every stretch of terms and
    some blocks of the doc store. Raises MergeStopped, or ValueError for a segment with sections that only Whoosh's own
    writer makes (values or weights of postings, vectors, columns in Whoosh's format).
    """

    def go_on() -> None:
        if is_stopped():
            raise MergeStopped

    sources = []
    total = 0
    for data, deleted in parts:
        if not data.is_plain:
            raise ValueError(f"{data.file.path} has sections that only Whoosh's own writer makes")
        kept = np.ones(data.n_documents, bool)
        kept[deleted] = False
        new = np.full(data.n_documents, -1, np.int64)
        new[kept] = np.arange(total, total + int(kept.sum()))
        total += int(kept.sum())
        sources.append(Source(data, new))
    facts: dict[str, Any] = {"documents": total, "fields": {}, "columns": {}}
    with SegmentFileWriter(path) as segment:
        for name in sorted({name for source in sources for name in source.data.field_facts}):
            facts["fields"][name] = _merge_field(name, sources, segment, path.parent, total, go_on)
        for name in sorted({name for source in sources for name in source.data.column_facts}):
            facts["columns"][name] = _merge_column(name, sources, segment)
        for name in sorted({name for source in sources for name in source.data.signed_fields}):
            _merge_signatures(name, sources, segment)
        _merge_store(sources, segment, path.parent, go_on)
        segment.facts = facts
    return total


def _merge_field(
    name: str,
    sources: Sequence[Source],
    segment: SegmentFileWriter,
    folder: Path,
    n_documents: int,
    go_on: Callable[[], None],
) -> dict[str, int]:
    dictionaries = [(source, terms) for source in sources if (terms := source.data.terms(name)) is not None]
    with_freqs = any(terms.has_freqs for _, terms in dictionaries)
    with_positions = any(terms.has_positions for _, terms in dictionaries)
    writer = FieldTermsWriter(name, folder, freqs=with_freqs, positions=with_positions)
    try:
        for texts, run in _iter_stretches(dictionaries):
            go_on()
            if len(texts):
                writer.add_run(texts, run)
            for source in sources:
                source.data.file.release()
        facts = _merge_lengths(name, sources, segment, n_documents)
        writer.finish(segment)
    finally:
        writer.close()
    return facts


def _iter_stretches(dictionaries: Sequence[tuple[Source, FieldTerms]]) -> Iterator[tuple[list[bytes], Run]]:
    """The merged terms, stretch by stretch."""
    ends = [np.cumsum(terms.cfs, dtype=np.int64) for _, terms in dictionaries]
    nexts = [0] * len(dictionaries)
    while any(at < terms.n_terms for at, (_, terms) in zip(nexts, dictionaries, strict=True)):
        share = max(1, STRETCH_WORDS // len(dictionaries))
        most = max(1, STRETCH_TERMS // len(dictionaries))
        texts: list[list[bytes]] = []
        large: set[bytes] = set()
        for at, end, (_, terms) in zip(nexts, ends, dictionaries, strict=True):
            done = int(end[at - 1]) if at else 0
            stop = int(np.searchsorted(end, done + share, side="right"))
            is_large = stop == at < terms.n_terms
            stop = min(terms.n_terms, at + most, max(at + 1, stop))
            texts.append(list(terms.iter_terms(at, stop)))
            if is_large:
                large.add(texts[-1][0])
        # Whatever is not read to its end has no term below its last one that we do not see.
        lasts = [
            seen[-1]
            for seen, at, (_, terms) in zip(texts, nexts, dictionaries, strict=True)
            if seen and at + len(seen) < terms.n_terms
        ]
        if lasts:
            boundary = min(lasts)
            texts = [seen[: bisect_right(seen, boundary)] for seen in texts]
        if large:
            alone = min(large)
            cut = bisect_right if min(seen[0] for seen in texts if seen) == alone else bisect_left
            texts = [seen[: cut(seen, alone)] for seen in texts]
        merged = sorted(set().union(*texts))
        places = {text: place for place, text in enumerate(merged)}
        runs = []
        for i, (seen, (source, terms)) in enumerate(zip(texts, dictionaries, strict=True)):
            if seen:
                run = terms.run(nexts[i], nexts[i] + len(seen))
                ranks = np.fromiter((places[text] for text in seen), np.int64, len(seen))
                runs.append(_renumber(run, ranks, source))
                nexts[i] += len(seen)
        yield _join(merged, runs)


def _renumber(run: Run, ranks: NDArray[np.int64], source: Source) -> tuple[NDArray[np.int64], Run]:
    """The rank of each posting's term, and the postings with new document numbers, without deleted documents."""
    docnums = source.new_docnums[run.docnums]
    rank_of_posting = np.repeat(ranks, run.dfs)
    kept = docnums >= 0
    if kept.all():
        return rank_of_posting, Run(run.dfs, docnums, run.freqs, run.gaps)
    gaps = run.gaps
    if gaps is not None and run.freqs is not None:
        gaps = gaps.compress(np.repeat(kept, run.freqs))
    freqs = run.freqs[kept] if run.freqs is not None else None
    return rank_of_posting[kept], Run(run.dfs, docnums[kept], freqs, gaps)


def _join(texts: list[bytes], runs: list[tuple[NDArray[np.int64], Run]]) -> tuple[list[bytes], Run]:
    """Postings of several segments as those of one: per term, one segment after the other."""
    ranks = np.concatenate([rank for rank, _ in runs])
    docnums = np.concatenate([run.docnums for _, run in runs])
    freqs = [run.freqs for _, run in runs if run.freqs is not None]
    gaps = [run.gaps for _, run in runs if run.gaps is not None]
    if len(texts) == 1 and len(docnums):
        # The commonest words come alone, and are in order already.
        return texts, Run(
            np.array([len(docnums)]),
            docnums,
            np.concatenate(freqs) if freqs else None,
            join_gaps(gaps) if gaps else None,
        )
    order = np.argsort(ranks, kind="stable")
    dfs = np.bincount(ranks, minlength=len(texts))
    all_freqs, all_gaps = None, None
    if freqs:
        unordered = np.concatenate(freqs)
        all_freqs = unordered[order]
        if gaps:
            begins = np.cumsum(unordered) - unordered
            ends = np.cumsum(all_freqs)
            index = np.repeat(begins[order] - (ends - all_freqs), all_freqs)
            index += np.arange(len(index))
            all_gaps = join_gaps(gaps).take(index)
    if not dfs.all():
        texts = [text for text, df in zip(texts, dfs.tolist(), strict=True) if df]
        dfs = dfs[dfs > 0]
    return texts, Run(dfs, docnums[order], all_freqs, all_gaps)


def _merge_lengths(
    name: str, sources: Sequence[Source], segment: SegmentFileWriter, n_documents: int
) -> dict[str, int]:
    lengths = np.zeros(n_documents, np.uint8)
    total = 0
    found = False
    for source in sources:
        mine = source.data.lengths(name)
        if mine is None:
            continue
        found = True
        kept = source.kept
        lengths[source.new_docnums[kept]] = mine[kept]
        # What deleted documents had is known in their one-byte code only.
        total += source.data.field_facts[name]["length_total"] - int(length_table()[mine[~kept]].sum())
    if not found:
        return NO_LENGTHS
    segment.add(f"lengths/{name}", lengths.data)
    return {**describe_lengths(lengths), "length_total": max(0, total)}


def _merge_column(name: str, sources: Sequence[Source], segment: SegmentFileWriter) -> dict[str, Any]:
    facts = next(source.data.column_facts[name] for source in sources if name in source.data.column_facts)
    if "dtype" not in facts:
        raise ValueError(f"column {name} is in Whoosh's format")
    segment.begin(f"column/{name}")
    for source in sources:
        column = source.data.column(name)
        if column is None:
            column = np.full(source.data.n_documents, facts["default"], facts["dtype"])
        segment.write(np.ascontiguousarray(column[source.kept]).data)
    return facts


def _merge_signatures(name: str, sources: Sequence[Source], segment: SegmentFileWriter) -> None:
    segment.begin(f"signatures/{name}")
    for source in sources:
        signatures = source.data.signatures(name)
        if signatures is None:
            signatures = np.zeros((source.data.n_documents, SLOTS), "<u2")
        segment.write(np.ascontiguousarray(signatures[source.kept]).data)


def _merge_store(
    sources: Sequence[Source], segment: SegmentFileWriter, folder: Path, go_on: Callable[[], None]
) -> None:
    writer = DocStoreWriter(folder)
    try:
        for source in sources:
            store, kept = source.data.store, source.kept
            copied = 0
            for number, (first, block, dictionary) in enumerate(store.iter_blocks()):
                stay = kept[first : store.block_end(number, source.data.n_documents)]
                if stay.all():
                    writer.add_block(block, len(stay), dictionary)
                elif stay.any():
                    for line, stays in zip(store.lines(number), stay.tolist(), strict=True):
                        if stays:
                            writer.add(line)
                copied += len(block)
                if copied > STORE_BYTES:
                    go_on()
                    source.data.file.release()
                    copied = 0
            source.data.file.release()
        writer.finish(segment)
    finally:
        writer.close()
