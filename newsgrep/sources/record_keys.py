"""The key of each record in a file that holds several: what tells it from the others, run after run."""

from __future__ import annotations

from array import array
from hashlib import blake2b

_SMALLEST = 1 << 10


class Fingerprints:
    """A set of texts that keeps 64 bits of each, and so 13 to 26 bytes of memory.

    Among a million texts, one in 18 million million is mistaken for another.
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _SMALLEST))
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def memory(self) -> int:
        """Bytes that it takes."""
        return len(self._slots) * self._slots.itemsize

    def add(self, text: bytes) -> bool:
        """Add a text; whether it is new."""
        # Zero is a slot that is free.
        if not self._put(int.from_bytes(blake2b(text, digest_size=8).digest(), "little") or 1):
            return False
        self._used += 1
        if self._used * 8 > len(self._slots) * 5:
            taken, self._slots = self._slots, array("Q", bytes(16 * len(self._slots)))
            for value in taken:
                if value:
                    self._put(value)
        return True

    def _put(self, value: int) -> bool:
        slots = self._slots
        mask = len(slots) - 1
        at = value & mask
        while (there := slots[at]) != value:
            if not there:
                slots[at] = value
                return True
            at = (at + 1) & mask
        return False


class RecordKeys:
    """Gives the keys of one file's records, in their order; remembers the ids it has seen."""

    def __init__(self) -> None:
        self._taken = Fingerprints()

    def take(self, own_id: str | None, position: int) -> str:
        """The record's own id where it has one that is not taken, else its 1-based place ("#12").

        No two keys are shown alike (`show_key`).
        """
        if own_id and self._add(own_id):
            return own_id
        key = f"#{position}"
        while not self._add(key):
            # Another record calls itself "12".
            key += "'"
        return key

    def _add(self, key: str) -> bool:
        return self._taken.add(show_key(key).encode("utf-8", "surrogatepass"))


def show_key(key: str) -> str:
    """What stands for a key in an address `path#record`: an id as it is, a place without its mark ("12")."""
    return key.removeprefix("#")


def join_keys(member: str, key: str) -> str:
    """The key of a record in a member of an archive; of the member itself, where it is one article."""
    return f"{member}#{key}" if key else member
