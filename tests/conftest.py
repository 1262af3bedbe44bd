"""What all tests share: how Hypothesis runs."""

from __future__ import annotations

from hypothesis import settings

# No test is about the time that one example takes, and on a busy machine any may take long.
settings.register_profile("newsgrep", deadline=None)
settings.load_profile("newsgrep")
