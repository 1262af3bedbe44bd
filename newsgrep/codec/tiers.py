"""Which segments to merge: tiers of like size, so that each document is copied a few times over an archive's life."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TIER_SEGMENTS = 8
"""Segments of one tier that are merged when they have come together."""
TIER_FACTOR = 8
"""How much larger the segments of the next tier are."""
SMALLEST_TIER = 512
"""Documents up to which segments count as equally small."""
LARGEST_SEGMENT = 300_000
"""Documents of a merged segment at most: what bounds the memory and the time of one merge."""


def choose_merge(sizes: Sequence[int]) -> list[int]:
    """The places of segments to merge into one now, in their order; empty when all is well.

    sizes: live documents of each segment.
    """
    tiers: dict[int, list[int]] = {}
    for place, size in enumerate(sizes):
        tiers.setdefault(_tier(size), []).append(place)
    for tier in sorted(tiers):
        places = tiers[tier]
        if len(places) >= TIER_SEGMENTS:
            chosen: list[int] = []
            total = 0
            for place in sorted(places, key=lambda place: (sizes[place], place)):
                if total + sizes[place] > LARGEST_SEGMENT:
                    break
                chosen.append(place)
                total += sizes[place]
            if len(chosen) > 1:
                return sorted(chosen)
    return []


def _tier(size: int) -> int:
    tier, top = 0, SMALLEST_TIER
    while size > top:
        tier += 1
        top *= TIER_FACTOR
    return tier
