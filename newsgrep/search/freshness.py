"""Recency as a part of relevance: of hits that answer equally well, the newer ones first.

The best hits are ranked anew: the score of the newest of them counts half as much again, that of one that is 90 days
older a quarter more, and so on; without a date a score stays as it is. What is new is measured against the newest of
them rather than today, so that an archive that ends years ago has its news too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.codec.proximity import DEPTH

if TYPE_CHECKING:
    from newsgrep.archive.engine import Engine

Documents = tuple[tuple[int, float], ...]
"""References and scores, best first."""

_MOST = 0.5
"""What the newest gains of its score."""
_HALVED_AFTER = 90.0
"""Days after which the gain is half."""


def favour_newer(engine: Engine, documents: Documents) -> Documents:
    """Hits in the order of relevance and recency, with the scores that say so; those after the best stay behind."""
    head = documents[:DEPTH]
    # As printed on the page: offsets of some hours do not matter here.
    days = [
        None if article.published is None else article.published.toordinal()
        for article in engine.fetch([reference for reference, _ in head])
    ]
    newest = max((day for day in days if day is not None), default=0)
    weighed = [
        (reference, score if day is None else score * (1 + _MOST * 0.5 ** ((newest - day) / _HALVED_AFTER)))
        for (reference, score), day in zip(head, days, strict=True)
    ]
    return (*sorted(weighed, key=lambda each: -each[1]), *documents[DEPTH:])
