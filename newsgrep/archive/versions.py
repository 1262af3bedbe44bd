"""Which articles are older versions of another: captured earlier from the same address, with a text that is alike.

A function of what the index holds, computed anew by every commit, so that a version whose newer one is gone is shown
again. Only captures whose time is known have an order; and an address alone does not make two articles versions of
each other, since data sets give the address of a section to every record. Where texts are too short for a signature,
their words are compared.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.archive.schema import SIGNED_FIELD
from newsgrep.codec.plain_schema import MISSING
from newsgrep.codec.whole_answers import take_column, take_signatures
from newsgrep.codec.words import iter_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from numpy.typing import NDArray

    from newsgrep.codec.plain_schema import PlainSchema
    from newsgrep.codec.segment import Part

ALIKE_SLOTS = 4
"""Equal slots of two signatures from which on texts are versions: articles on different matters share one at most."""
ALIKE_WORDS = 0.2
"""The same for the share of words that two short texts have in common."""

_MOST_SHOWN = 32
"""Unlike articles of one address that others are held against."""


def find_live(parts: Sequence[Part]) -> NDArray[np.int64]:
    """(n_live,): the documents that are not deleted, rising, as numbers of the index."""
    live = [np.zeros(0, np.int64)]
    for part in parts:
        alive = np.ones(part.data.n_documents, np.bool_)
        alive[np.fromiter(part.deleted, np.int64, len(part.deleted))] = False
        live.append(np.flatnonzero(alive) + part.base)
    return np.concatenate(live)


def find_older_versions(schema: PlainSchema, parts: Sequence[Part]) -> list[NDArray[np.int64]]:
    """For each part, the documents in it that are an older version of one in any part, by their numbers within it."""
    live = find_live(parts)
    live = live[take_column(parts, "captured", schema["captured"], live) != MISSING]
    keys = take_column(parts, "url_key", schema["url_key"], live)
    ordered = np.sort(keys)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    # Zero is for articles without an address.
    docnums = live[np.isin(keys, repeated[repeated > 0])] if len(repeated) else live[:0]
    if not len(docnums):
        return [docnums for _ in parts]
    keys, ids, captured = (take_column(parts, name, schema[name], docnums) for name in ("url_key", "key", "captured"))
    signatures = take_signatures(parts, SIGNED_FIELD, docnums)
    hidden = mark_older_versions(keys, ids, captured, signatures, lambda place: _words(parts, int(docnums[place])))
    found = docnums[hidden]
    return [found[(found >= part.base) & (found < part.base + part.data.n_documents)] - part.base for part in parts]


def mark_older_versions(
    keys: NDArray[Any],
    ids: NDArray[Any],
    captured: NDArray[np.int64],
    signatures: NDArray[np.uint16],
    words: Callable[[int], Set[str]],
) -> NDArray[np.bool_]:
    """(n,): which of some articles are an older version of another of them.

    keys, ids, captured: (n,) the address, the number and the time of capture of each; signatures: (n, SLOTS), zeros for
    a text that is too short; words: the words of the title and the text of the article at a place, as `list_words`
    has them, asked only for short ones.
    """
    hidden = np.zeros(len(keys), np.bool_)
    order = np.lexsort((ids, captured, keys))
    ordered, places = keys[order], order.tolist()
    bounds = [0, *(np.flatnonzero(ordered[1:] != ordered[:-1]) + 1).tolist(), len(places)]
    known: dict[int, Set[str]] = {}

    def is_alike(one: int, other: int) -> bool:
        mine, others = signatures[one], signatures[other]
        if mine.any() and others.any():
            return int(np.count_nonzero((mine == others) & (mine > 0))) >= ALIKE_SLOTS
        for place in (one, other):
            if place not in known:
                known[place] = words(place)
        return len(known[one] & known[other]) >= ALIKE_WORDS * len(known[one] | known[other])

    # The newest stands last: each is held against it first, then against those that are shown beside it.
    for start, end in pairwise(bounds):
        known.clear()
        shown = places[start:end][-1:]
        for place in reversed(places[start : end - 1]):
            if any(is_alike(place, other) for other in shown):
                hidden[place] = True
            elif len(shown) < _MOST_SHOWN:
                shown.append(place)
    return hidden


def list_words(title: str, body: str) -> set[str]:
    """The different words of a short article."""
    return {word.term for text in (title, body) for word in iter_words(text)}


def _words(parts: Sequence[Part], docnum: int) -> set[str]:
    part = next(part for part in reversed(parts) if part.base <= docnum)
    stored = part.data.store.values(docnum - part.base)
    return list_words(stored.get("title", ""), stored.get("body", ""))
