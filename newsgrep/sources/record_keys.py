"""The key of each record in a file that holds several: what tells it from the others, run after run."""

from __future__ import annotations


class RecordKeys:
    """Gives the keys of one file's records, in their order; remembers the ids it has seen."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, own_id: str | None, position: int) -> str:
        """The record's own id where it has one that is not taken, else its 1-based place ("#12")."""
        key = own_id if own_id and own_id not in self._taken else f"#{position}"
        while key in self._taken:
            # Another record calls itself "#12".
            key += "'"
        self._taken.add(key)
        return key
