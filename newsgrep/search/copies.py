"""Which of some articles are copies of one: nearly the same text, whatever the headline, edits and cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.signatures import are_copies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.archive.engine import Engine


def find_copies(engine: Engine, reference: int, others: Sequence[int]) -> frozenset[int]:
    """Those of some articles that are copies of one; all are named by the engine's references."""
    references = np.unique(np.array([reference, *others], np.int64))
    places = np.arange(len(references))
    own = np.full(len(references), references.searchsorted(reference))
    is_copy = are_copies(engine.signatures(references), own, places)
    return frozenset(references[is_copy].tolist()) - {reference}
