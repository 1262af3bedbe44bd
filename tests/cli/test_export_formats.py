from __future__ import annotations

from pathlib import Path

import pytest

from newsgrep.cli.export_formats import FORMATS, NAMES, choose_format
from newsgrep.errors import OptionError


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("a.jsonl", "jsonl"),
        ("a.NDJSON", "jsonl"),
        ("a.csv", "csv"),
        ("a.parquet", "parquet"),
        ("a.bib", "bibtex"),
        ("a.ris", "ris"),
        ("a.csl.json", "csl-json"),
        ("notes", "markdown"),
        ("notes.csv/", "markdown"),
        ("-", "jsonl"),
    ],
)
def test_a_destination_tells_its_format(to: str, name: str) -> None:
    assert choose_format(to, None).name == name


def test_a_directory_that_is_there_is_for_notes_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "2018.02").mkdir()
    assert choose_format(str(tmp_path / "2018.02"), None).name == "markdown"


@pytest.mark.parametrize("name", NAMES)
def test_a_format_that_is_named_goes_before_a_name(name: str) -> None:
    assert choose_format("a.csv", name).name == name


@pytest.mark.parametrize(
    ("to", "hint"), [("a.json", "--format csl-json"), ("a.md", "a directory"), ("a.xlsx", "jsonl")]
)
def test_a_name_of_no_format_is_an_error_that_says_which_there_are(to: str, hint: str) -> None:
    with pytest.raises(OptionError, match=hint):
        choose_format(to, None)


@pytest.mark.parametrize("name", [one.name for one in FORMATS if not one.is_text])
def test_what_is_no_text_is_not_for_stdout(name: str) -> None:
    with pytest.raises(OptionError, match="stdout"):
        choose_format("-", name)
