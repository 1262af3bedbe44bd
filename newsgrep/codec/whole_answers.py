"""What is asked of all matching documents at once: columns, signatures, how many carry each label.

Documents come as a mask or as rising numbers per part (`segment.Part`); all functions are pure, over whole arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from newsgrep.codec.plain_schema import MISSING
from newsgrep.codec.signatures import SLOTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from newsgrep.codec.array_cache import ArrayCache
    from newsgrep.codec.segment import Part, SegmentData
    from newsgrep.codec.terms import FieldTerms


def split_by_part(parts: Sequence[Part], docnums: NDArray[np.int64]) -> Iterator[tuple[Part, NDArray[np.int64]]]:
    """Rising document numbers of an index as those of its parts, counted within each."""
    ends = np.searchsorted(docnums, [part.base + part.data.n_documents for part in parts]).tolist()
    first = 0
    for part, last in zip(parts, ends, strict=True):
        if last > first:
            yield part, docnums[first:last] - part.base
        first = last


def take_column(parts: Sequence[Part], name: str, field: Any, docnums: NDArray[np.int64]) -> NDArray[Any]:
    """(n_documents,): the values of a numeric column, as int64, or as uint64 where the column is unsigned.

    field: as the schema has it (`plain_schema.PlainField`); docnums: rising. Signed columns have MISSING for none.
    """
    taken = [_take(part.data, name, field, local) for part, local in split_by_part(parts, docnums)]
    return np.concatenate(taken) if taken else np.zeros(0, np.int64 if field.signed else np.uint64)


def _take(data: SegmentData, name: str, field: Any, docnums: NDArray[np.int64]) -> NDArray[Any]:
    column = data.column(name)
    if column is None:
        return np.full(len(docnums), MISSING if field.signed else 0, np.int64 if field.signed else np.uint64)
    values = column.take(docnums)
    if not field.is_number:
        return values
    if not field.signed:
        return values.astype(np.uint64)
    missing = values == data.column_facts[name]["default"]
    # Whoosh adds half the range to signed numbers; the difference may wrap round, as it should.
    numbers = (values.astype(np.uint64) - np.uint64(1 << (field.bits - 1))).view(np.int64)
    numbers[missing] = MISSING
    return numbers


def take_signatures(parts: Sequence[Part], name: str, docnums: NDArray[np.int64]) -> NDArray[np.uint16]:
    """(n_documents, SLOTS): signatures of documents, zeros for those without; docnums: rising."""
    taken = []
    for part, local in split_by_part(parts, docnums):
        signatures = part.data.signatures(name)
        taken.append(np.zeros((len(local), SLOTS), np.uint16) if signatures is None else signatures.take(local, axis=0))
    return np.concatenate(taken) if taken else np.zeros((0, SLOTS), np.uint16)


class Labels(NamedTuple):
    """The terms of a field over all parts, numbered."""

    texts: list[str]
    numbers: list[NDArray[np.int64]]
    """One (n_terms,) a part: the number of each term of the part, by its place there."""


def read_labels(parts: Sequence[Part], name: str) -> Labels:
    """Number the terms of a field."""
    number_of: dict[bytes, int] = {}
    numbers = []
    for part in parts:
        terms = part.data.terms(name)
        each = terms.iter_terms() if terms is not None else ()
        numbers.append(np.fromiter((number_of.setdefault(term, len(number_of)) for term in each), np.int64))
    return Labels([term.decode() for term in number_of], numbers)


def count_labels(
    parts: Sequence[Part],
    name: str,
    docnums: NDArray[np.int64],
    cache: ArrayCache,
    labels: Labels | None = None,
) -> dict[str, int]:
    """How many of some documents have each term of a field; terms that none has are left out.

    docnums: rising; labels: those of the field, where they are at hand.
    """
    labels = labels or read_labels(parts, name)
    counts = np.zeros(len(labels.texts), np.int64)
    number_of_part = {part.base: number for number, part in enumerate(parts)}
    for part, local in split_by_part(parts, docnums):
        terms = part.data.terms(name)
        if terms is not None:
            # A part has each term once, so that no number comes twice.
            counts[labels.numbers[number_of_part[part.base]]] += _count_in_part(part, name, terms, local, cache)
    found = np.flatnonzero(counts)
    texts = labels.texts
    return {texts[number]: count for number, count in zip(found.tolist(), counts[found].tolist(), strict=True)}


def _count_in_part(
    part: Part, name: str, terms: FieldTerms, docnums: NDArray[np.int64], cache: ArrayCache
) -> NDArray[np.int64]:
    """(n_terms,): how many of some documents of a part have each term of a field."""
    if len(docnums) == part.data.n_documents:
        return terms.dfs.astype(np.int64)
    key = ("labels", name, part.base)
    held = cache.get(key)
    if held is None:
        run = terms.run_documents(0, terms.n_terms, freqs=False)
        held = (run.docnums.astype(np.int32), np.cumsum(run.dfs) - run.dfs)
        cache.put(key, *held)
    of_label, starts = held
    mask = np.zeros(part.data.n_documents, np.bool_)
    mask[docnums] = True
    return np.add.reduceat(mask.take(of_label), starts, dtype=np.int64)
