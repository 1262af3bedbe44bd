"""What the best documents gain by words near each other, asked of a cluster: `codec.proximity` as queries.

A cluster ranks by words alone. Of its best documents a second request asks which have which pairs of words together;
each pair that stands is a clause with a score of its own, so that the sum is what `proximity.nearness` works out from
positions.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.archive.opensearch.spans import near_pair
from newsgrep.archive.opensearch.translation import JOINT_FIELDS, read_terms
from newsgrep.codec.proximity import NEAR, ORDERED, RUN, WINDOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.archive.opensearch.spans import Clause
    from newsgrep.codec.plain_query import Rescored

_FIELDS = [field for field, _ in JOINT_FIELDS]


class PlacedTerms(NamedTuple):
    """A word of a question."""

    texts: list[str]
    """Its forms."""
    position: int
    """Where it stands in the question, in words."""


def read_placed_terms(query: Rescored) -> list[PlacedTerms]:
    """The words that gain by standing near each other; none where there are not two."""
    words = [PlacedTerms(texts, at) for each, at in query.words if (texts := read_terms(each)) is not None]
    return words if len(words) > 1 else []


def build_gains(words: Sequence[PlacedTerms], idfs: Sequence[float]) -> list[Clause]:
    """Clauses whose scores add up to what a document gains; `idfs` say how rare each word is."""
    gains: list[Clause] = []
    last: tuple[Clause, float] | None = None
    for (left, idf), (right, other) in pairwise(zip(words, idfs, strict=True)):
        weight = (idf + other) / 2
        gap = right.position - left.position
        near = near_pair(_FIELDS, left.texts, right.texts, WINDOW - 1, ordered=False)
        ordered = near_pair(_FIELDS, left.texts, right.texts, gap, ordered=True)
        # In order and no further apart than in the question is near, however long the question's gap.
        either: Clause = {"bool": {"should": [near, ordered], "minimum_should_match": 1}}
        gains += [_score(either, NEAR * weight), _score(ordered, ORDERED * weight)]
        if last is not None:
            before, last_weight = last
            gains.append(_score({"bool": {"filter": [before, ordered]}}, RUN * (last_weight + weight) / 2))
        last = ordered, weight
    return gains


def _score(clause: Clause, score: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": score}}
