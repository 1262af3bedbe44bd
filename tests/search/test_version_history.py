"""Versions of an article: from saved files to what changed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from newsgrep.errors import ArticleAmbiguous, ArticleMissing, OptionError
from newsgrep.search.version_history import Kind, VersionHistory
from tests.search.captures import BRIDGE, FERRY, URL, capture, index_captures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import newsgrep

    Save = Callable[..., newsgrep.Archive]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Index some captures."""
    return functools.partial(index_captures, tmp_path)


def days(history: VersionHistory) -> list[str]:
    return [
        f"{version.number}:{version.article.captured:%d}" if version.article.captured else f"{version.number}:-"
        for version in history.versions
    ]


def test_all_that_was_saved_from_an_address_is_listed_oldest_first(save: Save) -> None:
    archive = save(
        capture("05"),
        capture("02", url="http://www.example.org/ferry/?utm_source=mail"),
        capture("03", url="https://example.org/other"),
        capture("09"),
    )
    history = archive.versions("https://www.example.org/ferry#top")
    assert days(history) == ["1:02", "2:05", "3:09"]
    assert [version.is_shown for version in history.versions] == [False, False, True]
    assert history.total == 3
    assert history.url == URL
    assert history.notes == ()


def test_an_article_stands_for_its_address_whether_a_search_shows_it_or_not(save: Save) -> None:
    archive = save(capture("05"), capture("02"))
    history = archive.versions(URL)
    for version in history.versions:
        article = version.article
        for name in (article.id, article.id[:6], f"{article.path}#{article.record}", "example.org/ferry"):
            assert archive.versions(name).versions == history.versions
        assert archive.count_versions(article) == 2


def test_what_changed_is_said_version_by_version(save: Save) -> None:
    later = FERRY.replace("3 hours", "5 hours").replace("ten days", "a week")
    archive = save(
        capture("02"),
        capture("03"),
        capture("04", later, title="Ferry late again"),
        capture(
            "05",
            later + "\n\nCorrection: the harbour was closed for five hours, not three.",
            title="Ferry late again",
            published="2018-03-05",
        ),
    )
    first, *others = [version.change for version in archive.versions(URL).versions]
    assert first is None
    assert [change.kind for change in others if change] == [Kind.UNCHANGED, Kind.CHANGED, Kind.CHANGED]
    assert [change.message for change in others if change] == [
        "unchanged",
        "headline changed; 3 words added, 3 removed; now 5 where it said 3",
        '10 words added; it now says "Correction: the harbour was closed for five hours, not three."; '
        "dated 2018-03-05 instead of 2018-02-20",
    ]


def test_a_number_is_named_only_where_it_stands_in_the_place_of_a_number(save: Save) -> None:
    archive = save(capture("02", "The toll is 12.50 euros now."), capture("03", "The toll is 14 euros now, not 9."))
    (change,) = [version.change for version in archive.versions(URL).versions if version.change]
    assert change.numbers == (("12.50", "14"),)


@pytest.mark.parametrize(
    ("paragraph", "is_notice"),
    [
        ("Correction: the toll is 12 euros.", True),
        ("CORRECTION (March 5): the toll is 12 euros.", True),
        ("Editor’s note: this report has been shortened.", True),
        ("This article was amended on 5 March 2018. It gave a wrong toll.", True),
        ("An earlier version of this story misstated the toll.", True),
        ("Correction officers said that nobody had left: all were there.", False),
        ("This article is for subscribers.", False),
        ("The correction: it came too late for most of them.", False),
    ],
)
def test_a_notice_of_correction_is_told_from_other_paragraphs(save: Save, paragraph: str, is_notice: bool) -> None:
    archive = save(capture("02"), capture("03", f"{FERRY}\n\n{paragraph}"))
    (change,) = [version.change for version in archive.versions(URL).versions if version.change]
    assert change.notices == ((paragraph,) if is_notice else ())


