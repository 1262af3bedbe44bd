"""Which articles of an archive changed after they were first saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from newsgrep.search.request import Filters, Request
from newsgrep.search.version_history import Kind
from tests.search.captures import BRIDGE, FERRY, capture, index_captures

if TYPE_CHECKING:
    from pathlib import Path

    import newsgrep
    from newsgrep.search.changed_articles import ChangedArticles


def at(number: int, day: str, text: str = FERRY, **fields: str) -> dict[str, Any]:
    return capture(day, text, url=f"https://example.org/{number}", **fields)


def ask(archive: newsgrep.Archive, text: str = "", **options: Any) -> ChangedArticles:
    return archive.changed(Request(text=text, **options))


def addresses(changed: ChangedArticles) -> list[str]:
    return [str(each.article.url).rpartition("/")[2] for each in changed.articles]


@pytest.fixture
def archive(tmp_path: Path) -> newsgrep.Archive:
    changed = FERRY.replace("3 hours", "5 hours")
    return index_captures(
        tmp_path,
        *(at(1, "02"), at(1, "03", changed)),
        *(at(2, "02"), at(2, "03")),
        *(at(3, "02", title="Ferry early"), at(3, "04"), at(3, "05", changed, section="Sea")),
        *(at(4, "02"), at(4, "07", BRIDGE, title="Bridge reopens")),
        *(at(5, "02"), at(5, "08", changed), at(5, "09")),
        at(6, "02"),
    )


def test_articles_with_another_headline_or_text_are_listed_last_saved_first(archive: newsgrep.Archive) -> None:
    changed = ask(archive)
    assert addresses(changed) == ["5", "3", "1"]
    assert [(each.versions, each.changes) for each in changed.articles] == [(3, 2), (3, 2), (2, 1)]
    assert not changed.has_more
    third = changed.articles[1]
    assert f"{third.first_captured:%d} {third.last_captured:%d} {third.article.captured:%d}" == "02 05 05"
    assert third.change.message == "headline changed; 1 word added, 1 removed; now 5 where it said 3"


def test_what_was_changed_and_changed_back_is_listed(archive: newsgrep.Archive) -> None:
    assert ask(archive).articles[0].change.kind is Kind.UNCHANGED


def test_words_of_any_version_and_filters_narrow_the_list(archive: newsgrep.Archive) -> None:
    assert addresses(ask(archive, "title:early")) == ["3"]
    assert addresses(ask(archive, filters=Filters(sections=("sea",)))) == ["3"]
    assert addresses(ask(archive, '"5 hours"')) == ["5", "3", "1"]
    assert addresses(ask(archive, "bridge")) == []


def test_a_limit_cuts_the_list_and_says_so(archive: newsgrep.Archive) -> None:
    changed = ask(archive, limit=2)
    assert addresses(changed) == ["5", "3"]
    assert changed.has_more
    assert not ask(archive, limit=3).has_more


def test_different_articles_from_one_address_are_told_apart(tmp_path: Path) -> None:
    archive = index_captures(
        tmp_path,
        at(1, "02"),
        at(1, "03", BRIDGE, title="Bridge reopens"),
        at(1, "04", FERRY.replace("3 hours", "5 hours")),
        at(1, "05", BRIDGE, title="Bridge reopens"),
    )
    changed = ask(archive)
    assert [(each.article.title, each.versions) for each in changed.articles] == [("Ferry late", 2)]
    assert addresses(ask(archive, "engineers")) == []


def test_typing_errors_are_corrected_as_in_a_search(archive: newsgrep.Archive) -> None:
    changed = ask(archive, "passangers")
    assert addresses(changed) == ["5", "3", "1"]
    assert any("passengers" in note for note in changed.notes)
