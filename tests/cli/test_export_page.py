"""docs/export.md, held against the code."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import newsgrep as library
from newsgrep.article import DateOrigin
from newsgrep.cli.cite_command import STYLES
from newsgrep.cli.commands import newsgrep as group
from newsgrep.cli.export_formats import FORMATS
from newsgrep.cli.export_printer import KEYS, build_record
from newsgrep.cli.markdown_printer import NOTE_KEYS
from newsgrep.search.citations import Style, iter_citations
from tests.cli.test_json_printer import check
from tests.search.citation_readers import read_bibtex, read_ris

if TYPE_CHECKING:
    from newsgrep.article import Article

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/export.md").read_text("utf-8")


def section(heading: str) -> str:
    """The text below a heading, to the next."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def first_cells(heading: str) -> list[str]:
    return re.findall(r"^\| `([\w-]+)` \|", section(heading), re.MULTILINE)


def named(heading: str, opening: str) -> set[str]:
    """What stands in code in the sentence that begins so."""
    (sentence,) = re.findall(rf"{re.escape(opening)}.*?\.(?=\s)", section(heading), re.DOTALL)
    return set(re.findall(r"`([^`]+)`", sentence))


def test_styles_and_formats_are_those_of_the_commands() -> None:
    assert tuple(first_cells("newsgrep cite")) == STYLES
    rows = re.findall(r"^\| `([\w-]+)` \| (.*?) \|", section("newsgrep export"), re.MULTILINE)
    assert [(name, tuple(re.findall(r"`([^`]+)`", called))) for name, called in rows] == [
        (one.name, one.suffixes) for one in FORMATS
    ]


def test_keys_are_those_that_are_written(harbour: Article, undated: Article) -> None:
    assert tuple(first_cells("Keys")) == KEYS
    types = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section("Keys"), re.MULTILINE))
    for article in (harbour, undated):
        check(build_record(article), "record", {"record": types})
    assert set(re.findall(r"`([^`]+)`", section("Keys").split("`published_from` |")[1].split("\n")[0])) == set(
        DateOrigin
    )
    assert tuple(first_cells("Markdown")) == NOTE_KEYS


def test_fields_of_bibliographies_are_those_that_are_written(harbour: Article) -> None:
    saved = dataclasses.replace(harbour, captured=dt.datetime(2018, 3, 3, tzinfo=dt.UTC))

    def cite(style: Style) -> str:
        return "".join(iter_citations([saved], style))

    assert named("BibTeX", "The fields are") == set(read_bibtex(cite(Style.BIBTEX))[0].fields)
    assert named("RIS", "The type is") == {"NEWS", *(tag for tag, _ in read_ris(cite(Style.RIS))[0] if tag != "TY")}
    (item,) = json.loads(cite(Style.CSL_JSON))
    assert named("CSL-JSON", "The type is") == {"article-newspaper", *item} - {"type"}


COMMANDS = [
    part.strip()
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    for part in line.split(" | ")
    if part.startswith(("newsgrep cite", "newsgrep export"))
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_is_understood(command: str) -> None:
    words = shlex.split(re.sub(r" >>? \S+$", "", command))
    with group.make_context("newsgrep", words[1:]) as context:
        called = group.get_command(context, words[1])
        assert called is not None
        called.make_context(words[1], words[2:], parent=context)


def test_the_example_articles_are_cited_and_named_as_the_page_says(tmp_path: Path) -> None:
    from newsgrep.cli.markdown_printer import name_note

    with library.open(tmp_path, create=True) as archive:
        archive.update([ROOT / "examples/articles"])
        (article,) = archive.select('title:"town walks home"')
    # The id depends on where the examples lie.
    article = dataclasses.replace(article, id="43328a0a00000000")
    assert "".join(iter_citations([article], Style.TEXT)) in PAGE
    assert f"`{name_note(article)}`" in PAGE
    assert f"`{read_bibtex(''.join(iter_citations([article], Style.BIBTEX)))[0].key}`" in PAGE
