from __future__ import annotations

import contextlib
import webbrowser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Article
from newsgrep.cli.browse.facet_rows import Choice, Heading, More, iter_rows
from newsgrep.cli.browse.places import choose_opened, copied_place, find_browser
from newsgrep.errors import NothingToOpen
from newsgrep.search.request import Filters
from newsgrep.search.trends import By, Facet, FacetValue


def article(url: str | None, path: str = "saved.jsonl", record: str | None = None) -> Article:
    return Article(id="0" * 16, title="", body="", path=path, url=url, record=record)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "--version",
        "data:text/html,x",
        "https://a.example/\n-x",
        "ftp://a/b",
    ],
)
def test_what_is_no_address_of_the_web_is_never_given_to_a_browser(url: str, tmp_path: Path) -> None:
    saved = tmp_path / "a b.html"
    saved.touch()
    assert choose_opened(article(url, f"{saved}"), saved=False) == saved.as_uri()
    with pytest.raises(NothingToOpen):
        choose_opened(article(url, f"{saved}", record="7"), saved=False)


@given(st.text())
def test_a_browser_is_given_printable_ascii(url: str) -> None:
    with contextlib.suppress(NothingToOpen):
        found = choose_opened(article(f"https://{url}"), saved=False)
        assert found.isascii()
        assert found.isprintable()
        assert " " not in found


def test_the_file_is_opened_where_that_is_wanted_or_there_is_no_address(tmp_path: Path) -> None:
    saved = tmp_path / "a b.html"
    saved.touch()
    url = "https://a.example/b"
    assert choose_opened(article(url, f"{saved}"), saved=False) == url
    assert choose_opened(article(url, f"{saved}"), saved=True) == saved.as_uri()
    assert choose_opened(article(None, f"{saved}"), saved=False) == saved.as_uri()
    with pytest.raises(NothingToOpen):
        choose_opened(article(None, f"{tmp_path / 'gone.html'}"), saved=False)


def test_an_article_is_found_again_by_its_address_or_its_file() -> None:
    assert copied_place(article("https://a.example/b")) == "https://a.example/b"
    assert copied_place(article(None, record="7")) == "saved.jsonl#7"
    assert copied_place(article(None)) == "saved.jsonl"


def test_a_browser_that_takes_the_terminal_is_told_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for browser, takes_it in ((webbrowser.GenericBrowser("w3m"), True), (webbrowser.BackgroundBrowser("x"), False)):
        monkeypatch.setattr(webbrowser, "get", lambda browser=browser: browser)
        assert find_browser() == (browser, takes_it)

    def fail() -> None:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", fail)
    with pytest.raises(NothingToOpen, match="no browser"):
        find_browser()


def value(label: str, articles: int) -> FacetValue:
    return FacetValue(label, articles, 0.5, articles, 0.5, 1.0, 0.0)


def test_what_is_chosen_stands_first_whether_it_is_counted_or_not() -> None:
    facets = {
        By.SECTION: Facet(By.SECTION, (value("News", 5), value("Sport", 2)), 4, 0, 0),
        By.SOURCE: Facet(By.SOURCE, (), 0, 9, 9),
        By.AUTHOR: Facet(By.AUTHOR, (), 0, 9, 9),
    }
    rows = list(iter_rows(facets, Filters(sections=("sport", "Weather"), authors=("Ada",))))
    assert rows == [
        Heading("Sections"),
        Choice(By.SECTION, "Weather", None, True),
        Choice(By.SECTION, "Sport", 2, True),
        Choice(By.SECTION, "News", 5, False),
        More(By.SECTION, 2),
        Heading("Authors"),
        Choice(By.AUTHOR, "Ada", None, True),
    ]
