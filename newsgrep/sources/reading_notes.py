"""What is noted of a file while it is read, beside what it gives: formats, what was lacking, whether the disk failed.

Whoever keeps what a file gave needs to know when reading it again would give something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class ReadingNotes:
    """Filled in while the outcomes of a file are taken; complete when there are no more."""

    formats: set[str] = field(default_factory=set)
    """Names of the formats that the file, and the files in it, were read by."""
    lacking: set[str] = field(default_factory=set)
    """Modules of optional parts of the installation without which some of it could not be read."""
    fault: str | None = None
    """The system's words for a read that failed: what came before it was read, and another time there may be more."""
