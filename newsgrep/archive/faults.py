"""What reading an index raises that is damaged, costs too much or makes no sense, as the errors of an archive."""

from __future__ import annotations

import contextlib
import os
import struct
from typing import TYPE_CHECKING

from newsgrep.codec.bounds import TooCostly
from newsgrep.codec.segment_file import SegmentDamaged
from newsgrep.errors import REBUILD_HINT, IndexUnusable, QueryTooCostly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEANINGLESS = (
    *(ArithmeticError, LookupError, TypeError, ValueError, AttributeError, AssertionError),
    *(MemoryError, RecursionError, BufferError, EOFError, struct.error),
)
"""What reading an index raises that was not written by newsgrep."""


@contextlib.contextmanager
def named_faults(folder: Path) -> Iterator[None]:
    """What the codec cannot do, as the errors of an archive."""
    try:
        yield
    except SegmentDamaged as error:
        raise IndexUnusable(str(error), hint=REBUILD_HINT) from error
    except MEANINGLESS as error:
        # Checksums find accidents, not malice: what they cover may still make no sense.
        told = f"the index in {os.fspath(folder)} holds what cannot be read ({type(error).__name__}: {error})"
        raise IndexUnusable(told[:500], hint=f"newsgrep check tells what is damaged. {REBUILD_HINT}") from error
    except TooCostly as error:
        hint = "Add a rarer word, a date or a section; make distances and patterns narrower."
        raise QueryTooCostly(str(error), hint=hint) from error
