"""The names of the indices behind an archive can be told from those of others."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.opensearch.names import (
    FILES,
    IndexName,
    articles_pattern,
    files_alias,
    index_name,
    parse_index_name,
    part_of,
)

PARTS = st.sampled_from([None, FILES, "undated", "other", "2018"])


@given(st.text(st.characters(categories=("Ll", "Nd")), min_size=1), st.integers(1, 999_999), PARTS)
def test_a_name_says_what_it_was_made_of(name: str, generation: int, part: str | None) -> None:
    made = index_name(name, generation, part)
    assert parse_index_name(made) == IndexName(name, generation, part)
    assert str(IndexName(name, generation, part)) == made


@pytest.mark.parametrize("name", ["news", "news-files", "news-germany", "news-g1", "news-g000001-", "news-g000001-x"])
def test_other_names_are_none_of_ours(name: str) -> None:
    assert parse_index_name(name) is None


def test_names_read_as_the_page_says() -> None:
    assert index_name("news", 1) == "news-g000001"
    assert files_alias("news") == "news-files"
    assert index_name("news", 1, FILES) == "news-g000001-files"
    assert articles_pattern("news", 1, by_year=True) == "news-g000001-*,-news-g000001-files"
    assert articles_pattern("news", 1, by_year=False) == "news-g000001"


@pytest.mark.parametrize(
    ("published", "part"),
    [
        (None, "undated"),
        (dt.date(2018, 2, 3), "2018"),
        (dt.datetime(1899, 2, 3, 4, 5), "1899"),
        (dt.date(3, 1, 1), "other"),
        (dt.date(9999, 1, 1), "other"),
    ],
)
def test_articles_belong_to_the_year_in_which_they_were_published(published: dt.date | None, part: str) -> None:
    assert part_of(published) == part
