"""What all tests share: how Hypothesis runs, and that no settings of whoever runs them count."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# No test is about the time that one example takes, and on a busy machine any may take long.
settings.register_profile("newsgrep", deadline=None)
settings.load_profile("newsgrep")


@pytest.fixture(autouse=True, scope="session")
def no_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No settings, nor last searches, of the user."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("NEWSGREP_") and name not in _OF_TESTS]:
            patch.delenv(name)
        folder = tmp_path_factory.mktemp("user")
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield


_OF_TESTS = ("NEWSGREP_NIGHTLY", "NEWSGREP_FUZZ_SECONDS", "NEWSGREP_TEST_OPENSEARCH")
