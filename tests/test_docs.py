"""The pages in docs/ and ARCHITECTURE.md, held against the code."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from newsgrep.errors import NewsgrepError
from newsgrep.search.periods import parse_period
from newsgrep.search.query_text import parse_query
from newsgrep.search.terms import FIELDS

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2024, 5, 17)
PAGE = (ROOT / "docs/query-language.md").read_text("utf-8")


def table_rows(heading: str) -> list[list[str]]:
    """The rows below each table header that begins with `heading`, split into cells."""
    rows: list[list[str]] = []
    inside = False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[0].startswith(heading):
            inside = True
        elif inside and not cells[0].startswith("---"):
            rows.append(cells)
    return rows


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


QUERIES = [query for row in table_rows("you type") for query in code(row[0])]
FORMS = [form for row in table_rows("form") for form in code(row[0])]


def test_the_page_has_its_tables() -> None:
    assert len(QUERIES) > 25
    assert len(FORMS) > 12
    assert len(ANY) == 6


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_on_the_page_is_understood(query: str) -> None:
    assert parse_query(query, today=TODAY) is not None


UNDERSTOOD = [
    (code(row[0])[0], code(row[1])[0])
    for row in table_rows("you type")
    if re.search(r"\b(AND|OR|NOT)\b", row[1]) and row[1].startswith("`")
]


@pytest.mark.parametrize(("typed", "understood"), UNDERSTOOD)
def test_operators_are_understood_as_the_page_says(typed: str, understood: str) -> None:
    parsed = parse_query(typed, today=TODAY)
    assert parsed is not None
    assert parsed.text == understood


ANY = [
    (code(row[0])[0], code(row[1])[0])
    for row in table_rows("query")
    if row[0].startswith("`") and row[1].startswith("`")
]


@pytest.mark.parametrize(("typed", "understood"), ANY)
def test_queries_where_any_word_will_do_are_understood_as_the_page_says(typed: str, understood: str) -> None:
    parsed = parse_query(typed, today=TODAY, any_word=True)
    assert parsed is not None
    assert parsed.text == understood


ALSO = [
    (code(row[0])[0], other)
    for row in table_rows("you type")
    if row[1].startswith("also")
    for other in code(row[1])
    if ":" not in other
]


@pytest.mark.parametrize(("typed", "other"), ALSO)
def test_what_is_also_found_has_the_same_words(typed: str, other: str) -> None:
    from newsgrep.codec.words import iter_words

    def terms(text: str) -> set[str]:
        return {word.term for word in iter_words(text)}

    assert terms(typed) & terms(other)


@pytest.mark.parametrize("form", FORMS)
def test_every_date_form_on_the_page_is_understood(form: str) -> None:
    period = parse_period(form, TODAY)
    assert period.first <= period.last


def test_every_field_is_on_the_page() -> None:
    shown = {query.split(":")[0] for query in QUERIES if re.match(r"[a-z]+:", query)}
    assert shown >= set(FIELDS)


def test_the_error_on_the_page_is_the_error_shown() -> None:
    shown = re.findall(r"```\n(newsgrep: .*?)\n```", PAGE, re.DOTALL)
    assert len(shown) == 1
    query = shown[0].splitlines()[1].strip()
    with pytest.raises(NewsgrepError) as caught:
        parse_query(query, today=TODAY)
    assert f"newsgrep: {caught.value}" == shown[0]


PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_architecture_names_every_room_and_every_file() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for path in sorted((ROOT / "newsgrep").rglob("*.py")):
        if path.name != "__init__.py":
            assert f"`{path.name}`" in page, f"{path.relative_to(ROOT)} is not in ARCHITECTURE.md"


def test_every_promise_names_a_test_that_there_is() -> None:
    page = (ROOT / "docs/reliability.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
    assert len(rows) > 15
    for row in rows:
        names = re.findall(r"`(tests/[^`]+)`", row)
        assert names, row
        for name in names:
            assert "def test_" in (ROOT / name).read_text("utf-8"), name


def test_contributing_names_files_that_there_are() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    names = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.[a-z]+)`", page)
    assert len(names) > 15
    for name in names:
        assert (ROOT / name).exists() or (ROOT / "newsgrep" / name).exists(), name
