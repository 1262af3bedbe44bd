"""The memory budget of an update: how many processes may read, and what each may hold of articles."""

from __future__ import annotations

from dataclasses import dataclass

from newsgrep.errors import OptionError

DEFAULT_MEMORY = 512 << 20
"""Bytes that an update aims to stay within, over all its processes."""
SMALLEST_MEMORY = 64 << 20
"""What one process takes to read anything at all."""
PROCESS_BYTES = 136 << 20
"""What a process that reads takes beside the articles of its unfinished segment: 60 MiB, and what it keeps of words,
lines and records as it goes and what malloc does not give back, measured on a million articles.
"""
SMALLEST_SHARE = 24 << 20
"""Less for the articles of a segment makes too many segments."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How an update shares its memory out."""

    processes: int
    """How many read; one reads in the process that merges."""
    segment_bytes: int
    """What the articles of each one's unfinished segment may take."""


def share_memory(memory: int, processes: int) -> Budget:
    """Share so many bytes out to so many processes at most: where memory is short fewer read, each with enough.

    What is taken in the end stays within 150 MB beyond `memory`, whatever the size of the archive: the process that
    merges takes 30 MiB, and while it merges up to 60 more.
    Raises OptionError for less than SMALLEST_MEMORY.
    """
    if memory < SMALLEST_MEMORY:
        raise OptionError(
            f"{memory / (1 << 20):,.1f} MiB of memory are too few: reading takes {SMALLEST_MEMORY >> 20} MiB at least",
            hint=f"--memory {SMALLEST_MEMORY >> 20}M, or leave it out.",
        )
    readers = max(1, min(processes, memory // (PROCESS_BYTES + SMALLEST_SHARE)))
    return Budget(readers, max(SMALLEST_SHARE, memory // readers - PROCESS_BYTES))
