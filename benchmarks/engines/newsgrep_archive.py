"""newsgrep through its public front, as a program that imports it would use it."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import newsgrep
from newsgrep.search.request import Filters, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.engines.engine import Search
    from benchmarks.query_log import LoggedQuery


def load() -> NewsgrepArchive:
    """The adapter."""
    return NewsgrepArchive()


class NewsgrepArchive:
    """Searches once without and once with snippets."""

    modes = ("plain", "snippets")

    @property
    def version(self) -> str:
        """The installed version."""
        from importlib.metadata import version

        return version("newsgrep")

    def build(self, corpus: Path, folder: Path, jobs: int) -> None:
        """Index a corpus, or a folder of files."""
        with newsgrep.open(folder, create=True) as archive:
            archive.update([corpus], jobs=jobs)

    def add(self, corpus: Path, folder: Path) -> None:
        """Update from a further file; what was indexed before stays."""
        with newsgrep.open(folder) as archive:
            archive.update([corpus])

    @contextlib.contextmanager
    def open(self, folder: Path, mode: str) -> Iterator[Search]:
        """Open the archive."""
        snippets = 2 if mode == "snippets" else 0
        with newsgrep.open(folder) as archive:

            def search(query: LoggedQuery, limit: int) -> int:
                return archive.search(_build_request(query, limit, snippets)).total

            yield search

    def cold_command(self, folder: Path, text: str) -> tuple[str, ...]:
        """The command as it is typed into a pipe."""
        script = Path(sys.executable).with_name("newsgrep")
        command = (str(script),) if script.exists() else (sys.executable, "-m", "newsgrep")
        return (*command, "search", text, "--json", "--index", str(folder))


def _build_request(query: LoggedQuery, limit: int, snippets: int) -> Request:
    filters = Filters(
        since=query.since, until=query.until, sections=(query.section,) if query.section is not None else ()
    )
    return Request(text=query.text, filters=filters, limit=limit, snippets=snippets)
