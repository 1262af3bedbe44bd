"""What a list of latencies comes to: percentiles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Latency:
    """Latencies in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: the smallest value that at least so many percent do not exceed.

    >>> percentile([15, 20, 35, 40, 50], 30)
    20
    """
    ranked = sorted(values)
    return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]


def summarize(milliseconds: Iterable[float]) -> Latency | None:
    """The percentiles of some latencies; None where there are none."""
    values = list(milliseconds)
    if not values:
        return None
    p50, p95, p99 = (round(percentile(values, percent), 3) for percent in (50, 95, 99))
    return Latency(len(values), p50, p95, p99)
