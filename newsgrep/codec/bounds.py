"""What a question may cost: bounds that hold for any index, and what is raised beyond them."""

from __future__ import annotations

MOST_CONFIRMED = 200_000
"""Documents whose stored text one question may read."""
MOST_PLACES = 20_000_000
"""Places of one pattern that may be held at once: some 300 MB."""
MOST_PAIRS = 5_000_000
"""Pairs of places that may be held at once: the same."""
ALL_PAIRS = 100_000_000
"""Pairs that one question may look at."""


class TooCostly(Exception):
    """A question that would take too long or too much memory; the message says what of it."""


class Budget:
    """What a question may still spend."""

    def __init__(self, documents: int = MOST_CONFIRMED) -> None:
        """`documents` may be confirmed."""
        self._documents = documents
        self.renew()

    def renew(self) -> None:
        """Begin another question."""
        self._left = self._documents
        self._pairs = ALL_PAIRS

    def confirm(self, documents: int) -> None:
        """Spend documents. Raises TooCostly where there are not so many left."""
        if documents > self._left:
            raise TooCostly(f"the text of more than {self._documents:,} articles would have to be read")
        self._left -= documents

    def pair(self, pairs: int) -> None:
        """Spend pairs of places. Raises TooCostly where there are not so many left."""
        if pairs > min(MOST_PAIRS, self._pairs):
            raise TooCostly("words of this query stand near each other in too many places")
        self._pairs -= pairs
