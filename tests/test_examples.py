"""THE EXAMPLE ARTICLES: is every file under `examples/` read as a person reads it?

`examples_expected.jsonl` says, one article a line, what a reader takes from a page: `source` lists the answers that
are right, `paragraphs` counts subheads too, `must_not` names page furniture that has no place in the body.
"""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from newsgrep.article import Article, Page, format_published
from newsgrep.errors import FileUnreadable
from newsgrep.extract import extract_article
from newsgrep.sources.formats import read_file
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped

EXAMPLES = Path(__file__).parents[1] / "examples"
ARTICLES = EXAMPLES / "articles"
DAMAGED = EXAMPLES / "damaged"
EXPECTED: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("examples_expected.jsonl").read_text("utf-8").splitlines()
]
UNDERSTOOD = ("title", "published", "section", "authors", "source")
ENCODINGS = {
    "UTF-8": (b"", "utf-8"),
    "UTF-8, BOM": (b"\xef\xbb\xbf", "utf-8"),
    "UTF-8, gzip": (b"\x1f\x8b", "utf-8"),
    "UTF-16 LE, BOM": (b"\xff\xfe", "utf-16-le"),
    "ASCII": (b"", "ascii"),
    "ISO-8859-1": (b"", "iso-8859-1"),
    "Windows-1252": (b"", "cp1252"),
    "Windows-1251": (b"", "cp1251"),
}


def read_pages(path: Path) -> list[Page]:
    return [outcome for outcome in read_file(str(path)) if isinstance(outcome, Page)]


def read_damaged(name: str) -> tuple[list[Outcome], FileUnreadable | None]:
    outcomes: list[Outcome] = []
    try:
        outcomes.extend(read_file(str(DAMAGED / name)))
    except FileUnreadable as error:
        return outcomes, error
    return outcomes, None


def extract_example(path: str, record: str | None) -> Article:
    pages = [page for page in read_pages(ARTICLES / path) if page.record == record]
    assert len(pages) == 1, f"{path}#{record} gives {len(pages)} pages"
    return extract_article(pages[0], "0123456789abcdef")


def list_differences(article: Article, expected: dict[str, Any]) -> list[str]:
    paragraphs = article.body.split("\n\n")
    found: dict[str, Any] = {
        "title": article.title,
        "published": format_published(article.published),
        "section": list(article.section),
        "authors": list(article.authors),
        "source": article.source,
    }
    right = {
        field: found[field] in expected[field] if field == "source" else found[field] == expected[field]
        for field in UNDERSTOOD
    }
    differences = [f"{field}: {found[field]!r}, not {expected[field]!r}" for field in UNDERSTOOD if not right[field]]
    if not paragraphs[0].startswith(expected["first_paragraph_starts"]):
        differences.append(f"body starts {paragraphs[0][:80]!r}, not {expected['first_paragraph_starts']!r}")
    if not paragraphs[-1].endswith(expected["last_paragraph_ends"]):
        differences.append(f"body ends {paragraphs[-1][-80:]!r}, not {expected['last_paragraph_ends']!r}")
    if len(paragraphs) != expected["paragraphs"]:
        differences.append(f"{len(paragraphs)} paragraphs, not {expected['paragraphs']}")
    differences += [f"furniture in the body: {text!r}" for text in expected["must_not"] if text in article.body]
    return differences


