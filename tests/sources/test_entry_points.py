"""Formats that other installed packages bring."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

import newsgrep
from newsgrep.article import Page
from newsgrep.errors import OptionError
from newsgrep.sources import formats
from newsgrep.sources.formats import FORMATS, find_format, list_formats, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULE = """
from newsgrep.article import Content, Page
from newsgrep.sources.format import Format

def is_ticker(name, head):
    return head.startswith(b"TICKER ")

def read_ticker(file):
    yield Page(path=file.path, content=Content.BODY, text=file.read_whole().decode()[7:])

TICKER = Format("ticker", "a tape of a ticker", is_ticker, read_ticker)
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages, with one that brings a format."""
    site = tmp_path / "site"
    info = site / "ticker_format-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "ticker_format.py").write_text(MODULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ticker-format\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[newsgrep.formats]\nticker = ticker_format:TICKER\n")
    monkeypatch.syspath_prepend(str(site))
    list_formats.cache_clear()
    yield info
    sys.modules.pop("ticker_format", None)
    list_formats.cache_clear()


@pytest.mark.usefixtures("site")
def test_an_installed_package_adds_a_format(tmp_path: Path) -> None:
    assert list_formats()[0] is find_format("ticker")
    (tmp_path / "a.txt").write_text("TICKER Boats left.")
    (page,) = read_file(str(tmp_path / "a.txt"))
    assert isinstance(page, Page)
    assert page.text == "Boats left."


def test_a_package_that_fails_is_named(site: Path) -> None:
    (site / "entry_points.txt").write_text("[newsgrep.formats]\nticker = ticker_format:GONE\n")
    with pytest.raises(OptionError, match="ticker_format:GONE"):
        list_formats()


@pytest.mark.parametrize("target", ["is_ticker", "MODULE_NAMES"])
def test_a_package_that_names_something_else_is_named(site: Path, target: str) -> None:
    (site.parent / "ticker_format.py").write_text(MODULE + "\nMODULE_NAMES = ('ticker',)\n")
    (site / "entry_points.txt").write_text(f"[newsgrep.formats]\nticker = ticker_format:{target}\n")
    with pytest.raises(OptionError, match=f"ticker = ticker_format:{target} of the package ticker-format"):
        list_formats()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_package_that_fails_is_named_however_many_processes_read(site: Path, tmp_path: Path, jobs: int) -> None:
    (site / "entry_points.txt").write_text("[newsgrep.formats]\nticker = ticker_format:GONE\n")
    (tmp_path / "saved").mkdir()
    for number in range(1_200):
        (tmp_path / f"saved/{number}.txt").write_text("Boats left.")
    with newsgrep.open(tmp_path / "index", create=True) as archive, pytest.raises(OptionError, match="GONE"):
        archive.update([tmp_path / "saved"], jobs=jobs)


def test_without_such_packages_none_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    list_formats.cache_clear()
    monkeypatch.setattr(formats, "_load_entry_points", lambda: pytest.fail("looked for entry points"))
    assert list_formats() is FORMATS
    list_formats.cache_clear()


def test_names_of_formats_are_unique_and_can_be_typed() -> None:
    names = [one.name for one in FORMATS]
    assert len(set(names)) == len(names)
    assert all(name == name.lower().replace(" ", "-") for name in names)
