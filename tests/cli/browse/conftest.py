"""An index of the sample articles, for all that only looks."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

import newsgrep

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the sample articles."""
    folder = tmp_path_factory.mktemp("samples") / "index"
    # Paths are shown as they were given.
    with contextlib.chdir(ROOT), newsgrep.open(folder, create=True) as archive:
        archive.update([Path("examples/articles")])
    return folder
