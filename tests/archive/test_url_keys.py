"""Addresses that lead to the same article have the same key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.url_keys import normalise_url, url_key

ARTICLE = "https://www.example.org/2018/harbour-bridge?page=2"


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/2018/harbour-bridge?page=2",
        "https://EXAMPLE.org:443/2018/harbour-bridge/?page=2#comments",
        "https://www.example.org/2018/harbour-bridge?utm_source=mail&page=2&fbclid=abc",
        "https://www.example.org/2018/harbour%2dbridge?page=2",
        "https://www.example.org/2018/harbour-bridge/index.html?page=2",
    ],
)
def test_what_differs_between_captures_is_left_out(other: str) -> None:
    assert url_key(other) == url_key(ARTICLE)


@pytest.mark.parametrize(
    "other",
    [
        "https://www.example.org/2018/harbour-bridge",
        "https://www.example.org/2018/harbour-bridge?page=3",
        "https://www.example.org/2018/Harbour-Bridge?page=2",
        "https://news.example.org/2018/harbour-bridge?page=2",
        "https://www.example.org/2018?/harbour-bridge?page=2",
    ],
)
def test_all_else_counts(other: str) -> None:
    assert url_key(other) != url_key(ARTICLE)


def test_parameters_count_in_any_order() -> None:
    assert url_key("https://example.org/a?b=1&c=2") == url_key("https://example.org/a?c=2&b=1")


@pytest.mark.parametrize(
    "url",
    [None, "", "example.org/a", "https://example.org", "https://example.org/?utm_source=x", "https://[", "file:///a"],
)
def test_what_is_no_articles_address_has_no_key(url: str | None) -> None:
    assert url_key(url) == 0


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert 0 <= url_key(f"https://example.org/{text}") < 1 << 64
    normalise_url(text)
