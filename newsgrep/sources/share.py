"""A share of a file's records: how several processes read one large file together."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_STRIDE = 512
"""Records that follow each other and belong to the same share."""


@dataclass(frozen=True, slots=True)
class Share:
    """Share `number` (from 0) of `of`. Shares take turns of some hundred records, so that all end together."""

    number: int = 0
    of: int = 1

    def has(self, record: int, stride: int = _STRIDE) -> bool:
        """Whether the record at this place (from 1) is part of the share."""
        return (record - 1) // stride % self.of == self.number

    def has_name(self, name: bytes) -> bool:
        """Whether the records of this name are part of the share, all of them wherever they stand."""
        return self.of == 1 or zlib.crc32(name) % self.of == self.number


WHOLE = Share()
"""All records."""
