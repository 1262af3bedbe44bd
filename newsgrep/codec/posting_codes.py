"""The numbers with which postings are written: shared by their readers with and without arrays."""

from __future__ import annotations

BLOCK = 64
"""Terms that share one set of absolute offsets in the term dictionary, and a run of the freqs stream."""

DOCS1, DOCS2, DOCS4 = 0, 1, 2
"""The docs stream that a term is in; its values take `1 << kind` bytes each."""

CAP1 = 255
CAP_FREQ = 15
CAP_EXTRA = 65_535
"""From these on, a value has an extra that says what is missing to it."""