def read_file_table(folder: str) -> dict[str, list[str]]:
    """The rows of the table under a folder's heading in the README: file name, other cells."""
    section = (EXAMPLES / "README.md").read_text("utf-8").split(f"\n## {folder}/\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE)
    return {name: cells.split(" | ") for name, cells in rows}


@pytest.mark.parametrize("expected", EXPECTED, ids=[f"{row['path']}#{row['record'] or ''}" for row in EXPECTED])
def test_an_example_is_understood_as_a_person_reads_it(expected: dict[str, Any]) -> None:
    differences = list_differences(extract_example(expected["path"], expected["record"]), expected)
    assert not differences, "\n".join([expected["path"], *differences])


def test_every_article_of_the_examples_has_its_expectation() -> None:
    given = [
        (path.relative_to(ARTICLES).as_posix(), page.record)
        for path in sorted(ARTICLES.rglob("*"))
        if path.is_file()
        for page in read_pages(path)
    ]
    assert sorted(given, key=str) == sorted(((row["path"], row["record"]) for row in EXPECTED), key=str)


def test_the_two_copies_of_the_agency_story_differ_in_their_headlines_only() -> None:
    copies = [
        extract_example(path, None)
        for path in (
            "brandsay-echo/2011-01-18-storm-brings-down-bridge.txt",
            "kestermoor-post/2011-01-18-van-crew-saved.html",
        )
    ]
    assert copies[0].body == copies[1].body
    assert copies[0].title != copies[1].title


@pytest.mark.parametrize("folder", ["articles", "damaged"])
def test_the_readme_names_every_example(folder: str) -> None:
    files = {
        path.relative_to(EXAMPLES / folder).as_posix() for path in (EXAMPLES / folder).rglob("*") if path.is_file()
    }
    assert set(read_file_table(folder)) == files


@pytest.mark.parametrize(("name", "cells"), read_file_table("articles").items())
def test_an_example_is_in_the_encoding_that_the_readme_says(name: str, cells: list[str]) -> None:
    mark, encoding = ENCODINGS[cells[1]]
    data = (ARTICLES / name).read_bytes()
    assert data.startswith(mark)
    text = (gzip.decompress(data) if "gzip" in cells[1] else data.removeprefix(mark)).decode(encoding)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffd]", text), "read in another encoding"
    if encoding not in ("utf-8", "utf-16-le", "ascii"):
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")
    if encoding in ("utf-8", "utf-16-le"):
        assert not text.isascii(), "the encoding would make no difference"


def test_broken_lines_are_named_and_the_others_are_read() -> None:
    outcomes, error = read_damaged("broken-lines.jsonl")
    assert error is None
    assert [outcome.record for outcome in outcomes if isinstance(outcome, Page)] == ["bl-1", "bl-3", "bl-5"]
    assert [outcome.position for outcome in outcomes if isinstance(outcome, BrokenRecord)] == ["line 2", "line 4"]


def test_a_truncated_page_is_a_problem_and_no_article() -> None:
    outcomes, error = read_damaged("truncated.html.gz")
    assert not outcomes
    assert error is not None


@pytest.mark.parametrize("name", ["empty.txt", "picture.txt", "settings.json"])
def test_a_file_that_holds_no_article_gives_none(name: str) -> None:
    outcomes, error = read_damaged(name)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Page)]
    assert error is not None or any(isinstance(outcome, Skipped | BrokenRecord) for outcome in outcomes)


def test_an_article_with_invalid_bytes_keeps_the_rest_of_its_text() -> None:
    (page,) = read_pages(DAMAGED / "invalid-utf8.txt")
    article = extract_article(page, "0123456789abcdef")
    assert article.title == "Ferryman Retires After a Million Crossings"
    assert format_published(article.published) == "2004-05-12"
    assert "at the café on the pier" in article.body
    assert article.body.endswith("She intends to start counting again from one.")


def test_hostile_articles_are_read_like_any_other() -> None:
    outcomes, error = read_damaged("hostile.jsonl")
    assert error is None
    pages = [outcome for outcome in outcomes if isinstance(outcome, Page)]
    assert len(pages) == len(outcomes)
    articles = {page.record: extract_article(page, "0123456789abcdef") for page in pages}
    assert list(articles) == ["hostile-markup", "hostile-escape", "hostile-bidi", "hostile-nul"]
    assert articles["hostile-markup"].title == "Harbour board [b]votes[/b] to close [/red] file [/b]"
    assert all(article.title and article.body and article.published for article in articles.values())
    assert not any("\0" in article.title + article.body for article in articles.values())
