"""Reads a content as a file of this name, as the tests of readers do."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from newsgrep.article import Page
from newsgrep.sources.formats import read_file
from newsgrep.sources.outcome import BrokenRecord, Outcome
from newsgrep.sources.read_options import DETECT, ReadOptions


def read(name: str, content: bytes | str, options: ReadOptions = DETECT) -> list[Outcome]:
    """Every outcome of a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_file(str(path), options=options))


def read_pages(name: str, content: bytes | str, options: ReadOptions = DETECT) -> list[Page]:
    """The pages of a file that has nothing else."""
    pages = [one for one in read(name, content, options) if isinstance(one, Page)]
    assert len(pages) == len(read(name, content, options))
    return pages


def list_faults(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    """Position and reason of each broken record."""
    return [(one.position, one.reason) for one in outcomes if isinstance(one, BrokenRecord)]
