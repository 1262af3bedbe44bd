"""Articles that are in several collections, as an archive and its copy have them: each is to be told once.

An article is known by its id, which is made of its file's path and its place there. Whether two collections have any in
common is told by a sample: ids are spread evenly, so that those which begin alike are as good as drawn by lot. What of
an answer is in an earlier collection's answer too is then told exactly, by the ids of all that match.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from newsgrep.codec import plain_query as plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from newsgrep.archive.engine import Engine

LEAST_SAMPLE, MOST_SAMPLE = 256, 512
"""How many ids are looked for at least, and how many are drawn at a time at most, about. Where a hundredth of the
smaller collection is in the larger, the sample shows it in all but one of thirteen cases; two hundredths, in all but
one of 170."""
_DIGITS = 16
"""Ids are written in hexadecimal digits."""
_ASKED_AT_ONCE = 1_000


def have_common(engines: Sequence[Engine], sizes: Sequence[int]) -> bool:
    """Whether any two engines, of which the numbers of articles are given, have articles in common, by a sample."""
    for one, other in combinations(range(len(engines)), 2):
        small, large = sorted((one, other), key=sizes.__getitem__)
        ids = _draw_ids(engines[small], sizes[small])
        if ids and engines[large].known(["id"], ids):
            return True
    return False


def _draw_ids(engine: Engine, size: int) -> list[str]:
    """All ids of a small collection, a sample of a large one's."""
    digits = 0
    while size > MOST_SAMPLE * _DIGITS**digits:
        digits += 1
    ids: list[str] = []
    for number in range(_DIGITS**digits):
        start = f"{number:0{digits}x}" if digits else ""
        ids += (term.text for term in engine.terms_from("id", start, 4 * MOST_SAMPLE))
        if len(ids) >= LEAST_SAMPLE:
            break
    return ids


def find_told(keys_of_engines: Sequence[NDArray[np.uint64]]) -> list[NDArray[np.bool_]]:
    """Which documents of each answer are in an earlier one too, by the keys of all."""
    import numpy as np

    told: list[NDArray[np.bool_]] = []
    seen = np.zeros(0, np.uint64)
    for keys in keys_of_engines:
        told.append(np.isin(keys, seen, assume_unique=True) if len(seen) else np.zeros(len(keys), np.bool_))
        seen = np.concatenate([seen, keys[~told[-1]]])
    return told


def facet_told(engine: Engine, keys: NDArray[np.uint64], fields: Sequence[str]) -> list[dict[str, int]]:
    """How many of some of an engine's documents carry each label; `keys` are their ids as numbers."""
    totals: list[dict[str, int]] = [{} for _ in fields]
    for start in range(0, len(keys), _ASKED_AT_ONCE):
        ids = [f"{key:016x}" for key in keys[start : start + _ASKED_AT_ONCE].tolist()]
        asked = plain.Or([plain.Term("id", each) for each in ids])
        for total, counts in zip(totals, engine.facet(asked, None, fields), strict=True):
            for label, count in counts.items():
                total[label] = total.get(label, 0) + count
    return totals
