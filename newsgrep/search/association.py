"""How surely counts differ by more than chance: the log-likelihood of a table of two by two.

Source: T. Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19(1),
1993. For the words of two corpora P. Rayson and R. Garside, "Comparing corpora using frequency profiling", 2000, leave
out the two cells of all other words, which add next to nothing; here all four count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def log_likelihood(a: ArrayLike, b: ArrayLike, total_a: ArrayLike, total_b: ArrayLike) -> NDArray[np.float64]:
    """(n,): G² of what stands `a` times among `total_a` and `b` times among `total_b`: 2 * sum(O * ln(O / E)).

    Each is one number or (n,).
    """
    a, b, total_a, total_b = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (a, b, total_a, total_b)))
    total = total_a + total_b
    here = a + b
    g2 = np.zeros(a.shape, np.float64)
    for observed, size, of_kind in (
        (a, total_a, here),
        (b, total_b, here),
        (total_a - a, total_a, total - here),
        (total_b - b, total_b, total - here),
    ):
        there = observed > 0
        expected = size[there] * of_kind[there] / total[there]
        g2[there] += 2 * observed[there] * np.log(observed[there] / expected)
    # What is not apart at all may come out a little below 0.
    return np.maximum(g2, 0.0)


def signed_log_likelihood(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, total: ArrayLike) -> NDArray[np.float64]:
    """(n,): G² of how many articles have both of two properties, each, and all there are; negative below chance.

    Each is one number or (n,).
    """
    both, n_a, n_b, total = (np.asarray(each, np.int64) for each in (both, n_a, n_b, total))
    others, rest = n_b - both, total - n_a
    signed: NDArray[np.float64] = np.copysign(log_likelihood(both, others, n_a, rest), both * rest - others * n_a)
    return signed
