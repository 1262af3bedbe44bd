from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.readable_formats import list_compressions, list_readable
from newsgrep.archive.report import Problem
from newsgrep.article import Article, DateOrigin
from newsgrep.cli import json_printer, table_printer, template_printer
from newsgrep.search.results import Correction, Expansion, Hit, Results, Snippet, Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgrep.api import Archive

PAGE = Path(__file__).parents[2] / "docs" / "json.md"
TYPES: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "string": str,
    "boolean": bool,
}

Tables = dict[str, dict[str, str]]


def read_tables() -> Tables:
    """The tables of the page: key to type (or to meaning, in a table of two columns), by heading."""
    tables: Tables = {}
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        row = re.fullmatch(r"\| `(\w+)` \| (.*?) \|(?:.*\|)?", line)
        if row:
            tables.setdefault(heading, {})[row[1]] = row[2]
    return tables


def check(value: object, kind: str, tables: Tables, place: str = "") -> None:
    """Fail where a value is not what the page says, or has a key that it does not name."""
    if kind.endswith(" or null"):
        if value is None:
            return
        kind = kind.removesuffix(" or null")
    if kind.startswith("array of "):
        assert isinstance(value, list), place
        for number, item in enumerate(value):
            check(item, kind.removeprefix("array of "), tables, f"{place}[{number}]")
    elif kind == "span":
        assert isinstance(value, list), place
        assert [type(offset) for offset in value] == [int, int], place
    elif kind in TYPES:
        assert isinstance(value, TYPES[kind]), place
        assert kind == "boolean" or not isinstance(value, bool), place
    else:
        assert isinstance(value, dict), place
        assert list(value) == list(tables[kind]), place
        for key, item in value.items():
            check(item, tables[kind][key], tables, f"{place}.{key}")


@pytest.fixture
def tables() -> Tables:
    return read_tables()


def test_the_page_has_a_table_for_each_kind_that_it_names(tables: Tables) -> None:
    kinds = {kind for table in tables.values() for kind in table.values() if "array of" in kind}
    named = {kind.removeprefix("array of ") for kind in kinds}
    assert named <= set(tables) | set(TYPES) | {"span"}
    assert "hit" in named


def test_search_results_are_as_the_page_says(results: Results, tables: Tables) -> None:
    document = json.loads(json_printer.render_results(results))
    check(document, "newsgrep search --json", tables)
    assert document["schema"] == 1
    assert document["hits"][0]["published"] == "2018-02-20T16:02"
    assert document["hits"][1]["record"] == "17"
    snippet = document["hits"][0]["snippets"][0]
    assert [snippet["text"][start:end] for start, end in snippet["highlights"]] == ["bridge"]


def test_corrections_and_the_closest_are_as_the_page_says(results: Results, tables: Tables) -> None:
    closest = tuple(replace(hit, missing=("toll",)) for hit in results.hits)
    nothing = replace(results, total=0, hits=(), closest=closest, corrections=(Correction("brigde", "bridge"),))
    document = json.loads(json_printer.render_results(nothing))
    check(document, "newsgrep search --json", tables)
    assert [hit["missing"] for hit in document["closest"]] == [["toll"], ["toll"]]
    assert document["corrections"] == [{"typed": "brigde", "searched": "bridge"}]


def test_each_json_line_is_a_hit_of_the_document(results: Results, tables: Tables) -> None:
    lines = list(json_printer.iter_hit_lines(results))
    assert all(line.count("\n") == 1 and line.endswith("\n") for line in lines)
    assert [json.loads(line) for line in lines] == json.loads(json_printer.render_results(results))["hits"]


def test_an_article_is_as_the_page_says(harbour: Article, undated: Article, tables: Tables) -> None:
    for article in (harbour, undated):
        document = json.loads(json_printer.render_article(article))
        check(document, "newsgrep show --json", tables)
        assert document["article"]["body"] == article.body


def test_all_date_origins_are_on_the_page(tables: Tables) -> None:
    line = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if "published_from" in line)
    assert set(re.findall("`([a-z-]+)`", line)) == {origin.value for origin in DateOrigin}
    assert "published_from" in tables["article"]


def test_sections_and_info_are_as_the_page_says(archive: Archive, tables: Tables) -> None:
    check(json.loads(json_printer.render_sections(archive.sections())), "newsgrep sections --json", tables)
    check(json.loads(json_printer.render_info(archive.info())), "newsgrep info --json", tables)


def test_formats_are_as_the_page_says(tables: Tables) -> None:
    document = json.loads(json_printer.render_formats(list_readable(), list_compressions()))
    check(document, "newsgrep formats --json", tables)


def test_a_summary_is_as_the_page_says(install: Callable[..., Archive], harbour: Article, tables: Tables) -> None:
    problems = [Problem("a.json", "not JSON", "line 3"), Problem("b.png", "an image", failed=False)]
    summary = install(harbour, problems=problems).update(["saved"])
    document = json.loads(json_printer.render_summary(summary))
    check(document, "newsgrep index --json", tables)
    assert document["failed"] == 1


def test_the_check_of_this_file_sees_unknown_missing_and_wrong_keys(results: Results, tables: Tables) -> None:
    def spoil(change: Callable[[dict[str, Any]], object]) -> None:
        document: dict[str, Any] = json.loads(json_printer.render_results(results))
        change(document)
        with pytest.raises(AssertionError):
            check(document, "newsgrep search --json", tables)

    spoil(lambda document: document.update(extra=1))
    spoil(lambda document: document["hits"][0].update(extra=1))
    spoil(lambda document: document["hits"][0].pop("url"))
    spoil(lambda document: document.update(total="2"))
    spoil(lambda document: document.update(total=True))
    spoil(lambda document: document["hits"][0].update(section="News"))
    spoil(lambda document: document["hits"][0]["snippets"][0]["highlights"].append([1]))


def test_table_columns_and_template_names_are_on_the_page(results: Results, tables: Tables) -> None:
    assert tuple(tables["newsgrep search --csv and --tsv"]) == table_printer.COLUMNS
    header = next(csv.reader(io.StringIO("".join(table_printer.iter_csv(results)))))
    assert tuple(header) == table_printer.COLUMNS
    assert set(template_printer.FIELDS) == {*table_printer.COLUMNS, *tables["newsgrep search --format"]}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_json_in_one_line(text: str) -> None:
    article = Article(id="1", title=text, body=text, path=text)
    hit = Hit(1, 0.5, article, (), (Snippet("body", text, ((0, 1),)),))
    line = "".join(json_printer.iter_hit_lines(Results("q", 1, 0.1, (hit,))))
    assert json.loads(line)["title"] == json.loads(line)["path"] == text
    assert len(line.splitlines()) == 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", line)


def test_a_byte_of_a_file_name_is_escaped_and_comes_back(harbour: Article) -> None:
    text = json_printer.render_article(replace(harbour, path="saved/caf\udce9.html"))
    assert r"caf\udce9.html" in text
    assert text.encode()
    assert json.loads(text)["article"]["path"] == "saved/caf\udce9.html"


def test_what_words_also_find_is_as_the_page_says(results: Results, tables: Tables) -> None:
    expansion = Expansion("Gaddafi", "variant", (Way("Qaddafi", 12),))
    document = json.loads(json_printer.render_results(dataclasses.replace(results, expansions=(expansion,))))
    check(document, "newsgrep search --json", tables)
    assert document["expansions"] == [
        {"word": "Gaddafi", "kind": "variant", "found": [{"text": "Qaddafi", "articles": 12}]}
    ]
