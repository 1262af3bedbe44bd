"""The files that other programs wrote, read whole."""

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


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("feed.rss", "Thu, 04 Mar 2021 09:00:00 +0000"),
        ("feed.atom", "2021-03-04T09:00:00+00:00"),
        ("weekly.epub", "2021-03-04"),
        ("inbox.mbox", "Thu, 04 Mar 2021 09:00:00 +0000"),
        ("pandas.csv", "2021-03-04 09:00:00"),
        ("pandas.jsonl", "2021-03-04T09:00:00+00:00"),
        ("pandas.json.gz", "2021-03-04T09:00:00.000"),
    ],
)
def test_collections_of_real_programs_are_read(name: str, date: str) -> None:
    ferry, lamps = [one for one in read_file(str(SAMPLES / name)) if isinstance(one, Page)]
    assert [ferry.title, lamps.title] == ["Ferry returns", "Lamps on the quay"]
    assert ferry.text.startswith("The ferry came back to Aldrenport on Thursday, with a new engine & the old bell.")
    assert lamps.text.startswith("Forty new lamps were lit along the quay; the café “Bell” stays dark.")
    assert ferry.published == date


def test_a_pdf_file_of_a_real_program_is_read() -> None:
    (page,) = read_file(str(SAMPLES / "page.pdf"))
    assert isinstance(page, Page)
    assert page.title == "Isk Gazette, 4 March"
    assert 'the café "Bell" stays dark' in " ".join(page.text.split())
