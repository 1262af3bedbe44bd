"""What every adapter offers, so that one benchmark can drive them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from benchmarks.query_log import LoggedQuery

Search = Callable[["LoggedQuery", int], int]
"""(query, limit) to the exact total; reads the stored id, title, date and section of the `limit` best."""


class Engine(Protocol):
    """One engine. A method does the work; whoever calls it measures."""

    @property
    def version(self) -> str:
        """As its maker numbers it."""

    @property
    def modes(self) -> tuple[str, ...]:
        """The ways of searching to measure, the plain one first."""

    def build(self, corpus: Path, folder: Path, jobs: int) -> None:
        """Index a corpus from nothing: title and body with positions, stemmed; section, date; text stored."""

    def add(self, corpus: Path, folder: Path) -> None:
        """Bring a further corpus into an index that `build` made."""

    def open(self, folder: Path, mode: str) -> AbstractContextManager[Search]:
        """Open an index for searching."""

    def cold_command(self, folder: Path, text: str) -> tuple[str, ...]:
        """A command that opens the index, asks for words, prints ten hits and ends."""
