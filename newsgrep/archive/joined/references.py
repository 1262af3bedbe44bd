"""References of several engines as one row of numbers: which engine is one of, and what does that engine call it?

A joined reference has the number of the engine in its highest byte. Below it stands the engine's own reference where
that is a number from 0 to before 2**55, as document numbers are. Any other (an engine may use all 64 bits) is given the
next number above that when it is first seen, and keeps it.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_ENGINES = 127
_SHIFT = 56
_NUMBERED = 1 << 55
_WITHIN = (1 << _SHIFT) - 1


class References:
    """The references of one engine, by joined ones and the other way round."""

    def __init__(self, engine: int) -> None:
        """For the engine with a number, counted from 0."""
        self._base = engine << _SHIFT
        self._own = array("q")
        """The engine's reference behind each number that was given."""
        # Numbers by references: in a dictionary until NumPy is needed, then in two arrays, the first of which rises.
        self._numbers: dict[int, int] = {}
        self._known: NDArray[np.int64] | None = None
        self._known_numbers: NDArray[np.int64] | None = None

    def join(self, own: int) -> int:
        """The joined reference of one of the engine's."""
        if 0 <= own < _NUMBERED:
            return self._base | own
        if self._known is not None:
            import numpy as np

            return int(self.join_all(np.array([own], np.int64))[0])
        number = self._numbers.setdefault(own, len(self._own))
        if number == len(self._own):
            self._own.append(own)
        return self._base | _NUMBERED | number

    def split(self, joined: int) -> int:
        """The engine's reference behind a joined one."""
        within = joined & _WITHIN
        return within if within < _NUMBERED else self._own[within - _NUMBERED]

    def join_all(self, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,): the joined references of the engine's, each once among them."""

        is_itself = (own >= 0) & (own < _NUMBERED)
        if is_itself.all():
            return own | self._base
        joined = own | self._base
        joined[~is_itself] = self._number(own[~is_itself]) | (self._base | _NUMBERED)
        return joined

    def split_all(self, joined: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,): the engine's references behind joined ones."""
        import numpy as np

        within = joined & _WITHIN
        is_numbered = within >= _NUMBERED
        if is_numbered.any():
            # A copy: the array could not grow while NumPy looks at it.
            within[is_numbered] = np.array(self._own, np.int64).take(within[is_numbered] - _NUMBERED)
        return within

    def _number(self, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of references, those that are new numbered in their order."""
        import numpy as np

        if self._known is None or self._known_numbers is None:
            self._known = np.array(self._own, np.int64)
            order = np.argsort(self._known)
            self._known, self._known_numbers = self._known[order], order.astype(np.int64)
            self._numbers = {}
        places = self._known.searchsorted(own)
        found = np.zeros(len(own), np.bool_)
        inside = places < len(self._known)
        found[inside] = self._known[places[inside]] == own[inside]
        numbers = np.empty(len(own), np.int64)
        numbers[found] = self._known_numbers[places[found]]
        new = own[~found]
        if len(new):
            given = np.arange(len(self._own), len(self._own) + len(new), dtype=np.int64)
            numbers[~found] = given
            self._own.frombytes(new.astype(np.int64).tobytes())
            known = np.concatenate([self._known, new])
            # Stable sorting of two rising runs merges them.
            order = np.argsort(known, kind="stable")
            self._known = known[order]
            self._known_numbers = np.concatenate([self._known_numbers, given])[order]
        return numbers


def engine_of(joined: int) -> int:
    """The number of the engine that a joined reference is of."""
    return joined >> _SHIFT


def engines_of(joined: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,): the numbers of the engines that joined references are of."""
    return joined >> _SHIFT
