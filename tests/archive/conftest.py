"""What trials of interrupted runs begin with: an archive, and the process that makes the runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.index_stories import prepare, start_runner
from tests.killed_runs import Runner


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive of several segments, to be copied for each trial."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The process that makes the runs."""
    runner = start_runner(tmp_path_factory.mktemp("first"))
    yield runner
    runner.close()