def test_a_notice_that_was_there_before_is_none(save: Save) -> None:
    noted = f"{FERRY}\n\nCorrection: the toll is 12 euros for all."
    archive = save(capture("02", noted), capture("03", noted.replace("12", "13")))
    (change,) = [version.change for version in archive.versions(URL).versions if version.change]
    assert change.notices == ()
    assert change.numbers == (("12", "13"),)


def test_another_article_from_the_same_address_is_said_to_be_one(save: Save) -> None:
    archive = save(capture("02"), capture("03", BRIDGE, title="Bridge reopens"))
    change = archive.versions(URL).versions[1].change
    assert change is not None
    assert change.kind is Kind.OTHER
    assert change.message == "another article from the same address"


def test_articles_without_a_time_of_capture_stand_by_their_date_and_that_is_said(save: Save) -> None:
    archive = save(
        capture("02"),
        capture(None, published="2018-03-04"),
        capture("09"),
        capture(None, published="", title="Ferry notes"),
    )
    history = archive.versions(URL)
    assert days(history) == ["1:-", "2:02", "3:-", "4:09"]
    (note,) = history.notes
    assert "2 of 4 versions" in note


def test_the_newest_are_listed_and_keep_their_numbers(save: Save) -> None:
    archive = save(*(capture(f"{day:02}", FERRY.replace("3 hours", f"{day} hours")) for day in range(1, 7)))
    history = archive.versions(URL, limit=2)
    assert (history.total, days(history)) == (6, ["5:05", "6:06"])
    change = history.versions[0].change
    assert change is not None
    assert change.numbers == (("4", "5"),)
    compared = archive.versions(URL, limit=2, compare=(1, 3)).compared
    assert compared is not None
    assert (compared.old, compared.new, compared.numbers) == (1, 3, (("1", "3"),))


def test_two_versions_are_compared_in_any_direction_and_the_newest_by_default(save: Save) -> None:
    archive = save(*(capture(f"{day:02}", FERRY.replace("3 hours", f"{day} hours")) for day in range(1, 5)))

    def numbers(old: int | None, new: int | None) -> tuple[tuple[str, str], ...]:
        compared = archive.versions(URL, compare=(old, new)).compared
        assert compared is not None
        return compared.numbers

    assert numbers(1, None) == (("1", "4"),)
    assert numbers(None, 2) == (("1", "2"),)
    assert numbers(3, 1) == (("3", "1"),)
    for wrong in ((1, 5), (2, 2), (None, 9), (5, None)):
        with pytest.raises(OptionError):
            archive.versions(URL, compare=wrong)


def test_a_single_version_has_nothing_to_be_compared_with(save: Save) -> None:
    archive = save(capture("02"), {"title": "No address", "text": BRIDGE})
    for name in (URL, next(hit.article.id for hit in archive.search("engineers").hits)):
        history = archive.versions(name)
        assert (history.total, history.versions[0].change) == (1, None)
        with pytest.raises(OptionError):
            archive.versions(name, compare=(1, 2))
        assert archive.count_versions(history.versions[0].article) == 1


def test_an_address_that_nothing_was_saved_from_has_no_versions(save: Save) -> None:
    archive = save(capture("02"))
    for name in ("https://example.org/train", "example.org/train"):
        history = archive.versions(name)
        assert (history.total, history.versions, history.url) == (0, (), None)


def test_what_names_no_article_is_an_error(save: Save) -> None:
    archive = save(capture("02"), capture("03"))
    for name in ("https://example.org/", "ftp://example.org/ferry"):
        with pytest.raises(OptionError):
            archive.versions(name)
    for name in ("ffff0000", "nowhere.html"):
        with pytest.raises(ArticleMissing):
            archive.versions(name)
    path = archive.versions(URL).versions[0].article.path
    with pytest.raises(ArticleAmbiguous):
        archive.versions(path)
