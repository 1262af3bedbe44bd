"""What a question may cost: bounds that hold for any index, and what is raised beyond them."""

from __future__ import annotations

MOST_CONFIRMED = 200_000
"""Documents whose stored text one question may read."""
MOST_PLACES = 20_000_000
"""Places that may be held at once, of one pattern or of pairs: some 300 MB."""


class TooCostly(Exception):
    """A question that would take too long or too much memory; the message says what of it."""


class Budget:
    """How many documents a question may still have confirmed."""

    def __init__(self, left: int = MOST_CONFIRMED) -> None:
        self._all = left
        self.left = left

    def renew(self) -> None:
        """Begin another question."""
        self.left = self._all

    def spend(self, documents: int) -> None:
        """Take from it. Raises TooCostly where it does not hold so many."""
        if documents > self.left:
            raise TooCostly(f"the text of more than {self._all:,} articles would have to be read")
        self.left -= documents
