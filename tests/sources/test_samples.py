"""The archives that other programs wrote, read whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsgrep.article import Page
from newsgrep.sources.formats import read_file

SAMPLES = Path(__file__).parent / "samples"
PAGES = ["2021/ferry.html", "2021/lamps.html"]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("gnu.tar.gz", PAGES),
        ("pax.tar.gz", PAGES),
        ("pages.zip", [*PAGES, *(f"inner/pages.tar.gz#{page}" for page in PAGES)]),
        ("ferry.html.bz2", [""]),
        ("ferry.html.xz", [""]),
        ("ferry.html.zst", [""]),
    ],
)
def test_archives_of_real_programs_are_read(name: str, keys: list[str]) -> None:
    outcomes = list(read_file(str(SAMPLES / name)))
    assert sorted(outcome.key for outcome in outcomes if isinstance(outcome, Page)) == keys
    assert len(outcomes) == len(keys)
