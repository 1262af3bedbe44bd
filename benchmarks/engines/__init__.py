"""The engines that are measured side by side, each behind one small adapter."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.engines.engine import Engine

MODULES = {
    "newsgrep": "newsgrep_archive",
    "tantivy": "tantivy_index",
    "fts5": "sqlite_fts5",
    "xapian": "xapian_database",
    "whoosh": "whoosh_stock",
}
"""Engines by the name that the command line takes, ours first, and the module of each."""

LARGEST = {"whoosh": 100_000, "xapian": 100_000}
"""Articles beyond which an engine takes hours, and is left out unless it is asked for."""


class EngineMissingError(Exception):
    """An engine's library cannot be imported here."""


def load_engine(name: str) -> Engine:
    """The adapter of an engine. Raises EngineMissingError."""
    module = importlib.import_module(f"benchmarks.engines.{MODULES[name]}")
    try:
        engine: Engine = module.load()
    except (ImportError, OSError) as error:
        raise EngineMissingError(str(error)) from error
    return engine
